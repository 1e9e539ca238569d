// Package discord is Exobot's presence in Discord: it hears questions, has them
// answered, and shows the replies.
//
// A [Client] is made with a [Config] and an [Answerer], which a bot.Bot is, and runs
// until its context ends:
//
//	c, err := discord.New(b, discord.Config{Token: token, Features: discord.AllFeatures}, log)
//	err = c.Run(ctx)
//
// # What it needs
//
// Discord grants intents, which decide what the bot hears, and permissions, which
// decide what it may do in a channel. Only the fewest are asked for.
//
//	Feature            Intents                  Permissions            Without them
//	/ask, /topics,     none                     none                   -
//	  /about, menu,
//	  completions
//	  elsewhere        none                     (of the member) Use    Discord shows the answer to the
//	                                              External Apps          member alone
//	Buttons            none                     none of ours           -
//	Share, of the      none                     as Mentions            it is the response to the click, and
//	  menu's answers                                                     no reply to the message
//	Continue in a      none                     Create Public Threads  the button is not there; who presses one
//	  thread                                    Send Messages in         that is there from before is told why
//	                                              Threads
//	Reports            none                     View Channel           the sender is told whom to turn to; the
//	                                            Send Messages            log says so each time
//	                                              (in that channel)
//	Mentions           GUILDS, GUILD_MESSAGES   View Channel           the mention is not heard
//	                                            Send Messages (in      no reply; the log says so once
//	                                              threads: Send
//	                                              Messages in Threads)
//	                                            Embed Links            the reply is plain text
//	                                            Read Message History   the reply does not point at the question
//	Replies to us      as Mentions,             as Mentions            -
//	                   and MESSAGE_CONTENT                             heard only if the reply pings us
//	DirectMessages     DIRECT_MESSAGES          none                   private messages are not heard
//	Edits, deletions   as what they change      View Channel           the answer stays as it is
//	AskChannels        GUILDS, GUILD_MESSAGES,  as Mentions            as Mentions
//	                   MESSAGE_CONTENT                                 off; the log says what to switch on
//	Forums             as AskChannels           View Channel           as Mentions, AskChannels
//	                                            Send Messages in
//	                                              Threads
//	FollowUps          as AskChannels           as Forums              questions in its threads need a mention;
//	                                                                     no reply
//
// All of these intents but one are free: Discord shows the text of messages that mention
// the bot or are addressed to it in private to every bot. MESSAGE_CONTENT is privileged.
// It is asked for only where an ask channel, a forum or follow-ups without a mention are
// configured, and if Discord refuses it, by close code 4014, the bot connects again
// without it.
//
// # When it speaks
//
// Once for one message, and never when somebody else is addressed. In ask channels and
// forums it speaks only when it is sure of the answer, or in an emergency. In the threads
// that it has opened itself it answers or declines what looks like a question. An answer
// follows its question, exchanges.go: it is edited when the question is edited within a
// minute, and deleted when the question is. Who asks too fast is told so in private or
// not answered at all, and who asks what was just answered in the channel gets a pointer
// to that, cooldown.go. None of that ever applies to emergencies. Clicks have a limit of
// their own.
//
// # How it works
//
// supervisor.go keeps one session with the gateway and knows when to resume it, to begin
// another and to give up. session.go is one such session, run by discordgo. conn.go is
// the connection underneath, which keeps from the library what it handles badly; the
// tests named TestPitfall say what that is.
//
// router.go takes events and hands each kind to its handler: messages.go decides which
// messages are questions, forum.go which posts are, interactions.go takes commands,
// menu.go the command in the menu of a message, autocomplete.go what is being typed. They
// make a surface, the place where one question gets its one reply, and answer.go brings
// question, answer and surface together, within a deadline and in a goroutine that Run
// waits for. places.go knows what kind of channel that is and what we may do there.
//
// actions.go says which buttons stand under a reply and does what they ask for, modal.go
// has the forms, browse.go /topics and /about, reports.go what members report. Nothing
// about a button is stored: all that it needs is in its custom id, see customid.go, which
// is checked anew at every click. thread.go opens threads and knows them again: one that
// is public and ours hangs from an answer, and its name is what the conversation began
// with.
//
// render.go and styles.go make a message of a reply, markdown.go and limits.go keep it
// harmless and within Discord's limits. rest.go sends it, within those of ratelimit.go.
//
// What people write is never logged, nor are tokens.
package discord
