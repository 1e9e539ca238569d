package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A document is an input on its way to an article. The readers fill it, and the steps
// of [Import] take from it.
type document struct {
	blocks []block
	bare   bool // the format has no way to declare a heading, so a line alone may be one

	title     string // what the format says besides the text; "" when nothing
	titleSure bool   // the author wrote it as this article's title
	subtitle  string
	summary   string
	lang      string
	updated   string

	dropped []Dropped
	notes   []string
}

// A kind tells blocks apart.
type kind int

const (
	para    kind = iota // running text on one line, or on several with breaks that were meant
	heading             // a heading that the format declares
	list                // list items, table rows: a line each
	code                // lines whose indentation is kept
	quote               // running text that is never a heading
)

// A block is a paragraph, heading or list of the input. Blocks come in reading order.
type block struct {
	kind  kind
	level int    // of a heading, from 1
	text  string // never empty; without white space at the ends
	bold  bool   // all of its letters are
	menu  bool   // nearly all of it is links
	line  int    // where it starts in the input, from 1
	gap   int    // blank lines above it; 1 between ordinary paragraphs

	mark mark // what findHeadings made of it
}

// multiline reports whether b has several lines.
func (b *block) multiline() bool { return strings.Contains(b.text, "\n") }

func (d *document) note(format string, args ...any) {
	d.notes = append(d.notes, fmt.Sprintf(format, args...))
}

func (d *document) drop(line int, text, reason string) {
	if text = squeeze(text); text != "" {
		d.dropped = append(d.dropped, Dropped{line, text, reason})
	}
}

// inOrder returns what was dropped in the order of the input.
func (d *document) inOrder() []Dropped {
	slices.SortStableFunc(d.dropped, func(a, b Dropped) int { return cmp.Compare(a.Line, b.Line) })
	return d.dropped
}

// hasText reports whether any block has a letter or a digit.
func (d *document) hasText() bool {
	return slices.ContainsFunc(d.blocks, func(b block) bool { return letters(b.text) > 0 })
}
