package knowledge

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

const (
	// fewWords is the length under which a passage hardly answers a question when it
	// is quoted alone.
	fewWords = 15
	// hardGrade is the school grade over which a section is reported as hard to read,
	// and maxGrade the one over which it is worth a warning.
	hardGrade = 10
	maxGrade  = 12
)

// check notes what is wrong between the parts of the pack, and what could be better
// within its texts, both at the same time.
func (l *loader) check(lib *Library) {
	texts := *l
	texts.problems = nil
	var done sync.WaitGroup
	done.Go(func() { texts.checkTexts(lib) })
	l.checkArticles(lib)
	l.checkCitations(lib)
	l.checkQuestions(lib)
	l.checkGlossary(lib)
	done.Wait()
	l.problems = append(l.problems, texts.problems...)
}

// checkErrors looks for all that makes the pack unusable. It leaves out what only could be
// better, unless both are found in one go.
func (l *loader) checkErrors(lib *Library) {
	l.checkArticles(lib)
	l.checkCitations(lib)
	if answersUncovered(lib) {
		l.checkQuestions(lib)
	}
	for s := range lib.Sections() {
		if slices.ContainsFunc(s.Passages, tooLong) {
			l.checkPassages(s)
		}
	}
}

// tooLong reports whether a passage does not fit into an answer.
func tooLong(p Passage) bool { return Units(p.Text) > MaxPassageUnits }

// checkTexts notes what could be better within the texts.
func (l *loader) checkTexts(lib *Library) {
	grade := grader()
	for s := range lib.Sections() {
		if !l.entries[s].blank("text") {
			l.checkSection(s)
			l.checkPassages(s)
			l.checkGrade(s, grade)
		}
	}
	l.checkSimilar(lib)
}

// checkArticles notes articles of one id.
func (l *loader) checkArticles(lib *Library) {
	for _, a := range lib.Articles {
		if first := lib.Article(a.ID); first != a && a.ID != "" {
			l.problems.errorf(l.entries[a].at("id"), "duplicate-article", "the article id %q is already taken in %s: choose another",
				a.ID, l.entries[first].at("id"))
		}
	}
}

// checkCitations notes references that are cited and missing, and the other way round.
func (l *loader) checkCitations(lib *Library) {
	if !l.complete {
		return // what is missing may stand in a file that could not be read
	}
	cited := map[ReferenceID]bool{}
	for s := range lib.Sections() {
		here := map[ReferenceID]bool{}
		for i, id := range s.References {
			at := l.entries[s].item("references", i)
			switch {
			case id == "":
			case lib.Reference(id) == nil:
				l.problems.errorf(at, "dangling-reference", "there is no reference %q: add it to %s, or correct the id", id, referencesFile)
			case here[id]:
				l.problems.warnf(at, "repeated-reference", "the section cites %q twice: remove one", id)
			}
			here[id], cited[id] = true, true
		}
	}
	for _, r := range lib.References {
		if !cited[r.ID] && r.ID != "" {
			l.problems.warnf(l.entries[r].at("id"), "unused-reference", "no section cites the reference %q: cite it or remove it", r.ID)
		}
	}
}

// checkQuestions notes questions that more than one section claims to answer, and those
// that are uncovered and yet a section's, or listed twice.
func (l *loader) checkQuestions(lib *Library) {
	type claim struct {
		section *Section
		at      place
	}
	first := map[string]claim{}
	for s := range lib.Sections() {
		places := l.entries[s].items("questions")
		for i, q := range s.Questions {
			key, at := normalise(q), places[i]
			f, taken := first[key]
			switch {
			case key == "":
			case !taken:
				first[key] = claim{s, at}
			case f.section == s:
				l.problems.warnf(at, "repeated-question", "the section has the question %q in line %d already: remove one", q, f.at.line)
			default:
				l.problems.warnf(at, "contested-question", "the question %q is claimed by %s (%s) too: leave it to the section that answers it best", q, f.section.Ref(), f.at)
			}
		}
	}
	listed := map[string]place{}
	for _, t := range lib.Uncovered {
		places := l.entries[t].items("questions")
		for i, q := range t.Questions {
			key, at := normalise(q), places[i]
			f, answered := first[key]
			again, twice := listed[key]
			switch {
			case key == "":
			case answered:
				l.problems.errorf(at, "answered-question", "the question %q is one that %s answers (%s), and what a section answers is not uncovered: remove it here or there", q, f.section.Ref(), f.at)
			case twice:
				l.problems.warnf(at, "listed-twice", "the question %q stands in line %d already: remove one", q, again.line)
			default:
				listed[key] = at
			}
		}
	}
}

// answersUncovered reports whether a section lists a question that is uncovered.
func answersUncovered(lib *Library) bool {
	listed := map[string]bool{}
	for _, t := range lib.Uncovered {
		for _, q := range t.Questions {
			listed[normalise(q)] = true
		}
	}
	delete(listed, "")
	var q []byte
	for s := range lib.Sections() {
		for _, text := range s.Questions {
			if q = appendNormal(q[:0], text); listed[string(q)] {
				return true
			}
		}
	}
	return false
}

// checkSection notes what a section with text should have.
func (l *loader) checkSection(s *Section) {
	e := l.entries[s]
	if e.blank("evidence") {
		l.problems.warnf(e.at("evidence"), "no-evidence", "the section %q says nothing on its evidence: add evidence: and one of %s", s.ID, evidenceKinds())
	}
	if e.blank("questions") {
		l.problems.warnf(e.at("questions"), "no-questions", "the section %q lists no questions: add questions: with what members would type", s.ID)
	}
	if e.blank("references") {
		l.problems.warnf(e.at("references"), "no-references", "the section %q cites nothing: add references: with ids from %s", s.ID, referencesFile)
	}
}

// checkPassages notes passages that are too long or too short to be shown alone.
func (l *loader) checkPassages(s *Section) {
	e := l.entries[s]
	for p, offset := range placed(s) {
		units, words := Units(p.Text), Words(p.Text)
		switch {
		case units > MaxPassageUnits:
			l.problems.errorf(textPlace(e, s, offset), "long-passage", "the paragraph has %d characters and an answer at most %d: split it with a blank line", units, MaxPassageUnits)
		case words > MaxPassageWords:
			l.problems.warnf(textPlace(e, s, offset), "wordy-passage", "the paragraph has %d words, more than %d: split it with a blank line", words, MaxPassageWords)
		case words < fewWords:
			l.problems.warnf(textPlace(e, s, offset), "short-passage", "the passage has %d words only, too few to stand alone: say more, or merge the section with another", words)
		}
	}
}

// checkGrade notes an English text that is hard to read.
func (l *loader) checkGrade(s *Section, grade func(string) float64) {
	if !isEnglish(s.Article.Lang) {
		return
	}
	if g := grade(s.Text); g > maxGrade {
		l.problems.warnf(l.entries[s].at("text"), "hard-to-read", "the text reads at school grade %.1f, over %d: write shorter sentences and shorter words", g, maxGrade)
	}
}

// isEnglish reports whether the language tag is one of English, on which alone the
// readability formula is valid.
func isEnglish(tag string) bool {
	t, err := language.Parse(tag)
	base, _ := t.Base()
	return err == nil && base.String() == "en"
}

// checkSimilar notes passages that say almost the same.
func (l *loader) checkSimilar(lib *Library) {
	type origin struct {
		section *Section
		offset  int
	}
	var passages []*Passage
	origins := map[*Passage]origin{}
	for s := range lib.Sections() {
		for p, offset := range placed(s) {
			passages = append(passages, p)
			origins[p] = origin{s, offset}
		}
	}
	where := func(p *Passage) place {
		o := origins[p]
		return textPlace(l.entries[o.section], o.section, o.offset)
	}
	for _, pair := range similarPassages(passages) {
		first, second := pair[0], pair[1]
		l.problems.warnf(where(second), "near-duplicate", "the passage of %s reads almost like that of %s (%s): merge them, or tell them apart",
			second.Ref, first.Ref, where(first))
	}
}

// placed yields the passages of s with their offsets in its text.
func placed(s *Section) iter.Seq2[*Passage, int] {
	return func(yield func(*Passage, int) bool) {
		end := 0
		for i := range s.Passages {
			p := &s.Passages[i]
			start := end + strings.Index(s.Text[end:], p.Text)
			if !yield(p, start) {
				return
			}
			end = start + len(p.Text)
		}
	}
}

// checkGlossary notes names that two concepts claim in one language, unless one of them
// tells the other apart under not.
func (l *loader) checkGlossary(lib *Library) {
	type name struct{ lang, text string }
	first := map[name]*Concept{}
	claim := func(c *Concept, lang, text string, at place) {
		n := name{lang, normalise(text)}
		f := first[n]
		switch {
		case n.text == "" || f == c:
		case f == nil:
			first[n] = c
		case normalise(f.Term) == n.text && normalise(c.Term) == n.text: // an error already
		case !f.tellsApart(c, n.text) && !c.tellsApart(f, n.text):
			l.problems.warnf(at, "contested-name", "%q (%s) is a name of %q in line %d too: leave it to one, or tell them apart under not",
				text, lang, f.Term, l.entries[f].at("term").line)
		}
	}
	for _, c := range lib.Glossary {
		e := l.entries[c]
		claim(c, "en", c.Term, e.at("term"))
		claimAll := func(key string, names []string) {
			for i, text := range names {
				claim(c, "en", text, e.item(key, i))
			}
		}
		claimAll("synonyms", c.Synonyms)
		claimAll("abbreviations", c.Abbreviations)
		claimAll("misspellings", c.Misspellings)
		for _, lang := range slices.Sorted(maps.Keys(c.Names)) {
			for _, text := range c.Names[lang] {
				claim(c, lang, text, e.at("names"))
			}
		}
	}
}

// tellsApart reports whether c lists the other concept, or the name that both have in
// the form of [normalise], under not.
func (c *Concept) tellsApart(other *Concept, name string) bool {
	for _, s := range c.Not {
		if normalise(s.Term) == normalise(other.Term) {
			return true
		}
		for _, p := range s.Phrases {
			if normalise(p) == name {
				return true
			}
		}
	}
	return false
}

// normalise returns what two writings of one question or name have in common: letters
// and digits in lower case, with single spaces between the words.
func normalise(s string) string {
	return string(appendNormal(nil, s))
}

// appendNormal appends the normal form of s. Most questions are ASCII and need not be taken
// apart.
func appendNormal(to []byte, s string) []byte {
	start, space := len(to), false
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			return append(to[:start], strings.Join(tokens(s), " ")...)
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case !('a' <= c && c <= 'z' || '0' <= c && c <= '9'):
			space = true
			continue
		}
		if space && len(to) > start {
			to = append(to, ' ')
		}
		to, space = append(to, c), false
	}
	return to
}

// tokens returns the words of s in lower case, without punctuation. In a script without
// spaces every character is one.
func tokens(s string) []string {
	var words []string
	start := -1
	s = strings.ToLower(norm.NFKC.String(s))
	flush := func(end int) {
		if start >= 0 {
			words = append(words, s[start:end])
		}
		start = -1
	}
	for i, r := range s {
		switch {
		case ideograph(r):
			flush(i)
			words = append(words, string(r))
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r):
			flush(i)
		case start < 0:
			start = i
		}
	}
	flush(len(s))
	return words
}
