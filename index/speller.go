package index

import (
	_ "embed"
	"math"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Bounds of repair, in characters of the word as typed. Shorter words have so many
// neighbours that a repair is a guess, and two slips are only believed in long words.
const (
	repairOnce  = 3 // from which one likely slip into a frequent word is repaired
	repairAny   = 4 // from which any one slip is
	repairTwice = 9 // from which two slips are

	// Of the words that a collection is about, two slips are believed earlier.
	repairFamiliar = 6
	familiar       = 100 // how often such a word occurs

	// What looks like a short proper name with an odd slip in it is most often another name,
	// and so is what looks like one with two slips, unless it is long.
	repairName = 8

	// Words of other languages are few here, and a word that is missing may be near one
	// that is not: in those that name no concept, only a likely slip is repaired, or any
	// one in a word as long as this.
	repairForeign = 7
)

// Weights of words that the collection may have seldom or never: how often they count as
// having been seen.
const (
	stopWeight     = 3 * familiar // stop words, which nobody counts
	fillerWeight   = familiar
	glossaryWeight = familiar / 2 // rather frequent, but not what the collection is about
	shortWeight    = 2            // abbreviations: most of what is near one is another
	everydayWeight = 1            // everyday English
)

// A speller finds the known word that a misspelt word was meant to be. It is read-only
// once it is built.
type speller struct {
	byLength [][]spelling           // words by length in characters
	more     func() *speller        // words to look through as well, or nil
	unsure   bool                   // whether a word that it lacks may well be right
	isName   func(word string) bool // whether a word that it has is a proper name, or nil
}

// A spelling is a known word.
type spelling struct {
	word   string
	mask   uint64 // which letters occur; see letterMask
	weight float64
	means  string // the word itself, unless it is a known misspelling
	name   bool   // whether it is a proper name
}

// newSpeller makes a speller of the English words of a collection's passages and questions,
// of its glossary, and of everyday English.
func newSpeller(lex *lexicon, asked *questionIndex, g *glossary) *speller {
	s := &speller{more: everydaySpeller, isName: lex.isName}
	for id, w := range lex.words {
		s.add(w, float64(lex.freq[id])+float64(asked.words[w]))
	}
	for w, n := range asked.words {
		if _, ok := lex.ids[w]; !ok {
			s.add(w, float64(n))
		}
	}
	for _, w := range g.vocabulary {
		s.add(w, glossaryWeight)
	}
	for wrong, right := range g.misspelt {
		s.addAs(wrong, right, glossaryWeight)
	}
	for _, w := range g.short {
		s.add(w, shortWeight)
	}
	for w := range stopWords() {
		s.add(w, stopWeight)
	}
	for w := range fillers() {
		s.add(w, fillerWeight)
	}
	return s
}

// everydaySpeller knows everyday English. It is made when a word is first looked up.
var everydaySpeller = sync.OnceValue(func() *speller {
	s := &speller{}
	for w := range englishWords() {
		s.add(w, everydayWeight)
	}
	return s
})

// add makes a word known; of two equally near words the heavier one is preferred.
func (s *speller) add(word string, weight float64) {
	if repairable(word) {
		s.addAs(word, word, weight)
	}
}

// addAs makes a word known that stands for another one.
func (s *speller) addAs(word, means string, weight float64) {
	n := utf8.RuneCountInString(word)
	if n > maxLength {
		return
	}
	for len(s.byLength) <= n {
		s.byLength = append(s.byLength, nil)
	}
	name := s.isName != nil && s.isName(means)
	s.byLength[n] = append(s.byLength[n], spelling{word, letterMask(word), weight, means, name})
}

// maxLength is how many characters a known word has at most; what is longer is no word.
const maxLength = 40

// A company is the words that stand beside one. The zero value is nobody.
type company struct {
	speaks func(word string) float64 // for a word in this place, as a logarithm; may be nil
	most   float64                   // the most that speaks returns
}

// slipOf returns the known word that word most likely is with one slip in it: a letter put
// in, dropped, or changed, or two neighbours swapped. That is the one whose weight, whose
// slip and whose company speak most for it.
func (s *speller) slipOf(word string, beside company) (string, bool) {
	typed := []rune(word)
	if len(typed) < repairOnce {
		return "", false
	}
	return s.best(word, 1, beside, func(c spelling) (float64, bool) {
		cost, ok := slip(typed, c.word)
		switch {
		case !ok:
			return 0, false
		case len(typed) < repairAny && (cost >= slipOdd || c.weight < familiar):
			return 0, false
		case c.name && cost >= slipOdd && len(typed) < repairName:
			return 0, false
		case s.unsure && c.weight < nameWeight && cost >= slipOdd && len(typed) < repairForeign:
			return 0, false
		}
		return cost, true
	})
}

// slipsOf is slipOf for two slips, in a long word or in one that the collection is full of.
// The first letter, which people seldom get wrong, must be right, and not both of the slips
// at the end: what only ends in another way is another word.
func (s *speller) slipsOf(word string, beside company) (string, bool) {
	length := utf8.RuneCountInString(word)
	if length < repairFamiliar {
		return "", false
	}
	first, _ := utf8.DecodeRuneInString(word)
	return s.best(word, 2, beside, func(c spelling) (float64, bool) {
		switch {
		case !strings.HasPrefix(c.word, string(first)) || s.unsure && c.weight < nameWeight:
			return 0, false
		case length < repairTwice && (c.name || c.weight < familiar || utf8.RuneCountInString(c.word) < repairFamiliar):
			return 0, false
		}
		return 0, distance(word, c.word, 2) <= 2 && !otherEnding(word, c.word)
	})
}

// best returns the likeliest of the known words that may be so many edits from word; cost
// tells which are, and how unlikely the edits.
func (s *speller) best(word string, edits int, beside company, cost func(spelling) (float64, bool)) (string, bool) {
	best, most := "", 0.0
	mask, length, ending := letterMask(word), utf8.RuneCountInString(word), ""
	if !s.unsure { // English
		ending = namingEnding(word)
	}
	for ; s != nil; s = s.next() {
		for n := max(0, length-edits); n <= length+edits && n < len(s.byLength); n++ {
			for _, c := range s.byLength[n] {
				if bits.OnesCount64(mask^c.mask) > 2*edits || ending != "" && !strings.HasSuffix(c.means, ending) {
					continue
				}
				v, ok := cost(c)
				if !ok {
					continue
				}
				score := math.Log(c.weight) - v
				if best != "" && score+beside.most < most { // to ask the others takes long
					continue
				}
				if beside.speaks != nil {
					score += beside.speaks(c.means)
				}
				if best == "" || score > most || score == most && c.means < best {
					best, most = c.means, score
				}
			}
		}
	}
	return best, best != ""
}

// otherEnding reports whether two words are the same but for one or two letters at the end
// of each, two in one of them at least.
func otherEnding(a, b string) bool {
	x, y := endings(a, b)
	return max(x, y) == 2 && min(x, y) >= 1
}

// endings returns how many characters of each word are left behind those that both begin
// with.
func endings(a, b string) (int, int) {
	ra, rb := []rune(a), []rune(b)
	n := 0
	for n < min(len(ra), len(rb)) && ra[n] == rb[n] {
		n++
	}
	return len(ra) - n, len(rb) - n
}

// namingEndings make the names of illnesses, operations and fields of study of other words:
// exosomitis would be an illness, and no exosome.
var namingEndings = []string{"itis", "osis", "emia", "pathy", "ology", "ectomy", "algia", "iasis", "plasty", "scopy"}

// namingEnding returns which of those a word has, if any. It is taken for meant.
func namingEnding(word string) string {
	for _, e := range namingEndings {
		if strings.HasSuffix(word, e) {
			return e
		}
	}
	return ""
}

// next returns the speller that is looked through after this one, or nil.
func (s *speller) next() *speller {
	if s.more == nil {
		return nil
	}
	return s.more()
}

// Costs of slips, as negative logarithms of how likely they are: with a letter that is
// missing there is but one way to go wrong in its place, with a wrong one there are many.
const (
	slipSwap  = 3.5 // two neighbours swapped
	slipNear  = 4   // a letter missing; doubled; a neighbour on the keyboard; another vowel
	slipOdd   = 6   // any other letter changed or put in
	slipFirst = 1.5 // more where it is the first letter: people look at that
)

// slip returns the cost of the one slip that makes typed of meant, and whether there is such
// a slip.
func slip(typed []rune, meant string) (cost float64, ok bool) {
	var letters [maxLength]rune
	b := letters[:0]
	for _, r := range meant {
		b = append(b, r)
	}
	a, i := typed, 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	rest := func(x, y int) bool { return slices.Equal(a[i+x:], b[i+y:]) }
	cost = slipOdd
	switch len(a) - len(b) {
	case -1:
		cost, ok = slipNear, rest(0, 1)
	case 1:
		ok = rest(1, 0)
		if i > 0 && nearKeys(a[i], a[i-1]) || i+1 < len(a) && nearKeys(a[i], a[i+1]) {
			cost = slipNear
		}
	case 0:
		switch {
		case i == len(a): // the very same
			return 0, false
		case rest(1, 1):
			ok = true
			if nearKeys(a[i], b[i]) || isVowel(a[i]) && isVowel(b[i]) {
				cost = slipNear
			}
		case i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && rest(2, 2):
			cost, ok = slipSwap, true
		}
	}
	if i == 0 {
		cost += slipFirst
	}
	return cost, ok
}

func isVowel(r rune) bool { return strings.ContainsRune("aeiouy", r) }

// keyboard holds the rows of letters of a keyboard, the way most people have it. Each row
// stands about half a key to the right of the one above.
var keyboard = []string{"qwertyuiop", "asdfghjkl", "zxcvbnm"}

// nearKeys reports whether two letters are the same or neighbours on the keyboard.
func nearKeys(a, b rune) bool {
	if a == b {
		return true
	}
	xa, ya := key(a)
	xb, yb := key(b)
	if ya < 0 || yb < 0 {
		return false
	}
	if ya > yb {
		xa, ya, xb, yb = xb, yb, xa, ya
	}
	switch yb - ya {
	case 0:
		return xa-xb == 1 || xb-xa == 1
	case 1: // b is below
		return xa == xb || xa == xb+1
	}
	return false
}

// key returns the place of a letter on the keyboard; y is -1 if it has none.
func key(r rune) (x, y int) {
	for y, row := range keyboard {
		if x := strings.IndexRune(row, r); x >= 0 {
			return x, y
		}
	}
	return 0, -1
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
