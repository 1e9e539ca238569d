package index

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// candidateCount is how many documents are ranked by all signals: those with the best
// BM25. The relevant document is among the first 200 in 94 of 100 questions of SciFact,
// and more would cost time for little.
const candidateCount = 200

// A Hit is a document that was ranked.
type Hit struct {
	ID    string
	Score float64 // 0 to 1 within one ranking
	doc   uint32
}

// A signal is one reason to rank a document high. Adding one to the ranking is writing
// a type with this method and naming its weight in [weights].
type signal interface {
	// score writes one number for each candidate, in any scale from 0 up.
	score(ctx context.Context, q *question, candidates []uint32, out []float64) error
}

// A weighted signal has a name, under which evaluation can switch it off.
type weighted struct {
	name   string
	weight float64
	signal signal
}

// A ranker orders the documents of a collection for a question: BM25 picks candidates,
// every signal scores them, each signal is scaled by its greatest value, and the scaled
// values are summed by weight.
type ranker struct {
	c       *Collection
	signals []weighted
	scratch sync.Pool // of *accumulator
}

func newRanker(c *Collection) *ranker {
	r := &ranker{c: c}
	r.scratch.New = func() any { return &accumulator{scores: make([]float32, c.Len())} }
	r.signals = []weighted{
		{"body", weights.Body, fieldSignal{c.body}},
		{"asked", weights.Asked, fieldSignal{c.asked}},
		{"nearest", weights.Nearest, nearestSignal{c}},
		{"grams", weights.Grams, gramSignal{c}},
		{"bigrams", weights.Bigrams, bigramSignal{c}},
		{"title", weights.Title, fieldSignal{c.title}},
	}
	return r
}

// A ranking is the outcome of one question.
type ranking struct {
	hits   []Hit       // best first, one a group
	scaled [][]float64 // by signal, then by candidate
	docs   []uint32    // candidates, ascending
	total  []float64   // by candidate
}

// rank orders the candidates for q among the documents that admit allows (all, if nil).
func (r *ranker) rank(ctx context.Context, q *question, limit int, admit func(uint32) bool) (*ranking, error) {
	docs, err := r.candidates(ctx, q, max(limit, candidateCount), admit)
	if err != nil {
		return nil, err
	}
	out := &ranking{docs: docs, total: make([]float64, len(docs)), scaled: make([][]float64, len(r.signals))}
	for i, s := range r.signals {
		scores := make([]float64, len(docs))
		if err := s.signal.score(ctx, q, docs, scores); err != nil {
			return nil, err
		}
		if top := slices.Max(append(scores, 0)); top > 0 {
			for j := range scores {
				scores[j] /= top
				out.total[j] += s.weight * scores[j]
			}
		}
		out.scaled[i] = scores
	}
	out.hits = r.order(out, limit)
	return out, nil
}

// order returns the best limit candidates, best first, the best of each group only.
func (r *ranker) order(k *ranking, limit int) []Hit {
	order := make([]int, len(k.docs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(k.total[b], k.total[a]), cmp.Compare(k.docs[a], k.docs[b]))
	})
	sum := 0.0
	for _, s := range r.signals {
		sum += s.weight
	}
	var hits []Hit
	taken := make(map[uint32]bool)
	for _, i := range order {
		doc := k.docs[i]
		if len(hits) == limit {
			break
		}
		if g := r.c.groups[doc]; !taken[g] {
			taken[g] = true
			hits = append(hits, Hit{ID: r.c.ids[doc], Score: k.total[i] / sum, doc: doc})
		}
	}
	return hits
}

// An accumulator adds up scores of documents.
type accumulator struct {
	scores  []float32
	touched []uint32
}

func (a *accumulator) add(l *postingList, weight float32) {
	for i, doc := range l.docs {
		if a.scores[doc] == 0 {
			a.touched = append(a.touched, doc)
		}
		a.scores[doc] += weight * l.weights[i]
	}
}

func (a *accumulator) reset() {
	for _, doc := range a.touched {
		a.scores[doc] = 0
	}
	a.touched = a.touched[:0]
}

// candidates returns the ordinals, ascending, of the n documents with the best BM25 on
// body and questions together.
func (r *ranker) candidates(ctx context.Context, q *question, n int, admit func(uint32) bool) ([]uint32, error) {
	a := r.scratch.Get().(*accumulator)
	defer func() { a.reset(); r.scratch.Put(a) }()
	for _, t := range q.terms {
		for _, p := range []*postings{r.c.body, r.c.asked} {
			l, err := p.list(ctx, t.stem)
			if err != nil {
				return nil, err
			}
			a.add(l, float32(t.weight*l.idf))
		}
	}
	docs := make([]uint32, 0, len(a.touched))
	for _, d := range a.touched {
		if admit == nil || admit(d) {
			docs = append(docs, d)
		}
	}
	if len(docs) > n {
		slices.SortFunc(docs, func(x, y uint32) int {
			return cmp.Or(cmp.Compare(a.scores[y], a.scores[x]), cmp.Compare(x, y))
		})
		docs = docs[:n]
	}
	slices.Sort(docs)
	return docs, nil
}

// Rank returns the best limit documents for a question, best first. A question that
// shares no word with the collection gets none.
func (c *Collection) Rank(ctx context.Context, text string, limit int) ([]Hit, error) {
	k, err := c.rank.rank(ctx, c.parse(text), limit, nil)
	if err != nil {
		return nil, err
	}
	return k.hits, nil
}
