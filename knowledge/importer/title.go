package importer

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// titleLike reports whether a line may be the title of an article.
func titleLike(text string) bool {
	return len(text) <= 4*maxTitle && runes(text) <= maxTitle && len(strings.Fields(text)) <= 24 && letters(text) > 0 &&
		!endsFlat(text) && trimColon(text) == text && !strings.Contains(text, ". ")
}

// takeTitle sets the title and subtitle and removes their blocks, with those that
// repeat them.
//
// The title is what the author's front matter says; else the heading that stands over
// the whole; else what the page calls itself; else the first title-like line; and when
// there is none of these, the name of the file.
func (d *document) takeTitle(name string) {
	switch {
	case d.title != "" && d.titleSure:
	case d.takeTopHeading():
	case d.title != "":
	case d.takeTitleLine():
	default:
		d.title = nameTitle(name)
		d.note("No title was found; it was made from the file's name.")
		return
	}
	d.dropRepeats()
	if d.subtitle == "" {
		d.takeSubtitle()
	}
}

// takeTopHeading takes the declared heading that stands over the whole article: the
// only one of its level, with none above it, or a first line of the first level. What
// stands above it, such as the name of a category, is dropped.
func (d *document) takeTopHeading() bool {
	top, n := -1, 0 // the first heading of the least level, and how many there are
	for i, b := range d.blocks {
		if b.kind != heading || runes(b.text) > maxDeclared || letters(b.text) == 0 {
			continue
		}
		switch {
		case top < 0 || b.level < d.blocks[top].level:
			top, n = i, 1
		case b.level == d.blocks[top].level && fold(b.text) != fold(d.blocks[top].text):
			n++
		}
	}
	if top < 0 || top == len(d.blocks)-1 || !d.opening(top) || sectionLike(d.blocks[top].text) {
		return false
	}
	if n > 1 && (top > 0 || d.blocks[top].level > 1) {
		return false
	}
	d.title = trimColon(d.blocks[top].text)
	for _, b := range d.blocks[:top] {
		d.drop(b.line, b.text, aboveTitle)
	}
	d.blocks = d.blocks[top+1:]
	return true
}

// sectionLike reports whether a heading is numbered or well known: a section's rather
// than an article's.
func sectionLike(text string) bool {
	return slices.ContainsFunc(shapesOf(text, false), func(s shape) bool {
		return s.style.numbered() || s.style == step || s.style == known
	})
}

// opening reports whether only title-like lines stand before the i-th block.
func (d *document) opening(i int) bool {
	return !slices.ContainsFunc(d.blocks[:i], func(b block) bool {
		return b.kind != heading && !titleLike(b.text)
	})
}

// takeTitleLine takes the first paragraph if it is title-like and not a heading of the
// text below it.
func (d *document) takeTitleLine() bool {
	if len(d.blocks) < 2 || !d.isTitleLine(0) {
		return false
	}
	d.title = d.blocks[0].text
	d.blocks = d.blocks[1:]
	return true
}

// takeSubtitle takes a title-like paragraph at the start, now that the title is gone.
// It is a heading instead if later ones look the same.
func (d *document) takeSubtitle() {
	if len(d.blocks) < 2 || !d.isTitleLine(0) {
		return
	}
	if shapes := shapesOf(d.blocks[0].text, d.blocks[0].bold); len(shapes) > 0 {
		for _, b := range d.blocks[1:] {
			if b.kind == para && siblings(shapes, shapesOf(b.text, b.bold)) {
				return
			}
		}
	}
	d.subtitle = d.blocks[0].text
	d.blocks = d.blocks[1:]
}

// isTitleLine reports whether the i-th block may be a title: one short line that is
// not the heading of a section.
func (d *document) isTitleLine(i int) bool {
	b := d.blocks[i]
	return b.kind == para && !b.multiline() && titleLike(b.text) && !sectionLike(b.text)
}

// dropRepeats drops the paragraphs, and the headings at the start, that say the title
// again.
func (d *document) dropRepeats() {
	title := fold(d.title)
	opening := true
	var kept []block
	for i, b := range d.blocks {
		opening = opening && (b.kind == heading || titleLike(b.text))
		repeats := len(b.text) <= 2*len(d.title)+16 && fold(b.text) == title &&
			(b.kind == para || b.kind == quote || b.kind == heading && opening)
		if last := i == len(d.blocks)-1 && len(kept) == 0; repeats && !last {
			d.drop(b.line, b.text, repeatedTitle)
		} else {
			kept = append(kept, b)
		}
	}
	d.blocks = kept
}

var fileExt = regexp.MustCompile(`(?i)\.(txt|text|md|markdown|mdown|mkd|html?|xhtml)$`)

// nameTitle makes a title of a file's name: "exosome-basics.txt" is "Exosome basics".
func nameTitle(name string) string {
	name = fileExt.ReplaceAllString(path.Base(strings.ReplaceAll(name, `\`, "/")), "")
	name = squeeze(strings.ToValidUTF8(strings.NewReplacer("-", " ", "_", " ").Replace(name), " "))
	if letters(name) == 0 {
		return "Untitled article"
	}
	r := []rune(name)
	return strings.ToUpper(string(r[:1])) + string(r[1:min(len(r), maxTitle)])
}
