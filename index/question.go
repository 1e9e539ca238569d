package index

import (
	"cmp"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
)

// A question is what a member typed, as the ranking sees it.
type question struct {
	language string
	terms    []term
	slots    []slot
	words    []string // normalised words that carry meaning, repaired, in order
	small    []string // stop words
	text     string   // all words as typed, normalised
	asks     []string // what is asked for; see asksFor
}

// A term is a stem to look for.
type term struct {
	stem   string
	weight float64 // of one occurrence in the question; expansions and fillers weigh less
	slot   int     // -1: of no slot
}

// A slot is one thing that the question asks about: a word, or a phrase that the
// glossary knows, with everything that says the same. A passage covers a slot when it
// holds any of its terms.
type slot struct {
	weight  float64 // how much it says: the idf of its most telling term
	known   bool    // whether the collection or the glossary has it
	foreign bool    // a word of another language that the glossary lacks
	name    string  // the concept's term, or the stem
	concept int     // of the glossary, or -1
	alike   float64 // likeness to another name of the same concept, 0 to 1
	either  bool    // whether its terms are what one word may mean, not one phrase
}

// Weights of the terms of a question, against 1 for a word that the member typed.
const (
	weightFiller   = 0.2  // "show", "really"
	weightTerm     = 0.8  // the canonical term of an abbreviation, a synonym or a foreign name
	weightSynonym  = 0.2  // what else the concept is called
	weightEveryday = 0.5  // the canonical word of an everyday one, whose synonyms are looser
	weightMeaning  = 0.7  // what else a word of another language may mean
	weightLeast    = 0.03 // below, a term is left out: it takes as long as one that matters
)

// parser turns text into a question. Its parts are read-only.
type parser struct {
	c        *Collection
	glossary *glossary
	speller  *speller
}

func newParser(c *Collection, g *glossary) *parser {
	return &parser{c: c, glossary: g, speller: newSpeller(c.lex, &c.questions, g)}
}

// markup is what Discord and the web put between words: mentions, custom emoji, links.
var markup = regexp.MustCompile(`<(?:@[!&]?|#|a?:\w+:|/[^:>]*:|t:|id:)[^>\s]*>|https?://\S+|@(?:everyone|here)\b`)

// parse reads a question: its language, its words without stop words, misspelt ones
// repaired, and the concepts that the glossary finds in it.
func (p *parser) parse(text, locale string) *question {
	a := p.repair(p.analyze(markup.ReplaceAllString(text, " "), locale))
	q := &reading{parser: p, question: &question{language: a.language}, at: make(map[string]int)}
	if spaceless(q.language) {
		found, rest := p.glossary.matchJoined(q.language, a.text)
		for _, e := range found {
			q.addName(e)
		}
		rest = latin(rest)
		q.readAll(rest, p.tokens(rest))
	} else {
		q.readAll(a.text, a.tokens)
	}
	if q.language != english {
		q.asks = foreignAsksFor(q.language, a.typed, len(q.slots))
	}
	if len(q.asks) == 0 && len(q.slots) == 1 && p.subject(q.terms) {
		q.asks = []string{asksMeaning} // "exosomes?"
	}
	p.weigh(q.question)
	q.reduce()
	return q.question
}

// A wording is a text cut into words.
type wording struct {
	typed    string // without markup
	text     string // typed, or as long as that, with the elided words blotted out
	locale   string // of the asker's interface
	language string
	tokens   []token // of text
}

// analyze cuts a text into words and guesses its language.
func (p *parser) analyze(text, locale string) wording {
	a := wording{typed: text, text: text, locale: locale}
	if elided := unelide(text); elided != text && detect(elided, p.tokens(elided), locale) != english {
		a.text = elided
	}
	a.tokens = p.tokens(a.text)
	a.language = detect(a.text, a.tokens, locale)
	return a
}

// parseLines reads texts of the articles, which are English, and spelt as they should be.
func (p *parser) parseLines(lines []line) []*question {
	out := make([]*question, len(lines))
	spread(len(lines), func() func(int) {
		q := question{language: english} // its memory is used again for each
		r := reading{parser: p, question: &q, at: make(map[string]int)}
		return func(i int) {
			clear(r.at)
			q.terms, q.slots, q.words, q.small = q.terms[:0], q.slots[:0], q.words[:0], q.small[:0]
			r.readAll(lines[i].text, p.tokens(lines[i].text))
			p.weigh(&q)
			out[i] = q.clone()
		}
	})
	return out
}

// spread calls a worker's function for each number below n, on all processors. Each of them
// has a worker of its own, which makes returns.
func spread(n int, makes func() func(int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	const some = 64 // numbers that are taken at a time, so that none has to wait for another
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			do := makes()
			for {
				end := int(next.Add(some))
				for i := end - some; i < min(end, n); i++ {
					do(i)
				}
				if end >= n {
					return
				}
			}
		})
	}
	all.Wait()
}

// clone returns a copy that shares only what is not appended to.
func (q *question) clone() *question {
	c := *q
	c.terms, c.slots = slices.Clone(q.terms), slices.Clone(q.slots)
	c.words, c.small = slices.Clone(q.words), slices.Clone(q.small)
	return &c
}

// tokens cuts a text into words with their stems and folded forms.
func (p *parser) tokens(text string) []token {
	tokens := tokenize(text)
	for i := range tokens {
		t := &tokens[i]
		t.stem, t.folded = p.stem(t.word), fold(t.word)
	}
	return tokens
}

// stem returns the stem of a word, from the lexicon if that has it.
func (p *parser) stem(word string) string {
	if id, ok := p.c.lex.ids[word]; ok {
		return p.c.lex.stems[p.c.lex.stemOf[id]]
	}
	return stem(word)
}

// weightContext is how much the question before counts, for one that leans on it.
const weightContext = 0.4

// parseIn reads a question that leans on the one before it: what that asked about and
// this does not is added with less weight.
func (p *parser) parseIn(context, text, locale string) *question {
	q := p.parse(text, locale)
	if context == "" {
		return q
	}
	before := p.parse(context, locale)
	has := make(map[string]bool, len(q.terms))
	for _, t := range q.terms {
		has[t.stem] = true
	}
	at := make(map[int]int) // slot of before → slot of q
	for _, t := range before.terms {
		if has[t.stem] {
			continue
		}
		n, ok := -1, true
		if t.slot >= 0 {
			if n, ok = at[t.slot]; !ok {
				n = len(q.slots)
				at[t.slot] = n
				s := before.slots[t.slot]
				s.weight *= weightContext
				q.slots = append(q.slots, s)
			}
		}
		q.terms = append(q.terms, term{t.stem, t.weight * weightContext, n})
	}
	q.reduce()
	return q
}

// latin returns the parts of a text that are written in Latin letters and digits.
func latin(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Latin, r) || r < 0x80 {
			return r
		}
		return ' '
	}, text)
}

// A reading is a question that is being parsed.
type reading struct {
	*parser
	*question
	at map[string]int // stem → position in terms
}

// readAll takes in every token.
func (r *reading) readAll(text string, tokens []token) {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.word
	}
	r.text = strings.Join(words, " ")
	for i := 0; i < len(tokens); {
		i += r.read(text, tokens[i:])
	}
	if r.language == english {
		r.asks = asksFor(tokens, len(r.slots))
	}
}

// read takes in the first token, or the first few where they are one phrase, and returns
// how many it took.
func (r *reading) read(text string, tokens []token) int {
	w := tokens[0].word
	foreign := r.language != english
	if foreign {
		if e, n := r.glossary.matchForeign(r.language, tokens); n > 0 {
			r.addName(e)
			return n
		}
		if f := tokens[0].folded; foreignStopWords()[r.language][f] || asksWords()[r.language][f] {
			return 1
		}
	}
	if e, n := r.glossary.matchEnglish(text, tokens); n > 0 {
		r.addPhrase(e, tokens)
		return n
	}
	switch {
	case stopWords()[w]:
		r.small = append(r.small, w)
		return 1
	case fillers()[w]:
		r.addTerm(tokens[0].stem, weightFiller, -1)
		return 1
	case r.knows(w):
		r.addWord(w, 1, false)
		return 1
	}
	if len(tokens) > 1 && r.knows(w+tokens[1].word) { // "cd 63"
		r.addWord(w+tokens[1].word, 1, false)
		return 2
	}
	if letters, digits, ok := splitCode(w); ok && r.knows(letters) { // "mirna21"
		r.addWord(letters, 1, false)
		r.addWord(digits, 1, false)
		return 1
	}
	if e, n := r.anyForeign(tokens); n > 0 && !foreign && !englishWords()[w] {
		r.addConcept(e.concept, nil)
		return n
	}
	r.addWord(w, 1, foreign)
	return 1
}

// knows reports whether the collection has the word, or another form of it.
func (p *parser) knows(word string) bool {
	if _, ok := p.c.lex.ids[word]; ok {
		return true
	}
	s := p.stem(word)
	_, ok := p.c.lex.stemIDs[s]
	return ok || p.c.questions.stems[s]
}

// subject reports whether a question names what the whole collection is about, and nothing
// else.
func (p *parser) subject(terms []term) bool {
	return !slices.ContainsFunc(terms, func(t term) bool { return t.weight > weightTerm && !p.c.subject(t.stem) })
}

// anyForeign looks a word up among the names of concepts in every language: short questions often
// hold no stop word that would tell theirs.
func (r *reading) anyForeign(tokens []token) (entry, int) {
	for _, lang := range []string{"es", "de", "fr", "pt", "it", "pl", "tr", "ru", "ar"} {
		e, n := r.glossary.matchConcept(lang, tokens)
		if n > 0 && len(tokens[0].word) > prefixLength {
			return e, n
		}
	}
	return entry{}, 0
}

// addWord adds a word of the question with a slot of its own.
func (r *reading) addWord(word string, weight float64, foreign bool) {
	r.words = append(r.words, word)
	s := r.stem(word)
	if i, ok := r.at[s]; ok && r.terms[i].slot >= 0 {
		r.terms[i].weight += weight
		return
	}
	r.slots = append(r.slots, slot{name: s, known: r.knows(word), foreign: foreign, concept: -1})
	r.addTerm(s, weight, len(r.slots)-1)
}

// addPhrase adds a concept that the question names in English: the words as typed weigh
// most, and the canonical term where it differs comes next. Words that the collection does
// not have, such as a misspelling that the glossary lists, give way to the canonical term.
func (r *reading) addPhrase(e entry, tokens []token) {
	var typed []string
	known := false
	for _, t := range tokens[:len(e.words)] {
		typed = append(typed, t.word)
		known = known || r.knows(t.word)
	}
	if !known {
		typed = nil
	}
	r.addConcept(e.concept, typed)
}

// addConcept adds a slot for a concept with the words that the member typed, if they
// were English, the concept's canonical term, and its other names.
func (r *reading) addConcept(concept int, typed []string) {
	k := r.glossary.concepts[concept]
	at := len(r.slots)
	r.slots = append(r.slots, slot{name: k.name, known: true, concept: concept, alike: weightTerm})
	for _, w := range typed {
		r.words = append(r.words, w)
		if !stopWords()[w] {
			r.addTerm(r.stem(w), 1, at)
		}
	}
	weight, others := weightTerm, weightSynonym
	if k.everyday {
		weight, others = weightEveryday, weightEveryday/4
		r.slots[at].alike = weightEveryday
	}
	if len(typed) == 0 {
		weight = 1
		r.words = append(r.words, k.term...)
	}
	for _, s := range k.term {
		if !stopWords()[s] {
			r.addTerm(s, weight, at)
		}
	}
	for _, other := range k.others {
		for _, s := range other {
			if !stopWords()[s] {
				r.addTerm(s, others/float64(len(other)), at)
			}
		}
	}
	if !slices.ContainsFunc(r.terms, func(t term) bool { return t.slot == at }) { // said twice
		r.slots = r.slots[:at]
	}
}

// addName adds what another language has a name for.
func (r *reading) addName(e entry) {
	if e.meanings != nil {
		r.addMeanings(e.meanings)
		return
	}
	r.addConcept(e.concept, nil)
}

// addMeanings adds a slot for a word of another language with what it may mean.
func (r *reading) addMeanings(meanings [][]string) {
	s, at := slot{name: strings.Join(meanings[0], " "), concept: -1, either: true}, len(r.slots)
	r.words = append(r.words, meanings[0]...)
	weight := 1.0
	for _, meaning := range meanings {
		for _, stem := range meaning {
			if _, said := r.at[stem]; said || stopWords()[stem] {
				continue
			}
			s.known = s.known || r.knows(stem)
			r.addTerm(stem, weight, at)
		}
		weight = weightMeaning
	}
	if slices.ContainsFunc(r.terms, func(t term) bool { return t.slot == at }) {
		r.slots = append(r.slots, s)
	}
}

// addTerm adds a term, or, where the question has it already, raises its weight to the
// greater of the two.
func (r *reading) addTerm(stem string, weight float64, slot int) {
	if i, ok := r.at[stem]; ok {
		t := &r.terms[i]
		t.weight = max(t.weight, weight)
		if t.slot < 0 {
			t.slot = slot
		}
		return
	}
	r.at[stem] = len(r.terms)
	r.terms = append(r.terms, term{stem, weight, slot})
}

// weigh lets no expansion say more than the word that it expands ("exo" is rare, but says
// no more than "exosome"), and gives each slot the idf of its most telling term; a slot
// that nothing in the collection speaks of gets the greatest there is.
func (p *parser) weigh(q *question) {
	n := p.c.Len()
	typed := make([]float64, len(q.slots)) // greatest idf of what was typed, by slot
	for _, t := range q.terms {
		if df := p.c.lex.documents(t.stem); t.slot >= 0 && df > 0 && t.weight > weightTerm {
			typed[t.slot] = max(typed[t.slot], idf(df, n))
		}
	}
	for i := range q.terms {
		t := &q.terms[i]
		if df := p.c.lex.documents(t.stem); t.slot >= 0 && df > 0 && t.weight <= weightTerm && typed[t.slot] > 0 {
			t.weight *= min(1, typed[t.slot]/idf(df, n))
		}
	}
	q.terms = slices.DeleteFunc(q.terms, func(t term) bool { return t.weight < weightLeast })
	for _, t := range q.terms {
		if t.slot < 0 {
			continue
		}
		if df := p.c.lex.documents(t.stem); df > 0 && t.weight > weightSynonym {
			s := &q.slots[t.slot]
			s.weight = max(s.weight, idf(df, n))
		}
	}
	for i := range q.slots {
		if s := &q.slots[i]; s.weight == 0 {
			s.weight = idf(0, n)
		}
	}
}

// maxSlots is how many things a question can ask about at once; of a longer one the most
// telling count. It bounds the cost of a question as well.
const maxSlots = 24

// reduce keeps the slots that say most, and their terms, of a question with too many.
func (q *question) reduce() {
	if len(q.slots) <= maxSlots {
		return
	}
	order := make([]int, len(q.slots))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := q.slots[a], q.slots[b]
		if x.known != y.known { // what nothing here knows goes first
			if x.known {
				return -1
			}
			return 1
		}
		return cmp.Compare(y.weight, x.weight)
	})
	kept := order[:maxSlots]
	slices.Sort(kept)
	at := make(map[int]int, maxSlots)
	slots := make([]slot, 0, maxSlots)
	for _, i := range kept {
		at[i] = len(slots)
		slots = append(slots, q.slots[i])
	}
	terms := q.terms[:0]
	for _, t := range q.terms {
		if i, ok := at[t.slot]; ok {
			t.slot = i
			terms = append(terms, t)
		}
	}
	q.slots, q.terms = slots, terms
	stems := make(map[string]bool, len(terms))
	for _, t := range terms {
		stems[t.stem] = true
	}
	q.words = slices.DeleteFunc(q.words, func(w string) bool { return !stems[stem(w)] })
}

// pairs returns the stems that stand side by side in the question.
func (q *question) pairs() [][2]string {
	var out [][2]string
	for i := 1; i < len(q.words); i++ {
		p := [2]string{stem(q.words[i-1]), stem(q.words[i])}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// termsOf returns the terms of a slot, the one that was typed first.
func (q *question) termsOf(slot int) []term {
	var out []term
	for _, t := range q.terms {
		if t.slot == slot {
			out = append(out, t)
		}
	}
	return out
}
