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
// body and questions together, of those that admit allows (all, if nil), and those of the
// section that lists the question.
func (r *ranker) candidates(s *search, n int, admit func(uint32) bool) []uint32 {
	clauses := make([]clause, 0, 2*len(s.q.terms))
	size := 0
	for i := range s.lists {
		for _, l := range [...]*postingList{s.lists[i].body, s.lists[i].asked} {
			if len(l.docs) > 0 {
				clauses = append(clauses, clause{l, float32(s.q.terms[i].weight * l.idf)})
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
	return r.withListed(docs, s.q, admit)
}

// read returns the posting lists of the question's terms.
func (r *ranker) read(ctx context.Context, q *question) ([]termLists, error) {
	lists := make([]termLists, len(q.terms))
	for i := range q.terms {
		l, stem := &lists[i], q.terms[i].stem
		var err error
		if l.body, err = r.c.body.list(ctx, stem); err != nil {
			return nil, err
		}
		if l.title, err = r.c.title.list(ctx, stem); err != nil {
			return nil, err
		}
		if l.asked, err = r.c.asked.list(ctx, stem); err != nil {
			return nil, err
		}
	}
	return lists, nil
}

// withListed returns the candidates, ascending, with those documents of the section that
// lists the very question which are not among them: of a question that names nothing but
// what all documents speak of, BM25 finds no more than a hundred at random. The documents of a
// section stand together, as those of a library do, whose ids begin with its name.
func (r *ranker) withListed(docs []uint32, q *question, admit func(uint32) bool) []uint32 {
	group, ok := r.c.questions.exactly(q)
	if !ok || group == r.c.questions.nobody {
		return docs
	}
	n := len(docs)
	for doc := r.c.firsts[group]; int(doc) < len(r.c.groups) && r.c.groups[doc] == group; doc++ {
		if _, has := slices.BinarySearch(docs[:n], doc); !has && (admit == nil || admit(doc)) {
			docs = append(docs, doc)
		}
	}
	slices.Sort(docs)
	return docs
}

// summands returns the clauses as parts of the sums of an accumulator.
func summands(clauses []clause, to *accumulator) []summand {
	parts := make([]summand, len(clauses))
	for i, c := range clauses {
		parts[i] = summand{
			size: len(c.docs),
			most: float64(c.weight) * float64(c.max),
			add: func(known bool) {
				if known {
					to.addKnown(c.postingList, c.weight)
				} else {
					to.add(c.postingList, c.weight)
				}
			},
			addAmong: func(docs []uint32) { to.addAmong(docs, c.postingList, c.weight) },
		}
	}
	return parts
}

// A summand is one of the things that a score is the sum of.
type summand struct {
	size int     // how many numbers it adds to
	most float64 // the most that it adds to one

	// add adds it to the scores of an accumulator; with known, only to those that it has.
	add func(known bool)
	// addAmong adds it to the scores of some numbers, which are ascending.
	addAmong func(numbers []uint32)
}

// rounding is more than the share by which two sums of the same few hundred float32s differ
// that were added up in different orders.
const rounding = 1e-4

// costFind is how much longer it takes to find a posting in a list than to add the next one
// of a list that is read from its beginning to its end. It decides how long
// [accumulator.contenders] takes, and never what comes out.
const costFind = 16

// contenders returns, ascending, few numbers among which are those whose sums are the n
// greatest of those that admit allows (all, if nil). Sums above the ceiling count as equal
// to it. The accumulator, which is empty, is left with parts of sums.
//
// This is MaxScore (Turtle and Flood, "Query Evaluation: Strategies and Optimizations",
// 1995), list by list. Short lists, which are those of telling terms, come first. What the
// n best have so far is the floor. A number that stays below it even with the most that
// the rest of the lists can add is dropped, and once that alone is below it, no other
// number is taken up and the long lists are looked at for the numbers in hand.
func (a *accumulator) contenders(parts []summand, n int, ceiling float32, admit func(uint32) bool) []uint32 {
	slices.SortStableFunc(parts, func(x, y summand) int { return cmp.Compare(x.size, y.size) })
	rest := make([]float64, len(parts)+1) // the most that the parts from each one on add
	left := 0                             // their sizes
	for i := len(parts) - 1; i >= 0; i-- {
		rest[i] = rest[i+1] + parts[i].most
		left += parts[i].size
	}
	known, sorted := false, false
	cost := 0 // of what was added since the last look at the floor, which costs less
	for i, p := range parts {
		if n <= len(a.touched) && len(a.touched) < min(cost, left) && rest[i] < rest[0]-rest[i] {
			if a.reach(rest[i]) >= n {
				floor := a.floor(n, ceiling, admit)
				a.drop(floor - rest[i])
				known = known || rest[i] < floor
			}
			cost = 0
		}
		if find := costFind * len(a.touched); known && find < p.size {
			if !sorted { // and it stays so, since nothing is taken up any more
				slices.Sort(a.touched)
				sorted = true
			}
			p.addAmong(a.touched)
			cost += find
		} else {
			p.add(known)
			cost += p.size
		}
		left -= p.size
	}
	a.drop(a.floor(n, ceiling, admit))
	few := slices.Clone(a.touched)
	if admit != nil {
		few = slices.DeleteFunc(few, func(d uint32) bool { return !admit(d) })
	}
	slices.Sort(few)
	return few
}

// floor returns what the n best scores reach of those that admit allows, if they are not
// above the ceiling, less what rounding may add; 0 if there are not so many.
func (a *accumulator) floor(n int, ceiling float32, admit func(uint32) bool) float64 {
	best := a.best(n, admit)
	if len(best) < n {
		return 0
	}
	return float64(min(a.scores[best[0]], ceiling)) / (1 + rounding)
}

// reach counts the scores above x.
func (a *accumulator) reach(x float64) int {
	n, least := 0, float32(x)
	for _, d := range a.touched {
		if a.scores[d] > least {
			n++
		}
	}
	return n
}

// drop forgets the scores below x.
func (a *accumulator) drop(x float64) {
	if x <= 0 {
		return
	}
	kept := a.touched[:0]
	for _, d := range a.touched {
		if float64(a.scores[d]) < x {
			a.scores[d] = 0
		} else {
			kept = append(kept, d)
		}
	}
	a.touched = kept
}
