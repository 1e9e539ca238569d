package knowledge

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Bounds of a passage.
const (
	// MinPassageWords is the length under which a paragraph is joined with the next:
	// a shorter passage seldom stands alone when it is quoted in a chat.
	MinPassageWords = 40
	// MaxPassageWords is the length over which paragraphs are not joined any more, and
	// over which an editor is advised to split a paragraph.
	MaxPassageWords = 130
	// MaxPassageUnits is the longest passage that a pack may hold, in UTF-16 code
	// units. With every character escaped it would still fit Discord's 4,000 together
	// with its heading and sources.
	MaxPassageUnits = 1200
)

// Units returns the length of s in UTF-16 code units, in which Discord's limits are
// counted here: of the possible units it is the one that never counts too little.
func Units(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// Paragraphs returns the spans of text that blank lines separate, without the space
// around them.
func Paragraphs(text string) []Span {
	var spans []Span
	start, end := -1, 0 // of the paragraph in hand; start < 0 when there is none
	for pos := 0; pos < len(text); {
		next := len(text)
		if i := strings.IndexByte(text[pos:], '\n'); i >= 0 {
			next = pos + i + 1
		}
		line := text[pos:next]
		if trimmed := strings.TrimSpace(line); trimmed == "" {
			if start >= 0 {
				spans = append(spans, Span{start, end})
			}
			start = -1
		} else {
			lead := strings.Index(line, trimmed)
			if start < 0 {
				start = pos + lead
			}
			end = pos + lead + len(trimmed)
		}
		pos = next
	}
	if start >= 0 {
		spans = append(spans, Span{start, end})
	}
	return spans
}

// Passages cuts a section's text into passages: paragraphs, with short ones joined to
// the one that follows (the last to the one before) as long as the run stays within
// [MaxPassageWords] and [MaxPassageUnits].
func Passages(text string) []Span {
	var spans []Span
	join := func(a, b Span) (Span, bool) {
		both := Span{a.Start, b.End}
		ok := Words(both.Of(text)) <= MaxPassageWords && Units(both.Of(text)) <= MaxPassageUnits
		return both, ok
	}
	short := func(s Span) bool { return Words(s.Of(text)) < MinPassageWords }
	for _, p := range Paragraphs(text) {
		if n := len(spans); n > 0 && short(spans[n-1]) {
			if both, ok := join(spans[n-1], p); ok {
				spans[n-1] = both
				continue
			}
		}
		spans = append(spans, p)
	}
	if n := len(spans); n > 1 && short(spans[n-1]) {
		if both, ok := join(spans[n-2], spans[n-1]); ok {
			spans = append(spans[:n-2], both)
		}
	}
	return spans
}

// Words counts the words of s: runs of letters, digits and the marks, apostrophes and
// hyphens inside them. Two characters of a script without spaces (Chinese, Japanese)
// count as one word.
func Words(s string) int {
	words, ideographs, in := 0, 0, false
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			ideographs++
			in = false
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if !in {
				words++
			}
			in = true
		case unicode.IsMark(r) || r == '\'' || r == '’' || r == '-':
		default:
			in = false
		}
	}
	return words + (ideographs+1)/2
}

// Sentences returns the spans of text's sentences, in order, without the space around
// them. A sentence ends at . ! ? … or their full-width forms, with the quotation marks
// and brackets that close behind them, where a new sentence can begin; at a blank line;
// and before a line that starts a list item. Abbreviations, initials and decimals do
// not end one.
func Sentences(text string) []Span {
	var spans []Span
	for _, p := range Paragraphs(text) {
		for pos := p.Start; pos < p.End; {
			end := pos + sentenceEnd(text[pos:p.End])
			s := text[pos:end]
			lead := len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace))
			if trimmed := strings.TrimSpace(s); trimmed != "" {
				spans = append(spans, Span{pos + lead, pos + lead + len(trimmed)})
			}
			pos = end
		}
	}
	return spans
}

// sentenceEnd returns the offset behind the first sentence of s, which is not empty.
func sentenceEnd(s string) int {
	for i, r := range s {
		size := utf8.RuneLen(r)
		if size < 0 {
			size = 1
		}
		rest := s[i+size:]
		switch r {
		case '。', '！', '？':
			return i + size + closers(rest)
		case '.', '!', '?', '…':
			n := closers(rest)
			after := rest[n:]
			if after == "" {
				return len(s)
			}
			next, _ := utf8.DecodeRuneInString(after)
			if !unicode.IsSpace(next) {
				continue // a decimal, an address, an ellipsis inside a word
			}
			if r == '.' && n == 0 && abbreviated(s[:i]) {
				continue
			}
			first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(after, func(r rune) bool {
				return unicode.IsSpace(r) || strings.ContainsRune("\"'“‘«(¿¡[", r)
			}))
			if unicode.IsLower(first) && r != '!' && r != '?' {
				continue
			}
			return i + size + n
		case '\n':
			if listItem(rest) {
				return i + size
			}
		}
	}
	return len(s)
}

// closers returns the length of the punctuation at the start of s that still belongs
// to the sentence that has just ended.
func closers(s string) int {
	return len(s) - len(strings.TrimLeft(s, ".!?…\"'”’»)]」』）。！？"))
}

// abbreviations are words that a full stop follows without ending the sentence.
var abbreviations = map[string]bool{
	"e.g": true, "i.e": true, "cf": true, "vs": true, "dr": true, "mr": true, "mrs": true, "ms": true,
	"prof": true, "st": true, "no": true, "fig": true, "figs": true, "eq": true, "vol": true, "pp": true,
	"approx": true, "ca": true, "al": true, "inc": true, "ltd": true, "co": true, "corp": true,
	"jan": true, "feb": true, "mar": true, "apr": true, "jun": true, "jul": true, "aug": true,
	"sep": true, "sept": true, "oct": true, "nov": true, "dec": true, "u.s": true, "u.k": true, "viz": true,
}

// abbreviated reports whether the text before a full stop ends in an abbreviation or a
// single capital, such as an initial.
func abbreviated(before string) bool {
	i := strings.LastIndexFunc(before, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("([\"“‘", r)
	})
	word := before
	if i >= 0 {
		_, size := utf8.DecodeRuneInString(before[i:])
		word = before[i+size:]
	}
	if r, size := utf8.DecodeRuneInString(word); size == len(word) && unicode.IsUpper(r) {
		return word != "I"
	}
	lower := strings.ToLower(word)
	if lower == "no" && word != "No" { // "No. 5" abbreviates a number; "no." ends a sentence
		return false
	}
	return abbreviations[lower]
}

// listItem reports whether line starts with a bullet or a number as in a list.
func listItem(line string) bool {
	line = strings.TrimLeft(line, " \t")
	for _, bullet := range []string{"- ", "* ", "• ", "– "} {
		if strings.HasPrefix(line, bullet) {
			return true
		}
	}
	digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
	return digits > 0 && digits <= 3 && (strings.HasPrefix(line[digits:], ". ") || strings.HasPrefix(line[digits:], ") "))
}
