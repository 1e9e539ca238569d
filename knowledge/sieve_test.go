package knowledge

import (
	"fmt"
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

// A sieve may never hold back a text that its pattern matches, nor may a pattern be taken for
// valid that is not.
func FuzzSieve(f *testing.F) {
	for _, seed := range [][4]string{
		{"hips?\\b", "(lower )?back|é", `\b(my|our)\b.{0,9}\b{a}`, "my lower back"},
		{"x", "yz", `a\b.\b[bc]?{b}+|\Bx`, "a é"},
		{"", "\\d", `^{a}|[\dx]$|{b}{2}`, "hip 7"},
		{`(?i)\d+ mg`, "Aspirin", `take ({a}|{b})`, "take aspirin"},
		{"fever(?i)", "Chills", `{b}|{a}`, "chills"},
		{"x", "y", "{a}|\\x{F0000}", "\U000F0000"},
		{"x", "y", "fever\uFFFD", "fever\xff"},
		{"[a-e][a-e][a-e]oma", "[a-z]+itis", "{a}|{b}", "adcoma"},
		{"a{500}", "b", "(?:{a}|.)b{3}(({a})|x){3}", "b"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, a, b, pattern, text string) {
		words := wordLists{"a": {alternatives: []string{"/" + a + "/", "knee"}}, "b": {alternatives: []string{"/" + b + "/", "{a} x"}}}
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

// What a list repeats often, or nests deep, may make a pattern invalid that is short by its
// outline, however that is parsed.
func TestPatternExtent(t *testing.T) {
	var big []string
	for i := range 25 {
		big = append(big, fmt.Sprintf("/%c{1000}x/", 'a'+i))
	}
	var enumerated []string
	for i := range 150 {
		enumerated = append(enumerated, fmt.Sprintf("{big}%d", i))
	}
	words := wordLists{
		"far":  {alternatives: []string{"/(?:abcdefghijklmnopqrstuvwxyz{9}){30}/"}},
		"deep": {alternatives: []string{"/" + strings.Repeat("(", 600) + "fever" + strings.Repeat(")", 600) + "/"}},
		"big":  {alternatives: big},
	}
	if _, err := parsed(newPatterns(words), "{far} or {deep}"); err != nil {
		t.Errorf("once: %v", err)
	}
	for _, pattern := range []string{
		strings.Repeat("(?:{far}{far}{far}){9}", 450),
		strings.Repeat("(", 600) + "{deep}" + strings.Repeat(")", 600),
		strings.Repeat("(?:{big}|[^x])", 150),
		strings.Repeat("(?:{big}|.)", 150),
		"(?:" + strings.Repeat("{big}|", 150) + "x)",
		strings.Join(enumerated, "|"),
		"({big}|.){3}",
	} {
		p, err := parsed(newPatterns(words), pattern)
		if err != nil {
			continue
		}
		if _, err := regexp.Compile(p.String()); err != nil {
			t.Errorf("%.40s... is taken for valid: %v", pattern, err)
		}
	}
}

// However long a pattern and its lists are, what is kept of them is short.
func TestSieveIsSmall(t *testing.T) {
	var many []string
	for i := range 3900 {
		many = append(many, fmt.Sprintf("%c%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676))
	}
	words := wordLists{"long": {alternatives: []string{strings.Repeat("q", 48000)}}, "many": {alternatives: many}}
	for _, pattern := range []string{"{long}{many}", "{many}" + strings.Repeat(`x\b`, 500), "{many}" + strings.Repeat("x.*", 2000)} {
		p, err := parsed(newPatterns(words), pattern)
		if err != nil {
			t.Fatal(err)
		}
		size := 0
		for _, needles := range p.sieve {
			for _, n := range needles {
				size += cap(n)
			}
		}
		if size > 2*maxText*maxNeedles*maxSets {
			t.Errorf("%.20s...: %d grams", pattern, size)
		}
	}
}

// What all patterns need once they are compiled is bounded, and told of at those that come
// last.
func TestPatternsTogether(t *testing.T) {
	p := newPatterns(nil)
	for i := range 9 {
		if _, err := p.draft(fmt.Sprintf("%d%s", i, strings.Repeat(".{999}", 250)), nil); err != nil {
			t.Fatal(err)
		}
	}
	p.parse()
	for text, d := range p.drafts {
		if want := text[0] == '8'; (d.err != nil) != want {
			t.Errorf("pattern %.1s: error %v, want one: %t", text, d.err, want)
		}
	}
}
