package index

import (
	"context"

	"exobot/knowledge"
)

// An Explanation says how a question was understood and why its passages came up.
type Explanation struct {
	Language   string     `json:"language"`
	Words      []string   `json:"words"`   // that carry meaning, repaired
	Terms      []string   `json:"terms"`   // stems looked for, expansions included
	Unknown    []string   `json:"unknown"` // stems of them that nothing here speaks of
	Features   Features   `json:"features"`
	Confidence float64    `json:"confidence"`
	Hits       []HitTrace `json:"hits"`
}

// A HitTrace is one hit with what each signal gave it, from 0 to 1.
type HitTrace struct {
	ID      string             `json:"id"`
	Score   float64            `json:"score"`
	Signals map[string]float64 `json:"signals"`
	doc     uint32
}

// explained is how many hits an explanation lists.
const explained = 5

// Explain searches as [Index.Search] does for a question of one part, and tells why.
func (ix *Index) Explain(ctx context.Context, query knowledge.Query) (Explanation, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	admit, err := ix.admit(query.Articles)
	if err != nil {
		return Explanation{}, err
	}
	st := ix.state
	if st == nil {
		return Explanation{}, errClosed
	}
	q := st.c.parser.parseIn(query.Context, query.Text, query.Locale)
	e := Explanation{Language: q.language, Words: q.words}
	for _, t := range q.terms {
		e.Terms = append(e.Terms, t.stem)
		if t.slot >= 0 && !q.slots[t.slot].known {
			e.Unknown = append(e.Unknown, t.stem)
		}
	}
	k, err := st.c.rank.rank(ctx, q, explained, admit)
	if err != nil || len(k.hits) == 0 {
		return e, err
	}
	e.Features = st.c.features(q, k)
	e.Confidence = ix.model.confidence(e.Features)
	for _, h := range k.hits {
		t := HitTrace{ID: h.ID, Score: h.Score, Signals: make(map[string]float64), doc: h.doc}
		at := k.candidate(h.doc)
		for i, s := range st.c.rank.signals {
			t.Signals[s.name] = k.scaled(i, at)
		}
		e.Hits = append(e.Hits, t)
	}
	return e, nil
}

// Scores are what the signals gave the candidates for one question. The score of a
// candidate is the sum of its values, each times the weight of its signal, so other weights
// can be tried without ranking again.
type Scores struct {
	Signals   []string    // those with a weight in the model, in alphabetical order
	Documents []string    // ids of the candidates; of equal ones the earlier is better
	Values    [][]float64 // by signal, then by candidate: from 0 to 1
}

// Scores ranks for a question and returns what every candidate got from every signal. Each
// document stands for itself, whatever its group.
func (c *Collection) Scores(ctx context.Context, text string) (Scores, error) {
	k, err := c.rank.rank(ctx, c.parser.parse(text, ""), candidateCount, nil)
	if err != nil {
		return Scores{}, err
	}
	var s Scores
	for _, doc := range k.docs {
		s.Documents = append(s.Documents, c.ids[doc])
	}
	for i, w := range c.rank.signals {
		values := make([]float64, len(k.docs))
		for j, doc := range k.docs {
			values[j] = k.scaled(i, j) * c.priors[doc]
		}
		s.Signals, s.Values = append(s.Signals, w.name), append(s.Values, values)
	}
	return s, nil
}
