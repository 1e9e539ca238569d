package knowledge

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// glossary reads glossary.yaml.
func (d *document) glossary(n *yaml.Node) []*Concept {
	var concepts []*Concept
	d.mapping(n, "the file", fields{
		"concepts": func(n *yaml.Node) {
			d.list(n, func(item *yaml.Node) {
				if c := d.concept(item); c != nil {
					concepts = append(concepts, c)
				}
			})
		},
	})
	first := map[string]*Concept{}
	for _, c := range concepts {
		key := normalise(c.Term)
		if f := first[key]; f != nil {
			d.problems.errorf(d.entries[c].at("term"), "duplicate-term", "the term %q is already explained in line %d: merge the two",
				c.Term, d.entries[f].at("term").line)
		} else if key != "" {
			first[key] = c
		}
	}
	return concepts
}

func (d *document) concept(n *yaml.Node) *Concept {
	c := &Concept{}
	e, ok := d.mapping(n, "a concept", fields{
		"term":          d.line(&c.Term),
		"definition":    d.line(&c.Definition),
		"synonyms":      lines(d, &c.Synonyms),
		"abbreviations": lines(d, &c.Abbreviations),
		"misspellings":  lines(d, &c.Misspellings),
		"names":         d.names(c),
		"not": func(n *yaml.Node) {
			d.list(n, func(item *yaml.Node) {
				if s, ok := d.sense(item); ok {
					c.Not = append(c.Not, s)
				}
			})
		},
	})
	if !ok {
		return nil
	}
	d.entries[c] = e
	d.require(e, "term", "missing-term", "the concept has no term: add term: and the word that the articles use")
	return c
}

// names reads what a concept is called in other languages: one name or a list of them
// for each language tag.
func (d *document) names(c *Concept) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.pairs(n, "names", func(lang string, value *yaml.Node) {
			d.language(place{d.file, value.Line}, lang)
			var names []string
			if value.Kind == yaml.ScalarNode && !isBlock(value) {
				names = []string{oneLine(d.scalar(value))}
			} else {
				lines(d, &names)(value)
			}
			if strings.Join(names, "") == "" {
				d.errorf(value, "empty-item", "no name in %q: fill it in or remove it", lang)
				return
			}
			if c.Names == nil {
				c.Names = map[string][]string{}
			}
			c.Names[lang] = names
		})
	}
}

func (d *document) sense(n *yaml.Node) (Sense, bool) {
	var s Sense
	e, ok := d.mapping(n, "a sense under not", fields{
		"term":    d.line(&s.Term),
		"phrases": lines(d, &s.Phrases),
	})
	if ok {
		d.require(e, "term", "missing-term", "the sense has no term: add term: and what the phrases mean instead")
		d.require(e, "phrases", "no-phrases", "the sense has no phrases: list words by which a question shows that it means this")
	}
	return s, ok
}
