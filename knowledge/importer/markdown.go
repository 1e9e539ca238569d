package importer

import (
	"errors"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Bounds on what is given to the Markdown parser, whose time and stack grow faster than
// such input does. No article comes near them.
const (
	maxMarkers = 60       // of quotes and lists at the start of one line
	maxRun     = 32 << 10 // bytes without a blank line
)

// readMarkdown reads Markdown as GitHub understands it, with front matter.
func (d *document) readMarkdown(src string) error {
	src = d.takeFrontMatter(src)
	if tangled(src) {
		d.note("The Markdown is too tangled to be read as such; it was read as plain text.")
		d.readText(src)
		return nil
	}
	r := markdownReader{d: d, src: []byte(src)}
	for i, b := range r.src {
		if b == '\n' {
			r.ends = append(r.ends, i)
		}
	}
	ctx := parser.NewContext()
	root, err := parseMarkdown(r.src, ctx)
	if err != nil {
		return err
	}
	c := new(composer)
	r.blocks(c, root)
	c.paragraph()
	r.footnotes(c, ctx)
	if r.err != nil {
		return r.err
	}
	for i := range c.blocks {
		c.blocks[i].gap += r.blankAbove(c.blocks[i].line) - 1
	}
	d.blocks = c.blocks
	d.notePictures(c.pictures)
	return nil
}

// parseMarkdown parses src. The parser is not ours; should it panic, that is an error.
func parseMarkdown(src []byte, ctx parser.Context) (root ast.Node, err error) {
	defer func() {
		if e := recover(); e != nil {
			err = errors.New("its Markdown could not be read; save it as plain text (.txt) and import that")
		}
	}()
	md := goldmark.New(goldmark.WithExtensions(extension.GFM))
	return md.Parser().Parse(text.NewReader(src), parser.WithContext(ctx)), nil
}

var containers = regexp.MustCompile(fmt.Sprintf(`(?m)^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])){%d}`, maxMarkers))

// tangled reports whether src is beyond the bounds of what is parsed.
func tangled(src string) bool {
	run := 0
	for l := range strings.Lines(src) {
		if run += len(l); strings.TrimSpace(l) == "" {
			run = 0
		}
		if run > maxRun {
			return true
		}
	}
	return containers.MatchString(src)
}

// notePictures says that pictures were left out, if there were any.
func (d *document) notePictures(n int) {
	switch {
	case n == 1:
		d.note("A picture was left out.")
	case n > 1:
		d.note("%d pictures were left out.", n)
	}
}

// frontMatter matches the lines of settings that static site generators keep above an
// article.
var frontMatter = regexp.MustCompile(`\A\s*(?:---[ \t]*\n((?s:.*?\n)??)(?:---|\.\.\.)|\+\+\+[ \t]*\n((?s:.*?\n)??)\+\+\+)[ \t]*(?:\n|\z)`)

var setting = regexp.MustCompile(`(?m)^([A-Za-z_]+)[ \t]*[:=][ \t]*(.*)$`)

// takeFrontMatter reads the settings above the article, and returns src with blank
// lines in their place.
func (d *document) takeFrontMatter(src string) string {
	m := frontMatter.FindStringSubmatch(src)
	if m == nil || !setting.MatchString(m[1]+m[2]) {
		return src
	}
	for _, kv := range setting.FindAllStringSubmatch(m[1]+m[2], -1) {
		value := squeeze(kv[2])
		if q := value[:min(1, len(value))]; (q == `"` || q == "'") && len(value) > 1 && strings.HasSuffix(value, q) {
			value = squeeze(value[1 : len(value)-1])
		}
		if letters(value) == 0 || strings.ContainsAny(value[:1], "[{|>&!") {
			continue
		}
		switch strings.ToLower(kv[1]) {
		case "title":
			d.title, d.titleSure = value, true
		case "subtitle":
			d.subtitle = value
		case "summary", "description", "excerpt":
			d.summary = firstOf(d.summary, value)
		case "lang", "language":
			d.setLang(value)
		case "date", "updated", "lastmod":
			if day := value[:min(len(value), len("2026-11-23"))]; isDate(day) {
				d.updated = max(d.updated, day)
			}
		}
	}
	return strings.Repeat("\n", strings.Count(m[0], "\n")) + src[len(m[0]):]
}

// setLang takes the language from a tag such as en-US, if it is one.
func (d *document) setLang(tag string) {
	if tag = strings.ReplaceAll(tag, "_", "-"); isLang(tag) {
		base, _, _ := strings.Cut(tag, "-")
		d.lang = strings.ToLower(base)
	}
}

// A markdownReader walks a parsed document.
type markdownReader struct {
	d    *document
	src  []byte
	ends []int // offsets of the line ends
	sup  bool  // inside <sup>
	err  error
}

// lineAt returns the number of the line that holds the offset.
func (r *markdownReader) lineAt(offset int) int {
	i, _ := slices.BinarySearch(r.ends, offset)
	return i + 1
}

// blankAbove counts the blank lines above a line.
func (r *markdownReader) blankAbove(no int) int {
	n := 0
	for i := no - 2; i >= 0 && i < len(r.ends); i-- {
		start := 0
		if i > 0 {
			start = r.ends[i-1]
		}
		if letters(string(r.src[start:r.ends[i]])) > 0 {
			break
		}
		n++
	}
	return n
}

// line returns the line where n starts, or where what is in it does.
func (r *markdownReader) line(n ast.Node) int {
	for ; n != nil; n = n.FirstChild() {
		if n.Type() != ast.TypeInline && n.Lines().Len() > 0 {
			return r.lineAt(n.Lines().At(0).Start)
		}
		if t, ok := n.(*ast.Text); ok {
			return r.lineAt(t.Segment.Start)
		}
	}
	return 1
}

// blocks adds the children of a block.
func (r *markdownReader) blocks(c *composer, parent ast.Node) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		r.block(c, n)
	}
}

func (r *markdownReader) block(c *composer, n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		part := c.sub()
		r.inlines(part, n, face{})
		c.heading(n.Level, part, r.line(n))
	case *ast.Paragraph, *ast.TextBlock:
		r.inlines(c, n, face{})
		c.paragraph()
	case *ast.ThematicBreak:
		c.extra++
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		c.code(string(n.Lines().Value(r.src)), r.line(n))
	case *ast.Blockquote:
		part := &composer{kind: quote}
		r.blocks(part, n)
		part.paragraph()
		c.addAll(part)
	case *ast.List:
		r.list(c, n)
	case *ast.HTMLBlock:
		raw := string(n.Lines().Value(r.src))
		if n.HasClosure() {
			raw += string(n.ClosureLine.Value(r.src))
		}
		if err := r.d.readFragment(c, raw, r.line(n)); err != nil && r.err == nil {
			r.err = err
		}
	case *east.Table:
		var rows [][]string
		for row := n.FirstChild(); row != nil; row = row.NextSibling() {
			var cells []string
			for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
				part := c.sub()
				r.inlines(part, cell, face{})
				part.paragraph()
				c.count(part)
				cells = append(cells, part.flat())
			}
			rows = append(rows, cells)
		}
		c.table(rows, r.line(n))
	default:
		r.blocks(c, n)
	}
}

func (r *markdownReader) list(c *composer, n *ast.List) {
	var items []item
	for li := n.FirstChild(); li != nil; li = li.NextSibling() {
		it := item{marker: "-", part: c.sub()}
		if n.IsOrdered() {
			it.marker = number(n.Start+len(items), "1")
		}
		r.blocks(it.part, li)
		items = append(items, it)
	}
	c.list(items, r.line(n))
}

// inlines adds the text inside parent.
func (r *markdownReader) inlines(c *composer, parent ast.Node, f face) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			r.text(c, n, f)
		case *ast.String:
			c.text(string(n.Value), f, c.no)
		case *ast.CodeSpan:
			for t := n.FirstChild(); t != nil; t = t.NextSibling() {
				if t, ok := t.(*ast.Text); ok {
					c.text(string(t.Segment.Value(r.src)), f, r.lineAt(t.Segment.Start))
				}
			}
		case *ast.AutoLink:
			c.text(string(n.Label(r.src)), face{f.bold, true}, c.no)
		case *ast.Emphasis:
			r.inlines(c, n, face{f.bold || n.Level == 2, f.link})
		case *ast.Link:
			r.inlines(c, n, face{f.bold, true})
		case *ast.Image:
			c.pictures++
		case *ast.RawHTML:
			r.tag(c, string(n.Segments.Value(r.src)))
		case *east.TaskCheckBox:
		default:
			r.inlines(c, n, f)
		}
	}
}

func (r *markdownReader) text(c *composer, n *ast.Text, f face) {
	s := unescape(string(n.Segment.Value(r.src)))
	if r.sup {
		s = raise(s)
	}
	c.text(s, f, r.lineAt(n.Segment.Start))
	next, _ := n.NextSibling().(*ast.Text)
	switch {
	case n.HardLineBreak(), n.SoftLineBreak() && next != nil && footnote.Match(next.Segment.Value(r.src)):
		c.lineBreak()
	case n.SoftLineBreak():
		c.text("\n", f, c.no)
	}
}

// tag minds the HTML tags inside a paragraph that change what its words say.
func (r *markdownReader) tag(c *composer, raw string) {
	name := strings.ToLower(strings.Trim(raw, "< >/"))
	switch {
	case name == "br":
		c.lineBreak()
	case name == "sup":
		r.sup = !strings.HasPrefix(raw, "</")
	}
}

// footnote starts the text of a footnote.
var footnote = regexp.MustCompile(`^\[\^[^\]\s]+\]:?`)

// footnotes adds the footnotes of one word, which Markdown takes for the targets of
// links.
func (r *markdownReader) footnotes(c *composer, ctx parser.Context) {
	refs := ctx.References()
	slices.SortFunc(refs, func(a, b parser.Reference) int { return strings.Compare(string(a.Label()), string(b.Label())) })
	for _, ref := range refs {
		if label := string(ref.Label()); strings.HasPrefix(label, "^") {
			text := squeeze(fmt.Sprintf("[%s]: %s %s", label, ref.Destination(), ref.Title()))
			c.add(block{kind: list, text: text, line: len(r.ends) + 1})
		}
	}
}

var escapes = regexp.MustCompile("\\\\[!-/:-@[-`{-~]|&#?[0-9A-Za-z]{1,32};")

// unescape returns the text that Markdown's escapes and character references stand for.
func unescape(s string) string {
	return escapes.ReplaceAllStringFunc(s, func(m string) string {
		if m[0] == '\\' {
			return m[1:]
		}
		return html.UnescapeString(m)
	})
}
