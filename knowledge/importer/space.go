package importer

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lineEnds maps every way of ending a line to \n, and of ending a page or paragraph to
// an empty line.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n\n", "\f", "\n\n")

// visible returns s with \n as its line ends and without invisible characters.
func visible(s string) string {
	return dropInvisible(lineEnds.Replace(s))
}

// dropInvisible returns s without the characters that hide in copied text and keep
// words from being found. Joiners stay where a script needs them: behind a letter
// that is not Latin, and inside an emoji.
func dropInvisible(s string) string {
	prev := rune(' ')
	return strings.Map(func(r rune) rune {
		if invisible(r, prev) {
			return -1
		}
		prev = r
		return r
	}, s)
}

func invisible(r, prev rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r == '\u00AD', r == '\u200B', r == '\u2060', r == '\uFEFF', r == '\u180E', // soft hyphen, zero-width space, word joiner, byte order mark
		'\u202A' <= r && r <= '\u202E', '\u2066' <= r && r <= '\u2069', // overrides of the writing direction
		r&0xFFFE == 0xFFFE, '\uFDD0' <= r && r <= '\uFDEF': // not characters at all
		return true
	case r == '\u200C' || r == '\u200D':
		return unicode.IsSpace(prev) || unicode.Is(unicode.Latin, prev) || prev < utf8.RuneSelf
	}
	return unicode.IsControl(r) && !unicode.IsSpace(r)
}

// squeeze returns s with every run of white space as one space, none at its ends, and
// without invisible characters.
func squeeze(s string) string {
	return dropInvisible(strings.Join(strings.Fields(dropInvisible(s)), " "))
}

// join returns a and b, two lines of one paragraph, as one. There is a space between
// them unless a hyphen ends the first or the script has none.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	last, size := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	before, _ := utf8.DecodeLastRuneInString(a[:len(a)-size])
	switch {
	case last == '-' && unicode.IsLetter(before) && unicode.IsLower(first):
		return a + b
	case spaceless(last) && spaceless(first):
		return a + b
	}
	return a + " " + b
}

// spaceless reports whether r is of a script that puts no spaces between words.
func spaceless(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || strings.ContainsRune("、。，．！？：；「」『』（）ー", r)
}

// letters counts the letters and digits of s.
func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// fold returns s as it is compared with another: its letters and digits in lower case,
// with one space between words.
func fold(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	}), " ")
}

func runes(s string) int { return utf8.RuneCountInString(s) }

// startsLower reports whether the first letter of s is a small one.
func startsLower(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return unicode.IsLower(r)
		}
		if unicode.IsDigit(r) {
			return false
		}
	}
	return false
}

// closers are what may stand behind the full stop of a sentence: quotes, brackets and
// footnote marks.
var closers = regexp.MustCompile(`(?:[\s"'”’»)」』）*¹²³⁴-⁹⁰]|\[\d+\])+$`)

// endsSentence reports whether s ends as a sentence does.
func endsSentence(s string) bool {
	if len(s) > 64 { // the pattern need not look at more than the end
		s = s[len(s)-64:]
	}
	last, _ := utf8.DecodeLastRuneInString(closers.ReplaceAllString(s, ""))
	return strings.ContainsRune(".!?…。！？؟۔।", last)
}
