package discord_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exobot/bot/discord"
	"exobot/bot/discord/discordtest"
)

// tour is what members can do with an answer, and how they look around: scene by scene,
// in one server.
var tour = []struct {
	title string
	play  func(s *scene)
}{
	{"more", func(s *scene) {
		answer := s.say(s.w.general, s.w.Mention()+" How big is an exosome?")
		s.click(s.w.User("bob"), answer, "More")
	}},
	{"context", func(s *scene) {
		answer := s.say(s.w.general, s.w.Mention()+" What are exosomes used for?")
		s.click(s.w.User("bob"), answer, "Context")
	}},
	{"helpful", func(s *scene) {
		answer := s.before("Are exosomes alive?")
		s.click(s.w.User("bob"), answer, "Helpful")
	}},
	{"not helpful", func(s *scene) {
		answer := s.before("What do exosomes carry?")
		form := s.form(s.w.User("bob"), answer, "Not helpful")
		s.line("bob writes: I meant plant exosomes")
		s.to = s.w.User("bob")
		s.reply(form.Submit(map[string]string{"text": "I meant plant exosomes"}).WaitReply(s.w.t.Context()))
	}},
	{"continue in a thread", func(s *scene) {
		answer := s.before("Do exosomes help wounds heal?")
		s.click(s.w.User("bob"), answer, "Continue in a thread")
		s.click(s.w.ann, answer, "Continue in a thread")
		thread := s.w.general.ThreadOf(answer)
		s.line("The thread is called: %s", thread.Name)
		s.reply(thread.Messages()[0])
		s.say(thread, "and what about hair?")
		s.say(thread, "Thanks, that is what I wanted to know.")
		s.say(thread, "does it help against tinnitus?")
		s.click(s.w.ann, answer, "Continue in a thread")
	}},
	{"share", func(s *scene) {
		in := s.w.general.Slash(s.w.ann, "ask", discordtest.Opt("question", "Who discovered exosomes?"), discordtest.Opt("private", true))
		s.line("ann has an answer that only she sees: /ask question: Who discovered exosomes? private: true")
		s.click(s.w.ann, in.WaitReply(s.w.t.Context()), "Share")
	}},
	{"dismiss", func(s *scene) {
		answer := s.before("Can exosomes regrow hair?")
		s.click(s.w.User("bob"), answer, "Dismiss")
		answer.Click(s.w.ann, "Dismiss")
		answer.WaitDelete(s.w.t.Context())
		s.line("ann presses Dismiss")
		s.line("\nThe answer is gone.")
	}},
	{"related topic", func(s *scene) {
		answer := s.before("Is there an exosome nasal spray for asthma?")
		list, _ := answer.Find("x1:topic")
		s.pick(answer, "x1:topic", list.Options[0])
	}},
	{"old button", func(s *scene) {
		answer := s.before("Are exosomes safe?")
		s.line("ann presses a button of another version of Exobot, about a section that has another name now")
		in := answer.Click(s.w.ann, "Helpful", discordtest.WithField("data", map[string]any{"custom_id": "x0:more:exosome-size/nanometres"}))
		s.reply(in.WaitReply(s.w.t.Context()))
		s.line("ann presses one about something that is nowhere any more")
		in = answer.Click(s.w.ann, "Helpful", discordtest.WithField("data", map[string]any{"custom_id": "x0:poll:17"}))
		s.reply(in.WaitReply(s.w.t.Context()))
	}},
	{"same question again", func(s *scene) {
		s.before("What is the diameter of an exosome?")
		question := s.w.general.Say(s.w.User("bob"), s.w.Mention()+" what is the diameter of an exosome")
		s.line("bob writes in #general: %s", question.Content)
		s.reply(s.w.answered(question))
	}},
	{"edited and deleted", func(s *scene) {
		question := s.w.ask("How are exosomes sotred?")
		answer := s.w.answered(question)
		s.line("ann has asked in #general: How are exosomes sotred?")
		question.Edit(s.w.Mention() + " Can exosomes be freeze-dried?")
		synctest.Wait()
		s.line("ann edits that: Can exosomes be freeze-dried?")
		s.line("\nexobot edits the answer, which now begins:\n\n    │ **%s**\n", answer.Current().Embeds[0].Title)
		question.Delete()
		answer.WaitDelete(s.w.t.Context())
		s.line("ann deletes the question")
		s.line("\nThe answer is gone.")
	}},
	{"too fast", func(s *scene) {
		for i := range 6 {
			s.w.general.Slash(s.w.ann, "ask", discordtest.Opt("question", fmt.Sprintf("Thanks! %d", i)), discordtest.Opt("private", true)).WaitReply(s.w.t.Context())
		}
		s.line("ann has asked six questions within a second")
		s.ask(s.w.general, option("question", "How heavy is an exosome?"))
	}},
	{"another language", func(s *scene) {
		in := s.w.general.Slash(s.w.ann, "ask", discordtest.Opt("question", "Wie groß ist ein Exosom?"), discordtest.InLocale("de"))
		s.line("ann, whose Discord is in German, sends in #general: /ask question: Wie groß ist ein Exosom?")
		s.reply(in.WaitReply(s.w.t.Context()))
	}},
	{"topics", func(s *scene) {
		in := s.w.general.Slash(s.w.ann, "topics")
		s.line("ann sends in #general: /topics")
		list := in.WaitReply(s.w.t.Context())
		s.reply(list)
		articles, _ := list.Find("x1:article")
		s.pick(list, "x1:article", articles.Options[0])
		sections, _ := list.Current().Find("x1:topic")
		s.pick(list.Current(), "x1:topic", sections.Options[0])
	}},
	{"about", func(s *scene) {
		in := s.w.general.Slash(s.w.ann, "about")
		s.line("ann sends in #general: /about")
		about := in.WaitReply(s.w.t.Context())
		s.reply(about)
		form := s.form(s.w.ann, about, "Report a problem")
		s.line("ann writes: the link to the FDA leads nowhere")
		s.reply(form.Submit(map[string]string{"text": "the link to the FDA leads nowhere"}).WaitReply(s.w.t.Context()))
		s.reported()
	}},
}

// TestTour shows the tour in testdata/tour.txt.
func TestTour(t *testing.T) {
	var reports *discordtest.Channel
	o := setup{
		server:   readable,
		answerer: shipped(t),
		before:   func(w *world) { reports = w.guild.Channel("reports") },
		config: func(c *discord.Config) {
			c.Cooldowns = discord.DefaultCooldowns
			c.Contact = "the laboratory, lab@example.org"
			c.Reports, c.FollowUps = reports.ID, true
		},
	}
	inWorld(t, o, func(t *testing.T, w *world) {
		w.WaitCalls(t.Context(), discordtest.On("PUT", "/applications/*/commands"), 1)
		var file strings.Builder
		file.WriteString("What members can do with an answer, and how they look around.\n")
		for _, one := range tour {
			s := &scene{w: w, reports: reports}
			one.play(s)
			fmt.Fprintf(&file, "\n== %s ==\n\n%s", one.title, s.text())
			time.Sleep(time.Minute) // so that nobody is too fast
		}
		if pings := w.Pings(); len(pings) > 0 {
			t.Errorf("pings = %v, want none", pings)
		}
		compareFile(t, filepath.Join("testdata", "tour.txt"), file.String())
	})
}
