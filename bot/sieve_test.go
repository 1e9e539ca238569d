package bot

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"

	"exobot/knowledge"
)

func TestNeedles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, text string
		lets          bool
	}{
		{`\bfever\b`, "a fever since monday", true},
		{`\bfever\b`, "how big are they", false},
		{`fever|chills`, "i have chills", true},
		{`fever|chills`, "i have some", false},
		{`(my|our) .*(knees?|hips?)`, "my hip hurts", true},
		{`(my|our) .*(knees?|hips?)`, "my dog barks", false},
		{`(fever)?`, "", true},
		{`(fever)*x?`, "anything", true},
		{`(fever){2,}`, "feverfever", true},
		{`(fever){2,}`, "cold", false},
		{`dolor d[eé] pecho`, "dolor dé pecho", true},
		{`[肿腫](了|起来)`, "脸肿了", true},
		{`[肿腫](了|起来)`, "外泌体", false},
		{`i|a`, "nothing of use to look for", true},
		{`(?i)fever`, "FEVER", true},
	}
	for _, test := range tests {
		p, err := knowledge.ParsePattern(test.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := newSieve(p).lets(newGramSet(test.text)); got != test.lets {
			t.Errorf("sieve of %q lets %q = %t, want %t", test.pattern, test.text, got, test.lets)
		}
	}
}

// A sieve may never hold back a text that its pattern matches.
func TestSieveHoldsBackNoMatch(t *testing.T) {
	t.Parallel()
	lib := shippedLibrary(t)
	sieves := sieves(&lib.Lanes)
	f, err := os.Open("testdata/lanes.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	matched := 0
	lines := bufio.NewScanner(f)
	for n := 0; lines.Scan(); n++ {
		_, question, ok := strings.Cut(lines.Text(), "\t")
		if !ok || n%80 != 0 { // all of them take long
			continue
		}
		text := normalize(question)
		grams := newGramSet(text)
		for _, r := range lib.Lanes.Rules {
			for _, p := range slices.Concat(r.Match, r.Needs, r.Unless) {
				if !p.MatchString(text) {
					continue
				}
				if matched++; !sieves[p].lets(grams) {
					t.Errorf("%q: held back from %s", question, p)
				}
			}
		}
	}
	if err := lines.Err(); err != nil || matched == 0 {
		t.Fatalf("%d matches, error %v", matched, err)
	}
}
