package discord

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"exobot/bot"
	"exobot/knowledge"
)

// An Answerer answers questions and knows the articles; a [bot.Bot] is one. It must be
// safe for concurrent use.
type Answerer interface {
	// Answer decides what to reply. It should return when ctx ends.
	Answer(ctx context.Context, q bot.Question) (bot.Reply, error)
	// Library returns the articles that are answered from.
	Library() *knowledge.Library
}

// A surface is the place where one question gets its one reply.
type surface interface {
	// acknowledge shows the asker that an answer is coming. It is called at most once,
	// before deliver, and only if the answer takes long.
	acknowledge(ctx context.Context) error
	// deliver posts the reply.
	deliver(ctx context.Context, d draft) error
}

// A draft is a message that can be had in every style.
type draft func(Style) outgoing

// Deadlines of a question.
const (
	// acknowledgeAfter leaves two of the three seconds after which an interaction fails
	// for the acknowledgement to arrive.
	acknowledgeAfter = time.Second
	answerTimeout    = 20 * time.Second
	eventTimeout     = 30 * time.Second // for answering and delivering together
)

// longQuestion is the length from which a decline asks for a shorter question, in
// UTF-16 units. Subscribers can write up to 4,000, of which all is searched, since what
// matters most, such as an emergency, may stand at the end.
const longQuestion = 2000

// take answers q on s in a goroutine of its own, or says that we are busy.
func (c *Client) take(s surface, q bot.Question, arrived time.Time) {
	if q.Text == "" {
		c.takePhrase(s, phraseHint, q.Locale)
		return
	}
	if c.tasks.start(func(ctx context.Context) { c.serve(ctx, s, q, arrived) }) {
		return
	}
	c.log.Warn("too many questions at once")
	c.takePhrase(s, phraseBusy, q.Locale)
}

// takePhrase delivers a fixed phrase on s in a goroutine of its own.
func (c *Client) takePhrase(s surface, name bot.PhraseName, locale string) {
	ok := c.phrases.start(func(ctx context.Context) {
		if err := s.deliver(ctx, phrase(name, locale)); err != nil {
			c.log.Warn("deliver phrase", "phrase", name, "error", err)
		}
	})
	if !ok {
		c.log.Warn("message dropped: too many at once", "phrase", name)
	}
}

func phrase(name bot.PhraseName, locale string) draft {
	return func(style Style) outgoing { return say(bot.Phrase(locale, name), style) }
}

// serve answers q on s: exactly one reply, whatever happens on the way.
func (c *Client) serve(ctx context.Context, s surface, q bot.Question, arrived time.Time) {
	stop := c.acknowledgeLater(ctx, s, acknowledgeAfter-time.Since(arrived))
	reply, d, err := c.compose(ctx, q, audienceOf(s))
	stop()
	if err != nil {
		c.log.Error("question failed", "surface", q.Surface, "error", err)
		d = phrase(phraseError, q.Locale)
	}
	if err := s.deliver(ctx, d); err != nil {
		c.log.Warn("deliver reply", "surface", q.Surface, "error", err)
		return
	}
	if err == nil {
		c.log.Info("answered", "surface", q.Surface, "kind", reply.Kind, "confidence", reply.Confidence,
			"passages", len(reply.Passages), "took", time.Since(arrived))
	}
}

// acknowledgeLater acknowledges on s unless stop is called within d. stop returns when
// nothing is under way any more.
func (c *Client) acknowledgeLater(ctx context.Context, s surface, d time.Duration) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-quit:
			return
		case <-timer.C:
		}
		if err := s.acknowledge(ctx); err != nil {
			c.log.Warn("acknowledge question", "error", err)
		}
	}()
	return func() {
		close(quit)
		<-done
	}
}

// compose finds the reply to q, with buttons if there is an audience to use them. A
// panic on the way is an error like any other.
func (c *Client) compose(ctx context.Context, q bot.Question, to *audience) (r bot.Reply, d draft, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked(v)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	select {
	case c.answering <- struct{}{}:
		defer func() { <-c.answering }()
	case <-ctx.Done():
		return r, nil, fmt.Errorf("wait for a free place: %w", ctx.Err())
	}
	if r, err = c.answerer.Answer(ctx, q); err != nil {
		return r, nil, err
	}
	o := renderOptions{TooLong: knowledge.Units(q.Text) > longQuestion, Audience: to}
	if lib := c.answerer.Library(); lib != nil {
		o.BaseURL = lib.Pack.BaseURL
		if to != nil {
			to.context = hasContext(lib, r.Passages)
		}
	}
	styles := make(map[Style]outgoing)
	for _, style := range []Style{c.style, StyleText} {
		o.Style = style
		styles[style] = render(r, o)
	}
	return r, func(style Style) outgoing { return styles[style] }, nil
}

// panicked returns an error for what recover returned. It tells what kind of thing
// that was and where, but not its text, which may hold a question.
func panicked(v any) error {
	if e, ok := v.(runtime.Error); ok {
		return fmt.Errorf("panic: %w\n%s", e, debug.Stack())
	}
	return fmt.Errorf("panic: %T\n%s", v, debug.Stack())
}

// A drySurface prints what would have been posted.
type drySurface struct {
	out  io.Writer
	text string // the question
}

// dry returns s, or in a dry run one that posts nothing.
func (c *Client) dry(s surface, text string) surface {
	if c.dryRun == nil {
		return s
	}
	return &drySurface{out: c.dryRun, text: text}
}

func (s *drySurface) acknowledge(context.Context) error { return nil }

func (s *drySurface) deliver(_ context.Context, d draft) error {
	if _, err := fmt.Fprintf(s.out, "> %s\n%s\n\n", s.text, d(StyleText)); err != nil {
		return fmt.Errorf("print reply: %w", err)
	}
	return nil
}

// A lockedWriter lets several goroutines write to one writer, one at a time.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
