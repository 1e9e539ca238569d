package index

import (
	"strings"
	"sync"
	"unicode/utf8"

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
	start, end int    // in the text that was analysed

	// Only where a parser made the token:
	stem   string
	folded string // word, as words of other languages are compared
	number stemNumber
	kind   wordKind
}

// A wordKind is a set of what a parser needs to know of a word again and again.
type wordKind uint8

const (
	isStop       wordKind = 1 << iota // a stop word
	isFiller                          // a word of conversation; see fillers
	isKnown                           // see [parser.knows]
	beginsPhrase                      // the first of an English phrase of the glossary
)

// tokenize cuts text into words and normalises each. Offsets point into text as given.
func tokenize(text string) []token {
	tokens := make([]token, 0, len(text)/bytesPerWord+1)
	eachWord(text, func(start, end int) {
		tokens = append(tokens, token{word: normalizeWord(text[start:end]), start: start, end: end})
	})
	return tokens
}

// bytesPerWord is about how many bytes a word takes in English, with a space.
const bytesPerWord = 6

// eachWord calls f with the bounds of each word of a text by Unicode's rules (UAX #29), as
// Bleve's tokenizer finds them. They make an end of a word at every space and line feed,
// so the text is cut there, and parts that are plain ASCII, as most are, do not need all of
// the rules.
func eachWord(text string, f func(start, end int)) {
	if !utf8.ValidString(text) { // Bleve's tokenizer stops there
		eachUnicodeWord(text, 0, f)
		return
	}
	for i := 0; i < len(text); i++ {
		start := i
		var kinds asciiKind
		for ; i < len(text) && text[i] != ' ' && text[i] != '\n'; i++ {
			kinds |= kindOf(text[i])
		}
		if kinds&beyond != 0 {
			eachUnicodeWord(text[start:i], start, f)
		} else if kinds&(letter|digit) != 0 {
			eachPlainWord(text, start, i, f)
		}
	}
}

// eachUnicodeWord is eachWord by all of the rules. The text begins at offset in another.
func eachUnicodeWord(text string, offset int, f func(start, end int)) {
	for _, t := range (*unicode.UnicodeTokenizer)(nil).Tokenize([]byte(text)) {
		f(offset+t.Start, offset+t.End)
	}
}

// eachPlainWord is eachWord for a part of a text that is plain ASCII. Letters and digits
// belong together, and a single mark between two letters or between two digits may join
// them.
func eachPlainWord(text string, start, end int, f func(start, end int)) {
	for i := start; i < end; i++ {
		if kindOf(text[i])&(letter|digit) == 0 {
			continue
		}
		from := i
		for i++; i < end; i++ {
			k := kindOf(text[i])
			if k&(letter|digit) != 0 {
				continue
			}
			if i+1 < end && (k&joinsLetters != 0 && kindOf(text[i-1])&kindOf(text[i+1])&letter != 0 ||
				k&joinsDigits != 0 && kindOf(text[i-1])&kindOf(text[i+1])&digit != 0) {
				continue
			}
			break
		}
		f(from, i)
	}
}

// An asciiKind is a set of what a byte may be to the rules for the boundaries of words.
type asciiKind uint8

const (
	letter       asciiKind = 1 << iota
	digit                  // 0 to 9
	joinsLetters           // between two letters
	joinsDigits            // between two digits
	beyond                 // not plain: more than ASCII, or an underscore
)

func kindOf(c byte) asciiKind { return asciiKinds[c] }

var asciiKinds = func() (kinds [256]asciiKind) {
	for c := range kinds {
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			kinds[c] = letter
		case '0' <= c && c <= '9':
			kinds[c] = digit
		case c == '.' || c == '\'':
			kinds[c] = joinsLetters | joinsDigits
		case c == ':':
			kinds[c] = joinsLetters
		case c == ',' || c == ';':
			kinds[c] = joinsDigits
		case c == '_' || c >= utf8.RuneSelf:
			kinds[c] = beyond
		}
	}
	return kinds
}()

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

// stem returns the Porter stem of a normalised word. The name of an inflammation is its own
// stem: Porter makes exosom of exosomitis.
func stem(word string) string {
	m := stemmers.Get().(*stemmer)
	defer stemmers.Put(m)
	return m.stem(word)
}

// A stemmer remembers the stems of words, since texts repeat theirs.
type stemmer struct{ stems map[string]string }

// keepStems is how many stems a stemmer remembers, of up to some 100 bytes each.
const keepStems = 1 << 14

// stemmers are those that nobody is using.
var stemmers = sync.Pool{New: func() any { return &stemmer{make(map[string]string)} }}

func (m *stemmer) stem(word string) string {
	s, ok := m.stems[word]
	if !ok {
		if s = word; !strings.HasSuffix(word, "itis") {
			s = string(porterstemmer.StemWithoutLowerCasing([]rune(word)))
		}
		if len(word) > longestKept {
			return s
		}
		if len(m.stems) == keepStems {
			clear(m.stems)
		}
		m.stems[strings.Clone(word)] = s
	}
	return s
}

// longestKept is the length in bytes of the longest word whose stem is remembered.
const longestKept = 40

// wordAnalyzer gives Bleve the same terms that the rest of the package sees: tokenize,
// without stop words, stemmed.
type wordAnalyzer struct{}

// Analyze implements [analysis.Analyzer].
func (wordAnalyzer) Analyze(text []byte) analysis.TokenStream {
	terms := termTables.Get().(termTable)
	defer termTables.Put(terms)
	words := string(text)
	n := len(words)/bytesPerWord + 1
	kept := make([]analysis.Token, 0, n)
	position := 0
	eachWord(words, func(start, end int) {
		position++
		if term := terms.term(words[start:end]); term != nil {
			kept = append(kept, analysis.Token{Term: term, Start: start, End: end, Position: position})
		}
	})
	stream := make(analysis.TokenStream, len(kept))
	for i := range kept {
		stream[i] = &kept[i]
	}
	return stream
}

// A termTable remembers the terms of words by how they are written, nil for those of stop
// words. Bleve reads them and does not change them.
type termTable map[string][]byte

// termTables are those that nobody is using.
var termTables = sync.Pool{New: func() any { return make(termTable) }}

func (m termTable) term(written string) []byte {
	term, ok := m[written]
	if ok {
		return term
	}
	if word := normalizeWord(written); !stopWords()[word] {
		term = []byte(stem(word))
	}
	if len(written) <= longestKept {
		if len(m) == keepStems {
			clear(m)
		}
		m[strings.Clone(written)] = term
	}
	return term
}

// registerAnalyzer makes wordAnalyzer known to Bleve, which looks analyzers up by name
// in a registry of the whole process.
var registerAnalyzer = sync.OnceValue(func() error {
	return registry.RegisterAnalyzer(analyzerName, func(map[string]any, *registry.Cache) (analysis.Analyzer, error) {
		return wordAnalyzer{}, nil
	})
})
