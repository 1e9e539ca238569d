package knowledge

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// A document is one YAML file of a pack while it is read. Its methods read one node of
// the tree each, and note what is wrong with it.
type document struct {
	file     string
	problems *Problems
	entries  map[any]entry // where the things that were read are written
}

// fields says how to read the value of each key that a mapping may have.
type fields map[string]func(*yaml.Node)

// entry is a mapping that has been read: where it and the values of its keys stand.
type entry struct {
	file   string
	node   *yaml.Node
	values map[string]*yaml.Node
}

// at returns the place of the key's value, or of the entry when it has no such key.
func (e entry) at(key string) place {
	if v := e.values[key]; v != nil {
		return place{e.file, v.Line}
	}
	return place{e.file, e.node.Line}
}

// item returns the place of the i-th text of the list or block under key.
func (e entry) item(key string, i int) place {
	if all := e.items(key); i < len(all) {
		return all[i]
	}
	return e.at(key)
}

// items returns the places of the texts of the list or block under key.
func (e entry) items(key string) []place {
	var all []place
	switch v := e.values[key]; {
	case v == nil:
	case v.Kind == yaml.SequenceNode:
		for _, item := range v.Content {
			all = append(all, place{e.file, item.Line})
		}
	case isBlock(v):
		line := v.Line
		for text := range strings.Lines(v.Value) {
			if line++; strings.TrimSpace(text) != "" {
				all = append(all, place{e.file, line})
			}
		}
	}
	return all
}

// blank reports whether nothing is written under key.
func (e entry) blank(key string) bool {
	v := e.values[key]
	switch {
	case v == nil || isNull(v):
		return true
	case v.Kind == yaml.ScalarNode:
		return strings.TrimSpace(v.Value) == ""
	}
	return len(v.Content) == 0
}

func (d *document) errorf(n *yaml.Node, rule, format string, args ...any) {
	d.problems.errorf(place{d.file, n.Line}, rule, format, args...)
}

// mapping reads n with the functions in known. What is the thing in words, for
// messages: "an article". It returns false when n is no mapping.
func (d *document) mapping(n *yaml.Node, what string, known fields) (entry, bool) {
	e := entry{d.file, n, map[string]*yaml.Node{}}
	if n.Kind != yaml.MappingNode {
		d.errorf(n, "wrong-type", "%s is written as %s: write it as keys and values", what, kindOf(n))
		return e, false
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read, ok := known[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode || !ok:
			d.errorf(key, "unknown-key", "%s has no key %q: %s", what, key.Value, suggest(key.Value, known))
		case e.values[key.Value] != nil:
			d.errorf(key, "duplicate-key", "the key %q is already given in line %d: keep one of them", key.Value, e.values[key.Value].Line)
		default:
			e.values[key.Value] = value
			read(value)
		}
	}
	return e, true
}

// suggest says what an unknown key might have been meant to be.
func suggest(key string, known fields) string {
	names := slices.Sorted(maps.Keys(known))
	best, least := "", 3
	for _, name := range names {
		if n := editDistance(strings.ToLower(key), name); n < least {
			best, least = name, n
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "use " + strings.Join(names, ", ") + ", or remove it"
}

// editDistance counts the letters to insert, remove or replace to turn a into b.
func editDistance(a, b string) int {
	if len(a) > 32 { // a key is never as long, whatever stands here
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// text reads a text that may have several lines; the space around it is dropped.
func (d *document) text(to *string) func(*yaml.Node) {
	return func(n *yaml.Node) { *to = strings.TrimSpace(d.scalar(n)) }
}

// line reads a text of one line; where it is broken over several, they are joined.
func (d *document) line(to *string) func(*yaml.Node) {
	return func(n *yaml.Node) { *to = oneLine(d.scalar(n)) }
}

// oneLine joins the lines of s with spaces and drops the space around it.
func oneLine(s string) string {
	s = strings.TrimSpace(s) // at the end of a line there is nearly always a line end
	if strings.ContainsAny(s, lineEnds) {
		s = lineBreak.ReplaceAllString(s, " ")
	}
	return s
}

// lineEnds are the characters that YAML or Unicode ends a line at.
const lineEnds = "\n\r\u0085\u2028\u2029"

var lineBreak = regexp.MustCompile(`\s*[` + lineEnds + `]\s*`)

// lines reads texts of one line each: a list, or a block of lines behind "|", in which
// nothing needs quotes and which takes half the time to load. There is a text for each item
// of the list, even for those that are in error, and for each line that is not blank.
func lines[T ~string](d *document, to *[]T) func(*yaml.Node) {
	return func(n *yaml.Node) {
		if isBlock(n) {
			text := d.scalar(n)
			*to = slices.Grow(*to, strings.Count(text, "\n")+1)
			for line := range strings.Lines(text) {
				if s := oneLine(line); s != "" {
					*to = append(*to, T(s))
				}
			}
			return
		}
		d.list(n, func(item *yaml.Node) {
			s := oneLine(d.scalar(item))
			if s == "" && item.Kind == yaml.ScalarNode {
				d.errorf(item, "empty-item", "an empty item: fill it in or remove it")
			}
			*to = append(*to, T(s))
		})
	}
}

// list calls each for every item of the list n.
func (d *document) list(n *yaml.Node, each func(*yaml.Node)) {
	switch {
	case isNull(n):
	case n.Kind == yaml.ScalarNode:
		d.errorf(n, "wrong-type", `a text where a list belongs: put "- " in front, or "|" above and one item a line`)
	case n.Kind != yaml.SequenceNode:
		d.errorf(n, "wrong-type", "%s where a list belongs: write one item a line, each behind \"- \"", kindOf(n))
	default:
		for _, item := range n.Content {
			each(item)
		}
	}
}

// pairs calls each for every key and value of the mapping n.
func (d *document) pairs(n *yaml.Node, what string, each func(key string, value *yaml.Node)) {
	if isNull(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.errorf(n, "wrong-type", "%s: %s where keys and values belong: write name: value, one a line", what, kindOf(n))
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		name := d.scalar(key)
		if line, ok := seen[name]; ok {
			d.errorf(key, "duplicate-key", "the key %q is already given in line %d: keep one of them", name, line)
			continue
		}
		seen[name] = key.Line
		each(name, n.Content[i+1])
	}
}

// scalar returns the text of n. A number or a date is taken as it is written.
func (d *document) scalar(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		d.errorf(n, "wrong-type", "%s where a text belongs: write one text", kindOf(n))
		return ""
	}
	if isNull(n) {
		return ""
	}
	for _, r := range n.Value {
		if unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' {
			d.errorf(n, "control-character", "the text has a control character (%U): remove it", r)
			break
		}
	}
	return n.Value
}

// isBlock reports whether n is a text written behind "|", which keeps its lines.
func isBlock(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Style&yaml.LiteralStyle != 0 }

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys and values"
	case yaml.SequenceNode:
		return "a list"
	}
	return "a text"
}
