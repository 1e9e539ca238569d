package knowledge

import "gopkg.in/yaml.v3"

// maxQuestion bounds a question of uncovered.yaml, in UTF-16 code units. The longest that
// members type at once are about half as long; more is a story, and like no question.
const maxQuestion = 200

// uncovered reads uncovered.yaml.
func (d *document) uncovered(n *yaml.Node) []*Topic {
	var topics []*Topic
	d.mapping(n, "the file", fields{
		"topics": func(n *yaml.Node) {
			if n.Kind == yaml.SequenceNode {
				d.errorf(n, "wrong-type", `topics: a list where topics belong: write the name of each, ": |" behind it, and below it one question a line`)
				return
			}
			first := map[string]int{} // line of a topic, by its name however it is spelt
			d.pairs(n, "topics", func(name string, value *yaml.Node) {
				t := &Topic{Name: oneLine(name)}
				key := normalise(t.Name)
				line, taken := first[key]
				switch {
				case key == "":
					d.errorf(value, "missing-topic", "the topic has no name: write a few words for what its questions have in common")
				case taken:
					d.errorf(value, "duplicate-topic", "the topic %q is already given in line %d: merge the two", t.Name, line)
				default:
					first[key] = value.Line
					d.topic(t, value)
					topics = append(topics, t)
				}
			})
		},
	})
	return topics
}

// topic reads the questions of a topic.
func (d *document) topic(t *Topic, n *yaml.Node) {
	e := entry{d.file, n, map[string]*yaml.Node{"questions": n}}
	d.entries[t] = e
	lines(d, &t.Questions)(n)
	if e.blank("questions") {
		d.errorf(n, "empty-topic", "the topic %q lists no questions: write below it what members type and no section answers", t.Name)
	}
	for i, q := range t.Questions {
		if units := Units(q); units > maxQuestion {
			d.problems.errorf(e.item("questions", i), "long-question", "the question has %d characters and may have %d: ask it in fewer words", units, maxQuestion)
		}
	}
}
