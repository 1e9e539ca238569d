package index

import (
	"cmp"
	"slices"
	"sync"
)

// A scratch is the memory that one search needs besides its result. It is as large as
// the collection, so it is kept and used again.
type scratch struct {
	sums  accumulator // by document
	asked accumulator // by question that the sections answer
	near  accumulator // by group
	words wordTable
}

// scratches hands out scratches.
type scratches struct{ pool sync.Pool }

func (s *scratches) init(c *Collection) {
	groups := 0
	if n := len(c.groups); n > 0 {
		groups = int(slices.Max(c.groups)) + 1
	}
	s.pool.New = func() any {
		return &scratch{
			sums:  newAccumulator(len(c.ids)),
			asked: newAccumulator(len(c.questions.groups)),
			near:  newAccumulator(groups),
			words: newWordTable(c.lex),
		}
	}
}

func (s *scratches) get() *scratch { return s.pool.Get().(*scratch) }

func (s *scratches) put(x *scratch) {
	x.sums.reset()
	x.asked.reset()
	x.near.reset()
	s.pool.Put(x)
}

// An accumulator adds up scores by number, and remembers which numbers have one.
type accumulator struct {
	scores  []float32
	touched []uint32
}

func newAccumulator(n int) accumulator { return accumulator{scores: make([]float32, n)} }

// add adds a posting list, its weights times weight, which is above 0.
func (a *accumulator) add(l *postingList, weight float32) {
	scores := a.scores
	for i, doc := range l.docs {
		if scores[doc] == 0 {
			a.touched = append(a.touched, doc)
		}
		scores[doc] += weight * l.weights[i]
	}
}

// addOne adds to one score; x is above 0.
func (a *accumulator) addOne(n uint32, x float32) {
	if a.scores[n] == 0 {
		a.touched = append(a.touched, n)
	}
	a.scores[n] += x
}

// raise makes one score at least x, which is above 0.
func (a *accumulator) raise(n uint32, x float32) {
	if a.scores[n] == 0 {
		a.touched = append(a.touched, n)
	}
	a.scores[n] = max(a.scores[n], x)
}

func (a *accumulator) reset() {
	for _, n := range a.touched {
		a.scores[n] = 0
	}
	a.touched = a.touched[:0]
}

// best returns the n numbers with the greatest scores among those that admit allows
// (all, if nil), in no order. Of equal ones the lower number is better.
func (a *accumulator) best(n int, admit func(uint32) bool) []uint32 {
	heap := make([]uint32, 0, min(n, len(a.touched))) // the worst on top, once full
	worse := func(x, y uint32) bool {
		return cmp.Or(cmp.Compare(a.scores[x], a.scores[y]), cmp.Compare(y, x)) < 0
	}
	sink := func(i int) {
		for {
			child := 2*i + 1
			if child >= len(heap) {
				return
			}
			if right := child + 1; right < len(heap) && worse(heap[right], heap[child]) {
				child = right
			}
			if !worse(heap[child], heap[i]) {
				return
			}
			heap[i], heap[child] = heap[child], heap[i]
			i = child
		}
	}
	for _, d := range a.touched {
		switch {
		case admit != nil && !admit(d):
		case len(heap) < n:
			heap = append(heap, d)
			if len(heap) == n {
				for i := n/2 - 1; i >= 0; i-- {
					sink(i)
				}
			}
		case worse(heap[0], d):
			heap[0] = d
			sink(0)
		}
	}
	return heap
}

// A wordTable remembers what each word of the collection has to do with the question in
// hand, so that a word is looked at once and not in every document.
type wordTable struct {
	lex     *lexicon
	round   uint32
	seen    []uint32 // by word: the round in which its entry was made
	entries []wordEntry
	hits    []uint16 // arena of all entries
	wanted  []uint16 // by gram: its position in the question's list, plus one
}

// A wordEntry is what one word has to do with the question.
type wordEntry struct {
	from, to uint32 // the question's grams that the word holds, in hits
}

func newWordTable(lex *lexicon) wordTable {
	return wordTable{
		lex:     lex,
		seen:    make([]uint32, len(lex.words)),
		entries: make([]wordEntry, len(lex.words)),
		wanted:  make([]uint16, len(lex.gramDF)),
	}
}

// begin starts a question that holds the given n-grams; end must follow.
func (t *wordTable) begin(grams []uint32) {
	t.round++
	if t.round == 0 {
		clear(t.seen)
		t.round = 1
	}
	t.hits = t.hits[:0]
	for i, g := range grams {
		t.wanted[g] = uint16(i) + 1
	}
}

// end forgets the question's n-grams.
func (t *wordTable) end(grams []uint32) {
	for _, g := range grams {
		t.wanted[g] = 0
	}
}

// grams returns the positions, in the question's list of n-grams, of those that the word
// holds.
func (t *wordTable) grams(w wordID) []uint16 {
	if t.seen[w] != t.round {
		t.seen[w] = t.round
		e := wordEntry{from: uint32(len(t.hits))}
		for _, g := range t.lex.grams[w] {
			if at := t.wanted[g]; at > 0 {
				t.hits = append(t.hits, at-1)
			}
		}
		e.to = uint32(len(t.hits))
		t.entries[w] = e
	}
	e := t.entries[w]
	return t.hits[e.from:e.to]
}
