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
	MinPassageWords = 75
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

// Words counts the words of s: runs of letters and digits with the marks, apostrophes
// and hyphens inside them. A number is one word with its decimals and thousands. Two
// characters of a script without spaces (Chinese, Japanese) count as one word.
func Words(s string) int {
	words, ideographs := 0, 0
	in := false    // inside a word
	digit := false // the character before was a digit
	for i, r := range s {
		wasDigit := digit
		digit = unicode.IsDigit(r)
		switch {
		case ideograph(r):
			ideographs++
			in = false
		case unicode.IsLetter(r) || digit:
			if !in {
				words++
			}
			in = true
		case unicode.IsMark(r) || r == '\'' || r == '’' || r == '-':
		case (r == '.' || r == ',') && wasDigit && startsWithDigit(s[i+1:]):
		default:
			in = false
		}
	}
	return words + (ideographs+1)/2
}

// ideograph reports whether r is written without spaces between words.
func ideograph(r rune) bool {
	return r >= 0x2E80 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー')
}

func startsWithDigit(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsDigit(r)
}

func startsWithSpace(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsSpace(r)
}

// Sentences returns the spans of text's sentences, in order, without the space around
// them. A sentence ends at . ! ? … or what other scripts write for them, with the
// quotation marks and brackets that close behind, where a new sentence can begin; at a
// blank line; and before a line that starts a list item. Abbreviations, initials,
// decimals and the numbers of a list do not end one.
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
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		before, after := s[:i], s[i+size:]
		i += size
		switch r {
		case '。', '！', '？', '｡', '؟', '۔', '।', '॥', '።', '။', '។':
			return i + closers(after)
		case '.', '!', '?', '…':
			n := closers(after)
			i += n
			if endsSentence(before, r, after[:n], after[n:]) {
				return i
			}
		case '\n':
			if listItem(after) {
				return i
			}
		}
	}
	return len(s)
}

// endsSentence reports whether the mark between before and after ends a sentence;
// closing is the punctuation that goes with the mark.
func endsSentence(before string, mark rune, closing, after string) bool {
	if after != "" && !startsWithSpace(after) {
		return false // a decimal, an address, an ellipsis inside a word
	}
	next := firstWord(after)
	if mark == '.' && closing == "" {
		if listNumber(before) || abbreviated(before, next) {
			return false
		}
	}
	if (mark == '!' || mark == '?') && closing == "" {
		return true
	}
	first, size := utf8.DecodeRuneInString(next)
	inner := strings.IndexFunc(next[size:], unicode.IsUpper) >= 0 // mRNA can begin a sentence
	return !unicode.IsLower(first) || inner
}

// firstWord returns the first word of s, without the quotation mark or bracket that
// opens in front of it.
func firstWord(s string) string {
	s = strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("\"'“‘«»„(¿¡[", r)
	})
	if i := strings.IndexFunc(s, unicode.IsSpace); i >= 0 {
		return s[:i]
	}
	return s
}

// closers returns the length of the punctuation at the start of s that still belongs
// to the sentence that has just ended.
func closers(s string) int {
	rest := strings.TrimLeft(s, ".!?…\"'”’»«)]」』）。！？؟")
	// French sets a space before the closing mark: « Oui ! »
	if space, size := utf8.DecodeRuneInString(rest); unicode.IsSpace(space) && space != '\n' {
		if after, ok := strings.CutPrefix(rest[size:], "»"); ok && (after == "" || startsWithSpace(after)) {
			rest = after
		}
	}
	return len(s) - len(rest)
}

// abbreviations are words that a full stop follows without ending the sentence. Those
// that are true may also be a sentence's last word.
var abbreviations = map[string]bool{
	"e.g": false, "i.e": false, "cf": false, "vs": false, "viz": false, "approx": false, "ca": false,
	"dr": false, "mr": false, "mrs": false, "ms": false, "prof": false, "st": false,
	"fig": false, "figs": false, "eq": false, "vol": false, "pp": false,
	"jan": false, "feb": false, "mar": false, "apr": false, "jun": false, "jul": false, "aug": false,
	"sep": false, "sept": false, "oct": false, "nov": false, "dec": false,
	"al": true, "inc": true, "ltd": true, "co": true, "corp": true,
}

// starters are words that begin a sentence often and a name or number never: behind
// "et al." or "U.S." they tell that the sentence is over.
var starters = map[string]bool{
	"A": true, "After": true, "All": true, "An": true, "And": true, "As": true, "At": true, "Before": true,
	"Both": true, "But": true, "By": true, "Each": true, "For": true, "From": true, "He": true, "Her": true,
	"His": true, "However,": true, "If": true, "In": true, "It": true, "Its": true, "Many": true, "Most": true,
	"No": true, "On": true, "Other": true, "Our": true, "She": true, "Since": true, "So": true, "Some": true,
	"Such": true, "That": true, "The": true, "Their": true, "Then": true, "There": true, "These": true,
	"They": true, "This": true, "Those": true, "To": true, "Today": true, "Until": true, "We": true,
	"What": true, "When": true, "Where": true, "While": true, "Why": true, "With": true, "You": true,
}

// abbreviated reports whether the text before a full stop ends in an abbreviation or in
// an initial, and the word behind the full stop goes on with the sentence.
func abbreviated(before, next string) bool {
	word := lastWord(before)
	if word == "No" { // "No. 5", but "Is it safe? No. Nobody knows."
		return startsWithDigit(next)
	}
	mayEnd, known := abbreviations[strings.ToLower(word)]
	switch {
	case initials(word): // Smith J., U.S.
		return word != "I" && (known && !mayEnd || !starters[next])
	case !known || word == strings.ToUpper(word): // MS is a disease
		return false
	}
	return !mayEnd || !starters[next]
}

// lastWord returns what stands behind the last space or opening mark of s.
func lastWord(s string) string {
	i := strings.LastIndexFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("([\"“‘", r)
	})
	if i < 0 {
		return s
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	return s[i+size:]
}

// initials reports whether word is a capital, or letters with full stops between them.
func initials(word string) bool {
	letters := strings.Split(word, ".")
	for _, l := range letters {
		if r, size := utf8.DecodeRuneInString(l); size != len(l) || !unicode.IsLetter(r) {
			return false
		}
	}
	r, _ := utf8.DecodeRuneInString(word)
	return len(letters) > 1 || unicode.IsUpper(r)
}

// listNumber reports whether s, the start of a sentence, is the number of a list item.
func listNumber(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && len(s) <= 3 && strings.Trim(s, "0123456789") == ""
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
