package discord_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exobot/bot/discord"
	"exobot/bot/discord/discordtest"
	"exobot/knowledge"
)

// inReportWorld is inButtonWorld with a channel for reports.
func inReportWorld(t *testing.T, config func(*discord.Config), test func(t *testing.T, w *world, reports *discordtest.Channel)) {
	t.Helper()
	var reports *discordtest.Channel
	inWorld(t, setup{
		answerer: func() discord.Answerer { return answering(wide()) },
		before:   func(w *world) { reports = w.guild.Channel("reports") },
		config: func(c *discord.Config) {
			c.Reports, c.Contact = reports.ID, "lab@example.org"
			if config != nil {
				config(c)
			}
		},
	}, func(t *testing.T, w *world) { test(t, w, reports) })
}

// fillIn presses a button that opens a form, and sends the form.
func fillIn(t *testing.T, m *discordtest.Message, u *discordtest.User, button, text string, opts ...discordtest.InvokeOption) *discordtest.Interaction {
	t.Helper()
	form := m.Click(u, button)
	if form.Response(t.Context()).Modal == nil {
		t.Fatal("there is no form")
	}
	values := map[string]string{}
	if text != "" {
		values["text"] = text
	}
	return form.Submit(values, opts...)
}

func texts(ch *discordtest.Channel) (all []string) {
	for _, m := range ch.Messages() {
		all = append(all, m.Text())
	}
	return all
}

func TestAbout(t *testing.T) {
	inReportWorld(t, nil, func(t *testing.T, w *world, reports *discordtest.Channel) {
		about := says(t, w.general.Slash(w.ann, "about"), "established science", "not medical advice", "The test pack, 3", "Written by the testers.", "lab@example.org")
		report := func(text string, opts ...discordtest.InvokeOption) *discordtest.Interaction {
			return fillIn(t, about, w.ann, "Report a problem", text, opts...)
		}
		says(t, report("the size\n\n\n\nis *wrong* "), "on its way")
		says(t, report("# hi @everyone "+w.ann.Mention()+"\n> [x](https://evil.test)"), "on its way")
		says(t, report(strings.Repeat("*_", 500)), "on its way")
		says(t, report(" \u200b "), "was empty")
		says(t, report("x", discordtest.WithField("data", map[string]any{"custom_id": "x1:reported", "components": 5})), "was empty")
		got := texts(reports)
		if len(got) != 3 {
			t.Fatalf("%d reports: %q", len(got), got)
		}
		if want := "**Report a problem**\n> the size\n> \n> is \\*wrong\\*"; got[0] != want {
			t.Errorf("report = %q, want %q", got[0], want)
		}
		if want := "**Report a problem**\n> \\# hi @\u200beveryone \\<\u200b@" + w.ann.ID + ">\n> \\> \\[x\\](<https://evil.test>)"; got[1] != want {
			t.Errorf("report = %q, want %q", got[1], want)
		}
		if n := knowledge.Units(got[2]); n > 2000 || !strings.HasSuffix(got[2], "…") {
			t.Errorf("a long report has %d characters", n)
		}
		if pings := w.Pings(); len(pings) > 0 {
			t.Errorf("pings = %v, want none", pings)
		}
		for _, secret := range []string{"wrong", "evil"} {
			if strings.Contains(w.logs.String(), secret) {
				t.Error("the log holds a report")
			}
		}
	})
}

// A reason goes where the reports go, once for each user and answer, with what it is about.
func TestReason(t *testing.T) {
	record := &counter{}
	inReportWorld(t, func(c *discord.Config) { c.Feedback = record }, func(t *testing.T, w *world, reports *discordtest.Channel) {
		bob := w.User("bob")
		answer := w.answered(w.ask("how big?"))
		says(t, fillIn(t, answer, bob, "Not helpful", ""), "Thank you")
		says(t, answer.Click(w.ann, "Helpful"), "Thank you")
		says(t, fillIn(t, answer, w.ann, "Not helpful", "the weight\nof @everyone"), "Thank you")
		says(t, fillIn(t, answer, w.ann, "Not helpful", "more of it"), "Thank you")
		const about = "**Not helpful**: [How big are exosomes? › Diameter](<https://example.org/exosome-size#diameter>)\n"
		link := "[The answer](<https://discord.com/channels/" + w.guild.ID + "/" + w.general.ID + "/" + answer.ID + ">)\n"
		want := []string{about + link + "> the weight of @\u200beveryone"}
		private := w.general.Slash(bob, "ask", discordtest.Opt("question", "how big?"), discordtest.Opt("private", true)).WaitReply(t.Context())
		says(t, fillIn(t, private, bob, "Not helpful", "private"), "Thank you")
		direct := w.ann.DMChannel().WaitReply(t.Context(), w.ann.DM("how big?"))
		fillIn(t, direct, w.ann, "Not helpful", "direct").WaitReply(t.Context())
		want = append(want, about+"> private", about+"> direct") // where nobody else can go there is no link
		if got := texts(reports); strings.Join(got, "\n\n") != strings.Join(want, "\n\n") {
			t.Errorf("reports = %q, want %q", got, want)
		}
		if n := len(record.counted()); n != 4 { // ann's first opinion counts
			t.Errorf("%d opinions were counted, want 4", n)
		}
		if pings := w.Pings(); len(pings) > 0 {
			t.Errorf("pings = %v, want none", pings)
		}
	})
}

// Where reports cannot be delivered, members learn whom to turn to, and the operator that
// they were not, once for each and without a word of them.
func TestReportsWithoutPermission(t *testing.T) {
	inReportWorld(t, nil, func(t *testing.T, w *world, reports *discordtest.Channel) {
		w.Expect(discordtest.RulePermissions)
		about := says(t, w.general.Slash(w.ann, "about"), "About me")
		answer := w.answered(w.ask("how big?"))
		for i, denied := range []discordtest.Permissions{discordtest.SendMessages, discordtest.ViewChannel} {
			reports.Set(discordtest.Deny(denied))
			says(t, fillIn(t, about, w.ann, "Report a problem", "the size is wrong"), "could not be delivered", "lab@example.org", "Written by the testers.")
			says(t, fillIn(t, answer, w.ann, "Not helpful", "the size is wrong"), "could not be delivered", "lab@example.org")
			if n := strings.Count(w.logs.String(), "report not delivered: give the bot View Channel and Send Messages"); n != 2*(i+1) {
				t.Errorf("the log names the permissions %d times, want %d", n, 2*(i+1))
			}
		}
		if strings.Contains(w.logs.String(), "the size") {
			t.Error("the log holds a report")
		}
		reports.Set(discordtest.Allow(discordtest.SendMessages | discordtest.ViewChannel))
		says(t, fillIn(t, answer, w.ann, "Not helpful", "the size is wrong"), "Thank you")
		reports.Delete()
		w.Expect(discordtest.RuleUnknown)
		says(t, fillIn(t, about, w.ann, "Report a problem", "the size is wrong"), "could not be delivered")
	})
}

// A report that takes long to deliver is announced to its sender alone, and is not
// delivered twice when Discord does not say whether it was.
func TestSlowReport(t *testing.T) {
	inReportWorld(t, nil, func(t *testing.T, w *world, reports *discordtest.Channel) {
		about := says(t, w.general.Slash(w.ann, "about"), "About me")
		post := discordtest.On("POST", "/channels/"+reports.ID+"/messages")
		w.Fail(post, discordtest.SlowReply(2*time.Second), 1)
		in := fillIn(t, about, w.ann, "Report a problem", "slow")
		if r := in.Response(t.Context()); !r.Deferred() || !r.Ephemeral() || r.After != time.Second {
			t.Errorf("response = %+v, want a private deferral after a second", r)
		}
		says(t, in, "on its way")
		w.Fail(post, discordtest.DropAfter(), 1)
		says(t, fillIn(t, about, w.ann, "Report a problem", "twice"), "on its way")
		synctest.Wait()
		if got := texts(reports); len(got) != 2 {
			t.Errorf("reports = %q, want two", got)
		}
	})
}

func TestReportNowhere(t *testing.T) {
	inButtonWorld(t, nil, func(t *testing.T, w *world) {
		about := says(t, w.general.Slash(w.ann, "about"), "About me")
		says(t, about.Click(w.ann, "Report a problem"), "cannot be sent", "Written by the testers.")
		says(t, fillIn(t, w.answered(w.ask("how big?")), w.ann, "Not helpful", "the size"), "Thank you")
	})
}
