package knowledge

import (
	"regexp"
	"strings"
	"unicode"
)

// Grade returns the Flesch-Kincaid grade of an English text: the school year in which
// a pupil can read it. 0.39 × words per sentence + 11.8 × syllables per word − 15.59
// (Kincaid, Fishburne, Rogers and Chissom 1975). Syllables are counted by rule, which
// is right within a few per cent over a paragraph. The grade of an empty text is 0.
func Grade(text string) float64 { return grade(text, Syllables) }

// grader returns a [Grade] that remembers the words it has met, for many texts.
func grader() func(text string) float64 {
	known := map[string]int{}
	return func(text string) float64 {
		return grade(text, func(word string) int {
			n, ok := known[word]
			if !ok {
				n = Syllables(word)
				known[word] = n
			}
			return n
		})
	}
}

func grade(text string, syllablesOf func(word string) int) float64 {
	words, syllables := 0, 0
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’' }) {
		words++
		syllables += syllablesOf(w)
	}
	sentences := len(Sentences(text))
	if words == 0 || sentences == 0 {
		return 0
	}
	w := float64(words)
	return 0.39*w/float64(sentences) + 11.8*float64(syllables)/w - 15.59
}

// Syllables estimates how many syllables an English word has: its groups of vowels,
// corrected where English writes a vowel that nobody says, or says two vowels that
// stand side by side. Numbers, and words without a vowel, count as one; what is longer
// than any word counts as one for three letters.
func Syllables(word string) int {
	if len(word) > longestWord {
		return len(word) / 3
	}
	word = strings.ToLower(strings.ReplaceAll(word, "’", "'"))
	word = strings.TrimSuffix(word, "'s")
	n := len(vowelGroup.FindAllString(consonantY.ReplaceAllString(word, "${1}j${2}"), -1))
	if n > 1 && silentEnding.MatchString(word) && !spokenEnding.MatchString(word) {
		n--
	}
	if unspoken.MatchString(word) {
		n--
	}
	for _, re := range apart {
		n += len(re.FindAllString(word, -1))
	}
	return max(n, 1)
}

// longestWord is the length of pneumonoultramicroscopicsilicovolcanoconiosis, and some.
const longestWord = 50

var (
	vowelGroup = regexp.MustCompile(`[aeiouyáéíóúäëïöü]+`)
	// A y is a consonant between vowels and at the start of a word: layer, yes.
	consonantY = regexp.MustCompile(`(^|[aeiou])y([aeiou][a-rt-z])`)

	// Final e, es and ed behind a consonant are silent: gene, genes, based.
	silentEnding = regexp.MustCompile(`([^aeiouy]|[gq]u)e[sd]?$`)
	// Except in vesicle, metres, settled; sizes, messages; treated.
	spokenEnding = regexp.MustCompile(`[^aeiouylr][lr]e[sd]?$|([sxzcg]|[cs]h)es$|[td]ed$|^(acne|recipes?|diabetes|naked)$`)

	// A silent e within a word: safely, movement, sometimes, baseline.
	unspoken = regexp.MustCompile(`[aeiouy][^aeiouyh]+e(ful|less|ness|ly|ty)` +
		`|[aeiouy][^aeiouyl]*[^aeiouyl]ements?$` +
		`|some(thing|times?|what|how|where)|there(fore|by)|life(time|style|long|span)` +
		`|(tim|guid|pip|lif|bas)elin|likewise|wavel|platelet|every|business`)
)

// Vowels that stand side by side and are still two syllables, and syllables without a
// written vowel. Each match counts one more.
var apart = []*regexp.Regexp{
	regexp.MustCompile(`[aeiou]ing|[^aeiou]y(ing|[aou])`),                                 // being, carrying, cryo, hyaluronic
	regexp.MustCompile(`ia([^glnu]|g[nr]|$)|(^|[^ct])ia[ln]`),                             // associated, diagnosis, trial
	regexp.MustCompile(`(^|[^aeioustcgxhln])io|[aeioustcgxhln]io([^nu]|$)`),               // biology, ratio
	regexp.MustCompile(`iu|ii|iet|i(er|est)s?$|(^|[^ct])ien[ct]|scien`),                   // medium, diet, carrier, gradient
	regexp.MustCompile(`creat(e|ing|ion|iv|or|in)|rea$|areas|idea|nausea|pancrea|pean`),   // created, Korea
	regexp.MustCompile(`linear|nuclear|cleat(e|ion)|meab|theat|realit`),                   // nucleation, permeable
	regexp.MustCompile(`\bre(act|ag|ass|us[ei]|in[fjtv]|im)`),                             // reaction, reagent
	regexp.MustCompile(`(^|[^mpg])eo|geo[^nu]|cleic|clei$|e(us|um)$`),                     // video, proteome, nucleus
	regexp.MustCompile(`(^|[^gq])ua[^d]|[^q]uou|fluid|[^qgl]uen[ct]|fluen|genuine|cruel`), // actual, continuous
	regexp.MustCompile(`ao|oar[^ds]|coord|cooperat|coex`),                                 // chaos, coordinate
	regexp.MustCompile(`[aeiouy]sms?$|thms?$|[sd]n't$`),                                   // organism, rhythm, isn't
}
