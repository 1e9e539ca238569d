package eval_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"exobot/index/eval"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 5))
	var a, same, better []float64
	for range 200 {
		x := rng.Float64()
		a = append(a, x)
		same = append(same, x+0.2*rng.NormFloat64())
		better = append(better, x+0.1+0.2*rng.NormFloat64())
	}
	if got := eval.Compare(a, a, 1); got != (eval.Interval{}) {
		t.Errorf("with itself: %v", got)
	}
	if got := eval.Compare(a, same, 1); got.Low > 0 || got.High < 0 {
		t.Errorf("noise counts as a difference: %v", got)
	}
	got := eval.Compare(a, better, 1)
	if got.Low <= 0.05 || got.High >= 0.15 || got.Mean <= got.Low || got.Mean >= got.High {
		t.Errorf("a gain of 0.1: %v", got)
	}
	// The standard error is 0.2/√200 = 0.01414, so the interval is some 0.0554 wide.
	if width := got.High - got.Low; width < 0.045 || width > 0.065 {
		t.Errorf("the interval is %v wide", width)
	}
	if again := eval.Compare(a, better, 1); again != got {
		t.Errorf("the same seed gave %v and %v", got, again)
	}
	back := eval.Compare(better, a, 1)
	if !near(back.Mean, -got.Mean) || !near(back.Low, -got.High) && back.Low > -got.Mean {
		t.Errorf("the other way round: %v, before %v", back, got)
	}
	if got := eval.Compare(nil, nil, 1); got != (eval.Interval{}) {
		t.Errorf("of nothing: %v", got)
	}
	if got := eval.Compare([]float64{1}, []float64{0.5}, 1); got != (eval.Interval{Mean: -0.5, Low: -0.5, High: -0.5}) {
		t.Errorf("of one query: %v", got)
	}
}

func TestReliability(t *testing.T) {
	t.Parallel()
	confidence := []float64{0.95, 0.95, 1, 0.9, 0.25, 0.25, 0, 0.899}
	right := []bool{true, true, true, false, false, true, false, true}
	r := eval.NewReliability(confidence, right)
	for i, want := range map[int]eval.Bin{
		0: {1, 0, 0}, 1: {}, 2: {2, 0.25, 0.5}, 8: {1, 0.899, 1}, 9: {4, 0.95, 0.75},
	} {
		if got := r.Bins[i]; got.N != want.N || !near(got.Confidence, want.Confidence) || !near(got.Right, want.Right) {
			t.Errorf("bin %d: %+v, want %+v", i, got, want)
		}
	}
	// (1·0 + 2·0.25 + 1·0.101 + 4·0.2) / 8
	if !near(r.ECE, 0.175125) {
		t.Errorf("expected calibration error %f, want 0.175125", r.ECE)
	}
	if r := eval.NewReliability(nil, nil); r.ECE != 0 {
		t.Errorf("of nothing: %v", r)
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	var counts [5]int
	for i := range 5000 {
		f := eval.Fold(fmt.Sprintf("q%04d", i), 5)
		if f != eval.Fold(fmt.Sprintf("q%04d", i), 5) {
			t.Fatal("not a function of the id")
		}
		counts[f]++
	}
	for f, n := range counts {
		if n < 800 || n > 1200 {
			t.Errorf("fold %d holds %d of 5000", f, n)
		}
	}
	if got := eval.Fold("f001", 5); got != 3 { // a query keeps its fold from one version to the next
		t.Errorf("f001 is in fold %d, want 3", got)
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	old, now := &eval.Run{Of: "old"}, &eval.Run{Of: "new"}
	for i, id := range []string{"a", "b", "c", "d"} {
		old.Set("hit@1", id, float64(i%2))
		now.Set("hit@1", id, 1)
	}
	now.Set("hit@1", "e", 0) // is new
	now.Set("hit@3", "a", 1) // was not measured
	var b bytes.Buffer
	if err := old.Write(&b); err != nil {
		t.Fatal(err)
	}
	read, err := eval.ReadRun(&b)
	if err != nil {
		t.Fatal(err)
	}
	got := now.Since(read)
	if len(got) != 1 {
		t.Fatalf("got %+v, want one difference", got)
	}
	if d := got[0]; d.Measure != "hit@1" || d.N != 4 || d.Old != 0.5 || d.New != 1 || d.Mean != 0.5 || d.Low < 0 || d.High > 1 {
		t.Errorf("got %+v", d)
	}
	for _, bad := range []string{"", "{", `{"of": "x", "colour": 1}`, "[]"} {
		if _, err := eval.ReadRun(strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), "read run") {
			t.Errorf("%q: got %v", bad, err)
		}
	}
}

func TestTypo(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"how big is an exosome", "exosome", "Größe der Exosomen", "экзосомы и кожа", "エクソソームの大きさは"} {
		seen := make(map[string]bool)
		for i := range 40 {
			got := eval.Typo(text, i)
			if got != eval.Typo(text, i) {
				t.Fatalf("%q: not a function of text and number", text)
			}
			if !utf8.ValidString(got) {
				t.Errorf("%q: %q is no text", text, got)
			}
			if n := utf8.RuneCountInString(got) - utf8.RuneCountInString(text); n < -1 || n > 1 {
				t.Errorf("%q: %q differs by more than a letter", text, got)
			}
			seen[got] = true
		}
		if len(seen) < 15 {
			t.Errorf("%q: only %d slips in 40", text, len(seen))
		}
	}
	for _, text := range []string{"", "who is it", "1234 5678", "🙂🙂🙂🙂🙂"} {
		if got := eval.Typo(text, 1); got != text {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

func TestEstimate(t *testing.T) {
	t.Parallel()
	// Of 400 questions 100 are right: the standard error is √(0.25·0.75/400) = 0.0217.
	values := make([]float64, 400)
	for i := range 100 {
		values[4*i] = 1
	}
	got := eval.Estimate(values, 1)
	if !near(got.Mean, 0.25) || got.Low < 0.2 || got.Low > 0.215 || got.High < 0.285 || got.High > 0.3 {
		t.Errorf("a share of 0.25: %+v, want about 0.2075 to 0.2925", got)
	}
	if again := eval.Estimate(values, 1); again != got {
		t.Errorf("the same seed gave %v and %v", got, again)
	}
	if got := eval.Estimate([]float64{1, 1, 1}, 1); got != (eval.Interval{Mean: 1, Low: 1, High: 1}) {
		t.Errorf("of equal values: %v", got)
	}
	if got := eval.Estimate(nil, 1); got != (eval.Interval{}) {
		t.Errorf("of nothing: %v", got)
	}
}

func TestRunIntervals(t *testing.T) {
	t.Parallel()
	var run eval.Run
	for i := range 100 {
		run.Set("half", fmt.Sprint(i), float64(i%2))
		run.Set("all", fmt.Sprint(i), 1)
	}
	got := run.Intervals(1)
	if want := (eval.Interval{Mean: 1, Low: 1, High: 1}); len(got) != 2 || got["all"] != want {
		t.Errorf("intervals %v, want two, and %v of all", got, want)
	}
	if x := got["half"]; !near(x.Mean, 0.5) || x.Low < 0.35 || x.Low > 0.45 || x.High < 0.55 || x.High > 0.65 {
		t.Errorf("of half: %v, want about 0.40 to 0.60", x)
	}
	if again := run.Intervals(1); again["half"] != got["half"] {
		t.Errorf("intervals %v and then %v", got, again)
	}
}
