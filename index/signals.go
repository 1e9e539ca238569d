package index

import "context"

// fieldSignal is exact BM25 on one field. Of the questions that a section answers, words
// of conversation say nothing: every other one begins with "can" or "does".
type fieldSignal struct{ field *postings }

func (f fieldSignal) score(ctx context.Context, s *search, out []float64) error {
	for _, t := range s.q.terms {
		if t.slot < 0 && f.field.field == fieldQuestions {
			continue
		}
		l, err := f.field.list(ctx, t.stem)
		if err != nil {
			return err
		}
		w := t.weight * l.idf
		intersect(s.docs, l.docs, func(i, j int) { out[i] += w * float64(l.weights[j]) })
	}
	return nil
}

// nearestSignal is the likeness of the question to the nearest question that the
// document's section answers; see [questionIndex.compare].
type nearestSignal struct{ c *Collection }

func (n nearestSignal) score(_ context.Context, s *search, out []float64) error {
	for i, doc := range s.docs {
		out[i] = square(s.near.scores[n.c.groups[doc]])
	}
	return nil
}

// gramSignal is BM25 on character n-grams, which still match where words differ by an
// ending, a prefix or a slip of the finger.
type gramSignal struct{ c *Collection }

func (g gramSignal) score(_ context.Context, s *search, out []float64) error {
	weights := s.words.gramWeights
	if len(weights) == 0 {
		return nil
	}
	counts := make([]float64, len(weights))
	touched := make([]uint16, 0, len(weights))
	text := &g.c.text
	for i, doc := range s.docs {
		for _, w := range text.of(doc) {
			for _, at := range s.words.grams(w) {
				if counts[at] == 0 {
					touched = append(touched, at)
				}
				counts[at]++
			}
		}
		for _, at := range touched {
			out[i] += weights[at] * tfWeight(counts[at], float64(text.grams[doc]), text.avgGrams)
			counts[at] = 0
		}
		touched = touched[:0]
	}
	return nil
}

// pairSignal is BM25 on pairs of words that stand side by side in the question: within
// some words of each other in the document, in either order, or side by side in the same
// order when within is 1. Stop words are left out, and a pair weighs as much as the
// rarer of its words.
type pairSignal struct {
	c      *Collection
	within int
}

// closeness is how many words apart two words may stand to count as close.
const closeness = 8

func (p pairSignal) score(_ context.Context, s *search, out []float64) error {
	pairs := s.words.pairs
	if len(pairs) == 0 {
		return nil
	}
	last := make([]int, len(s.words.stems)) // where each stem of the question came last
	counts := make([]float64, len(pairs))
	for i, doc := range s.docs {
		for j := range last {
			last[j] = -p.within - 1
		}
		for _, o := range s.words.occurrences(i) {
			j, n := int(o.at), int(o.stem)
			last[n] = j
			for k, pair := range pairs {
				switch n {
				case pair.second:
					if j-last[pair.first] <= p.within {
						counts[k]++
					}
				case pair.first:
					if p.within > 1 && j-last[pair.second] <= p.within {
						counts[k]++
					}
				}
			}
		}
		for k, n := range counts {
			if n > 0 {
				out[i] += pairs[k].weight * tfWeight(n, float64(len(p.c.text.of(doc))), p.c.body.avg)
				counts[k] = 0
			}
		}
	}
	return nil
}

// coverSignal is the share of the question, by idf, that the document speaks of at all.
type coverSignal struct{ field *postings }

func (f coverSignal) score(ctx context.Context, s *search, out []float64) error {
	for _, t := range s.q.terms {
		l, err := f.field.list(ctx, t.stem)
		if err != nil {
			return err
		}
		w := t.weight * l.idf
		intersect(s.docs, l.docs, func(i, j int) { out[i] += w })
	}
	return nil
}

// intersect calls f with the positions of every element that both ascending lists hold.
// It is made for a few in a and many in b.
func intersect(a, b []uint32, f func(i, j int)) {
	j := 0
	for i, x := range a {
		step := 1
		for j+step < len(b) && b[j+step] < x {
			j += step
			step *= 2
		}
		// The first element of b that is not below x is in b[j:end+1].
		for end := min(j+step, len(b)); j < end; {
			if mid := int(uint(j+end) / 2); b[mid] < x {
				j = mid + 1
			} else {
				end = mid
			}
		}
		if j == len(b) {
			return
		}
		if b[j] == x {
			f(i, j)
			j++
		}
	}
}
