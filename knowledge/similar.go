package knowledge

import (
	"cmp"
	"hash/maphash"
	"slices"
)

const (
	// shingle is how many words in a row two passages must share to be compared.
	shingle = 3
	// similarity is the share of such rows (Jaccard's index) from which two passages
	// count as nearly the same. In a paragraph of 60 words a change of five single
	// words leaves about 0.6.
	similarity = 0.5
	// allShingles is the number of passages up to which every row is compared; in a
	// larger library a sample of the rows is, so that memory stays in bounds.
	allShingles = 20000
	// neighbours is how many of the passages that share a row are compared with each:
	// copies stand together, and a common phrase does not make all pairs.
	neighbours = 4
)

// similarPassages returns the pairs of passages that say almost the same in almost the
// same words, each second passage once, with the most similar of those before it. Both
// are in the order in which they were given.
func similarPassages(passages []*Passage) [][2]*Passage {
	every := uint64(1 + len(passages)/allShingles)
	seed := maphash.MakeSeed()
	rows := make([][]uint64, len(passages))
	type use struct {
		row     uint64
		passage int32
	}
	var uses []use
	for i, p := range passages {
		rows[i] = shingles(seed, p.Text, every)
		for _, r := range rows[i] {
			uses = append(uses, use{r, int32(i)})
		}
	}
	slices.SortFunc(uses, func(a, b use) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.passage, b.passage))
	})

	shared := map[[2]int32]int{}
	for i, first := range uses {
		for _, second := range uses[i+1 : min(i+1+neighbours, len(uses))] {
			if second.row != first.row {
				break
			}
			shared[[2]int32{first.passage, second.passage}]++
		}
	}

	type match struct {
		first int32
		like  float64
	}
	best := map[int32]match{}
	for pair, n := range shared {
		first, second := pair[0], pair[1]
		if least := min(len(rows[first]), len(rows[second])); n < least/4 {
			continue
		}
		like := jaccard(rows[first], rows[second])
		m, ok := best[second]
		if like >= similarity && (!ok || like > m.like || like == m.like && first < m.first) {
			best[second] = match{first, like}
		}
	}
	var pairs [][2]*Passage
	for i, p := range passages {
		if m, ok := best[int32(i)]; ok {
			pairs = append(pairs, [2]*Passage{passages[m.first], p})
		}
	}
	return pairs
}

// shingles returns the hashes of the rows of words in text, sorted, each once; of
// those, one in every.
func shingles(seed maphash.Seed, text string, every uint64) []uint64 {
	words := tokens(text)
	var rows []uint64
	var h maphash.Hash
	h.SetSeed(seed)
	for i := 0; i+shingle <= len(words); i++ {
		h.Reset()
		for _, w := range words[i : i+shingle] {
			h.WriteString(w)
			h.WriteByte(' ')
		}
		if sum := h.Sum64(); sum%every == 0 {
			rows = append(rows, sum)
		}
	}
	slices.Sort(rows)
	return slices.Compact(rows)
}

// jaccard returns the share of the values of two sorted sets that are in both.
func jaccard(a, b []uint64) float64 {
	both := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			both, i, j = both+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	if all := len(a) + len(b) - both; all > 0 {
		return float64(both) / float64(all)
	}
	return 0
}
