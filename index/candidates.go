package index

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// pruneFrom is the number of postings from which a question is worth the thought of which
// of them need not be read. Below, that takes longer than to read them.
const pruneFrom = 50_000

// A clause is one term in one field, as candidates are looked for.
type clause struct {
	*postingList
	weight float32 // of the term, times its idf: what the list's weights count
}

// candidates returns the ordinals, ascending, of the n documents with the best BM25 on
// body and questions together, of those that admit allows (all, if nil).
func (r *ranker) candidates(ctx context.Context, s *search, n int, admit func(uint32) bool) ([]uint32, error) {
	clauses := make([]clause, 0, 2*len(s.q.terms))
	size := 0
	for _, t := range s.q.terms {
		for _, p := range [...]*postings{r.c.body, r.c.asked} {
			l, err := p.list(ctx, t.stem)
			if err != nil {
				return nil, err
			}
			if len(l.docs) > 0 {
				clauses = append(clauses, clause{l, float32(t.weight * l.idf)})
				size += len(l.docs)
			}
		}
	}
	if size < s.pruneFrom {
		for _, c := range clauses {
			s.sums.add(c.postingList, c.weight)
		}
	} else {
		few := s.sums.contenders(summands(clauses, &s.sums), n, math.MaxFloat32, admit)
		s.sums.reset()
		for _, c := range clauses { // in the order of the question, on which the last bit of a sum depends
			s.sums.addAmong(few, c.postingList, c.weight)
		}
	}
	docs := s.sums.best(n, admit)
	slices.Sort(docs)
	return docs, nil
}

func summands(clauses []clause, to *accumulator) []summand {
	parts := make([]summand, len(clauses))
	for i, c := range clauses {
		parts[i] = summand{size: len(c.docs), most: float64(c.weight) * float64(c.max), add: func(known bool) {
			if known {
				to.addKnown(c.postingList, c.weight)
			} else {
				to.add(c.postingList, c.weight)
			}
		}}
	}
	return parts
}

// A summand is one of the things that a score is the sum of.
type summand struct {
	size int              // how many numbers it adds to
	most float64          // the most that it adds to one
	add  func(known bool) // adds it up; with known, only to numbers that have a score already
}

// rounding is more than the share by which two sums of the same few hundred float32s differ
// that were added up in different orders.
const rounding = 1e-4

// costFind is how much longer it takes to find one posting in a list than to read the next
// one of a list that is read from its beginning to its end.
const costFind = 16

// contenders returns, ascending, those numbers whose sum may be among the n greatest of
// those that admit allows (all, if nil). Sums above the ceiling count as equal to it. The
// accumulator, which is empty, is left with parts of the sums.
//
// This is MaxScore (Turtle and Flood, "Query Evaluation: Strategies and Optimizations",
// 1995), list by list. Short lists, which are those of telling terms, come first. Once n
// numbers have more than what all lists to come could add, no other number can be among
// the best, and the long lists are looked at for these alone.
func (a *accumulator) contenders(parts []summand, n int, ceiling float32, admit func(uint32) bool) []uint32 {
	slices.SortStableFunc(parts, func(x, y summand) int { return cmp.Compare(x.size, y.size) })
	rest := make([]float64, len(parts)+1) // the most that the parts from each one on add
	left := 0                             // their sizes
	for i := len(parts) - 1; i >= 0; i-- {
		rest[i] = rest[i+1] + parts[i].most
		left += parts[i].size
	}
	known := false
	for i, p := range parts {
		if n <= len(a.touched) && len(a.touched) < left && rest[i] < rest[0]-rest[i] {
			floor := a.floor(n, ceiling, admit)
			known = known || rest[i] < floor
			if known && costFind*len(parts)*a.reach(floor-rest[i]) < left {
				return a.above(floor-rest[i], admit)
			}
		}
		p.add(known)
		left -= p.size
	}
	return a.above(a.floor(n, ceiling, admit), admit)
}

// floor returns a score that n numbers reach for certain, of those that admit allows, and
// the ceiling at most; 0 if there are not so many.
func (a *accumulator) floor(n int, ceiling float32, admit func(uint32) bool) float64 {
	best := a.best(n, admit)
	if len(best) < n {
		return 0
	}
	return float64(min(a.scores[best[0]], ceiling)) / (1 + rounding)
}

// reach counts the numbers with a score of at least x.
func (a *accumulator) reach(x float64) int {
	n := 0
	for _, d := range a.touched {
		if float64(a.scores[d]) >= x {
			n++
		}
	}
	return n
}

// above returns, ascending, the numbers with a score of at least x, of those that admit
// allows.
func (a *accumulator) above(x float64, admit func(uint32) bool) []uint32 {
	var out []uint32
	for _, d := range a.touched {
		if float64(a.scores[d]) >= x && (admit == nil || admit(d)) {
			out = append(out, d)
		}
	}
	slices.Sort(out)
	return out
}
