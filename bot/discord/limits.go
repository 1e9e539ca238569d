package discord

import (
	"sort"
	"strings"
	"unicode"

	"exobot/knowledge"
)

// What fits into a message, in UTF-16 code units
// (https://discord.com/developers/docs/resources/message). Whether Discord counts those
// or characters is not documented; of the two, code units are the stricter.
const (
	maxContent       = 2000
	maxEmbedTitle    = 256
	maxEmbedText     = 4096 // the description
	maxEmbedField    = 1024
	maxEmbedTotal    = 6000 // title, description and fields together
	maxComponentText = 4000 // all text displays of a message together
	maxLinkURL       = 512
)

const ellipsis = "…"

// shorten returns text as show displays it, in at most limit units. If that takes a
// cut, the text ends behind a sentence or, where that would lose half of what fits,
// behind a word, and an ellipsis follows. It returns "" where not one character fits.
func shorten(text string, limit int, show func(text string) string) string {
	if whole := show(text); knowledge.Units(whole) <= limit {
		return whole
	}
	text = head(text, 2*limit) // show may leave characters out, but seldom half of them
	cut := func(end int) string { return show(strings.TrimRightFunc(text[:end], unicode.IsSpace) + ellipsis) }
	fits := func(end int) bool { return knowledge.Units(cut(end)) <= limit }
	longest := func(ends []int) int { // that fits, or 0
		n := sort.Search(len(ends), func(i int) bool { return !fits(ends[i]) })
		if n == 0 {
			return 0
		}
		return ends[n-1]
	}
	end := longest(wordEnds(text))
	if end == 0 {
		end = longest(characterEnds(text))
	}
	if sentence := longest(sentenceEnds(text)); sentence >= end/2 {
		end = min(sentence, end)
	}
	if end == 0 {
		return ""
	}
	return cut(end)
}

// head returns the first n characters of s.
func head(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// sentenceEnds returns the offsets behind the sentences of s, apart from the last.
func sentenceEnds(s string) []int {
	var ends []int
	for _, span := range knowledge.Sentences(s) {
		if span.End < len(s) {
			ends = append(ends, span.End)
		}
	}
	return ends
}

// wordEnds returns the offsets at which space follows something else.
func wordEnds(s string) []int {
	var ends []int
	space := true
	for i, r := range s {
		if unicode.IsSpace(r) && !space {
			ends = append(ends, i)
		}
		space = unicode.IsSpace(r)
	}
	return ends
}

// characterEnds returns the offsets at which s can be cut without taking a character
// apart from the marks and joiners that belong to it.
func characterEnds(s string) []int {
	const joiner = '\u200d'
	var ends []int
	var last rune
	for i, r := range s {
		if i > 0 && r != joiner && last != joiner && !unicode.IsMark(r) {
			ends = append(ends, i)
		}
		last = r
	}
	return ends
}
