package discord_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"exobot/bot"
	"exobot/bot/discord"
	"exobot/bot/discord/discordtest"
	"exobot/knowledge"
)

// paragraphs returns so many paragraphs, each long enough to be a passage.
func paragraphs(words ...string) string {
	var all []string
	for _, w := range words {
		all = append(all, strings.Repeat("The "+w+" paragraph says this and that of exosomes. ", 12))
	}
	return strings.Join(all, "\n\n")
}

// wide is a library with several paragraphs in a section.
func wide() *knowledge.Library {
	size := &knowledge.Article{
		ID: "exosome-size", Title: "How big are exosomes?", Summary: "Far too small to be seen.",
		Sections: []*knowledge.Section{
			{ID: "diameter", Heading: "Diameter", Evidence: knowledge.Established, Text: paragraphs("first", "second", "third", "fourth")},
			{ID: "weight", Heading: "Weight", Evidence: knowledge.Laboratory, Text: "Hardly anything at all."},
		},
	}
	uses := &knowledge.Article{ID: "uses", Title: "What are exosomes used for?", Sections: []*knowledge.Section{
		{ID: "wounds", Heading: "Wound healing", Evidence: knowledge.Animal, Text: "In mice, wounds closed faster."},
	}}
	pack := knowledge.Pack{ID: "test", Title: "The test pack", Version: "3", Note: "Written by the testers.", BaseURL: "https://example.org"}
	return knowledge.New(knowledge.Library{Pack: pack, Articles: []*knowledge.Article{size, uses}})
}

// answering returns a bot that answers every question with the second paragraph on
// the diameter, and declines those with "cup".
func answering(lib *knowledge.Library) *bot.Bot {
	section := func(article, section string) *knowledge.Section {
		return lib.Section(knowledge.SectionRef{Article: knowledge.ArticleID(article), Section: knowledge.SectionID(section)})
	}
	related := knowledge.Suggestion{Ref: knowledge.SectionRef{Article: "uses", Section: "wounds"}, Heading: "Wound healing", Title: "What are exosomes used for?"}
	search := func(_ context.Context, q knowledge.Query) (knowledge.Result, error) {
		if strings.Contains(q.Text, "cup") {
			return knowledge.Result{Suggestions: []knowledge.Suggestion{related}}, nil
		}
		return knowledge.Result{
			Answered: true, Confidence: 0.9, Suggestions: []knowledge.Suggestion{related},
			Matches: []knowledge.Match{{Passage: &section("exosome-size", "diameter").Passages[1]}, {Passage: &section("exosome-size", "weight").Passages[0]}},
		}, nil
	}
	return bot.New(bot.Edition{Library: lib, Searcher: bot.SearchFunc(search)}, bot.Options{})
}

// counter is a recorder.
type counter struct {
	mu   sync.Mutex
	all  []discord.Feedback
	fail bool
}

func (c *counter) Record(_ context.Context, f discord.Feedback) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fail {
		return errors.New("the disk is full")
	}
	c.all = append(c.all, f)
	return nil
}

func (c *counter) counted() []discord.Feedback {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.all)
}

// inButtonWorld is inWorld with a bot that answers as above.
func inButtonWorld(t *testing.T, config func(*discord.Config), test func(t *testing.T, w *world)) {
	inWorld(t, setup{config: config, answerer: func() discord.Answerer { return answering(wide()) }}, test)
}

// says checks that a click was answered for the user alone with that text.
func says(t *testing.T, in *discordtest.Interaction, want ...string) *discordtest.Message {
	t.Helper()
	reply := in.WaitReply(t.Context())
	if !reply.Ephemeral() {
		t.Errorf("the answer is public: %q", reply.Text())
	}
	for _, text := range want {
		if !strings.Contains(reply.Text(), text) {
			t.Errorf("answer = %.300q, want it to contain %q", reply.Text(), text)
		}
	}
	return reply
}

func clickable(style discord.Style) func(*discord.Config) {
	return func(c *discord.Config) { c.Style = style }
}

func TestButtons(t *testing.T) {
	for _, style := range []discord.Style{discord.StyleEmbed, discord.StyleComponents} {
		t.Run(string(style), func(t *testing.T) {
			inButtonWorld(t, clickable(style), func(t *testing.T, w *world) {
				bob := w.User("bob")
				reply := w.answered(w.ask("how big?"))
				var labels []string
				for _, b := range reply.Buttons() {
					labels = append(labels, b.Label)
				}
				if got := strings.Join(labels, ", "); got != "More, Context, Continue in a thread, Helpful, Not helpful, Dismiss" {
					t.Errorf("buttons = %s", got)
				}
				says(t, reply.Click(bob, "More"), "Hardly anything at all.", "laboratory studies", "https://example.org/exosome-size#weight")
				around := says(t, reply.Click(bob, "Context"), "The first paragraph", "The second paragraph", "The third paragraph")
				if strings.Contains(around.Text(), "The fourth paragraph") {
					t.Errorf("context = %q", around.Text())
				}
				says(t, reply.Click(bob, "Helpful"), "Thank you")
				opened := says(t, reply.Select(bob, "x1:topic", []string{"uses/wounds"}), "In mice, wounds closed faster.", "animal studies")
				if _, ok := opened.Find("Share"); !ok {
					t.Error("a section cannot be shared")
				}
				if pings := w.Pings(); len(pings) > 0 {
					t.Errorf("pings = %v, want none", pings)
				}
			})
		})
	}
}

// Text style has no buttons.
func TestTextHasNoButtons(t *testing.T) {
	inButtonWorld(t, clickable(discord.StyleText), func(t *testing.T, w *world) {
		if reply := w.answered(w.ask("how big?")); len(reply.Components) > 0 {
			t.Errorf("components = %+v", reply.Components)
		}
	})
}

func TestDeclineOffersTopics(t *testing.T) {
	inButtonWorld(t, nil, func(t *testing.T, w *world) {
		reply := w.answered(w.ask("who won the cup?"))
		if buttons := reply.Buttons(); len(buttons) != 1 || buttons[0].Label != "Dismiss" {
			t.Errorf("buttons = %+v", buttons)
		}
		says(t, reply.Select(w.ann, "x1:topic", []string{"uses/wounds"}), "In mice, wounds closed faster.")
		says(t, reply.Select(w.ann, "x1:topic", []string{"uses/wounds"}, discordtest.WithField("data", map[string]any{"custom_id": "x1:topic", "values": []string{"uses/skin-wounds"}})),
			"nearest section", "In mice, wounds closed faster.")
		for _, values := range []any{nil, 7, []string{}, []string{"a"}, []string{"uses/wounds", "uses/wounds"}, []int{1}} {
			says(t, reply.Select(w.ann, "x1:topic", []string{"uses/wounds"}, discordtest.WithField("data", map[string]any{"custom_id": "x1:topic", "values": values})), "Ask me with /ask")
		}
	})
}

func TestFeedback(t *testing.T) {
	record := &counter{}
	inButtonWorld(t, func(c *discord.Config) { c.Feedback = record }, func(t *testing.T, w *world) {
		bob, eve := w.User("bob"), w.User("eve")
		reply := w.answered(w.ask("how big?"))
		for range 3 {
			says(t, reply.Click(w.ann, "Helpful"), "Thank you")
		}
		for _, user := range []*discordtest.User{bob, eve, w.ann} {
			in := reply.Click(user, "Not helpful")
			response := in.Response(t.Context())
			if response.Type != discordtest.RespondModal || response.Modal.Title != "What was missing?" {
				t.Fatalf("response = %+v, want a form", response)
			}
			values := map[string]string{}
			if user == bob {
				values["text"] = "I meant\nits @everyone weight"
			}
			says(t, in.Submit(values), "Thank you")
		}
		where := discord.Feedback{Section: knowledge.SectionRef{Article: "exosome-size", Section: "diameter"}, Passage: 1, Guild: w.guild.ID}
		good, bad, worse := where, where, where
		good.Helpful, worse.Reason = true, "I meant its @everyone weight"
		if got := record.counted(); !slices.Equal(got, []discord.Feedback{good, worse, bad}) {
			t.Errorf("recorded %+v", got)
		}
		if strings.Contains(w.logs.String(), "weight") {
			t.Error("the log holds the reason")
		}
	})
}

func TestFeedbackFails(t *testing.T) {
	inButtonWorld(t, func(c *discord.Config) { c.Feedback = &counter{fail: true} }, func(t *testing.T, w *world) {
		reply := w.answered(w.ask("how big?"))
		says(t, reply.Click(w.ann, "Helpful"), "Something went wrong")
		says(t, reply.Click(w.ann, "Helpful"), "Something went wrong")
	})
}

// stuck is an answerer whose articles cannot be had while it is held.
type stuck struct {
	discord.Answerer
	held sync.Mutex
}

func (s *stuck) Library() *knowledge.Library {
	s.held.Lock()
	defer s.held.Unlock()
	return s.Answerer.Library()
}

// A form opens without looking at anything that might be slow.
func TestFormOpensAtOnce(t *testing.T) {
	s := &stuck{Answerer: answering(wide())}
	inWorld(t, setup{
		answerer: func() discord.Answerer { return s },
		config:   func(c *discord.Config) { c.Reports = "80351110224678912" },
	}, func(t *testing.T, w *world) {
		reply := w.answered(w.ask("how big?"))
		about := says(t, w.general.Slash(w.ann, "about"), "About me")
		s.held.Lock()
		defer s.held.Unlock()
		for _, in := range []*discordtest.Interaction{reply.Click(w.ann, "Not helpful"), about.Click(w.ann, "Report a problem")} {
			if response := in.Response(t.Context()); response.Modal == nil || response.After != 0 {
				t.Errorf("response = %+v, want a form at once", response)
			}
		}
	})
}

func TestShare(t *testing.T) {
	for _, style := range []discord.Style{discord.StyleEmbed, discord.StyleComponents} {
		t.Run(string(style), func(t *testing.T) {
			inButtonWorld(t, clickable(style), func(t *testing.T, w *world) {
				in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"), discordtest.Opt("private", true))
				private := in.WaitReply(t.Context())
				if _, ok := private.Find("Dismiss"); ok {
					t.Error("a private reply has a button that Discord has for it")
				}
				for _, member := range []any{
					nil, map[string]any{"user": map[string]any{"id": w.ann.ID}},
					map[string]any{"user": map[string]any{"id": w.ann.ID}, "permissions": "1024"},
				} {
					want := "cannot write"
					if member == nil {
						want = "Ask me with /ask"
					}
					says(t, private.Click(w.ann, "Share", discordtest.WithField("member", member)), want)
				}
				if n := len(w.general.Messages()); n != 0 {
					t.Fatalf("%d messages in the channel, want none", n)
				}
				shared := private.Click(w.ann, "Share").WaitReply(t.Context())
				if shared.Ephemeral() || !strings.Contains(shared.Text(), "Shared by "+w.ann.Mention()) || !strings.Contains(shared.Text(), "The second paragraph") {
					t.Errorf("shared = %q", shared.Text())
				}
				says(t, private.Click(w.ann, "Share"), "shared this already")
				if pings := w.Pings(); len(pings) > 0 {
					t.Errorf("pings = %v, want none", pings)
				}
				says(t, shared.Click(w.User("bob"), "Dismiss"), "Only the person who asked")
				shared.Click(w.ann, "Dismiss")
				shared.WaitDelete(t.Context())
			})
		})
	}
}

func TestDismiss(t *testing.T) {
	inButtonWorld(t, nil, func(t *testing.T, w *world) {
		bob, mod := w.User("bob"), w.User("mod")
		w.guild.Grant(mod, discordtest.ManageMessages)
		for _, who := range []*discordtest.User{w.ann, mod} {
			reply := w.answered(w.ask("how big?"))
			says(t, reply.Click(bob, "Dismiss"), "Only the person who asked")
			if reply.Current().Deleted {
				t.Fatal("anybody can dismiss")
			}
			reply.Click(who, "Dismiss")
			reply.WaitDelete(t.Context())
		}
		in := w.general.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"))
		public := in.WaitReply(t.Context())
		public.Click(w.ann, "Dismiss")
		public.WaitDelete(t.Context())

		question := w.ann.DM("how big?")
		reply := w.ann.DMChannel().WaitReply(t.Context(), question)
		if _, ok := reply.Find("Share"); ok {
			t.Error("there is nobody to share with")
		}
		reply.Click(w.ann, "Dismiss")
		reply.WaitDelete(t.Context())

		// A moderator was faster.
		reply = w.answered(w.ask("how big?"))
		w.Fail(discordtest.On("DELETE", "/webhooks/*/*/messages/@original"), discordtest.APIError(404, 10008, "Unknown Message"), 1)
		reply.Click(w.ann, "Dismiss").Response(t.Context())
		synctest.Wait()
		if strings.Contains(w.logs.String(), "delete reply") {
			t.Error("a message that is gone already is an error")
		}
	})
}

// Buttons of other versions and of hostile clients get one calm, private answer.
func TestOldAndHostileButtons(t *testing.T) {
	inButtonWorld(t, nil, func(t *testing.T, w *world) {
		reply := w.answered(w.ask("how big?"))
		click := func(field string, value any) *discordtest.Interaction {
			return reply.Click(w.ann, "Helpful", discordtest.WithField(field, value))
		}
		id := func(s string) *discordtest.Interaction { return click("data", map[string]any{"custom_id": s}) }
		for _, s := range []string{"x0:more:exosome-size/weight", "x9:later:exosome-size/weight#2:whatever", "more exosome-size/weight",
			"x1:more:exosome-size/weights", "x1:up2:exosome-size/weight", "x1:context:exosome-size/weight#7"} {
			says(t, id(s), "nearest section", "Hardly anything at all.")
		}
		for _, s := range []string{"", "x1:", "x1:nothing", "x0:dismiss:" + w.ann.ID, "x1:more:", "x1:more:a/b", "x1:share:../../etc", "x1:dismiss:x", "x1:topic",
			"x1:reason:zzz", "x2:no-such/thing", strings.Repeat("x1:more:", 500), "\x00\u202e@everyone"} {
			if got := says(t, id(s), "Ask me with /ask"); strings.Contains(got.Text(), "everyone") {
				t.Errorf("answer to %q = %q", s, got.Text())
			}
		}
		says(t, id("x1:context:exosome-size/weight"), "nothing more in this section")
		for _, data := range []any{nil, 7, "x", []int{1}, map[string]any{"custom_id": 5}, map[string]any{"custom_id": []string{"x1:dismiss:"}}} {
			says(t, click("data", data), "Ask me with /ask")
		}
		says(t, click("member", nil), "Ask me with /ask")
		says(t, click("message", map[string]any{"id": "5", "author": map[string]any{"id": w.ann.ID}}), "Ask me with /ask")
		says(t, click("message", map[string]any{"id": "5"}), "Ask me with /ask")
		if reply.Current().Deleted {
			t.Error("the reply is gone")
		}
	})
}

// Buttons work after a restart with another pack, for what it still has.
func TestButtonsOutliveRestart(t *testing.T) {
	inButtonWorld(t, nil, func(t *testing.T, w *world) {
		reply := w.answered(w.ask("how big?"))
		w.stop()
		if err := w.ended(); err != nil {
			t.Fatal(err)
		}
		lib := knowledge.New(knowledge.Library{Articles: []*knowledge.Article{{ID: "exosome-size", Title: "Size", Sections: []*knowledge.Section{
			{ID: "width", Heading: "Width", Text: "About a hundred nanometres."}}}}})
		again, err := discord.New(bot.New(bot.Edition{Library: lib}, bot.Options{}), discord.Config{
			Token: w.Token(), Features: discord.AllFeatures, Transport: w.Transport(), DialContext: w.DialContext}, discardLog())
		if err != nil {
			t.Fatal(err)
		}
		w.run(again)
		w.WaitReady(t.Context())
		for _, button := range []string{"More", "Context"} {
			says(t, reply.Click(w.ann, button), "nearest section", "About a hundred nanometres.")
		}
		says(t, reply.Click(w.ann, "Helpful"), "Thank you")
		says(t, reply.Select(w.ann, "x1:topic", []string{"uses/wounds"}), "Ask me with /ask")
		reply.Click(w.ann, "Dismiss")
		reply.WaitDelete(t.Context())
	})
}

func TestTopics(t *testing.T) {
	for _, style := range []discord.Style{discord.StyleEmbed, discord.StyleComponents, discord.StyleText} {
		t.Run(string(style), func(t *testing.T) {
			inButtonWorld(t, clickable(style), func(t *testing.T, w *world) {
				in := w.general.Slash(w.ann, "topics")
				list := says(t, in, "Topics", "Pick one")
				articles, _ := list.Find("x1:article")
				if len(articles.Options) != 2 || articles.Options[0].Label != "How big are exosomes?" {
					t.Errorf("options = %+v", articles.Options)
				}
				list.Select(w.ann, "x1:article", []string{"exosome-size"}).WaitReply(t.Context())
				list = list.Current()
				if !strings.Contains(list.Text(), "Far too small to be seen.") {
					t.Errorf("article = %q", list.Text())
				}
				says(t, list.Select(w.ann, "x1:topic", []string{"exosome-size/weight"}), "Hardly anything at all.")
				list.Click(w.ann, "All articles").WaitReply(t.Context())
				if list = list.Current(); !strings.Contains(list.Text(), "Pick one") {
					t.Errorf("list = %q", list.Text())
				}
				// An article that is gone leads back to the list.
				list.Select(w.ann, "x1:article", []string{"uses"}, discordtest.WithField("data", map[string]any{"custom_id": "x1:article", "values": []string{"gone"}})).WaitReply(t.Context())
				if text := list.Current().Text(); !strings.Contains(text, "Pick one") {
					t.Errorf("list = %q", text)
				}
				for _, values := range []any{nil, []string{}, 5} {
					says(t, list.Select(w.ann, "x1:article", []string{"uses"}, discordtest.WithField("data", map[string]any{"custom_id": "x1:article", "values": values})), "Ask me with /ask")
				}
				if n := len(w.general.Messages()); n != 0 {
					t.Errorf("%d public messages, want none", n)
				}
			})
		})
	}
}

// What a click shows is in the language of who clicked.
func TestButtonsSpeakTheUsersLanguage(t *testing.T) {
	inButtonWorld(t, nil, func(t *testing.T, w *world) {
		reply := w.answered(w.ask("how big?"))
		german := w.User("dora", discordtest.SpeaksLocale("de"))
		says(t, reply.Click(german, "Helpful"), bot.Phrase("de", "feedback_thanks"))
		says(t, reply.Click(german, "Dismiss"), bot.Phrase("de", "dismiss_denied"))
		says(t, reply.Click(german, "More"), bot.Phrase("de", "evidence_laboratory"), "Hardly anything at all.")
		form := reply.Click(german, "Not helpful").Response(t.Context()).Modal
		if form == nil || form.Title != bot.Phrase("de", "reason_title") {
			t.Errorf("form = %+v", form)
		}
		says(t, w.general.Slash(german, "topics"), bot.Phrase("de", "topics_text"))
		says(t, w.general.Slash(german, "about"), bot.Phrase("de", "about_text"))
	})
}

// In a thread it takes another permission to write.
func TestShareInThread(t *testing.T) {
	inButtonWorld(t, nil, func(t *testing.T, w *world) {
		thread := w.general.Thread(w.ann, "sizes")
		in := thread.Slash(w.ann, "ask", discordtest.Opt("question", "how big?"), discordtest.Opt("private", true))
		private := in.WaitReply(t.Context())
		member := map[string]any{"user": map[string]any{"id": w.ann.ID}, "permissions": discordtest.SendMessages.String()}
		says(t, private.Click(w.ann, "Share", discordtest.WithField("member", member)), "cannot write")
		if shared := private.Click(w.ann, "Share").WaitReply(t.Context()); shared.Ephemeral() {
			t.Errorf("shared = %q", shared.Text())
		}
	})
}

// People who installed the app for themselves can look around where the bot is not.
func TestTopicsElsewhere(t *testing.T) {
	inButtonWorld(t, nil, func(t *testing.T, w *world) {
		group := w.GroupDM(w.ann, w.User("bob"))
		list := says(t, group.Slash(w.ann, "topics"), "Pick one")
		list.Select(w.ann, "x1:article", []string{"uses"}).WaitReply(t.Context())
		says(t, list.Current().Select(w.ann, "x1:topic", []string{"uses/wounds"}), "In mice")
		says(t, w.ann.DMChannel().Slash(w.ann, "about"), "About me")
	})
}
