package knowledge

import (
	"fmt"
	"strings"
	"testing"
)

func TestPatterns(t *testing.T) {
	words := wordLists{
		"product":   {alternatives: []string{"exosome", "ev (small)", "/vesicles?/"}},
		"treatment": {alternatives: []string{"{product} therapy", `/{product}\s+shots?/`}},
	}
	p := newPatterns(words)
	as := func(s string) string { return s }
	for _, tt := range []struct{ pattern, want string }{
		{`which \w+`, `which \w+`},
		{`best {product}$`, `best (?:exosome|ev \(small\)|vesicles?)$`},
		{`{treatment}`, `(?:(?:exosome|ev \(small\)|vesicles?) therapy|(?:exosome|ev \(small\)|vesicles?)\s+shots?)`},
		// what is not a name
		{`a{2}b{1,3}\{product}\x{e9}\p{greek}`, `a{2}b{1,3}\{product}\x{e9}\p{greek}`},
	} {
		got, err := p.replace(tt.pattern, as)
		if err != nil || got != tt.want {
			t.Errorf("replace(%q)\n got %q, %v\nwant %q", tt.pattern, got, err, tt.want)
		}
	}
}

// Lists that use the next list twice would stand for 2^n words.
func TestPatternBomb(t *testing.T) {
	words := wordLists{"a99": {alternatives: []string{strings.Repeat("x", 100)}}}
	for i := range 99 {
		next := fmt.Sprintf("{a%d}{a%d}", i+1, i+1)
		words[fmt.Sprintf("a%d", i)] = &wordList{alternatives: []string{next, next}}
	}
	p := newPatterns(words)
	for _, name := range []string{"a0", "a90", "a50", "a85"} {
		if got, err := parsed(p, "{"+name+"}"); got != nil && len(got.String()) > maxPattern || err == nil && name < "a85" {
			t.Errorf("{%s} becomes %v, error %v", name, got, err)
		}
	}
}

// parsed returns the pattern with its words put in, parsed.
func parsed(p *patterns, text string) (*Pattern, error) {
	re, err := p.draft(text, nil)
	if err != nil {
		return nil, err
	}
	p.parse()
	return re, p.drafts[text].err
}
