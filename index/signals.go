package index

import (
	"context"
	"slices"
)

// weights are how much each signal counts; see [signal].
var weights = struct {
	Body, Asked, Nearest, Grams, Bigrams, Title float64
}{Body: 1, Asked: 0.3, Nearest: 0.6, Grams: 0.5, Bigrams: 0.1, Title: 0.1}

// fieldSignal is exact BM25 on one field.
type fieldSignal struct{ field *postings }

func (f fieldSignal) score(ctx context.Context, s *search, out []float64) error {
	for _, t := range s.q.terms {
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
// document's section answers: the cosine of their idf vectors.
type nearestSignal struct{ c *Collection }

func (n nearestSignal) score(_ context.Context, s *search, out []float64) error {
	x := &n.c.questions
	norm := x.norm(s.q)
	if norm == 0 {
		return nil
	}
	for _, t := range s.q.terms {
		idf := x.idf(t.stem)
		w := float32(t.weight * idf * idf)
		for _, asked := range x.lists[t.stem] {
			s.asked.addOne(asked, w)
		}
	}
	for _, asked := range s.asked.touched {
		s.near.raise(x.groups[asked], s.asked.scores[asked]/float32(norm*x.norms[asked]))
	}
	for i, doc := range s.docs {
		out[i] = float64(s.near.scores[n.c.groups[doc]])
	}
	return nil
}

// gramSignal is BM25 on character n-grams, which still match where words differ by an
// ending, a prefix or a slip of the finger.
type gramSignal struct{ c *Collection }

func (g gramSignal) score(_ context.Context, s *search, out []float64) error {
	ids, weights := s.q.grams(g.c.lex, g.c.Len())
	if len(ids) == 0 {
		return nil
	}
	counts := make([]float64, len(ids))
	touched := make([]uint16, 0, len(ids))
	text := &g.c.text
	s.words.begin(ids)
	defer s.words.end(ids)
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

// bigramSignal is BM25 on pairs of words that stand side by side, stop words left out,
// in the question and in the document. A pair weighs as much as the rarer of its words.
type bigramSignal struct{ c *Collection }

func (b bigramSignal) score(_ context.Context, s *search, out []float64) error {
	type pair struct {
		first, second stemID
		weight        float64
	}
	lex, text := b.c.lex, &b.c.text
	var pairs []pair
	for _, p := range s.q.pairs() {
		first, ok := lex.stemIDs[p[0]]
		second, ok2 := lex.stemIDs[p[1]]
		if ok && ok2 {
			df := min(lex.stemDF[first], lex.stemDF[second])
			pairs = append(pairs, pair{first, second, idf(int(df), b.c.Len())})
		}
	}
	if len(pairs) == 0 {
		return nil
	}
	slices.SortFunc(pairs, func(x, y pair) int { return int(x.first) - int(y.first) })
	counts := make([]float64, len(pairs))
	for i, doc := range s.docs {
		words := text.of(doc)
		for j := 1; j < len(words); j++ {
			first := lex.stemOf[words[j-1]]
			for k := range pairs {
				if pairs[k].first > first {
					break
				}
				if pairs[k].first == first && pairs[k].second == lex.stemOf[words[j]] {
					counts[k]++
				}
			}
		}
		for k, n := range counts {
			if n > 0 {
				out[i] += pairs[k].weight * tfWeight(n, float64(len(words)), b.c.body.avg)
				counts[k] = 0
			}
		}
	}
	return nil
}

// intersect calls f with the positions of every element that both ascending lists hold.
// It is made for a few in a and many in b.
func intersect(a, b []uint32, f func(i, j int)) {
	j := 0
	for i := 0; i < len(a) && j < len(b); i++ {
		step := 1
		for j+step < len(b) && b[j+step] < a[i] {
			step *= 2
		}
		// The first element of b that is not below a[i] is in b[j+step/2 : j+step+1].
		low := j + step/2
		if b[j] >= a[i] {
			low = j
		}
		n, ok := slices.BinarySearch(b[low:min(len(b), j+step+1)], a[i])
		j = low + n
		if ok {
			f(i, j)
			j++
		}
	}
}
