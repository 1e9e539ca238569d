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
	"unicode/utf8"
)

// A question is what a member typed, as the ranking sees it.
type question struct {
	language  string
	terms     []term
	slots     []slot
	words     []string // normalised words that carry meaning, repaired, in order
	stems     []string // of words
	small     []string // stop words
	text      string   // all words, repaired and normalised; empty in a language without spaces
	asks      []string // what is asked for; see asksFor
	code      bool     // whether it names a code, as CD63 is one, that nothing here has
	onSubject bool     // whether it names what the whole collection is about
}

// A term is a stem to look for.
type term struct {
	stem   string
	weight float64 // of one occurrence in the question; expansions and fillers weigh less
	slot   int     // -1: of no slot
	number stemNumber
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
	numbers  *stemNumbers
	idfs     []float64 // among the documents, by number of a stem that any of them holds
	concepts []wordedConcept
}

// A wordedConcept is a concept of the glossary as it is added to a question.
type wordedConcept struct {
	words, stems []string    // of its term, for [question]
	terms        []expansion // of its term, without stop words
	others       []expansion // of what else it is called
}

// An expansion is a stem that a question does not hold.
type expansion struct {
	stem   string
	number stemNumber
	among  float64 // how many words the phrase has that it is of
}

func newParser(c *Collection, g *glossary) *parser {
	p := &parser{c: c, glossary: g, speller: newSpeller(c.lex, &c.questions, g), numbers: newStemNumbers(c.lex, c.questions.stems)}
	p.idfs = make([]float64, len(c.lex.stems)+1)
	for i, df := range c.lex.stemDF {
		p.idfs[i+1] = idf(int(df), c.Len())
	}
	p.concepts = make([]wordedConcept, len(g.concepts))
	expand := func(to []expansion, phrase []string) []expansion {
		for _, s := range phrase {
			if !stopWords()[s] {
				to = append(to, expansion{s, p.numbers.add(s), float64(len(phrase))})
			}
		}
		return to
	}
	for i, k := range g.concepts {
		w := &p.concepts[i]
		w.words = k.term
		for _, s := range k.term {
			w.stems = append(w.stems, stem(s))
		}
		w.terms = expand(nil, k.term)
		for _, other := range k.others {
			w.others = expand(w.others, other)
		}
	}
	return p
}

// idf returns the idf of a stem among the documents, 0 if none of them holds it.
func (p *parser) idf(n stemNumber) float64 {
	if int(n) < len(p.idfs) {
		return p.idfs[n]
	}
	return 0
}

// markup is what Discord and the web put between words: mentions, also those that are typed,
// emoji by their names, links.
var markup = regexp.MustCompile(`<(?:@[!&]?|#|a?:\w+:|/[^:>]*:|t:|id:)[^>\s]*>|https?://\S+|@(?:everyone|here)\b|(?:^|[\s(,])@[A-Za-z_][\w.]*|(?:^|[\s:]):[\w+-]{2,}:`)

// parse reads a question: its language, its words without stop words, misspelt ones
// repaired, and the concepts that the glossary finds in it.
func (p *parser) parse(text, locale string) *question {
	if strings.ContainsAny(text, "<@:") { // without one of which there is no markup
		text = markup.ReplaceAllString(text, " ")
	}
	a := p.repair(p.analyze(text, locale))
	q := &reading{parser: p, question: &question{language: a.language, terms: make([]term, 0, 2*len(a.tokens))}}
	if spaceless(q.language) {
		found, rest := p.glossary.matchJoined(q.language, a.text)
		for _, e := range found {
			q.addName(e)
		}
		rest = latin(rest)
		q.readAll(rest, p.tokens(rest, nil))
		q.text = "" // what is left is not the question
	} else {
		q.readAll(a.text, a.tokens)
	}
	if q.language != english {
		q.asks = foreignAsksFor(q.language, a.typed, len(q.slots))
	}
	if len(q.asks) == 0 && len(q.slots) == 1 && p.subject(q.terms) && (q.text == "" || len(strings.Fields(q.text)) == len(q.words)) {
		q.asks = []string{asksMeaning} // "exosomes?", but not "can you see exosomes?"
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
	if elided := unelide(text); elided != text && detect(elided, p.tokens(elided, nil), locale, p.worded) != english {
		a.text = elided
	}
	a.tokens = p.tokens(a.text, nil)
	a.language = detect(a.text, a.tokens, locale, p.worded)
	if a.language == english {
		if short := withoutAsides(a.tokens); len(short) < len(a.tokens) && !p.c.questions.lists(joinWords(a.tokens)) {
			a.tokens = short
		}
	}
	return a
}

// worded returns how much a word speaks for each language: 2 if the glossary has it in that
// language, alone or at the beginning of a name, 1 if it looks like a form of one that it
// has, and 0 if it is a word of everyday English, of the articles or of the known questions, too.
func (p *parser) worded(t token) (speaks tally) {
	if first, _ := utf8.DecodeRuneInString(t.word); t.kind&(isStop|isFiller|isKnown) != 0 || !unicode.IsLetter(first) || englishWords()[t.word] || p.c.questions.words[t.word] > 0 {
		return speaks
	}
	key, long := start(t.folded), utf8.RuneCountInString(t.folded) > 2*prefixLength
	for i, lang := range latinLanguages {
		for e := range p.glossary.at(lang, key) {
			if w := e.words[0]; w == t.folded {
				speaks[i] = 2
				break
			} else if long && inflected(t.folded, w) {
				speaks[i] = 1
			}
		}
	}
	return speaks
}

// A lineParser reads texts of the articles, which are English, and spelt as they should be.
// It has a worker for each processor.
type lineParser []reading

func newLineParser(p *parser) lineParser {
	l := make(lineParser, runtime.GOMAXPROCS(0))
	for i := range l {
		l[i] = reading{parser: p, question: &question{language: english}, seen: make(map[string]token)}
	}
	return l
}

// parse returns the questions that lines are.
func (l lineParser) parse(lines []line) []*question {
	out := make([]*question, len(lines))
	spread(len(lines), len(l), func(worker int) func(int) {
		r := l[worker]
		return func(i int) {
			q := r.question // its memory is used again for each
			q.code = false
			q.terms, q.slots, q.words, q.stems, q.small = q.terms[:0], q.slots[:0], q.words[:0], q.stems[:0], q.small[:0]
			r.readAll(lines[i].text, r.tokens(lines[i].text, r.seen))
			r.weigh(q)
			out[i] = q.clone()
		}
	})
	return out
}

// spread calls a worker's function for each number below n. The workers, which makes
// returns, work side by side.
func spread(n, workers int, makes func(worker int) func(int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	const some = 64 // numbers that are taken at a time, so that none has to wait for another
	for worker := range workers {
		all.Go(func() {
			do := makes(worker)
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
	words := slices.Concat(q.words, q.stems, q.small)
	n := len(q.words)
	c.words, c.stems, c.small = words[:n:n], words[n:2*n:2*n], words[2*n:]
	return &c
}

// tokens cuts a text into words with what is known of them. What it finds out it looks up in
// seen and puts there, by the words as they are written, unless that is nil.
func (p *parser) tokens(text string, seen map[string]token) []token {
	tokens := make([]token, 0, len(text)/bytesPerWord+1)
	eachWord(text, func(start, end int) {
		t, ok := seen[text[start:end]]
		if !ok {
			t = p.token(normalizeWord(text[start:end]))
			if seen != nil {
				seen[text[start:end]] = t
			}
		}
		t.start, t.end = start, end
		tokens = append(tokens, t)
	})
	return tokens
}

// token returns a word with what is known of it.
func (p *parser) token(word string) token {
	t := token{word: word, stem: p.stem(word), folded: fold(word)}
	t.number = p.numbers.of(t.stem)
	if stopWords()[word] {
		t.kind |= isStop
	}
	if fillers()[word] {
		t.kind |= isFiller
	}
	if t.number > 0 && t.number <= p.numbers.known {
		t.kind |= isKnown
	}
	if len(p.glossary.english[t.stem]) > 0 {
		t.kind |= beginsPhrase
	}
	return t
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
	q.onSubject = q.onSubject || before.onSubject
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
		q.terms = append(q.terms, term{t.stem, t.weight * weightContext, n, t.number})
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
	seen map[string]token // see tokens
	at   map[string]int   // stem → position in terms, where they are more than fewTerms
}

// fewTerms is how many terms are looked through one by one: nearly all questions have fewer,
// and a long message has thousands.
const fewTerms = 64

// find returns the position of a stem in the terms, or -1. Their numbers would not do: a
// stem may have got its own since one of the two was looked up.
func (r *reading) find(stem string) int {
	if len(r.terms) > fewTerms {
		if i, ok := r.at[stem]; ok {
			return i
		}
		return -1
	}
	for i := range r.terms {
		if r.terms[i].stem == stem {
			return i
		}
	}
	return -1
}

// readAll takes in every token.
func (r *reading) readAll(text string, tokens []token) {
	r.text = joinWords(tokens)
	for i := 0; i < len(tokens); {
		i += r.read(text, tokens[i:])
	}
	if r.language == english {
		r.asks = asksFor(tokens, len(r.slots))
	}
}

// joinWords returns the words of tokens with spaces between them.
func joinWords(tokens []token) string {
	n := 0
	for i := range tokens {
		n += len(tokens[i].word) + 1
	}
	var words strings.Builder
	words.Grow(n)
	for i := range tokens {
		if i > 0 {
			words.WriteByte(' ')
		}
		words.WriteString(tokens[i].word)
	}
	return words.String()
}

// read takes in the first token, or the first few where they are one phrase, and returns
// how many it took.
func (r *reading) read(text string, tokens []token) int {
	w := tokens[0].word
	foreign := r.language != english
	if foreign {
		e, n := r.glossary.matchForeign(r.language, tokens)
		if n > 0 && !(n == 1 && e.meanings != nil && foreignFillers()[r.language][tokens[0].folded]) {
			r.addName(e)
			return n
		}
		if saysNothing(r.language, tokens[0].folded) {
			return 1
		}
	}
	first := tokens[0]
	if first.kind&beginsPhrase != 0 {
		if e, n := r.glossary.matchEnglish(text, tokens); n > 0 {
			r.addPhrase(e, tokens)
			return n
		}
	}
	switch {
	case first.kind&isStop != 0:
		r.small = append(r.small, w)
		return 1
	case first.kind&isFiller != 0:
		r.addTerm(first.stem, first.number, weightFiller, -1)
		return 1
	case first.kind&isKnown != 0:
		r.addWord(first, false)
		return 1
	}
	if len(tokens) > 1 && r.knows(w+tokens[1].word) { // "cd 63"
		r.addWord(r.token(w+tokens[1].word), false)
		return 2
	}
	if letters, digits, ok := splitCode(w); ok && r.knows(letters) { // "mirna21"
		r.code = r.code || !r.knows(digits)
		r.addWord(r.token(letters), false)
		r.addWord(r.token(digits), false)
		return 1
	}
	if !foreign && !englishWords()[w] && r.c.questions.words[w] == 0 { // which may be in questions that nothing here answers
		if e, n := r.anyForeign(tokens); n > 0 {
			r.addConcept(e.concept, nil)
			return n
		}
	}
	r.code = r.code || looksLikeCode(w) || isNumber(w) && hyphened(text[:first.start])
	r.addWord(first, foreign)
	return 1
}

// looksLikeCode reports whether a word begins with a letter and has a digit in it.
func looksLikeCode(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.IsLetter(first) && strings.ContainsFunc(word, unicode.IsDigit)
}

// hyphened reports whether a text ends with a letter and a hyphen: "miR-".
func hyphened(text string) bool {
	before, ok := strings.CutSuffix(text, "-")
	last, _ := utf8.DecodeLastRuneInString(before)
	return ok && unicode.IsLetter(last)
}

// isNumber reports whether a word is made of digits.
func isNumber(word string) bool {
	return strings.IndexFunc(word, func(r rune) bool { return !unicode.IsDigit(r) }) < 0
}

// knows reports whether the collection has the word, or another form of it.
func (p *parser) knows(word string) bool {
	if _, ok := p.c.lex.ids[word]; ok {
		return true
	}
	n := p.numbers.of(p.stem(word))
	return n > 0 && n <= p.numbers.known
}

// subject reports whether a question names what the whole collection is about, and nothing
// else.
func (p *parser) subject(terms []term) bool {
	return !slices.ContainsFunc(terms, func(t term) bool { return t.weight > weightTerm && !p.c.subject(t.stem) })
}

// anyForeign looks a word up among the names of concepts in every language: short questions often
// hold no stop word that would tell theirs.
func (r *reading) anyForeign(tokens []token) (entry, int) {
	for _, lang := range append(latinLanguages[:], "ru", "ar") {
		e, n := r.glossary.matchConcept(lang, tokens)
		if n > 0 && utf8.RuneCountInString(tokens[0].word) > prefixLength && nearlySame(tokens, e.words) {
			return e, n
		}
	}
	return entry{}, 0
}

// nearlySame reports whether the tokens are the words but for a letter or two at the end of
// some, which does not make the name of another thing.
func nearlySame(tokens []token, words []string) bool {
	for i, w := range words {
		have := tokens[i].folded
		x, y := endings(have, w)
		if min(x, y) > 1 || max(x, y) > 2 || !strings.HasSuffix(w, namingEnding(have)) {
			return false
		}
	}
	return true
}

// addWord adds a word of the question with a slot of its own.
func (r *reading) addWord(t token, foreign bool) {
	r.words, r.stems = append(r.words, t.word), append(r.stems, t.stem)
	if i := r.find(t.stem); i >= 0 && r.terms[i].slot >= 0 {
		r.terms[i].weight++
		return
	}
	r.slots = append(r.slots, slot{name: t.stem, known: t.kind&isKnown != 0, foreign: foreign, concept: -1})
	r.addTerm(t.stem, t.number, 1, len(r.slots)-1)
}

// addPhrase adds a concept that the question names in English: the words as typed weigh
// most, and the canonical term where it differs comes next. Words that the collection does
// not have, such as a misspelling that the glossary lists, give way to the canonical term.
func (r *reading) addPhrase(e entry, tokens []token) {
	typed := tokens[:len(e.words)]
	if !slices.ContainsFunc(typed, func(t token) bool { return t.kind&isKnown != 0 }) {
		typed = nil
	}
	r.addConcept(e.concept, typed)
}

// addConcept adds a slot for a concept with the words that the member typed, if they
// were English, the concept's canonical term, and its other names.
func (r *reading) addConcept(concept int, typed []token) {
	k, worded := &r.glossary.concepts[concept], &r.concepts[concept]
	at := len(r.slots)
	r.slots = append(r.slots, slot{name: k.name, known: true, concept: concept, alike: weightTerm})
	for _, t := range typed {
		r.words, r.stems = append(r.words, t.word), append(r.stems, t.stem)
		if t.kind&isStop == 0 {
			r.addTerm(t.stem, t.number, 1, at)
		}
	}
	weight, others := weightTerm, weightSynonym
	if k.everyday {
		weight, others = weightEveryday, weightEveryday/4
		r.slots[at].alike = weightEveryday
	}
	if len(typed) == 0 {
		weight = 1
		r.words, r.stems = append(r.words, worded.words...), append(r.stems, worded.stems...)
	}
	for _, e := range worded.terms {
		r.addTerm(e.stem, e.number, weight, at)
	}
	for _, e := range worded.others {
		r.addTerm(e.stem, e.number, others/e.among, at)
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
func (r *reading) addMeanings(meanings []string) {
	first := stems(meanings[0])
	s, at := slot{name: strings.Join(first, " "), concept: -1, either: true}, len(r.slots)
	for _, w := range first {
		r.words, r.stems = append(r.words, w), append(r.stems, r.stem(w))
	}
	weight := 1.0
	for _, meaning := range meanings {
		for _, stem := range stems(meaning) {
			n := r.numbers.of(stem)
			if r.find(stem) >= 0 || stopWords()[stem] {
				continue
			}
			s.known = s.known || r.knows(stem)
			r.addTerm(stem, n, weight, at)
		}
		weight = weightMeaning
	}
	if slices.ContainsFunc(r.terms, func(t term) bool { return t.slot == at }) {
		r.slots = append(r.slots, s)
	}
}

// addTerm adds a term, or, where the question has it already, raises its weight to the
// greater of the two.
func (r *reading) addTerm(stem string, n stemNumber, weight float64, slot int) {
	if i := r.find(stem); i >= 0 {
		t := &r.terms[i]
		t.weight = max(t.weight, weight)
		if t.slot < 0 {
			t.slot = slot
		}
		return
	}
	r.terms = append(r.terms, term{stem, weight, slot, n})
	switch {
	case len(r.terms) == fewTerms+1:
		r.at = make(map[string]int, 2*fewTerms)
		for i, t := range r.terms {
			r.at[t.stem] = i
		}
	case len(r.terms) > fewTerms:
		r.at[stem] = len(r.terms) - 1
	}
}

// weigh lets no expansion say more than the word that it expands ("exo" is rare, but says
// no more than "exosome"), and gives each slot the idf of its most telling term; a slot
// that nothing in the collection speaks of gets the greatest there is. It notes whether what
// the whole collection is about is named, which has next to no idf.
func (p *parser) weigh(q *question) {
	typed := make([]float64, len(q.slots)) // greatest idf of what was typed, by slot
	for _, t := range q.terms {
		if t.slot >= 0 && t.weight > weightTerm {
			typed[t.slot] = max(typed[t.slot], p.idf(t.number))
		}
	}
	for i := range q.terms {
		t := &q.terms[i]
		if v := p.idf(t.number); t.slot >= 0 && v > 0 && t.weight <= weightTerm && typed[t.slot] > 0 {
			t.weight *= min(1, typed[t.slot]/v)
		}
	}
	q.terms = slices.DeleteFunc(q.terms, func(t term) bool { return t.weight < weightLeast })
	for _, t := range q.terms {
		if t.slot < 0 {
			continue
		}
		if t.weight > weightSynonym {
			s := &q.slots[t.slot]
			s.weight = max(s.weight, p.idf(t.number))
		}
	}
	for i := range q.slots {
		if s := &q.slots[i]; s.weight == 0 {
			s.weight = idf(0, p.c.Len())
		}
	}
	q.onSubject = slices.ContainsFunc(q.terms, func(t term) bool { return t.weight > weightSynonym && p.c.subject(t.stem) })
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
	q.stems = slices.DeleteFunc(q.stems, func(s string) bool { return !stems[s] })
}

// pairs returns the stems that stand side by side in the question.
func (q *question) pairs() [][2]string {
	out := make([][2]string, 0, len(q.stems))
	for i := 1; i < len(q.stems); i++ {
		p := [2]string{q.stems[i-1], q.stems[i]}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}
