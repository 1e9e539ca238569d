package eval

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"exobot/index"
)

// Scored is one query of a test collection with what the signals of the ranking gave its
// candidates. Ranking by other weights is then a sum, so thousands of weights can be tried.
type Scored struct {
	Query
	Scores index.Scores

	grades []int   // of the candidates
	ideal  float64 // gain of the best possible ranking
}

// Scores ranks every query of the collection, which ix holds, by all signals that have a
// weight in its model.
func (c *Collection) Scores(ctx context.Context, ix *index.Collection) ([]Scored, error) {
	out := make([]Scored, 0, len(c.Queries))
	for _, q := range c.Queries {
		scores, err := ix.Scores(ctx, q.Text)
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", q.ID, err)
		}
		out = append(out, newScored(q, scores))
	}
	return out, nil
}

func newScored(q Query, scores index.Scores) Scored {
	s := Scored{Query: q, Scores: scores, ideal: idealGain(q.Judgements, learnDepth)}
	for _, id := range scores.Documents {
		s.grades = append(s.grades, q.Judgements[id])
	}
	return s
}

// Ranking returns the candidates in the order that the weights give them, best first.
func (s *Scored) Ranking(weights map[string]float64) []string {
	totals := s.totals(weights)
	order := make([]int, len(totals))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(totals[b], totals[a]) })
	ids := make([]string, len(order))
	for i, at := range order {
		ids[i] = s.Scores.Documents[at]
	}
	return ids
}

func (s *Scored) totals(weights map[string]float64) []float64 {
	totals := make([]float64, len(s.Scores.Documents))
	for i, name := range s.Scores.Signals {
		s.addTo(totals, i, weights[name])
	}
	return totals
}

// addTo adds a signal by some weight.
func (s *Scored) addTo(totals []float64, signal int, weight float64) {
	for i, v := range s.Scores.Values[signal] {
		totals[i] += weight * v
	}
}

// learnDepth is how much of a ranking counts in learning: nDCG@10 is the measure that test
// collections are compared by.
const learnDepth = 10

// ndcg is [NDCG] of the candidates with these totals. It finds the rank of each relevant
// one by counting those before it, which takes less time than a sort.
func (s *Scored) ndcg(totals []float64) float64 {
	if s.ideal == 0 {
		return 0
	}
	gain := 0.0
	for i, grade := range s.grades {
		if grade <= 0 {
			continue
		}
		rank := 0
		for j, t := range totals {
			if t > totals[i] || t == totals[i] && j < i {
				rank++
			}
		}
		if rank < learnDepth {
			gain += discounted(grade, rank)
		}
	}
	return gain / s.ideal
}

// Bounds of the search for weights.
const (
	// learnRounds is how often each weight is tried. The figures no longer change after
	// three or four rounds.
	learnRounds = 6
	// learnGain is by how much nDCG@10 must rise for a weight to change: one query of a
	// thousand that gains a place proves nothing.
	learnGain = 1e-4
)

// learnSteps are the factors that a weight is multiplied by: large ones to get away from a
// start that is far off, small ones to come to rest, and 0 to do without the signal.
var learnSteps = [...]float64{0, 0.5, 0.7, 0.85, 1.2, 1.4, 2}

// LearnWeights returns the weights, by signal, that do best by nDCG@10 on the queries, of
// those that a coordinate search from start comes by: signal by signal, in alphabetical
// order, the best of a few multiples of its weight is taken. The same queries give the same
// weights. A signal that start lacks stays without weight.
func LearnWeights(start map[string]float64, queries []Scored) map[string]float64 {
	weights := maps.Clone(start)
	if len(queries) == 0 {
		return weights
	}
	totals := make([][]float64, len(queries))
	best := 0.0
	for i := range queries {
		totals[i] = queries[i].totals(weights)
		best += queries[i].ndcg(totals[i])
	}
	tried := make([]float64, 0, 256)
	gain := learnGain * float64(len(queries))
	for range learnRounds {
		changed := false
		for at, name := range queries[0].Scores.Signals {
			old, chosen := weights[name], weights[name]
			if old == 0 {
				continue
			}
			for _, step := range learnSteps {
				sum := 0.0
				for i := range queries {
					tried = append(tried[:0], totals[i]...)
					queries[i].addTo(tried, at, old*step-old)
					sum += queries[i].ndcg(tried)
				}
				if sum > best+gain {
					best, chosen = sum, old*step
				}
			}
			if chosen == old {
				continue
			}
			changed = true
			weights[name] = chosen
			for i := range queries {
				totals[i] = queries[i].totals(weights)
			}
		}
		if !changed {
			break
		}
	}
	return weights
}

// CrossValidate learns the weights on all folds but one and ranks the queries of that one
// by them, for each of so many folds; see [Fold]. It returns the rankings of all queries,
// each by weights that were learnt without it, and the weights by fold.
func CrossValidate(start map[string]float64, queries []Scored, folds int) (Ranking, []map[string]float64) {
	ranking := make(Ranking, len(queries))
	weights := make([]map[string]float64, folds)
	for fold := range folds {
		var seen []Scored
		for _, q := range queries {
			if Fold(q.ID, folds) != fold {
				seen = append(seen, q)
			}
		}
		weights[fold] = LearnWeights(start, seen)
		for i := range queries {
			if q := &queries[i]; Fold(q.ID, folds) == fold {
				ranking[q.ID] = q.Ranking(weights[fold])
			}
		}
	}
	return ranking, weights
}
