package importer

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A composer makes blocks of what the Markdown and HTML readers meet on their walk.
type composer struct {
	blocks []block
	kind   kind // of the paragraphs: para or quote
	extra  int  // blank lines to count above the next block, beyond the usual one

	lines []line // of the paragraph in hand, up to its last line break
	open  strings.Builder
	no    int // the line of the input where open starts

	letters, bold int // letters of open; those that are bold
	all, allLinks int // letters of everything so far; those that are links
	pictures      int
}

// A face is how a text is set.
type face struct{ bold, link bool }

// sub returns a composer for a part, such as a list item; join it with [composer.end].
func (c *composer) sub() *composer { return &composer{kind: c.kind} }

// text adds running text, which starts on the given line of the input.
func (c *composer) text(s string, f face, no int) {
	if c.open.Len() == 0 {
		c.no = no
	}
	c.open.WriteString(s)
	n := letters(s)
	c.letters += n
	c.all += n
	if f.bold {
		c.bold += n
	}
	if f.link {
		c.allLinks += n
	}
}

// lineBreak ends a line of the paragraph in hand. A second one in a row ends the
// paragraph, and more are blank lines.
func (c *composer) lineBreak() {
	switch {
	case c.endLine():
	case len(c.lines) > 0:
		c.paragraph()
	default:
		c.extra++
	}
}

// endLine moves the open text to the lines, and reports whether there was any.
func (c *composer) endLine() bool {
	var parts []string
	for part := range strings.Lines(c.open.String()) {
		if part = squeeze(part); part != "" {
			parts = append(parts, part)
		}
	}
	l := line{text: unwrap(parts), no: c.no, bold: c.letters > 0 && c.bold == c.letters}
	l.raw = l.text
	c.open.Reset()
	c.letters, c.bold = 0, 0
	if l.text == "" {
		return false
	}
	c.lines = append(c.lines, l)
	return true
}

// paragraph ends the paragraph in hand, if any.
func (c *composer) paragraph() {
	c.endLine()
	lines := c.lines
	c.lines = nil
	if c.kind == quote && len(lines) > 0 {
		c.add(block{kind: quote, text: breaking{meant: true}.joined(lines), line: lines[0].no})
		return
	}
	for _, b := range segment(lines, breaking{meant: true}) {
		c.add(b)
	}
}

// add adds a block that has text.
func (c *composer) add(b block) {
	if b.text = strings.TrimSpace(b.text); b.text == "" {
		return
	}
	b.gap = 1 + c.extra
	c.extra = 0
	c.blocks = append(c.blocks, b)
}

// addAll ends c's paragraph and adds the blocks of a finished part.
func (c *composer) addAll(part *composer) {
	c.paragraph()
	c.count(part)
	for _, b := range part.blocks {
		c.add(b)
	}
}

// count adds a part's letters and pictures to c's.
func (c *composer) count(part *composer) {
	c.all += part.all
	c.allLinks += part.allLinks
	c.pictures += part.pictures
}

// heading adds the text of a part as a heading.
func (c *composer) heading(level int, part *composer, no int) {
	c.paragraph()
	part.paragraph()
	c.count(part)
	c.add(block{kind: heading, level: level, text: part.flat(), line: no})
}

// flat returns the text of all blocks on one line.
func (c *composer) flat() string {
	var texts []string
	for _, b := range c.blocks {
		texts = append(texts, b.text)
	}
	return squeeze(strings.Join(texts, " "))
}

// An item of a list.
type item struct {
	marker string // "-", or "1." and the like
	part   *composer
}

// list adds a list: as one block with a line for each item, unless its items are
// sections in disguise, each a heading with text below it.
func (c *composer) list(items []item, no int) {
	c.paragraph()
	var all, links, count int
	headed, sections := false, true
	for _, it := range items {
		it.part.paragraph()
		c.count(it.part)
		all, links = all+it.part.all, links+it.part.allLinks
		if len(it.part.blocks) == 0 {
			continue
		}
		count++
		headed = headed || it.hasHeading()
		sections = sections && it.isSection()
	}
	switch {
	case count == 0:
	case headed || sections:
		for _, it := range items {
			for i, b := range it.part.blocks {
				if i == 0 && b.kind == para && sections {
					b.text = it.numbered(b.text)
				}
				c.add(b)
			}
		}
	case count == 1 && items[0].marker != "-" && len(items[0].part.blocks) == 1 && items[0].part.blocks[0].kind == para:
		// Markdown takes the heading "1. Size" for a list of one item.
		b := items[0].part.blocks[0]
		b.text = items[0].numbered(b.text)
		c.add(b)
	default:
		var lines []string
		for _, it := range items {
			lines = append(lines, it.lines()...)
		}
		c.add(block{kind: list, text: strings.Join(lines, "\n"), line: no, menu: count > 2 && 10*links >= 9*all})
	}
}

func (it item) hasHeading() bool {
	for _, b := range it.part.blocks {
		if b.kind == heading {
			return true
		}
	}
	return false
}

// isSection reports whether the item is a heading with text below it.
func (it item) isSection() bool {
	blocks := it.part.blocks
	if len(blocks) < 2 || blocks[0].kind != para || blocks[0].multiline() || blocks[1].kind != para {
		return false
	}
	if it.marker == "-" && !blocks[0].bold {
		return false
	}
	return len(shapesOf(it.numbered(blocks[0].text), blocks[0].bold)) > 0 && (endsSentence(blocks[1].text) || runes(blocks[1].text) >= fullLine)
}

// numbered returns text behind the item's number, if it has one.
func (it item) numbered(text string) string {
	if it.marker == "-" {
		return text
	}
	return it.marker + " " + text
}

// lines returns the item as lines of text; those after the first are indented.
func (it item) lines() []string {
	var lines []string
	for _, b := range it.part.blocks {
		for l := range strings.Lines(b.text) {
			l = strings.TrimRight(l, " \n")
			if len(lines) == 0 {
				l = it.marker + " " + l
			} else {
				l = "  " + l
			}
			lines = append(lines, l)
		}
	}
	return lines
}

// number returns the marker of the n-th item of a list of that type, as in HTML: 1, a,
// A, i or I.
func number(n int, kind string) string {
	switch kind {
	case "a", "A":
		if 1 <= n && n <= 26 {
			return string(rune(kind[0])+rune(n-1)) + "."
		}
	case "i", "I":
		if 1 <= n && n <= 39 {
			s := strings.Repeat("X", n/10) + []string{"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"}[n%10]
			if kind == "i" {
				s = strings.ToLower(s)
			}
			return s + "."
		}
	}
	return strconv.Itoa(n) + "."
}

// table adds the rows of a table as lines with bars between the cells.
func (c *composer) table(rows [][]string, no int) {
	c.paragraph()
	var lines []string
	for _, cells := range rows {
		if l := strings.Join(cells, " | "); letters(l) > 0 {
			lines = append(lines, l)
		}
	}
	c.add(block{kind: list, text: strings.Join(lines, "\n"), line: no})
}

// code adds lines whose indentation is kept. There are no blank ones among them, since
// those would part paragraphs.
func (c *composer) code(text string, no int) {
	c.paragraph()
	var lines []string
	least := -1
	for l := range strings.Lines(strings.ReplaceAll(dropInvisible(text), "\t", "    ")) {
		if l = strings.TrimRightFunc(l, unicode.IsSpace); l == "" {
			continue
		}
		if n := indent(l); least < 0 || n < least {
			least = n
		}
		lines = append(lines, l)
	}
	for i, l := range lines {
		for range least {
			_, size := utf8.DecodeRuneInString(l)
			l = l[size:]
		}
		lines[i] = l
	}
	c.add(block{kind: code, text: strings.Join(lines, "\n"), line: no})
}

// superscripts are the raised characters that Unicode has. Without them 10 to the power
// of 9 would read as 109.
var superscripts = map[rune]rune{
	'0': '⁰', '1': '¹', '2': '²', '3': '³', '4': '⁴', '5': '⁵', '6': '⁶', '7': '⁷', '8': '⁸', '9': '⁹',
	'+': '⁺', '-': '⁻', '−': '⁻', '=': '⁼', '(': '⁽', ')': '⁾', 'n': 'ⁿ', ' ': ' ',
}

// raise returns s in superscript characters, or as it is where some have none.
func raise(s string) string {
	var b strings.Builder
	for _, r := range s {
		up, ok := superscripts[r]
		if !ok {
			return s
		}
		b.WriteRune(up)
	}
	return b.String()
}
