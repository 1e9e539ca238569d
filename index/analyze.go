package index

import (
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/registry"
	"github.com/blevesearch/go-porterstemmer"
	"golang.org/x/text/unicode/norm"
)

// analyzerName is what Bleve's mapping calls our analyzer.
const analyzerName = "exobot"

// A token is a word of a text: normalised, with the bytes that it came from.
type token struct {
	word       string // NFKC, lower case, without a possessive ending
	stem       string // of word; only where a parser made the token
	start, end int    // in the text that was analysed
}

// tokenize cuts text into words by Unicode's rules for word boundaries (UAX #29, as
// Bleve's tokenizer does) and normalises each. Offsets point into text as given.
func tokenize(text string) []token {
	stream := (*unicode.UnicodeTokenizer)(nil).Tokenize([]byte(text))
	tokens := make([]token, 0, len(stream))
	for _, t := range stream {
		tokens = append(tokens, token{word: normalizeWord(string(t.Term)), start: t.Start, end: t.End})
	}
	return tokens
}

// normalizeWord returns a word as the index knows it. An ASCII word in lower case, the
// common case, is returned as it is.
func normalizeWord(w string) string {
	if !isNFKC(w) {
		w = norm.NFKC.String(w)
	}
	w = strings.ToLower(w)
	for _, s := range possessives {
		if strings.HasSuffix(w, s) && len(w) > len(s) {
			return w[:len(w)-len(s)]
		}
	}
	return w
}

var possessives = []string{"'s", "’s", "＇s"}

func isNFKC(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return norm.NFKC.IsNormalString(s)
		}
	}
	return true
}

// stopWords are the words that carry no meaning of their own in English: Bleve's list.
var stopWords = sync.OnceValue(func() analysis.TokenMap {
	m := analysis.NewTokenMap()
	if err := m.LoadBytes(en.EnglishStopWords); err != nil {
		panic("index: Bleve's own stop words do not load: " + err.Error())
	}
	return m
})

// stem returns the Porter stem of a normalised word.
func stem(word string) string {
	return string(porterstemmer.StemWithoutLowerCasing([]rune(word)))
}

// wordAnalyzer gives Bleve the same terms that the rest of the package sees: tokenize,
// without stop words, stemmed.
type wordAnalyzer struct{}

// Analyze implements [analysis.Analyzer].
func (wordAnalyzer) Analyze(text []byte) analysis.TokenStream {
	stops := stopWords()
	stream := (*unicode.UnicodeTokenizer)(nil).Tokenize(text)
	kept := stream[:0]
	for _, t := range stream {
		w := normalizeWord(string(t.Term))
		if stops[w] {
			continue
		}
		t.Term = []byte(stem(w))
		kept = append(kept, t)
	}
	return kept
}

// registerAnalyzer makes wordAnalyzer known to Bleve, which looks analyzers up by name
// in a registry of the whole process.
var registerAnalyzer = sync.OnceValue(func() error {
	return registry.RegisterAnalyzer(analyzerName, func(map[string]any, *registry.Cache) (analysis.Analyzer, error) {
		return wordAnalyzer{}, nil
	})
})
