package knowledge

import (
	"path"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxDepth is how deep sections may nest. Deeper than a chapter of a textbook nobody
// finds the way back, and the trail of headings would not fit above an answer.
const maxDepth = 6

// article reads a file of the folder articles.
func (d *document) article(n *yaml.Node) *Article {
	a := &Article{Lang: "en"}
	var updated string
	e, _ := d.mapping(n, "an article", fields{
		"id":       d.line((*string)(&a.ID)),
		"title":    d.line(&a.Title),
		"subtitle": d.line(&a.Subtitle),
		"summary":  d.line(&a.Summary),
		"lang":     d.line(&a.Lang),
		"updated":  d.line(&updated),
		"sections": d.sections(&a.Sections, 1),
	})
	d.entries[a] = e
	d.id(e, "the article", string(a.ID))
	if want := string(a.ID) + ".yaml"; validID(string(a.ID)) && want != path.Base(d.file) {
		d.problems.errorf(e.at("id"), "file-name", "the id %q is not the file's name: rename the file to %s, or change the id", a.ID, want)
	}
	if a.ID == GlossaryArticle {
		d.problems.errorf(e.at("id"), "reserved-id", "the id %q stands for the glossary: choose another", a.ID)
	}
	d.require(e, "title", "missing-title", "the article has no title: add title: and its name in words")
	d.require(e, "sections", "no-sections", "the article has no sections: add sections: and at least one with id, heading and text")
	d.language(e.at("lang"), a.Lang)
	a.Updated = d.date(e, "updated", updated)
	d.duplicateSections(a)
	return a
}

func (d *document) sections(to *[]*Section, depth int) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if depth > maxDepth {
			d.errorf(n, "too-deep", "sections nest deeper than %d: move these up or into an article of their own", maxDepth)
			return
		}
		d.list(n, func(item *yaml.Node) {
			if s := d.section(item, depth); s != nil {
				*to = append(*to, s)
			}
		})
	}
}

func (d *document) section(n *yaml.Node, depth int) *Section {
	s := &Section{}
	e, ok := d.mapping(n, "a section", fields{
		"id":         d.line((*string)(&s.ID)),
		"heading":    d.line(&s.Heading),
		"subtitle":   d.line(&s.Subtitle),
		"evidence":   d.line((*string)(&s.Evidence)),
		"text":       d.text(&s.Text),
		"questions":  lines(d, &s.Questions),
		"references": lines(d, &s.References),
		"sections":   d.sections(&s.Sections, depth+1),
	})
	if !ok {
		return nil
	}
	d.entries[s] = e
	d.id(e, "the section", string(s.ID))
	d.require(e, "heading", "missing-heading", "the section has no heading: add heading: and a few words")
	if !s.Evidence.Valid() {
		d.problems.errorf(e.at("evidence"), "unknown-evidence", "the evidence %q is unknown: use %s", s.Evidence, evidenceKinds())
	}
	if e.blank("text") && e.blank("sections") {
		d.problems.errorf(e.at("text"), "empty-section", "the section has neither text nor subsections: write a text, or remove the section")
	}
	return s
}

func evidenceKinds() string {
	var names []string
	for _, k := range EvidenceKinds {
		names = append(names, string(k))
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

func (d *document) duplicateSections(a *Article) {
	first := map[SectionID]*Section{}
	for s := range a.All() {
		if f := first[s.ID]; f != nil {
			d.problems.errorf(d.entries[s].at("id"), "duplicate-section", "the section id %q is already taken in line %d: choose another",
				s.ID, d.entries[f].at("id").line)
		} else if s.ID != "" {
			first[s.ID] = s
		}
	}
}

// textPlace returns where in its file the text of s stands at offset. That is known to
// the line for texts written behind "|", and otherwise the line where the text begins.
func textPlace(e entry, s *Section, offset int) place {
	at := e.at("text")
	if n := e.values["text"]; isBlock(n) {
		offset += strings.Index(n.Value, s.Text)
		at.line += 1 + strings.Count(n.Value[:offset], "\n")
	}
	return at
}
