package index

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestDefaultModel(t *testing.T) {
	t.Parallel()
	m := DefaultModel()
	if m.Floor <= 0 || m.Floor >= 1 {
		t.Errorf("floor %v, want one between 0 and 1", m.Floor)
	}
	for _, name := range append(slices.Collect(maps.Keys(featureNames)), "bias") {
		if _, ok := m.Confidence[name]; !ok {
			t.Errorf("model.json says nothing of %s", name)
		}
	}
	m.Signals["body"], m.Confidence["bias"] = 99, 99
	if again := DefaultModel(); again.Signals["body"] == 99 || again.Confidence["bias"] == 99 {
		t.Error("a change of one copy shows in the next")
	}
}

func TestReadModel(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		`{`: "unexpected end of JSON input",
		`{"confidence": {"bias": 1, "colour": 2}}`: `no feature is called "colour"`,
		`{"signals": {"body": "much"}}`:            "cannot unmarshal",
	} {
		if _, err := readModel([]byte(data)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", data, err, want)
		}
	}
}

func TestConfidence(t *testing.T) {
	t.Parallel()
	m := Model{Confidence: map[string]float64{"bias": -1, "coverage": 2, "unknown": -3}, Untaught: map[string]float64{"coverage": math.Log(3)}}
	for _, test := range []struct {
		f    Features
		want float64
	}{
		{Features{Taught: 1}, 1 / (1 + math.E)},
		{Features{Taught: 1, Coverage: 0.5}, 0.5},
		{Features{Taught: 1, Coverage: 1, Strength: 1}, math.E / (1 + math.E)}, // its strength has no coefficient
		{Features{Taught: 1, Coverage: 1, Unknown: 1.0 / 3}, 0.5},
		{Features{Taught: 1, Coverage: 1, Elsewhere: 0.95}, 1 - 0.95*0.95},     // known to be uncovered
		{Features{Taught: 1, Coverage: 0.5, Elsewhere: 0.8}, 0.5},              // something like it is
		{Features{Taught: 1, Coverage: 0.5, Elsewhere: 0.95, Nearest: 1}, 0.5}, // but this is covered
		{Features{Coverage: 1}, 0.75},                                          // nothing is known
	} {
		if got := m.confidence(test.f); math.Abs(got-test.want) > 1e-12 {
			t.Errorf("%+v: got %v, want %v", test.f, got, test.want)
		}
	}
}

// taught returns features of a collection that knows questions.
func taught(coverage float64) Features { return Features{Taught: 1, Coverage: coverage} }

// TestFitConfidence draws samples from a known model and wants its probabilities back.
func TestFitConfidence(t *testing.T) {
	t.Parallel()
	truth := Model{Confidence: map[string]float64{"bias": -2, "coverage": 4, "nearest": 2}}
	rng := rand.New(rand.NewPCG(4, 4))
	samples := make([]Sample, 1500)
	for i := range samples {
		f := Features{Taught: 1, Coverage: rng.Float64(), Nearest: rng.Float64(), Strength: rng.Float64()}
		samples[i] = Sample{Features: f, Right: rng.Float64() < truth.confidence(f)}
	}
	fitted := Model{Confidence: FitConfidence(samples)}
	worst := 0.0
	for _, s := range samples[:500] {
		worst = max(worst, math.Abs(truth.confidence(s.Features)-fitted.confidence(s.Features)))
	}
	if worst > 0.12 {
		t.Errorf("the fitted confidence is off by %v: %v", worst, fitted.Confidence)
	}
	if again := FitConfidence(samples); !maps.Equal(again, fitted.Confidence) {
		t.Errorf("the same samples gave %v and %v", fitted.Confidence, again)
	}
}

// Nothing to learn from gives numbers all the same.
func TestFitConfidenceOfFew(t *testing.T) {
	t.Parallel()
	for _, samples := range [][]Sample{{{Right: true}}, {{Features: taught(1), Right: true}, {Features: taught(1)}}} {
		for name, x := range FitConfidence(samples) {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				t.Errorf("%d samples: %s is %v", len(samples), name, x)
			}
		}
	}
}

func TestFloorFor(t *testing.T) {
	t.Parallel()
	m := Model{Confidence: map[string]float64{"coverage": 1}}
	at := func(coverage float64) float64 { return m.confidence(taught(coverage)) }
	var samples []Sample
	for _, s := range []struct {
		coverage float64
		right    bool
	}{{0.9, true}, {0.8, true}, {0.7, false}, {0.6, true}, {0.5, true}, {0.4, false}, {0.3, false}} {
		samples = append(samples, Sample{Features: taught(s.coverage), Right: s.right})
	}
	for _, test := range []struct {
		precision float64
		floor     float64
		answered  int
	}{
		{1, at(0.8), 2},
		{0.8, at(0.5), 5},  // 4 of 5
		{0.75, at(0.5), 5}, // 3 of 4, but 4 of 5 reaches further
		{0.5, at(0.3), 7},  // 4 of 7
	} {
		floor, answered := FloorFor(m, samples, test.precision)
		if floor != test.floor || answered != test.answered {
			t.Errorf("precision %v: floor %v, %d answered; want %v, %d", test.precision, floor, answered, test.floor, test.answered)
		}
	}
	if floor, answered := FloorFor(m, []Sample{{Features: taught(0)}}, 0.9); floor != 1 || answered != 0 {
		t.Errorf("none right: floor %v, %d answered; want 1, 0", floor, answered)
	}
}

// Samples of equal confidence are answered or declined together.
func TestFloorForTies(t *testing.T) {
	t.Parallel()
	m := Model{Confidence: map[string]float64{"coverage": 1}}
	samples := []Sample{{Features: taught(1), Right: true}, {Features: taught(0), Right: true}, {Features: taught(0)}}
	floor, answered := FloorFor(m, samples, 0.9)
	if want := m.confidence(taught(1)); floor != want || answered != 1 {
		t.Errorf("floor %v, %d answered; want %v, 1", floor, answered, want)
	}
}
