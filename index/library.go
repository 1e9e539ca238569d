package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"exobot/knowledge"
)

// Options are the settings of an [Index].
type Options struct {
	// Dir is the folder that keeps Bleve's files, and what was learnt from the questions,
	// from one start to the next. Empty means in memory. Learning takes most of the time,
	// Bleve's files of a few thousand passages next to none.
	Dir string
	// Model replaces [DefaultModel], to try another.
	Model *Model
}

// An Index answers questions from a library. It satisfies the bot's Searcher, is built
// once, and is safe for concurrent use.
type Index struct {
	lib       *knowledge.Library
	docs      documents
	passages  []*knowledge.Passage // by ordinal
	uncovered []string             // questions that no section answers
	model     Model
	glossary  func() *glossary
	onDisk    bool // whether there are files that can be damaged

	mu    sync.RWMutex // held for reading by every search
	state *state       // nil once the index is closed
}

// A state is the part of an index that can be built again.
type state struct {
	c         *Collection
	sentences sentences
}

// Build indexes the passages of a library.
func Build(ctx context.Context, lib *knowledge.Library, opts Options) (*Index, error) {
	return buildWithout(ctx, lib, opts, nil)
}

// buildWithout is [Build] without the questions that are held out.
func buildWithout(ctx context.Context, lib *knowledge.Library, opts Options, held *holdOut) (*Index, error) {
	ix := &Index{lib: lib}
	for _, t := range lib.Uncovered {
		if !held.topic(t) {
			ix.uncovered = append(ix.uncovered, t.Questions...)
		}
	}
	if err := ix.sort(held); err != nil {
		return nil, err
	}
	ix.onDisk = opts.Dir != ""
	ix.model = DefaultModel()
	if opts.Model != nil {
		ix.model = *opts.Model
	}
	ix.glossary = sync.OnceValue(func() *glossary { return newGlossary(lib.Glossary, lib.Words) })
	var side sync.WaitGroup
	side.Go(func() { ix.glossary() }) // while Bleve is busy
	defer side.Wait()
	var c *Collection
	var err error
	if opts.Dir == "" {
		c, err = ix.collect(ctx)
	} else {
		c, err = openCollection(ctx, ix.docs, ix.making(), opts.Dir)
	}
	if err != nil {
		return nil, err
	}
	ix.state = ix.newState(c)
	return ix, nil
}

// sort puts the passages into the order of their ids and makes documents of them.
func (ix *Index) sort(held *holdOut) error {
	type named struct {
		id      string
		passage *knowledge.Passage
	}
	var all []named
	for p := range ix.lib.Passages() {
		all = append(all, named{p.ID(), p})
	}
	slices.SortFunc(all, func(a, b named) int { return cmp.Compare(a.id, b.id) })
	ix.passages = make([]*knowledge.Passage, len(all))
	ids := make([]string, len(all))
	for i, n := range all {
		ids[i], ix.passages[i] = n.id, n.passage
	}
	ix.docs = documents{ids, func(i int) Document {
		p := ix.passages[i]
		return Document{
			ID:        ids[i],
			Group:     ids[i][:strings.LastIndexByte(ids[i], '#')], // the section, without a string of its own
			Title:     strings.Join(p.Trail, "\n"),
			Text:      p.Text,
			Questions: held.without(ix.lib.Section(p.Ref).Questions),
			Position:  p.Number,
		}
	}}
	return distinct(ids)
}

// making is what goes into the collection besides the passages.
func (ix *Index) making() making {
	return making{
		model: ix.model, glossary: ix.glossary, source: []any{ix.lib.Glossary, ix.lib.Words}, uncovered: ix.uncovered,
	}
}

// collect indexes the documents in memory.
func (ix *Index) collect(ctx context.Context) (*Collection, error) {
	return makeCollection(ctx, ix.docs, ix.making())
}

func (ix *Index) newState(c *Collection) *state {
	return &state{c, make(sentences, len(ix.passages))}
}

// errClosed is the error of what is asked of an index that is closed.
var errClosed = errors.New("index: the index is closed")

// Close releases the index. It waits for the searches that are under way; those that
// follow get an error.
func (ix *Index) Close() error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.state == nil {
		return errClosed
	}
	c := ix.state.c
	ix.state = nil
	return c.Close()
}

// Search finds the passages that answer a question, and says how sure it is. Where the
// index turns out to be damaged, it is built again in memory, once, and asked again.
func (ix *Index) Search(ctx context.Context, query knowledge.Query) (knowledge.Result, error) {
	ix.mu.RLock()
	was := ix.state
	res, err := ix.search(ctx, was, query)
	ix.mu.RUnlock()
	if !errors.Is(err, ErrCorrupt) || !ix.onDisk {
		return res, err
	}
	if e := ix.rebuild(ctx, was); e != nil {
		return knowledge.Result{}, errors.Join(err, e)
	}
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.search(ctx, ix.state, query)
}

// rebuild replaces a damaged state, unless somebody has done so already.
func (ix *Index) rebuild(ctx context.Context, damaged *state) error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if ix.state != damaged {
		return nil
	}
	c, err := ix.collect(ctx)
	if err != nil {
		return fmt.Errorf("build index again: %w", err)
	}
	damaged.c.Close() // its files are lost anyway
	ix.state = ix.newState(c)
	return nil
}

// suggestionCount is how many topics a result suggests at most.
const suggestionCount = 5

// search asks one state. A panic inside Bleve, which damaged files cause, becomes an
// error, and so does the fault of reading a mapped file that was cut short.
func (ix *Index) search(ctx context.Context, st *state, query knowledge.Query) (res knowledge.Result, err error) {
	if st == nil {
		return knowledge.Result{}, errClosed
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			res, err = knowledge.Result{}, fmt.Errorf("search: %w: %v\n%s", ErrCorrupt, r, debug.Stack())
		}
	}()
	limit := query.Limit
	if limit <= 0 {
		limit = knowledge.DefaultLimit
	}
	admit, err := ix.admit(query.Articles)
	if err != nil {
		return knowledge.Result{}, err
	}
	found, err := ix.find(ctx, st, query, limit+suggestionCount, admit)
	if err != nil {
		return knowledge.Result{}, fmt.Errorf("search: %w", err)
	}
	res = knowledge.Result{Language: found.q.language, Confidence: found.confidence, Answered: found.confidence >= ix.model.Floor}
	res.Lead = min(found.lead, limit)
	if m, ok := ix.define(found.q); ok && !res.Answered && len(query.Articles) == 0 {
		res.Lead = 1
		res.Matches, res.Answered, res.Confidence = []knowledge.Match{m}, true, 1
		if len(found.hits) > 0 {
			res.Suggestions = ix.suggest(found.hits[0], found.hits)
		}
		return res, nil
	}
	for i, h := range found.hits[:min(limit, len(found.hits))] {
		p := ix.passages[h.doc]
		res.Matches = append(res.Matches, knowledge.Match{Passage: p, Score: h.Score, Marks: st.mark(found.question(i), h.doc, p)})
	}
	rest := found.hits
	if res.Answered {
		rest = rest[len(res.Matches):]
	} else if found.offSubject() {
		rest = nil
	} else { // what only speaks of exosomes, too, is no help
		rest = slices.DeleteFunc(slices.Clone(rest), func(h Hit) bool { return !st.c.related(found.q, h.doc) })
	}
	if len(found.hits) > 0 {
		res.Suggestions = ix.suggest(found.hits[0], rest)
	}
	if res.Confidence < farOff {
		res.Suggestions = res.Suggestions[:min(farSuggestions, len(res.Suggestions))]
	}
	return res, nil
}

// Of a question that the articles are most likely far from, the nearest topics are mostly
// near by chance: below this confidence so few are suggested, and none where the question
// does not name the subject either.
const (
	farOff         = 0.1
	farSuggestions = 2
)

// suggestionScore is how well a section must do, against the best, to be suggested.
const suggestionScore = 0.45

// suggest turns those of the rest that come near the best into suggestions, as many as
// there may be.
func (ix *Index) suggest(best Hit, rest []Hit) []knowledge.Suggestion {
	var out []knowledge.Suggestion
	for _, h := range rest[:min(suggestionCount, len(rest))] {
		if h.Score < suggestionScore*best.Score {
			continue
		}
		p := ix.passages[h.doc]
		out = append(out, knowledge.Suggestion{Ref: p.Ref, Heading: p.Heading, Title: p.Trail[0]})
	}
	return out
}

// define answers a question for the meaning of one concept with the glossary's own line,
// for want of a section that does. Whoever asks what the risks are knows what a risk is.
func (ix *Index) define(q *question) (knowledge.Match, bool) {
	if len(q.slots) != 1 || q.slots[0].concept < 0 || !slices.Contains(q.asks, asksMeaning) {
		return knowledge.Match{}, false
	}
	if slices.Contains(q.small, "are") && slices.Contains(q.small, "the") && !slices.ContainsFunc(q.words, func(w string) bool { return !englishWords()[w] }) {
		return knowledge.Match{}, false
	}
	p := ix.lib.Definition(q.slots[0].concept)
	if p == nil {
		return knowledge.Match{}, false
	}
	return knowledge.Match{Passage: p, Score: 1, Marks: []knowledge.Span{{Start: 0, End: len(p.Text)}}}, true
}

// findings are the hits for a question, best first.
type findings struct {
	q          *question
	hits       []Hit
	lead       int // how many of hits answer
	features   Features
	confidence float64
	parts      []*question // which each hit was found for, where it was not q for all
}

// offSubject reports whether the question seems to be about something else altogether.
func (f findings) offSubject() bool { return f.features.Subject == 0 && f.confidence < farOff }

// question returns the question, or the part of it, that a hit was found for.
func (f findings) question(hit int) *question {
	if f.parts != nil {
		return f.parts[hit]
	}
	return f.q
}

// wholeCoverage is how much of a question of several parts its best section must speak
// of for the question to be answered as one.
const wholeCoverage = 0.8

// find ranks for the question as a whole, and part by part where it has parts that no
// one section answers.
func (ix *Index) find(ctx context.Context, st *state, query knowledge.Query, n int, admit func(uint32) bool) (findings, error) {
	whole, err := st.ask(ctx, query.Context, query.Text, query.Locale, n, admit)
	if err != nil {
		return findings{}, err
	}
	if len(query.Text) > severalParts {
		return ix.surest(ctx, st, query, whole, n, admit)
	}
	if whole.features.Coverage >= wholeCoverage {
		return whole, nil
	}
	parts := splitParts(query.Text)
	if len(parts) < 2 {
		return ix.surest(ctx, st, query, whole, n, admit)
	}
	var answered []findings
	for _, text := range parts {
		part, err := st.ask(ctx, "", listMarker.ReplaceAllString(text, ""), query.Locale, n, admit)
		if err != nil {
			return findings{}, err
		}
		if part.confidence >= ix.model.Floor {
			answered = append(answered, part)
		}
	}
	if len(answered) < 2 {
		return ix.surest(ctx, st, query, whole, n, admit)
	}
	return ix.merge(whole, answered, n), nil
}

// listMarker is the number or letter of a part in a list, which is not asked about.
var listMarker = regexp.MustCompile(`^[\s(]*(?:\d{1,2}|[a-z])[.)]\s+`)

// Bounds of rambling messages, in which one sentence asks and the others tell a story.
const (
	rambling        = 160 // bytes from which a message may be one
	severalParts    = 400 // bytes up to which its parts are questions of their own
	ramblingQueries = 12  // sentences of it that are looked at, from its end, where people ask
)

// typedSentences cuts a message where a full stop, a question mark or an exclamation mark is
// followed by a space: people who chat begin no sentence with a capital letter.
var typedSentences = regexp.MustCompile(`(?:[^.?!]|[.?!]+[^\s.?!])+[.?!]*`)

// surest returns whole, unless that is no answer and the message is long, or the message
// is so long that its words together say little: then the sentence whose answer is surest,
// if it is sure enough, stands for the message.
func (ix *Index) surest(ctx context.Context, st *state, query knowledge.Query, whole findings, n int, admit func(uint32) bool) (findings, error) {
	if len(query.Text) <= rambling || len(query.Text) <= severalParts && whole.confidence >= ix.model.Floor {
		return whole, nil
	}
	sentences := typedSentences.FindAllString(query.Text, -1)
	best := whole
	for _, s := range sentences[max(0, len(sentences)-ramblingQueries):] {
		one, err := st.ask(ctx, query.Context, s, query.Locale, n, admit)
		if err != nil {
			return findings{}, err
		}
		if one.confidence > best.confidence {
			best = one
		}
	}
	if best.confidence < ix.model.Floor {
		return whole, nil
	}
	return best, nil
}

// merge takes the best of each part in turn, and is as sure as of the least sure part.
func (ix *Index) merge(whole findings, parts []findings, n int) findings {
	out := findings{q: whole.q, features: whole.features, confidence: 1}
	taken := make(map[knowledge.SectionRef]bool)
	take := func(f findings, i int) {
		if i < len(f.hits) && len(out.hits) < n {
			if ref := ix.passages[f.hits[i].doc].Ref; !taken[ref] {
				taken[ref] = true
				out.hits = append(out.hits, f.hits[i])
				out.parts = append(out.parts, f.q)
			}
		}
	}
	for _, p := range parts {
		out.confidence = min(out.confidence, p.confidence)
		take(p, 0)
	}
	out.lead = len(out.hits)
	for i := range n {
		take(whole, i)
		for _, p := range parts {
			take(p, i)
		}
	}
	return out
}

// ask ranks for a text as one question, in the context of the one before.
func (st *state) ask(ctx context.Context, before, text, locale string, n int, admit func(uint32) bool) (findings, error) {
	q := st.c.parser.parseIn(before, text, locale)
	k, err := st.c.rank.rank(ctx, q, n, admit)
	if err != nil || len(k.hits) == 0 {
		return findings{q: q}, err
	}
	f := st.c.features(q, k)
	return findings{q: q, hits: k.hits, lead: 1, features: f, confidence: st.c.model.confidence(f)}, nil
}

// ErrUnknownArticle is in the chain of the error that [Index.Search] returns when a
// query names an article that the library does not hold.
var ErrUnknownArticle = errors.New("no such article")

// admit returns which documents belong to the articles, nil for all.
func (ix *Index) admit(articles []knowledge.ArticleID) (func(uint32) bool, error) {
	if len(articles) == 0 {
		return nil, nil
	}
	for _, a := range articles {
		if ix.lib.Article(a) == nil {
			return nil, fmt.Errorf("search in article %q: %w", a, ErrUnknownArticle)
		}
	}
	return func(doc uint32) bool { return slices.Contains(articles, ix.passages[doc].Ref.Article) }, nil
}
