package index

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"exobot/knowledge"
)

func TestTiesAreBrokenByID(t *testing.T) {
	t.Parallel()
	var docs []Document
	for _, i := range []int{7, 3, 250, 1, 9} {
		docs = append(docs, Document{ID: fmt.Sprintf("d%03d", i), Text: "membrane vesicle"})
	}
	for i := 300; i < 3*candidateCount+300; i++ { // more than there are candidates
		docs = append(docs, Document{ID: fmt.Sprintf("d%03d", i), Text: "membrane vesicle"})
	}
	c := collection(t, DefaultModel(), docs...)
	hits, err := c.Rank(t.Context(), "vesicle membrane", 6)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := ids(hits), "d001 d003 d007 d009 d250 d300"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestGroupsComeUpOnce(t *testing.T) {
	t.Parallel()
	c := collection(t, DefaultModel(),
		Document{ID: "a#0", Group: "a", Text: "membrane"},
		Document{ID: "a#1", Group: "a", Text: "membrane membrane vesicle"},
		Document{ID: "a#2", Group: "a", Text: "membrane vesicle and something else"},
		Document{ID: "b#0", Group: "b", Text: "a vesicle has a wall of lipid around it, and that is not all of it"},
		Document{ID: "c#0", Text: "cargo"}, // a group of its own
		Document{ID: "d#0", Text: "cargo"},
	)
	for _, test := range []struct{ question, want string }{
		{"membrane vesicle", "a#1 b#0"},
		{"cargo", "c#0 d#0"},
	} {
		hits, err := c.Rank(t.Context(), test.question, 10)
		if err != nil {
			t.Fatal(err)
		}
		if got := ids(hits); got != test.want {
			t.Errorf("%q: got %s, want %s", test.question, got, test.want)
		}
	}
}

func TestRankLimit(t *testing.T) {
	t.Parallel()
	var docs []Document
	for i := range 250 {
		docs = append(docs, Document{ID: fmt.Sprintf("d%03d", i), Text: strings.Repeat("vesicle ", 1+i%5)})
	}
	c := collection(t, DefaultModel(), docs...)
	for _, limit := range []int{0, 1, 99, 100, 101, 249, 250, 1000} {
		hits, err := c.Rank(t.Context(), "vesicle", limit)
		if err != nil {
			t.Fatal(err)
		}
		if len(hits) != min(limit, len(docs)) {
			t.Errorf("limit %d: %d hits", limit, len(hits))
		}
		if !slices.IsSortedFunc(hits, func(a, b Hit) int {
			if a.Score > b.Score || a.Score == b.Score && a.ID < b.ID {
				return -1
			}
			return 1
		}) {
			t.Errorf("limit %d: hits are not in order", limit)
		}
	}
}

func TestScoresLieWithinBounds(t *testing.T) {
	t.Parallel()
	ix := shipped(t)
	for _, q := range []string{"how big is an exosome", "fda approval", "hair", "what do exosomes cost and are they safe", "tetraspanin cd63 cd81 cd9"} {
		e, err := ix.Explain(t.Context(), knowledge.Query{Text: q})
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Hits) == 0 {
			t.Errorf("%q: no hit", q)
		}
		f := reflect.ValueOf(e.Features)
		for i := range f.NumField() {
			least := 0.0
			if f.Type().Field(i).Name == "Class" { // log odds
				least = -1
			}
			if x := f.Field(i).Float(); !(x >= least && x <= 1) {
				t.Errorf("%q: feature %s is %f, want %v to 1", q, f.Type().Field(i).Name, x, least)
			}
		}
		for _, h := range e.Hits {
			if !(h.Score >= 0 && h.Score <= 1) {
				t.Errorf("%q: %s scores %f, want 0 to 1", q, h.ID, h.Score)
			}
			for name, x := range h.Signals {
				if !(x >= 0 && x <= 1) {
					t.Errorf("%q: signal %s gives %s %f, want 0 to 1", q, name, h.ID, x)
				}
			}
		}
	}
}

func TestDocumentsNeedDistinctIDs(t *testing.T) {
	t.Parallel()
	_, err := NewCollection(t.Context(), []Document{{ID: "a", Text: "x"}, {ID: "b", Text: "y"}, {ID: "a", Text: "z"}}, DefaultModel())
	if err == nil || !strings.Contains(err.Error(), `two documents are called "a"`) {
		t.Errorf("got %v, want an error that names the document", err)
	}
}

func TestEmptyCollection(t *testing.T) {
	t.Parallel()
	c := collection(t, DefaultModel())
	if hits, err := c.Rank(t.Context(), "anything", 10); err != nil || len(hits) != 0 {
		t.Errorf("got %v, %v, want nothing", hits, err)
	}
	if c.Len() != 0 {
		t.Errorf("Len() = %d", c.Len())
	}
}

// TestEverySignalCounts drops one signal after the other from the model: each has to
// leave the explanation, and the rest have to stay.
func TestEverySignalCounts(t *testing.T) {
	t.Parallel()
	lib := tiny()
	all := DefaultModel()
	for name, weight := range all.Signals {
		if weight <= 0 {
			t.Errorf("signal %s weighs %v; take it out of the model", name, weight)
		}
		m := DefaultModel()
		m.Signals[name] = 0
		e, err := build(t, lib, Options{Model: &m}).Explain(t.Context(), knowledge.Query{Text: "how big is an exosome"})
		if err != nil {
			t.Fatal(err)
		}
		if len(e.Hits) == 0 || len(e.Hits[0].Signals) != len(all.Signals)-1 {
			t.Fatalf("without %s: hits %v, want %d signals", name, e.Hits, len(all.Signals)-1)
		}
		if _, ok := e.Hits[0].Signals[name]; ok {
			t.Errorf("without %s: it still counts", name)
		}
	}
}

// TestScoresAddUp ranks by the sums of what the signals gave and wants the ranking's order.
func TestScoresAddUp(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	c := collection(t, m,
		Document{ID: "a", Title: "Membrane", Text: "Lipids form the membrane of a vesicle."},
		Document{ID: "b", Title: "Cargo", Text: "A vesicle carries cargo: proteins and lipids.", Position: 3},
		Document{ID: "c", Title: "Cargo", Text: "A vesicle carries cargo: proteins and lipids."},
		Document{ID: "d", Title: "Storage", Text: "Keep it cold.", Questions: []string{"How are vesicles stored?"}},
	)
	for _, question := range []string{"lipids of the vesicle membrane", "how is a vesicle stored", "cargo"} {
		hits, err := c.Rank(t.Context(), question, 10)
		if err != nil {
			t.Fatal(err)
		}
		s, err := c.Scores(t.Context(), question)
		if err != nil {
			t.Fatal(err)
		}
		total := make(map[string]float64)
		for i, id := range s.Documents {
			for j, name := range s.Signals {
				total[id] += m.Signals[name] * s.Values[j][i]
			}
		}
		if len(total) != len(hits) || !slices.IsSorted(s.Documents) {
			t.Errorf("%q: %d hits, and the scores of %v", question, len(hits), s.Documents)
		}
		for _, h := range hits {
			if got, want := total[h.ID]/total[hits[0].ID], h.Score/hits[0].Score; math.Abs(got-want) > 1e-9 {
				t.Errorf("%q: %s has %.4f of the best by its signals, %.4f by the ranking", question, h.ID, got, want)
			}
		}
	}
	if s, err := c.Scores(t.Context(), "xyzzy"); err != nil || len(s.Documents) != 0 {
		t.Errorf("for what nothing speaks of: %v, %v", s, err)
	}
}

// TestOneAnswerToOneQuestion asks a number of questions fifty times each, at once, and
// wants the same result every time, to the last bit.
func TestOneAnswerToOneQuestion(t *testing.T) {
	t.Parallel()
	ix := shipped(t)
	questions := []knowledge.Query{
		{Text: "how big is an exosome"},
		{Text: "exosmes for hiar loss, do they wrok?"},
		{Text: "are exosomes FDA approved and how much do they cost?"},
		{Text: "Wie groß sind Exosomen?", Locale: "de"},
		{Text: "エクソソームの大きさは"},
		{Text: "and in the fridge?", Context: "how do I store exosomes for months"},
		{Text: "what do the articles say about it", Articles: []knowledge.ArticleID{"storing-exosomes"}},
		{Text: "CD63 CD81 CD9 tetraspanins", Limit: 10},
		{Text: strings.Repeat("exosome membrane vesicle protein ", 100)},
		{Text: "!!!"},
	}
	want := make([]knowledge.Result, len(questions))
	for i, q := range questions {
		want[i] = ask(t, ix, q)
	}
	var workers sync.WaitGroup
	for w := range 5 {
		workers.Go(func() {
			for n := range 10 * len(questions) {
				i := (n + w) % len(questions)
				got, err := ix.Search(context.Background(), questions[i])
				if err != nil {
					t.Error(err)
					return
				}
				if !reflect.DeepEqual(got, want[i]) {
					t.Errorf("%.60q: got %v %v, before %v %v", questions[i].Text, got.Confidence, sectionsOf(got), want[i].Confidence, sectionsOf(want[i]))
					return
				}
			}
		})
	}
	workers.Wait()
}

func TestArticlesFilter(t *testing.T) {
	t.Parallel()
	ix := build(t, tiny(), Options{})
	for _, test := range []struct {
		articles []knowledge.ArticleID
		want     string // first section
	}{
		{nil, "vesicles/size"},
		{[]knowledge.ArticleID{"vesicles"}, "vesicles/size"},
		{[]knowledge.ArticleID{"cells", "vesicles"}, "vesicles/size"},
		{[]knowledge.ArticleID{"cells"}, "cells/stem-cells"},
	} {
		res := ask(t, ix, knowledge.Query{Text: "the size of a vesicle", Articles: test.articles})
		got := sectionsOf(res)
		if len(got) == 0 || got[0] != test.want {
			t.Errorf("in %v: got %v, want %s first", test.articles, got, test.want)
		}
		for _, s := range res.Suggestions {
			got = append(got, s.Ref.String())
		}
		for _, s := range got {
			article, _, _ := strings.Cut(s, "/")
			if test.articles != nil && !slices.Contains(test.articles, knowledge.ArticleID(article)) {
				t.Errorf("in %v: got %s", test.articles, s)
			}
		}
	}
	for _, articles := range [][]knowledge.ArticleID{{"none"}, {"vesicles", "none"}} {
		_, err := ix.Search(t.Context(), knowledge.Query{Text: "size", Articles: articles})
		if !errors.Is(err, ErrUnknownArticle) || !strings.Contains(err.Error(), `"none"`) {
			t.Errorf("in %v: got %v, want ErrUnknownArticle and the id", articles, err)
		}
		if _, err := ix.Explain(t.Context(), knowledge.Query{Text: "size", Articles: articles}); !errors.Is(err, ErrUnknownArticle) {
			t.Errorf("explain in %v: got %v, want ErrUnknownArticle", articles, err)
		}
	}
}

func TestSearchLimit(t *testing.T) {
	t.Parallel()
	ix := shipped(t)
	for _, test := range []struct{ limit, want int }{
		{0, knowledge.DefaultLimit}, {-5, knowledge.DefaultLimit}, {1, 1}, {2, 2}, {10, 10}, {50, 50},
	} {
		res := ask(t, ix, knowledge.Query{Text: "how big is an exosome", Limit: test.limit})
		if len(res.Matches) != test.want {
			t.Errorf("limit %d: %d matches, want %d", test.limit, len(res.Matches), test.want)
		}
		if len(res.Suggestions) > suggestionCount {
			t.Errorf("limit %d: %d suggestions, want %d at most", test.limit, len(res.Suggestions), suggestionCount)
		}
		refs := sectionsOf(res)
		if res.Answered {
			for _, s := range res.Suggestions {
				refs = append(refs, s.Ref.String())
			}
		}
		slices.Sort(refs)
		if n := len(refs); len(slices.Compact(refs)) != n {
			t.Errorf("limit %d: a section came up twice", test.limit)
		}
	}
	res := ask(t, ix, knowledge.Query{Text: "how big is an exosome", Limit: 1 << 30})
	if len(res.Matches) == 0 || len(res.Matches) > len(ix.passages) {
		t.Errorf("a limit without bound: %d matches of %d passages", len(res.Matches), len(ix.passages))
	}
}

// Suggestions of a declined question start with what came nearest.
func TestSuggestionsWhenDeclined(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	m.Floor = 2 // never sure enough
	ix := build(t, tiny(), Options{Model: &m})
	res := ask(t, ix, knowledge.Query{Text: "can I keep vesicles frozen"})
	if res.Answered || len(res.Suggestions) == 0 || res.Suggestions[0] != (knowledge.Suggestion{
		Ref: knowledge.SectionRef{Article: "vesicles", Section: "storage"}, Heading: "Storage", Title: "About vesicles",
	}) {
		t.Errorf("got %v %v", res.Answered, res.Suggestions)
	}
}

func TestSearchBest(t *testing.T) {
	t.Parallel()
	a := newAccumulator(20)
	for _, s := range []struct {
		n uint32
		x float32
	}{{3, 1}, {9, 5}, {4, 5}, {1, 2}, {7, 0.5}, {12, 5}, {3, 1}} {
		a.addOne(s.n, s.x)
	}
	for _, test := range []struct {
		n     int
		admit func(uint32) bool
		want  []uint32
	}{
		{1, nil, []uint32{4}},
		{2, nil, []uint32{4, 9}},
		{4, nil, []uint32{1, 4, 9, 12}}, // 1 and 3 have the same score
		{100, nil, []uint32{1, 3, 4, 7, 9, 12}},
		{2, func(n uint32) bool { return n%2 == 1 }, []uint32{1, 9}},
		{3, func(uint32) bool { return false }, nil},
	} {
		got := a.best(test.n, test.admit)
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("best(%d) = %v, want %v", test.n, got, test.want)
		}
	}
	a.reset()
	if got := a.best(3, nil); len(got) != 0 || a.scores[4] != 0 {
		t.Errorf("after reset: %v", got)
	}
}

func TestIntersect(t *testing.T) {
	t.Parallel()
	var evens, all []uint32
	for i := range uint32(500) {
		all = append(all, i)
		if i%2 == 0 {
			evens = append(evens, i)
		}
	}
	for _, test := range []struct {
		a, b []uint32
		want []uint32
	}{
		{nil, all, nil},
		{all, nil, nil},
		{[]uint32{0, 1, 2}, []uint32{3, 4}, nil},
		{[]uint32{0, 3, 499}, all, []uint32{0, 3, 499}},
		{[]uint32{3, 4, 250, 251, 498, 499, 900}, evens, []uint32{4, 250, 498}},
		{evens, []uint32{2, 3, 4, 77, 498}, []uint32{2, 4, 498}},
	} {
		var got []uint32
		intersect(test.a, test.b, func(i, j int) {
			if test.a[i] != test.b[j] {
				t.Errorf("paired %d with %d", test.a[i], test.b[j])
			}
			got = append(got, test.a[i])
		})
		if !slices.Equal(got, test.want) {
			t.Errorf("%v and %d others: got %v, want %v", test.a, len(test.b), got, test.want)
		}
	}
}

// What is suggested has to do with the question, and more than that it is about exosomes.
func TestSuggestionsOfThePack(t *testing.T) {
	t.Parallel()
	ix := shipped(t)
	for _, test := range []struct {
		text string
		want knowledge.ArticleID // of which a section is suggested, or "" for none
	}{
		{"what do exosome eye drops cost", "exosome-cosmetics-and-cost"},
		{"do exosomes help against tinnitus", ""},
		{"what is the capital of france", ""},
	} {
		res := ask(t, ix, knowledge.Query{Text: test.text})
		got := slices.ContainsFunc(res.Suggestions, func(s knowledge.Suggestion) bool { return s.Ref.Article == test.want })
		if res.Answered || got != (test.want != "") || test.want == "" && len(res.Suggestions) > 0 {
			t.Errorf("%q: answered %t, suggested %v, want %q", test.text, res.Answered, res.Suggestions, test.want)
		}
		if res.Confidence < farOff && len(res.Suggestions) > farSuggestions {
			t.Errorf("%q: %d suggestions at %.2f", test.text, len(res.Suggestions), res.Confidence)
		}
	}
}
