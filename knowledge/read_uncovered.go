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
			d.list(n, func(item *yaml.Node) {
				if t := d.topic(item); t != nil {
					topics = append(topics, t)
				}
			})
		},
	})
	first := map[string]*Topic{}
	for _, t := range topics {
		key := normalise(t.Name)
		if f := first[key]; f != nil {
			d.problems.errorf(d.entries[t].at("topic"), "duplicate-topic", "the topic %q is already given in line %d: merge the two",
				t.Name, d.entries[f].at("topic").line)
		} else if key != "" {
			first[key] = t
		}
	}
	return topics
}

func (d *document) topic(n *yaml.Node) *Topic {
	t := &Topic{}
	e, ok := d.mapping(n, "a topic", fields{
		"topic":     d.line(&t.Name),
		"questions": lines(d, &t.Questions),
	})
	if !ok {
		return nil
	}
	d.entries[t] = e
	d.require(e, "topic", "missing-topic", "the topic has no name: add topic: and a few words for what its questions have in common")
	d.require(e, "questions", "empty-topic", "the topic lists no questions: add questions: with what members type and no section answers")
	for i, q := range t.Questions {
		if units := Units(q); units > maxQuestion {
			d.problems.errorf(e.item("questions", i), "long-question", "the question has %d characters and may have %d: ask it in fewer words", units, maxQuestion)
		}
	}
	return t
}
