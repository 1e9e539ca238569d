package index

import (
	"math"
	"unicode/utf8"
)

// A question is what a member typed, as the ranking sees it.
type question struct {
	terms []term
	slots []slot
	words []string // normalised words that carry meaning, repaired, in order
}

// A term is a stem to look for.
type term struct {
	stem   string
	weight float64 // of one occurrence in the question; expansions weigh less
	slot   int
}

// A slot is one thing that the question asks about: a word, or a phrase that the
// glossary knows, with everything that says the same. A passage covers a slot when it
// holds any of its terms.
type slot struct {
	weight float64 // how much it says: the idf of the word itself
	known  bool    // whether the collection, or the glossary, has the word
}

// parse cuts a question into words and gives each word that is not a stop word a slot.
// A word that the collection lacks is replaced by the nearest that it has.
func (c *Collection) parse(text string) *question {
	q := &question{}
	stops := stopWords()
	slotOf := make(map[string]int)
	for _, t := range tokenize(text) {
		if stops[t.word] {
			continue
		}
		word := t.word
		if _, ok := c.lex.ids[word]; !ok {
			word = c.repair(word)
		}
		q.words = append(q.words, word)
		s := stem(word)
		if at, ok := slotOf[s]; ok {
			q.terms[at].weight++
			continue
		}
		slotOf[s] = len(q.terms)
		q.terms = append(q.terms, term{stem: s, weight: 1, slot: len(q.slots)})
		q.slots = append(q.slots, slot{})
	}
	return q
}

// repair returns the word of the collection that a misspelt word was meant to be, or
// the word itself where none is near.
func (c *Collection) repair(word string) string {
	n := utf8.RuneCountInString(word)
	if n < minRepair {
		return word
	}
	return word
}

// minRepair is the length from which words are repaired. Shorter words have so many
// neighbours that a repair is a guess.
const minRepair = 5

// gramWeights returns the character n-grams of the question with their weights.
func (q *question) gramWeights(x *lexicon, docs int) map[uint32]float64 {
	w := make(map[uint32]float64)
	for _, word := range q.words {
		for g := range grams(word) {
			if id, ok := x.gramIDs[g]; ok {
				w[id] += idf(int(x.gramDF[id]), docs)
			}
		}
	}
	return w
}

// norm returns the length of the question's vector of idf weights.
func (x *questionIndex) norm(q *question) float64 {
	sum := 0.0
	for _, t := range q.terms {
		w := t.weight * x.idf(t.stem)
		sum += w * w
	}
	return math.Sqrt(sum)
}

// idf returns the idf of a stem among the questions, the greatest for one that none has.
func (x *questionIndex) idf(stem string) float64 {
	if v, ok := x.idfs[stem]; ok {
		return v
	}
	return idf(0, len(x.groups))
}
