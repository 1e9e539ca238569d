package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// lineAttr holds the line of the input on which an element starts; see numberLines.
const lineAttr = "data-importer-line"

// readHTML reads a web page: the article in it, where it can be told from the rest.
func (d *document) readHTML(src string) error {
	doc, err := html.Parse(strings.NewReader(numberLines(src)))
	if err != nil {
		return fmt.Errorf("its HTML could not be read (%v); save the page as text and import that", err)
	}
	body := find(doc, func(n *html.Node) bool { return n.DataAtom == atom.Body || n.DataAtom == atom.Frameset })
	if body == nil {
		return errNoText
	}
	if n := find(doc, func(n *html.Node) bool { return n.DataAtom == atom.Html }); n != nil {
		d.setLang(attr(n, "lang"))
	}
	r := &htmlReader{d: d, root: articleNode(body), body: body, no: 1}
	r.size = letters(textOf(r.root))
	c := new(composer)
	r.children(c, r.root, face{})
	c.paragraph()
	d.blocks = c.blocks
	if len(c.blocks) == 1 && c.blocks[0].kind == code { // a plain text that a browser has saved
		d.readText(strings.Repeat("\n", c.blocks[0].line-1) + visible(preText(r.root)))
	}
	d.notePictures(c.pictures)
	d.title = pageTitle(doc, r.root)
	r.dropOutside()
	return nil
}

// readFragment reads a piece of HTML that starts on the given line of other text.
func (d *document) readFragment(c *composer, src string, no int) error {
	context := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(numberLines(src)), context)
	if err != nil {
		return fmt.Errorf("its HTML in line %d could not be read (%v); save it as plain text (.txt) and import that", no, err)
	}
	root := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	r := &htmlReader{d: d, root: root, size: letters(textOf(root)), first: no - 1, no: no}
	r.children(c, root, face{})
	c.paragraph()
	return nil
}

// numberLines returns src with the number of its line as an attribute of each element,
// since the parser does not say where it found them.
func numberLines(src string) string {
	var b strings.Builder
	no := 1
	for z := html.NewTokenizer(strings.NewReader(src)); z.Next() != html.ErrorToken; {
		raw := string(z.Raw())
		// A tag is the only token that opens with < and a letter.
		if m := tagName.FindString(raw); m != "" {
			fmt.Fprintf(&b, "%s %s=\"%d\"%s", m, lineAttr, no, raw[len(m):])
		} else {
			b.WriteString(raw)
		}
		no += strings.Count(raw, "\n")
	}
	return b.String()
}

var tagName = regexp.MustCompile(`^<[A-Za-z][^\s/>]*`)

// An htmlReader walks the elements of an article.
type htmlReader struct {
	d     *document
	root  *html.Node
	body  *html.Node // nil for a fragment
	size  int        // letters in root
	first int        // lines of the input above it
	no    int        // the line of the element in hand
}

// unseen elements have no text that a reader sees.
var unseen = atoms(atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Iframe, atom.Object, atom.Embed, atom.Svg,
	atom.Canvas, atom.Audio, atom.Video, atom.Head, atom.Title, atom.Meta, atom.Link, atom.Datalist, atom.Noembed, atom.Noframes)

// inline elements stand inside a paragraph.
var inline = atoms(atom.A, atom.Abbr, atom.Acronym, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Button, atom.Cite, atom.Code, atom.Data,
	atom.Del, atom.Dfn, atom.Em, atom.Font, atom.I, atom.Img, atom.Input, atom.Ins, atom.Kbd, atom.Label, atom.Mark, atom.Nobr, atom.Picture,
	atom.Q, atom.Rb, atom.Rp, atom.Rt, atom.Ruby, atom.S, atom.Samp, atom.Select, atom.Small, atom.Span, atom.Strike, atom.Strong, atom.Sub,
	atom.Sup, atom.Textarea, atom.Time, atom.Tt, atom.U, atom.Var, atom.Wbr)

func atoms(list ...atom.Atom) map[atom.Atom]bool {
	set := make(map[atom.Atom]bool, len(list))
	for _, a := range list {
		set[a] = true
	}
	return set
}

func (r *htmlReader) children(c *composer, n *html.Node, f face) {
	for kid := n.FirstChild; kid != nil; kid = kid.NextSibling {
		switch kid.Type {
		case html.TextNode:
			c.text(kid.Data, f, r.no)
		case html.ElementNode:
			r.element(c, kid, f)
		}
	}
}

func (r *htmlReader) element(c *composer, n *html.Node, f face) {
	if no, err := strconv.Atoi(attr(n, lineAttr)); err == nil {
		r.no = r.first + no
	}
	no := r.no
	if unseen[n.DataAtom] {
		return
	}
	if !inline[n.DataAtom] && n.DataAtom != atom.Br && n.Namespace == "" && n.DataAtom != 0 {
		c.paragraph()
		defer c.paragraph()
	}
	if reason := r.dropReason(n); reason != "" {
		r.d.drop(no, textOf(n), reason)
		return
	}
	switch n.DataAtom {
	case atom.Br:
		c.lineBreak()
	case atom.Hr:
		c.extra++
	case atom.Img:
		c.pictures++
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		part := c.sub()
		r.children(part, n, face{})
		c.heading(int(n.Data[1]-'0'), part, no)
	case atom.Ul, atom.Ol, atom.Menu:
		r.list(c, n)
	case atom.Table:
		r.table(c, n, f)
	case atom.Pre:
		c.code(preText(n), no)
	case atom.Blockquote:
		part := &composer{kind: quote}
		r.children(part, n, f)
		part.paragraph()
		c.addAll(part)
	case atom.P:
		if titleClass.MatchString(attr(n, "class")) {
			part := c.sub()
			r.children(part, n, face{})
			c.heading(1, part, no)
			return
		}
		before := len(c.blocks)
		r.children(c, n, f)
		if c.paragraph(); len(c.blocks) == before {
			c.extra++ // an empty line
		}
	case atom.B, atom.Strong, atom.Summary, atom.Dt:
		r.children(c, n, face{true, f.link})
	case atom.A:
		r.children(c, n, face{f.bold, true})
	case atom.Sup:
		c.text(r.superscript(n), f, no)
	default:
		f.bold = f.bold || boldStyle.MatchString(attr(n, "style"))
		r.children(c, n, f)
	}
}

// titleClass is the class of the title in pages that Word and Google Docs save.
var titleClass = regexp.MustCompile(`(?i)^(mso)?title$`)

var boldStyle = regexp.MustCompile(`(?i)font-weight:\s*(bold|[6-9]00)`)

// superscript returns a raised text: a footnote's number in brackets, a power in
// raised digits.
func (r *htmlReader) superscript(n *html.Node) string {
	s := squeeze(textOf(n))
	if find(n, func(n *html.Node) bool { return n.DataAtom == atom.A }) != nil && letters(s) > 0 && !strings.HasPrefix(s, "[") {
		return "[" + s + "]"
	}
	return raise(s)
}

// preText returns preformatted text.
func preText(n *html.Node) string {
	var b strings.Builder
	for n := range n.Descendants() {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.DataAtom == atom.Br:
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func (r *htmlReader) list(c *composer, n *html.Node) {
	var items []item
	no, next := r.no, 1
	if start, err := strconv.Atoi(attr(n, "start")); err == nil {
		next = start
	}
	for li := n.FirstChild; li != nil; li = li.NextSibling {
		it := item{marker: "-", part: c.sub()}
		switch {
		case li.Type == html.TextNode:
			it.part.text(li.Data, face{}, r.no)
		case li.DataAtom != atom.Li:
			r.element(it.part, li, face{})
		default:
			if v, err := strconv.Atoi(attr(li, "value")); err == nil {
				next = v
			}
			if n.DataAtom == atom.Ol {
				it.marker = number(next, attr(n, "type"))
			}
			next++
			r.element(it.part, li, face{})
		}
		if it.part.paragraph(); len(it.part.blocks) > 0 {
			items = append(items, it)
		}
	}
	c.list(items, no)
}

// maxCell is the longest text, in letters, of a cell in a table of data. A longer one
// is there to arrange the page.
const maxCell = 1000

// isLayout reports whether a table only arranges the page.
func isLayout(n *html.Node) bool {
	var cells []*html.Node
	for kid := range n.Descendants() {
		switch kid.DataAtom {
		case atom.Table, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Article, atom.Section:
			return true
		case atom.Td, atom.Th:
			cells = append(cells, kid)
		}
	}
	return len(cells) < 2 || attr(n, "role") == "presentation" ||
		slices.ContainsFunc(cells, func(n *html.Node) bool { return letters(textOf(n)) > maxCell })
}

// table adds a table, or what is in it if it is none of data.
func (r *htmlReader) table(c *composer, n *html.Node, f face) {
	if isLayout(n) {
		r.children(c, n, f)
		return
	}
	no := r.no
	var rows [][]string
	for kid := range n.Descendants() {
		switch kid.DataAtom {
		case atom.Caption:
			r.children(c, kid, f)
			c.paragraph()
		case atom.Tr:
			var row []string
			for cell := kid.FirstChild; cell != nil; cell = cell.NextSibling {
				if cell.DataAtom == atom.Td || cell.DataAtom == atom.Th {
					part := &composer{}
					r.element(part, cell, face{})
					part.paragraph()
					c.count(part)
					row = append(row, part.flat())
				}
			}
			rows = append(rows, row)
		}
	}
	c.table(rows, no)
}

// textOf returns the text inside n that is not in an unseen element, with a space where
// an element that is not inline starts or ends.
func textOf(n *html.Node) string {
	var b strings.Builder
	appendText(&b, n)
	return b.String()
}

func appendText(b *strings.Builder, n *html.Node) {
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
	}
	if n.Type == html.ElementNode && !inline[n.DataAtom] {
		b.WriteByte(' ')
		defer b.WriteByte(' ')
	}
	for kid := n.FirstChild; kid != nil; kid = kid.NextSibling {
		if !unseen[kid.DataAtom] || kid.Type != html.ElementNode {
			appendText(b, kid)
		}
	}
}

// find returns the first node below n, in the order of the page, that ok accepts.
func find(n *html.Node, ok func(*html.Node) bool) *html.Node {
	for n := range n.Descendants() {
		if ok(n) {
			return n
		}
	}
	return nil
}

// attr returns the value of an attribute, or "".
func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}
