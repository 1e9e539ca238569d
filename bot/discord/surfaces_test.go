package discord_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exobot/bot"
	"exobot/bot/discord"
	"exobot/bot/discord/discordtest"
	"exobot/knowledge"
)

// realBot is a bot whose searcher finds the section about size for what is "big".
func realBot() discord.Answerer {
	lib := library()
	search := bot.SearchFunc(func(_ context.Context, q knowledge.Query) (knowledge.Result, error) {
		var r knowledge.Result
		if strings.Contains(q.Text+q.Context, "big") && (len(q.Articles) == 0 || q.Articles[0] == "exosome-size") {
			p := &lib.Section(knowledge.SectionRef{Article: "exosome-size", Section: "diameter"}).Passages[0]
			r = knowledge.Result{Answered: true, Confidence: 0.9, Matches: []knowledge.Match{{Passage: p, Score: 1}}}
		}
		return r, nil
	})
	return bot.New(bot.Edition{Library: lib, Searcher: search}, bot.Options{})
}

// inRealWorld is inWorld with realBot.
func inRealWorld(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	inWorld(t, setup{answerer: realBot}, test)
}

func TestAutocomplete(t *testing.T) {
	inRealWorld(t, func(t *testing.T, w *world) {
		tests := []struct {
			option, typed string
			topic         string
			want          []discordtest.Choice
		}{
			{"question", "diametr", "", []discordtest.Choice{{Name: "Diameter in nanometres · How big are exosomes?", Value: "§1:exosome-size/diameter"}}},
			{"question", "wound", "What are exosomes used for?", []discordtest.Choice{{Name: "Wound healing · What are exosomes used for?", Value: "§1:uses/wounds"}}},
			{"question", "wound", "exosome-size", nil},
			{"question", "who won the cup", "", nil},
			{"question", strings.Repeat("xyzzy ", 1000), "", nil},
			{"topic", "big", "", []discordtest.Choice{{Name: "How big are exosomes?", Value: "exosome-size"}}},
		}
		for _, test := range tests {
			var opts []discordtest.InvokeOption
			if test.topic != "" {
				opts = append(opts, discordtest.Opt("topic", test.topic))
			}
			if test.option == "topic" {
				opts = append(opts, discordtest.Opt("question", "x"))
			}
			got := w.general.Autocomplete(w.ann, "ask", test.option, test.typed, opts...).Response(t.Context())
			if len(got.Choices) != len(test.want) || got.Type != discordtest.RespondChoices {
				t.Errorf("%s %.40q: %+v, want %+v", test.option, test.typed, got, test.want)
				continue
			}
			for i, c := range got.Choices {
				if c.Name != test.want[i].Name || c.Value != test.want[i].Value {
					t.Errorf("%s %.40q: %+v, want %+v", test.option, test.typed, c, test.want[i])
				}
			}
		}
		w.Expect(discordtest.RuleUnknown)
		w.Dispatch("INTERACTION_CREATE", map[string]any{"id": "1", "token": "aW50ZXJhY3Rpb24x", "type": 4, "data": map[string]any{"name": "old"}})
	})
}

// A choice opens its section, by its value and by its name, and free text is a question.
func TestPickedQuestion(t *testing.T) {
	inRealWorld(t, func(t *testing.T, w *world) {
		for typed, want := range map[string]string{
			"§1:uses/wounds": "In mice, wounds that were treated",
			"Wound healing · What are exosomes used for?": "In mice, wounds that were treated",
			"how big?":                   "30 to 150",
			"§1:uses/gone":               "That section is not in my articles any more.",
			"§9:uses/wounds":             "I could not find this",
			"§1:../../@everyone <@&123>": "I could not find this",
		} {
			in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", typed))
			if got := in.WaitReply(t.Context()).Text(); !strings.Contains(got, want) {
				t.Errorf("reply to %q = %q, want it to contain %q", typed, got, want)
			}
		}
		if len(w.Pings()) > 0 {
			t.Errorf("pings = %v, want none", w.Pings())
		}
	})
}

func TestTopic(t *testing.T) {
	inRealWorld(t, func(t *testing.T, w *world) {
		for topic, want := range map[string]string{
			"exosome-size":            "30 to 150",
			"How big are exosomes?":   "30 to 150",
			"uses":                    "I could not find this",
			"football":                "I have no such topic.",
			"@everyone":               "I have no such topic.",
			strings.Repeat("x", 5000): "I have no such topic.",
		} {
			in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"), discordtest.Opt("topic", topic))
			reply := in.WaitReply(t.Context())
			if got := reply.Text(); !strings.Contains(got, want) {
				t.Errorf("topic %.40q: reply = %q, want it to contain %q", topic, got, want)
			}
			if private := strings.Contains(want, "no such"); reply.Ephemeral() != private {
				t.Errorf("topic %.40q: ephemeral = %v", topic, reply.Ephemeral())
			}
		}
	})
}

// A message does not say in which language its author's client is; its server has one.
func TestServerLanguage(t *testing.T) {
	askWorld(t, readable, func(t *testing.T, w *world, _, _ *discordtest.Channel) {
		german := w.Guild("Labor", discordtest.PreferredLocale("de"))
		general := german.Channel("allgemein")
		dora := w.User("dora", discordtest.SpeaksLocale("de"))
		says := func(got string, want bot.PhraseName, lang string) {
			t.Helper()
			if !strings.Contains(got, bot.Phrase(lang, want)) {
				t.Errorf("reply = %q, want %q in %s", got, want, lang)
			}
		}
		mention := func(u *discordtest.User, ch *discordtest.Channel) string {
			return ch.WaitReply(t.Context(), ch.Say(u, w.Mention())).Text()
		}
		says(mention(w.ann, general), "mention_hint", "de")
		says(mention(dora, w.general), "mention_hint", "en")
		in := general.Slash(w.ann, "ask", discordtest.Opt("question", " "))
		says(in.WaitReply(t.Context()).Text(), "mention_hint", "en") // her client counts for more
		if q := w.ask("how big?"); w.answered(q) == nil || w.answers.asked()[0].Locale != "en-US" {
			t.Errorf("questions = %+v", w.answers.asked())
		}
		german.Set(discordtest.PreferredLocale("fr"))
		says(mention(w.ann, general), "mention_hint", "fr")
	})
}

// What somebody picks is what they go on to ask about.
func TestFollowUps(t *testing.T) {
	inRealWorld(t, func(t *testing.T, w *world) {
		declined := "I could not find this"
		w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big is it?")).WaitReply(t.Context())
		first := w.answered(w.ask("how big is an exosome?"))
		bob := w.User("bob")
		if got := w.answered(w.general.Say(w.ann, "and of a cell?", discordtest.ReplyTo(first))).Text(); strings.Contains(got, declined) {
			t.Errorf("the asker's follow-up = %q", got)
		}
		if got := w.answered(w.general.Say(bob, "and of a cell?", discordtest.ReplyTo(first))).Text(); !strings.Contains(got, declined) {
			t.Errorf("somebody else's follow-up = %q", got)
		}
		if got := w.answered(w.general.Say(w.ann, w.Mention()+" and of a cell?")).Text(); strings.Contains(got, declined) {
			t.Errorf("a mention's follow-up = %q", got)
		}
	})
}

func TestAnswerThis(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		w.WaitCalls(t.Context(), discordtest.On("PUT", "/applications/*/commands"), 1)
		bob := w.User("bob")
		ours := w.answered(w.ask("how big?"))
		before := w.posts()
		tests := []struct {
			name   string
			target *discordtest.Message
			want   string
		}{
			{"somebody's question", w.general.Say(bob, "does anybody know how big they are?"), "30 to 150"},
			{"hostile", w.general.Say(bob, "@everyone "+strings.Repeat("`", 500)+" <@&1>"), "I could not find this"},
			{"no text", w.general.Say(bob, "", discordtest.Attach("x.png", "image/png", 10)), "I see no question"},
			{"only a mention", w.general.Say(bob, w.ann.Mention()), "I see no question"},
			{"ours", ours, "I see no question"},
		}
		for _, test := range tests {
			in := w.general.MessageMenu(w.ann, "Answer this", test.target)
			reply := in.WaitReply(t.Context())
			if !reply.Ephemeral() || !strings.Contains(reply.Text(), test.want) {
				t.Errorf("%s: reply = %q, ephemeral = %v; want %q", test.name, reply.Text(), reply.Ephemeral(), test.want)
			}
		}
		if n := w.posts(); n != before {
			t.Errorf("%d messages posted, want none", n-before)
		}
		if q := w.answers.asked()[1]; q.Surface != bot.SurfaceMenu || q.Conversation == "" {
			t.Errorf("question = %+v", q)
		}
		in := w.general.MessageMenu(w.ann, "Answer this", tests[0].target, discordtest.WithField("data", map[string]any{"name": "Answer this", "type": 3, "target_id": 7, "resolved": "x"}))
		if got := in.WaitReply(t.Context()).Text(); !strings.Contains(got, "I see no question") {
			t.Errorf("reply = %q", got)
		}
		if len(w.Pings()) > 0 {
			t.Errorf("pings = %v, want none", w.Pings())
		}
	})
}

// Who has asked for an answer to a message can have it posted as a reply to that.
func TestAnswerThisAsReply(t *testing.T) {
	share := func(t *testing.T, w *world, ch *discordtest.Channel, target *discordtest.Message) *discordtest.Interaction {
		t.Helper()
		private := ch.MessageMenu(w.ann, "Answer this", target).WaitReply(t.Context())
		return private.Click(w.ann, "Share")
	}
	t.Run("reply", func(t *testing.T) {
		inWorld(t, setup{}, func(t *testing.T, w *world) {
			commandsThere(t, w)
			question := w.general.Say(w.User("bob"), "how big is it?")
			private := w.general.MessageMenu(w.ann, "Answer this", question).WaitReply(t.Context())
			says(t, private.Click(w.ann, "Share"), "posted this as a reply")
			reply := w.answered(question)
			if reply.ReplyTo != question.ID || !strings.Contains(reply.Text(), "Shared by "+w.ann.Mention()) || !strings.Contains(reply.Text(), "30 to 150") {
				t.Errorf("reply = %q to %s", reply.Text(), reply.ReplyTo)
			}
			says(t, private.Click(w.ann, "Share"), "shared this already")
			says(t, reply.Click(w.User("bob"), "Dismiss"), "Only the person who asked")
			question.Delete()
			reply.WaitDelete(t.Context())
			if n, pings := w.posts(), w.Pings(); n != 1 || len(pings) > 0 {
				t.Errorf("%d messages posted, pings = %v; want one and none", n, pings)
			}
		})
	})
	t.Run("question deleted before", func(t *testing.T) {
		inWorld(t, setup{}, func(t *testing.T, w *world) {
			commandsThere(t, w)
			question := w.general.Say(w.User("bob"), "how big is it?")
			private := w.general.MessageMenu(w.ann, "Answer this", question).WaitReply(t.Context())
			question.Delete()
			says(t, private.Click(w.ann, "Share"), "posted this as a reply")
			if n := w.posts(); n != 1 {
				t.Errorf("%d messages posted, want one", n)
			}
		})
	})
	t.Run("member may not write", func(t *testing.T) {
		inWorld(t, setup{}, func(t *testing.T, w *world) {
			commandsThere(t, w)
			private := w.general.MessageMenu(w.ann, "Answer this", w.general.Say(w.User("bob"), "how big is it?")).WaitReply(t.Context())
			member := map[string]any{"user": map[string]any{"id": w.ann.ID}, "permissions": "1024"}
			says(t, private.Click(w.ann, "Share", discordtest.WithField("member", member)), "cannot write")
			if n := w.posts(); n != 0 {
				t.Errorf("%d messages posted, want none", n)
			}
		})
	})
	// Where we may not write, or are not at all, the response to the click is public.
	t.Run("bot may not write", func(t *testing.T) {
		inWorld(t, setup{}, func(t *testing.T, w *world) {
			commandsThere(t, w)
			w.Expect(discordtest.RulePermissions)
			w.general.Set(discordtest.Deny(discordtest.SendMessages))
			if shared := share(t, w, w.general, w.general.Say(w.User("bob"), "how big is it?")).WaitReply(t.Context()); shared.Ephemeral() || !strings.Contains(shared.Text(), "30 to 150") {
				t.Errorf("shared = %q", shared.Text())
			}
		})
	})
	t.Run("elsewhere", func(t *testing.T) {
		inWorld(t, setup{}, func(t *testing.T, w *world) {
			commandsThere(t, w)
			chat := w.Guild("Elsewhere", discordtest.WithoutBot()).Channel("chat")
			if shared := share(t, w, chat, chat.Say(w.User("bob"), "how big is it?")).WaitReply(t.Context()); shared.Ephemeral() {
				t.Errorf("shared = %q", shared.Text())
			}
			if n := w.posts(); n != 0 {
				t.Errorf("%d messages posted, want none", n)
			}
		})
	})
	t.Run("Discord fails", func(t *testing.T) {
		inWorld(t, setup{}, func(t *testing.T, w *world) {
			commandsThere(t, w)
			w.Fail(discordtest.On("POST", "/channels/*/messages"), discordtest.Status(503), discordtest.Always)
			says(t, share(t, w, w.general, w.general.Say(w.User("bob"), "how big is it?")), "Something went wrong")
		})
	})
}

// Clients in other languages show the commands in theirs.
func TestCommandsAreTranslated(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		w.WaitCalls(t.Context(), discordtest.On("PUT", "/applications/*/commands"), 1)
		for _, c := range w.Commands() {
			switch c.Type {
			case discordtest.ChatInputCommand:
				if got := c.DescriptionLocalizations["de"]; got == "" || got == c.Description {
					t.Errorf("/%s is described as %q in German", c.Name, got)
				}
				for _, o := range c.Options {
					if got := o.DescriptionLocalizations["de"]; got == "" || got == o.Description {
						t.Errorf("option %s is described as %q in German", o.Name, got)
					}
				}
			case discordtest.MessageCommand:
				if got := c.NameLocalizations["de"]; got == "" || got == c.Name {
					t.Errorf("%q is called %q in German", c.Name, got)
				}
			}
		}
	})
}

// Somebody who has installed the app takes it along: into servers that the bot is not
// in, and into private conversations.
func TestUserInstalled(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		w.WaitCalls(t.Context(), discordtest.On("PUT", "/applications/*/commands"), 1)
		bob := w.User("bob")
		places := []*discordtest.Channel{
			w.Guild("Elsewhere", discordtest.WithoutBot()).Channel("general"),
			w.GroupDM(w.ann, bob),
		}
		for _, place := range places {
			in := place.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"))
			if got := in.WaitReply(t.Context()).Text(); !strings.Contains(got, "30 to 150") {
				t.Errorf("reply = %q", got)
			}
			in = place.MessageMenu(w.ann, "Answer this", place.Say(bob, "how big?"))
			if reply := in.WaitReply(t.Context()); !reply.Ephemeral() || !strings.Contains(reply.Text(), "30 to 150") {
				t.Errorf("reply = %q", reply.Text())
			}
			if got := place.Autocomplete(w.ann, "ask", "question", "wound").Response(t.Context()); len(got.Choices) != 1 {
				t.Errorf("choices = %v", got.Choices)
			}
		}
	})
}

// The answer follows its question.
func TestEdits(t *testing.T) {
	for _, style := range []discord.Style{discord.StyleEmbed, discord.StyleComponents, discord.StyleText} {
		t.Run(string(style), func(t *testing.T) {
			inWorld(t, setup{config: func(c *discord.Config) { c.Style = style }}, func(t *testing.T, w *world) {
				question := w.ask("who won the cup?")
				reply := w.answered(question)
				edit := func(text string) string {
					question.Edit(text)
					synctest.Wait()
					return reply.Current().Text()
				}
				if got := edit(w.Mention() + " how big is an exosome?"); !strings.Contains(got, "30 to 150") || strings.Contains(got, "could not find") {
					t.Errorf("edited answer = %q", got)
				}
				asked := len(w.answers.asked())
				if got := edit(w.Mention() + " **how big** is an exosome?"); !strings.Contains(got, "30 to 150") || len(w.answers.asked()) != asked {
					t.Errorf("an edit of the same words was asked: %q", got)
				}
				if got := edit(w.Mention() + " thanks @everyone"); !strings.Contains(got, "You are welcome.") || strings.Contains(got, "30 to 150") {
					t.Errorf("edited answer = %q", got)
				}
				if got := edit("never mind"); !strings.Contains(got, "You are welcome.") { // nobody speaks to us any more
					t.Errorf("edited answer = %q", got)
				}
				time.Sleep(61 * time.Second)
				if got := edit(w.Mention() + " how big is it now?"); !strings.Contains(got, "You are welcome.") {
					t.Errorf("answer to a late edit = %q", got)
				}
				if n := w.posts(); n != 1 {
					t.Errorf("%d messages posted, want one", n)
				}
				if len(w.Pings()) > 0 {
					t.Errorf("pings = %v, want none", w.Pings())
				}
			})
		})
	}
}

// An edit while the first wording is still being answered wins.
func TestEditOvertakes(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		question := w.ask("slowly: thanks?")
		question.Edit(w.Mention() + " how big is an exosome?")
		synctest.Wait()
		reply := w.general.Reply(question)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if reply == nil || !strings.Contains(reply.Current().Text(), "30 to 150") || w.posts() != 1 {
			t.Errorf("reply = %v, %d messages posted", reply, w.posts())
		}
	})
}

func TestDeletions(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		answered := w.ask("how big?")
		reply := w.answered(answered)
		slow := w.ask("slowly: how big?")
		private := w.ann.DM("how big?")
		direct := w.ann.DMChannel().WaitReply(t.Context(), private)
		stays := w.answered(w.ask("who won the cup?"))
		other := w.answered(w.ask("how big is a hair?"))
		w.Dispatch("MESSAGE_DELETE_BULK", map[string]any{"ids": []string{other.ReplyTo, "1", "x"}, "channel_id": w.general.ID})
		w.Dispatch("MESSAGE_DELETE", map[string]any{"id": 5})
		answered.Delete()
		slow.Delete()
		private.Delete()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		for _, m := range []*discordtest.Message{reply, direct, other} {
			if !m.Current().Deleted {
				t.Errorf("the answer %q is still there", m.Text())
			}
		}
		if stays.Current().Deleted {
			t.Error("another answer was deleted")
		}
		if w.general.Reply(slow) != nil && w.general.Reply(slow).ReplyTo == slow.ID {
			t.Error("a deleted question was answered")
		}
	})
}

// A question is deleted when its answer is gone already, and an answer that a moderator
// has deleted does not come back.
func TestAnswerDeletedFirst(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		w.Expect(discordtest.RuleUnknown)
		question := w.ask("how big?")
		w.answered(question).Delete()
		question.Edit(w.Mention() + " how big is it?")
		synctest.Wait()
		question.Delete()
		synctest.Wait()
		if n := w.posts(); n != 1 {
			t.Errorf("%d messages posted, want one", n)
		}
		if log := w.logs.String(); strings.Contains(log, "level=WARN") {
			t.Error("the log has a warning")
		}
	})
}

func cooldowns(c discord.Cooldowns) setup {
	return setup{config: func(cfg *discord.Config) { cfg.Cooldowns = c }}
}

func TestUserCooldown(t *testing.T) {
	inWorld(t, cooldowns(discord.Cooldowns{User: discord.Rate{Burst: 2, Every: 10 * time.Second}}), func(t *testing.T, w *world) {
		bob := w.User("bob")
		ask := func(u *discordtest.User, text string) *discordtest.Message {
			question := w.general.Say(u, w.Mention()+" "+text)
			synctest.Wait()
			for _, m := range w.general.Messages() {
				if m.ReplyTo == question.ID {
					return m
				}
			}
			return nil
		}
		if ask(w.ann, "how big?") == nil || ask(w.ann, "how big, then?") == nil {
			t.Error("the first questions were not answered")
		}
		if got := ask(w.ann, "how big now?"); got != nil {
			t.Errorf("a limited message was answered: %q", got.Text())
		}
		in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"))
		if reply := in.WaitReply(t.Context()); !reply.Ephemeral() || !strings.Contains(reply.Text(), "faster than I may answer") {
			t.Errorf("reply to a limited command = %q", reply.Text())
		}
		w.WaitCalls(t.Context(), discordtest.On("PUT", "/applications/*/commands"), 1)
		in = w.general.MessageMenu(w.ann, "Answer this", w.general.Say(bob, "how big?"))
		if reply := in.WaitReply(t.Context()); !reply.Ephemeral() || !strings.Contains(reply.Text(), "faster than I may answer") {
			t.Errorf("reply to a limited menu = %q", reply.Text())
		}
		for range 3 { // in private, one line tells
			w.ann.DM("how big?")
		}
		synctest.Wait()
		told := slices.DeleteFunc(w.ann.DMChannel().Messages(), func(m *discordtest.Message) bool { return m.Author == w.ann })
		if len(told) != 1 || !strings.Contains(told[0].Text(), "faster than I may answer") {
			t.Errorf("%d replies to limited private messages, want one that says so", len(told))
		}
		if got := ask(w.ann, "this is an emergency"); got == nil || !strings.Contains(got.Text(), "112") {
			t.Error("an emergency was not answered")
		}
		if ask(bob, "how big?") == nil {
			t.Error("somebody else was limited")
		}
		time.Sleep(10 * time.Second)
		if ask(w.ann, "how big now?") == nil {
			t.Error("still limited after the cooldown")
		}
	})
}

// Clicks have a limit of their own, and forms and commands for looking around are clicks.
func TestClickCooldown(t *testing.T) {
	o := cooldowns(discord.Cooldowns{Click: discord.Rate{Burst: 5, Every: 10 * time.Second}})
	o.answerer = func() discord.Answerer { return answering(wide()) }
	inWorld(t, o, func(t *testing.T, w *world) {
		const tooFast = "clicking faster than I may answer"
		bob := w.User("bob")
		answer := w.answered(w.ask("how big?"))
		says(t, answer.Click(w.ann, "More"), "Hardly anything")
		says(t, answer.Select(w.ann, "x1:topic", []string{"uses/wounds"}), "In mice")
		list := says(t, w.general.Slash(w.ann, "topics"), "Pick one")
		form := answer.Click(w.ann, "Not helpful")
		form.Response(t.Context())
		says(t, form.Submit(nil), "Thank you")
		for _, in := range []*discordtest.Interaction{
			answer.Click(w.ann, "More"), answer.Click(w.ann, "Dismiss"), form.Submit(nil), answer.Click(w.ann, "Not helpful"),
			list.Select(w.ann, "x1:article", []string{"uses"}), w.general.Slash(w.ann, "topics"), w.general.Slash(w.ann, "about"),
		} {
			says(t, in, tooFast)
		}
		if answer.Current().Deleted {
			t.Error("a click too many was carried out")
		}
		for range 20 {
			if got := w.general.Autocomplete(w.ann, "ask", "question", "wound").Response(t.Context()); len(got.Choices) != 1 {
				t.Fatalf("choices = %v", got.Choices)
			}
		}
		w.answered(w.ask("how big is a cell?"))
		says(t, answer.Click(bob, "More"), "Hardly anything")
		time.Sleep(10 * time.Second)
		says(t, answer.Click(w.ann, "More"), "Hardly anything")
		says(t, answer.Click(w.ann, "More"), tooFast)
	})
}

func TestChannelCooldown(t *testing.T) {
	inWorld(t, cooldowns(discord.Cooldowns{Channel: discord.Rate{Burst: 3, Every: time.Minute}}), func(t *testing.T, w *world) {
		for i := range 5 {
			w.general.Say(w.User(fmt.Sprint("member", i)), w.Mention()+" how big?")
		}
		other := w.guild.Channel("other")
		other.Say(w.ann, w.Mention()+" how big?")
		synctest.Wait()
		if n := w.posts(); n != 4 {
			t.Errorf("%d answers, want 3 in one channel and 1 in the other", n)
		}
	})
}

func TestSameQuestionAgain(t *testing.T) {
	inWorld(t, cooldowns(discord.DefaultCooldowns), func(t *testing.T, w *world) {
		bob := w.User("bob")
		ask := func(u *discordtest.User, text string) *discordtest.Message {
			return w.answered(w.general.Say(u, w.Mention()+" "+text))
		}
		link := func(m *discordtest.Message) string {
			return "[I have just answered this question here.](<https://discord.com/channels/" + w.guild.ID + "/" + w.general.ID + "/" + m.ID + ">)"
		}
		first := ask(w.ann, "How big is an exosome?")
		if got := ask(bob, "how BIG is an exosome"); got.Text() != link(first) {
			t.Errorf("second answer = %q, want %q", got.Text(), link(first))
		}
		in := w.general.Slash(bob, "ask", discordtest.Opt("question", "how big is an exosome?"))
		if reply := in.WaitReply(t.Context()); reply.Text() != link(first) || !reply.Ephemeral() {
			t.Errorf("reply to the command = %q", reply.Text())
		}
		in = w.general.Slash(bob, "ask", discordtest.Opt("question", "how big is an exosome?"), discordtest.Opt("private", true))
		if reply := in.WaitReply(t.Context()); !strings.Contains(reply.Text(), "30 to 150") {
			t.Errorf("private reply = %q", reply.Text())
		}

		for range 2 { // what must not be put off, what is no question, what leans on another
			for text, want := range map[string]string{"this is an emergency": "112", "thanks": "welcome", "is it big?": "30 to 150"} {
				if got := ask(w.User("user of "+text), text).Text(); !strings.Contains(got, want) {
					t.Errorf("answer to %q = %q", text, got)
				}
			}
		}

		public := w.general.Slash(w.User("carl"), "ask", discordtest.Opt("question", "how big is a cell?")).WaitReply(t.Context())
		if got := ask(w.User("dora"), "how big is a cell?"); got.Text() != link(public) {
			t.Errorf("answer after a command = %q, want %q", got.Text(), link(public))
		}

		time.Sleep(time.Minute)
		if got := ask(bob, "how big is an exosome?").Text(); !strings.Contains(got, "30 to 150") {
			t.Errorf("answer after a minute = %q", got)
		}
		if len(w.Pings()) > 0 {
			t.Errorf("pings = %v, want none", w.Pings())
		}
	})
}

// Nobody is pointed at an answer that is gone, that failed, or that has changed.
func TestSameQuestionWithoutAnswer(t *testing.T) {
	inWorld(t, cooldowns(discord.Cooldowns{Repeat: time.Minute}), func(t *testing.T, w *world) {
		first := w.ask("how big is an exosome?")
		w.answered(first)
		first.Delete()
		synctest.Wait()
		second := w.ask("how big is an exosome?")
		reply := w.answered(second)
		if !strings.Contains(reply.Text(), "30 to 150") {
			t.Errorf("answer after a deletion = %q", reply.Text())
		}
		reply.Delete()
		synctest.Wait()
		third := w.ask("how big is an exosome?")
		if got := w.answered(third).Text(); !strings.Contains(got, "30 to 150") {
			t.Errorf("answer after the answer was deleted = %q", got)
		}
		third.Edit(w.Mention() + " who won the cup?")
		synctest.Wait()
		if got := w.answered(w.ask("how big is an exosome?")).Text(); !strings.Contains(got, "30 to 150") {
			t.Errorf("answer after an edit = %q", got)
		}
		for range 2 {
			if got := w.answered(w.ask("break the index")).Text(); !strings.Contains(got, "Something went wrong") {
				t.Errorf("answer after a fault = %q", got)
			}
		}
		// Of two who ask at the same time one gets the answer and the other waits for it.
		texts := ""
		for _, question := range []*discordtest.Message{w.ask("slowly: how big is a cell?"), w.ask("slowly: how big is a cell?")} {
			texts += w.answered(question).Text()
		}
		if strings.Count(texts, "just answered") != 1 || strings.Count(texts, "30 to 150") != 1 {
			t.Errorf("answers = %q", texts)
		}
	})
}

// askWorld has an ask channel and a forum, and members who talk there.
func askWorld(t *testing.T, server discordtest.Options, test func(t *testing.T, w *world, asks, forum *discordtest.Channel)) {
	t.Helper()
	var asks, forum *discordtest.Channel
	inWorld(t, setup{
		server: server,
		before: func(w *world) {
			asks, forum = w.guild.Channel("ask"), w.guild.Channel("help", discordtest.Forum())
		},
		config: func(c *discord.Config) {
			c.AskChannels, c.Forums = []string{asks.ID}, []string{forum.ID}
		},
	}, func(t *testing.T, w *world) { test(t, w, asks, forum) })
}

var readable = discordtest.Options{Privileged: discordtest.IntentMessageContent}

func TestAskChannel(t *testing.T) {
	askWorld(t, readable, func(t *testing.T, w *world, asks, _ *discordtest.Channel) {
		bob := w.User("bob")
		theirs := asks.Say(bob, "I have a cell here.")
		tests := []struct {
			name, text string
			opts       []discordtest.SayOption
			want       string
		}{
			{"question", "How big is an exosome?", nil, "30 to 150"},
			{"without a mark", "how big are they", nil, "30 to 150"},
			{"remark", "They are big.", nil, ""},
			{"nothing found", "Who won the cup?", nil, ""},
			{"small talk", "thanks?", nil, ""},
			{"fault", "Does it break?", nil, ""},
			{"emergency", "this is an emergency", nil, "112"},
			{"somebody addressed", bob.Mention() + " how big is it?", nil, ""},
			{"somebody addressed at the end", "how big is it, " + bob.Mention() + "?", nil, ""},
			{"everybody addressed", "@everyone how big is it?", nil, ""},
			{"those online addressed", "how big is it, @here?", nil, ""},
			{"a role addressed", "<@&" + w.guild.ID + "> how big is it?", nil, ""},
			{"reply", "How big is it?", []discordtest.SayOption{discordtest.ReplyTo(theirs)}, ""},
			{"silent reply", "How big is it?", []discordtest.SayOption{discordtest.ReplySilentlyTo(theirs)}, ""},
			{"webhook", "How big is it?", []discordtest.SayOption{discordtest.AsWebhook()}, ""},
			{"picture", "", []discordtest.SayOption{discordtest.Attach("x.png", "image/png", 1)}, ""},
			{"mention", w.Mention() + " who won the cup?", nil, "I could not find this"},
		}
		for _, test := range tests {
			question := asks.Say(w.ann, test.text, test.opts...)
			synctest.Wait()
			var got []string
			for _, m := range asks.Messages() {
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
		if n := asks.Typing(); n != 0 {
			t.Errorf("typing was shown %d times", n)
		}
		before := w.posts()
		w.general.Say(w.ann, "How big is an exosome?")
		asks.Thread(bob, "chat").Say(w.ann, "How big is an exosome?")
		if n := w.posts(); n != before {
			t.Error("the bot spoke where it was not asked to")
		}
		if q := w.answers.asked()[0]; q.Surface != bot.SurfaceChannel {
			t.Errorf("surface = %q", q.Surface)
		}
	})
}

// An answer in an ask channel goes when its question turns into another.
func TestAskChannelEdit(t *testing.T) {
	askWorld(t, readable, func(t *testing.T, w *world, asks, _ *discordtest.Channel) {
		question := asks.Say(w.ann, "How big is an exosome?")
		reply := asks.WaitReply(t.Context(), question)
		question.Edit("Who won the cup?")
		synctest.Wait()
		if !reply.Current().Deleted {
			t.Error("the answer is still there")
		}
		question.Edit("How big is a cell?")
		synctest.Wait()
		if n := w.posts(); n != 2 {
			t.Errorf("%d messages posted, want 2", n)
		}
	})
}

func TestForum(t *testing.T) {
	askWorld(t, readable, func(t *testing.T, w *world, _, forum *discordtest.Channel) {
		bob := w.User("bob")
		tests := []struct{ name, title, text, want string }{
			{"title asks", "How big is an exosome?", "I am new here.", "30 to 150"},
			{"text asks", "Question", "How big is an exosome?", "30 to 150"},
			{"text does not ask", "Who won the cup?", "I have a big cell here.", ""},
			{"nothing found", "Who won the cup?", "Anybody?", ""},
			{"emergency", "How big is an exosome?", "this is an emergency", "112"},
			{"addressed to somebody", "How big is an exosome?", bob.Mention() + " please", ""},
			{"addressed to us", "Question", w.Mention() + " who won the cup?", "I could not find this"},
			{"no text", "How big is an exosome?", "", ""},
		}
		for _, test := range tests {
			post, question := forum.Post(w.ann, test.title, test.text, discordtest.Attach("x.png", "image/png", 1))
			synctest.Wait()
			got := ""
			if reply := post.Reply(question); reply != nil {
				got = reply.Text()
			}
			if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("%s: reply = %q, want %q", test.name, got, test.want)
			}
			before := w.posts()
			post.Say(bob, "How big is it really?")
			if n := w.posts(); n != before {
				t.Errorf("%s: the bot answered more than the first message", test.name)
			}
		}
		elsewhere := w.guild.Channel("chat", discordtest.Forum())
		before := w.posts()
		elsewhere.Post(w.ann, "How big is an exosome?", "I am new here.")
		if n := w.posts(); n != before {
			t.Error("the bot answered in a forum that it was not asked to")
		}
	})
}

// The first message may come before the thread that it begins.
func TestForumThreadUnknown(t *testing.T) {
	askWorld(t, readable, func(t *testing.T, w *world, _, forum *discordtest.Channel) {
		post, question := forum.Post(w.ann, "How big is an exosome?", "I am new here.")
		post.WaitReply(t.Context(), question)
		gone := map[string]any{
			"id": "77", "channel_id": "77", "guild_id": w.guild.ID, "type": 0,
			"author": map[string]any{"id": w.ann.ID}, "content": "how big?",
		}
		w.Expect(discordtest.RuleUnknown)
		w.Dispatch("MESSAGE_CREATE", gone)
		w.Dispatch("THREAD_CREATE", map[string]any{"id": 5})
		w.Dispatch("THREAD_CREATE", nil)
		if n := w.posts(); n != 1 {
			t.Errorf("%d messages posted, want one", n)
		}
		if n := len(w.CallsTo(discordtest.On("GET", "/channels/77"))); n != 1 {
			t.Errorf("%d look-ups, want one", n)
		}
	})
}

// The bot asks for no more than it needs: each feature with its intents, and what
// happens without them.
func TestIntents(t *testing.T) {
	all := discordtest.IntentGuilds | discordtest.IntentGuildMessages | discordtest.IntentDirectMessages
	tests := []struct {
		name   string
		config func(*discord.Config)
		want   discordtest.Intents
	}{
		{"commands", func(c *discord.Config) { c.Features = 0 }, discordtest.IntentGuilds},
		{"mentions", func(c *discord.Config) { c.Features = discord.Mentions }, discordtest.IntentGuilds | discordtest.IntentGuildMessages},
		{"private messages", func(c *discord.Config) { c.Features = discord.DirectMessages }, discordtest.IntentGuilds | discordtest.IntentDirectMessages},
		{"ask channel", func(c *discord.Config) { c.AskChannels = []string{"1"} }, all | discordtest.IntentMessageContent},
		{"follow-ups", func(c *discord.Config) { c.FollowUps = true }, all | discordtest.IntentMessageContent},
		{"forum", func(c *discord.Config) { c.Features, c.Forums = 0, []string{"1"} }, discordtest.IntentGuilds | discordtest.IntentGuildMessages | discordtest.IntentMessageContent},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, setup{server: readable, config: test.config}, func(t *testing.T, w *world) {
				if got := w.Identifies()[0].Intents; got != test.want {
					t.Errorf("intents = %b, want %b", got, test.want)
				}
				heard := func(messages, private bool) {
					t.Helper()
					question, direct := w.ask("how big?"), w.ann.DM("how big?")
					synctest.Wait()
					if got := w.general.Reply(question) != nil; got != messages {
						t.Errorf("a mention was answered: %v, want %v", got, messages)
					}
					if got := w.ann.DMChannel().Reply(direct) != nil; got != private {
						t.Errorf("a private message was answered: %v, want %v", got, private)
					}
				}
				heard(test.want&discordtest.IntentGuildMessages != 0, test.want&discordtest.IntentDirectMessages != 0)
				in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"))
				if got := in.WaitReply(t.Context()).Text(); !strings.Contains(got, "30 to 150") {
					t.Errorf("reply = %q", got)
				}
			})
		})
	}
}

// Where messages may not be read, the ask channels are off, the log says why, and
// everything else works.
func TestMessageContentRefused(t *testing.T) {
	askWorld(t, discordtest.Options{}, func(t *testing.T, w *world, asks, forum *discordtest.Channel) {
		w.Expect(discordtest.RuleIntents)
		identifies := w.Identifies()
		if n := len(identifies); n != 2 || identifies[0].Intents&discordtest.IntentMessageContent == 0 || identifies[1].Intents&discordtest.IntentMessageContent != 0 {
			t.Errorf("identified by %+v, want with the intent and then without", identifies)
		}
		if log := w.logs.String(); strings.Count(log, "ask channels and forums are off, and threads need a mention") != 1 || !strings.Contains(log, "Message Content Intent") {
			t.Error("the log does not say once what to switch on")
		}
		asks.Say(w.ann, "How big is an exosome?")
		forum.Post(w.ann, "How big is an exosome?", "I am new here.")
		if n := w.posts(); n != 0 {
			t.Errorf("%d messages posted, want none", n)
		}
		w.answered(w.ask("how big?"))
	})
}

// Where the bot may not see a channel it hears nothing, and in threads another permission
// counts.
func TestPlacesWithoutPermission(t *testing.T) {
	askWorld(t, readable, func(t *testing.T, w *world, _, forum *discordtest.Channel) {
		hidden := w.guild.Channel("hidden", discordtest.Deny(discordtest.ViewChannel))
		hidden.Say(w.ann, w.Mention()+" how big?")
		if n := len(w.answers.asked()); w.posts() != 0 || n != 0 {
			t.Errorf("%d questions heard in a hidden channel", n)
		}

		w.Expect(discordtest.RulePermissions)
		forum.Set(discordtest.Deny(discordtest.SendMessagesInThreads))
		w.general.Set(discordtest.Deny(discordtest.SendMessagesInThreads))
		post, _ := forum.Post(w.ann, "How big is an exosome?", "I am new here.")
		thread := w.general.Thread(w.ann, "chat")
		thread.Say(w.ann, w.Mention()+" how big?")
		synctest.Wait()
		for _, place := range []*discordtest.Channel{post, thread} {
			if slices.ContainsFunc(place.Messages(), func(m *discordtest.Message) bool { return m.Author == w.BotUser() }) {
				t.Errorf("the bot wrote in %s without permission", place.Name)
			}
			if !strings.Contains(w.logs.String(), "channel="+place.ID+` permission="View Channel or Send Messages`) {
				t.Errorf("the log does not name the permission that is missing in %s", place.Name)
			}
		}
	})
}

// Where the bot may not see a channel any more, it does not hear of edits and deletions.
func TestEditsWithoutPermission(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		edited, deleted := w.ask("how big is an exosome?"), w.ask("how big is a cell?")
		answers := []*discordtest.Message{w.answered(edited), w.answered(deleted)}
		w.general.Set(discordtest.Deny(discordtest.ViewChannel))
		edited.Edit(w.Mention() + " who won the cup?")
		deleted.Delete()
		synctest.Wait()
		for _, answer := range answers {
			if now := answer.Current(); now.Deleted || !strings.Contains(now.Text(), "30 to 150") {
				t.Errorf("the answer has changed: deleted = %v, %q", now.Deleted, now.Text())
			}
		}
	})
}

// A reply that does not ping us is heard only where messages can be read, and a message
// menu shows its message anyway.
func TestSilentReplies(t *testing.T) {
	for name, privileged := range map[string]discordtest.Intents{"unreadable": 0, "readable": discordtest.IntentMessageContent} {
		t.Run(name, func(t *testing.T) { testSilentReplies(t, privileged) })
	}
}

func testSilentReplies(t *testing.T, privileged discordtest.Intents) {
	inWorld(t, setup{server: discordtest.Options{Privileged: privileged}, config: func(c *discord.Config) {
		if privileged != 0 {
			c.AskChannels = []string{"80351110224678912"}
		}
	}}, func(t *testing.T, w *world) {
		first := w.answered(w.ask("how big?"))
		pinging := w.general.Say(w.ann, "and how big is a cell?", discordtest.ReplyTo(first))
		w.answered(pinging)
		before := w.posts()
		w.general.Say(w.ann, "and how big is a hair?", discordtest.ReplySilentlyTo(first))
		if heard := w.posts() - before; (heard == 1) != (privileged != 0) {
			t.Errorf("privileged %v: %d answers to a silent reply", privileged, heard)
		}
	})
}

func TestAskChannelWithoutPermission(t *testing.T) {
	askWorld(t, readable, func(t *testing.T, w *world, asks, _ *discordtest.Channel) {
		w.Expect(discordtest.RulePermissions)
		asks.Set(discordtest.Deny(discordtest.SendMessages))
		for range 2 {
			asks.Say(w.ann, "How big is an exosome?")
			synctest.Wait()
		}
		if n := strings.Count(w.logs.String(), "View Channel or Send Messages"); n != 1 {
			t.Errorf("the log names the permission %d times, want once", n)
		}
		if slices.ContainsFunc(asks.Messages(), func(m *discordtest.Message) bool { return m.Author == w.BotUser() }) {
			t.Error("the bot wrote without permission")
		}
	})
}
