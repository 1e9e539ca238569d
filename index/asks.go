package index

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

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
		if things == 1 && whatIs(tokens[i:]) {
			add(asksMeaning)
		}
	}
	return out
}

// whatIs reports whether tokens begin with "what is" in one of its forms.
func whatIs(tokens []token) bool {
	switch tokens[0].word {
	case "whats", "what's", "wats", "what": // of "what's", the possessive ending is gone
		if tokens[0].end-tokens[0].start > len("what") {
			return true
		}
		if len(tokens) < 2 {
			return false
		}
		switch tokens[1].word {
		case "is", "are", "r", "exactly", "actually", "the":
			return true
		}
	}
	return false
}

func isAmount(word string) bool {
	switch word {
	case "many", "much", "big", "small", "large", "long", "often", "tiny", "old", "far":
		return true
	}
	return false
}

// foreignAsks tells, by language, which words and phrases ask for what. Words are folded.
var foreignAsks = map[string]map[string]string{
	"es": {"q es": asksMeaning, "q son": asksMeaning, "que es": asksMeaning, "que son": asksMeaning, "que significa": asksMeaning, "quien": asksPerson, "quienes": asksPerson, "cuando": asksTime, "donde": asksPlace, "cuanto": asksAmount, "cuantos": asksAmount, "cuantas": asksAmount},
	"de": {"was ist": asksMeaning, "was sind": asksMeaning, "was bedeutet": asksMeaning, "wer": asksPerson, "wann": asksTime, "seit wann": asksTime, "wo": asksPlace, "wie viel": asksAmount, "wie viele": asksAmount},
	"fr": {"cest quoi": asksMeaning, "c quoi": asksMeaning, "c koi": asksMeaning, "qu'est-ce": asksMeaning, "c'est quoi": asksMeaning, "que sont": asksMeaning, "que signifie": asksMeaning, "qui": asksPerson, "quand": asksTime, "depuis quand": asksTime, "ou": asksPlace, "combien": asksAmount},
	"pt": {"oq e": asksMeaning, "oq sao": asksMeaning, "o que e": asksMeaning, "o que sao": asksMeaning, "o que significa": asksMeaning, "quem": asksPerson, "quando": asksTime, "onde": asksPlace, "quanto": asksAmount, "quantos": asksAmount, "quantas": asksAmount},
	"it": {"cos'e": asksMeaning, "cosa sono": asksMeaning, "che cosa sono": asksMeaning, "cosa significa": asksMeaning, "chi": asksPerson, "quando": asksTime, "dove": asksPlace, "quanto": asksAmount, "quanti": asksAmount, "quante": asksAmount},
	"pl": {"co to": asksMeaning, "czym jest": asksMeaning, "czym sa": asksMeaning, "co oznacza": asksMeaning, "kto": asksPerson, "kiedy": asksTime, "gdzie": asksPlace, "ile": asksAmount},
	"ru": {"че такое": asksMeaning, "шо такое": asksMeaning, "что такое": asksMeaning, "что значит": asksMeaning, "кто": asksPerson, "когда": asksTime, "где": asksPlace, "сколько": asksAmount},
	"tr": {"nedir": asksMeaning, "ne demek": asksMeaning, "kim": asksPerson, "kimler": asksPerson, "ne zaman": asksTime, "nerede": asksPlace, "kac": asksAmount, "ne kadar": asksAmount},
	"ar": {"شو": asksMeaning, "ايش": asksMeaning, "ايه": asksMeaning, "ما هو": asksMeaning, "ما هي": asksMeaning, "من": asksPerson, "متى": asksTime, "اين": asksPlace, "كم": asksAmount},
	"ja": {"とは": asksMeaning, "って何": asksMeaning, "何ですか": asksMeaning, "誰": asksPerson, "だれ": asksPerson, "いつ": asksTime, "どこ": asksPlace, "いくつ": asksAmount, "どのくらい": asksAmount},
	"ko": {"뭐": asksMeaning, "무엇": asksMeaning, "이란": asksMeaning, "누가": asksPerson, "누구": asksPerson, "언제": asksTime, "어디": asksPlace, "얼마": asksAmount, "몇": asksAmount},
	"zh": {"是什么": asksMeaning, "什么是": asksMeaning, "谁": asksPerson, "什么时候": asksTime, "哪年": asksTime, "哪里": asksPlace, "多少": asksAmount},
}

// foreignAsksFor is asksFor in another language. A text in a language without spaces is
// searched for the phrases anywhere in it.
func foreignAsksFor(lang, text string, things int) []string {
	f := fold(text)
	if !spaceless(lang) {
		f = " " + strings.Join(strings.FieldsFunc(f, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '-'
		}), " ") + " "
	}
	var out []string
	for phrase, s := range foreignAsks[lang] {
		if !spaceless(lang) {
			phrase = " " + phrase + " "
		}
		if (s != asksMeaning || things == 1) && !slices.Contains(out, s) && strings.Contains(f, fold(phrase)) {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return out
}

// asksWords are the words of foreignAsks, which are not what a question is about.
var asksWords = sync.OnceValue(func() map[string]map[string]bool {
	out := make(map[string]map[string]bool, len(foreignAsks))
	for lang, phrases := range foreignAsks {
		out[lang] = make(map[string]bool)
		for p := range phrases {
			for _, w := range strings.Fields(p) {
				out[lang][fold(w)] = true
			}
		}
	}
	return out
})
