package index

import (
	"bytes"
	"slices"
	"testing"

	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
)

// FuzzWords holds eachWord against Bleve's tokenizer.
func FuzzWords(f *testing.F) {
	for _, s := range []string{
		"How big is an exosome?", "it's 1,000.5 nm: a.b a.1 1.a 1.2. x", "a:b 1:2 1;2 a;b a''b 1..2 'a' .5", "snake_case _a a_ __ 1_2",
		"CD63's, “don’t” café\u0301 −80 °C\r\n\t\x00x", "エクソソームの 発見 한국어", "a \u0301b \u200dc", "a\xffb c", "🇩🇪🇫🇷 🇩🇪", "", " \n ",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got, want [][2]int
		eachWord(text, func(start, end int) { got = append(got, [2]int{start, end}) })
		for _, w := range (*unicode.UnicodeTokenizer)(nil).Tokenize([]byte(text)) {
			want = append(want, [2]int{w.Start, w.End})
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: words at %v, want %v", text, got, want)
		}
	})
}

// The name of an inflammation is no form of what is inflamed.
func TestStem(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"exosomes": "exosom", "exosomitis": "exosomitis", "arthritis": "arthritis", "arthritic": "arthrit"} {
		if got := stem(word); got != want {
			t.Errorf("stem of %s: got %s, want %s", word, got, want)
		}
	}
}

// Bleve gets the terms that the rest of the package sees.
func TestAnalyze(t *testing.T) {
	t.Parallel()
	const text = "The vesicles’ sizes, and the cell's\u00a0CD63 — naïve CELLS."
	var got []string
	for _, a := range (wordAnalyzer{}).Analyze([]byte(text)) {
		got = append(got, string(a.Term))
		if word := normalizeWord(text[a.Start:a.End]); !bytes.Equal(a.Term, []byte(stem(word))) {
			t.Errorf("the term %q stands for %q", a.Term, word)
		}
	}
	if want := []string{"vesicl", "size", "cell", "cd63", "naïv", "cell"}; !slices.Equal(got, want) {
		t.Errorf("terms %q, want %q", got, want)
	}
}
