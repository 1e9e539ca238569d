package eval

import (
	"hash/fnv"
	"math/rand/v2"
	"unicode"
)

// typoLength is the shortest word that [Typo] misspells: of shorter ones too little is
// left to tell what was meant.
const typoLength = 4

// Typo returns the text with one slip of the finger: in one of its words of four letters
// or more, a letter is doubled by another, dropped, changed, or swapped with the next. The
// same text and number give the same slip; a text without such a word is returned as it
// is.
func Typo(text string, number int) string {
	letters := []rune(text)
	type word struct{ start, end int }
	var words []word
	for i := 0; i < len(letters); i++ {
		start := i
		for i < len(letters) && unicode.IsLetter(letters[i]) {
			i++
		}
		if i-start >= typoLength {
			words = append(words, word{start, i})
		}
	}
	if len(words) == 0 {
		return text
	}
	h := fnv.New64a()
	h.Write([]byte(text)) // a hash takes everything
	rng := rand.New(rand.NewPCG(h.Sum64(), uint64(number)))
	w := words[rng.IntN(len(words))]
	at := w.start + rng.IntN(w.end-w.start)
	any := func() rune {
		if letters[at] < unicode.MaxASCII {
			return 'a' + rune(rng.IntN(26))
		}
		return letters[w.start+rng.IntN(w.end-w.start)] // of the same alphabet
	}
	switch rng.IntN(4) {
	case 0:
		letters = append(letters[:at], append([]rune{any()}, letters[at:]...)...)
	case 1:
		letters = append(letters[:at], letters[at+1:]...)
	case 2:
		r := any()
		for tries := 0; r == letters[at] && tries < 10; tries++ {
			r = any()
		}
		letters[at] = r
	case 3:
		if at == w.end-1 {
			at--
		}
		letters[at], letters[at+1] = letters[at+1], letters[at]
	}
	return string(letters)
}
