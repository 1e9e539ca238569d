// Package bot is the policy of Exobot: what kind of message is this, and what do we say?
//
// A [Question] goes in and a [Reply] comes out, both plain data without a word of
// Discord, so that the terminal, Discord and an HTTP endpoint all say the same. On the
// way the question is put into a lane by the patterns and examples of the pack (emergency,
// advice, recommendation, small talk, or knowledge), searched for in the current [Edition]
// of the knowledge, and answered with passages word for word or declined with the nearest
// topics:
//
//	b := bot.New(bot.Edition{Library: lib, Searcher: ix})
//	reply, err := b.Answer(ctx, bot.Question{Text: "how big is an exosome"})
//
// The knowledge can be replaced while questions are being answered, see [Bot.Swap].
// Fixed phrases of the interface come from locales/*.json, those that speak of medicine
// from the pack. Nothing here sends, stores or logs what people write.
package bot

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"exobot/knowledge"
)

// A Searcher finds passages. It must be safe for concurrent use.
type Searcher interface {
	Search(ctx context.Context, q knowledge.Query) (knowledge.Result, error)
}

// SearchFunc lets a function be a [Searcher].
type SearchFunc func(ctx context.Context, q knowledge.Query) (knowledge.Result, error)

// Search calls f.
func (f SearchFunc) Search(ctx context.Context, q knowledge.Query) (knowledge.Result, error) {
	return f(ctx, q)
}

// A Surface is the place where a question was asked.
type Surface string

// The surfaces. Only conversation memory and wording may depend on them: the passages
// are the same everywhere.
const (
	SurfaceTerminal Surface = "terminal"
	SurfaceCommand  Surface = "command" // slash command
	SurfaceMention  Surface = "mention"
	SurfaceDM       Surface = "dm"
	SurfaceMenu     Surface = "menu"    // message menu
	SurfaceReply    Surface = "reply"   // reply to one of our messages
	SurfaceChannel  Surface = "channel" // ask channel, opted in
	SurfaceForum    Surface = "forum"   // first post of a forum thread
	SurfaceThread   Surface = "thread"  // thread that we opened
)

// A ConversationID tells one asker's questions in one place from all others. It is kept
// in memory only. The empty id has no memory.
type ConversationID string

// A Question is what somebody asked.
type Question struct {
	Text         string
	Locale       string // BCP 47 tag of the asker's interface; "" means English
	Surface      Surface
	Conversation ConversationID
	About        string                // what the conversation began with, for when that is not remembered; "" if unknown
	Topic        knowledge.SectionRef  // a section that was picked rather than asked for; zero if none
	Articles     []knowledge.ArticleID // answer from these only; empty means all
	Limit        int                   // passages at most; 0 means knowledge.DefaultLimit
}

// A Kind is what sort of reply was given.
type Kind string

// The kinds of reply.
const (
	KindAnswer    Kind = "answer"    // passages that answer
	KindDecline   Kind = "decline"   // the articles do not cover it; suggestions only
	KindAdvice    Kind = "advice"    // about somebody's own treatment: a notice, then evidence
	KindEmergency Kind = "emergency" // the emergency sentence before anything else
	KindSmalltalk Kind = "smalltalk" // a short friendly line
)

// A Reply is what we say, free of how it will be shown.
type Reply struct {
	Kind        Kind
	Lane        knowledge.Lane // what the question's words said, and, where it was answered, what was learnt of such
	Notice      string         // fixed phrase that comes first; "" if the kind has none
	Language    string         // of the question if that is not English, else of the asker's interface; BCP 47
	Confidence  float64        // estimated probability, 0 to 1, that the first passage answers
	Passages    []Passage      // best first
	Lead        int            // how many of Passages are the answer: 1, or one for each part of the question; 0 without Passages
	Suggestions []knowledge.Suggestion
	Took        time.Duration
}

// A Passage is a match with the references of its section looked up.
type Passage struct {
	knowledge.Match
	References []*knowledge.Reference
}

// Options are the settings of a [Bot].
type Options struct {
	Now func() time.Time // the clock; nil means time.Now
}

// A Bot answers questions. It is safe for concurrent use.
type Bot struct {
	editions editions
	memory   memory
	now      func() time.Time
}

// New returns a bot that answers from ed. Close it after use.
func New(ed Edition, opts Options) *Bot {
	b := &Bot{now: opts.Now}
	if b.now == nil {
		b.now = time.Now
	}
	b.memory.now = b.now
	b.editions.swap(ed)
	return b
}

// Swap replaces the knowledge by ed. Questions already under way finish with the old
// edition, whose Close is called when the last of them has; Swap waits for that and
// returns its error. No question fails or waits because of a swap.
func (b *Bot) Swap(ed Edition) error { return b.editions.swap(ed) }

// Close closes the current edition once the questions under way have finished. The bot
// must not be asked again.
func (b *Bot) Close() error { return b.editions.swap(Edition{}) }

// Library returns the library of the current edition. It stays valid after a swap.
func (b *Bot) Library() *knowledge.Library {
	e := b.editions.acquire()
	defer e.release()
	return e.Library
}

// Suggester returns what completes questions from the current edition. It stays valid
// after a swap.
func (b *Bot) Suggester() *Suggester {
	e := b.editions.acquire()
	defer e.release()
	return e.suggester()
}

// maxQuestion is the longest question that is looked at, in bytes; the rest is cut off
// at a rune. Discord's messages hold at most 4,000 characters.
const maxQuestion = 16 << 10

// Answer decides what to reply. An error means that the search failed, not that
// nothing was found.
func (b *Bot) Answer(ctx context.Context, q Question) (Reply, error) {
	start := b.now()
	e := b.editions.acquire()
	defer e.release()
	q.Text = unaddressed(cut(q.Text, maxQuestion))
	var r Reply
	var err error
	if q.Topic != (knowledge.SectionRef{}) && e.Sorter.sort(q.Text).lane != knowledge.LaneEmergency {
		r = b.open(ctx, e, q)
	} else {
		r, err = b.answer(ctx, e, q)
	}
	if err != nil {
		return Reply{}, fmt.Errorf("answer question: %w", err)
	}
	for i := range r.Passages {
		for _, id := range r.Passages[i].Passage.References {
			if ref := e.Library.Reference(id); ref != nil {
				r.Passages[i].References = append(r.Passages[i].References, ref)
			}
		}
	}
	r.Took = b.now().Sub(start)
	return r, nil
}

func (b *Bot) answer(ctx context.Context, e *edition, q Question) (Reply, error) {
	sorted := e.Sorter.sort(q.Text)
	r := Reply{Lane: sorted.lane, Language: languageOf(q.Locale)}
	if sorted.lang != "" && sorted.lang != "en" {
		r.Language = sorted.lang
	}
	switch sorted.lane {
	case knowledge.LaneEmergency: // nothing may delay it, and no search can fail it
		r.Kind, r.Notice = KindEmergency, e.Library.Lanes.Notice(sorted.notice, r.Language)
		return r, nil
	case knowledge.LaneSmalltalk:
		r.Kind, r.Notice = KindSmalltalk, e.Library.Lanes.Notice(sorted.notice, r.Language)
		return r, nil
	}
	b.memory.begin(q.Conversation, q.About)
	before := b.memory.before(q.Conversation, q.Text)
	res, err := e.Searcher.Search(ctx, knowledge.Query{
		Text: q.Text, Context: before, Locale: q.Locale, Articles: q.Articles, Limit: q.Limit,
	})
	if err != nil || res.Answered {
		sorted = sorted.answered()
		r.Lane = sorted.lane
	}
	if err != nil && sorted.lane != knowledge.LaneAdvice { // the notice holds without evidence, too
		return Reply{}, err
	}
	b.memory.add(q.Conversation, q.Text, before != "")
	// English is what a question is taken for unless it shows another language, so the
	// interface's counts for more.
	if res.Language != "" && res.Language != "en" {
		r.Language = res.Language
	}
	r.Confidence, r.Suggestions = res.Confidence, res.Suggestions
	if sorted.notice != "" {
		r.Notice = e.Library.Lanes.Notice(sorted.notice, r.Language)
	}
	switch {
	case !res.Answered:
	case sorted.lane == knowledge.LaneRecommendation:
		r.Suggestions = suggested(e.Library, res)
	default:
		r.Passages, r.Lead = matches(res.Matches), min(max(res.Lead, 1), len(res.Matches))
	}
	switch {
	case sorted.lane == knowledge.LaneAdvice:
		r.Kind = KindAdvice
	case len(r.Passages) > 0:
		r.Kind = KindAnswer
	default:
		r.Kind = KindDecline
		if r.Notice == "" || sorted.lane == knowledge.LaneCaution {
			r.Notice = Phrase(r.Language, PhraseDecline)
		}
	}
	return r, nil
}

// open shows a section that was picked, or a definition: its passages and those below it,
// up to the limit. A notice that the question calls for stands in front, and the
// sentences that answer it are marked, as when it is asked.
func (b *Bot) open(ctx context.Context, e *edition, q Question) Reply {
	l := e.Library
	r := Reply{Kind: KindAnswer, Lane: knowledge.LaneKnowledge, Confidence: 1, Language: languageOf(q.Locale)}
	s := l.Section(q.Topic)
	if p := definition(l, q.Topic); p != nil {
		s = &knowledge.Section{Heading: p.Heading, Passages: []knowledge.Passage{*p}}
	}
	if s == nil {
		r.Kind, r.Confidence, r.Notice = KindDecline, 0, Phrase(r.Language, PhraseGone)
		return r
	}
	if sorted := e.Sorter.sort(q.Text).answered(); sorted.notice != "" && sorted.lane != knowledge.LaneSmalltalk {
		r.Lane, r.Notice = sorted.lane, l.Lanes.Notice(sorted.notice, r.Language)
		if sorted.lane == knowledge.LaneAdvice {
			r.Kind = KindAdvice
		}
	}
	b.memory.add(q.Conversation, cmp.Or(q.Text, s.Heading), false)
	limit := q.Limit
	if limit <= 0 {
		limit = knowledge.DefaultLimit
	}
	for sub := range sectionAndBelow(s) {
		for i := range sub.Passages {
			if len(r.Passages) == limit {
				break
			}
			r.Passages = append(r.Passages, Passage{Match: knowledge.Match{Passage: &sub.Passages[i], Score: 1}})
			r.Lead = 1
		}
	}
	if q.Text != "" {
		mark(ctx, e, q, &r)
	}
	return r
}

// mark adds to an opened section what a search for the question finds besides it: which
// sentences answer, and what is related. The section is shown without if that fails.
func mark(ctx context.Context, e *edition, q Question, r *Reply) {
	if e.Searcher == nil {
		return
	}
	res, err := e.Searcher.Search(ctx, knowledge.Query{Text: q.Text, Locale: q.Locale, Articles: q.Articles, Limit: q.Limit})
	if err != nil {
		return
	}
	shown := make(map[knowledge.SectionRef]bool)
	for i := range r.Passages {
		p := r.Passages[i].Passage
		shown[p.Ref] = true
		for _, m := range res.Matches {
			if res.Answered && m.Passage.Ref == p.Ref && m.Passage.Number == p.Number {
				r.Passages[i].Marks = m.Marks
			}
		}
	}
	related := res.Suggestions
	if res.Answered {
		related = append(sections(e.Library, res.Matches), related...)
	}
	for _, s := range related {
		if !shown[s.Ref] {
			r.Suggestions = append(r.Suggestions, s)
		}
	}
}

// definition returns the definition that a reference points at, or nil if it points at
// something else.
func definition(l *knowledge.Library, ref knowledge.SectionRef) *knowledge.Passage {
	number, ok := strings.CutPrefix(string(ref.Section), "concept-")
	i, err := strconv.Atoi(number)
	if ref.Article != knowledge.GlossaryArticle || !ok || err != nil || i < 0 || i >= len(l.Glossary) {
		return nil
	}
	return l.Definition(i)
}

func sectionAndBelow(s *knowledge.Section) func(func(*knowledge.Section) bool) {
	one := knowledge.Article{Sections: []*knowledge.Section{s}}
	return one.All()
}

func matches(found []knowledge.Match) []Passage {
	out := make([]Passage, len(found))
	for i, m := range found {
		out[i].Match = m
	}
	return out
}

// suggested returns as many topics as the result suggests, beginning with those that it
// found: what is nearest to a question that is not to be answered.
func suggested(l *knowledge.Library, res knowledge.Result) []knowledge.Suggestion {
	out := append(sections(l, res.Matches), res.Suggestions...)
	return out[:min(len(out), max(len(res.Matches), len(res.Suggestions)))]
}

// sections returns the sections of matches as suggestions.
func sections(l *knowledge.Library, found []knowledge.Match) []knowledge.Suggestion {
	var out []knowledge.Suggestion
	for _, m := range found {
		if p := m.Passage; l.Section(p.Ref) != nil { // not a line of the glossary
			out = append(out, knowledge.Suggestion{Ref: p.Ref, Heading: p.Heading, Title: p.Trail[0]})
		}
	}
	return out
}

// languageOf returns the language to reply in where the question's own is not known: that
// of the asker's interface, else English.
func languageOf(locale string) string { return cmp.Or(strings.TrimSpace(locale), "en") }

// cut shortens s to at most n bytes without splitting a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
