package index

import "strings"

// A wordID numbers the words of a collection, stop words left out.
type wordID uint32

// A lexicon holds what is known of each word of a collection. It does not change once
// the collection is built.
type lexicon struct {
	ids   map[string]wordID
	words []string
	stems []string // of each word
	freq  []uint32 // how often each word occurs in the collection

	gramIDs map[string]uint32
	grams   [][]uint32 // of each word
	gramDF  []uint32   // documents that hold each gram
}

func newLexicon() *lexicon {
	return &lexicon{ids: make(map[string]wordID), gramIDs: make(map[string]uint32)}
}

// add counts an occurrence of word and returns its number.
func (x *lexicon) add(word string) wordID {
	id, ok := x.ids[word]
	if !ok {
		id = wordID(len(x.words))
		word = strings.Clone(word)
		x.ids[word] = id
		x.words = append(x.words, word)
		x.stems = append(x.stems, stem(word))
		x.freq = append(x.freq, 0)
		x.grams = append(x.grams, x.addGrams(word))
	}
	x.freq[id]++
	return id
}

func (x *lexicon) addGrams(word string) []uint32 {
	var ids []uint32
	for g := range grams(word) {
		id, ok := x.gramIDs[g]
		if !ok {
			id = uint32(len(x.gramIDs))
			x.gramIDs[strings.Clone(g)] = id
		}
		ids = append(ids, id)
	}
	return ids
}

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
