package index

import (
	"exobot/knowledge"
)

// markSecond is how well a second sentence must do, against the best, to be marked too.
const markSecond = 0.75

// mark returns the sentence or two of a passage that answer the question: those that
// hold the most of what it asks about, by idf, the earlier one where they are equal. A
// passage whose sentences hold nothing of it gets its first sentence marked, which the
// articles write as an answer to their heading.
func (st *state) mark(q *question, p *knowledge.Passage) []knowledge.Span {
	sentences := knowledge.Sentences(p.Text)
	if len(sentences) == 0 {
		return nil
	}
	scores := make([]float64, len(sentences))
	best := 0
	for i, s := range sentences {
		scores[i] = st.sentenceScore(q, s.Of(p.Text))
		if scores[i] > scores[best] {
			best = i
		}
	}
	marks := []knowledge.Span{sentences[best]}
	second := -1
	for i, s := range scores {
		if i != best && s > 0 && s >= markSecond*scores[best] && (second < 0 || s > scores[second]) {
			second = i
		}
	}
	switch {
	case second < 0:
	case second == best+1:
		marks[0].End = sentences[second].End
	case second == best-1:
		marks[0].Start = sentences[second].Start
	case second < best:
		marks = []knowledge.Span{sentences[second], sentences[best]}
	default:
		marks = append(marks, sentences[second])
	}
	return marks
}

// sentenceScore sums the weights of the terms that a sentence holds, with a little less
// for a long sentence, which holds more by chance.
func (st *state) sentenceScore(q *question, sentence string) float64 {
	has := make(map[string]bool)
	n := 0
	for _, t := range tokenize(sentence) {
		if !stopWords()[t.word] {
			has[stem(t.word)] = true
			n++
		}
	}
	sum := 0.0
	for _, t := range q.terms {
		if has[t.stem] {
			sum += t.weight * idf(st.c.lex.documents(t.stem), st.c.Len())
		}
	}
	return sum / (1 + float64(n)/40)
}
