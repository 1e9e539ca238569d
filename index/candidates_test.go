package index

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// skewedDocuments returns n documents of made-up words of which a few are in most documents
// and many in a few, in groups of up to three with a question or two each.
func skewedDocuments(rng *rand.Rand, n int) []Document {
	zipf := rand.NewZipf(rng, 1.2, 2, 400)
	words := func(n int) string {
		var b strings.Builder
		for range n {
			fmt.Fprintf(&b, "zq%dx ", zipf.Uint64())
		}
		return b.String()
	}
	var docs []Document
	for len(docs) < n {
		group := fmt.Sprintf("g%05d", rng.IntN(1_000_000))
		questions := []string{words(1 + rng.IntN(5)), words(1 + rng.IntN(9))}[:rng.IntN(3)]
		for i := range 1 + rng.IntN(3) {
			docs = append(docs, Document{
				ID: fmt.Sprintf("%s#%d.%d", group, i, len(docs)), Group: group, Title: words(2),
				Text: words(1 + rng.IntN(60)), Questions: questions, Position: i,
			})
		}
	}
	return docs[:n]
}

// TestPruning asks random collections random questions twice: with every posting read, and
// with as few as can be. Candidates, scores, features and order have to be the same, to the
// last bit.
func TestPruning(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 7))
		c, err := makeCollection(t.Context(), must(sorted(skewedDocuments(rng, 300+int(seed)*700))), making{
			model: DefaultModel(), glossary: noGlossary, uncovered: []string{"zq1x zq90x", "zq2x or zq3x", "zq4x"},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		zipf := rand.NewZipf(rng, 1.05, 3, 450)
		pruned := 0
		for i := range 150 {
			var text []string
			for range 1 + rng.IntN(12) {
				text = append(text, fmt.Sprintf("zq%dx", zipf.Uint64()))
			}
			q := c.parser.parse(strings.Join(text, " "), "")
			for j := range q.terms { // as expansions and fillers have them
				q.terms[j].weight *= []float64{1, 1, 0.9, 0.2, 0.07}[rng.IntN(5)]
			}
			var admit func(uint32) bool
			if i%3 == 1 {
				odd := uint32(rng.IntN(5) + 2)
				admit = func(doc uint32) bool { return c.groups[doc]%odd == 0 }
			}
			limit := []int{5, candidateCount, 150}[rng.IntN(3)]
			rank := func(from int) (*ranking, Features) {
				c.rank.pruneFrom = from
				k, err := c.rank.rank(t.Context(), q, limit, admit)
				if err != nil {
					t.Fatal(err)
				}
				if len(k.hits) == 0 {
					return k, Features{}
				}
				return k, c.features(q, k)
			}
			want, wantFeatures := rank(math.MaxInt)
			got, gotFeatures := rank(0)
			if !reflect.DeepEqual(got, want) || gotFeatures != wantFeatures {
				t.Errorf("collection %d, %q, limit %d, filter %v:\n got %v %+v\nwant %v %+v", seed, text, limit, admit != nil, ids(got.hits), gotFeatures, ids(want.hits), wantFeatures)
			}
			if len(want.docs) >= limit {
				pruned++
			}
		}
		if pruned < 50 {
			t.Errorf("collection %d: only %d questions have more matches than candidates; the comparison says little", seed, pruned)
		}
	}
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

// TestListedIsCandidate asks what a section lists, and what says nothing but what all say: it
// comes first, wherever it would stand among them by BM25.
func TestListedIsCandidate(t *testing.T) {
	t.Parallel()
	docs := make([]Document, 3*candidateCount)
	for i := range docs {
		docs[i] = Document{ID: fmt.Sprintf("d%03d", i), Text: "vesicles vesicles", Questions: []string{fmt.Sprintf("vesicles number %d", i)}}
	}
	last := &docs[len(docs)-1]
	last.Text = "vesicles " + strings.Repeat("and many other things in cells ", 20)
	last.Questions = append(last.Questions, "what do vesicles do")
	c := collection(t, DefaultModel(), docs...)
	for _, admit := range []func(uint32) bool{nil, func(doc uint32) bool { return doc >= 1 }} {
		k, err := c.rank.rank(t.Context(), c.parser.parse("What do vesicles do?", ""), 3, admit)
		if err != nil || ids(k.hits[:1]) != last.ID || !slices.IsSorted(k.docs) {
			t.Errorf("got %v, %v, want %s first", ids(k.hits), err, last.ID)
		}
	}
	k, err := c.rank.rank(t.Context(), c.parser.parse("What do vesicles do?", ""), 3, func(doc uint32) bool { return doc < 5 })
	if err != nil || strings.Contains(ids(k.hits), last.ID) {
		t.Errorf("got %v, %v, which the filter excludes", ids(k.hits), err)
	}
}

// TestContenders compares the numbers that are kept with the sums of all.
func TestContenders(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 3))
		numbers := 50 + rng.IntN(2000)
		var clauses []clause
		for range 1 + rng.IntN(15) {
			l := &postingList{}
			share := math.Pow(rng.Float64(), 4)
			for d := range uint32(numbers) {
				if rng.Float64() < share {
					w := float32(1+rng.IntN(8)) / 4 // so that there are ties
					l.docs, l.weights, l.max = append(l.docs, d), append(l.weights, w), max(l.max, w)
				}
			}
			if len(l.docs) > 0 {
				clauses = append(clauses, clause{l, 1 / float32(1+rng.IntN(9))})
			}
		}
		var admit func(uint32) bool
		if seed%4 == 1 {
			admit = func(d uint32) bool { return d%3 != 0 }
		}
		n, ceiling := 1+rng.IntN(40), float32(math.MaxFloat32)
		if seed%2 == 1 {
			ceiling = 2
		}
		all := newAccumulator(numbers)
		for _, c := range clauses {
			all.add(c.postingList, c.weight)
		}
		for _, d := range all.touched {
			all.scores[d] = min(all.scores[d], ceiling)
		}
		want := all.best(n, admit)
		a := newAccumulator(numbers)
		got := a.contenders(summands(clauses, &a), n, ceiling, admit)
		for _, d := range want {
			if _, ok := slices.BinarySearch(got, d); !ok {
				t.Errorf("seed %d: %d, with %v, is not among the %d contenders for %d places", seed, d, all.scores[d], len(got), n)
			}
		}
		for _, d := range got {
			if admit != nil && !admit(d) {
				t.Errorf("seed %d: %d is no contender", seed, d)
			}
		}
		if a.reset(); slices.Max(a.scores) != 0 {
			t.Errorf("seed %d: scores are left after reset", seed)
		}
	}
}
