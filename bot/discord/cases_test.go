package discord_test

import (
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

// realWorld is inWorld with the real bot over the shipped pack.
func realWorld(t *testing.T, config func(*discord.Config), test func(t *testing.T, w *world)) {
	t.Helper()
	inWorld(t, setup{config: config, answerer: shipped(t)}, test)
}

// commandsThere waits until the menu of messages can be used.
func commandsThere(t *testing.T, w *world) {
	t.Helper()
	w.WaitCalls(t.Context(), discordtest.On("PUT", "/applications/*/commands"), 1)
	synctest.Wait()
}

// A command is answered directly, and announced only when a second has passed, with the
// visibility that its options and the settings ask for.
func TestVisibility(t *testing.T) {
	ask := func(private any) func(*world, string) *discordtest.Interaction {
		return func(w *world, question string) *discordtest.Interaction {
			opts := []discordtest.InvokeOption{discordtest.Opt("question", question)}
			if private != nil {
				opts = append(opts, discordtest.Opt("private", private))
			}
			return w.general.Slash(w.ann, "ask", opts...)
		}
	}
	menu := func(w *world, question string) *discordtest.Interaction {
		return w.general.MessageMenu(w.ann, "Answer this", w.general.Say(w.User("bob"), question))
	}
	tests := []struct {
		name    string
		setting bool // that answers are private
		use     func(*world, string) *discordtest.Interaction
		private bool
	}{
		{"/ask", false, ask(nil), false},
		{"/ask private: true", false, ask(true), true},
		{"/ask private: false", false, ask(false), false},
		{"/ask, private by setting", true, ask(nil), true},
		{"/ask private: false, private by setting", true, ask(false), false},
		{"menu", false, menu, true},
		{"menu, private by setting", true, menu, true},
	}
	for _, setting := range []bool{false, true} {
		for _, style := range []discord.Style{discord.StyleEmbed, discord.StyleComponents} {
			config := func(c *discord.Config) { c.Private, c.Style = setting, style }
			t.Run(fmt.Sprintf("%s/%v", style, setting), func(t *testing.T) {
				inWorld(t, setup{config: config}, func(t *testing.T, w *world) {
					commandsThere(t, w)
					for _, test := range tests {
						if test.setting != setting {
							continue
						}
						for question, wait := range map[string]time.Duration{"how big?": 0, "slowly: how big?": time.Second} {
							in := test.use(w, question)
							r := in.Response(t.Context())
							if r.Deferred() != (wait > 0) || r.After != wait || r.Ephemeral() != test.private {
								t.Errorf("%s %q: answered after %v, deferred = %v, private = %v; want after %v, private = %v",
									test.name, question, r.After, r.Deferred(), r.Ephemeral(), wait, test.private)
							}
							if reply := in.WaitReply(t.Context()); reply.Ephemeral() != test.private || !strings.Contains(reply.Text(), "30 to 150") {
								t.Errorf("%s %q: private = %v, reply %q", test.name, question, reply.Ephemeral(), reply.Text())
							}
						}
					}
				})
			})
		}
	}
}

// What is answered as an interaction takes no permission of the bot's, not even to see the
// channel.
func TestInteractionsNeedNoPermission(t *testing.T) {
	inReportWorld(t, nil, func(t *testing.T, w *world, _ *discordtest.Channel) {
		commandsThere(t, w)
		w.general.Set(discordtest.Deny(^discordtest.Permissions(0)))
		public := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?")).WaitReply(t.Context())
		private := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"), discordtest.Opt("private", true)).WaitReply(t.Context())
		says(t, w.general.MessageMenu(w.ann, "Answer this", w.general.Say(w.User("bob"), "how big?")), "The second paragraph")
		if got := w.general.Autocomplete(w.ann, "ask", "question", "wound").Response(t.Context()); len(got.Choices) != 1 {
			t.Errorf("choices = %v", got.Choices)
		}
		says(t, public.Click(w.ann, "More"), "Hardly anything")
		says(t, public.Click(w.ann, "Context"), "The third paragraph")
		says(t, public.Click(w.ann, "Helpful"), "Thank you")
		says(t, filledIn(t, public.Click(w.User("bob"), "Not helpful"), ""), "Thank you")
		says(t, public.Select(w.ann, "x1:topic", []string{"uses/wounds"}), "In mice")
		if shared := private.Click(w.ann, "Share").WaitReply(t.Context()); shared.Ephemeral() {
			t.Error("the answer was not shared")
		}
		public.Click(w.ann, "Dismiss")
		public.WaitDelete(t.Context())
		list := says(t, w.general.Slash(w.ann, "topics"), "Pick one")
		list.Select(w.ann, "x1:article", []string{"uses"}).WaitReply(t.Context())
		about := says(t, w.general.Slash(w.ann, "about"), "About me")
		says(t, filledIn(t, about.Click(w.ann, "Report a problem"), "it is wrong"), "on its way")
		for _, c := range w.Calls() {
			if c.Status >= 400 {
				t.Errorf("refused: %v", c)
			}
		}
	})
}

// filledIn waits for the form that a click opens, and sends it with a text.
func filledIn(t *testing.T, in *discordtest.Interaction, text string) *discordtest.Interaction {
	t.Helper()
	in.Response(t.Context())
	return in.Submit(map[string]string{"text": text})
}

// Where a server does not let its members use apps that it does not know, Discord hides
// what they get from everybody else.
func TestExternalAppsDenied(t *testing.T) {
	inButtonWorld(t, nil, func(t *testing.T, w *world) {
		commandsThere(t, w)
		closed := w.Guild("Closed", discordtest.WithoutBot()).Channel("chat", discordtest.Deny(discordtest.UseExternalApps))
		says(t, closed.Slash(w.ann, "ask", discordtest.Opt("question", "how big?")), "The second paragraph")
		open := w.Guild("Open", discordtest.WithoutBot()).Channel("chat")
		if reply := open.Slash(w.ann, "ask", discordtest.Opt("question", "how big?")).WaitReply(t.Context()); reply.Ephemeral() {
			t.Error("the reply is private where it need not be")
		}
	})
}

// An interaction is known for three seconds. One that came too late, or that Discord has
// forgotten, is given up at once; nothing else suffers.
func TestExpiredInteractions(t *testing.T) {
	inReportWorld(t, nil, func(t *testing.T, w *world, _ *discordtest.Channel) {
		commandsThere(t, w)
		answer := w.answered(w.ask("how big?"))
		private := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"), discordtest.Opt("private", true)).WaitReply(t.Context())
		about := says(t, w.general.Slash(w.ann, "about"), "About me")
		list := says(t, w.general.Slash(w.ann, "topics"), "Pick one")
		reason, report := answer.Click(w.User("bob"), "Not helpful"), about.Click(w.ann, "Report a problem")
		reason.Response(t.Context())
		report.Response(t.Context())
		uses := map[string]func(){
			"/ask":        func() { w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?")) },
			"/topics":     func() { w.general.Slash(w.ann, "topics") },
			"/about":      func() { w.general.Slash(w.ann, "about") },
			"completion":  func() { w.general.Autocomplete(w.ann, "ask", "question", "wound") },
			"menu":        func() { w.general.MessageMenu(w.ann, "Answer this", answer) },
			"More":        func() { answer.Click(w.ann, "More") },
			"Context":     func() { answer.Click(w.ann, "Context") },
			"Helpful":     func() { answer.Click(w.ann, "Helpful") },
			"Not helpful": func() { answer.Click(w.ann, "Not helpful") },
			"reason":      func() { reason.Submit(nil) },
			"report":      func() { report.Submit(map[string]string{"text": "it is wrong"}) },
			"Share":       func() { private.Click(w.ann, "Share") },
			"Dismiss":     func() { answer.Click(w.ann, "Dismiss") },
			"thread":      func() { answer.Click(w.ann, continueButton) },
			"topic":       func() { answer.Select(w.ann, "x1:topic", []string{"uses/wounds"}) },
			"article":     func() { list.Select(w.ann, "x1:article", []string{"uses"}) },
		}
		callbacks := discordtest.On("POST", "/interactions/*/*/callback")
		messages := len(w.general.Messages())
		for name, use := range uses {
			stop := w.Fail(callbacks, discordtest.APIError(404, 10062, "Unknown interaction"), discordtest.Always)
			before := len(w.CallsTo(callbacks))
			use()
			synctest.Wait()
			// What failed is told to the user as far as that goes, which is one call more.
			if n := len(w.CallsTo(callbacks)) - before; n < 1 || n > 2 {
				t.Errorf("%s: %d calls, want one or two", name, n)
			}
			stop()
		}
		if n := len(w.general.Messages()); n != messages || answer.Current().Deleted {
			t.Errorf("%d messages instead of %d, answer deleted = %v", n, messages, answer.Current().Deleted)
		}
		if log := w.logs.String(); strings.Contains(log, "level=ERROR") {
			t.Errorf("log = %s", log)
		}
		// What did not get through is not held against anybody.
		if shared := private.Click(w.ann, "Share").WaitReply(t.Context()); shared.Ephemeral() {
			t.Errorf("shared = %q", shared.Text())
		}
		answer.Click(w.ann, "Dismiss")
		answer.WaitDelete(t.Context())
	})
}

// The token of an interaction can end before its answer is there. That says nothing about
// the bot's own.
func TestTokenEndsWhileAnswering(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		original := discordtest.On("PATCH", "/webhooks/*/*/messages/@original")
		w.Fail(original, discordtest.APIError(401, 50027, "Invalid Webhook Token"), 1)
		in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "slowly: how big?"))
		in.Response(t.Context())
		w.WaitCalls(t.Context(), original, 1)
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := len(w.CallsTo(original)); n != 1 {
			t.Errorf("%d tries, want one", n)
		}
		w.answered(w.ask("how big?"))
	})
}

// Where a question, its channel or the right to answer is gone, the answer is given up.
func TestPlaceGone(t *testing.T) {
	for name, fault := range map[string]discordtest.Fault{
		"channel deleted":          discordtest.APIError(404, 10003, "Unknown Channel"),
		"private messages refused": discordtest.APIError(403, 50007, "Cannot send messages to this user"),
		"member left":              discordtest.APIError(403, 50001, "Missing Access"),
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, setup{}, func(t *testing.T, w *world) {
				w.Fail(discordtest.On("POST", "/channels/"+w.ann.DMChannel().ID+"/messages"), fault, discordtest.Always)
				w.ann.DM("how big?")
				if n := w.posts(); n < 1 || n > 2 { // once more in plain text
					t.Errorf("%d tries", n)
				}
				w.answered(w.ask("how big?"))
			})
		})
	}
}

// What a question leans on is remembered for a quarter of an hour.
func TestFollowUpExpires(t *testing.T) {
	inRealWorld(t, func(t *testing.T, w *world) {
		first := w.answered(w.ask("how big is an exosome?"))
		follow := func() string {
			return w.answered(w.general.Say(w.ann, "and of a cell?", discordtest.ReplyTo(first))).Text()
		}
		if got := follow(); !strings.Contains(got, "30 to 150") {
			t.Errorf("follow-up = %q", got)
		}
		time.Sleep(16 * time.Minute)
		if got := follow(); !strings.Contains(got, "could not find this") {
			t.Errorf("late follow-up = %q", got)
		}
	})
}

// Between an answer and a click, or between a completion and its choice, the articles can
// be replaced.
func TestPackUpdated(t *testing.T) {
	var b *bot.Bot
	record := &counter{}
	inWorld(t, setup{
		answerer: func() discord.Answerer { b = answering(wide()); return b },
		config:   func(c *discord.Config) { c.Feedback = record },
	}, func(t *testing.T, w *world) {
		commandsThere(t, w)
		public := w.answered(w.ask("how big?"))
		private := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"), discordtest.Opt("private", true)).WaitReply(t.Context())
		list := says(t, w.general.Slash(w.ann, "topics"), "Pick one")
		choice := w.general.Autocomplete(w.ann, "ask", "question", "weight").Response(t.Context()).Choices[0].Value.(string)
		form := public.Click(w.ann, "Not helpful")
		form.Response(t.Context())

		renamed := knowledge.New(knowledge.Library{Articles: []*knowledge.Article{{ID: "exosome-size", Title: "Size", Sections: []*knowledge.Section{
			{ID: "width", Heading: "Width", Text: "About a hundred nanometres."}}}}})
		if err := b.Swap(bot.Edition{Library: renamed}); err != nil {
			t.Fatal(err)
		}
		for _, button := range []string{"More", "Context"} {
			says(t, public.Click(w.ann, button), "nearest section", "About a hundred nanometres.")
		}
		says(t, private.Click(w.ann, "Share"), "nearest section", "About a hundred nanometres.")
		says(t, public.Select(w.ann, "x1:topic", []string{"uses/wounds"}), "Ask me with /ask")
		says(t, public.Click(w.ann, "Helpful"), "Thank you")
		says(t, form.Submit(map[string]string{"text": "the weight"}), "Thank you")
		if got := record.counted(); len(got) > 0 {
			t.Errorf("counted %+v for a section that is gone", got)
		}
		list.Select(w.ann, "x1:article", []string{"uses"}).WaitReply(t.Context())
		if text := list.Current().Text(); !strings.Contains(text, "Pick one") {
			t.Errorf("list = %q", text)
		}
		picked := w.general.Slash(w.ann, "ask", discordtest.Opt("question", choice)).WaitReply(t.Context())
		if !strings.Contains(picked.Text(), "not in my articles any more") {
			t.Errorf("answer to an old choice = %q", picked.Text())
		}
		says(t, w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"), discordtest.Opt("topic", "uses")), "no such topic")
		if n := len(w.general.Messages()); n != 3 { // question, answer, the answer to the choice
			t.Errorf("%d messages, want 3", n)
		}
	})
}

// hostile are questions that somebody might ask to break something.
var hostile = map[string]string{
	"pings":      "@everyone @here <@1> <@&2> <#3> how big is an exosome",
	"markup":     "# *_~`|[x](https://evil.test) ```exosome``` > quote\n-# small </ask:1> <id:browse> <t:1:R> <a:x:5>",
	"characters": "\u202eexosome\u200b\u2066\u00ad \ufeff\U000e0041 \x00\x1b[31m\x07\r\n\v \ufffd e" + strings.Repeat("\u0301", 300),
	"long word":  strings.Repeat("exosome", 140),
	"emoji":      strings.Repeat("🧬", 400),
	"our ids":    "§1:what-is-an-exosome/size#99999999999999999999 x1:dismiss:80351110224678912",
	"query":      `+exosome -cell "open (a:b) text:* ^2 ~ \`,
}

// Whatever is asked, wherever, nobody is pinged, nothing of the question comes back as
// more than text, and there is at most one reply.
func TestHostileQuestions(t *testing.T) {
	answerer := shipped(t)
	for _, p := range places {
		t.Run(p.name, func(t *testing.T) {
			var asks, forum *discordtest.Channel
			o := setup{config: p.config, server: p.server, answerer: answerer}
			if p.listens {
				o = listening(o, &asks, &forum)
			}
			inWorld(t, o, func(t *testing.T, w *world) {
				commandsThere(t, w)
				for name, question := range hostile {
					s := &scene{w: w, asks: asks, forum: forum}
					p.play(s, question)
					for _, m := range s.replies {
						for _, bad := range []string{"@everyone", "@here", "<@1>", "<@&2>", "<#3>", "evil.test", "\u202e", "\x1b"} {
							if strings.Contains(m.Text(), bad) {
								t.Errorf("%s: the reply holds %q: %q", name, bad, m.Text())
							}
						}
					}
					if log := w.logs.String(); strings.Contains(log, "exosome") || strings.Contains(log, "level=ERROR") || strings.Contains(log, "panic") {
						t.Fatalf("%s: log = %s", name, log)
					}
				}
				if pings := w.Pings(); len(pings) > 0 {
					t.Errorf("pings = %v, want none", pings)
				}
			})
		})
	}
}

// The interface is in the language of the member's Discord, the passage stays as it is,
// and the reply says so.
func TestAskInEveryLanguage(t *testing.T) {
	realWorld(t, nil, func(t *testing.T, w *world) {
		for _, lang := range bot.PhraseLanguages() {
			say := func(name bot.PhraseName) string { return bot.Phrase(lang, name) }
			in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "How big are most exosomes?"), discordtest.InLocale(lang))
			reply := in.WaitReply(t.Context())
			want := []string{"30 to 150 nanometres", say("evidence"), say("evidence_established"), say("source")}
			if lang != "en" {
				want = append(want, say("passage_language"))
			}
			for _, text := range want {
				if !strings.Contains(reply.Text(), text) {
					t.Errorf("%s: reply = %q, want it to contain %q", lang, reply.Text(), text)
				}
			}
			if _, ok := reply.Find(say("button_helpful")); !ok {
				t.Errorf("%s: buttons = %+v", lang, reply.Buttons())
			}
			in = w.general.Slash(w.ann, "ask", discordtest.Opt("question", "Do exosomes help against tinnitus?"), discordtest.InLocale(lang))
			if got := in.WaitReply(t.Context()).Text(); !strings.Contains(got, say(bot.PhraseDecline)) {
				t.Errorf("%s: decline = %q", lang, got)
			}
			for command, phrase := range map[string]bot.PhraseName{"topics": "topics_text", "about": "about_title"} {
				says(t, w.general.Slash(w.ann, command, discordtest.InLocale(lang)), say(phrase))
			}
		}
		// A region of a language, one without phrases, and what is no language.
		for locale, want := range map[string]string{"es-419": "es", "en-GB": "en", "sv-SE": "en", "tlh": "en", "": "en", "../../etc": "en", strings.Repeat("x-", 5000): "en"} {
			in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "Do exosomes help against tinnitus?"), discordtest.InLocale(locale))
			if got := in.WaitReply(t.Context()).Text(); !strings.Contains(got, bot.Phrase(want, bot.PhraseDecline)) {
				t.Errorf("locale %.20q: decline = %q, want it in %s", locale, got, want)
			}
		}
	})
}

// Edits and deletions that the bot cannot follow leave its answer as it is.
func TestEditsUnheard(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		question := w.ask("how big?")
		reply := w.answered(question)
		w.general.Set(discordtest.Deny(discordtest.ViewChannel))
		question.Edit(w.Mention() + " who won the cup?")
		question.Delete()
		synctest.Wait()
		if now := reply.Current(); now.Deleted || !strings.Contains(now.Text(), "30 to 150") {
			t.Errorf("answer = %q, deleted = %v", now.Text(), now.Deleted)
		}
	})
}

// An edit that Discord refuses is logged, and so are events that are not what they should
// be; the bot goes on.
func TestEditsRefusedAndHostile(t *testing.T) {
	inWorld(t, setup{}, func(t *testing.T, w *world) {
		question := w.ask("who won the cup?")
		reply := w.answered(question)
		w.Fail(discordtest.On("PATCH", "/channels/*/messages/*"), discordtest.APIError(403, 50005, "Cannot edit a message authored by another user"), 1)
		question.Edit(w.Mention() + " how big is an exosome?")
		synctest.Wait()
		if n := strings.Count(w.logs.String(), "deliver reply"); n != 1 {
			t.Errorf("the log names the refusal %d times, want once", n)
		}
		before := len(w.CallsTo(discordtest.On("PATCH", "")))
		event := func(fields map[string]any) map[string]any {
			all := map[string]any{"id": question.ID, "channel_id": w.general.ID, "guild_id": w.guild.ID, "author": map[string]any{"id": w.ann.ID}, "content": w.Mention() + " how big is it?"}
			for name, value := range fields {
				all[name] = value
			}
			return all
		}
		for _, fields := range []map[string]any{
			{"author": nil}, {"author": 5}, {"author": map[string]any{"id": "5", "bot": true}}, {"id": nil}, {"id": "1"}, {"channel_id": nil},
			{"content": nil}, {"content": 5}, {"content": ""}, {"content": "@everyone"}, {"webhook_id": "5"}, {"type": 7},
		} {
			w.Dispatch("MESSAGE_UPDATE", event(fields))
		}
		for _, name := range []string{"MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"} {
			for _, data := range []any{nil, 5, "x", []int{1}, map[string]any{"id": map[string]any{}, "ids": 5}} {
				w.Dispatch(name, data)
			}
		}
		synctest.Wait()
		if n := len(w.CallsTo(discordtest.On("PATCH", ""))) - before; n != 0 || reply.Current().Deleted {
			t.Errorf("%d edits, deleted = %v; want neither", n, reply.Current().Deleted)
		}
		question.Edit(w.Mention() + " how big is an exosome, then?")
		reply.WaitEdit(t.Context())
	})
}

// A post, or a message in an ask channel, can be gone before its answer is there.
func TestAskedAndDeleted(t *testing.T) {
	askWorld(t, readable, func(t *testing.T, w *world, asks, forum *discordtest.Channel) {
		question := asks.Say(w.ann, "slowly: how big is it?")
		post, first := forum.Post(w.ann, "slowly: how big is it?", "I am new here.")
		synctest.Wait()
		question.Delete()
		first.Delete()
		post.Delete()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		for _, ch := range []*discordtest.Channel{asks, post} {
			if slices.ContainsFunc(ch.Messages(), func(m *discordtest.Message) bool { return m.Author == w.BotUser() }) {
				t.Errorf("a question that is gone was answered in %s", ch.Name)
			}
		}
		w.answered(w.ask("how big?"))
	})
}

// Whatever a client sends while somebody types, it gets choices, and be it none.
func TestHostileCompletions(t *testing.T) {
	inRealWorld(t, func(t *testing.T, w *world) {
		options := func(fields ...map[string]any) map[string]any {
			return map[string]any{"name": "ask", "type": 1, "options": fields}
		}
		for _, data := range []any{
			nil, 5, "x", []int{1}, map[string]any{"name": "ask", "options": 5}, map[string]any{"name": "about"},
			options(), options(nil),
			options(map[string]any{"name": "question", "type": 3, "value": "wound"}), // of which none has the focus
			options(map[string]any{"name": "question", "type": 3, "value": 5, "focused": true}),
			options(map[string]any{"name": "question", "type": 3, "value": nil, "focused": true}),
			options(map[string]any{"name": "other", "type": 3, "value": "wound", "focused": true}),
			options(map[string]any{"name": "question", "type": 3, "value": "wound", "focused": "yes"}),
			options(map[string]any{"name": "topic", "type": 3, "value": strings.Repeat("\u0301", 5000), "focused": true}),
			options(map[string]any{"name": "topic", "type": 3, "value": 7}, map[string]any{"name": "question", "type": 3, "value": "@everyone \x00", "focused": true}),
		} {
			in := w.general.Autocomplete(w.ann, "ask", "question", "wound", discordtest.WithField("data", data))
			if r := in.Response(t.Context()); r.Type != discordtest.RespondChoices {
				t.Errorf("%v: response = %+v, want choices", data, r)
			}
		}
	})
}

// A message that was made of components stays so, whatever the settings say by now.
func TestStyleChangesLater(t *testing.T) {
	inButtonWorld(t, clickable(discord.StyleComponents), func(t *testing.T, w *world) {
		list := says(t, w.general.Slash(w.ann, "topics"), "Pick one")
		answer := w.answered(w.ask("how big?"))
		w.stop()
		if err := w.ended(); err != nil {
			t.Fatal(err)
		}
		again, err := discord.New(answering(wide()), discord.Config{
			Token: w.Token(), Features: discord.AllFeatures, Style: discord.StyleText, Transport: w.Transport(), DialContext: w.DialContext}, discardLog())
		if err != nil {
			t.Fatal(err)
		}
		w.run(again)
		w.WaitReady(t.Context())
		list.Select(w.ann, "x1:article", []string{"exosome-size"}).WaitReply(t.Context())
		if now := list.Current(); now.Flags&discordtest.FlagComponentsV2 == 0 || !strings.Contains(now.Text(), "Far too small") {
			t.Errorf("list = %q with flags %d", now.Text(), now.Flags)
		}
		if more := says(t, answer.Click(w.ann, "More"), "Hardly anything"); more.Flags&discordtest.FlagComponentsV2 != 0 {
			t.Error("a new message is not in the style that is set now")
		}
	})
}
