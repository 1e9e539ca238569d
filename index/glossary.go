package index

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"exobot/knowledge"
)

// A glossary finds concepts in a question, in whatever words and language it names them.
// It is safe for concurrent use once it is built.
type glossary struct {
	concepts []concept
	english  map[string][]entry // first stem → English phrases that begin with it
	foreign  map[string]*tongue // by language

	vocabulary []string          // English words of terms and synonyms
	short      []string          // abbreviations of one word
	misspelt   map[string]string // word of a misspelling → of the term that was meant

	vocabularies map[string]func() *vocabulary // language → its words, for repair
}

// A concept is what the glossary knows of one thing, as stems to look for.
type concept struct {
	name   string     // the term, as its stems
	term   []string   // stems of the canonical term
	others [][]string // stems of each synonym and abbreviation

	everyday bool // an everyday word: the glossary does not define it
}

// An entry is one thing that a concept is called.
type entry struct {
	concept  int
	meanings []string // of a word that names no concept: the English words for it
	words    []string // stems, or folded words of another language
	short    bool     // an abbreviation
	wrong    bool     // a misspelling
}

// A tongue is what things are called in one other language. Names of concepts go before
// words that are none. There are tens of thousands of words, which most questions do not
// need, so those of a language are taken in when they are first asked for.
type tongue struct {
	names names
	words func() names
}

// names are entries by the start of their first word, or by their first character in a
// language without spaces.
type names map[string][]entry

// prefixLength is how many characters of a foreign word must be right before its ending
// may differ; the tables of names are keyed by them.
const prefixLength = 3

// newGlossary makes a glossary of concepts and, by language, of words that are none.
func newGlossary(concepts []*knowledge.Concept, words map[string][]knowledge.Word) *glossary {
	g := &glossary{
		english:      make(map[string][]entry),
		foreign:      make(map[string]*tongue),
		misspelt:     make(map[string]string),
		vocabularies: make(map[string]func() *vocabulary),
	}
	terms := make(map[string]int, len(concepts))
	for i, c := range concepts {
		terms[c.Term] = i
	}
	for i, c := range concepts {
		k := concept{term: stems(c.Term), everyday: c.Definition == ""}
		k.name = strings.Join(k.term, " ")
		g.addEnglish(c.Term, entry{concept: i})
		g.addVocabulary(c.Term)
		for _, s := range c.Synonyms {
			g.addEnglish(s, entry{concept: i})
			g.addVocabulary(s)
			k.others = append(k.others, stems(s))
		}
		for _, s := range c.Abbreviations {
			g.addEnglish(s, entry{concept: i, short: true})
			if tokens := tokenize(s); len(tokens) == 1 {
				g.short = append(g.short, tokens[0].word)
			}
			k.others = append(k.others, stems(s))
		}
		for _, s := range c.Misspellings {
			g.addEnglish(s, entry{concept: i, wrong: true})
			g.addMisspelt(s, c.Term)
		}
		for lang, names := range c.Names {
			for _, n := range names {
				g.tongue(lang).names.add(baseLanguage(lang), n, entry{concept: i})
			}
		}
		for _, n := range c.Not { // the longest phrase wins, so a namesake takes the question
			if other, ok := terms[n.Term]; ok {
				for _, p := range n.Phrases {
					g.addEnglish(p, entry{concept: other})
				}
			}
		}
		g.concepts = append(g.concepts, k)
	}
	listed := make(map[string][]knowledge.Word, len(words)) // by language
	for _, tag := range slices.Sorted(maps.Keys(words)) {
		lang := baseLanguage(tag)
		listed[lang] = append(listed[lang], words[tag]...)
	}
	for lang, list := range listed {
		g.tongue(lang).words = sync.OnceValue(func() names { return wordNames(lang, list) })
	}
	for lang := range foreignStopWords() {
		g.vocabularies[lang] = sync.OnceValue(func() *vocabulary { return newVocabulary(g, lang) })
	}
	return g
}

// vocabularyOf returns the words of a language other than English.
func (g *glossary) vocabularyOf(lang string) *vocabulary { return g.vocabularies[lang]() }

// hasForeign reports whether a long word is one by which another language names a concept.
func (g *glossary) hasForeign(word string) bool {
	f := fold(word)
	if len(f) <= prefixLength {
		return false
	}
	for _, t := range g.foreign {
		for _, e := range t.names[start(f)] {
			if e.words[0] == f {
				return true
			}
		}
	}
	return false
}

// wordNames takes in the words of a language.
func wordNames(lang string, words []knowledge.Word) names {
	n := make(names)
	for _, w := range words {
		n.add(lang, w.Text, entry{concept: -1, meanings: w.English})
	}
	return n
}

// tongue returns what things are called in the language of a tag.
func (g *glossary) tongue(tag string) *tongue {
	lang := baseLanguage(tag)
	if g.foreign[lang] == nil {
		g.foreign[lang] = &tongue{names: make(names), words: func() names { return nil }}
	}
	return g.foreign[lang]
}

// at returns what things are called that begin with a key; see [names].
func (g *glossary) at(lang, key string) iter.Seq[entry] {
	return func(yield func(entry) bool) {
		t := g.foreign[lang]
		if t == nil {
			return
		}
		for _, some := range [][]entry{t.names[key], t.words()[key]} {
			for _, e := range some {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// baseLanguage returns the language of a tag: of pt-BR, pt.
func baseLanguage(tag string) string {
	lang, _, _ := strings.Cut(tag, "-")
	return lang
}

// stems returns the stems of a phrase's words, stop words and all.
func stems(phrase string) []string {
	var out []string
	for _, t := range tokenize(phrase) {
		out = append(out, stem(t.word))
	}
	return out
}

func (g *glossary) addVocabulary(phrase string) {
	for _, t := range tokenize(phrase) {
		g.vocabulary = append(g.vocabulary, t.word)
	}
}

// addMisspelt notes the words of a misspelling that are not those of the term.
func (g *glossary) addMisspelt(phrase, term string) {
	wrong, right := tokenize(phrase), tokenize(term)
	if len(wrong) != len(right) {
		return
	}
	for i, w := range wrong {
		if w.word != right[i].word {
			g.misspelt[w.word] = right[i].word
		}
	}
}

func (g *glossary) addEnglish(phrase string, e entry) {
	if e.words = stems(phrase); len(e.words) > 0 {
		g.english[e.words[0]] = append(g.english[e.words[0]], e)
	}
}

// add adds an entry under a name in a language.
func (n names) add(lang, name string, e entry) {
	put := func(key string, words []string) {
		e.words = words
		n[key] = append(n[key], e)
	}
	if !spaceless(lang) {
		if words := foldedWords(name); len(words) > 0 {
			put(start(words[0]), words)
		}
		return
	}
	joined := fold(strings.Join(strings.Fields(name), ""))
	if joined == "" {
		return
	}
	_, size := utf8.DecodeRuneInString(joined)
	put(joined[:size], []string{joined})
	if typed := foldJoined(lang, name); typed != joined { // in Korean some leave a space and others do not
		put(joined[:size], []string{typed})
	}
}

// foldedWords cuts a name into folded words. Letters and spaces alone, which most names
// are, need no search for the boundaries of words.
func foldedWords(name string) []string {
	var words []string
	if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && r != ' ' }) {
		for _, t := range tokenize(name) {
			words = append(words, fold(t.word))
		}
		return words
	}
	for _, w := range strings.Fields(name) {
		words = append(words, fold(normalizeWord(w)))
	}
	return words
}

// spaceless reports whether words of the language stand without spaces, or, as in
// Korean, with their particles attached.
func spaceless(lang string) bool { return lang == "ja" || lang == "zh" || lang == "ko" }

// start returns the first prefixLength characters of a word.
func start(word string) string {
	n := 0
	for i := range word {
		if n == prefixLength {
			return word[:i]
		}
		n++
	}
	return word
}

// matchEnglish returns the longest English phrase of the glossary at the beginning of
// tokens, which carry their stems, and how many tokens it takes; 0 if there is none.
func (g *glossary) matchEnglish(text string, tokens []token) (entry, int) {
	var best entry
	for _, e := range g.english[tokens[0].stem] {
		if len(e.words) <= len(best.words) || len(e.words) > len(tokens) {
			continue
		}
		if e.short && len(e.words) == 1 && !meantShort(text, tokens[0]) {
			continue
		}
		same := true
		for i, w := range e.words {
			if tokens[i].stem != w {
				same = false
				break
			}
		}
		if same {
			best = e
		}
	}
	return best, len(best.words)
}

// meantShort reports whether a word may be an abbreviation: always, unless it is also a
// common word and was not typed in capitals ("who", "it", "us").
func meantShort(text string, t token) bool {
	if !stopWords()[t.word] && !fillers()[t.word] {
		return true
	}
	typed := text[t.start:t.end]
	return strings.ToUpper(typed) == typed && len(typed) > 1
}

// matchForeign returns the longest name of the glossary in the given language at the
// beginning of tokens, and how many tokens it takes. Words may differ in their endings.
func (g *glossary) matchForeign(lang string, tokens []token) (entry, int) {
	return matchNames(g.at(lang, start(tokens[0].folded)), tokens, saysNothing(lang, tokens[0].folded))
}

// matchConcept is matchForeign for names of concepts only.
func (g *glossary) matchConcept(lang string, tokens []token) (entry, int) {
	t := g.foreign[lang]
	if t == nil {
		return entry{}, 0
	}
	return matchNames(slices.Values(t.names[start(tokens[0].folded)]), tokens, saysNothing(lang, tokens[0].folded))
}

// matchNames returns the longest of some names at the beginning of tokens, and how many
// tokens it takes. Where the first says nothing by itself, it is no form of another word:
// "wie" is not Wien.
func matchNames(some iter.Seq[entry], tokens []token, saysNothing bool) (entry, int) {
	var best entry
	exact := false
	for e := range some {
		if len(e.words) > len(tokens) || len(e.words) < len(best.words) {
			continue
		}
		same, all := true, true
		for i, w := range e.words {
			have := tokens[i].folded
			if have != w {
				all = false
				if i == 0 && saysNothing || !inflected(have, w) {
					same = false
					break
				}
			}
		}
		if same && (len(e.words) > len(best.words) || all && !exact) {
			best, exact = e, all
		}
	}
	return best, len(best.words)
}

// inflected reports whether two words look like forms of one. Either one is the other
// with an ending, of four characters at most and shorter on short words, or they share
// three quarters of the longer one from its start.
func inflected(a, b string) bool {
	ra, rb := []rune(a), []rune(b)
	n := 0
	for n < len(ra) && n < len(rb) && ra[n] == rb[n] {
		n++
	}
	long, short := max(len(ra), len(rb)), min(len(ra), len(rb))
	if n < prefixLength {
		return false
	}
	if n == short {
		return long-n <= min(4, n-2)
	}
	return 4*n >= 3*long
}

// matchJoined finds names in a text of a language without spaces, in the order of their
// places, and returns them and what is left of the text, with a space for each name.
func (g *glossary) matchJoined(lang, text string) ([]entry, string) {
	f := foldJoined(lang, text)
	var found []entry
	var rest strings.Builder
	for i := 0; i < len(f); {
		e, n := g.nameAt(lang, f[i:])
		if n == 0 {
			_, n = utf8.DecodeRuneInString(f[i:])
			rest.WriteString(f[i : i+n])
			i += n
			continue
		}
		found = append(found, e)
		rest.WriteByte(' ')
		i += n
	}
	return found, rest.String()
}

// foldJoined folds a text of a language without spaces. Spaces that are there all the same
// go, but for Korean ones, which are between words.
func foldJoined(lang, text string) string {
	return fold(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) && lang != "ko" {
			return -1
		}
		return r
	}, text))
}

// cutsWord reports whether the n-th byte of a text is inside a word of ASCII letters.
func cutsWord(text string, n int) bool {
	letter := func(b byte) bool { return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' }
	return n < len(text) && letter(text[n-1]) && letter(text[n])
}

// nameAt returns the longest name that a folded text begins with, and its length in bytes;
// 0 if there is none.
func (g *glossary) nameAt(lang, text string) (best entry, n int) {
	_, size := utf8.DecodeRuneInString(text)
	for e := range g.at(lang, text[:size]) {
		if w := e.words[0]; len(w) > n && strings.HasPrefix(text, w) && !cutsWord(text, len(w)) {
			best, n = e, len(w)
		}
	}
	return best, n
}
