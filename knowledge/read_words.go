package knowledge

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// words reads words.yaml. The words of a language are one text of many lines, for it may
// have a thousand of them, and a node for each would take longer to load than the rest of
// a pack.
func (d *document) words(n *yaml.Node) map[string][]Word {
	words := map[string][]Word{}
	d.mapping(n, "the file", fields{
		"words": func(n *yaml.Node) {
			d.pairs(n, "words", func(lang string, value *yaml.Node) {
				d.language(place{d.file, value.Line}, lang)
				text := d.scalar(value)
				switch {
				case value.Kind != yaml.ScalarNode:
				case strings.TrimSpace(text) == "":
					d.errorf(value, "empty-item", "no words in %q: fill them in or remove it", lang)
				case !isBlock(value):
					d.errorf(value, "folded-words", `the words of %[1]q do not keep their lines: write "%[1]s: |", and below it one word a line`, lang)
				default:
					words[lang] = d.wordLines(text, value.Line+1)
				}
			})
		},
	})
	return words
}

// wordLines reads the words of one language, whose first stands at that line of the file.
func (d *document) wordLines(text string, line int) []Word {
	count := strings.Count(text, "\n") + 1
	words := make([]Word, 0, count)
	first := make(map[string]int, count)
	for s := range strings.Lines(text) {
		at := place{d.file, line}
		line++
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		w, key, rule, fault := parseWord(s)
		if fault != "" {
			d.problems.errorf(at, rule, "%s", fault)
			continue
		}
		if f, taken := first[key]; taken {
			d.problems.errorf(at, "duplicate-word", "the word %q is already given in line %d: keep one of them", w.Text, f)
			continue
		}
		first[key] = at.line
		words = append(words, w)
	}
	return words
}

// parseWord reads a line such as "guardar = store keep", and returns the word and its
// normal form. If the line is faulty, fault says what is wrong with it and rule names that.
func parseWord(s string) (w Word, key, rule, fault string) {
	const form = `write it like "guardar = store keep"`
	text, english, ok := strings.Cut(s, "=")
	w = Word{strings.TrimSpace(text), strings.Fields(english)}
	key = normalise(w.Text)
	switch {
	case !ok:
		return w, key, "bad-word", fmt.Sprintf(`no "=" in %q: `+form, s)
	case key == "":
		return w, key, "bad-word", fmt.Sprintf(`no word in front of the "=" in %q: `+form, s)
	case len(w.English) == 0:
		return w, key, "no-translation", fmt.Sprintf("no English for the word %q: add some, or remove it", w.Text)
	}
	for _, e := range w.English {
		if !asciiWord(e) {
			return w, key, "not-english", fmt.Sprintf("the English %q of the word %q: write words of the letters a to z, with spaces between them", e, w.Text)
		}
	}
	return w, key, "", ""
}

// asciiWord reports whether s is letters and digits of ASCII, with hyphens and
// apostrophes between them.
func asciiWord(s string) bool {
	within := false
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9':
			within = true
		case c != '-' && c != '\'' || !within:
			return false
		default:
			within = false
		}
	}
	return within
}
