package eval

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"exobot/index"
)

// drawn returns queries of ten candidates, one of which is relevant. The signal "telling"
// is mostly greatest for that one, "noise" says nothing and "wrong" speaks against it.
func drawn(n int) []Scored {
	rng := rand.New(rand.NewPCG(7, 7))
	out := make([]Scored, n)
	for i := range out {
		scores := index.Scores{Signals: []string{"noise", "telling", "wrong"}, Values: make([][]float64, 3)}
		relevant := rng.IntN(10)
		for d := range 10 {
			scores.Documents = append(scores.Documents, fmt.Sprint("d", d))
			telling, wrong := 0.7*rng.Float64(), rng.Float64()
			if d == relevant {
				telling, wrong = telling+0.3, 0
			}
			for j, v := range []float64{rng.Float64(), telling, wrong} {
				scores.Values[j] = append(scores.Values[j], v)
			}
		}
		id := fmt.Sprint("q", i)
		out[i] = newScored(Query{ID: id, Judgements: Judgements{fmt.Sprint("d", relevant): 1}}, scores)
	}
	return out
}

func meanNDCG(queries []Scored, weights map[string]float64) float64 {
	sum := 0.0
	for _, q := range queries {
		sum += NDCG(q.Ranking(weights), q.Judgements, learnDepth)
	}
	return sum / float64(len(queries))
}

func TestLearnWeights(t *testing.T) {
	t.Parallel()
	queries := drawn(300)
	start := map[string]float64{"noise": 1, "telling": 0.5, "wrong": 1, "elsewhere": 3}
	learnt := LearnWeights(start, queries)
	if learnt["telling"] < 4*max(learnt["noise"], learnt["wrong"]) {
		t.Errorf("learnt %v, want telling far above noise and wrong", learnt)
	}
	if learnt["elsewhere"] != 3 {
		t.Errorf("the weight of a signal that scored nothing went from 3 to %v", learnt["elsewhere"])
	}
	before, after := meanNDCG(queries, start), meanNDCG(queries, learnt)
	if alone := meanNDCG(queries, map[string]float64{"telling": 1}); after < before+0.1 || after < alone-0.01 {
		t.Errorf("nDCG@10 %.3f, before %.3f, with the telling signal alone %.3f", after, before, alone)
	}
	if again := LearnWeights(start, queries); !maps.Equal(again, learnt) {
		t.Errorf("learnt %v and then %v", learnt, again)
	}
	if start["telling"] != 0.5 {
		t.Errorf("the start was changed: %v", start)
	}
	if got := LearnWeights(start, nil); !maps.Equal(got, start) {
		t.Errorf("from nothing: %v", got)
	}
	without := map[string]float64{"telling": 1}
	if got := LearnWeights(without, queries); got["noise"] != 0 || got["wrong"] != 0 {
		t.Errorf("signals without weight got one: %v", got)
	}
}

// TestScoredNDCG compares the count of ranks with a sort, where totals are equal, too.
func TestScoredNDCG(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		values []float64
		j      Judgements
		order  []string
	}{
		{[]float64{1, 0.5, 0.75}, Judgements{"b": 1}, []string{"a", "c", "b"}},
		{[]float64{0.5, 1, 0.5}, Judgements{"a": 1, "c": 2}, []string{"b", "a", "c"}},
		{[]float64{0, 0, 0}, Judgements{"c": 1, "a": 0, "z": 1}, []string{"a", "b", "c"}},
		{[]float64{0, 0, 1}, Judgements{}, []string{"c", "a", "b"}},
	} {
		s := newScored(Query{Judgements: test.j}, index.Scores{
			Signals: []string{"x"}, Documents: []string{"a", "b", "c"}, Values: [][]float64{test.values},
		})
		weights := map[string]float64{"x": 2}
		got := s.Ranking(weights)
		if !slices.Equal(got, test.order) {
			t.Errorf("%v: ranked %v, want %v", test.values, got, test.order)
		}
		if a, b := s.ndcg(s.totals(weights)), NDCG(got, test.j, learnDepth); math.Abs(a-b) > 1e-12 {
			t.Errorf("%v, judgements %v: nDCG %v, of the ranking %v", test.values, test.j, a, b)
		}
	}
}

func TestCrossValidate(t *testing.T) {
	t.Parallel()
	const folds = 4
	queries := drawn(100)
	start := map[string]float64{"noise": 1, "telling": 1, "wrong": 1}
	ranking, weights := CrossValidate(start, queries, folds)
	if len(ranking) != len(queries) || len(weights) != folds {
		t.Fatalf("%d rankings and %d weights, want %d and %d", len(ranking), len(weights), len(queries), folds)
	}
	for fold := range folds {
		var seen []Scored
		for _, q := range queries {
			if Fold(q.ID, folds) != fold {
				seen = append(seen, q)
			}
		}
		if want := LearnWeights(start, seen); !maps.Equal(weights[fold], want) {
			t.Errorf("fold %d: weights %v, learnt on the others %v", fold, weights[fold], want)
		}
	}
	for _, q := range queries {
		if got, want := ranking[q.ID], q.Ranking(weights[Fold(q.ID, folds)]); !slices.Equal(got, want) {
			t.Errorf("query %s: ranked %v, by the weights of its fold %v", q.ID, got, want)
		}
	}
}
