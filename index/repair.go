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

// repair puts the misspelt words of a text right: the words that nobody knows, in its
// language, are replaced by the known ones that they were most likely meant to be. What is
// known is never touched.
func (p *parser) repair(a wording) wording {
	if spaceless(a.language) {
		a.text = p.glossary.repairJoined(a.language, a.text)
		a.typed = a.text
		return a
	}
	unknown, named := p.unknown(a)
	if a.language != english && !named && len(unknown) > 1 {
		return a
	}
	var fixed strings.Builder
	done := 0 // bytes of a.typed that are in fixed
	for _, i := range unknown {
		if word, ok := p.mend(a, i); ok {
			t := a.tokens[i]
			fixed.WriteString(a.typed[done:t.start])
			fixed.WriteString(word)
			done = t.end
		}
	}
	if done == 0 {
		return a
	}
	fixed.WriteString(a.typed[done:])
	return p.analyze(fixed.String(), a.locale)
}

// unknown returns the positions of the words that nobody knows, and whether the others
// name a concept.
func (p *parser) unknown(a wording) (at []int, named bool) {
	for i := 0; i < len(a.tokens); {
		n, concept := p.known(a, i)
		named = named || concept
		if n == 0 {
			at = append(at, i)
			n = 1
		}
		i += n
	}
	return at, named
}

// known returns how many words from the i-th on are one known thing, or 0 if the i-th
// word may be misspelt; and whether it is a concept of the glossary.
func (p *parser) known(a wording, i int) (n int, concept bool) {
	tokens := a.tokens[i:]
	w := tokens[0].word
	if a.language != english {
		if e, n := p.glossary.matchForeign(a.language, tokens); n > 0 {
			return n, !p.glossary.concepts[e.concept].word
		}
		f := fold(w)
		if foreignStopWords()[a.language][f] || asksWords()[a.language][f] || p.glossary.vocabularyOf(a.language).has(f) {
			return 1, false
		}
	}
	if e, n := p.glossary.matchEnglish(a.text, tokens); n > 0 && !e.wrong {
		return n, true
	}
	switch {
	case stopWords()[w] || fillers()[w] || !unicode.IsLetter(firstRune(w)) || p.knows(w) || englishWords()[w]:
		return 1, false
	case len(tokens) > 1 && p.knows(w+tokens[1].word): // "cd 63"
		return 2, false
	case a.language == english && p.glossary.hasForeign(w):
		return 1, false
	}
	return 0, false
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// mend returns what the i-th word was most likely meant to be.
func (p *parser) mend(a wording, i int) (string, bool) {
	t := a.tokens[i]
	if a.language != english {
		return p.glossary.vocabularyOf(a.language).nearest(fold(t.word))
	}
	if !repairable(t.word) {
		return "", false
	}
	if isCode(a.text[t.start:t.end]) {
		word, ok := nearest(t.word, p.context(a, i), p.speller)
		return word, ok && !englishWords()[word] && !stopWords()[word] && !fillers()[word]
	}
	if word, ok := p.squeeze(t.word); ok {
		return word, true
	}
	return nearest(t.word, p.context(a, i), p.speller, everydaySpeller())
}

// squeeze takes out the letters that somebody repeats to stress a word: of three or more
// the same, two are left, or one.
func (p *parser) squeeze(word string) (string, bool) {
	for keep := 2; keep > 0; keep-- {
		short := []rune(word)
		for i := 0; i < len(short); {
			n := i
			for n < len(short) && short[n] == short[i] {
				n++
			}
			if n-i > 2 {
				short = append(short[:i+keep], short[n:]...)
				n = i + keep
			}
			i = n
		}
		if w := string(short); w != word && (stopWords()[w] || fillers()[w] || englishWords()[w] || p.knows(w)) {
			return w, true
		}
	}
	return "", false
}

// context returns a function that tells how much likelier a word is beside the other
// words of the question than alone, as a logarithm.
func (p *parser) context(a wording, i int) func(word string) float64 {
	x := &p.c.questions
	var lists [][]saying
	for j, t := range a.tokens {
		if l := x.lists[t.stem]; j != i && len(l) > 0 && len(l)*commonplace < len(x.groups) {
			lists = append(lists, l)
		}
	}
	return func(word string) float64 {
		mine := x.lists[p.stem(word)]
		if len(mine) == 0 {
			return 0
		}
		sum := 0.0
		for _, l := range lists {
			both := 0
			for j, k := 0, 0; j < len(mine) && k < len(l); {
				switch m, n := mine[j].question, l[k].question; {
				case m < n:
					j++
				case m > n:
					k++
				default:
					both++
					j++
					k++
				}
			}
			expected := float64(len(mine)) * float64(len(l)) / float64(len(x.groups))
			sum += max(-contextBound/4, min(contextBound, math.Log((float64(both)+contextDoubt)/(expected+contextDoubt))))
		}
		return sum
	}
}

const (
	commonplace  = 5 // a word that one question in so many holds says nothing of its neighbours
	contextBound = 2.0
	contextDoubt = 1 // how many questions must speak for a pair
)

// Bounds of repair. Shorter words have so many neighbours that a repair is a guess, and
// two slips are only believed in long words. On seven collections with one typo in each
// question, repair at distance 1 from length 5 on lost a quarter of a point where no
// repair lost seven; on our own questions length 4 lost less than length 5.
const (
	repairOnce  = 3 // characters from which one slip is repaired
	repairFully = 4 // characters from which any slip is
	repairTwice = 9 // characters from which two are

	// Of the words that a collection is about, two slips are believed earlier.
	repairFamiliar = 6
	familiar       = 100 // how often such a word occurs
)

// Weights of words.
const (
	glossaryWeight = 50
	stopWeight     = 2000
	fillerWeight   = 100
	shortWeight    = 2
)

// A speller finds the known word that a misspelt word was meant to be. It is read-only
// once it is built.
type speller struct {
	byLength [][]spelling // words by length in characters
}

// A spelling is a known word.
type spelling struct {
	word   string
	mask   uint64 // which letters occur; see letterMask
	weight float64
	means  string // for what it stands
}

func newSpeller(lex *lexicon, asked *questionIndex, g *glossary) *speller {
	s := &speller{}
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
	for w := range stopWords() {
		s.add(w, stopWeight)
	}
	for w := range fillers() {
		s.add(w, fillerWeight)
	}
	for _, w := range g.short {
		s.add(w, shortWeight)
	}
	for wrong, right := range g.misspelt {
		s.addAs(wrong, right, glossaryWeight)
	}
	return s
}

// everydaySpeller knows everyday English.
var everydaySpeller = sync.OnceValue(func() *speller {
	s := &speller{}
	for w := range englishWords() {
		s.add(w, 1)
	}
	return s
})

// add makes a word known; the heavier of two equally near words is preferred.
func (s *speller) add(word string, weight float64) {
	if repairable(word) {
		s.addAs(word, word, weight)
	}
}

func (s *speller) addAs(word, means string, weight float64) {
	n := utf8.RuneCountInString(word)
	if n > 40 {
		return
	}
	for len(s.byLength) <= n {
		s.byLength = append(s.byLength, nil)
	}
	s.byLength[n] = append(s.byLength[n], spelling{word, letterMask(word), weight, means})
}

// nearest returns the known word that word was most likely meant to be, within one edit
// (two in a long word), and whether there is one. An edit inserts, drops or changes a
// letter, or swaps two neighbours.
func nearest(word string, fit func(string) float64, spellers ...*speller) (string, bool) {
	length := utf8.RuneCountInString(word)
	if length < repairOnce {
		return "", false
	}
	reach := 1
	if length >= repairFamiliar {
		reach = 2
	}
	mask := letterMask(word)
	best, bestScore := "", math.Inf(-1)
	for _, s := range spellers {
		for n := max(0, length-reach); n <= length+reach && n < len(s.byLength); n++ {
			for _, c := range s.byLength[n] {
				if bits.OnesCount64(mask^c.mask) > 2*reach {
					continue
				}
				d := distance(word, c.word, reach)
				if d > reach {
					continue
				}
				cost := slipCost(word, c.word, d)
				if d == 2 && (firstRune(word) != firstRune(c.word) || length < repairTwice && (c.weight < familiar || n < repairFamiliar)) {
					continue
				}
				if length < repairFully && (cost > slipEasy+slipFirst || c.weight < familiar) {
					continue
				}
				score := math.Log(c.weight) - cost
				if fit != nil {
					score += fit(c.word)
				} else if c.weight < 3 && (d == 2 || cost >= slipHard && length < 7) {
					continue
				}
				if score > bestScore || score == bestScore && c.means < best {
					best, bestScore = c.means, score
				}
			}
		}
	}
	return best, best != ""
}

// Costs of slips, as negative logarithms.
const (
	slipSwap  = 3.5
	slipEasy  = 4   // letters swapped, one missing or doubled, a neighbour on the keyboard
	slipHard  = 6   // another letter, or one too many
	slipFirst = 1.5 // more, where the first letter is wrong
	slipTwice = 11
)

func slipCost(typed, meant string, distance int) float64 {
	switch distance {
	case 0:
		return 0
	case 2:
		return slipTwice
	}
	a, b := []rune(typed), []rune(meant)
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	cost := float64(slipHard)
	switch {
	case len(a) < len(b):
		cost = slipEasy
	case len(a) > len(b):
		if i > 0 && a[i] == a[i-1] || i+1 < len(a) && adjacent(a[i], a[i+1]) || i > 0 && adjacent(a[i], a[i-1]) {
			cost = slipEasy
		}
	case i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i]:
		cost = slipSwap
	case adjacent(a[i], b[i]) || isVowel(a[i]) && isVowel(b[i]):
		cost = slipEasy
	}
	if i == 0 {
		cost += slipFirst
	}
	return cost
}

func isVowel(r rune) bool { return strings.ContainsRune("aeiouy", r) }

// keyboard holds the rows of keys of a keyboard.
var keyboard = []string{"qwertyuiop", "asdfghjkl", "zxcvbnm"}

// adjacent reports whether two letters are neighbours on the keyboard.
func adjacent(a, b rune) bool {
	xa, ya := key(a)
	xb, yb := key(b)
	if ya < 0 || yb < 0 {
		return false
	}
	dx := xa - xb // keys stand half a key to the right from row to row, roughly
	switch ya - yb {
	case 0:
		return dx == 1 || dx == -1
	case 1: // a is the lower
		return dx == 0 || dx == -1
	case -1:
		return dx == 0 || dx == 1
	}
	return false
}

func key(r rune) (x, y int) {
	for y, row := range keyboard {
		if x := strings.IndexRune(row, r); x >= 0 {
			return x, y
		}
	}
	return 0, -1
}

// A vocabulary knows the words of another language, folded.
type vocabulary struct {
	speller
	byStart map[string][]string
}

// has reports whether a folded word is a form of one that the vocabulary has.
func (v *vocabulary) has(f string) bool {
	return slices.ContainsFunc(v.byStart[start(f)], func(w string) bool { return inflected(f, w) || f == w })
}

func (v *vocabulary) nearest(f string) (string, bool) {
	return nearest(f, nil, &v.speller)
}

// newVocabulary gathers the words of the glossary's names in a language.
func newVocabulary(g *glossary, lang string) *vocabulary {
	v := &vocabulary{byStart: make(map[string][]string)}
	seen := make(map[string]bool)
	add := func(w string, weight float64) {
		if seen[w] {
			return
		}
		seen[w] = true
		v.byStart[start(w)] = append(v.byStart[start(w)], w)
		v.addAs(w, w, weight)
	}
	for w := range foreignStopWords()[lang] {
		add(fold(w), 20)
	}
	for w := range asksWords()[lang] {
		add(fold(w), 20)
	}
	for _, list := range g.foreign[lang] {
		for _, e := range list {
			weight := 3.0
			if g.concepts[e.concept].word {
				weight = 1
			}
			for _, w := range e.words {
				add(w, weight)
			}
		}
	}
	return v
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

// repairJoined returns a text of a language without spaces, folded, with the names in it
// that have one slip put right. The first character of a name has to be right, and of a name
// of three the last as well, with the middle one missing or a fourth put in.
func (g *glossary) repairJoined(lang, text string) string {
	f := foldJoined(lang, text)
	var fixed strings.Builder
	for i := 0; i < len(f); {
		if _, n := g.nameAt(lang, f[i:]); n > 0 {
			fixed.WriteString(f[i : i+n])
			i += n
			continue
		}
		if name, n := g.nearlyAt(lang, f[i:]); n > 0 {
			fixed.WriteString(name)
			i += n
			continue
		}
		_, n := utf8.DecodeRuneInString(f[i:])
		fixed.WriteString(f[i : i+n])
		i += n
	}
	return fixed.String()
}

// nearlyAt returns the longest name that a folded text begins with, but for one slip, and
// how many bytes of the text it takes.
func (g *glossary) nearlyAt(lang, text string) (name string, n int) {
	first, _ := utf8.DecodeRuneInString(text)
	long := 0
	for _, e := range g.joined[lang][first] {
		w := e.words[0]
		length := utf8.RuneCountInString(w)
		if length < 3 || length <= long {
			continue
		}
		for take := length + 1; take >= length-1; take-- {
			window, ok := prefix(text, take)
			if !ok || distance(window, w, 1) != 1 || g.nameWithin(lang, text, len(window)) {
				continue
			}
			if last, _ := utf8.DecodeLastRuneInString(w); (length < 5 || take > length) && !strings.HasSuffix(window, string(last)) || length == 3 && take == 3 {
				continue
			}
			name, n, long = w, len(window), length
			break
		}
	}
	return name, n
}

// nameWithin reports whether a name of three characters or more begins in the first n bytes
// of a folded text, after the first character.
func (g *glossary) nameWithin(lang, text string, n int) bool {
	for i := range text[:n] {
		if _, size := g.nameAt(lang, text[i:]); i > 0 && utf8.RuneCountInString(text[i:i+size]) >= 3 {
			return true
		}
	}
	return false
}

// prefix returns the first n characters of a text, if it has as many.
func prefix(text string, n int) (string, bool) {
	for i := range text {
		if n == 0 {
			return text[:i], true
		}
		n--
	}
	return text, n == 0
}
