package index

import (
	"cmp"
	"context"
	"slices"
)

// candidateCount is how many documents are ranked by all signals: those with the best
// BM25. Ranking 200 gave the same nDCG@10 on SciFact and CovidQA at nearly twice the
// time.
const candidateCount = 100

// A Hit is a document that was ranked.
type Hit struct {
	ID    string
	Score float64 // 0 to 1 within one ranking
	doc   uint32
}

// A signal is one reason to rank a document high. Adding one to the ranking is writing
// a type with this method, naming it in newRanker and its weight in model.json.
type signal interface {
	// score adds to each element of out how much speaks for the candidate of the same
	// position, in any scale from 0 up.
	score(s *search, out []float64)
}

// A weighted signal has a name, under which evaluation can switch it off.
type weighted struct {
	name     string
	weight   float64
	signal   signal
	absolute bool // whether its scores are from 0 to 1 and are not scaled
}

// A ranker orders the documents of a collection for a question: BM25 picks candidates,
// every signal scores them, each signal that is not absolute is scaled by its greatest
// value, the scaled values are summed by weight, and the sum is multiplied by the
// document's prior.
type ranker struct {
	c         *Collection
	signals   []weighted
	pruneFrom int // the constant, but for tests
}

func newRanker(c *Collection) *ranker {
	r := &ranker{c: c, pruneFrom: pruneFrom}
	for name, s := range map[string]signal{
		"body":    fieldSignal{func(l *termLists) *postingList { return l.body }},
		"cover":   coverSignal{},
		"asked":   askedSignal{},
		"nearest": nearestSignal{c},
		"grams":   gramSignal{c},
		"pairs":   pairSignal{c},
		"span":    spanSignal{c},
		"title":   fieldSignal{func(l *termLists) *postingList { return l.title }},
		"class":   classSignal{c},
	} {
		if w := c.model.Signals[name]; w != 0 {
			_, absolute := s.(nearestSignal)
			r.signals = append(r.signals, weighted{name, w, s, absolute})
		}
	}
	slices.SortFunc(r.signals, func(a, b weighted) int { return cmp.Compare(a.name, b.name) })
	return r
}

// A search is one question on its way through the ranking.
type search struct {
	q         *question
	lists     []termLists // of each term of the question
	docs      []uint32    // candidates, ascending
	pruneFrom int         // of the ranker
	*scratch
}

// termLists are the posting lists of a term, field by field.
type termLists struct{ body, title, asked *postingList }

// A ranking is the outcome of a search.
type ranking struct {
	hits   []Hit       // best first, one a group
	docs   []uint32    // candidates, ascending
	raw    [][]float64 // by signal, then by candidate
	tops   []float64   // by signal: what its raw scores are divided by, 1 if it is absolute or has none
	total  []float64   // by candidate
	weight float64     // of the signals that had anything to say
	verdict
}

// scaled returns what a signal gave a candidate, from 0 to 1.
func (k *ranking) scaled(signal, candidate int) float64 {
	return k.raw[signal][candidate] / k.tops[signal]
}

// rank orders the candidates for q among the documents that admit allows (all, if nil)
// and returns the best limit.
func (r *ranker) rank(ctx context.Context, q *question, limit int, admit func(uint32) bool) (*ranking, error) {
	s := &search{q: q, pruneFrom: r.pruneFrom, scratch: r.c.scratch.get()}
	defer r.c.scratch.put(s.scratch)
	s.words.begin(q, r.c.Len())
	var err error
	if s.lists, err = r.read(ctx, q); err != nil {
		return nil, err
	}
	s.docs = r.candidates(s, max(limit, candidateCount), admit)
	for i, doc := range s.docs {
		s.place[doc] = uint32(i) + 1
	}
	defer func() {
		for _, doc := range s.docs {
			s.place[doc] = 0
		}
	}()
	s.words.find(&r.c.text, s.docs)
	r.c.questions.compare(s)
	r.c.classify(s)
	n := len(s.docs)
	cells := make([]float64, (len(r.signals)+1)*n)
	row := func() []float64 {
		out := cells[:n:n]
		cells = cells[n:]
		return out
	}
	k := &ranking{docs: s.docs, raw: make([][]float64, len(r.signals)), tops: make([]float64, len(r.signals)), total: row()}
	for i, w := range r.signals {
		raw := row()
		w.signal.score(s, raw)
		top := 0.0
		for _, x := range raw {
			if x > top { // max, which looks for what is not a number, takes longer
				top = x
			}
		}
		k.raw[i], k.tops[i] = raw, 1
		if top == 0 {
			continue
		}
		k.weight += w.weight
		if !w.absolute {
			k.tops[i] = top
		}
		for j := range raw {
			k.total[j] += w.weight * k.scaled(i, j)
		}
	}
	for j, doc := range s.docs {
		k.total[j] *= r.c.priors[doc]
	}
	k.hits = r.order(k, limit)
	if len(k.hits) > 0 {
		k.verdict = r.c.judge(s, r.c.groups[k.hits[0].doc], admit)
	}
	return k, nil
}

// candidate returns the position of a document among the candidates.
func (k *ranking) candidate(doc uint32) int {
	i, _ := slices.BinarySearch(k.docs, doc)
	return i
}

// order returns the best limit candidates, best first, the best of each group only.
func (r *ranker) order(k *ranking, limit int) []Hit {
	order := make([]int, len(k.docs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if c := cmp.Compare(k.total[b], k.total[a]); c != 0 {
			return c
		}
		return cmp.Compare(a, b) // as the documents are
	})
	hits := make([]Hit, 0, min(limit, len(order)))
	groups := make([]uint32, 0, min(limit, len(order)))
	for _, i := range order {
		if len(hits) == limit {
			break
		}
		doc := k.docs[i]
		if g := r.c.groups[doc]; !slices.Contains(groups, g) {
			groups = append(groups, g)
			hits = append(hits, Hit{ID: r.c.ids[doc], Score: k.total[i] / max(k.weight, 1e-9), doc: doc})
		}
	}
	return hits
}

// Rank returns the best limit documents for a question, best first. A question that
// shares no word with the collection gets none.
func (c *Collection) Rank(ctx context.Context, text string, limit int) ([]Hit, error) {
	k, err := c.rank.rank(ctx, c.parser.parse(text, ""), limit, nil)
	if err != nil {
		return nil, err
	}
	return k.hits, nil
}
