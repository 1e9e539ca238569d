package index

import "math"

// Parameters of BM25 as Robertson and Zaragoza give them ("The Probabilistic Relevance
// Framework: BM25 and Beyond", 2009).
const (
	bm25K1 = 1.2
	bm25B  = 0.75
)

// idf returns the inverse document frequency of a term that df of n documents hold, in
// the form that is never negative: ln(1 + (n − df + ½) / (df + ½)).
func idf(df, n int) float64 {
	return math.Log(1 + (float64(n)-float64(df)+0.5)/(float64(df)+0.5))
}

// tfWeight returns the part of BM25 that depends on the document: how much a term that
// occurs freq times in a field of the given length says about it.
func tfWeight(freq, length, avgLength float64) float64 {
	return freq * (bm25K1 + 1) / (freq + bm25K1*(1-bm25B+bm25B*length/avgLength))
}
