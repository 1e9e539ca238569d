package importer

import (
	"regexp"
	"slices"
	"strings"
)

// Headings of text that has none in the input.
const (
	introduction = "Introduction"
	conclusion   = "Conclusion"
)

// maxDepth is how deep sections nest in a pack. A deeper heading stands beside the one
// above it.
const maxDepth = 6

// A node is a section in the making. The root holds the text before the first heading.
type node struct {
	mark  mark
	line  int
	parts []block
	kids  []*node
}

// outline hangs the blocks below their headings, and returns the sections with their
// ids, their text cut into paragraphs of at most limit UTF-16 code units.
func (d *document) outline(limit int) []Section {
	root := d.tree()
	var tops []*node
	if len(root.parts) > 0 {
		h := introduction
		if len(root.kids) == 0 {
			h = d.title // all of the article
		}
		tops = append(tops, &node{mark: mark{heading: h}, parts: root.parts})
	}
	closing := takeClosing(root)
	tops = append(tops, root.kids...)
	if closing != nil {
		tops = append(tops, closing)
	}
	w := writer{d: d, limit: limit, ids: make(map[string]int)}
	sections := w.sections(tops)
	w.report()
	return sections
}

func (d *document) tree() *node {
	root := new(node)
	trail := []*node{root}
	for _, b := range d.blocks {
		if !b.mark.on {
			top := trail[len(trail)-1]
			top.parts = append(top.parts, b)
			continue
		}
		n := &node{mark: b.mark, line: b.line}
		for len(trail) > maxDepth || len(trail) > 1 && !trail[len(trail)-1].holds(n) {
			trail = trail[:len(trail)-1]
		}
		top := trail[len(trail)-1]
		top.kids = append(top.kids, n)
		trail = append(trail, n)
	}
	root.prune(d)
	return root
}

// holds reports whether kid is a subsection of n.
func (n *node) holds(kid *node) bool {
	return n.mark.rank < kid.mark.rank && !n.mark.leaf
}

// prune drops the headings below n that have nothing under them.
func (n *node) prune(d *document) {
	n.kids = slices.DeleteFunc(n.kids, func(kid *node) bool {
		kid.prune(d)
		if len(kid.parts)+len(kid.kids) > 0 {
			return false
		}
		d.drop(kid.line, kid.mark.heading+" "+kid.mark.subtitle, noText)
		return true
	})
}

// remark starts a closing line that does not conclude the article.
var remark = regexp.MustCompile(`(?i)^(disclaimer|medical disclaimer|note|notes|sources?|references|footnotes?|about the author|this (article|content|page)|these statements|the information|updated|edited|photo|image)\b|^[*†‡\[¹²³]`)

// takeClosing takes the last paragraphs from the last section if more blank lines
// stand above them than between ordinary paragraphs. It returns nil if there are none,
// or if the article ends in a conclusion of its own.
func takeClosing(root *node) *node {
	last := root
	for len(last.kids) > 0 {
		last = last.kids[len(last.kids)-1]
		if closingHead.MatchString(last.mark.heading) {
			return nil
		}
	}
	if last == root {
		return nil
	}
	ordinary := ordinaryGap(root, last)
	for i := len(last.parts) - 1; i > 0; i-- {
		if b := last.parts[i]; b.gap > ordinary {
			if b.kind != para || remark.MatchString(b.text) {
				return nil
			}
			n := &node{mark: mark{heading: conclusion}, parts: last.parts[i:]}
			last.parts = last.parts[:i:i]
			return n
		}
	}
	return nil
}

// ordinaryGap returns the usual number of blank lines between the paragraphs of a
// section, at least 1. The last section, where the gap is looked for, does not count.
func ordinaryGap(root, last *node) int {
	var gaps []int
	var visit func(n *node)
	visit = func(n *node) {
		for i := 1; i < len(n.parts) && n != last; i++ {
			gaps = append(gaps, n.parts[i].gap)
		}
		for _, kid := range n.kids {
			visit(kid)
		}
	}
	visit(root)
	if len(gaps) == 0 {
		return 1
	}
	slices.Sort(gaps)
	return max(1, gaps[len(gaps)/2])
}

// A writer turns nodes into sections.
type writer struct {
	d         *document
	limit     int
	ids       map[string]int // how often each has been asked for
	cut       int            // paragraphs that were cut
	cutInWord bool           // one of them inside a word
}

func (w *writer) sections(nodes []*node) []Section {
	var list []Section
	for _, n := range nodes {
		s := Section{
			ID:       sectionID(n.mark.heading, w.ids),
			Heading:  n.mark.heading,
			Subtitle: n.mark.subtitle,
			Text:     w.text(n.parts),
		}
		s.Sections = w.sections(n.kids)
		list = append(list, s)
	}
	return list
}

// text returns the paragraphs of a section. A list stays with the line that leads into
// it, "Exosomes carry:", as neither answers a question alone.
func (w *writer) text(parts []block) string {
	var paragraphs []string
	for i := 0; i < len(parts); i++ {
		text := parts[i].text
		if i+1 < len(parts) && parts[i].kind == para && parts[i+1].kind == list && strings.HasSuffix(text, ":") {
			i++
			text += "\n" + parts[i].text
		}
		pieces, inWord := cut(text, w.limit)
		if len(pieces) > 1 {
			w.cut++
		}
		w.cutInWord = w.cutInWord || inWord
		paragraphs = append(paragraphs, pieces...)
	}
	return strings.Join(paragraphs, "\n\n")
}

// report notes what was cut.
func (w *writer) report() {
	switch {
	case w.cut == 1:
		w.d.note("One paragraph was longer than %d characters and was cut in several.", w.limit)
	case w.cut > 1:
		w.d.note("%d paragraphs were longer than %d characters and were cut in several.", w.cut, w.limit)
	}
	if w.cutInWord {
		w.d.note("A word was longer than a whole paragraph may be and was cut: look for an address or data in the text.")
	}
}
