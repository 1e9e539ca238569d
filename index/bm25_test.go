package index

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-5 }

func TestIDF(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		df, n int
		want  float64
	}{
		{0, 3, 2.079442},     // ln 8
		{1, 3, 0.980829},     // ln 2.666…
		{2, 3, 0.470004},     // ln 1.6
		{3, 3, 0.133531},     // ln 1.142…: in every document, and still not negative
		{1, 1, 0.287682},     // ln 1.333…
		{10, 5000, 6.166018}, // ln 476.28…,
	} {
		if got := idf(test.df, test.n); !near(got, test.want) {
			t.Errorf("idf(%d, %d) = %f, want %f", test.df, test.n, got, test.want)
		}
	}
}

func TestTFWeight(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		freq, length, average float64
		want                  float64
	}{
		{1, 10, 10, 1},         // once, in a document of mean length
		{2, 10, 10, 1.375},     // 4.4 / 3.2
		{1, 20, 10, 0.709677},  // 2.2 / 3.1
		{1, 5, 10, 1.257143},   // 2.2 / 1.75
		{1e6, 10, 10, 2.2},     // at most k1 + 1
		{3, 40, 10, 0.956522},  // 6.6 / 6.9
		{1, 1, 1000, 1.691137}, // 2.2 / 1.3009
	} {
		if got := tfWeight(test.freq, test.length, test.average); math.Abs(got-test.want) > 1e-4 {
			t.Errorf("tfWeight(%v, %v, %v) = %f, want %f", test.freq, test.length, test.average, got, test.want)
		}
	}
}

// TestBM25ByHand compares the body signal with sums made on paper. The three documents
// have 3, 2 and 4 terms, 3 on average; alpha is in two of them, beta and delta in one.
func TestBM25ByHand(t *testing.T) {
	t.Parallel()
	c := collection(t, Model{Signals: map[string]float64{"body": 1}},
		Document{ID: "a", Text: "alpha the beta, Beta"},
		Document{ID: "b", Title: "Alpha", Text: "gamma"},
		Document{ID: "c", Text: "delta delta delta delta"},
	)
	for _, test := range []struct {
		question string
		want     string
	}{
		{"beta", "a=1.348640"},                   // 0.980829 · 1.375
		{"alpha", "a=0.470004 b=0.544215"},       // 0.470004 · 1; 0.470004 · 2.2/1.9
		{"alpha beta", "a=1.818644 b=0.544215"},  // both
		{"beta beta", "a=2.697279"},              // said twice, counts twice
		{"delta", "c=1.569327"},                  // 0.980829 · 8.8/5.5
		{"what is the gamma?", "b=1.135697"},     // 0.980829 · 2.2/1.9
		{"omega", ""},                            // nobody has it
		{"alpha omega", "a=0.470004 b=0.544215"}, // and it takes nothing away
		{"ALPHA'S", "a=0.470004 b=0.544215"},     // case and possessives
		{"ＡＬＰＨＡ", "a=0.470004 b=0.544215"},       // full width
	} {
		k, err := c.rank.rank(t.Context(), c.parser.parse(test.question, ""), 10, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i, doc := range k.docs {
			got = append(got, fmt.Sprintf("%s=%.6f", c.ids[doc], k.raw[0][i]))
		}
		if s := strings.Join(got, " "); !sameScores(s, test.want) {
			t.Errorf("%q: got %q, want %q", test.question, s, test.want)
		}
	}
}

// sameScores compares lists such as "a=1.25 b=2" with room for rounding to float32.
func sameScores(a, b string) bool {
	x, y := strings.Fields(a), strings.Fields(b)
	return slices.EqualFunc(x, y, func(p, q string) bool {
		var id1, id2 string
		var s1, s2 float64
		id1, rest1, _ := strings.Cut(p, "=")
		id2, rest2, _ := strings.Cut(q, "=")
		fmt.Sscan(rest1, &s1)
		fmt.Sscan(rest2, &s2)
		return id1 == id2 && math.Abs(s1-s2) < 2e-5
	})
}

// randomDocuments returns n documents of made-up words, common and rare ones, with ids
// that are not in the order of their making.
func randomDocuments(rng *rand.Rand, n int) []Document {
	word := func() string {
		w := fmt.Sprintf("zq%c%c", 'a'+rng.IntN(6)*rng.IntN(4), 'a'+rng.IntN(3))
		switch rng.IntN(8) {
		case 0:
			return "the"
		case 1:
			return strings.ToUpper(w)
		}
		return w
	}
	words := func(n int) string {
		var list []string
		for range n {
			list = append(list, word())
		}
		return strings.Join(list, " ")
	}
	docs := make([]Document, n)
	for i := range docs {
		docs[i] = Document{ID: fmt.Sprintf("d%05d", (i*7919)%100003), Title: words(rng.IntN(4)), Text: words(1 + rng.IntN(60))}
		for range rng.IntN(3) {
			docs[i].Questions = append(docs[i].Questions, words(1+rng.IntN(5)))
		}
	}
	return docs
}

// countedField is what a plain count says of one field.
type countedField struct {
	freq    map[string]map[uint32]int // stem → ordinal → how often
	lengths []int
	total   int
}

func countField(docs documents, text func(Document) string) *countedField {
	f := &countedField{freq: make(map[string]map[uint32]int), lengths: make([]int, len(docs.ids))}
	for i, d := range docs.all() {
		for _, w := range strings.Fields(strings.ToLower(text(d))) {
			if w == "the" {
				continue
			}
			s := stem(w)
			if f.freq[s] == nil {
				f.freq[s] = make(map[uint32]int)
			}
			f.freq[s][uint32(i)]++
			f.lengths[i]++
			f.total++
		}
	}
	return f
}

// TestPostings compares every posting list with a count, for indexes that were written
// in one batch and in many, and before and after their segments were merged.
func TestPostings(t *testing.T) {
	t.Parallel()
	oneBatch := func(ctx context.Context, ix bleve.Index, docs documents) error { return fill(ctx, ix, docs) }
	manyBatches := func(ctx context.Context, ix bleve.Index, docs documents) error {
		for from := 0; from < len(docs.ids); from += 17 {
			part := documents{
				ids: docs.ids[from:min(from+17, len(docs.ids))],
				at:  func(i int) Document { return docs.at(from + i) },
			}
			if err := fill(ctx, ix, part); err != nil {
				return err
			}
		}
		return nil
	}
	merged := func(ctx context.Context, ix bleve.Index, docs documents) error {
		if err := manyBatches(ctx, ix, docs); err != nil {
			return err
		}
		low, err := ix.Advanced()
		if err != nil {
			return err
		}
		return low.(*scorch.Scorch).ForceMerge(ctx, nil)
	}
	for _, test := range []struct {
		name string
		docs int
		fill func(context.Context, bleve.Index, documents) error
	}{
		{"one batch", 40, oneBatch},
		{"three batches", 2*batchSize + 3, oneBatch},
		{"many batches", 400, manyBatches},
		{"merged", 400, merged},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			docs, err := sorted(randomDocuments(rand.New(rand.NewPCG(1, uint64(test.docs))), test.docs))
			if err != nil {
				t.Fatal(err)
			}
			ix, err := create(t.Context(), documents{}, t.TempDir()+"/bleve")
			if err != nil {
				t.Fatal(err)
			}
			if err := test.fill(t.Context(), ix, docs); err != nil {
				t.Fatal(err)
			}
			c, err := newCollection(t.Context(), docs, making{model: DefaultModel(), glossary: noGlossary}, func() (bleve.Index, error) { return ix, nil })
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { c.Close() })
			comparePostings(t, c.body, countField(docs, func(d Document) string { return d.Title + " " + d.Text }))
			comparePostings(t, c.title, countField(docs, func(d Document) string { return d.Title }))
			comparePostings(t, c.asked, countField(docs, func(d Document) string { return strings.Join(d.Questions, " ") }))
		})
	}
}

func comparePostings(t *testing.T, p *postings, want *countedField) {
	t.Helper()
	if len(want.freq) < 20 {
		t.Fatalf("field %s: only %d stems; the comparison says nothing", p.field, len(want.freq))
	}
	average := float64(want.total) / float64(len(want.lengths))
	if !near(p.avg, max(1, average)) {
		t.Errorf("field %s: mean length %f, want %f", p.field, p.avg, average)
	}
	for s, freqs := range want.freq {
		l, err := p.list(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if len(l.docs) != len(freqs) || !slices.IsSorted(l.docs) {
			t.Errorf("field %s: %q is in %v, want %d documents in order", p.field, s, l.docs, len(freqs))
			continue
		}
		if !near(l.idf, idf(len(freqs), len(want.lengths))) {
			t.Errorf("field %s: idf of %q is %f with %d documents", p.field, s, l.idf, len(freqs))
		}
		most := float32(0)
		for i, doc := range l.docs {
			w := tfWeight(float64(freqs[doc]), float64(want.lengths[doc]), max(1, average))
			if math.Abs(w-float64(l.weights[i])) > 1e-5 {
				t.Errorf("field %s: %q weighs %f in document %d, want %f", p.field, s, l.weights[i], doc, w)
			}
			most = max(most, l.weights[i])
		}
		if l.max != most {
			t.Errorf("field %s: greatest weight of %q is %f, want %f", p.field, s, l.max, most)
		}
	}
	if l, err := p.list(t.Context(), "zqnever"); err != nil || len(l.docs) != 0 {
		t.Errorf("field %s: a word that nobody wrote: %v, %v", p.field, l, err)
	}
}

// TestLexiconCounts compares the document frequencies that weigh questions with those of
// the postings.
func TestLexiconCounts(t *testing.T) {
	t.Parallel()
	docs := randomDocuments(rand.New(rand.NewPCG(2, 2)), 120)
	c := collection(t, DefaultModel(), docs...)
	for _, s := range c.lex.stems {
		l, err := c.body.list(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.lex.documents(s); got != len(l.docs) {
			t.Errorf("%q: the lexicon counts %d documents, the postings %d", s, got, len(l.docs))
		}
	}
	for w := range c.lex.words {
		if !slices.Contains(c.lex.byStem.of(uint32(c.lex.stemOf[w])), uint32(w)) {
			t.Errorf("%q is not listed under its stem", c.lex.words[w])
		}
		for _, g := range c.lex.grams[w] {
			if !slices.Contains(c.lex.byGram.of(g), uint32(w)) {
				t.Errorf("%q is not listed under each of its n-grams", c.lex.words[w])
			}
		}
	}
	if n := len(c.lex.byStem.words); n != len(c.lex.words) {
		t.Errorf("%d words are listed by stem, want %d", n, len(c.lex.words))
	}
}

// TestKeptPostings fills the store of decoded lists beyond its bound: lists must stay
// right when it has been emptied.
func TestKeptPostings(t *testing.T) {
	t.Parallel()
	c := collection(t, DefaultModel(), Document{ID: "a", Text: "zqa zqb"}, Document{ID: "b", Text: "zqb"})
	if _, err := c.body.list(t.Context(), "zqa"); err != nil {
		t.Fatal(err)
	}
	c.body.kept = keepPostings
	l, err := c.body.list(t.Context(), "zqb")
	if err != nil || !slices.Equal(l.docs, []uint32{0, 1}) {
		t.Fatalf("got %v, %v", l, err)
	}
	if c.body.kept != 2 || len(c.body.lists) != 1 {
		t.Errorf("%d postings of %d lists are kept, want 2 of 1", c.body.kept, len(c.body.lists))
	}
	if l, err = c.body.list(t.Context(), "zqa"); err != nil || !slices.Equal(l.docs, []uint32{0}) {
		t.Errorf("read again: got %v, %v", l, err)
	}
}
