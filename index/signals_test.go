package index

import (
	"math"
	"strings"
	"testing"
)

// rawScores returns what one signal gives the candidates for a question, by id.
func rawScores(t *testing.T, c *Collection, signal, text string) map[string]float64 {
	t.Helper()
	k, err := c.rank.rank(t.Context(), c.parser.parse(text, ""), 10, nil)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]float64)
	for i, s := range c.rank.signals {
		if s.name == signal {
			for j, doc := range k.docs {
				out[c.ids[doc]] = k.raw[i][j]
			}
			return out
		}
	}
	t.Fatalf("no signal is called %s", signal)
	return nil
}

// words returns n words that no question here holds.
func words(n int) string { return strings.Repeat(" zqfill", n) + " " }

func TestSpanSignal(t *testing.T) {
	t.Parallel()
	c := collection(t, DefaultModel(),
		Document{ID: "all", Text: words(30) + "cargo of the membrane, with lipids" + words(30)},
		Document{ID: "edge", Text: "cargo" + words(spanWords-2) + "membrane"},
		Document{ID: "beyond", Text: "cargo" + words(spanWords-1) + "membrane"},
		Document{ID: "twice", Text: "membrane membranes and the membrane"},
		Document{ID: "later", Text: "cargo" + words(40) + "lipid" + words(2) + "cargo" + words(3) + "membrane"},
		Document{ID: "none", Text: "nothing of this"},
	)
	squared := func(df int) float64 { return math.Pow(idf(df, 6), 2) }
	cargo, membrane, lipid := squared(4), squared(5), squared(2)
	got := rawScores(t, c, "span", "lipids, cargo, membrane")
	for id, want := range map[string]float64{
		"all":    cargo + membrane + lipid,
		"edge":   cargo + membrane,
		"beyond": max(cargo, membrane),
		"twice":  membrane,
		"later":  cargo + membrane + lipid,
	} {
		if !near(got[id], want) {
			t.Errorf("%s: got %.4f, want %.4f", id, got[id], want)
		}
	}
	if x, ok := got["none"]; ok {
		t.Errorf("none is a candidate, with %v", x)
	}
}

func TestPairSignal(t *testing.T) {
	t.Parallel()
	c := collection(t, DefaultModel(),
		Document{ID: "side by side", Text: "vesicle membranes hold"},
		Document{ID: "stop word between", Text: "vesicles of the membrane"},
		Document{ID: "other order", Text: "membrane vesicle hold"},
		Document{ID: "word between", Text: "vesicle outer membrane"},
		Document{ID: "twice", Text: "vesicle membrane, vesicle membrane"},
	)
	got := rawScores(t, c, "pairs", "vesicle membrane")
	once := idf(5, 5) * tfWeight(1, 3, c.body.avg)
	for id, want := range map[string]float64{
		"side by side":      once,
		"stop word between": idf(5, 5) * tfWeight(1, 2, c.body.avg),
		"other order":       0,
		"word between":      0,
		"twice":             idf(5, 5) * tfWeight(2, 4, c.body.avg),
	} {
		if !near(got[id], want) {
			t.Errorf("%s: got %.4f, want %.4f", id, got[id], want)
		}
	}
	// Of one word there are no pairs.
	for id, x := range rawScores(t, c, "pairs", "membrane") {
		if x != 0 {
			t.Errorf("%s has %v for one word", id, x)
		}
	}
}
