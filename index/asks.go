package index

import "slices"

// What a question asks for, as pseudo-terms that only questions are compared by. They
// hold a character that no word has.
const (
	asksMeaning = "?meaning" // what something is
	asksPerson  = "?who"
	asksTime    = "?when"
	asksPlace   = "?where"
	asksAmount  = "?amount" // how many, how much, how big
)

// askWords are the words that tell what is asked for.
var askWords = map[string]string{
	"who": asksPerson, "whom": asksPerson, "whose": asksPerson,
	"when": asksTime, "year": asksTime, "date": asksTime,
	"where":  asksPlace,
	"define": asksMeaning, "definition": asksMeaning, "meaning": asksMeaning, "means": asksMeaning,
	"explain": asksMeaning, "explained": asksMeaning,
}

// asksFor returns what a question asks for. That it asks for a meaning is seen from a
// word such as "definition", or from "what is" before a single thing.
func asksFor(tokens []token, things int) []string {
	var out []string
	add := func(s string) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for i, t := range tokens {
		if t.word == "how" && i+1 < len(tokens) && isAmount(tokens[i+1].word) {
			add(asksAmount)
			continue
		}
		if s, ok := askWords[t.word]; ok {
			add(s)
		}
		if things == 1 && (t.word == "what" || t.word == "whats" || t.word == "what's") {
			add(asksMeaning)
		}
	}
	return out
}

func isAmount(word string) bool {
	switch word {
	case "many", "much", "big", "small", "large", "long", "often", "tiny", "old", "far":
		return true
	}
	return false
}
