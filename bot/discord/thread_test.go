package discord_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exobot/bot"
	"exobot/bot/discord"
	"exobot/bot/discord/discordtest"
)

const continueButton = "Continue in a thread"

// threads matches the calls that open a thread.
var threads = discordtest.On("POST", "/channels/*/messages/*/threads")

// following returns a setup in which follow-ups in threads need no mention.
func following(style discord.Style) setup {
	return setup{server: readable, config: func(c *discord.Config) { c.Style, c.FollowUps = style, true }}
}

// opened presses the button under an answer in #general, and returns the thread.
func (w *world) opened(answer *discordtest.Message, u *discordtest.User) *discordtest.Channel {
	w.t.Helper()
	says(w.t, answer.Click(u, continueButton), "I have opened a thread")
	thread := w.general.ThreadOf(answer)
	if thread == nil {
		w.t.Fatal("there is no thread")
	}
	return thread
}

// asMember is a member of the guild with those permissions alone.
func asMember(u *discordtest.User, p discordtest.Permissions) discordtest.InvokeOption {
	return discordtest.WithField("member", map[string]any{"user": map[string]any{"id": u.ID}, "permissions": p.String()})
}

func TestContinueInThread(t *testing.T) {
	for _, style := range []discord.Style{discord.StyleEmbed, discord.StyleComponents} {
		t.Run(string(style), func(t *testing.T) {
			inWorld(t, following(style), func(t *testing.T, w *world) {
				bob, mod := w.User("bob"), w.User("mod")
				w.guild.Grant(mod, discordtest.ManageMessages)
				answer := w.answered(w.ask("how big is an exosome?"))
				says(t, answer.Click(bob, continueButton), "Only the person who asked, or a moderator")
				thread := w.opened(answer, w.ann)
				if thread.Name != "how big is an exosome?" || thread.Type != discordtest.PublicThread {
					t.Errorf("the thread is called %q and of type %d", thread.Name, thread.Type)
				}
				var body struct {
					Rest int `json:"auto_archive_duration"`
				}
				if calls := w.CallsTo(threads); len(calls) != 1 || json.Unmarshal(calls[0].Body, &body) != nil || body.Rest != 1440 {
					t.Errorf("threads were opened by %v", calls)
				}
				if got := texts(thread); len(got) != 1 || got[0] != "Ask your follow-up questions here. You do not have to mention me." {
					t.Errorf("the thread begins with %q", got)
				}
				link := "(<https://discord.com/channels/" + w.guild.ID + "/" + thread.ID + ">)"
				for _, u := range []*discordtest.User{w.ann, mod} {
					says(t, answer.Click(u, continueButton), "has a thread already", link)
				}
				w.opened(w.answered(w.ask("how big is a cell?")), mod)
				if n := len(w.CallsTo(threads)); n != 2 {
					t.Errorf("%d calls to open a thread, want 2", n)
				}
				if pings := w.Pings(); len(pings) > 0 {
					t.Errorf("pings = %v, want none", pings)
				}
			})
		})
	}
}

// Where messages cannot be read, the first line says so.
func TestThreadWithoutMessageContent(t *testing.T) {
	inRealWorld(t, func(t *testing.T, w *world) {
		thread := w.opened(w.answered(w.ask("how big is an exosome?")), w.ann)
		if got := texts(thread); len(got) != 1 || !strings.Contains(got[0], "mention me or use /ask") {
			t.Errorf("the thread begins with %q", got)
		}
		before := w.posts()
		thread.Say(w.ann, "and of a cell?")
		if n := w.posts(); n != before {
			t.Error("a message was heard that cannot be read")
		}
		mention := thread.Say(w.User("bob"), w.Mention()+" and of a cell?")
		if got := thread.WaitReply(t.Context(), mention).Text(); !strings.Contains(got, "30 to 150") {
			t.Errorf("reply to a mention = %q", got)
		}
		in := thread.Slash(w.User("carl"), "ask", discordtest.Opt("question", "and of a cell?"))
		if got := in.WaitReply(t.Context()).Text(); !strings.Contains(got, "30 to 150") {
			t.Errorf("reply to a command = %q", got)
		}
	})
}

// Not every answer can have a thread.
func TestThreadButton(t *testing.T) {
	inWorld(t, setup{config: func(c *discord.Config) { c.Cooldowns.Repeat = time.Minute }}, func(t *testing.T, w *world) {
		noThreads := w.guild.Channel("no-threads", discordtest.Deny(discordtest.CreatePublicThreads))
		noWriting := w.guild.Channel("no-writing", discordtest.Deny(discordtest.SendMessagesInThreads))
		news := w.guild.Channel("news", discordtest.Announcement())
		inThread := w.general.Thread(w.ann, "chat")
		post, _ := w.guild.Channel("forum", discordtest.Forum()).Post(w.ann, "hello", "hello")
		elsewhere := w.Guild("Elsewhere", discordtest.WithoutBot()).Channel("general")
		asked := 0
		mention := func(ch *discordtest.Channel, text string) *discordtest.Message {
			asked++
			question := ch.Say(w.ann, fmt.Sprintf("%s %s %d?", w.Mention(), text, asked))
			return ch.WaitReply(t.Context(), question)
		}
		command := func(ch *discordtest.Channel, opts ...discordtest.InvokeOption) *discordtest.Message {
			asked++
			opts = append(opts, discordtest.Opt("question", fmt.Sprintf("how big is number %d?", asked)))
			return ch.Slash(w.ann, "ask", opts...).WaitReply(t.Context())
		}
		tests := []struct {
			name   string
			answer *discordtest.Message
			want   bool
		}{
			{"mention", mention(w.general, "how big is number"), true},
			{"command", command(w.general), true},
			{"mention in news", mention(news, "how big is number"), true},
			{"command in news", command(news), true},
			{"private reply", command(w.general, discordtest.Opt("private", true)), false},
			{"decline", mention(w.general, "who won cup"), false},
			{"small talk", mention(w.general, "thanks"), false},
			{"emergency", mention(w.general, "this is an emergency"), false},
			{"mention in a thread", mention(inThread, "how big is number"), false},
			{"command in a thread", command(inThread), false},
			{"mention in a forum", mention(post, "how big is number"), false},
			{"command in a forum", command(post), false},
			{"mention without the permission to open threads", mention(noThreads, "how big is number"), false},
			{"command without the permission to open threads", command(noThreads), false},
			{"mention without the permission to write there", mention(noWriting, "how big is number"), false},
			{"command without the permission to write there", command(noWriting), false},
			{"private message", mention(w.ann.DMChannel(), "how big is number"), false},
			{"command in private", command(w.ann.DMChannel()), false},
			{"elsewhere", command(elsewhere), false},
			{"command of a user's own app", command(w.general, discordtest.WithField("authorizing_integration_owners", map[string]string{"1": w.ann.ID})), false},
			{"elsewhere with others", command(w.GroupDM(w.ann, w.User("bob"))), false},
		}
		for _, test := range tests {
			if _, got := test.answer.Find(continueButton); got != test.want {
				t.Errorf("%s: the button is there: %v, want %v", test.name, got, test.want)
			}
		}
		// What is shared can be continued by who shared it.
		private := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"), discordtest.Opt("private", true)).WaitReply(t.Context())
		shared := private.Click(w.ann, "Share").WaitReply(t.Context())
		if thread := w.opened(shared, w.ann); thread.Name != "Diameter in nanometres" {
			t.Errorf("the thread is called %q", thread.Name)
		}
		// Changes are noticed at once.
		w.general.Set(discordtest.Deny(discordtest.CreatePublicThreads))
		if _, ok := mention(w.general, "how big is number").Find(continueButton); ok {
			t.Error("the button is there although the permission has been taken away")
		}
	})
}

// Whoever may not do what it takes is told so in a sentence, and Discord is not bothered.
func TestThreadRefused(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		answer := w.answered(w.ask("how big is an exosome?"))
		says(t, answer.Click(w.ann, continueButton, asMember(w.ann, discordtest.SendMessages)), "You may not write in threads here")
		for _, denied := range []discordtest.Permissions{discordtest.CreatePublicThreads, discordtest.SendMessagesInThreads} {
			w.general.Set(discordtest.Deny(denied))
			says(t, answer.Click(w.ann, continueButton), "I may not open a thread here.", "Create Public Threads", "Send Messages in Threads")
			w.general.Set(discordtest.Allow(denied))
		}
		if n := len(w.CallsTo(threads)); n != 0 {
			t.Errorf("%d calls to open a thread, want none", n)
		}
		for want, fault := range map[string]discordtest.Fault{
			"I may not open a thread here.": discordtest.APIError(403, 50013, "Missing Permissions"),
			"as many open threads":          discordtest.APIError(400, 160006, "Maximum number of active threads reached"),
			"has been deleted":              discordtest.APIError(400, 160004, "A thread has already been created for this message"),
			"Something went wrong":          discordtest.APIError(404, 10008, "Unknown Message"),
		} {
			w.Fail(threads, fault, 1)
			w.Tolerate(discordtest.RuleUnknown)
			says(t, answer.Click(w.ann, continueButton), want)
		}
		// What does not come from under a public answer of ours.
		for _, field := range []string{"message", "guild_id"} {
			says(t, answer.Click(w.ann, continueButton, discordtest.WithField(field, nil)), "Ask me with /ask")
		}
		says(t, answer.Click(w.ann, continueButton, discordtest.WithField("channel", map[string]any{"id": w.general.ID, "type": 11})), "I may not open a thread here.")
		says(t, answer.Click(w.ann, continueButton, discordtest.WithField("app_permissions", 5)), "I may not open a thread here.")
		if w.general.ThreadOf(answer) != nil {
			t.Error("there is a thread")
		}
	})
}

// A thread that somebody has locked, archived or deleted.
func TestThreadClosed(t *testing.T) {
	inWorld(t, following(discord.StyleEmbed), func(t *testing.T, w *world) {
		answer := w.answered(w.ask("how big is an exosome?"))
		thread := w.opened(answer, w.ann)
		thread.Set(discordtest.Archive())
		says(t, answer.Click(w.ann, continueButton), "has a thread already", thread.ID)
		question := thread.Say(w.ann, "how big is a cell?") // which takes it out of the archive
		thread.WaitReply(t.Context(), question)

		w.Expect(discordtest.RuleClosed)
		for _, how := range []discordtest.ChannelOption{discordtest.Archive(), discordtest.Lock()} {
			before := len(texts(thread))
			thread.Say(w.ann, "slowly: how big is a hair?")
			synctest.Wait()
			thread.Set(how)
			time.Sleep(10 * time.Second)
			synctest.Wait()
			if got := len(texts(thread)); got != before+1 {
				t.Errorf("%d messages more, want one", got-before)
			}
		}
		says(t, answer.Click(w.ann, continueButton), "A moderator has closed the thread", thread.ID)
		if log := w.logs.String(); strings.Count(log, "archived, locked or gone") != 2 || strings.Contains(log, "lacks a permission") || strings.Contains(log, "deliver reply") {
			t.Error("the log does not say twice that the thread is closed")
		}

		thread.Set(discordtest.Reopen())
		w.Expect(discordtest.RuleUnknown)
		thread.Say(w.ann, "slowly: how big is a hair?")
		synctest.Wait()
		thread.Delete()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if log := w.logs.String(); strings.Count(log, "archived, locked or gone") != 3 {
			t.Error("the log does not say that the thread is gone")
		}
		if again := w.opened(answer, w.ann); again == thread {
			t.Error("the thread is still there")
		}
	})
}

// Whatever happens on the way, there is one thread with one first line.
func TestThreadOnce(t *testing.T) {
	inWorld(t, following(discord.StyleEmbed), func(t *testing.T, w *world) {
		slow := w.answered(w.ask("how big is an exosome?"))
		w.Fail(threads, discordtest.SlowReply(2*time.Second), 1)
		in := slow.Click(w.ann, continueButton)
		if r := in.Response(t.Context()); !r.Deferred() || !r.Ephemeral() || r.After != time.Second {
			t.Errorf("response = %+v, want a private deferral after a second", r)
		}
		says(t, in, "I have opened a thread")

		lost := w.answered(w.ask("how big is a cell?"))
		w.Fail(threads, discordtest.DropAfter(), 1)
		w.Expect(discordtest.RuleForm)
		says(t, lost.Click(w.ann, continueButton), "discord.com/channels/"+w.guild.ID+"/"+lost.ID)

		twice := w.answered(w.ask("how big is a hair?"))
		w.Fail(threads, discordtest.Delay(time.Second), 1)
		first, second := twice.Click(w.ann, continueButton), twice.Click(w.ann, continueButton)
		says(t, first, "discord.com/channels/"+w.guild.ID+"/"+twice.ID)
		says(t, second, "discord.com/channels/"+w.guild.ID+"/"+twice.ID)

		mute := w.answered(w.ask("how big is a mouse?"))
		w.Fail(discordtest.On("POST", "/channels/"+mute.ID+"/messages"), discordtest.APIError(500, 0, "Internal Server Error"), discordtest.Always)
		says(t, mute.Click(w.ann, continueButton), "I have opened a thread")
		synctest.Wait()
		for _, answer := range []*discordtest.Message{slow, lost, twice} {
			if got := texts(w.general.ThreadOf(answer)); len(got) != 1 {
				t.Errorf("the thread holds %q, want one line", got)
			}
		}
	})
}

// In threads that the bot has opened it answers what looks like a question, and nothing
// else.
func TestFollowUpsInThread(t *testing.T) {
	inWorld(t, following(discord.StyleEmbed), func(t *testing.T, w *world) {
		bob := w.User("bob")
		thread := w.opened(w.answered(w.ask("how big is an exosome?")), w.ann)
		theirs := thread.Say(bob, "I have one here.")
		tests := []struct {
			name, text string
			opts       []discordtest.SayOption
			want       string
		}{
			{"question", "How big is it, then?", nil, "30 to 150"},
			{"addition", "and how big is a hair", nil, "30 to 150"},
			{"addition that finds nothing", "and the cup", nil, ""},
			{"declined question", "Who won the cup?", nil, "I could not find this"},
			{"remark", "They are big.", nil, ""},
			{"thanks", "thanks", nil, ""},
			{"thanks, as a question", "thanks?", nil, "You are welcome."},
			{"fault", "does it break?", nil, "Something went wrong"},
			{"emergency", "this is an emergency", nil, "112"},
			{"somebody addressed", bob.Mention() + " how big is it?", nil, ""},
			{"somebody addressed at the end", "how big is it, " + bob.Mention() + "?", nil, ""},
			{"everybody addressed", "@everyone how big is it?", nil, ""},
			{"a role addressed", "<@&" + w.guild.ID + "> how big is it?", nil, ""},
			{"reply to somebody", "How big is it?", []discordtest.SayOption{discordtest.ReplyTo(theirs)}, ""},
			{"webhook", "How big is it?", []discordtest.SayOption{discordtest.AsWebhook()}, ""},
			{"picture", "", []discordtest.SayOption{discordtest.Attach("x.png", "image/png", 1)}, ""},
			{"mention", w.Mention() + " big", nil, "30 to 150"},
			{"hostile", "**@\u200beveryone** ``` </x:1> how big?", nil, "30 to 150"},
		}
		for _, test := range tests {
			question := thread.Say(w.ann, test.text, test.opts...)
			synctest.Wait()
			var got []string
			for _, m := range thread.Messages() {
				if m.ReplyTo == question.ID && m.Author == w.BotUser() {
					got = append(got, m.Text())
				}
			}
			switch {
			case test.want == "" && len(got) > 0:
				t.Errorf("%s: reply = %q, want none", test.name, got)
			case test.want != "" && (len(got) != 1 || !strings.Contains(got[0], test.want)):
				t.Errorf("%s: reply = %q, want one with %q", test.name, got, test.want)
			}
		}
		if q := w.answers.asked()[1]; q.Surface != bot.SurfaceThread || q.Conversation != bot.ConversationID(thread.ID) || q.About != "how big is an exosome?" {
			t.Errorf("question = %+v", q)
		}
		edited := thread.Say(w.ann, "How big is a house?")
		answer := thread.WaitReply(t.Context(), edited)
		edited.Edit("Who won the cup?")
		synctest.Wait()
		if got := answer.Current().Text(); !strings.Contains(got, "I could not find this") {
			t.Errorf("edited answer = %q", got)
		}
		edited.Edit("Never mind, I have found it.")
		synctest.Wait()
		if !answer.Current().Deleted {
			t.Error("the answer to what is no question any more is still there")
		}

		// Elsewhere it stays silent.
		before := w.posts()
		w.general.Say(w.ann, "How big is it?")
		w.general.Thread(w.ann, "how big?").Say(w.ann, "How big is it?")
		post, _ := w.guild.Channel("forum", discordtest.Forum()).Post(w.ann, "how big?", "How big is it?")
		post.Say(bob, "How big is it?")
		if n := w.posts(); n != before {
			t.Error("the bot spoke in a place that is not its own")
		}
		if pings := w.Pings(); len(pings) > 0 {
			t.Errorf("pings = %v, want none", pings)
		}
	})
}

// Where the bot may not write in its own thread any more, it is silent, and the log says so
// once.
func TestFollowUpsWithoutPermission(t *testing.T) {
	inWorld(t, following(discord.StyleEmbed), func(t *testing.T, w *world) {
		thread := w.opened(w.answered(w.ask("how big is an exosome?")), w.ann)
		w.Expect(discordtest.RulePermissions)
		w.general.Set(discordtest.Deny(discordtest.SendMessagesInThreads))
		for range 2 {
			thread.Say(w.ann, "how big is it?")
			synctest.Wait()
		}
		if got := texts(thread); len(got) != 3 {
			t.Errorf("the thread holds %q", got)
		}
		if n := strings.Count(w.logs.String(), "View Channel or Send Messages"); n != 1 {
			t.Errorf("the log names the permission %d times, want once", n)
		}
	})
}

// A thread is recognised, and what it is about known, by a bot that has been restarted.
// The button works on, too.
func TestThreadOutlivesRestart(t *testing.T) {
	o := following(discord.StyleEmbed)
	o.answerer = realBot
	inWorld(t, o, func(t *testing.T, w *world) {
		thread := w.opened(w.answered(w.ask("how big is an exosome?")), w.ann)
		asked := w.answered(w.ask("how big is a cell, actually?"))
		command := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big is a hair?")).WaitReply(t.Context())
		w.stop()
		if err := w.ended(); err != nil {
			t.Fatal(err)
		}
		cfg := discord.Config{Token: w.Token(), Features: discord.AllFeatures, FollowUps: true, Transport: w.Transport(), DialContext: w.DialContext}
		again, err := discord.New(realBot(), cfg, discardLog())
		if err != nil {
			t.Fatal(err)
		}
		w.run(again)
		w.WaitReady(t.Context())
		for _, text := range []string{"and of a cell?", "is that much?"} {
			question := thread.Say(w.ann, text)
			if got := thread.WaitReply(t.Context(), question).Text(); !strings.Contains(got, "30 to 150") {
				t.Errorf("reply to %q = %q", text, got)
			}
		}
		if n := len(w.CallsTo(discordtest.On("GET", "/channels/"+thread.ID))); n != 1 {
			t.Errorf("the thread was looked up %d times, want once", n)
		}
		if got := w.opened(asked, w.ann).Name; got != "how big is a cell, actually?" {
			t.Errorf("the thread is called %q", got)
		}
		if got := w.opened(command, w.ann).Name; got != "Diameter in nanometres" { // nobody knows the question any more
			t.Errorf("the thread is called %q", got)
		}
	})
}

// Where Discord does not say where a message stands, it is answered all the same, without
// a button; one that is not addressed to the bot is not.
func TestPlaceUnknown(t *testing.T) {
	for name, fault := range map[string]discordtest.Fault{
		"broken": discordtest.Status(502),
		"slow":   discordtest.Delay(time.Minute),
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, following(discord.StyleEmbed), func(t *testing.T, w *world) {
				w.Tolerate(discordtest.RuleUnknown)
				stop := w.Fail(discordtest.On("GET", "/channels/*"), fault, discordtest.Always)
				start := time.Now()
				answer := w.answered(w.ask("how big is an exosome?"))
				if _, ok := answer.Find(continueButton); ok || time.Since(start) > 3*time.Second {
					t.Errorf("answered after %v, with the button: %v", time.Since(start), ok)
				}
				thread := w.general.Thread(w.BotUser(), "how big?")
				w.Dispatch("THREAD_DELETE", map[string]any{"id": thread.ID}) // so that it has to be looked up
				before := w.posts()
				thread.Say(w.ann, "how big is it?")
				time.Sleep(5 * time.Second)
				if n := w.posts(); n != before {
					t.Error("the bot spoke in a place that it does not know")
				}
				stop()
				w.Fail(discordtest.On("GET", "/guilds/*/members/*"), fault, 1)
				w.answered(w.ask("how big is a cell?"))
				question := thread.Say(w.ann, "how big is it now?")
				thread.WaitReply(t.Context(), question)
			})
		})
	}
}

// A thread is called by the question, unless that says nothing or too much.
func TestThreadName(t *testing.T) {
	o := setup{answerer: func() discord.Answerer { return named{realBot()} }}
	inWorld(t, o, func(t *testing.T, w *world) {
		for question, want := range map[string]string{
			"**How big** is an exosome? ||spoiler||":                 "How big is an exosome? spoiler",
			"@everyone how big is <@&1> `an` https://x.test exosome": "everyone how big is an exosome",
			"how big" + strings.Repeat(" is it that an exosome", 20): "how big is it that an exosome is it that an exosome is it that an exosome is it that an exosome is…",
			"and how big is that?":                                   "Diameter in nanometres",
			"how big a dose should my mother get":                    "Diameter in nanometres",
		} {
			answer := w.general.Slash(w.ann, "ask", discordtest.Opt("question", question)).WaitReply(t.Context())
			if got := w.opened(answer, w.ann).Name; got != want {
				t.Errorf("%q: the thread is called %q, want %q", question, got, want)
			}
		}
		if pings := w.Pings(); len(pings) > 0 {
			t.Errorf("pings = %v, want none", pings)
		}
	})
}

// named is an answerer that takes questions about mothers for those about treatment.
type named struct{ discord.Answerer }

func (n named) Glance(text string) bot.Glance {
	g := n.Answerer.Glance(text)
	g.Advice = strings.Contains(text, "mother")
	return g
}

func (n named) Answer(ctx context.Context, q bot.Question) (bot.Reply, error) {
	r, err := n.Answerer.Answer(ctx, q)
	if strings.Contains(q.Text, "mother") {
		r.Kind = bot.KindAdvice
	}
	return r, err
}
