package index

import (
	"iter"
	"maps"
	"math"
	"slices"
	"strings"
)

// Features are what the confidence of a result rests on, each from 0 to 1 unless it says
// otherwise.
type Features struct {
	Coverage  float64 `json:"coverage"`  // share of the question, by weight, that the first section speaks of
	Gaps      float64 `json:"gaps"`      // 0.5 if it lacks one of the things asked about, 1 if it lacks more
	Text      float64 `json:"text"`      // share that the first passage's own text speaks of
	Agree     float64 `json:"agree"`     // weight of the signals in which the first is best, or nearly
	Margin    float64 `json:"margin"`    // lead of the first passage's score over the second's
	Unknown   float64 `json:"unknown"`   // share of the question that nothing here speaks of
	Strength  float64 `json:"strength"`  // BM25 against the most that the question could reach
	Subject   float64 `json:"subject"`   // 1 if the question names what the whole collection is about
	Brevity   float64 `json:"brevity"`   // one over the number of things asked about
	Length    float64 `json:"length"`    // that number over 8, 1 at most
	Stray     float64 `json:"stray"`     // what is unknown of a question that does not name the subject; 1 if it names no concept either, or is in another language and names none
	Nearest   float64 `json:"nearest"`   // likeness to the nearest question that the section answers
	Elsewhere float64 `json:"elsewhere"` // likeness to the nearest question that no section answers
	Class     float64 `json:"class"`     // log odds that the question is for the section, by the classifier: -1 to 1
	Nobody    float64 `json:"nobody"`    // probability that it is for no section
	Vote      float64 `json:"vote"`      // share of the nearest known questions that the section answers, as far as they are like this one
	Code      float64 `json:"code"`      // 1 if the question names a code that nothing here has
	Vague     float64 `json:"vague"`     // 1 if the message is a number or a single everyday word, or it twice or beside a filler, that names no concept and stands in no heading of the first passage
	Taught    float64 `json:"taught"`    // 1 if there is a classifier
}

// featureNames gives access to the features by name, as [Model] lists them.
var featureNames = map[string]func(*Features) float64{
	"coverage":  func(f *Features) float64 { return f.Coverage },
	"gaps":      func(f *Features) float64 { return f.Gaps },
	"text":      func(f *Features) float64 { return f.Text },
	"agree":     func(f *Features) float64 { return f.Agree },
	"margin":    func(f *Features) float64 { return f.Margin },
	"unknown":   func(f *Features) float64 { return f.Unknown },
	"strength":  func(f *Features) float64 { return f.Strength },
	"subject":   func(f *Features) float64 { return f.Subject },
	"brevity":   func(f *Features) float64 { return f.Brevity },
	"length":    func(f *Features) float64 { return f.Length },
	"stray":     func(f *Features) float64 { return f.Stray },
	"nearest":   func(f *Features) float64 { return f.Nearest },
	"elsewhere": func(f *Features) float64 { return f.Elsewhere },
	"class":     func(f *Features) float64 { return f.Class },
	"nobody":    func(f *Features) float64 { return f.Nobody },
	"vote":      func(f *Features) float64 { return f.Vote },
}

// All yields the features with their names, sorted.
func (f Features) All() iter.Seq2[string, float64] {
	return func(yield func(string, float64) bool) {
		for _, name := range sortedFeatures {
			if !yield(name, featureNames[name](&f)) {
				return
			}
		}
	}
}

// sortedFeatures are the names of the features, sorted.
var sortedFeatures = slices.Sorted(maps.Keys(featureNames))

// refused is the likeness to a question that no section answers from which a question is
// taken for that one, unless it is still more like one that the section answers, or is a
// single thing that the section speaks of: "brain?" is all too like any question on brains.
const refused = 0.9

// mostlyUnknown is the share of a question from which what nothing here speaks of outweighs
// any likeness of the rest.
const mostlyUnknown = 0.7

// strangeCode is the greatest confidence in an answer to a question that names a code which
// nothing here has: CD65 is not nearly CD63, it is another thing.
const strangeCode = 0.2

// vagueWord is the greatest confidence in an answer to a message that is a single everyday
// word and no concept: every fourth such word leads somewhere, and next to none is meant as a
// question.
const vagueWord = 0.3

// fewWords is how many words such a message has at most: "night all" asks no more than
// "night".
const fewWords = 2

// confidence returns the estimated probability that the first passage answers: a logistic
// model of the features.
func (m *Model) confidence(f Features) float64 {
	coefficients := m.Confidence
	if f.Taught == 0 {
		coefficients = m.Untaught
	}
	z := coefficients["bias"]
	for _, name := range sortedFeatures { // a sum of floats depends on its order
		z += coefficients[name] * featureNames[name](&f)
	}
	p := 1 / (1 + math.Exp(-z))
	if f.Code > 0 {
		p = min(p, strangeCode)
	}
	if f.Vague > 0 && f.Taught > 0 {
		p = min(p, vagueWord)
	}
	if f.Unknown > mostlyUnknown {
		p = min(p, 1-f.Unknown)
	}
	if f.Elsewhere > max(refused, f.Nearest) && (f.Brevity < 1 || f.Coverage < 1) {
		return min(p, 1-f.Elsewhere*f.Elsewhere)
	}
	return p
}

// features looks at a ranking that is not empty.
func (c *Collection) features(q *question, k *ranking) Features {
	f := Features{Nearest: k.nearest, Elsewhere: k.elsewhere, Class: k.odds, Nobody: k.nobody, Vote: k.vote}
	if c.classes != nil {
		f.Taught = 1
	}
	if q.code {
		f.Code = 1
	}
	if q.onSubject {
		f.Subject = 1
	}
	first := k.hits[0].doc
	total, gaps, concepts := 0.0, 0, false
	for i, s := range q.slots {
		inText, inSection := 0.0, 0.0
		for _, t := range q.terms {
			if t.slot != i || t.weight <= weightSynonym {
				continue
			}
			inside := c.holds(first, t.stem)
			if inside {
				inText = max(inText, min(1, t.weight))
			}
			if inside || c.questions.says(c.groups[first], t.number) {
				inSection = max(inSection, min(1, t.weight))
			}
		}
		w := s.weight
		if s.foreign {
			w *= foreignShare
		}
		total += w
		f.Text += w * inText
		f.Coverage += w * inSection
		if inSection == 0 {
			gaps++
		}
		if !s.known {
			f.Unknown += w
		}
		concepts = concepts || s.concept >= 0
	}
	f.Gaps = min(1, float64(gaps)/2)
	if total > 0 {
		f.Text, f.Coverage, f.Unknown = f.Text/total, f.Coverage/total, f.Unknown/total
		f.Brevity = 1 / float64(len(q.slots))
		f.Length = min(1, float64(len(q.slots))/longQuestion)
		if f.Subject == 0 {
			f.Stray = f.Unknown
			if !concepts && (f.Unknown > 0 || q.language != english) {
				f.Stray = 1
			}
		}
	}
	if len(k.hits) > 1 {
		f.Margin = k.hits[0].Score - k.hits[1].Score
	}
	if !concepts && c.vague(q) {
		f.Vague = 1
	}
	at := k.candidate(first)
	for i, s := range c.rank.signals {
		if k.scaled(i, at) > 0.95 {
			f.Agree += s.weight
		}
		switch s.name {
		case "title":
			if k.raw[i][at] > 0 {
				f.Vague = 0
			}
		case "body":
			most := 0.0
			for _, t := range q.terms {
				most += t.weight * idf(c.lex.documents(t.stem), c.Len()) * (bm25K1 + 1)
			}
			if most > 0 {
				f.Strength = min(1, 2*k.raw[i][at]/most)
			}
		}
	}
	f.Agree /= max(k.weight, 1e-9)
	return f
}

// holds reports whether a document holds a stem.
func (c *Collection) holds(doc uint32, stem string) bool {
	id, ok := c.lex.stemIDs[stem]
	return ok && slices.ContainsFunc(c.text.of(doc), func(w wordID) bool { return c.lex.stemOf[w] == id })
}

// vague reports whether a message is a number or an everyday word, with next to nothing beside
// it, and no question that a section lists.
func (c *Collection) vague(q *question) bool {
	if len(q.slots) != 1 || len(q.words) == 0 || len(q.small) > 0 || len(strings.Fields(q.text)) > fewWords {
		return false
	}
	_, listed := c.questions.exactly(q)
	return !listed && (englishWords()[q.words[0]] || isNumber(q.words[0]))
}

// fewDocuments is how many documents a collection must have for it to be seen which of their
// words it is about.
const fewDocuments = 3 * subjectShare

// related reports whether a document or a question of its section speaks of anything that
// the question asks about, besides what the whole collection is about.
func (c *Collection) related(q *question, doc uint32) bool {
	return c.Len() < fewDocuments || slices.ContainsFunc(q.terms, func(t term) bool {
		return t.slot >= 0 && t.weight > weightSynonym && !c.subject(t.stem) &&
			(c.holds(doc, t.stem) || c.questions.says(c.groups[doc], t.number))
	})
}

// longQuestion is how many things a question asks about that is as long as any: of so many
// words, most tell a story.
const longQuestion = 8

// A verdict is what the known questions say about a question and the section that came
// first.
type verdict struct {
	nearest   float64 // likeness to the nearest question of the section
	elsewhere float64 // likeness to the nearest question that no section answers
	odds      float64 // log odds that the question is for the section, by the classifier, over maxOdds
	nobody    float64 // probability that it is for no section
	vote      float64 // share of the nearest questions that are the section's, as far as they are like this one
}

// maxOdds bounds log odds, both ways: 9 is about eight thousand to one.
const maxOdds = 9

// judge asks the known questions of the groups that admit allows (all, if nil) about the
// group that came first.
func (c *Collection) judge(s *search, first uint32, admit func(uint32) bool) verdict {
	x := &c.questions
	if len(x.groups) == 0 {
		return verdict{}
	}
	groups := c.admitGroups(admit)
	v := verdict{
		nearest:   square(s.near.scores[first]),
		elsewhere: square(s.near.scores[x.nobody]),
		vote:      x.vote(s, first, groups),
	}
	if g, ok := x.exactly(s.q); ok && g == first {
		v.nearest, v.odds = 1, 1
		return v
	}
	if c.classes != nil {
		p, nobody := c.classes.probability(s.classes, first, groups)
		v.odds = max(-1, min(1, math.Log(p/max(1-p, 1e-9))/maxOdds))
		v.nobody = nobody
	}
	return v
}

// admitGroups makes a filter of groups, which nobody's passes, of one of documents; nil of
// nil.
func (c *Collection) admitGroups(admit func(doc uint32) bool) func(group uint32) bool {
	if admit == nil {
		return nil
	}
	return func(g uint32) bool { return g >= c.questions.nobody || admit(c.firsts[g]) }
}

// subjectShare says what a collection is about: the words that one document in so many
// holds.
const subjectShare = 4

// subject reports whether a stem is one of those.
func (c *Collection) subject(stem string) bool {
	return subjectShare*c.lex.documents(stem) > c.Len()
}

// foreignShare is how much a word of another language that the glossary lacks counts
// against the coverage of a question: it may be a verb or a particle as well as the
// heart of the matter.
const foreignShare = 0.3
