package eval_test

import (
	"math"
	"strings"
	"testing"

	"exobot/index/eval"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-6 }

// TestMeasures compares the measures with sums made by hand, as trec_eval makes them. A
// document at rank r counts its grade over log2(r+1): 1, 0.63093, 0.5, 0.430677 …
func TestMeasures(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		ranking string // ids, best first
		j       eval.Judgements
		ndcg    float64 // at 10
		recall  float64 // at 3
		mrr     float64 // at 3
	}{
		{"perfect", "a b", eval.Judgements{"a": 1, "b": 1}, 1, 1, 1},
		{"first of two", "a x y", eval.Judgements{"a": 1, "b": 1}, 0.613147, 0.5, 1},           // 1 / 1.63093
		{"second", "x a", eval.Judgements{"a": 1}, 0.630930, 1, 0.5},                           // 1/log2(3)
		{"fourth is beyond three", "x y z a", eval.Judgements{"a": 1}, 0.430677, 0, 0},         // 1/log2(5)
		{"tenth", "0 1 2 3 4 5 6 7 8 a", eval.Judgements{"a": 1}, 0.289065, 0, 0},              // 1/log2(11)
		{"eleventh", "0 1 2 3 4 5 6 7 8 9 a", eval.Judgements{"a": 1}, 0, 0, 0},                //
		{"graded, in order", "a b c", eval.Judgements{"a": 3, "b": 2, "c": 1}, 1, 1, 1},        //
		{"graded, reversed", "c b a", eval.Judgements{"a": 3, "b": 2, "c": 1}, 0.789998, 1, 1}, // (1 + 1.26186 + 1.5) / 4.76186
		{"graded, one missing", "b a", eval.Judgements{"a": 2, "b": 1, "c": 2}, 0.601261, 2.0 / 3, 1},
		{"grades below one count nothing", "n z a", eval.Judgements{"a": 1, "z": 0, "n": -1}, 0.5, 1, 1.0 / 3},
		{"nothing relevant", "a b", eval.Judgements{"a": 0}, 0, 0, 0},
		{"nothing judged", "a b", nil, 0, 0, 0},
		{"nothing found", "", eval.Judgements{"a": 1}, 0, 0, 0},
		{"more relevant than ranks", "a b c d e f g h i j", eval.Judgements{
			"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1, "h": 1, "i": 1, "j": 1, "k": 1, "l": 1}, 1, 0.25, 1},
	} {
		ranking := strings.Fields(test.ranking)
		if got := eval.NDCG(ranking, test.j, 10); !near(got, test.ndcg) {
			t.Errorf("%s: nDCG@10 %f, want %f", test.name, got, test.ndcg)
		}
		if got := eval.Recall(ranking, test.j, 3); !near(got, test.recall) {
			t.Errorf("%s: recall@3 %f, want %f", test.name, got, test.recall)
		}
		if got := eval.ReciprocalRank(ranking, test.j, 3); !near(got, test.mrr) {
			t.Errorf("%s: mrr@3 %f, want %f", test.name, got, test.mrr)
		}
		if got := eval.Hit(ranking, test.j, 3); got != (test.mrr > 0) {
			t.Errorf("%s: hit@3 %v", test.name, got)
		}
		if got := eval.Hit(ranking, test.j, 1); got != (test.mrr == 1) {
			t.Errorf("%s: hit@1 %v", test.name, got)
		}
	}
}

// Documents of the same grade can stand in any order, of different ones they cannot.
func TestNDCGOfTies(t *testing.T) {
	t.Parallel()
	j := eval.Judgements{"a": 2, "b": 2, "c": 1}
	if x, y := eval.NDCG([]string{"a", "b", "c"}, j, 10), eval.NDCG([]string{"b", "a", "c"}, j, 10); x != y || x != 1 {
		t.Errorf("got %v and %v, want 1", x, y)
	}
	if x := eval.NDCG([]string{"a", "c", "b"}, j, 10); x >= 1 {
		t.Errorf("got %v, want less than 1", x)
	}
	if x := eval.NDCG([]string{"c", "x"}, j, 1); !near(x, 0.5) {
		t.Errorf("cut at 1: got %v, want 0.5", x)
	}
}
