package discord

import (
	"context"
	"fmt"
	"io"
	"log/slog"
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
	// Glance looks at a message without answering it. It must be fast.
	Glance(text string) bot.Glance
	// Suggester returns what completes questions; nil completes none.
	Suggester() *bot.Suggester
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

// A job is a question that was taken up and has not been answered yet.
type job struct {
	surface  surface
	id       string // of the message or the interaction that asks
	question bot.Question
	arrived  time.Time

	// quiet says that nobody has addressed us: only a confident answer or an emergency
	// is posted, and otherwise nothing is said.
	quiet bool
	// wider is what is asked if the question as it stands finds nothing worth posting;
	// "" for nothing.
	wider   string
	retract func(ctx context.Context) error // deletes an answer that does not fit any more; may be nil

	repeats *first // the first time that this was asked; nil if it does not matter
	isFirst bool   // whether that is this job
	// posted returns our message once it is delivered; "" if there is none to point at.
	posted func(ctx context.Context) (id, link string)
}

// start runs f, which does j, in a goroutine of its own, or says that we are busy.
func (c *Client) start(j *job, f func(context.Context)) {
	if c.tasks.start(f) {
		return
	}
	c.log.Warn("too many questions at once")
	if !j.quiet {
		c.takePhrase(j.surface, phraseBusy, j.question.Locale)
	}
}

// do does j. Where there is no question it hints at what to ask.
func (c *Client) do(ctx context.Context, j *job) {
	switch {
	case j.question.Text != "" || j.question.Topic != (knowledge.SectionRef{}):
		c.work(ctx, j)
	case !j.quiet:
		c.deliverPhrase(ctx, j.surface, phraseHint, j.question.Locale)
	}
}

// withdraw deletes the answer that there may be.
func (j *job) withdraw(ctx context.Context, log *slog.Logger) {
	if j.retract == nil {
		return
	}
	if err := j.retract(ctx); err != nil {
		log.Warn("delete answer", "error", err)
	}
}

// finish tells those who asked the same meanwhile where the answer is, if there is one.
func (j *job) finish(ctx context.Context, ok bool) {
	if j.repeats == nil || !j.isFirst {
		return
	}
	id, link := "", ""
	if ok && j.posted != nil {
		id, link = j.posted(ctx)
	}
	j.repeats.finish(id, link)
}

// takePhrase delivers a fixed phrase on s in a goroutine of its own.
func (c *Client) takePhrase(s surface, name bot.PhraseName, locale string) {
	if !c.phrases.start(func(ctx context.Context) { c.deliverPhrase(ctx, s, name, locale) }) {
		c.log.Warn("message dropped: too many at once", "phrase", name)
	}
}

// deliverPhrase delivers a fixed phrase on s.
func (c *Client) deliverPhrase(ctx context.Context, s surface, name bot.PhraseName, locale string) {
	if err := s.deliver(ctx, phrase(name, locale)); err != nil {
		c.log.Warn("deliver phrase", "phrase", name, "error", err)
	}
}

func phrase(name bot.PhraseName, locale string) draft {
	return func(style Style) outgoing { return say(bot.Phrase(locale, name), style) }
}

// serve answers q on s: exactly one reply, whatever happens on the way.
func (c *Client) serve(ctx context.Context, s surface, q bot.Question, arrived time.Time) {
	c.work(ctx, &job{surface: s, question: q, arrived: arrived})
}

// work answers the question of a job: exactly one reply, whatever happens on the way,
// and at most one to a quiet job.
func (c *Client) work(ctx context.Context, j *job) {
	delivered := false
	defer func() { j.finish(ctx, delivered) }()
	q := j.question
	stop := c.acknowledgeLater(ctx, j.surface, acknowledgeAfter-time.Since(j.arrived))
	var reply bot.Reply
	var d draft
	var err error
	if j.repeats != nil && !j.isFirst {
		d = j.repeats.wait(ctx, q.Locale)
	}
	pointed := d != nil
	to := audienceOf(j.surface)
	if !pointed {
		reply, d, err = c.compose(ctx, q, to)
		if j.quiet && err == nil && !worthPosting(reply) && j.wider != "" {
			q.Text = j.wider
			reply, d, err = c.compose(ctx, q, to)
		}
		if err == nil && to != nil && to.threads {
			c.remember(j.id, q.Text, reply)
		}
	}
	stop()
	if j.quiet && !pointed && (err != nil || !worthPosting(reply)) {
		if err != nil {
			c.log.Error("question failed", "surface", q.Surface, "error", err)
		} else {
			j.withdraw(ctx, c.log)
		}
		return
	}
	if err != nil {
		c.log.Error("question failed", "surface", q.Surface, "error", err)
		d = phrase(phraseError, q.Locale)
	}
	if s, ok := j.surface.(*interactionSurface); ok && pointed {
		s.hush()
	}
	if err := j.surface.deliver(ctx, d); err != nil {
		if closed(err) {
			c.log.Info("not answered", "surface", q.Surface, "reason", "the thread is archived, locked or gone")
		} else {
			c.log.Warn("deliver reply", "surface", q.Surface, "error", err)
		}
		return
	}
	switch {
	case pointed:
		c.log.Info("pointed at an answer", "surface", q.Surface)
	case err == nil:
		delivered = true
		c.log.Info("answered", "surface", q.Surface, "kind", reply.Kind, "confidence", reply.Confidence,
			"passages", len(reply.Passages), "took", time.Since(j.arrived))
	}
}

// worthPosting reports whether a reply is worth speaking up for unasked.
func worthPosting(r bot.Reply) bool {
	switch r.Kind {
	case bot.KindEmergency:
		return true
	case bot.KindAnswer, bot.KindAdvice:
		return len(r.Passages) > 0
	}
	return false
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
