package importer

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	atx      = regexp.MustCompile(`^(#{1,6})\s+(\S.*?)[\s#]*$`)
	boldLine = regexp.MustCompile(`^(?:\*\*([^*]+)\*\*|__([^_]+)__)(:?)$`)
)

// readText reads plain text: blank lines between paragraphs, lines wrapped or not, and
// the marks that people type for headings and lists.
func (d *document) readText(src string) {
	d.bare = true
	runs := textRuns(src)
	how := breaking{width: wrapWidth(runs)}
	for i, run := range runs {
		var blocks []block
		switch {
		case len(run.lines) == 0:
			continue
		case run.quoted:
			blocks = []block{{kind: quote, text: how.joined(run.lines), line: run.lines[0].no}}
		default:
			if i == 0 {
				var title []block
				title, run.lines = titleLines(run.lines, how)
				blocks = append(blocks, title...)
			}
			blocks = append(blocks, segment(run.lines, how)...)
		}
		if len(blocks) > 0 {
			blocks[0].gap = run.gap
		}
		d.blocks = append(d.blocks, blocks...)
	}
}

// A run is a stretch of lines between blank ones.
type run struct {
	lines  []line
	gap    int  // blank lines above it
	quoted bool // every line starts with >
}

// textRuns cuts src at its blank lines. A line of dashes or stars counts as a blank
// line more than it is, unless it underlines a heading.
func textRuns(src string) []run {
	var runs []run
	gap, open := 0, false
	for i, raw := range strings.Split(src, "\n") {
		text := squeeze(raw)
		switch {
		case text == "":
			gap, open = gap+1, false
			continue
		case rule.MatchString(text):
			if open && underline(&runs[len(runs)-1], text) {
				gap, open = 1, false
				continue
			}
			if !strings.ContainsAny(text, "|+") || !open {
				gap, open = max(gap, 1)+1, false
				continue
			}
		}
		l := line{text: text, raw: raw, no: i + 1, indent: indent(raw)}
		if m := atx.FindStringSubmatch(text); m != nil {
			l.level, l.text = len(m[1]), m[2]
		} else if m := boldLine.FindStringSubmatch(text); m != nil {
			l.text, l.bold = squeeze(m[1]+m[2]+m[3]), true
		}
		if !open {
			runs = append(runs, run{gap: gap, quoted: true})
		}
		r := &runs[len(runs)-1]
		r.quoted = r.quoted && strings.HasPrefix(text, ">")
		r.lines = append(r.lines, l)
		gap, open = 0, true
	}
	for i := range runs {
		if runs[i].quoted {
			runs[i].lines = unquote(runs[i].lines)
		}
	}
	return runs
}

// underline makes a heading of the run's only line, if the text below it underlines it.
func underline(r *run, text string) bool {
	if len(r.lines) != 1 || len(text) < 3 || runes(r.lines[0].text) > maxHeading {
		return false
	}
	switch {
	case strings.Trim(text, "=") == "":
		r.lines[0].level = 1
	case strings.Trim(text, "-") == "":
		r.lines[0].level = 2
	default:
		return false
	}
	return true
}

// unquote returns the lines without the marks of a quotation.
func unquote(lines []line) []line {
	var kept []line
	for _, l := range lines {
		if l.text = strings.TrimLeft(l.text, "> "); l.text != "" {
			kept = append(kept, l)
		}
	}
	return kept
}

// indent returns the columns of white space at the start of s.
func indent(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r == '\t':
			n += 4
		case unicode.IsSpace(r):
			n++
		default:
			return n
		}
	}
	return n
}

// wrapWidth returns the width of the widest line that may have been wrapped, or 0.
func wrapWidth(runs []run) int {
	width := 0
	for _, r := range runs {
		for _, l := range r.lines {
			if n := runes(l.text); len(r.lines) > 1 && n <= maxWrapped {
				width = max(width, n)
			}
		}
	}
	return width
}

// titleLines takes a title, and a subtitle, from the first lines of a text where no
// blank line sets them off. It returns the lines that are left.
func titleLines(lines []line, how breaking) (title []block, rest []line) {
	n := 0
	for n < len(lines) && n < 3 && lines[n].level == 0 && titleLike(lines[n].text) && listMarker(lines[n].text) == "" {
		n++
	}
	switch {
	case len(lines) == 1 || n == 0, startsLower(lines[1].text): // or a long title, wrapped
		return nil, lines
	case n == len(lines), runes(lines[n].text) > maxWrapped: // a line each
	case how.early(lines[0], lines[1]) && endsSentence(lines[len(lines)-1].text):
		n = 1 // the text follows at once
	default:
		return nil, lines
	}
	for _, l := range lines[:n] {
		title = append(title, block{kind: para, text: l.text, bold: l.bold, line: l.no})
	}
	return title, lines[n:]
}
