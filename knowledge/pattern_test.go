package knowledge

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// pattern returns a pattern that is valid.
func pattern(t *testing.T, expr string) *Pattern {
	t.Helper()
	p, err := ParsePattern(expr)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPatternMatches(t *testing.T) {
	p := pattern(t, `\bfever(s|ish)?\b`)
	for text, want := range map[string]bool{"a fever": true, "feverish": true, "fevered": false} {
		if got := p.In(NewHaystack(text)); got != want {
			t.Errorf("%s in %q: %t, want %t", p, text, got, want)
		}
	}
	if _, err := ParsePattern("(a"); err == nil || err.Error() != "error parsing regexp: missing closing ): `(a`" {
		t.Errorf("error %v", err)
	}
}

// A pattern is valid just when it is with its words put in, and finds what that does.
func TestPatternWithWords(t *testing.T) {
	many := strings.Repeat("some words of no use, ", 5)
	words := wordLists{
		"long":   {alternatives: []string{"a", "b", many}},
		"repeat": {alternatives: []string{"/a{500}/", many}},
		"class":  {alternatives: []string{"/[x]/", many}},
	}
	for _, test := range []struct{ pattern, text string }{
		{`^{long}$`, "b"},
		{`is {long}+ good`, "is ab good"},
		{`\{{long}`, "{a"},
		{`\p{L}{long}\x{e9}{long}`, "xaéa"},
		{`[^a]{long}`, "xa"},
		{`[{long}]`, "s"},
		{`[^]{long}]`, "é"},
		{`[[:digit:]{long}]`, "7"},
		{`[[:digit:]]{long}`, "7a"},
		{`[z-{long}]`, ""},
		{`{long}{2}`, "ab"},
		{`{repeat}`, strings.Repeat("a", 500)},
		{`{repeat}{3}`, ""},
		{`({repeat}){2}`, strings.Repeat("a", 1000)},
		{`\Q{long}\E`, ""},
		{`[{class}]`, "x]"},
		{`{long}**`, ""},
		{`({long}`, ""},
		{`(?i){long}c`, "BC"},
		{`(?:{long}|c)d`, "ad"},
		{`{long}|c`, "c"},
		{"{long}\U000F0000", "a\U000F0000"},
		{`(?{long})`, ""},
	} {
		p := newPatterns(words)
		expanded, err := p.replace(test.pattern, func(s string) string { return s })
		if err != nil {
			t.Fatal(err)
		}
		_, want := regexp.Compile(expanded)
		got, err := parsed(p, test.pattern)
		if (err == nil) != (want == nil) || err != nil && err.Error() != want.Error() {
			t.Errorf("%s: error %v, want %v", test.pattern, err, want)
		}
		if err != nil {
			continue
		}
		if test.text != "" && !got.In(NewHaystack(test.text)) {
			t.Errorf("%s: not found in %q", got, test.text)
		}
	}
}

// What a list quotes would swallow what stands behind the list.
func TestPatternQuoting(t *testing.T) {
	words := wordLists{"quote": {alternatives: []string{`/\Qa/`, strings.Repeat("b", 100)}}}
	p := newPatterns(words)
	if got, err := parsed(p, "{quote}"); err == nil {
		t.Errorf("%s is taken for valid", got)
	}
}

// A list that repeats very much may make a pattern too large to be compiled: that is found
// out when the pack is loaded, not when a question comes.
func TestPatternTooLarge(t *testing.T) {
	var list wordList
	for i := range 25 {
		list.alternatives = append(list.alternatives, fmt.Sprintf("/%c{1000}x/", 'a'+i))
	}
	p := newPatterns(wordLists{"big": &list})
	if _, err := parsed(p, strings.Repeat("{big}", 150)); err == nil {
		t.Error("taken for valid")
	}
	if got, err := parsed(p, "{big}"); err != nil || !got.In(NewHaystack(strings.Repeat("a", 1000)+"x7")) {
		t.Errorf("once: %v, %v", got, err)
	}
}
