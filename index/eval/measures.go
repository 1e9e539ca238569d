// Package eval measures how well questions are answered.
//
// There are two kinds of collection. A test collection in the form that BEIR made usual
// (corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv) tests the ranking alone; [ReadBEIR]
// loads one and [Rank] scores it. A question file, written for one pack, tests the whole
// way from the question to the reply: which section answers, what is declined, which
// lane is taken; [Score] scores one.
//
// The measures have the names and the meaning that trec_eval gives them: a document is
// relevant when its judgement is above 0, and a query without any relevant document
// does not count.
package eval

import (
	"math"
	"slices"
)

// Judgements says how relevant documents are to one query; 0 and absent mean not.
type Judgements map[string]int

// relevant returns the number of relevant documents.
func (j Judgements) relevant() int {
	n := 0
	for _, grade := range j {
		if grade > 0 {
			n++
		}
	}
	return n
}

// NDCG returns the normalised discounted cumulative gain of the first k of a ranking
// (Järvelin and Kekäläinen 2002, in the form of trec_eval's ndcg_cut): the gain of a
// document is its judgement, discounted by log2(rank+1), over the gain of the best
// possible ranking. 0 if nothing is relevant.
func NDCG(ranking []string, j Judgements, k int) float64 {
	gain := 0.0
	for i, id := range ranking[:min(k, len(ranking))] {
		gain += discounted(j[id], i)
	}
	ideal := idealGain(j, k)
	if ideal == 0 {
		return 0
	}
	return gain / ideal
}

// idealGain returns the discounted gain of the first k of the best possible ranking.
func idealGain(j Judgements, k int) float64 {
	grades := make([]int, 0, len(j))
	for _, g := range j {
		grades = append(grades, g)
	}
	slices.SortFunc(grades, func(a, b int) int { return b - a })
	ideal := 0.0
	for i, g := range grades[:min(k, len(grades))] {
		ideal += discounted(g, i)
	}
	return ideal
}

func discounted(grade, at int) float64 {
	if grade <= 0 {
		return 0
	}
	return float64(grade) / math.Log2(float64(at)+2)
}

// Recall returns the share of the relevant documents that stand in the first k of a
// ranking. 0 if nothing is relevant.
func Recall(ranking []string, j Judgements, k int) float64 {
	all := j.relevant()
	if all == 0 {
		return 0
	}
	found := 0
	for _, id := range ranking[:min(k, len(ranking))] {
		if j[id] > 0 {
			found++
		}
	}
	return float64(found) / float64(all)
}

// ReciprocalRank returns 1 over the rank of the first relevant document among the first
// k, or 0 if there is none.
func ReciprocalRank(ranking []string, j Judgements, k int) float64 {
	for i, id := range ranking[:min(k, len(ranking))] {
		if j[id] > 0 {
			return 1 / float64(i+1)
		}
	}
	return 0
}

// Hit reports whether a relevant document stands in the first k of a ranking.
func Hit(ranking []string, j Judgements, k int) bool {
	return ReciprocalRank(ranking, j, k) > 0
}
