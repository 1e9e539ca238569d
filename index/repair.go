package index

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// repair puts the misspelt words of a text right: words that nobody knows, in its language,
// are replaced by the known ones that they were most likely meant to be. What is known is
// never touched. A text with nothing to put right is returned as it is.
func (p *parser) repair(w wording) wording {
	if spaceless(w.language) {
		w.text = p.glossary.repairJoined(w.language, w.text)
		w.typed = w.text
		return w
	}
	unknown, named := p.unknown(w)
	if w.language != english && !named && len(unknown) > 1 {
		// The vocabulary of another language is small. What has nothing of our subject in
		// it and several words that we lack is spelt right, and about something else.
		return w
	}
	var fixed strings.Builder
	done := 0                                                 // bytes of w.typed that are in fixed
	for _, i := range unknown[:min(len(unknown), maxSlots)] { // each takes its time
		if word, ok := p.mend(w, i); ok {
			t := w.tokens[i]
			fixed.WriteString(w.typed[done:t.start])
			fixed.WriteString(word)
			done = t.end
		}
	}
	if done == 0 {
		return w
	}
	fixed.WriteString(w.typed[done:])
	return p.analyze(fixed.String(), w.locale)
}

// unknown returns the positions of the words that nobody knows, and whether the others name
// a concept of the glossary.
func (p *parser) unknown(w wording) (at []int, named bool) {
	for i := 0; i < len(w.tokens); {
		n, concept := p.known(w, w.tokens[i:])
		named = named || concept
		if n == 0 {
			at = append(at, i)
			n = 1
		}
		i += n
	}
	return at, named
}

// known returns how many of the first tokens are one thing that is known, 0 if the first
// may be misspelt, and whether that thing is a concept of the glossary.
func (p *parser) known(w wording, tokens []token) (n int, concept bool) {
	word := tokens[0].word
	if w.language != english {
		if e, n := p.glossary.matchForeign(w.language, tokens); n > 0 {
			return n, e.meanings == nil
		}
		f := tokens[0].folded
		if saysNothing(w.language, f) || p.glossary.vocabularyOf(w.language).has(f) {
			return 1, false
		}
	}
	if e, n := p.glossary.matchEnglish(w.text, tokens); n > 0 && !e.wrong {
		return n, true
	}
	switch first, _ := utf8.DecodeRuneInString(word); {
	case !unicode.IsLetter(first) || p.spelt(word):
		return 1, false
	case len(tokens) > 1 && p.knows(word+tokens[1].word): // "cd 63"
		return 2, false
	case w.language == english && p.glossary.hasForeign(word):
		return 1, false
	}
	return 0, false
}

// spelt reports whether an English word is spelt as it should be.
func (p *parser) spelt(word string) bool {
	return stopWords()[word] || fillers()[word] || englishWords()[word] || p.knows(word) || p.c.questions.words[word] > 0
}

// mend returns what the i-th word was most likely meant to be, which may be two words, and
// whether there is anything that it was likely meant to be.
func (p *parser) mend(w wording, i int) (string, bool) {
	t := w.tokens[i]
	if w.language != english {
		return p.glossary.vocabularyOf(w.language).nearest(t.folded)
	}
	if isCode(w.text[t.start:t.end]) { // "miRNA", but "sBeijing" too
		s, ok := p.speller.slipOf(t.word, p.beside(w, i))
		return s, ok && !englishWords()[s] && !stopWords()[s] && !fillers()[s]
	}
	if words := strings.Split(t.word, "."); len(words) > 1 { // "exosomes.what"
		return strings.Join(words, ". "), !slices.ContainsFunc(words, func(s string) bool { return !p.spelt(s) })
	}
	if !repairable(t.word) {
		return "", false
	}
	if s, ok := p.squeeze(t.word); ok {
		return s, true
	}
	if s, ok := p.speller.slipOf(t.word, p.beside(w, i)); ok {
		return s, true
	}
	if s, ok := p.unglue(t.word); ok {
		return s, true
	}
	return p.speller.slipsOf(t.word, p.beside(w, i))
}

// squeeze takes out the letters that people repeat to stress a word: of three or more the
// same, two are left, or one.
func (p *parser) squeeze(word string) (string, bool) {
	for keep := 2; keep > 0; keep-- {
		var short []rune
		run := 0
		letters := []rune(word)
		for i, r := range letters {
			if i > 0 && r != letters[i-1] {
				run = 0
			}
			run++
			if run > keep && thrice(letters, i-run+1) {
				continue
			}
			short = append(short, r)
		}
		if s := string(short); s != word && p.spelt(s) {
			return s, true
		}
	}
	return "", false
}

// thrice reports whether three letters from the i-th on are the same.
func thrice(letters []rune, i int) bool {
	return i+2 < len(letters) && letters[i] == letters[i+1] && letters[i] == letters[i+2]
}

// gluedLength is how many letters at least each of two words has that stand together for
// want of a space: most letter pairs are words by chance, or abbreviations.
const gluedLength = 3

// unglue puts the missing space between two words: where the rarer one is most frequent. Two
// words of everyday English may be a word that we lack: "playtest", "cardboard".
func (p *parser) unglue(word string) (string, bool) {
	best, most := "", 0.0
	for i := gluedLength; i <= len(word)-gluedLength; i++ {
		a, b := word[:i], word[i:]
		if n := min(p.frequency(a), p.frequency(b)); n > most && !(englishWords()[a] && englishWords()[b]) {
			best, most = a+" "+b, n
		}
	}
	return best, best != ""
}

// frequency returns how often the collection has a word, in passages and questions, or how
// often an English stop word counts as seen.
func (p *parser) frequency(word string) float64 {
	if stopWords()[word] {
		return stopWeight
	}
	n := float64(p.c.questions.words[word])
	if id, ok := p.c.lex.ids[word]; ok {
		n += float64(p.c.lex.freq[id])
	}
	return n
}

// Bounds of what is told from the words beside a word.
const (
	commonplace = 5   // a word that one question in so many holds says nothing of the others
	pairDoubt   = 1   // how many questions count as seen by chance
	mostFor     = 2.0 // the most that one word beside may speak for a word, as a logarithm
	mostAgainst = 0.5 // and against it
)

// beside returns the other words of a question, which speak for a word as far as it is
// likelier beside them than alone, going by the known questions.
func (p *parser) beside(w wording, i int) company {
	x := &p.c.questions
	var others [][]uint32
	for j, t := range w.tokens {
		if l := x.useOf(t.number).sayings.questions; j != i && len(l) > 0 && len(l)*commonplace < len(x.groups) {
			others = append(others, l)
		}
	}
	speaks := func(word string) float64 {
		list := x.useOf(p.numbers.of(p.stem(word))).sayings.questions
		if len(list) == 0 {
			return 0
		}
		sum := 0.0
		for _, other := range others {
			expected := float64(len(list)) * float64(len(other)) / float64(len(x.groups))
			v := math.Log((float64(common(list, other)) + pairDoubt) / (expected + pairDoubt))
			sum += max(-mostAgainst, min(mostFor, v))
		}
		return sum
	}
	return company{speaks, mostFor * float64(len(others))}
}

// common returns how many questions two ascending lists have in common.
func common(a, b []uint32) int {
	if len(a) > len(b) {
		a, b = b, a
	}
	n := 0
	intersect(a, b, func(_, _ int) { n++ })
	return n
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

// A vocabulary knows the words of another language, folded. It is read-only once it is
// built.
type vocabulary struct {
	speller
	byStart map[string][]string // words by their start; see [start]
}

// Weights of words of other languages, of which nobody has counted how often they occur.
const (
	foreignStopWeight = 20
	nameWeight        = 3 // of what the glossary calls a concept
	foreignWeight     = 1 // of any other word
)

// newVocabulary gathers the words of the glossary's names in a language.
func newVocabulary(g *glossary, lang string) *vocabulary {
	v := &vocabulary{speller: speller{unsure: true}, byStart: make(map[string][]string)}
	at := make(map[string]float64)
	add := func(w string, weight float64) { at[w] = max(at[w], weight) }
	for w := range foreignStopWords()[lang] {
		add(fold(w), foreignStopWeight)
	}
	for w := range asksWords()[lang] {
		add(w, foreignStopWeight)
	}
	for w := range foreignFillers()[lang] {
		add(w, foreignStopWeight)
	}
	if t := g.foreign[lang]; t != nil {
		take := func(n names, weight float64) {
			for _, list := range n {
				for _, e := range list {
					for _, w := range e.words {
						add(w, weight)
					}
				}
			}
		}
		take(t.names, nameWeight)
		take(t.words(), foreignWeight)
	}
	for w, weight := range at {
		v.byStart[start(w)] = append(v.byStart[start(w)], w)
		v.addAs(w, w, weight)
	}
	return v
}

// has reports whether a folded word is a form of one that the vocabulary has.
func (v *vocabulary) has(word string) bool {
	return slices.ContainsFunc(v.byStart[start(word)], func(w string) bool { return word == w || inflected(word, w) })
}

// nearest returns the word that a folded one was most likely meant to be.
func (v *vocabulary) nearest(word string) (string, bool) {
	if s, ok := v.slipOf(word, company{}); ok {
		return s, true
	}
	return v.slipsOf(word, company{})
}

// repairJoined returns a text of a language without spaces, folded, with those names put
// right that have one slip in them.
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

// Bounds of repair in languages without spaces, where a character says more than a letter:
// of shorter names too little is left to tell them by, and between are those whose last
// character has to be right, as the first has to be of all.
const (
	repairJoinedOnce  = 3
	repairJoinedFully = 5
)

// nearlyAt returns the longest name that a folded text begins with, but for one slip, and
// how many bytes of the text it takes. In the place of a name of three characters there may
// be two or four, but not three: one in three wrong is another word. What begins with a
// Latin letter is an abbreviation, with a word behind it perhaps, and stays.
func (g *glossary) nearlyAt(lang, text string) (name string, n int) {
	first, size := utf8.DecodeRuneInString(text)
	if first < utf8.RuneSelf {
		return "", 0
	}
	longest := repairJoinedOnce - 1
	for e := range g.at(lang, text[:size]) {
		w := e.words[0]
		length := utf8.RuneCountInString(w)
		if length <= longest {
			continue
		}
		last, _ := utf8.DecodeLastRuneInString(w)
		for take := length + 1; take >= length-1; take-- {
			window, ok := prefix(text, take)
			switch {
			case !ok || distance(window, w, 1) != 1 || g.nameWithin(lang, text, len(window)):
			case length == repairJoinedOnce && take == length:
			case (length < repairJoinedFully || take > length) && !strings.HasSuffix(window, string(last)):
			default:
				name, n, longest = w, len(window), length
			}
			if longest == length {
				break
			}
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
