package knowledge

import (
	"regexp"
	"strings"
	"testing"
)

func TestNeedles(t *testing.T) {
	t.Parallel()
	words := wordLists{
		"where": {alternatives: []string{"knee", "/hips?/", "{deep}"}},
		"deep":  {alternatives: []string{"/(lower )?back/"}},
		"many":  {alternatives: []string{"/[a-z]+itis/", "/(a|b|c|d|e)(a|b|c|d|e)(a|b|c|d|e)oma/"}},
		"any":   {alternatives: []string{`/\w+/`}},
	}
	tests := []struct {
		pattern, text string
		lets          bool
	}{
		{`\bfever\b`, "a fever since monday", true},
		{`\bfever\b`, "how big are they", false},
		{`\bfever\b`, "feverish", false},
		{`\bfever`, "feverish", true},
		{`\bms\b`, "three items", false},
		{`\bms\b`, "i have ms", true},
		{`\bi\b`, "is it in", false},
		{`\bi\b`, "am i ill", true},
		{`x\b.\by`, "xé yx-y", true},
		{`fever|chills`, "i have chills", true},
		{`fever|chills`, "i have some", false},
		{`(my|our) .*(knees?|hips?)`, "my hip hurts", true},
		{`(my|our) .*(knees?|hips?)`, "my dog barks", false},
		{`(my|our) .*(knees?|hips?)`, "the hip hurts", false},
		{`(fever)?`, "", true},
		{`(fever)*x?`, "anything", true},
		{`(fever){2,}`, "feverfever", true},
		{`(fever){2,}`, "cold", false},
		{`dolor d[eé] pecho`, "dolor dé pecho", true},
		{`[肿腫](了|起来)`, "脸肿了", true},
		{`[肿腫](了|起来)`, "外泌体", false},
		{`i|a`, "nothing of use to look for", true},
		{`(?i)fever`, "FEVER", true},
		{`my {where}`, "my hips", true},
		{`my {where}`, "my dog", false},
		{`\bmy\b.*\b{where}\b`, "my old back", true},
		{`\bmy\b.*\b{where}\b`, "my old backward", false},
		{`m|{where}|x`, "my dog", true},
		{`{where}{deep}`, "kneelower back", true},
		{`{where}{deep}`, "kneelow", false},
		{`{many}`, "adcoma", true},
		{`{many}`, "arthritis", true},
		{`{many}`, "a cold", false},
		{`my {any} hurts`, "my toe hurts", true},
		{`my {any} hurts`, "my toe itches", false},
		{`(?i)my {where}`, "My Knee", true},
		{`( {where}){2}`, "hip knee hips", true},
	}
	for _, test := range tests {
		p, err := parsed(newPatterns(words), test.pattern)
		if err != nil {
			t.Fatal(err)
		}
		h := NewHaystack(test.text)
		if got := p.sieve.lets(&h.grams); got != test.lets {
			t.Errorf("sieve of %q lets %q = %t, want %t", test.pattern, test.text, got, test.lets)
		}
	}
}

// A sieve may never hold back a text that its pattern matches.
func FuzzSieve(f *testing.F) {
	words := wordLists{
		"where": {alternatives: []string{"knee", "/hips?\\b/", "{deep}"}},
		"deep":  {alternatives: []string{"/(lower )?back|é/"}},
	}
	for _, seed := range [][2]string{
		{`\b(my|our)\b.{0,9}\b{where}`, "my lower back"},
		{`a\b.\b[bc]?{deep}+|\Bx`, "a é"},
		{`^{where}|[\dx]$`, "hip 7"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		p, err := parsed(newPatterns(words), pattern)
		if err != nil {
			return
		}
		re, err := regexp.Compile(p.String())
		if err != nil {
			t.Fatalf("%s is taken for valid: %v", p, err)
		}
		if got, want := p.In(NewHaystack(text)), re.MatchString(text); got != want {
			t.Errorf("%s in %q: %t, want %t", p, text, got, want)
		}
	})
}

// What a list repeats often may make a pattern too large to be compiled, though its outline
// is short.
func TestPatternSize(t *testing.T) {
	words := wordLists{"far": {alternatives: []string{"/(?:abcdefghijklmnopqrstuvwxyz{9}){30}/"}}}
	once, err := parsed(newPatterns(words), "{far}")
	if err != nil || once.In(NewHaystack("a")) {
		t.Errorf("once: error %v", err)
	}
	if _, err := parsed(newPatterns(words), strings.Repeat("(?:{far}{far}{far}){9}", 450)); err == nil {
		t.Error("a pattern that is too large is taken for valid")
	}
}
