package bot

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"exobot/knowledge"
)

// ChoiceUnits is how long the text and the value of a [Choice] can be, in UTF-16 units:
// as long as Discord takes.
const ChoiceUnits = 100

// A Choice is offered to somebody who is still typing.
type Choice struct {
	Text  string // what is shown
	Value string // what comes back when it is picked
}

// A Pick is what somebody picked from the choices: a section, and the question or heading
// under which it was offered.
type Pick struct {
	Section knowledge.SectionRef
	Text    string
}

// offeredQuestions is how many of the questions that a section lists are offered word for
// word: the first, which an editor writes as anybody would ask. Those behind them are half
// a story, or a few odd words, and lead to the section by its heading.
const offeredQuestions = 30

// A Suggester completes questions and topics from what a library holds: the questions
// that its sections answer, their headings, and the terms of the glossary. It finds
// words by their beginning, in spite of typing errors, and by what else the glossary
// calls them. It never changes, so it is safe for concurrent use.
type Suggester struct {
	lib      *knowledge.Library
	sections matcher
	topics   matcher
	byText   map[string]Pick
	titles   map[string]knowledge.ArticleID
}

// NewSuggester returns a suggester for a library. It takes some milliseconds for a
// library of a few thousand questions.
func NewSuggester(lib *knowledge.Library) *Suggester {
	s := &Suggester{lib: lib, byText: make(map[string]Pick), titles: make(map[string]knowledge.ArticleID)}
	s.sections.names = conceptNames(lib.Glossary)
	s.topics.names = s.sections.names
	for _, a := range lib.Articles {
		s.topics.add(a.ID, knowledge.SectionRef{Article: a.ID}, shown(a.Title), "", string(a.ID))
		s.titles[folded(shown(a.Title))] = a.ID
		for section := range a.All() {
			if len(section.Passages) == 0 && len(section.Sections) == 0 {
				continue
			}
			about := ""
			if folded(section.Heading) != folded(a.Title) {
				about = a.Title
			}
			for i, q := range section.Questions {
				if i < offeredQuestions && knowledge.Units(q) <= ChoiceUnits {
					s.offer(section.Ref(), q, "", key(section.Ref(), i))
				} else {
					s.recognise(section.Ref(), q, labelled(section.Heading, about))
				}
			}
			s.offer(section.Ref(), section.Heading, about, key(section.Ref(), -1))
		}
	}
	for i, concept := range lib.Glossary {
		if p := lib.Definition(i); p != nil {
			s.offer(p.Ref, concept.Term, "", key(p.Ref, -1))
		}
	}
	s.sections.index()
	s.topics.index()
	return s
}

// offer adds a way to a section: a question or a heading. Of two with the same text the
// first is kept.
func (s *Suggester) offer(ref knowledge.SectionRef, text, about, value string) {
	label := labelled(text, about)
	name := folded(label)
	if _, taken := s.byText[name]; taken || name == "" {
		return
	}
	s.byText[name] = Pick{ref, text}
	if knowledge.Units(value) > ChoiceUnits {
		value = label // which picks the section as well
	}
	s.sections.add(ref.Article, ref, label, about, value)
}

// recognise adds a question that leads to a section, which is then offered by its label.
func (s *Suggester) recognise(ref knowledge.SectionRef, question, label string) {
	value := key(ref, -1)
	if knowledge.Units(value) > ChoiceUnits {
		value = label // which picks the section as well
	}
	s.sections.add(ref.Article, ref, question, "", value)
	e := &s.sections.entries[len(s.sections.entries)-1]
	e.Text, e.led = label, true
}

// labelled returns what is shown of something that is about something else, which may be "".
func labelled(text, about string) string {
	if about != "" {
		text += " · " + about
	}
	return shown(text)
}

// Questions returns at most limit choices of sections, best first and one a section, for
// what has been typed so far. Unless article is empty they are of that article only.
// Where nothing has been typed they show what there is.
func (s *Suggester) Questions(typed string, article knowledge.ArticleID, limit int) []Choice {
	if s == nil {
		return nil
	}
	if folded(typed) == "" {
		return s.sections.sample(article, limit)
	}
	return s.sections.find(typed, article, limit)
}

// Topics returns at most limit choices of articles, best first, for what has been typed
// so far. Their values are ids of articles.
func (s *Suggester) Topics(typed string, limit int) []Choice {
	if s == nil {
		return nil
	}
	if folded(typed) == "" {
		return s.topics.sample("", limit)
	}
	return s.topics.find(typed, "", limit)
}

// Pick returns the section that a value of [Suggester.Questions] stands for. Clients may
// send the text of a choice in place of its value. A value of a section that is gone is
// a pick too; any other text is none.
func (s *Suggester) Pick(value string) (Pick, bool) {
	if s == nil {
		return Pick{}, false
	}
	if rest, ok := strings.CutPrefix(value, keyVersion); ok {
		address, number, numbered := strings.Cut(rest, "#")
		ref, err := knowledge.ParseSectionRef(address)
		if err != nil {
			return Pick{}, false
		}
		p := Pick{Section: ref}
		section := s.lib.Section(ref)
		if section == nil {
			return p, true
		}
		p.Text = section.Heading
		if i, err := strconv.Atoi(number); numbered && err == nil && i >= 0 && i < len(section.Questions) {
			p.Text = section.Questions[i]
		}
		return p, true
	}
	p, ok := s.byText[folded(value)]
	return p, ok
}

// Topic returns the article that a value of [Suggester.Topics] stands for. Its title and
// what somebody typed without picking anything will do, too.
func (s *Suggester) Topic(value string) (knowledge.ArticleID, bool) {
	if s == nil {
		return "", false
	}
	if s.lib.Article(knowledge.ArticleID(value)) != nil {
		return knowledge.ArticleID(value), true
	}
	if id, ok := s.titles[folded(value)]; ok {
		return id, true
	}
	if near := s.topics.find(value, "", 1); len(near) > 0 {
		return knowledge.ArticleID(near[0].Value), true
	}
	return "", false
}

// keyVersion begins the value that stands for a section. Its number changes when the
// form of what follows does: article/section, and #n for its nth question.
const keyVersion = "§1:"

func key(ref knowledge.SectionRef, question int) string {
	value := keyVersion + ref.String()
	if question >= 0 {
		value += "#" + strconv.Itoa(question)
	}
	return value
}

// shown returns text as a choice shows it: on one line, and cut off where it is too long.
func shown(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if knowledge.Units(text) <= ChoiceUnits {
		return text
	}
	units, end := 1, 0 // the ellipsis is one
	for i, r := range text {
		if units += knowledge.Units(string(r)); units > ChoiceUnits {
			break
		}
		if r == ' ' {
			end = i
		}
	}
	if end == 0 { // one long word
		units = 1
		for i, r := range text {
			if units += knowledge.Units(string(r)); units > ChoiceUnits {
				end = i
				break
			}
		}
	}
	return strings.TrimRight(text[:end], " ") + "…"
}

// folded returns the words of text in a form in which they are compared.
func folded(text string) string { return strings.Join(foldedWords(text), " ") }

// foldedWords returns the words of text in lower case, without accents and punctuation.
// In a script without spaces every character is a word.
func foldedWords(text string) []string {
	var words []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, string(word))
			word = word[:0]
		}
	}
	for _, r := range norm.NFKD.String(strings.ToLower(text)) {
		switch {
		case unicode.Is(unicode.Mn, r) && r < 0x0370: // accents of Latin letters
		case r == '\'' || r == '’':
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			flush()
			words = append(words, string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			word = append(word, r)
		default:
			flush()
		}
	}
	flush()
	return words
}

// Bounds of a completion: nobody types more while choosing, and what follows says little.
const (
	maxTypedBytes = 512
	maxTypedWords = 16
	maxNameWords  = 5 // of a name in the glossary
)

// conceptNames returns the concept of each name in the glossary, in folded words.
func conceptNames(glossary []*knowledge.Concept) map[string]int {
	names := make(map[string]int)
	for i, c := range glossary {
		all := slices.Concat([]string{c.Term}, c.Synonyms, c.Abbreviations, c.Misspellings)
		for _, lang := range c.Names {
			all = append(all, lang...)
		}
		for _, name := range all {
			name = folded(name)
			if _, taken := names[name]; !taken && name != "" {
				names[name] = i
			}
		}
	}
	return names
}

// A matcher finds texts by some of their words.
type matcher struct {
	names    map[string]int // concept of a name
	entries  []choiceEntry
	postings map[string][]int32 // entries that hold a word or a concept, ascending
	words    []string           // that entries hold, sorted
	trigrams map[string][]int32 // positions in words
}

type choiceEntry struct {
	Choice
	article knowledge.ArticleID
	ref     knowledge.SectionRef
	folded  string
	words   int
	led     bool // whether it is offered under another text than its own
}

// add adds a text. What it is about counts as little as the end of a long text.
func (m *matcher) add(article knowledge.ArticleID, ref knowledge.SectionRef, text, about, value string) {
	words := foldedWords(text)
	e := choiceEntry{Choice: Choice{text, value}, article: article, ref: ref, folded: strings.Join(words, " "), words: len(words)}
	e.words += 2 * len(foldedWords(about))
	m.entries = append(m.entries, e)
}

// index makes the texts that were added findable.
func (m *matcher) index() {
	m.postings = make(map[string][]int32)
	m.trigrams = make(map[string][]int32)
	for i := range m.entries {
		words := strings.Fields(m.entries[i].folded)
		terms := slices.Clone(words)
		for _, span := range m.concepts(words) {
			terms = append(terms, conceptTerm(span.concept))
		}
		for _, term := range terms {
			if list := m.postings[term]; len(list) == 0 || list[len(list)-1] != int32(i) {
				m.postings[term] = append(list, int32(i))
			}
		}
	}
	for word := range m.postings {
		if word[0] != conceptMark {
			m.words = append(m.words, word)
		}
	}
	slices.Sort(m.words)
	for i, word := range m.words {
		for _, g := range trigrams(word) {
			m.trigrams[g] = append(m.trigrams[g], int32(i))
		}
	}
}

const conceptMark = 0

func conceptTerm(concept int) string { return string(rune(conceptMark)) + strconv.Itoa(concept) }

// A conceptSpan is where a name of a concept stands among words.
type conceptSpan struct{ start, end, concept int }

// concepts returns the longest names of concepts in words, from left to right.
func (m *matcher) concepts(words []string) []conceptSpan {
	var found []conceptSpan
	for start := 0; start < len(words); start++ {
		for end := min(len(words), start+maxNameWords); end > start; end-- {
			if c, ok := m.names[strings.Join(words[start:end], " ")]; ok {
				found = append(found, conceptSpan{start, end, c})
				start = end - 1
				break
			}
		}
	}
	return found
}

func trigrams(word string) []string {
	padded := []rune("^" + word + "$")
	var list []string
	for i := 0; i+3 <= len(padded); i++ {
		if g := string(padded[i : i+3]); !slices.Contains(list, g) {
			list = append(list, g)
		}
	}
	return list
}

// What a way of matching a word is worth, beside the same word.
const (
	worthConcept = 0.9
	worthPrefix  = 0.8
	worthTypo    = 0.6
	// enough is the share of what was typed that a text must match.
	enough = 0.34
)

// find returns the choices that match what was typed, best first.
func (m *matcher) find(typed string, article knowledge.ArticleID, limit int) []Choice {
	words := foldedWords(cut(typed, maxTypedBytes))
	if len(words) == 0 || limit <= 0 {
		return nil
	}
	words = words[:min(len(words), maxTypedWords)]
	concept := make([]string, len(words))
	for _, span := range m.concepts(words) {
		for i := span.start; i < span.end; i++ {
			concept[i] = conceptTerm(span.concept)
		}
	}
	scores := make([]float64, len(m.entries))
	best := make([]float64, len(m.entries)) // of the word in hand
	var touched []int32
	total := 0.0
	for i, word := range words {
		touched = touched[:0]
		weight := 0.0 // of the rarest thing that the word may mean
		collect := func(term string, worth float64) {
			list := m.postings[term]
			if len(list) == 0 {
				return
			}
			idf := m.idf(len(list))
			weight = max(weight, idf)
			for _, e := range list {
				if best[e] == 0 {
					touched = append(touched, e)
				}
				best[e] = max(best[e], worth*idf)
			}
		}
		collect(word, 1)
		if concept[i] != "" {
			collect(concept[i], worthConcept)
		}
		last := i == len(words)-1
		if last || len(touched) == 0 {
			for _, w := range m.beginning(word) {
				collect(w, worthPrefix)
			}
		}
		if len(touched) == 0 {
			for _, w := range m.near(word) {
				collect(w, worthTypo)
			}
		}
		if len(touched) == 0 {
			weight = m.idf(1) // unknown, so that it counts against all texts alike
		}
		total += weight
		for _, e := range touched {
			scores[e] += best[e]
			best[e] = 0
		}
	}
	return m.top(scores, total, strings.Join(words, " "), article, limit)
}

func (m *matcher) idf(n int) float64 {
	return math.Log(1 + float64(len(m.entries))/float64(n))
}

// top returns the choices of the best scores, one a section.
func (m *matcher) top(scores []float64, total float64, typed string, article knowledge.ArticleID, limit int) []Choice {
	type hit struct {
		entry int
		score float64
	}
	var hits []hit
	for i, score := range scores {
		e := &m.entries[i]
		if score < enough*total || score == 0 || article != "" && e.article != article {
			continue
		}
		score /= total
		switch {
		case e.led:
		case e.folded == typed:
			score += 1
		case strings.HasPrefix(e.folded, typed):
			score += 0.3
		}
		hits = append(hits, hit{i, score - 0.01*float64(e.words)})
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.entry, b.entry))
	})
	var choices []Choice
	seen := make(map[knowledge.SectionRef]bool)
	for _, h := range hits {
		e := &m.entries[h.entry]
		if seen[e.ref] {
			continue
		}
		seen[e.ref] = true
		if choices = append(choices, e.Choice); len(choices) == limit {
			break
		}
	}
	return choices
}

// maxBeginnings is how many words a beginning of a word stands for.
const maxBeginnings = 64

// beginning returns the words that begin with prefix and go on.
func (m *matcher) beginning(prefix string) []string {
	from := sort.SearchStrings(m.words, prefix)
	to := from
	for to < len(m.words) && to-from < maxBeginnings && strings.HasPrefix(m.words[to], prefix) {
		to++
	}
	return m.words[from:to]
}

// near returns the words that may have been meant by a word that is in none of the texts.
func (m *matcher) near(word string) []string {
	length := len([]rune(word))
	if length < 4 || length > 40 {
		return nil
	}
	grams := trigrams(word)
	shared := make(map[int32]int)
	for _, g := range grams {
		for _, w := range m.trigrams[g] {
			shared[w]++
		}
	}
	const similar = 0.4 // share of the trigrams of both
	var list []string
	for w, n := range shared {
		other := m.words[w]
		if 2*float64(n) >= similar*float64(len(grams)+len([]rune(other))) {
			list = append(list, other)
		}
	}
	return list
}

// sample returns choices for somebody who has not typed anything: the first of each
// article, or those of one article in reading order.
func (m *matcher) sample(article knowledge.ArticleID, limit int) []Choice {
	var choices []Choice
	articles := make(map[knowledge.ArticleID]bool)
	sections := make(map[knowledge.SectionRef]bool)
	for i := range m.entries {
		e := &m.entries[i]
		switch {
		case len(choices) == limit:
			return choices
		case e.article == knowledge.GlossaryArticle:
		case article == "" && !articles[e.article], article == e.article && !sections[e.ref]:
			articles[e.article], sections[e.ref] = true, true
			choices = append(choices, e.Choice)
		}
	}
	return choices
}
