package discord_test

import (
	"context"
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

func TestMention(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		reply := w.answered(w.ask("how big is an exosome?"))
		for _, want := range []string{
			"Diameter in nanometres",
			"**Most exosomes measure 30 to 150 nanometres across.** A human hair",
			"**Evidence**: established science",
			"**Source**: [How big are exosomes? › Diameter in nanometres](<https://example.org/articles/exosome-size#diameter>)",
			"1. [Kalluri R et al., Science, 2020](<https://doi.org/10.1126/science.aau6977>)",
		} {
			if !strings.Contains(reply.Text(), want) {
				t.Errorf("reply = %q, want it to contain %q", reply.Text(), want)
			}
		}
		if len(reply.Embeds) != 1 {
			t.Errorf("%d embeds, want one", len(reply.Embeds))
		}
		q := w.answers.asked()[0]
		if q.Text != "how big is an exosome?" || q.Surface != bot.SurfaceMention || q.Conversation == "" {
			t.Errorf("question = %+v", q)
		}
		if len(w.Pings()) > 0 {
			t.Errorf("pings = %v, want none", w.Pings())
		}
	})
}

func TestDirectMessage(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		question := w.ann.DM("how big is an exosome?")
		reply := w.ann.DMChannel().WaitReply(t.Context(), question)
		if !strings.Contains(reply.Text(), "30 to 150") {
			t.Errorf("reply = %q", reply.Text())
		}
		if q := w.answers.asked()[0]; q.Surface != bot.SurfaceDM {
			t.Errorf("surface = %q", q.Surface)
		}
	})
}

func TestAsk(t *testing.T) {
	for _, style := range []discord.Style{discord.StyleEmbed, discord.StyleComponents, discord.StyleText} {
		t.Run(string(style), func(t *testing.T) {
			inWorld(t, setup{config: func(c *discord.Config) { c.Style = style }}, func(t *testing.T, w *world) {
				for _, private := range []bool{false, true} {
					in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big is an exosome?"), discordtest.Opt("private", private))
					response := in.Response(t.Context())
					if response.Deferred() || response.Ephemeral() != private {
						t.Errorf("private %v: deferred = %v, ephemeral = %v", private, response.Deferred(), response.Ephemeral())
					}
					reply := in.WaitReply(t.Context())
					if !strings.Contains(reply.Text(), "**Most exosomes measure 30 to 150 nanometres across.**") {
						t.Errorf("reply = %q", reply.Text())
					}
				}
			})
		})
	}
}

func TestAskIsPrivateByConfiguration(t *testing.T) {
	inWorld(t, setup{config: func(c *discord.Config) { c.Private = true }}, func(t *testing.T, w *world) {
		in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"))
		if !in.Response(t.Context()).Ephemeral() {
			t.Error("the reply is public")
		}
		in = w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"), discordtest.Opt("private", false))
		if in.Response(t.Context()).Ephemeral() {
			t.Error("private:false is private")
		}
	})
}

// A slow answer is announced after a second: by typing for a message, by a deferred
// response of the same visibility for a command.
func TestSlowAnswer(t *testing.T) {
	for _, style := range []discord.Style{discord.StyleEmbed, discord.StyleComponents} {
		t.Run(string(style), func(t *testing.T) {
			inWorld(t, setup{config: func(c *discord.Config) { c.Style = style }}, func(t *testing.T, w *world) {
				question := w.ask("slowly: how big?")
				in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "slowly: how big?"), discordtest.Opt("private", true))
				time.Sleep(900 * time.Millisecond)
				synctest.Wait()
				if w.general.Typing() != 0 || in.Answered() {
					t.Error("acknowledged before a second had passed")
				}
				response := in.Response(t.Context())
				if !response.Deferred() || !response.Ephemeral() || response.After != time.Second {
					t.Errorf("response = %+v, want a private deferral after a second", response)
				}
				reply := in.WaitReply(t.Context())
				if !reply.Ephemeral() || !strings.Contains(reply.Text(), "30 to 150") {
					t.Errorf("reply = %q", reply.Text())
				}
				w.answered(question)
				if n := w.general.Typing(); n != 1 {
					t.Errorf("typing was shown %d times, want once", n)
				}
			})
		})
	}
}

func TestOtherReplies(t *testing.T) {
	long := strings.Repeat("is it so that ", 160) // 2,240 characters
	tests := []struct {
		question string
		want     []string
		not      string
	}{
		{"who won the cup?", []string{"I could not find this", "- Wound healing (What are exosomes used for?)"}, ""},
		{"thanks!", []string{"You are welcome."}, ""},
		{"", []string{"Ask me something", "How big is an exosome?"}, ""},
		{"@everyone **hi** <#1> <@&2>", []string{"I could not find this"}, "everyone"},
		{"break", []string{"Something went wrong on my side."}, "fire"},
		{"panic please", []string{"Something went wrong on my side."}, "please ask"},
		{long + "?", []string{"That is a long message"}, ""},
		{long + "how big?", []string{"30 to 150"}, "long message"},
		{long + "this is an emergency", []string{"Call 112 now."}, "long message"},
	}
	for _, style := range []discord.Style{discord.StyleEmbed, discord.StyleComponents} {
		inStyle := setup{config: func(c *discord.Config) { c.Style = style }}
		t.Run(string(style), func(t *testing.T) {
			inWorld(t, inStyle, func(t *testing.T, w *world) {
				for _, test := range tests {
					got := w.answered(w.ask(test.question)).Text()
					for _, want := range test.want {
						if !strings.Contains(got, want) {
							t.Errorf("reply to %.40q = %q, want it to contain %q", test.question, got, want)
						}
					}
					if test.not != "" && strings.Contains(got, test.not) {
						t.Errorf("reply to %.40q = %q, want it without %q", test.question, got, test.not)
					}
				}
			})
		})
	}
}

// What is not addressed to the bot gets no reply, and the bot lives on.
func TestSilence(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		bob, webhook := w.User("bob"), w.User("hook")
		other := w.User("other", discordtest.OtherBot())
		how := w.Mention() + " how big?"
		first := w.answered(w.ask("how big?"))
		before := w.posts()

		w.general.Say(other, how)
		w.general.Say(webhook, how, discordtest.AsWebhook())
		w.general.Say(w.ann, how, discordtest.WithoutAuthor())
		w.general.Say(w.ann, how, discordtest.With("type", 7)) // somebody has joined
		w.general.Say(w.ann, "@everyone how big is it?")
		w.general.Say(w.ann, "<@&"+w.guild.ID+"> how big is it?")
		w.general.Say(w.ann, bob.Mention()+" ask "+w.Mention()+" how big it is")
		w.general.Say(w.ann, bob.Mention()+" how big is it?")
		w.general.Say(w.ann, "I agree", discordtest.ReplyTo(w.general.Say(bob, "it is big")))
		w.general.Say(w.ann, "how big is it, "+bob.Mention()+"?", discordtest.ReplyTo(first))
		w.general.Say(w.ann, "`"+w.Mention()+"` is what you type")
		w.general.Say(w.ann, "how big?").Edit(how)
		w.Dispatch("MESSAGE_CREATE", nil)
		w.Dispatch("MESSAGE_CREATE", map[string]any{"id": 5, "author": "x", "mentions": "y", "content": how})
		w.Dispatch("INTERACTION_CREATE", nil)
		w.Dispatch("INTERACTION_CREATE", map[string]any{"id": "1", "type": 2})
		w.Dispatch("SOMETHING_NEW", map[string]any{"x": []int{1}})
		if n := w.posts(); n != before {
			t.Errorf("%d messages posted, want none", n-before)
		}
		w.answered(w.ask("how big?"))
	})
}

// Discord delivers an event again now and then.
func TestSameEventTwice(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		event := map[string]any{
			"id": "4242", "channel_id": w.general.ID, "guild_id": w.guild.ID, "type": 0,
			"author": map[string]any{"id": w.ann.ID}, "content": w.Mention() + " how big?",
		}
		for range 3 {
			w.Dispatch("MESSAGE_CREATE", event)
		}
		if n := w.posts(); n != 1 {
			t.Errorf("%d messages posted, want one", n)
		}
	})
}

// An answer that takes too long is given up, and the asker is told.
func TestAnswerTimesOut(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		question := w.ask("hold on")
		in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "hold on"))
		time.Sleep(21 * time.Second)
		synctest.Wait()
		for _, reply := range []*discordtest.Message{w.general.Reply(question), in.Reply()} {
			if reply == nil || !strings.Contains(reply.Text(), "Something went wrong") {
				t.Errorf("reply = %v", reply)
			}
		}
	})
}

// The real bot, with a searcher that always finds the same.
func TestRealBot(t *testing.T) {
	lib := library()
	search := bot.SearchFunc(func(_ context.Context, q knowledge.Query) (knowledge.Result, error) {
		if !strings.Contains(q.Text, "big") {
			return knowledge.Result{Suggestions: []knowledge.Suggestion{{Heading: "Wound healing", Title: "What are exosomes used for?"}}}, nil
		}
		p := &lib.Section(knowledge.SectionRef{Article: "exosome-size", Section: "diameter"}).Passages[0]
		return knowledge.Result{Answered: true, Confidence: 0.9, Matches: []knowledge.Match{{Passage: p, Score: 1}}}, nil
	})
	inWorld(t, setup{dead: true, answerer: func() discord.Answerer {
		return bot.New(bot.Edition{Library: lib, Searcher: search}, bot.Options{})
	}}, func(t *testing.T, w *world) {
		w.WaitReady(t.Context())
		reply := w.answered(w.ask("how big is an exosome?"))
		for _, want := range []string{"Most exosomes measure 30 to 150 nanometres across.", "Kalluri R et al., Science, 2020"} {
			if !strings.Contains(reply.Text(), want) {
				t.Errorf("reply = %q, want it to contain %q", reply.Text(), want)
			}
		}
		reply = w.answered(w.ask("who won the cup?"))
		if want := bot.Phrase("en", bot.PhraseDecline); !strings.Contains(reply.Text(), want) || !strings.Contains(reply.Text(), "- Wound healing") {
			t.Errorf("reply = %q", reply.Text())
		}
	})
}

func TestReplyToTheBotIsAQuestion(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		first := w.answered(w.ask("how big?"))
		w.answered(w.general.Say(w.ann, "and how big is a hair?", discordtest.ReplyTo(first)))
		if q := w.answers.asked()[1]; q.Surface != bot.SurfaceReply {
			t.Errorf("surface = %q", q.Surface)
		}
	})
}

func TestMissingPermissions(t *testing.T) {
	tests := []struct {
		name    string
		deny    discordtest.Permissions
		replies bool
		log     string
		refused int // requests that Discord refuses, for two questions
	}{
		{"embed links", discordtest.EmbedLinks, true, "Embed Links", 1},
		{"history", discordtest.ReadMessageHistory, true, "Read Message History", 1},
		{"embed links and history", discordtest.EmbedLinks | discordtest.ReadMessageHistory, true, "Read Message History", 2},
		{"send", discordtest.SendMessages, false, "View Channel or Send Messages", 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, setup{}, func(t *testing.T, w *world) {
				w.Expect(discordtest.RulePermissions)
				channel := w.guild.Channel("locked", discordtest.Deny(test.deny))
				for range 2 {
					question := channel.Say(w.ann, w.Mention()+" how big?")
					synctest.Wait()
					reply := channel.Reply(question)
					if (reply != nil) != test.replies {
						t.Errorf("reply = %v", reply)
					}
					if reply != nil && !strings.Contains(reply.Text(), "30 to 150") {
						t.Errorf("reply = %q", reply.Text())
					}
				}
				refused := 0
				for _, c := range w.Calls() {
					if c.Status == 403 {
						refused++
					}
				}
				if refused != test.refused {
					t.Errorf("%d requests were refused, want %d", refused, test.refused)
				}
				if n := strings.Count(w.logs.String(), test.log); n != 1 {
					t.Errorf("the log names %q %d times, want once", test.log, n)
				}
				// Once the permission is there, it is used, at the latest after ten minutes.
				channel.Set(discordtest.Allow(test.deny))
				time.Sleep(11 * time.Minute)
				question := channel.Say(w.ann, w.Mention()+" how big?")
				if reply := channel.WaitReply(t.Context(), question); reply.ReplyTo == "" || len(reply.Embeds) == 0 {
					t.Errorf("reply = %+v, want an embed that replies", reply)
				}
			})
		})
	}
}

func TestCommandsAreRegisteredOnlyWhenTheyDiffer(t *testing.T) {
	puts := discordtest.On("PUT", "/applications/*/commands")
	var calls []discordtest.Call
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		w.WaitCalls(t.Context(), puts, 1)
		for _, name := range []string{"ask", "topics", "about"} {
			if !slices.ContainsFunc(w.Commands(), func(c discordtest.Command) bool { return c.Name == name }) {
				t.Errorf("the command %q is not registered", name)
			}
		}
		calls = w.CallsTo(puts)

		w.stop()
		if err := w.ended(); err != nil {
			t.Fatal(err)
		}
		again, err := discord.New(w.answers, discord.Config{Token: w.Token(), Transport: w.Transport(), DialContext: w.DialContext}, discardLog())
		if err != nil {
			t.Fatal(err)
		}
		w.run(again)
		w.WaitCalls(t.Context(), discordtest.On("GET", "/applications/*/commands"), 2)
		synctest.Wait()
		if n := len(w.CallsTo(puts)); n != len(calls) {
			t.Errorf("commands that were right have been set again")
		}
	})
}

func TestUnknownCommandAndButton(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"), discordtest.WithField("data", map[string]any{"name": "old", "options": 7}))
		if reply := in.WaitReply(t.Context()); !reply.Ephemeral() || !strings.Contains(reply.Text(), "Ask me with /ask") {
			t.Errorf("reply = %q", reply.Text())
		}
		in = w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"), discordtest.WithField("member", nil), discordtest.WithField("locale", 5))
		in.WaitReply(t.Context())
		in = w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"),
			discordtest.WithField("data", map[string]any{"name": "ask", "options": []any{map[string]any{"name": "question", "value": 5}, map[string]any{"name": "private", "value": "x"}}}))
		if reply := in.WaitReply(t.Context()); !strings.Contains(reply.Text(), "Ask me something") {
			t.Errorf("reply = %q", reply.Text())
		}
	})
}

func TestDryRun(t *testing.T) {
	out := &logs{}
	inWorld(t, setup{dead: true, config: func(c *discord.Config) { c.DryRun = out }}, func(t *testing.T, w *world) {
		w.WaitReady(t.Context())
		w.ask("slowly: how big is an exosome?")
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if n := len(w.CallsTo(discordtest.On("POST", ""))) + len(w.CallsTo(discordtest.On("PUT", ""))); n != 0 {
			t.Errorf("%d calls that change something, want none", n)
		}
		if !strings.Contains(out.String(), "how big is an exosome?") || !strings.Contains(out.String(), "30 to 150") {
			t.Errorf("printed %q", out.String())
		}
	})
}
