package index

import "math"

// features are what the confidence of an answer rests on, each from 0 to 1.
type features struct {
	coverage float64 // share of the question, by weight, that the section speaks of
	text     float64 // share that the first passage's own text speaks of
	nearest  float64 // likeness to the nearest question that the section answers
	gap      float64 // lead over the second section
	agree    float64 // weight of the signals in which the first is (nearly) best
	unknown  float64 // share of the question's words that nothing here knows
	strength float64 // BM25 against the most that the question could reach
}

// vector returns the features in the order of the model's coefficients.
func (f features) vector() [7]float64 {
	return [7]float64{f.coverage, f.text, f.nearest, f.gap, f.agree, f.unknown, f.strength}
}

// model is a logistic model of the probability that the first passage answers.
var model = struct {
	bias float64
	coef [7]float64
}{bias: -5, coef: [7]float64{4, 1, 4, 1, 0.5, -2, 1.5}}

// answerFloor is the confidence from which a passage is shown as an answer.
const answerFloor = 0.5

// confidence returns the estimated probability that the first passage answers.
func confidence(f features) float64 {
	z := model.bias
	for i, x := range f.vector() {
		z += model.coef[i] * x
	}
	return 1 / (1 + math.Exp(-z))
}

// features looks at a ranking that is not empty.
func (c *Collection) features(q *question, k *ranking) features {
	var f features
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
		f.text += w * inText
		f.coverage += w * inSection
		if !s.known {
			f.unknown += w
		}
	}
	if total > 0 {
		f.text, f.coverage, f.unknown = f.text/total, f.coverage/total, f.unknown/total
	}
	at := k.candidate(first)
	if len(k.hits) > 1 {
		f.gap = min(1, max(0, (k.hits[0].Score-k.hits[1].Score)/k.hits[0].Score))
	} else {
		f.gap = 1
	}
	sum := 0.0
	for i, s := range c.rank.signals {
		sum += s.weight
		if k.scaled[i][at] > 0.95 {
			f.agree += s.weight
		}
		if s.name == "nearest" {
			f.nearest = k.raw[i][at]
		}
		if s.name == "body" {
			most := 0.0
			for _, t := range q.terms {
				most += t.weight * idf(c.lex.documents(t.stem), c.Len()) * (bm25K1 + 1)
			}
			if most > 0 {
				f.strength = min(1, 2*k.raw[i][at]/most)
			}
		}
	}
	f.agree /= sum
	return f
}

// foreignShare is how much a word of another language that the glossary lacks counts
// against the coverage of a question: it may be a verb or a particle as well as the
// heart of the matter.
const foreignShare = 0.3
