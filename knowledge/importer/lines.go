package importer

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A line of a paragraph, as the readers hand it to segment.
type line struct {
	text   string // squeezed, never empty
	raw    string // as in the input, where columns may matter
	no     int    // in the input, from 1
	indent int    // columns of white space before it
	bold   bool   // all of its letters are
	level  int    // of a declared heading, or 0
}

// maxWrapped is the longest line that somebody may have wrapped by hand. Editors wrap
// at 72 to 100 columns; a longer line is a whole paragraph.
const maxWrapped = 120

// fullLine is the length from which a line is text rather than a heading or an item.
const fullLine = 60

// A breaking tells what the line breaks inside a paragraph mean.
type breaking struct {
	meant bool // somebody put them there (<br>); otherwise they may be from wrapping
	width int  // of the widest wrapped line of the document, or 0 when nothing is wrapped
}

// segment takes apart a run of lines without blank lines between them: into headings
// that stand on a line of their own, list items, table rows and paragraphs.
func segment(lines []line, how breaking) []block {
	var blocks []block
	var open []line // the paragraph in hand
	add := func(k kind, level int, lines []line, text string) {
		if text != "" {
			blocks = append(blocks, block{kind: k, level: level, text: text, bold: allBold(lines), line: lines[0].no})
		}
	}
	flush := func() {
		if len(open) > 0 {
			add(para, 0, open, how.joined(open))
		}
		open = nil
	}
	for i := 0; i < len(lines); {
		l, n := lines[i], 1
		switch {
		case l.level > 0:
			flush()
			add(heading, l.level, lines[i:i+1], l.text)
		case l.bold && len(l.text) <= 4*maxHeading, boilerplate(l.text) != "":
			flush()
			add(para, 0, lines[i:i+1], l.text)
		case tableRows(lines[i:]) > 0:
			flush()
			n = tableRows(lines[i:])
			add(list, 0, lines[i:i+n], tableText(lines[i:i+n]))
		case startsHeading(lines, i, len(open) > 0, how):
			flush()
			add(para, 0, lines[i:i+1], l.text)
		case startsList(lines, i, open):
			flush()
			var text string
			text, n = listText(lines[i:], how)
			if strings.Contains(text, "\n") {
				add(list, 0, lines[i:i+n], text)
			} else {
				add(para, 0, lines[i:i+n], text) // one item: perhaps a heading
			}
		default:
			open = append(open, l)
			if runes(l.text) > maxWrapped || i+1 < len(lines) && runes(lines[i+1].text) > maxWrapped && endsSentence(l.text) {
				flush()
			}
		}
		i += n
	}
	flush()
	return blocks
}

// joined returns the lines of a paragraph as its text.
func (how breaking) joined(lines []line) string {
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = l.text
	}
	if how.meant {
		return strings.Join(texts, "\n")
	}
	return unwrap(texts)
}

// unwrap returns the lines of a wrapped paragraph as one.
func unwrap(lines []string) string {
	var b strings.Builder
	last := ""
	for _, l := range lines {
		// join looks at the end of the text only, so it need not see all of it.
		b.WriteString(join(last, l)[len(last):])
		last = l
	}
	return b.String()
}

func allBold(lines []line) bool {
	for _, l := range lines {
		if !l.bold {
			return false
		}
	}
	return len(lines) > 0
}

// startsHeading reports whether lines[i] is a heading that no blank line sets off from
// the text around it: it looks like one, the text before it has ended, and what follows
// is a paragraph that could have begun on the same line. The paragraph before it is
// open if nothing has ended it yet.
func startsHeading(lines []line, i int, open bool, how breaking) bool {
	l := lines[i]
	if open && !endsSentence(lines[i-1].text) {
		return false
	}
	shapes := shapesOf(l.text, l.bold)
	if i == len(lines)-1 {
		return open && len(shapes) > 0
	}
	next := lines[i+1]
	switch {
	case startsLower(strings.TrimPrefix(next.text, listMarker(next.text))), // goes on
		next.indent > l.indent+1,                           // belongs to an item
		!how.meant && how.width > 0 && !how.early(l, next): // was wrapped
		return false
	}
	if len(shapes) == 0 {
		return runes(next.text) > maxWrapped && !how.meant && bareHeading(l.text)
	}
	if below := shapesOf(next.text, next.bold); len(below) > 0 {
		return shapes[0].style < below[0].style
	}
	return runes(next.text) >= fullLine || endsSentence(next.text) && listMarker(next.text) == ""
}

// early reports whether the break between a and b comes earlier than wrapping needs.
func (how breaking) early(a, b line) bool {
	word, _, _ := strings.Cut(b.text, " ")
	return runes(b.text) > maxWrapped || runes(a.text)+1+runes(word) <= how.width
}

var marker = regexp.MustCompile(`^(?:[-*+•‣▪◦●○·–—]|\(?\p{Nd}{1,3}[.)]|\(?\pL[.)]|\(?[ivxIVX]{1,5}[.)]|\[\^?[\pL\p{Nd}]{1,4}\]:?|[¹²³⁴-⁹]+)[\s\p{Zs}]+`)

// listMarker returns the bullet, number or letter that starts a list item, or "".
func listMarker(text string) string {
	if len(text) > 64 {
		text = text[:64]
	}
	m := marker.FindString(text)
	if len(m) == len(text) {
		return ""
	}
	return strings.TrimRightFunc(m, unicode.IsSpace)
}

// startsList reports whether a list starts at lines[i]. Inside a paragraph a line may
// start with a number or a dash by chance, so more is asked there.
func startsList(lines []line, i int, open []line) bool {
	m := listMarker(lines[i].text)
	switch {
	case m == "":
		return false
	case len(open) == 0:
		return true
	case !endsSentence(open[len(open)-1].text) && !strings.HasSuffix(open[len(open)-1].text, ":"):
		return i+1 < len(lines) && sameBullet(m, listMarker(lines[i+1].text))
	}
	letterOrNumber := strings.Trim(m, "()[].:^")
	return letterOrNumber == "" || strings.Contains("1 a A i I ¹ "+m, letterOrNumber+" ") || isBullet(m)
}

func isBullet(m string) bool {
	r, _ := utf8.DecodeRuneInString(m)
	return m != "" && !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '(' && r != '['
}

func sameBullet(a, b string) bool { return a == b && isBullet(a) }

// listText returns the items at the start of lines, a line each, and how many lines
// they take. A line without a marker continues the item above it.
func listText(lines []line, how breaking) (text string, n int) {
	var items []string
	var item []string // the lines of the item in hand
	for ; n < len(lines) && (n == 0 || !endsList(lines, n, how)); n++ {
		if n > 0 && (how.meant || listMarker(lines[n].text) != "") {
			items = append(items, unwrap(item))
			item = nil
		}
		item = append(item, lines[n].text)
	}
	return strings.Join(append(items, unwrap(item)), "\n"), n
}

// endsList reports whether lines[n] no longer belongs to the list at the start of lines.
func endsList(lines []line, n int, how breaking) bool {
	l := lines[n]
	switch {
	case l.level > 0 || l.bold || boilerplate(l.text) != "":
		return true
	case listMarker(l.text) != "":
		return false
	case startsHeading(lines, n, true, how):
		return true
	}
	// An ordinary paragraph may follow at once.
	return l.indent <= lines[0].indent && endsSentence(lines[n-1].text) && !startsLower(l.text)
}

var (
	columns    = regexp.MustCompile(`\S(?:[ \x{00A0}]{3,}|\t)[ \x{00A0}\t]*\S`)
	rule       = regexp.MustCompile(`^[\s|:+=_*~#.-]*$`)
	cellBreaks = regexp.MustCompile(`[ \x{00A0}]*\t[ \x{00A0}]*|[ \x{00A0}]{2,}`)
)

// tableRows returns how many lines at the start of lines are rows of a table: at least
// two, with bars, tabs or wide gaps between their cells.
func tableRows(lines []line) int {
	for n, l := range lines {
		if !isRow(l) {
			if n < 2 {
				return 0
			}
			return n
		}
	}
	if len(lines) < 2 {
		return 0
	}
	return len(lines)
}

func isRow(l line) bool {
	return strings.Count(l.text, "|") > 1 || strings.Contains(l.text, " | ") ||
		len(l.raw) <= 4*maxWrapped && columns.MatchString(strings.TrimSpace(l.raw)) && listMarker(l.text) == ""
}

// tableText returns rows as lines with bars between the cells.
func tableText(rows []line) string {
	var texts []string
	for _, r := range rows {
		text := strings.Trim(r.text, "| ")
		if !strings.Contains(r.text, "|") {
			text = squeeze(cellBreaks.ReplaceAllString(strings.TrimSpace(r.raw), " | "))
		}
		if !rule.MatchString(text) {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "\n")
}
