package index

import (
	"slices"
	"sync/atomic"

	"exobot/knowledge"
)

// markSecond is how well a second sentence must do, against the best, to be marked too.
const markSecond = 0.75

// A sentence is one sentence of a passage, as it is looked at for marking.
type sentence struct {
	knowledge.Span
	stems []stemNumber // without stop words, each once
	words int          // without stop words
	gives []string     // what it gives of what can be asked for: an amount, a time
}

// sentences keeps what is known of the sentences of each passage, which is worked out
// when the passage is first shown. It is safe for concurrent use.
type sentences []atomic.Pointer[[]sentence]

// of returns the sentences of the passage with that ordinal.
func (s sentences) of(doc uint32, text string, numbers *stemNumbers) []sentence {
	if known := s[doc].Load(); known != nil {
		return *known
	}
	var out []sentence
	for _, span := range knowledge.Sentences(text) {
		x := sentence{Span: span}
		for _, t := range tokenize(span.Of(text)) {
			if stopWords()[t.word] {
				continue
			}
			x.words++
			if isNumber(t.word) && !slices.Contains(x.gives, asksAmount) {
				x.gives = append(x.gives, asksAmount)
			}
			if isYear(t.word) && !slices.Contains(x.gives, asksTime) {
				x.gives = append(x.gives, asksTime)
			}
			if n := numbers.of(stem(t.word)); !slices.Contains(x.stems, n) {
				x.stems = append(x.stems, n)
			}
		}
		out = append(out, x)
	}
	s[doc].Store(&out)
	return out
}

// mark returns the sentence or two of a passage that answer the question: those that
// hold the most of what it asks about, by idf, the earlier one where they are equal. A
// passage whose sentences hold nothing of it gets its first sentence marked, which the
// articles write as an answer to their heading.
func (st *state) mark(q *question, doc uint32, p *knowledge.Passage) []knowledge.Span {
	all := st.sentences.of(doc, p.Text, st.c.parser.numbers)
	if len(all) == 0 {
		return nil
	}
	scores := make([]float64, len(all))
	best := 0
	for i := range all {
		scores[i] = st.worth(q, &all[i])
		if scores[i] > scores[best] {
			best = i
		}
	}
	second := -1
	for i, s := range scores {
		if i != best && s > 0 && s >= markSecond*scores[best] && (second < 0 || s > scores[second]) {
			second = i
		}
	}
	if second < 0 {
		return []knowledge.Span{all[best].Span}
	}
	first, last := all[min(best, second)].Span, all[max(best, second)].Span
	if second == best+1 || second == best-1 {
		return []knowledge.Span{{Start: first.Start, End: last.End}}
	}
	return []knowledge.Span{first, last}
}

// isYear reports whether a word is a year of the last or of this century.
func isYear(word string) bool {
	return len(word) == 4 && isNumber(word) && (word[:2] == "19" || word[:2] == "20")
}

// worthAsked is what it is worth that a sentence gives a number where a question asks how
// many, or a year where it asks when: as much as a word that one passage in ten holds.
const worthAsked = 2.3

// worth sums the weights of the terms that a sentence holds, with a little less for a
// long sentence, which holds more by chance.
func (st *state) worth(q *question, s *sentence) float64 {
	sum := 0.0
	for i := range q.terms {
		if t := &q.terms[i]; slices.Contains(s.stems, t.number) { // 0 matches nothing that counts: its idf is 0
			sum += t.weight * st.c.parser.idf(t.number)
		}
	}
	for _, a := range q.asks {
		if slices.Contains(s.gives, a) {
			sum += worthAsked
		}
	}
	return sum / (1 + float64(s.words)/40)
}
