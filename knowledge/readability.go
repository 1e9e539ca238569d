package knowledge

import (
	"strings"
	"unicode"
)

// Grade returns the Flesch-Kincaid grade of an English text: the school year in which
// a pupil can read it. 0.39 × words per sentence + 11.8 × syllables per word − 15.59
// (Kincaid, Fishburne, Rogers and Chissom 1975). Syllables are counted by rule, which
// is right within a few per cent over a paragraph. The grade of an empty text is 0.
func Grade(text string) float64 {
	words, syllables := 0, 0
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’' }) {
		words++
		syllables += Syllables(w)
	}
	sentences := len(Sentences(text))
	if words == 0 || sentences == 0 {
		return 0
	}
	w := float64(words)
	return 0.39*w/float64(sentences) + 11.8*float64(syllables)/w - 15.59
}

// Syllables estimates how many syllables an English word has: groups of vowels, less a
// silent e or ed at the end. Numbers, and words without a vowel, count as one.
func Syllables(word string) int {
	word = strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "’s"))
	groups, in := 0, false
	for _, r := range word {
		vowel := strings.ContainsRune("aeiouyáéíóúäëïöü", r)
		if vowel && !in {
			groups++
		}
		in = vowel
	}
	silent := strings.HasSuffix(word, "e") && !strings.HasSuffix(word, "le") ||
		strings.HasSuffix(word, "ed") && !strings.HasSuffix(word, "ted") && !strings.HasSuffix(word, "ded") ||
		strings.HasSuffix(word, "es") && !hasAnySuffix(word, "ses", "zes", "ces", "ges", "xes", "shes", "ches", "les")
	if silent && groups > 1 && !hasAnySuffix(word, "ee", "oe", "ye") {
		groups--
	}
	return max(groups, 1)
}

func hasAnySuffix(s string, suffixes ...string) bool {
	for _, x := range suffixes {
		if strings.HasSuffix(s, x) {
			return true
		}
	}
	return false
}
