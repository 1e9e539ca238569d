package index

import (
	_ "embed"
	"math/bits"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Bounds of repair. Shorter words have so many neighbours that a repair is a guess, and
// two slips are only believed in long words. On seven collections with one typo in each
// question, repair at distance 1 from length 5 on lost a quarter of a point where no
// repair lost seven; on our own questions length 4 lost less than length 5.
const (
	repairOnce  = 4 // characters from which one slip is repaired
	repairTwice = 9 // characters from which two are

	// Of the words that a collection is about, two slips are believed earlier.
	repairFamiliar = 6
	familiar       = 100 // how often such a word occurs
)

// A speller finds the known word that a misspelt word was meant to be. It is read-only
// once it is built.
type speller struct {
	byLength [][]spelling // words by length in bytes
}

// A spelling is a known word.
type spelling struct {
	word   string
	mask   uint64 // which letters occur; see letterMask
	weight float64
}

// add makes a word known; the heavier of two equally near words is preferred.
func (s *speller) add(word string, weight float64) {
	n := len(word)
	if !repairable(word) || n > 40 {
		return
	}
	for len(s.byLength) <= n {
		s.byLength = append(s.byLength, nil)
	}
	s.byLength[n] = append(s.byLength[n], spelling{word, letterMask(word), weight})
}

// nearest returns the known word nearest to word, within one edit (two in a long word),
// and whether there is one. An edit inserts, drops or changes a letter, or swaps two
// neighbours. The first letter, which people seldom get wrong, must be right unless the
// distance is 1.
func (s *speller) nearest(word string) (string, bool) {
	length := utf8.RuneCountInString(word)
	if length < repairOnce || !repairable(word) || englishWords()[word] {
		return "", false
	}
	reach := 1
	if length >= repairFamiliar {
		reach = 2
	}
	mask := letterMask(word)
	best, bestDistance, bestWeight := "", reach+1, 0.0
	for n := max(0, len(word)-reach); n <= len(word)+reach && n < len(s.byLength); n++ {
		for _, c := range s.byLength[n] {
			if bits.OnesCount64(mask^c.mask) > 2*min(bestDistance, reach) {
				continue
			}
			d := distance(word, c.word, min(bestDistance, reach))
			if d > reach || d == 2 && (word[0] != c.word[0] || length < repairTwice && c.weight < familiar) {
				continue
			}
			if d < bestDistance || d == bestDistance && (c.weight > bestWeight || c.weight == bestWeight && c.word < best) {
				best, bestDistance, bestWeight = c.word, d, c.weight
			}
		}
	}
	return best, best != ""
}

//go:embed english.txt
var englishFile string

// englishWords are words of everyday English, which are never taken for misspelt ones.
var englishWords = sync.OnceValue(func() map[string]bool {
	m := make(map[string]bool)
	for line := range strings.Lines(englishFile) {
		if !strings.HasPrefix(line, "#") {
			for _, w := range strings.Fields(line) {
				m[w] = true
			}
		}
	}
	return m
})

// repairable reports whether a word is of the kind that is repaired: Latin letters, with
// apostrophes or hyphens at most. Codes such as cd63 are right or wrong, not misspelt.
func repairable(word string) bool {
	for _, r := range word {
		if !unicode.Is(unicode.Latin, r) && r != '\'' && r != '-' {
			return false
		}
	}
	return word != ""
}

// letterMask has a bit for each letter that occurs. Words one edit apart differ in two
// bits at most.
func letterMask(word string) uint64 {
	var m uint64
	for _, r := range word {
		m |= 1 << (uint(r) % 64)
	}
	return m
}

// distance returns the number of edits between two words (optimal string alignment), or
// limit+1 if there are more than limit.
func distance(a, b string, limit int) int {
	ra, rb := []rune(a), []rune(b)
	if len(ra)-len(rb) > limit || len(rb)-len(ra) > limit {
		return limit + 1
	}
	var rows [3][48]int
	if len(rb) >= len(rows[0]) {
		return limit + 1
	}
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(rb) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(ra); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(rb); j++ {
			cost := 1
			if ra[i-1] == rb[j-1] {
				cost = 0
			}
			d := min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && ra[i-1] == rb[j-2] && ra[i-2] == rb[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(rb)], limit+1)
}

// splitCode cuts a word such as mirna21 into its letters and its digits, and reports
// whether it is of that form.
func splitCode(word string) (letters, digits string, ok bool) {
	i := strings.IndexFunc(word, unicode.IsDigit)
	if i <= 0 || strings.IndexFunc(word[i:], func(r rune) bool { return !unicode.IsDigit(r) }) >= 0 {
		return "", "", false
	}
	return word[:i], word[i:], true
}
