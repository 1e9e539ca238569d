package eval

import (
	"hash/fnv"
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
// to the same query: the mean of the differences, with the interval of a paired bootstrap
// (percentiles of the means of 10,000 samples). The same values and seed give the same
// interval. It panics when the lengths differ, and returns zeros for no queries.
func Compare(a, b []float64, seed uint64) Interval {
	if len(a) != len(b) {
		panic("eval: Compare of unequal numbers of queries")
	}
	n := len(a)
	if n == 0 {
		return Interval{}
	}
	differences := make([]float64, n)
	for i := range a {
		differences[i] = b[i] - a[i]
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	means := make([]float64, resamples)
	for i := range means {
		sum := 0.0
		for range n {
			sum += differences[rng.IntN(n)]
		}
		means[i] = sum / float64(n)
	}
	slices.Sort(means)
	return Interval{Mean(differences), means[resamples/40], means[resamples-1-resamples/40]}
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
		if v.Answered && (v.Kind.Answered() || v.Kind == KindDecline) {
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
