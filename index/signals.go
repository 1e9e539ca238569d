package index

import "context"

// weights are how much each signal counts; see [signal].
var weights = struct {
	Body, Asked, Nearest, Grams, Bigrams, Title float64
}{Body: 1, Asked: 0.3, Nearest: 0.6, Grams: 0.5, Bigrams: 0.1, Title: 0.1}

// fieldSignal is exact BM25 on one field.
type fieldSignal struct{ field *postings }

func (s fieldSignal) score(ctx context.Context, q *question, candidates []uint32, out []float64) error {
	for _, t := range q.terms {
		l, err := s.field.list(ctx, t.stem)
		if err != nil {
			return err
		}
		w := t.weight * l.idf
		intersect(l.docs, candidates, func(i, j int) { out[j] += w * float64(l.weights[i]) })
	}
	return nil
}

// nearestSignal is the likeness of the question to the nearest question that the
// document's section answers: the cosine of their idf vectors.
type nearestSignal struct{ c *Collection }

func (s nearestSignal) score(_ context.Context, q *question, candidates []uint32, out []float64) error {
	x := &s.c.questions
	norm := x.norm(q)
	if norm == 0 {
		return nil
	}
	dots := make(map[uint32]float64) // question → dot product
	for _, t := range q.terms {
		w := x.idf(t.stem)
		for _, asked := range x.lists[t.stem] {
			dots[asked] += t.weight * w * w
		}
	}
	best := make(map[uint32]float64) // group → cosine
	for asked, dot := range dots {
		g := x.groups[asked]
		best[g] = max(best[g], dot/(norm*x.norms[asked]))
	}
	for i, doc := range candidates {
		out[i] = best[s.c.groups[doc]]
	}
	return nil
}

// gramSignal is BM25 on character n-grams, which still match where words differ by an
// ending, a prefix or a slip of the finger.
type gramSignal struct{ c *Collection }

func (s gramSignal) score(_ context.Context, q *question, candidates []uint32, out []float64) error {
	lex, text := s.c.lex, &s.c.text
	want := q.gramWeights(lex, s.c.Len())
	if len(want) == 0 {
		return nil
	}
	type match struct {
		gram   int
		weight float64
	}
	index := make(map[uint32]int, len(want))
	weight := make([]float64, 0, len(want))
	for g, w := range want {
		index[g] = len(weight)
		weight = append(weight, w)
	}
	known := make(map[wordID][]int) // word → its grams that are wanted
	counts := make([]float64, len(weight))
	for i, doc := range candidates {
		length := 0
		for _, w := range text.of(doc) {
			length += len(lex.grams[w])
			hits, ok := known[w]
			if !ok {
				for _, g := range lex.grams[w] {
					if at, ok := index[g]; ok {
						hits = append(hits, at)
					}
				}
				known[w] = hits
			}
			for _, at := range hits {
				counts[at]++
			}
		}
		for at, n := range counts {
			if n > 0 {
				out[i] += weight[at] * tfWeight(n, float64(length), text.avgLen)
				counts[at] = 0
			}
		}
	}
	return nil
}

// bigramSignal is BM25 on pairs of words that stand side by side, stop words left out,
// in the question and in the document. A pair weighs as much as the rarer of its words.
type bigramSignal struct{ c *Collection }

func (s bigramSignal) score(ctx context.Context, q *question, candidates []uint32, out []float64) error {
	lex, text := s.c.lex, &s.c.text
	type pair struct{ a, b string }
	want := make(map[pair]float64)
	for i := 1; i < len(q.words); i++ {
		a, b := stem(q.words[i-1]), stem(q.words[i])
		la, err := s.c.body.list(ctx, a)
		if err != nil {
			return err
		}
		lb, err := s.c.body.list(ctx, b)
		if err != nil {
			return err
		}
		if len(la.docs) > 0 && len(lb.docs) > 0 {
			want[pair{a, b}] += max(la.idf, lb.idf)
		}
	}
	if len(want) == 0 {
		return nil
	}
	counts := make(map[pair]float64)
	for i, doc := range candidates {
		words := text.of(doc)
		for j := 1; j < len(words); j++ {
			p := pair{lex.stems[words[j-1]], lex.stems[words[j]]}
			if _, ok := want[p]; ok {
				counts[p]++
			}
		}
		for p, n := range counts {
			out[i] += want[p] * tfWeight(n, float64(len(words)), s.c.body.avg)
		}
		clear(counts)
	}
	return nil
}

// intersect calls f with the positions of every element that both ascending lists hold.
func intersect(a, b []uint32, f func(i, j int)) {
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			f(i, j)
			i++
			j++
		}
	}
}
