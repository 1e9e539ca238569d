package importer

import (
	"strings"
	"unicode"
	"unicode/utf16"

	"exobot/knowledge"
)

// cut returns the paragraph as pieces of at most limit UTF-16 code units. It cuts
// between lines, then between sentences; a longer sentence at the end of a clause or
// between words. Only a word longer than the limit is cut inside, which inWord reports.
// Put together again the pieces are the text, but for white space.
func cut(text string, limit int) (pieces []string, inWord bool) {
	if knowledge.Units(text) <= limit {
		return []string{text}, false
	}
	var p packer
	p.limit = limit
	for text := range strings.Lines(text) {
		text = strings.TrimRight(text, " \n")
		if knowledge.Units(text) <= limit {
			p.add("\n", text)
			continue
		}
		p.flush()
		end := 0
		for _, s := range knowledge.Sentences(text) {
			// What stands between sentences is white space, if anything.
			p.add(text[end:s.Start], s.Of(text))
			end = s.End
		}
		p.flush()
	}
	p.flush()
	return p.pieces, p.inWord
}

// A packer collects texts into pieces, as many in each as fit.
type packer struct {
	limit  int
	pieces []string
	inWord bool

	open  strings.Builder
	units int // of open
}

// add puts text into the open piece, behind the space that separates it from the text
// before, or into a new one.
func (p *packer) add(space, text string) {
	n := knowledge.Units(text)
	if p.units > 0 && p.units+knowledge.Units(space)+n <= p.limit {
		p.open.WriteString(space)
		p.units += knowledge.Units(space)
	} else {
		p.flush()
	}
	for n > p.limit {
		i, inWord := cutPoint(text, p.limit)
		p.pieces = append(p.pieces, strings.TrimSpace(text[:i]))
		p.inWord = p.inWord || inWord
		rest := strings.TrimSpace(text[i:])
		n -= knowledge.Units(text[:len(text)-len(rest)])
		text = rest
	}
	p.open.WriteString(text)
	p.units += n
}

func (p *packer) flush() {
	if p.units > 0 {
		p.pieces = append(p.pieces, p.open.String())
	}
	p.open.Reset()
	p.units = 0
}

// cutPoint returns where to cut a text that is longer than limit: behind the last
// clause of the first limit code units if that is in their second half, else between
// words, else anywhere but before a mark that belongs to the character before it.
func cutPoint(text string, limit int) (i int, inWord bool) {
	var clause, word, char int
	prev, units := rune(0), 0
	for i, r := range text {
		switch {
		case i == 0:
		case unicode.IsSpace(r):
			word = i
			if strings.ContainsRune(",;:—–،؛", prev) && units > limit/2 {
				clause = i
			}
		case spaceless(prev) && !closing(r):
			word = i
			if strings.ContainsRune("、，；：", prev) && units > limit/2 {
				clause = i
			}
		}
		if i > 0 && !unicode.IsMark(r) && r != '\u200D' && prev != '\u200D' {
			char = i
		}
		if units += max(utf16.RuneLen(r), 1); units > limit {
			switch {
			case clause > 0:
				return clause, false
			case word > 0:
				return word, false
			case char > 0:
				return char, true
			}
			return i, true
		}
		prev = r
	}
	return len(text), false
}

// closing reports whether r may not start a line.
func closing(r rune) bool {
	return unicode.In(r, unicode.Pe, unicode.Pf, unicode.M) || strings.ContainsRune("、。，．！？：；ー,.!?:;", r)
}
