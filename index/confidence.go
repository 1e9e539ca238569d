package index

import (
	"maps"
	"math"
	"slices"
)

// Features are what the confidence of a result rests on, each from 0 to 1.
type Features struct {
	Coverage float64 `json:"coverage"` // share of the question, by weight, that the first section speaks of
	Text     float64 `json:"text"`     // share that the first passage's own text speaks of
	Nearest  float64 `json:"nearest"`  // likeness to the nearest question that the section answers
	Score    float64 `json:"score"`    // of the first passage in its ranking
	Agree    float64 `json:"agree"`    // weight of the signals in which the first is best, or nearly
	Unknown  float64 `json:"unknown"`  // share of the question that nothing here speaks of
	Strength float64 `json:"strength"` // BM25 against the most that the question could reach
	Subject  float64 `json:"subject"`  // 1 if the question names what the whole collection is about
	Concepts float64 `json:"concepts"` // share of the question that the glossary knows
	Brevity  float64 `json:"brevity"`  // one over the number of things asked about
	Stray    float64 `json:"stray"`    // what is unknown of a question that does not name the subject; 1 if it names no concept either
}

// featureNames gives access to the features by name, as [Model] lists them.
var featureNames = map[string]func(*Features) float64{
	"coverage": func(f *Features) float64 { return f.Coverage },
	"text":     func(f *Features) float64 { return f.Text },
	"nearest":  func(f *Features) float64 { return f.Nearest },
	"score":    func(f *Features) float64 { return f.Score },
	"agree":    func(f *Features) float64 { return f.Agree },
	"unknown":  func(f *Features) float64 { return f.Unknown },
	"strength": func(f *Features) float64 { return f.Strength },
	"subject":  func(f *Features) float64 { return f.Subject },
	"concepts": func(f *Features) float64 { return f.Concepts },
	"brevity":  func(f *Features) float64 { return f.Brevity },
	"stray":    func(f *Features) float64 { return f.Stray },
}

// sortedFeatures are the names of the features, sorted.
var sortedFeatures = slices.Sorted(maps.Keys(featureNames))

// confidence returns the estimated probability that the first passage answers: a
// logistic model of the features, but no less than what speaks for it when the question
// is nearly one that the section is known to answer and the section covers it.
func (m *Model) confidence(f Features) float64 {
	z := m.Confidence["bias"]
	for _, name := range sortedFeatures { // a sum of floats depends on its order
		z += m.Confidence[name] * featureNames[name](&f)
	}
	return max(1/(1+math.Exp(-z)), f.Nearest*f.Nearest*f.Coverage)
}

// features looks at a ranking that is not empty.
func (c *Collection) features(q *question, k *ranking) Features {
	var f Features
	first := k.hits[0].doc
	text := make(map[string]bool)
	for _, w := range c.text.of(first) {
		text[c.lex.stems[c.lex.stemOf[w]]] = true
	}
	section := c.questions.stemsOf(c.groups[first])
	total := 0.0
	for i, s := range q.slots {
		inText, inSection := 0.0, 0.0
		for _, t := range q.terms {
			if t.slot != i || t.weight <= weightSynonym {
				continue
			}
			if subjectShare*c.lex.documents(t.stem) > c.Len() {
				f.Subject = 1
			}
			if text[t.stem] {
				inText = max(inText, min(1, t.weight))
			}
			if text[t.stem] || section[t.stem] {
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
		if !s.known {
			f.Unknown += w
		}
		if s.concept >= 0 {
			f.Concepts += w
		}
	}
	if total > 0 {
		f.Text, f.Coverage = f.Text/total, f.Coverage/total
		f.Unknown, f.Concepts = f.Unknown/total, f.Concepts/total
		f.Brevity = 1 / float64(len(q.slots))
		if f.Subject == 0 {
			f.Stray = f.Unknown
			if f.Concepts == 0 && f.Unknown > 0 {
				f.Stray = 1
			}
		}
	}
	at := k.candidate(first)
	f.Score = k.hits[0].Score
	for i, s := range c.rank.signals {
		if k.scaled[i][at] > 0.95 {
			f.Agree += s.weight
		}
		if s.name == "nearest" {
			f.Nearest = k.raw[i][at]
		}
		if s.name == "body" {
			most := 0.0
			for _, t := range q.terms {
				most += t.weight * idf(c.lex.documents(t.stem), c.Len()) * (bm25K1 + 1)
			}
			if most > 0 {
				f.Strength = min(1, 2*k.raw[i][at]/most)
			}
		}
	}
	f.Agree /= k.weight
	return f
}

// subjectShare says what a collection is about: the words that one document in so many
// holds.
const subjectShare = 4

// foreignShare is how much a word of another language that the glossary lacks counts
// against the coverage of a question: it may be a verb or a particle as well as the
// heart of the matter.
const foreignShare = 0.3
