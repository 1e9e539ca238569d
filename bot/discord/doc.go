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
//	Feature         Intents                  Permissions            Without them
//	/ask            none                     none                   -
//	Mentions        GUILDS, GUILD_MESSAGES   View Channel           the mention is not heard
//	                                         Send Messages (in      no reply; the log says so once
//	                                           threads: Send
//	                                           Messages in Threads)
//	                                         Embed Links            the reply is plain text
//	                                         Read Message History   the reply does not point at the question
//	Replies to us   as Mentions              as Mentions            heard only if the reply pings us
//	DirectMessages  DIRECT_MESSAGES          none                   private messages are not heard
//
// None of these intents is privileged: Discord shows the text of messages that mention
// the bot or are addressed to it in private to every bot.
//
// # How it works
//
// supervisor.go keeps one session with the gateway and knows when to resume it, to begin
// another and to give up. session.go is one such session, run by discordgo. conn.go is
// the connection underneath, which keeps from the library what it handles badly; the
// tests named TestPitfall say what that is.
//
// router.go takes events and hands each kind to its handler: messages.go decides which
// messages are questions, interactions.go takes commands. Both make a surface, the place
// where one question gets its one reply, and answer.go brings question, answer and
// surface together, within a deadline and in a goroutine that Run waits for.
//
// render.go and styles.go make a message of a reply, markdown.go and limits.go keep it
// harmless and within Discord's limits. rest.go sends it, within those of ratelimit.go.
//
// What people write is never logged, nor are tokens.
package discord
