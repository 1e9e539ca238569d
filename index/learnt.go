package index

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"exobot/index/stash"
)

// keeping returns the file that keeps what a collection has learnt from questions, so that it
// is learnt once and not at each start, of which it is most of the time. It is learnt from
// documents of that fingerprint, from the glossary that a making tells of, and from its
// questions that no document answers.
func keeping(name, documents string, m making) stash.File {
	return stash.File{Name: name, Origin: sync.OnceValue(func() string {
		h := sha256.New()
		enc := json.NewEncoder(h)
		for _, part := range []any{documents, m.source, m.uncovered} {
			if err := enc.Encode(part); err != nil {
				panic("index: what is learnt from cannot be told: " + err.Error()) // it is texts in lists and tables
			}
		}
		return hex.EncodeToString(h.Sum(nil))
	})}
}

// pack writes what was learnt from the questions.
func (c *Collection) pack(w io.Writer) error {
	p := &packer{w: w}
	c.questions.packWords(p)
	c.questions.pack(p)
	c.classes.pack(p)
	return p.err
}

// hearAgain takes in the words of the questions that another collection of the same documents
// heard, and recall, behind it, what that learnt from them.
func (c *Collection) hearAgain(u *unpacker) { c.questions.unpackWords(u) }

func (c *Collection) recall(u *unpacker) {
	c.questions.unpack(u, c.parser.numbers)
	c.classes = unpackClassifier(u)
}

func (x *questionIndex) packWords(p *packer) {
	words := slices.Sorted(maps.Keys(x.words))
	counts := make([]uint32, len(words))
	for i, w := range words {
		counts[i] = uint32(x.words[w])
	}
	packTexts(p, words)
	packList(p, counts)
	packTexts(p, slices.Sorted(maps.Keys(x.stems)))
	packList(p, []uint64{uint64(x.length)})
}

func (x *questionIndex) unpackWords(u *unpacker) {
	words, counts := unpackTexts(u), unpackList[uint32](u)
	x.words = make(map[string]int, len(words))
	for i, w := range words {
		x.words[w] = int(counts[i])
	}
	stems := unpackTexts(u)
	x.stems = make(map[string]bool, len(stems))
	for _, s := range stems {
		x.stems[s] = true
	}
	x.length = int(unpackList[uint64](u)[0])
}

func (x *questionIndex) pack(p *packer) {
	packList(p, x.groups)
	packList(p, []uint32{x.nobody})
	packList(p, x.norms)
	packList(p, x.names)

	packList(p, column(x.things, func(t thing) uint32 { return t.question }))
	packList(p, column(x.things, func(t thing) float32 { return t.words }))
	packList(p, column(x.things, func(t thing) float32 { return t.weight }))

	concepts := slices.Sorted(maps.Keys(x.concepts))
	packList(p, column(concepts, func(c int) uint32 { return uint32(c) }))
	packLists(p, column(concepts, func(c int) []uint32 { return x.concepts[c].things }))

	uses := slices.DeleteFunc(slices.Clone(x.uses), func(u stemUse) bool { return u.stem == "" })
	packTexts(p, column(uses, func(u stemUse) string { return u.stem }))
	packList(p, column(uses, func(u stemUse) uint32 { return uint32(u.questions) }))
	packList(p, column(uses, func(u stemUse) float64 { return u.idf }))
	packLists(p, column(uses, func(u stemUse) []uint32 { return u.sayings.things }))
	packLists(p, column(uses, func(u stemUse) []uint8 { return u.sayings.weights }))

	keys := slices.Sorted(maps.Keys(x.exact))
	packList(p, keys)
	packList(p, column(keys, func(k uint64) uint32 { return x.exact[k] }))
}

func (x *questionIndex) unpack(u *unpacker, numbers *stemNumbers) {
	x.groups, x.nobody = unpackList[uint32](u), unpackList[uint32](u)[0]
	x.norms, x.names, x.numbers = unpackList[float32](u), unpackList[bool](u), numbers

	of, words, weights := unpackList[uint32](u), unpackList[float32](u), unpackList[float32](u)
	x.things = make([]thing, len(of))
	for i := range x.things {
		x.things[i] = thing{of[i], words[i], weights[i]}
	}

	concepts, are := unpackList[uint32](u), unpackLists[uint32](u)
	x.concepts = make(map[int]*thingList, len(concepts))
	for i, c := range concepts {
		l := x.listOf(are[i])
		x.concepts[int(c)] = &l
	}

	x.makeRoom()
	for i := range x.uses {
		x.uses[i].idf = idf(0, len(x.groups))
	}
	stems, questions, idfs := unpackTexts(u), unpackList[uint32](u), unpackList[float64](u)
	things, shares := unpackLists[uint32](u), unpackLists[uint8](u)
	for i, s := range stems {
		use := x.use(s, numbers.of(s))
		use.questions, use.idf = int(questions[i]), idfs[i]
		use.sayings = sayings{x.listOf(things[i]), shares[i]}
	}

	keys, groups := unpackList[uint64](u), unpackList[uint32](u)
	x.exact = make(map[uint64]uint32, len(keys))
	for i, key := range keys {
		x.exact[key] = groups[i]
	}
}

// listOf returns the list of some things.
func (x *questionIndex) listOf(things []uint32) thingList {
	return thingList{things, column(things, func(n uint32) uint32 { return x.things[n].question })}
}

// A classifier is packed as its number of classes, which is 0 where there is none, and the
// names and rows of its features by number.
func (c *classifier) pack(p *packer) {
	if c == nil {
		c = &classifier{}
	}
	packList(p, []uint32{uint32(c.classes)})
	features := make([]uint64, len(c.rows))
	for name, number := range c.features {
		features[number] = uint64(name)
	}
	packList(p, features)
	packLists(p, column(c.rows, func(r row) []uint32 { return r.classes }))
	packLists(p, column(c.rows, func(r row) []float32 { return r.weights }))
}

func unpackClassifier(u *unpacker) *classifier {
	c := &classifier{classes: int(unpackList[uint32](u)[0])}
	if c.classes == 0 {
		return nil
	}
	features := unpackList[uint64](u)
	classes, weights := unpackLists[uint32](u), unpackLists[float32](u)
	c.features, c.rows = make(map[name]uint32, len(features)), make([]row, len(features))
	for i, f := range features {
		c.features[name(f)] = uint32(i)
		c.rows[i] = row{classes[i], weights[i]}
		if len(classes[i]) == 0 && len(weights[i]) > 0 { // one of all classes
			c.rows[i].classes = nil
		}
	}
	return c
}

// column returns one thing about each of a list.
func column[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = f(a)
	}
	return out
}

// A packer writes lists, and an unpacker reads them in the same order: tens of megabytes in
// a few hundredths of a second.
type packer struct {
	w   io.Writer
	err error // of the first write that failed
}

type unpacker struct{ data []byte }

type packable interface {
	~bool | ~uint8 | ~uint32 | ~uint64 | ~float32 | ~float64
}

func packList[T packable](p *packer, list []T) {
	for _, part := range []any{uint64(len(list)), list} {
		if p.err == nil {
			p.err = binary.Write(p.w, binary.LittleEndian, part)
		}
	}
}

func unpackList[T packable](u *unpacker) []T {
	count := binary.LittleEndian.Uint64(u.data)
	list := make([]T, count)
	end := 8 + binary.Size(list)
	if _, err := binary.Decode(u.data[8:end], binary.LittleEndian, list); err != nil {
		panic(fmt.Sprintf("index: what was kept is not what was written: %v", err)) // against which it has a checksum
	}
	u.data = u.data[end:]
	return list
}

// packLists writes a list of lists, in which nil becomes an empty one.
func packLists[T packable](p *packer, lists [][]T) {
	packList(p, column(lists, func(l []T) uint32 { return uint32(len(l)) }))
	packList(p, slices.Concat(lists...))
}

func unpackLists[T packable](u *unpacker) [][]T {
	lengths, all := unpackList[uint32](u), unpackList[T](u)
	lists := make([][]T, len(lengths))
	for i, n := range lengths {
		lists[i], all = all[:n:n], all[n:]
	}
	return lists
}

func packTexts(p *packer, texts []string) {
	packList(p, column(texts, func(s string) uint32 { return uint32(len(s)) }))
	packList(p, []byte(strings.Join(texts, "")))
}

func unpackTexts(u *unpacker) []string {
	lengths, all := unpackList[uint32](u), string(unpackList[byte](u))
	texts := make([]string, len(lengths))
	for i, n := range lengths {
		texts[i], all = all[:n], all[n:]
	}
	return texts
}
