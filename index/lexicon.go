package index

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A wordID numbers the words of a collection, stop words left out.
type wordID uint32

// A stemID numbers the stems of a collection.
type stemID uint32

// A lexicon holds what is known of each word of a collection. It does not change once
// the collection is built.
type lexicon struct {
	ids    map[string]wordID
	words  []string
	freq   []uint32 // how often each word occurs in the collection
	names  []bool   // whether each word begins with a capital letter wherever it occurs
	stemOf []stemID // of each word

	stemIDs map[string]stemID
	stems   []string
	stemDF  []uint32 // documents that hold each stem

	gramIDs map[string]uint32
	grams   [][]uint32 // of each word
	gramDF  []uint32   // documents that hold each gram

	byGram, byStem wordLists // once all words are there
}

func newLexicon() *lexicon {
	return &lexicon{ids: make(map[string]wordID), stemIDs: make(map[string]stemID), gramIDs: make(map[string]uint32)}
}

// add counts an occurrence of word, which is written as typed there, and returns its number.
func (x *lexicon) add(word, typed string) wordID {
	id, ok := x.ids[word]
	if !ok {
		id = wordID(len(x.words))
		word = strings.Clone(word)
		x.ids[word] = id
		x.words = append(x.words, word)
		x.stemOf = append(x.stemOf, x.addStem(stem(word)))
		x.freq = append(x.freq, 0)
		x.names = append(x.names, true)
		x.grams = append(x.grams, x.addGrams(word))
	}
	x.freq[id]++
	if x.names[id] {
		first, _ := utf8.DecodeRuneInString(typed)
		x.names[id] = unicode.IsUpper(first)
	}
	return id
}

// isName reports whether a word is a proper name: the articles write it with a capital letter
// wherever they have it, and it is no word of everyday English.
func (x *lexicon) isName(word string) bool {
	id, ok := x.ids[word]
	return ok && x.names[id] && !englishWords()[word]
}

func (x *lexicon) addStem(s string) stemID {
	id, ok := x.stemIDs[s]
	if !ok {
		id = stemID(len(x.stems))
		x.stemIDs[s] = id
		x.stems = append(x.stems, s)
		x.stemDF = append(x.stemDF, 0)
	}
	return id
}

// documents returns how many documents hold a stem.
func (x *lexicon) documents(stem string) int {
	if id, ok := x.stemIDs[stem]; ok {
		return int(x.stemDF[id])
	}
	return 0
}

// A stemNumber numbers the stems that a parser may meet, from 1: those of the articles, in
// the order of their ids, then others of the known questions, then all others that the
// glossary or a question brings up. 0 is the number of any other.
type stemNumber uint32

// stemNumbers gives stems their numbers.
type stemNumbers struct {
	lex    *lexicon
	others map[string]stemNumber
	known  stemNumber // the last of those that the articles or the questions hold
}

// newStemNumbers numbers the stems of the articles and the known questions.
func newStemNumbers(lex *lexicon, asked map[string]bool) *stemNumbers {
	x := &stemNumbers{lex: lex, others: make(map[string]stemNumber)}
	for s := range asked {
		x.add(s)
	}
	x.known = x.last()
	return x
}

// last returns the greatest number.
func (x *stemNumbers) last() stemNumber { return stemNumber(len(x.lex.stems) + len(x.others)) }

// of returns the number of a stem.
func (x *stemNumbers) of(stem string) stemNumber {
	if id, ok := x.lex.stemIDs[stem]; ok {
		return stemNumber(id) + 1
	}
	return x.others[stem]
}

// add returns the number of a stem, and gives it one if it has none.
func (x *stemNumbers) add(stem string) stemNumber {
	n := x.of(stem)
	if n == 0 {
		n = x.last() + 1
		x.others[stem] = n
	}
	return n
}

func (x *lexicon) addGrams(word string) []uint32 {
	var ids []uint32
	for g := range grams(word) {
		id, ok := x.gramIDs[g]
		if !ok {
			id = uint32(len(x.gramIDs))
			x.gramIDs[strings.Clone(g)] = id
			x.gramDF = append(x.gramDF, 0)
		}
		ids = append(ids, id)
	}
	return ids
}

// finish lists the words by gram and by stem, once all words are there.
func (x *lexicon) finish() {
	x.byGram = listWords(len(x.words), len(x.gramDF), func(w int) []uint32 { return x.grams[w] })
	x.byStem = listWords(len(x.words), len(x.stems), func(w int) []stemID { return x.stemOf[w : w+1] })
}

// wordLists are the words that hold each of something, one after the other.
type wordLists struct {
	words  []uint32
	starts []uint32 // of each list in words, and the end
}

// listWords lists so many words by what each of them holds, which is numbered up to bound.
func listWords[N ~uint32](words, bound int, holds func(word int) []N) wordLists {
	starts := make([]uint32, bound+1)
	for w := range words {
		for _, n := range holds(w) {
			starts[n+1]++
		}
	}
	for n := range bound {
		starts[n+1] += starts[n]
	}
	l := wordLists{make([]uint32, starts[bound]), starts}
	next := slices.Clone(starts)
	for w := range words {
		for _, n := range holds(w) {
			l.words[next[n]] = uint32(w)
			next[n]++
		}
	}
	return l
}

// of returns the words that hold one, ascending.
func (l *wordLists) of(n uint32) []uint32 { return l.words[l.starts[n]:l.starts[n+1]] }

// gramSize is the length of character n-grams in characters. Five was best in the
// comparison that the package comment tells of; three and four cost more and gave less.
const gramSize = 5

// grams yields the character n-grams of a word with its ends marked: of "exosome", with
// _ for the mark, _exos exoso xosom osome some_. A shorter word is one gram.
func grams(word string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		marked := "\x00" + word + "\x00"
		var starts [gramSize]int // byte offsets of the last characters, as a ring
		n := 0
		for i := range marked {
			if n >= gramSize && !yield(marked[starts[n%gramSize]:i]) {
				return
			}
			starts[n%gramSize] = i
			n++
		}
		if n < gramSize {
			yield(marked)
			return
		}
		yield(marked[starts[n%gramSize]:])
	}
}
