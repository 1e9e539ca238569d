package index

import (
	"regexp"
	"strings"
	"sync"
	"unicode"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/ar"
	"github.com/blevesearch/bleve/v2/analysis/lang/de"
	"github.com/blevesearch/bleve/v2/analysis/lang/es"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/lang/it"
	"github.com/blevesearch/bleve/v2/analysis/lang/pt"
	"github.com/blevesearch/bleve/v2/analysis/lang/ru"
	"github.com/blevesearch/bleve/v2/analysis/lang/tr"
	"golang.org/x/text/unicode/norm"
)

// english is the language of the shipped articles and of every question whose own
// language is not recognised.
const english = "en"

// foreignStopWords holds Bleve's lists of stop words, as they are and folded, by language.
var foreignStopWords = sync.OnceValue(func() map[string]map[string]bool {
	lists := map[string][]byte{
		"ar": ar.ArabicStopWords, "de": de.GermanStopWords, "es": es.SpanishStopWords,
		"fr": fr.FrenchStopWords, "it": it.ItalianStopWords, "pl": []byte(polishStopWords),
		"pt": pt.PortugueseStopWords, "ru": ru.RussianStopWords, "tr": tr.TurkishStopWords,
	}
	out := make(map[string]map[string]bool, len(lists))
	for lang, list := range lists {
		m := analysis.NewTokenMap()
		if err := m.LoadBytes(list); err != nil {
			panic("index: Bleve's own stop words do not load: " + err.Error())
		}
		words := make(map[string]bool, 2*len(m))
		for w := range m {
			words[w] = true
			words[fold(w)] = true
		}
		out[lang] = words
	}
	return out
})

// polishStopWords stands in for Bleve's list, whose package brings the tables of a
// stemmer along.
const polishStopWords = `
a aby ale albo bardzo bez bo by być był była było były będzie będą ci cię co coś czy czym czego czemu
dla dlaczego do gdy gdzie go i ich ile im in innych ja jak jaka jaki jakie jakich jako je jednak jego jej
jest jestem jeśli jeżeli już każdy kiedy kto która które którego której którzy który ku lub ma mają mam
mi mnie mną moja moje może można mój mu my na nad nam nas nie nią nich nim niego niej niż no o od ona
one oni ono oraz po pod podczas ponieważ przed przez przy się są sobie swoje ta tak taki takie także tam
te tego tej ten też to tu ty tych tylko tym u w we więc wszystko wy z za ze że żeby
`

// isCode reports whether a word as typed has a capital inside, as "miR" has: no word of a
// sentence looks like that, unless all of it is in capitals.
func isCode(typed string) bool {
	i := strings.LastIndexFunc(typed, unicode.IsUpper)
	return i > 0 && strings.ContainsFunc(typed, unicode.IsLower)
}

// elision is an article, a pronoun or a conjunction that leans on the next word by an
// apostrophe, in French and Italian.
var elision = regexp.MustCompile(`(?i)\b(?:qu|jusqu|lorsqu|puisqu|[ldjnmtsc]|un|dell|all|nell|sull|dall|quest|cos)['’]`)

// unelide blots such words out: what is left is as long, and every word is where it was.
func unelide(text string) string {
	if !strings.ContainsAny(text, "'’") {
		return text
	}
	return elision.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat(" ", len(s)) })
}

// fold brings a word into the form in which words of other languages are compared:
// lower case, without accents, since members often leave them out.
func fold(word string) string {
	if isASCII(word) {
		return strings.ToLower(word)
	}
	table := foldedLetters()
	var b strings.Builder
	for _, r := range word {
		if r >= foldedBound {
			return foldAny(word)
		}
		b.WriteString(table[r])
	}
	return b.String()
}

// foldedBound is the end of the letters that foldedLetters holds: Latin, Greek, Cyrillic,
// Hebrew and Arabic ones, of which none goes together with the one before it.
const foldedBound = 0x700

// foldedLetters holds what each letter is folded to.
var foldedLetters = sync.OnceValue(func() []string {
	table := make([]string, foldedBound)
	for r := range table {
		table[r] = foldAny(string(rune(r)))
	}
	return table
})

// foldAny is fold of letters of any kind.
func foldAny(word string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(word)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return strings.ReplaceAll(norm.NFC.String(b.String()), "ı", "i")
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// latinLanguages are the languages that are told from English by their words. Of two that a
// text is as likely to be in, it is in the first.
var latinLanguages = [...]string{"es", "de", "fr", "pt", "it", "pl", "tr"}

// A tally counts what speaks for each of latinLanguages.
type tally [len(latinLanguages)]int

// A service says in which of latinLanguages a word serves the sentence, a bit for each: as a
// stop word, and by asking for something.
type service struct{ stops, asks uint8 }

// services are those of all words that have any.
var services = sync.OnceValue(func() map[string]service {
	m := make(map[string]service)
	for i, lang := range latinLanguages {
		for w := range foreignStopWords()[lang] {
			s := m[w]
			s.stops |= 1 << i
			m[w] = s
		}
		for w := range asksWords()[lang] {
			s := m[w]
			s.asks |= 1 << i
			m[w] = s
		}
	}
	return m
})

// detect guesses the language of a text, given the parser's tokens of it: by its script where
// that decides, else by which language's stop words it holds most of, and of what that
// language has a word for and English has not, else English. The locale of the asker's
// interface breaks a tie, but never outvotes the words. How much a word speaks for each
// language, 0 to 2, is asked of worded.
func detect(text string, tokens []token, locale string, worded func(token) tally) string {
	if lang := scriptLanguage(text); lang != "" {
		return lang
	}
	// Words count double that only serve the sentence, everyday English ones once.
	most := 1 // a single word that is not sure to be of another language says nothing
	var counts tally
	stops, serve := stopWords(), services()
	for _, t := range tokens {
		switch {
		case stops[t.word] || fillers()[t.word]:
			most += 2
		case englishWords()[t.word]:
			most++
		}
		if isCode(text[t.start:t.end]) {
			continue
		}
		word, folded, speaks := serve[t.word], serve[t.folded], worded(t)
		plain := isASCII(t.word)
		for i, lang := range latinLanguages {
			switch bit := uint8(1) << i; {
			case !plain && strings.ContainsAny(t.word, ownLetters[lang]), (word.stops|folded.asks)&bit != 0:
				counts[i] += 2
			case folded.stops&bit != 0: // with an accent left out or put in
				counts[i]++
			default:
				counts[i] += speaks[i]
			}
		}
	}
	base, _, _ := strings.Cut(locale, "-")
	best := english
	for i, n := range counts {
		if lang := latinLanguages[i]; n > most || n == most && n > 0 && lang == base {
			best, most = lang, n
		}
	}
	return best
}

// ownLetters are the letters by which a language is known among those that are written in
// Latin letters here.
var ownLetters = map[string]string{
	"de": "ß", "es": "ñ", "fr": "œèêëîù", "pl": "ąćęłńśźż", "pt": "ãõ", "tr": "ğış",
}

// scriptLanguage returns the language that the text's letters belong to, where most are
// of a script that one language here uses, or "".
func scriptLanguage(text string) string {
	if isASCII(text) {
		return ""
	}
	counts := make(map[string]int)
	letters := 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		switch {
		case unicode.Is(unicode.Hangul, r):
			counts["ko"]++
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			counts["ja"]++
		case unicode.Is(unicode.Han, r):
			counts["zh"]++
		case unicode.Is(unicode.Cyrillic, r):
			counts["ru"]++
		case unicode.Is(unicode.Arabic, r):
			counts["ar"]++
		}
	}
	if counts["ja"] > 0 { // kana occur in no other language; its ideographs are Han, too
		counts["ja"] += counts["zh"]
	}
	for _, lang := range []string{"ja", "zh", "ko", "ru", "ar"} {
		if 3*counts[lang] >= letters && counts[lang] > 0 {
			return lang
		}
	}
	return ""
}

// fillers are words of conversation that say nothing about what is asked.
var fillers = sync.OnceValue(func() map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(fillerWords) {
		m[w] = true
	}
	return m
})

// fillerWords are what people type around a question. They are left out when a question
// is parsed, but not when articles are indexed.
const fillerWords = `
a about actually again against ahead ain't all almost alright also am any any1 anybody anyone anything anyway
apparently are aren't arent ask asked asking aware away back bc because been before being believe
besides bit bits bloke bro bruh btw bunch but by bye can can't cannot cant could couldn't
couldnt cuz cos curious dear did didn't didnt do does doesn't doesnt doing don't done dont dude
dunno each either else ended especially et etc even ever every every1 everybody everyone everything exactly explain
explained fam far feel few figure folks for friend from fyi gave get gets getting give given gives go
goes going gonna gone got gotta guess guy guys had hadn't has hasn't have haven't having he he's
hear heard hello help her here hey hi hmm hope hopefully how how's howdy however honestly huh i i'd i'll i'm i've idk ikr if
im imo in instead into is isn't isnt it it's its itself ive just kind kinda kindly knew know
known knows lads later least legit less let let's lets like likely literally lmao lol look looking looks lot lots 
 many mate matter may maybe me mean meaning means meant might mind mine more moreover most
much must my myself need needs never nevermind no nope nor not now of off oh ok okay omg on
once one ones only onto or other others otherwise ought our out over own pal people per perhaps
please pls plz point ppl pretty probably put quick quickly quite r rather read reading really regarding right
said same saw say saying says see seem seems seen she should shouldn't shouldnt show simple simply since so some
some1 somebody somehow someone something sometimes somewhere soon sorry sort sorta still stuff such sup suppose supposed sure
 tell tell telling tells than thank thanks that that's thats the their them themselves then there there's these
they they're theyre thing things think thinking this those though thought through thru thx til till to
today together told too topic totally tried truly try trying tryna ty u until up upon ur us usually
very via wait wanna want wanted wanting wants was wasn't wat wats way ways we well went were weren't what what's
whatever whats when whenever where wherever whether which while who who's whoever whole whom whose why
will wish with within without won't wonder wondered wondering wont would wouldn't wow ya yall yeah yep yes
yet yo you you'd you'll you're you've your youre yours yourself yup
`
