package knowledge

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// allLanes in the order in which they are tried.
var allLanes = []Lane{LaneEmergency, LaneRecommendation, LaneAdvice, LaneSmalltalk, LaneCaution, LaneKnowledge}

// lanes reads lanes.yaml.
func (d *document) lanes(n *yaml.Node) Lanes {
	l := Lanes{Notices: map[string]map[string]string{}, Examples: map[Lane][]string{}}
	words := wordLists{}
	var rules *yaml.Node // read last, since they use the words
	d.mapping(n, "the file", fields{
		"words":    d.wordLists(words),
		"notices":  d.notices(l.Notices),
		"examples": d.examples(l.Examples),
		"rules":    func(n *yaml.Node) { rules = n },
	})
	if len(l.Examples) > 0 && l.Notices[string(LaneAdvice)] == nil {
		d.errorf(n, "unknown-notice", "there is no notice %q, which goes with what is like the examples: write it under notices:", LaneAdvice)
	}
	p := newPatterns(words)
	d.checkWords(p)
	if rules != nil {
		d.list(rules, func(item *yaml.Node) {
			if r, ok := d.rule(item, p, l.Notices); ok {
				l.Rules = append(l.Rules, r)
			}
		})
	}
	p.parse()
	for _, text := range slices.Sorted(maps.Keys(p.drafts)) { // what is wrong is told in the same order each time
		draft := p.drafts[text]
		for _, at := range draft.at {
			if draft.err != nil {
				d.errorf(at, "bad-pattern", "the pattern %#q: %s", text, explain(draft.err))
			} else {
				d.checkCapitals(text, at)
			}
		}
	}
	return l
}

// wordLists reads the lists of alternatives that patterns use by name.
func (d *document) wordLists(to wordLists) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.pairs(n, "words", func(name string, value *yaml.Node) {
			if !wordName.MatchString(name) {
				d.errorf(value, "bad-word-name", "the name %q: use small letters, digits, hyphens and underscores", name)
				return
			}
			list := &wordList{line: value.Line}
			lines(d, &list.alternatives)(value)
			if len(list.alternatives) == 0 {
				d.errorf(value, "empty-item", "the words %q are an empty list: fill it in or remove it", name)
			}
			to[name] = list
		})
	}
}

// checkWords expands every list once, so that what is wrong with one is told where it
// is written, and not again at every pattern that uses it.
func (d *document) checkWords(p *patterns) {
	for _, name := range p.words.names() {
		if _, err := p.word(name); err != nil {
			d.problems.errorf(place{d.file, p.words[name].line}, "bad-words", "the words %q: %s", name, explain(err))
			p.expanded[name] = "(?:)" // so that it is told once
		}
	}
}

// notices reads the fixed phrases: by name, by language.
func (d *document) notices(to map[string]map[string]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.pairs(n, "notices", func(name string, value *yaml.Node) {
			texts := map[string]string{}
			d.pairs(value, fmt.Sprintf("the notice %q", name), func(lang string, text *yaml.Node) {
				at := place{d.file, text.Line}
				d.language(at, lang)
				var s string
				d.text(&s)(text)
				if s == "" && text.Kind == yaml.ScalarNode {
					d.problems.errorf(at, "empty-item", "the notice %q is empty in %q: fill it in or remove it", name, lang)
				}
				texts[lang] = s
			})
			if _, ok := texts["en"]; !ok && (value.Kind == yaml.MappingNode || isNull(value)) {
				d.errorf(value, "no-english", "the notice %q has no English text: add en: and the text, which is shown where there is no other", name)
			}
			to[name] = texts
		})
	}
}

// examples reads messages by their lane.
func (d *document) examples(to map[Lane][]string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.pairs(n, "examples", func(name string, value *yaml.Node) {
			lane := Lane(name)
			if lane != LaneAdvice && lane != LaneKnowledge {
				d.errorf(value, "unknown-lane", "examples for %q: write them under advice if they are about somebody's own case, or else under knowledge", name)
				return
			}
			var list []string
			lines(d, &list)(value)
			to[lane] = list
		})
	}
}

func (d *document) rule(n *yaml.Node, p *patterns, notices map[string]map[string]string) (LaneRule, bool) {
	var r LaneRule
	e, ok := d.mapping(n, "a rule", fields{
		"lane":   d.line((*string)(&r.Lane)),
		"lang":   d.line(&r.Lang),
		"notice": d.line(&r.Notice),
		"match":  d.patterns(p, &r.Match),
		"needs":  d.patterns(p, &r.Needs),
		"unless": d.patterns(p, &r.Unless),
	})
	if !ok {
		return r, false
	}
	if !slices.Contains(allLanes, r.Lane) {
		d.problems.errorf(e.at("lane"), "unknown-lane", "the lane %q is unknown: use emergency, advice, recommendation, smalltalk, caution or knowledge", r.Lane)
	} else if name := cmp.Or(r.Notice, string(r.Lane)); notices[name] == nil && r.Lane != LaneKnowledge {
		d.problems.errorf(e.at("notice"), "unknown-notice", "there is no notice %q: write it under notices:, or name another", name)
	}
	if r.Lang != "" {
		d.language(e.at("lang"), r.Lang)
	}
	if e.blank("match") {
		d.problems.errorf(e.at("match"), "no-match", "the rule has no match: list at least one regular expression")
	}
	return r, true
}

// upper reports whether s has a capital letter.
func upper(s string) bool { return strings.IndexFunc(s, unicode.IsUpper) >= 0 }

// patterns reads a list of regular expressions in which {name} stands for words.
func (d *document) patterns(p *patterns, to *[]*Pattern) func(*yaml.Node) {
	return func(n *yaml.Node) {
		d.list(n, func(item *yaml.Node) {
			text := oneLine(d.scalar(item))
			if text == "" {
				if item.Kind == yaml.ScalarNode {
					d.errorf(item, "empty-item", "an empty pattern matches everything: fill it in or remove it")
				}
				return
			}
			re, err := p.draft(text, item)
			if err != nil {
				d.errorf(item, "bad-pattern", "the pattern %#q: %s", text, explain(err))
				return
			}
			*to = append(*to, re)
		})
	}
}

// checkCapitals warns of a pattern that can match nothing.
func (d *document) checkCapitals(pattern string, at *yaml.Node) {
	if upper(pattern) && upper(unescaped(pattern)) {
		d.problems.warnf(place{d.file, at.Line}, "capital-letter", "the pattern %#q has a capital letter, and questions are compared in small letters: write it small", pattern)
	}
}
