package importer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds on what passes for a heading, in characters. The longest headings of real
// articles, with their subtitles, stay near 80; a declared heading may be longer, but
// beyond maxDeclared somebody has set a paragraph in large type.
const (
	maxHeading  = 110
	maxDeclared = 250
	maxTitle    = 160
)

// A style is a way in which people mark a heading where the format does not. The
// values are ranks: a heading stands below the last one of a smaller rank, so that
// lettered headings go below a heading with a colon. Declared headings have the ranks
// 1 to 6, their levels.
type style int

const (
	known       style = 10 + iota // "Introduction", alone on its line
	caps                          // TISSUE REPAIR
	bold                          // **Tissue repair**
	colon                         // Tissue repair:
	bare                          // Tissue repair
	romanUpper                    // I. Tissue repair
	letterUpper                   // A. Tissue repair
	decimal                       // 1. Tissue repair, 1) Tissue repair, 1.1 Tissue repair
	step                          // Step 1: Wash
	letterLower                   // a. Tissue repair
	romanLower                    // i. Tissue repair
)

// numbered reports whether headings of the style count up.
func (s style) numbered() bool {
	return s == romanUpper || s == letterUpper || s == decimal || s == letterLower || s == romanLower
}

// A shape is what a paragraph would be as a heading.
type shape struct {
	style    style
	path     []int // what it is numbered: 1.2 is {1, 2}
	heading  string
	subtitle string
}

// rank returns where the heading stands in the tree; see [style].
func (s shape) rank() int { return 100*int(s.style) + max(len(s.path)-1, 0) }

// A mark is what findHeadings makes of a block: nothing, or a heading.
type mark struct {
	on       bool
	rank     int
	leaf     bool // "Introduction" and its like hold no marked headings
	heading  string
	subtitle string
}

// findHeadings marks the headings: those that the format declares, and the paragraphs
// that look like one, stand before text, and are not items of a list.
func (d *document) findHeadings() {
	declared := false
	for i := range d.blocks {
		b := &d.blocks[i]
		if b.kind == heading && (runes(b.text) > maxDeclared || letters(b.text) == 0) {
			b.kind = para
		}
		declared = declared || b.kind == heading
	}
	shapes := d.shapes(declared)
	d.refuseLists(shapes)
	d.refuseWithoutText(shapes)
	refuseUncounted(shapes)
	for i := range d.blocks {
		b, s := &d.blocks[i], shapes[i]
		switch {
		case b.kind == heading:
			b.mark = declaredMark(b.level, b.text)
		case len(s) > 0:
			b.mark = mark{on: true, rank: s[0].rank(), leaf: s[0].style == known, heading: s[0].heading, subtitle: s[0].subtitle}
		}
	}
}

// declaredMark returns the mark of a heading that the format declares. Its number, if
// it has one, is not part of the heading.
func declaredMark(level int, text string) mark {
	m := mark{on: true, rank: level, heading: trimColon(text)}
	for _, s := range shapesOf(text, false) {
		if s.style == decimal {
			m.heading, m.subtitle = s.heading, s.subtitle
		}
	}
	return m
}

// shapes returns what each block may be as a heading, none for most. Where the format
// declares headings, an author had no need for a colon or capitals to make one.
func (d *document) shapes(declared bool) [][]shape {
	shapes := make([][]shape, len(d.blocks))
	for i, b := range d.blocks {
		if b.kind != para || b.multiline() {
			continue
		}
		shapes[i] = slices.DeleteFunc(shapesOf(b.text, b.bold), func(s shape) bool {
			return declared && (s.style == caps || s.style == colon || s.style == known) && !d.bare
		})
		if len(shapes[i]) == 0 && d.bare && i+1 < len(d.blocks) && bareHeading(b.text) {
			if next := d.blocks[i+1]; next.kind == para && next.gap > 0 && endsSentence(next.text) && width(next.text) >= fullLine {
				shapes[i] = []shape{{style: bare, heading: b.text}}
			}
		}
	}
	return shapes
}

// refuseLists takes back neighbours of the same style: they are items of a list.
func (d *document) refuseLists(shapes [][]shape) {
	for i := 0; i < len(shapes); {
		n := i + 1
		for n < len(shapes) && siblings(shapes[n-1], shapes[n]) {
			n++
		}
		if n > i+1 {
			for ; i < n; i++ {
				shapes[i] = nil
			}
		}
		i = n
	}
}

func siblings(a, b []shape) bool {
	for _, s := range a {
		for _, t := range b {
			if s.style == t.style && len(s.path) == len(t.path) {
				return true
			}
		}
	}
	return false
}

// refuseWithoutText takes back what neither text nor a lower heading follows.
func (d *document) refuseWithoutText(shapes [][]shape) {
	for i := len(shapes) - 1; i >= 0; i-- {
		if len(shapes[i]) == 0 {
			continue
		}
		switch {
		case i+1 == len(shapes), d.blocks[i+1].kind == heading:
			shapes[i] = nil
		case len(shapes[i+1]) > 0 && shapes[i+1][0].rank() <= shapes[i][0].rank():
			shapes[i] = nil
		case shapes[i][0].style == colon && d.blocks[i+1].kind == list && leadIn(shapes[i][0].heading):
			shapes[i] = nil
		}
	}
}

// refuseUncounted takes back numbers and letters that do not count: a heading "B."
// needs an "A." before it, and a lone "1." is nothing. Thus "E. coli" is no heading. It
// also decides between the letter i and the Roman number, leaving one shape at most.
func refuseUncounted(shapes [][]shape) {
	second := make(map[style]int) // where the last heading numbered 2 of each style is
	for i, list := range shapes {
		for _, s := range list {
			if s.style.numbered() && s.path[0] == 2 {
				second[s.style] = i
			}
		}
	}
	last := make(map[style][]int) // the number of the last heading of each style
	count := make(map[style]int)
	for i, list := range shapes {
		shapes[i] = nil
		for _, s := range list {
			if s.style.numbered() {
				opens := s.path[0] == 1 && len(s.path) == 1
				if !s.follows(last[s.style]) || opens && s.style != decimal && second[s.style] < i {
					continue
				}
				last[s.style] = s.path
				count[s.style]++
			}
			shapes[i] = []shape{s}
			break
		}
	}
	for i, list := range shapes {
		if len(list) > 0 && list[0].style.numbered() && count[list[0].style] < 2 {
			shapes[i] = nil
		}
	}
}

// maxSkip is how many numbers an author may skip, having renumbered in haste.
const maxSkip = 2

// follows reports whether s may come after a heading of its style that is numbered
// prev: 1 starts anew, 3 comes after 2.1, 2.1 after 2. Letters may not skip one.
func (s shape) follows(prev []int) bool {
	n := len(s.path)
	switch {
	case n == 1 && s.path[0] <= 1, s.style == decimal && n == 1 && prev == nil:
		return true
	case n == len(prev)+1:
		return n > 1 && slices.Equal(s.path[:n-1], prev)
	case n <= len(prev) && slices.Equal(s.path[:n-1], prev[:n-1]):
		step := s.path[n-1] - prev[n-1]
		return step == 1 || s.style == decimal && 1 < step && step <= 1+maxSkip
	}
	return false
}

var (
	decimalHead = regexp.MustCompile(`^(\(?)(\p{Nd}{1,2}(?:[.．]\p{Nd}{1,2}){0,4})([.)．）、]?)\s+(\S.*)$`)
	romanHead   = regexp.MustCompile(`^\(?([IVX]{1,6}|[ivx]{1,6})[.)]\s+(\S.*)$`)
	letterHead  = regexp.MustCompile(`^\(?(\pL)[.)]\s+(\S.*)$`)
	stepHead    = regexp.MustCompile(`(?i)^((?:step|chapter|part|section|phase|stage|lesson|tip|reason|myth|fact|question|day|week) \p{Nd}{1,2})(?:\s*[:.)–—-]\s*(.*))?$`)
	knownHead   = regexp.MustCompile(`(?i)^(introduction|overview|background|abstract|summary|in summary|conclusions?|in conclusion|final thoughts|(?:key )?takeaways|references|sources|bibliography|further reading|footnotes|disclaimer|acknowledge?ments):?$`)
	closingHead = regexp.MustCompile(`(?i)^(summary|in summary|conclusions?|in conclusion|final thoughts|(?:key )?takeaways|the bottom line|references|sources|bibliography|footnotes|disclaimer|결론|заключение|вывод|выводы|خاتمة|الخاتمة|الخلاصة|fazit|conclusión|conclusão)$`)
)

// shapesOf returns what a paragraph or line of its own may be as a heading, judged by
// its form alone. There are two for "i. Background", whose i may be a letter or a
// number.
func shapesOf(text string, isBold bool) []shape {
	if len(text) > 4*maxHeading || runes(text) > maxHeading || len(strings.Fields(text)) > 16 || letters(text) == 0 || endsFlat(text) {
		return nil
	}
	if shapes := numberedShapes(text); shapes != nil {
		return shapes
	}
	h := trimColon(text)
	switch {
	case strings.Contains(h, ". "):
		return nil
	case knownHead.MatchString(text):
		return []shape{{style: known, heading: h}}
	case isBold && !startsLower(text):
		return []shape{{style: bold, heading: h}}
	case allCaps(h):
		return []shape{{style: caps, heading: h}}
	case h != text && colonHeading(h):
		return []shape{{style: colon, heading: h}}
	}
	return nil
}

func numberedShapes(text string) []shape {
	var shapes []shape
	add := func(st style, path []int, rest string) {
		if rest = trimColon(rest); letters(rest) == 0 || strings.Contains(rest, ". ") {
			return
		}
		s := shape{style: st, path: path}
		s.heading, s.subtitle = splitColon(rest)
		shapes = append(shapes, s)
	}
	if m := decimalHead.FindStringSubmatch(text); m != nil {
		path, open, end := numbers(m[2]), m[1], m[3]
		if open == "(" && end == ")" || open == "" && (end != "" || len(path) > 1) {
			add(decimal, path, m[4])
		}
		return shapes
	}
	if m := stepHead.FindStringSubmatch(text); m != nil {
		s := shape{style: step, heading: trimColon(text)}
		if h, sub := splitColon(m[2]); sub != "" {
			s.heading, s.subtitle = strings.TrimSuffix(text, m[2])+h, sub
		}
		return []shape{s}
	}
	if m := letterHead.FindStringSubmatch(text); m != nil {
		if st, n := letterNumber(m[1]); n > 0 {
			add(st, []int{n}, m[2])
		}
	}
	if m := romanHead.FindStringSubmatch(text); m != nil {
		st := romanLower
		if m[1] == strings.ToUpper(m[1]) {
			st = romanUpper
		}
		if n := roman(strings.ToUpper(m[1])); n > 0 {
			add(st, []int{n}, m[2])
		}
	}
	if len(shapes) == 2 && shapes[1].path[0] == 1 {
		shapes[0], shapes[1] = shapes[1], shapes[0] // "I." more often opens Roman numbers than follows "H."
	}
	return shapes
}

// numbers returns the numbers of "1.2". Digits may be of any script.
func numbers(s string) []int {
	var path []int
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == '.' || r == '．' }) {
		n := 0
		for _, r := range part {
			n = 10*n + digit(r)
		}
		path = append(path, n)
	}
	return path
}

// digit returns the value of a decimal digit. Every script has its ten in a row, and
// the rows start where a digit has no digit before it.
func digit(r rune) int {
	n := 0
	for n < 9 && unicode.Is(unicode.Nd, r-rune(n)-1) {
		n++
	}
	return n
}

// alphabets are the letters in which scripts count.
var alphabets = []string{
	"abcdefghijklmnopqrstuvwxyz", "αβγδεζηθικλμνξοπρστυφχψω", "абвгдежзиклмнопрстуфхцчшщэюя",
	"가나다라마바사아자차카타파하", "أبجدهوزحطي",
}

// letterNumber returns the place of a letter in its alphabet from 1, or 0.
func letterNumber(letter string) (style, int) {
	lower := strings.ToLower(letter)
	st := letterLower
	if letter != lower {
		st = letterUpper
	}
	for _, a := range alphabets {
		if i := strings.Index(a, lower); i >= 0 {
			return st, utf8.RuneCountInString(a[:i]) + 1
		}
	}
	return st, 0
}

// roman returns the value of a Roman number up to 39, or 0.
func roman(s string) int {
	n := 0
	for strings.HasPrefix(s, "X") && n < 30 {
		s, n = s[1:], n+10
	}
	return n + max(0, slices.Index([]string{"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"}, s))
}

// splitColon cuts a heading at its first colon into heading and subtitle. A colon
// without a space behind it, as in 10:30, is part of a word.
func splitColon(s string) (heading, subtitle string) {
	for _, sep := range []string{": ", "："} {
		before, after, ok := strings.Cut(s, sep)
		if before, after = strings.TrimSpace(before), strings.TrimSpace(after); ok && letters(before) > 0 && letters(after) > 0 {
			return before, after
		}
	}
	return s, ""
}

// trimColon returns s without a colon at its end.
func trimColon(s string) string {
	return strings.TrimSpace(strings.TrimRight(strings.TrimSpace(s), ":："))
}

// endsFlat reports whether s ends like a sentence or a part of one, as headings do not.
func endsFlat(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, `"'”’)»`))
	return strings.ContainsRune(".,;…。，、؛۔।", last)
}

// allCaps reports whether s is written in capitals throughout. Four letters at least:
// fewer are an abbreviation.
func allCaps(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.IsLower(r) || r == '!' {
			return false
		}
		if unicode.IsUpper(r) {
			n++
		}
	}
	return n >= 4 && n >= letters(s)/2 && len(strings.Fields(s)) <= 12
}

// labels are words that a colon follows without making a heading of them.
var labels = []string{"note", "notes", "warning", "caution", "important", "tip", "example", "for example", "ps", "p.s", "attention", "remember"}

// colonHeading reports whether h, which a colon follows, is a heading rather than the
// beginning of a sentence.
func colonHeading(h string) bool {
	words := len(strings.Fields(h))
	return words <= 8 && runes(h) <= 60 && !startsLower(h) && !strings.ContainsAny(h, ":：;!,") &&
		!slices.Contains(labels, strings.ToLower(h)) && (titleCase(h) || !hasVerb(h))
}

// leadIn reports whether h before a list reads as its introduction.
func leadIn(h string) bool { return !titleCase(h) && len(strings.Fields(h)) > 4 || hasVerb(h) }

// verbs are the words by which an English line leads into what follows it.
var verbs = map[string]bool{
	"include": true, "includes": true, "including": true, "follow": true, "follows": true, "following": true,
	"are": true, "is": true, "was": true, "were": true, "be": true, "can": true, "may": true, "will": true, "should": true,
	"have": true, "has": true, "we": true, "you": true, "they": true, "it": true, "these": true, "this": true, "there": true,
	"contain": true, "contains": true, "said": true, "says": true, "asked": true, "wrote": true, "as": true, "such": true,
}

func hasVerb(h string) bool {
	return slices.ContainsFunc(strings.Fields(strings.ToLower(h)), func(w string) bool { return verbs[w] })
}

// titleCase reports whether the longer words of s, two or more, start with a capital.
func titleCase(s string) bool {
	n := 0
	for _, w := range strings.Fields(s) {
		if runes(w) < 4 {
			continue
		}
		if startsLower(w) {
			return false
		}
		n++
	}
	return n >= 2
}

// caption starts a line that stands under a picture or table.
var caption = regexp.MustCompile(`(?i)^(figure|fig|table|image|photo|picture|source|credit|by)\b`)

// bareHeading reports whether a line reads as a heading though nothing marks it.
func bareHeading(text string) bool {
	return len(text) <= 4*maxHeading && width(text) <= 80 && len(strings.Fields(text)) <= 10 && letters(text) >= 3 &&
		!endsFlat(text) && !strings.ContainsAny(text, ":：!|<>=@") && !strings.Contains(text, ". ") &&
		!startsLower(text) && listMarker(text) == "" && !caption.MatchString(text)
}

// width returns the columns that s takes: two for a character of East Asia, which says
// as much as two letters.
func width(s string) int {
	n := 0
	for _, r := range s {
		n++
		if spaceless(r) || unicode.Is(unicode.Hangul, r) {
			n++
		}
	}
	return n
}
