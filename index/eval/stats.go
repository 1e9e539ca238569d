package eval

import (
	"hash/fnv"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

// An Interval is an estimate with the range in which it lies with 95% confidence.
type Interval struct {
	Mean, Low, High float64
}

// resamples is how many samples a bootstrap draws: enough for the ends of the interval
// to be stable to a tenth of its width.
const resamples = 10_000

// Compare returns by how much b is greater than a on average, where a[i] and b[i] belong
// to the same query: the mean of the differences with its interval, which is that of a
// paired bootstrap. It panics when the lengths differ.
func Compare(a, b []float64, seed uint64) Interval {
	if len(a) != len(b) {
		panic("eval: Compare of unequal numbers of queries")
	}
	differences := make([]float64, len(a))
	for i := range a {
		differences[i] = b[i] - a[i]
	}
	return Estimate(differences, seed)
}

// Estimate returns the mean of one value a query with the interval of a bootstrap: the
// percentiles of the means of 10,000 samples. The same values and seed give the same
// interval. It is zeros for no queries, and has no width where all values are the same,
// however few they are.
func Estimate(values []float64, seed uint64) Interval {
	n := len(values)
	if n == 0 {
		return Interval{}
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	means := make([]float64, resamples)
	for i := range means {
		sum := 0.0
		for range n {
			sum += values[rng.IntN(n)]
		}
		means[i] = sum / float64(n)
	}
	slices.Sort(means)
	return Interval{Mean(values), means[resamples/40], means[resamples-1-resamples/40]}
}

// Intervals returns the mean of each measure of a run with its interval, by name.
func (r *Run) Intervals(seed uint64) map[string]Interval {
	out := make(map[string]Interval, len(r.Values))
	for measure, byID := range r.Values {
		values := make([]float64, 0, len(byID))
		for _, id := range slices.Sorted(maps.Keys(byID)) { // what is drawn depends on the order
			values = append(values, byID[id])
		}
		out[measure] = Estimate(values, seed)
	}
	return out
}

// shares are the measures of a [Tally] that are shares, as what they count: of the verdicts
// for which of holds, those for which is holds.
var shares = map[string]struct{ of, is func(*Verdict) bool }{
	"hit@1":               {(*Verdict).knowledge, func(v *Verdict) bool { return v.Hit1 }},
	"hit@3":               {(*Verdict).knowledge, func(v *Verdict) bool { return v.Hit3 }},
	"answered":            {(*Verdict).knowledge, func(v *Verdict) bool { return v.Answered }},
	"declined_wrongly":    {(*Verdict).knowledge, func(v *Verdict) bool { return !v.Answered }},
	"declined":            {func(v *Verdict) bool { return v.Kind == KindDecline }, (*Verdict).declined},
	"answered_wrongly":    {(*Verdict).any, func(v *Verdict) bool { return v.answeredWrongly }},
	"precision_at_answer": {(*Verdict).shown, func(v *Verdict) bool { return v.Hit1 }},
	"lane":                {(*Verdict).any, func(v *Verdict) bool { return v.lane }},
	"coverage": {
		func(v *Verdict) bool { return v.Kind == KindPrimer },
		func(v *Verdict) bool { return v.covered },
	},
}

func (v *Verdict) any() bool       { return true }
func (v *Verdict) knowledge() bool { return v.Kind.Answered() }

// shown reports whether passages were shown for a question about knowledge, covered or not.
func (v *Verdict) shown() bool { return v.Answered && (v.Kind.Answered() || v.Kind == KindDecline) }

// Intervals returns each share among the measures of all questions with its interval, by
// the name of the measure. How many questions it is a share of counts as given.
func (r *Report) Intervals(seed uint64) map[string]Interval {
	out := make(map[string]Interval, len(shares))
	for _, m := range r.Overall.Measures() {
		share, ok := shares[m.Name]
		if !ok {
			continue
		}
		var values []float64
		for i := range r.Verdicts {
			if v := &r.Verdicts[i]; share.of(v) {
				values = append(values, one(share.is(v)))
			}
		}
		out[m.Name] = Estimate(values, seed)
	}
	return out
}

// one returns 1 for true and 0 for false.
func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// Mean returns the mean of x, 0 if there is nothing.
func Mean(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// A Reliability says how far confidences can be believed: of the answers given with a
// confidence of 0.8, 80% should be right.
type Reliability struct {
	Bins [10]Bin // by confidence, each a tenth wide
	// ECE is the expected calibration error: the mean distance, over all samples, between
	// the mean confidence of a bin and the share that was right in it.
	ECE float64
}

// A Bin is the part of a [Reliability] for one range of confidences.
type Bin struct {
	N          int
	Confidence float64 // mean; 0 if N is 0
	Right      float64 // share; 0 if N is 0
}

// NewReliability returns how far confidences can be believed, where right[i] says whether
// what had confidence[i] was right. Confidences are from 0 to 1; a tenth belongs to the
// bin that it begins, and 1 to the last.
func NewReliability(confidence []float64, right []bool) Reliability {
	var r Reliability
	for i, c := range confidence {
		b := &r.Bins[min(max(int(c*10), 0), 9)]
		b.N++
		b.Confidence += c
		if right[i] {
			b.Right++
		}
	}
	for i := range r.Bins {
		if b := &r.Bins[i]; b.N > 0 {
			r.ECE += math.Abs(b.Confidence-b.Right) / float64(len(confidence))
			b.Confidence /= float64(b.N)
			b.Right /= float64(b.N)
		}
	}
	return r
}

// Reliability returns that of the replies with passages to questions that the articles
// should, or must not, answer: a reply is right when its first passage answers.
func (r *Report) Reliability() Reliability {
	var confidence []float64
	var right []bool
	for _, v := range r.Verdicts {
		if v.shown() {
			confidence, right = append(confidence, v.Confidence), append(right, v.Hit1)
		}
	}
	return NewReliability(confidence, right)
}

// Fold returns to which of k folds, 0 to k−1, the query of an id belongs. It depends on
// the id alone, so a query keeps its fold when others come and go.
func Fold(id string, k int) int {
	h := fnv.New32a()
	h.Write([]byte(id)) // a hash takes everything
	return int(h.Sum32() % uint32(k))
}
