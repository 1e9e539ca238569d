package index

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

// A keeping keeps what a collection has learnt from questions in a file, so that it is
// learnt once and not at each start, of which it is most of the time. It is used only by
// the very program that wrote it, and for the same documents, questions and glossary: any
// other may learn other things. The zero value keeps nothing.
type keeping struct {
	file   string
	origin func() (string, error) // fingerprint of what is learnt from, and by which program
}

// A kept is what a file holds: what was learnt, in lists that take little time to read.
type kept struct {
	Asked   keptQuestions
	Classes keptClassifier
}

// keptQuestions are a [questionIndex].
type keptQuestions struct {
	Words    map[string]int
	Stems    []string
	Length   int
	Groups   packed
	Nobody   uint32
	Norms    packed
	Subject  []bool // of each question: names
	Of       packed // question of each thing
	Named    packed // words of each
	Weights  packed
	Uses     []keptUse
	Concepts map[int][]uint32
	Keys     packed // of the questions' words, ascending
	Exact    packed // group of each
}

// A keptUse is a [stemUse].
type keptUse struct {
	Stem      string
	Questions int
	IDF       float64
	Things    packed
	Weights   []uint8
}

// A keptClassifier is a [classifier], or none if it has no classes.
type keptClassifier struct {
	Classes  int
	Features packed // names, by number
	Lengths  packed // of the rows, by number; wholeRow for one of all classes
	Of       packed // class of each weight in the rows that are not whole
	Weights  packed
}

const wholeRow = -1

// packed is a list of numbers, little-endian: gob reads it in a tenth of the time that it
// takes for the numbers one by one.
type packed []byte

type number interface {
	uint32 | int32 | uint64 | float32
}

func bytesOf[T number](list []T) packed {
	b, err := binary.Append(nil, binary.LittleEndian, list)
	if err != nil {
		panic("index: a list of numbers is not packed: " + err.Error()) // it always is
	}
	return b
}

func numbersOf[T number](p packed) []T {
	var one T
	list := make([]T, len(p)/binary.Size(one))
	if _, err := binary.Decode(p, binary.LittleEndian, list); err != nil {
		panic("index: a list of numbers is not unpacked: " + err.Error())
	}
	return list
}

// newKeeping returns the keeping, in a file, of what is learnt from documents of that
// fingerprint, from the glossary that a making tells of, and from its questions that no
// document answers.
func newKeeping(file, documents string, m making) keeping {
	return keeping{file, sync.OnceValues(func() (string, error) {
		program, err := programSum()
		if err != nil {
			return "", err
		}
		h := sha256.New()
		enc := json.NewEncoder(h)
		for _, part := range []any{program, documents, m.source, m.uncovered} {
			if err := enc.Encode(part); err != nil {
				return "", fmt.Errorf("index: describe what is learnt from: %w", err)
			}
		}
		return hex.EncodeToString(h.Sum(nil)), nil
	})}
}

// crcTable is that of the checksums of files, which are against damage and not against
// malice: they take a fifth of the time of others.
var crcTable = crc32.MakeTable(crc32.Castagnoli)

// programSum identifies the program that runs, even if its file has been replaced since.
var programSum = sync.OnceValues(func() (string, error) {
	f, err := os.Open("/proc/self/exe") // on Linux, and whatever has become of its name
	if err != nil {
		name, err := os.Executable()
		if err != nil {
			return "", fmt.Errorf("index: find program: %w", err)
		}
		if f, err = os.Open(name); err != nil {
			return "", fmt.Errorf("index: read program: %w", err)
		}
	}
	defer f.Close()
	h := crc32.New(crcTable)
	n, err := io.Copy(h, f)
	if err != nil {
		return "", fmt.Errorf("index: read program: %w", err)
	}
	return fmt.Sprintf("%d %08x", n, h.Sum32()), nil
})

// head is the first line of a file, which has the same length in all: what the rest was
// learnt from, and its checksum.
func (k keeping) head(sum uint32) (string, error) {
	origin, err := k.origin()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s %08x\n", origin, sum), nil
}

// read returns what the file holds; nil if there is none, or it is damaged, or was learnt
// from something else.
func (k keeping) read() *kept {
	if k.file == "" {
		return nil
	}
	head, err := k.head(0)
	if err != nil {
		return nil
	}
	if info, err := os.Stat(k.file); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	data, err := os.ReadFile(k.file)
	if err != nil || len(data) < len(head) {
		return nil
	}
	content := data[len(head):]
	head, err = k.head(crc32.Checksum(content, crcTable))
	if err != nil || head != string(data[:len(head)]) {
		return nil
	}
	x := new(kept)
	if gob.NewDecoder(bytes.NewReader(content)).Decode(x) != nil {
		return nil
	}
	return x
}

// write keeps x. The file appears as a whole or not at all.
func (k keeping) write(x *kept) error {
	if k.file == "" {
		return nil
	}
	f, err := os.CreateTemp(filepath.Dir(k.file), filepath.Base(k.file)+unfinished+"*")
	if err != nil {
		return fmt.Errorf("index: write what was learnt: %w", err)
	}
	err = errors.Join(k.writeTo(f, x), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), k.file)
	}
	if err != nil {
		return fmt.Errorf("index: write what was learnt: %w", errors.Join(err, os.Remove(f.Name())))
	}
	removeUnfinished(k.file)
	return nil
}

func (k keeping) writeTo(f *os.File, x *kept) error {
	head, err := k.head(0) // in the place of the one that is known in the end
	if err != nil {
		return err
	}
	if _, err := f.WriteString(head); err != nil {
		return err
	}
	sum := crc32.New(crcTable)
	if err := gob.NewEncoder(io.MultiWriter(f, sum)).Encode(x); err != nil {
		return err
	}
	if head, err = k.head(sum.Sum32()); err != nil {
		return err
	}
	_, err = f.WriteAt([]byte(head), 0)
	return err
}

// keep returns what was learnt from the questions.
func (c *Collection) keep() *kept {
	return &kept{c.questions.keep(), c.classes.keep()}
}

// recall takes in what another collection of the same documents learnt.
func (c *Collection) recall(k *kept) {
	c.questions.recall(&k.Asked, c.parser.numbers)
	c.classes = k.Classes.classifier()
}

func (x *questionIndex) keep() keptQuestions {
	k := keptQuestions{
		Words: x.words, Stems: slices.Sorted(maps.Keys(x.stems)), Length: x.length,
		Groups: bytesOf(x.groups), Nobody: x.nobody, Norms: bytesOf(x.norms), Subject: x.names, Concepts: x.concepts,
	}
	var of []uint32
	var named, weights []float32
	for _, t := range x.things {
		of, named, weights = append(of, t.question), append(named, t.words), append(weights, t.weight)
	}
	k.Of, k.Named, k.Weights = bytesOf(of), bytesOf(named), bytesOf(weights)
	for _, u := range x.uses {
		if u.stem == "" {
			continue
		}
		use := keptUse{Stem: u.stem, Questions: u.questions, IDF: u.idf}
		if u.sayings != nil {
			use.Things, use.Weights = bytesOf(u.sayings.things), u.sayings.weights
		}
		k.Uses = append(k.Uses, use)
	}
	keys := slices.Sorted(maps.Keys(x.exact))
	groups := make([]uint32, len(keys))
	for i, key := range keys {
		groups[i] = x.exact[key]
	}
	k.Keys, k.Exact = bytesOf(keys), bytesOf(groups)
	return k
}

// hearAgain takes in the words that were heard.
func (x *questionIndex) hearAgain(k *keptQuestions) {
	x.words, x.stems, x.length = k.Words, make(map[string]bool, len(k.Stems)), k.Length
	for _, s := range k.Stems {
		x.stems[s] = true
	}
}

func (x *questionIndex) recall(k *keptQuestions, numbers *stemNumbers) {
	x.groups, x.nobody, x.norms, x.names, x.concepts = numbersOf[uint32](k.Groups), k.Nobody, numbersOf[float32](k.Norms), k.Subject, k.Concepts
	x.numbers = numbers
	of, named, weights := numbersOf[uint32](k.Of), numbersOf[float32](k.Named), numbersOf[float32](k.Weights)
	x.things = make([]thing, len(of))
	for i := range x.things {
		x.things[i] = thing{of[i], named[i], weights[i]}
	}
	for _, u := range k.Uses {
		use := x.use(u.Stem, numbers.of(u.Stem))
		use.questions, use.idf = u.Questions, u.IDF
		if len(u.Things) > 0 {
			use.sayings = &sayings{numbersOf[uint32](u.Things), u.Weights}
		}
	}
	keys, groups := numbersOf[uint64](k.Keys), numbersOf[uint32](k.Exact)
	x.exact = make(map[uint64]uint32, len(keys))
	for i, key := range keys {
		x.exact[key] = groups[i]
	}
	x.list()
}

func (c *classifier) keep() keptClassifier {
	if c == nil {
		return keptClassifier{}
	}
	features, lengths := make([]uint64, len(c.rows)), make([]int32, len(c.rows))
	for name, number := range c.features {
		features[number] = uint64(name)
	}
	var of []uint32
	var weights []float32
	for i, r := range c.rows {
		lengths[i] = wholeRow
		if r.classes != nil {
			lengths[i] = int32(len(r.classes))
			of = append(of, r.classes...)
		}
		weights = append(weights, r.weights...)
	}
	return keptClassifier{c.classes, bytesOf(features), bytesOf(lengths), bytesOf(of), bytesOf(weights)}
}

func (k *keptClassifier) classifier() *classifier {
	if k.Classes == 0 {
		return nil
	}
	features, of, weights := numbersOf[uint64](k.Features), numbersOf[uint32](k.Of), numbersOf[float32](k.Weights)
	c := &classifier{classes: k.Classes, features: make(map[name]uint32, len(features)), rows: make([]row, len(features))}
	for i, n := range numbersOf[int32](k.Lengths) {
		c.features[name(features[i])] = uint32(i)
		if n == wholeRow {
			c.rows[i].weights, weights = weights[:k.Classes:k.Classes], weights[k.Classes:]
			continue
		}
		c.rows[i] = row{of[:n:n], weights[:n:n]}
		of, weights = of[n:], weights[n:]
	}
	return c
}
