package discord_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"exobot/bot"
	"exobot/bot/discord"
	"exobot/bot/discord/discordtest"
	"exobot/knowledge"
)

// library is a small one with real content.
func library() *knowledge.Library {
	size := &knowledge.Article{
		ID: "exosome-size", Title: "How big are exosomes?",
		Sections: []*knowledge.Section{{
			ID: "diameter", Heading: "Diameter in nanometres", Evidence: knowledge.Established,
			Text:       "Most exosomes measure 30 to 150 nanometres across. A human hair is about a thousand times wider.",
			References: []knowledge.ReferenceID{"kalluri-2020"},
		}},
	}
	uses := &knowledge.Article{
		ID: "uses", Title: "What are exosomes used for?",
		Sections: []*knowledge.Section{{
			ID: "wounds", Heading: "Wound healing", Evidence: knowledge.Animal,
			Text: "In mice, wounds that were treated with exosomes closed faster than those that were not.",
		}},
	}
	refs := []*knowledge.Reference{{
		ID: "kalluri-2020", Authors: "Kalluri R, LeBleu VS", Title: "The biology, function, and biomedical applications of exosomes",
		Container: "Science", Year: 2020, DOI: "10.1126/science.aau6977",
	}}
	return knowledge.New(knowledge.Library{
		Pack:       knowledge.Pack{ID: "test", BaseURL: "https://example.org/articles"},
		Articles:   []*knowledge.Article{size, uses},
		References: refs,
	})
}

// answers is an answerer that knows a few questions. It counts what it is asked.
type answers struct {
	lib  *knowledge.Library
	real *bot.Bot // for what takes no search
	mu   sync.Mutex
	all  []bot.Question
	slow chan struct{} // "hold" waits for it
}

func newAnswers() *answers {
	lib := library()
	return &answers{lib: lib, real: bot.New(bot.Edition{Library: lib}, bot.Options{}), slow: make(chan struct{})}
}

func (a *answers) Library() *knowledge.Library { return a.lib }

func (a *answers) Suggester() *bot.Suggester { return a.real.Suggester() }

func (a *answers) Glance(text string) bot.Glance {
	g := a.real.Glance(text)
	g.Emergency, g.Smalltalk = strings.Contains(text, "emergency"), strings.Contains(text, "thanks")
	return g
}

func (a *answers) asked() []bot.Question {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]bot.Question(nil), a.all...)
}

func (a *answers) Answer(ctx context.Context, q bot.Question) (bot.Reply, error) {
	a.mu.Lock()
	a.all = append(a.all, q)
	a.mu.Unlock()
	text := strings.ToLower(q.Text)
	switch {
	case strings.Contains(text, "slowly"):
		select {
		case <-time.After(5 * time.Second):
		case <-ctx.Done():
			return bot.Reply{}, ctx.Err()
		}
	case strings.Contains(text, "hold"):
		select {
		case <-a.slow:
		case <-ctx.Done():
			return bot.Reply{}, ctx.Err()
		}
	case strings.Contains(text, "stubborn"):
		<-a.slow
	case strings.Contains(text, "break"):
		return bot.Reply{}, errors.New("the index is on fire")
	case strings.Contains(text, "panic"):
		panic("secret: " + q.Text)
	}
	switch {
	case strings.Contains(text, "big"), strings.Contains(text, "hold"), strings.Contains(text, "slowly"):
		p := &a.lib.Section(knowledge.SectionRef{Article: "exosome-size", Section: "diameter"}).Passages[0]
		return bot.Reply{
			Kind: bot.KindAnswer, Language: "en", Confidence: 0.93,
			Passages: []bot.Passage{{
				Match:      knowledge.Match{Passage: p, Score: 1, Marks: []knowledge.Span{{Start: 0, End: 50}}},
				References: []*knowledge.Reference{a.lib.Reference("kalluri-2020")},
			}},
		}, nil
	case strings.Contains(text, "thanks"):
		return bot.Reply{Kind: bot.KindSmalltalk, Language: "en", Notice: "You are welcome."}, nil
	case strings.Contains(text, "emergency"):
		return bot.Reply{Kind: bot.KindEmergency, Language: "en", Notice: "Call 112 now."}, nil
	}
	return bot.Reply{
		Kind: bot.KindDecline, Language: "en", Notice: bot.Phrase("en", bot.PhraseDecline),
		Suggestions: []knowledge.Suggestion{{Heading: "Wound healing", Title: "What are exosomes used for?"}},
	}, nil
}

// logs is a log that can be read while it is written.
type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// A world is a Discord with a bot in it.
type world struct {
	*discordtest.Server
	t       *testing.T
	answers *answers
	client  *discord.Client
	guild   *discordtest.Guild
	general *discordtest.Channel
	ann     *discordtest.User
	logs    *logs

	stop func()     // asks the bot to stop
	done chan error // gets what Run returns
}

// posts returns how many messages the bot has posted or tried to post.
func (w *world) posts() int {
	synctest.Wait()
	return len(w.CallsTo(discordtest.On("POST", "/channels/*/messages")))
}

// ask mentions the bot in #general.
func (w *world) ask(text string, opts ...discordtest.SayOption) *discordtest.Message {
	return w.general.Say(w.ann, w.Mention()+" "+text, opts...)
}

// answered waits for the reply to a message in #general and checks that there is
// exactly one.
func (w *world) answered(msg *discordtest.Message) *discordtest.Message {
	w.t.Helper()
	reply := w.general.WaitReply(w.t.Context(), msg)
	synctest.Wait()
	n := 0
	for _, m := range w.general.Messages() {
		if m.ReplyTo == msg.ID && m.Author == w.BotUser() {
			n++
		}
	}
	if n > 1 {
		w.t.Errorf("%d replies to one message", n)
	}
	return reply
}

// A setup changes how a world begins.
type setup struct {
	server discordtest.Options
	config func(*discord.Config)
	before func(*world) // before the bot starts
	dead   bool         // do not wait for the bot to be ready

	answerer func() discord.Answerer // nil means the world's own
}

// inWorld runs a test in a Discord of its own, in virtual time. At the end the bot has
// to stop by itself, and its log must not hold the token or a question.
func inWorld(t *testing.T, o setup, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{Server: discordtest.New(t, o.server), t: t, answers: newAnswers(), logs: &logs{}}
		w.guild = w.Guild("Lab")
		w.general, w.ann = w.guild.Channel("general"), w.User("ann")
		if o.before != nil {
			o.before(w)
		}
		cfg := discord.Config{
			Token: w.Token(), Features: discord.AllFeatures,
			Transport: w.Transport(), DialContext: w.DialContext,
		}
		if o.config != nil {
			o.config(&cfg)
		}
		log := slog.New(slog.NewTextHandler(w.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
		var answerer discord.Answerer = w.answers
		if o.answerer != nil {
			answerer = o.answerer()
		}
		client, err := discord.New(answerer, cfg, log)
		if err != nil {
			t.Fatal(err)
		}
		w.run(client)
		t.Cleanup(func() {
			settle()
			w.stop()
			if err, open := <-w.done; open && err != nil {
				t.Errorf("Run: %v", err)
			}
			w.checkLogs(t)
		})
		if !o.dead {
			w.WaitReady(t.Context())
			w.WaitCalls(t.Context(), discordtest.On("GET", "/applications/*/commands"), 1)
			synctest.Wait()
		}
		test(t, w)
	})
}

// run starts a client, as the only one.
func (w *world) run(c *discord.Client) {
	ctx, cancel := context.WithCancel(context.Background()) // the test's own ends too early, see settle
	done := make(chan error, 1)
	w.client, w.stop, w.done = c, cancel, done
	go func() { done <- c.Run(ctx) }()
}

func discardLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

// settle waits until nothing moves. A connection must not end while the library still
// sets it up: the library would wait for a lock that it holds while it sleeps, and
// virtual time stands still while anybody waits for a lock.
func settle() { synctest.Wait() }

// ended waits for Run and returns its error.
func (w *world) ended() error {
	err := <-w.done
	close(w.done)
	return err
}

// checkLogs looks for what must not be in the log: the token, the secrets of
// interactions and what people wrote.
func (w *world) checkLogs(t *testing.T) {
	t.Helper()
	log := w.logs.String()
	secrets := []string{w.Token(), "aW50ZXJhY3Rpb24"}
	for _, q := range w.answers.asked() {
		secrets = append(secrets, q.Text)
	}
	for _, secret := range secrets {
		if len(secret) > 3 && strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if t.Failed() {
		t.Log(log)
	}
}
