package index

import (
	"math"
	"slices"
)

// questionIndex knows the questions that the sections of a collection answer, each as
// a small document of its own: a question that is nearly one of them is answered by
// the section that it belongs to, however long or short the passage.
type questionIndex struct {
	groups []uint32            // of each question, ascending
	stems  [][]string          // of each question, without repetition
	norms  []float64           // of each question: the length of its vector
	lists  map[string][]uint32 // stem → questions that hold it
	idfs   map[string]float64
}

// add records that the documents of a group answer a question.
func (x *questionIndex) add(group uint32, text string) {
	stops := stopWords()
	seen := make(map[string]bool)
	var stems []string
	tokens := tokenize(text)
	for _, t := range tokens {
		if stops[t.word] {
			continue
		}
		if s := stem(t.word); !seen[s] {
			seen[s] = true
			stems = append(stems, s)
		}
	}
	if len(stems) == 0 {
		return
	}
	stems = append(stems, asksFor(tokens, len(stems))...)
	if x.lists == nil {
		x.lists = make(map[string][]uint32)
	}
	q := uint32(len(x.groups))
	x.groups = append(x.groups, group)
	x.stems = append(x.stems, stems)
	for _, s := range stems {
		x.lists[s] = append(x.lists[s], q)
	}
}

// stemsOf returns the stems of all questions of a group.
func (x *questionIndex) stemsOf(group uint32) map[string]bool {
	out := make(map[string]bool)
	for i, ok := slices.BinarySearch(x.groups, group); ok && i < len(x.groups) && x.groups[i] == group; i++ {
		for _, s := range x.stems[i] {
			out[s] = true
		}
	}
	return out
}

// finish weighs the terms, once all questions are there.
func (x *questionIndex) finish() {
	x.idfs = make(map[string]float64, len(x.lists))
	for s, list := range x.lists {
		x.idfs[s] = idf(len(list), len(x.groups))
	}
	x.norms = make([]float64, len(x.groups))
	for q, stems := range x.stems {
		sum := 0.0
		for _, s := range stems {
			sum += x.idfs[s] * x.idfs[s]
		}
		x.norms[q] = math.Sqrt(sum)
	}
}
