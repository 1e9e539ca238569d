package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	bleveindex "github.com/blevesearch/bleve_index_api"

	"exobot/index/stash"
	"exobot/knowledge"
)

// A Document is what a [Collection] ranks: a passage with what surrounds it.
type Document struct {
	ID        string   // unique; breaks ties
	Group     string   // documents of one group are ranked as one, the best standing for it; "" means ID
	Title     string   // title, or the trail of headings
	Text      string   // the passage
	Questions []string // questions that the passage's section answers
	Position  int      // of the passage in its group, from 0: the first says what the group is about
}

// A Collection is a set of documents that can be ranked for a question. It is built
// once, does not change, and is safe for concurrent use.
type Collection struct {
	ids    []string  // by ordinal, ascending
	groups []uint32  // by ordinal: number of the document's group
	firsts []uint32  // by group: its first document
	priors []float64 // by ordinal: what the document's position leaves of its score
	lex    *lexicon
	model  Model

	text      forward // words of title and text
	questions questionIndex
	classes   *classifier // nil without questions

	bleve    bleve.Index
	ordinals []uint32 // Bleve's document number → ordinal
	reader   bleveindex.IndexReader
	body     *postings
	title    *postings
	asked    *postings // the questions field
	rank     *ranker
	scratch  scratches
	parser   *parser
}

// forward holds the words of each document in order: the opposite of postings.
type forward struct {
	words  []wordID
	starts []uint32 // of each document in words, and the end

	grams    []uint32 // how many character n-grams the words of each document hold
	avgGrams float64
}

func (f *forward) of(doc uint32) []wordID { return f.words[f.starts[doc]:f.starts[doc+1]] }

// batchSize is how many documents go to Bleve at once. Larger batches take more memory
// and are not faster.
const batchSize = 500

// NewCollection indexes docs in memory, to be ranked by a model. Their ids must differ
// from one another.
func NewCollection(ctx context.Context, docs []Document, m Model) (*Collection, error) {
	sorted, err := sorted(docs)
	if err != nil {
		return nil, err
	}
	return makeCollection(ctx, sorted, making{model: m, glossary: noGlossary})
}

// A making is what goes into a collection besides its documents.
type making struct {
	model     Model
	glossary  func() *glossary // asked for when it is needed
	source    any              // what the glossary is made of
	uncovered []string         // questions that no document answers
	learnt    stash.File       // keeps what is learnt
}

func noGlossary() *glossary { return newGlossary(nil, nil) }

func makeCollection(ctx context.Context, docs documents, m making) (*Collection, error) {
	return newCollection(ctx, docs, m, func() (bleve.Index, error) { return create(ctx, docs, "") })
}

// documents are those of a collection by ordinal, which is the order of their ids. They
// are made when they are asked for: a million of them, each with strings of its own, would
// take as much memory as the rest of the index.
type documents struct {
	ids []string // ascending, each once
	at  func(ordinal int) Document
}

// sorted returns documents by id, which makes their positions their ordinals.
func sorted(docs []Document) (documents, error) {
	docs = slices.Clone(docs)
	slices.SortFunc(docs, func(a, b Document) int { return cmp.Compare(a.ID, b.ID) })
	ids := make([]string, len(docs))
	for i, d := range docs {
		ids[i] = d.ID
	}
	if err := distinct(ids); err != nil {
		return documents{}, err
	}
	return documents{ids, func(i int) Document { return docs[i] }}, nil
}

// distinct returns an error if two of the ids, which are sorted, are the same.
func distinct(ids []string) error {
	for i := 1; i < len(ids); i++ {
		if ids[i] == ids[i-1] {
			return fmt.Errorf("index: two documents are called %q", ids[i])
		}
	}
	return nil
}

// all yields the documents with their ordinals.
func (d documents) all() iter.Seq2[int, Document] {
	return func(yield func(int, Document) bool) {
		for i := range d.ids {
			if !yield(i, d.at(i)) {
				return
			}
		}
	}
}

// create makes a Bleve index of docs, in memory when dir is empty.
func create(ctx context.Context, docs documents, dir string) (bleve.Index, error) {
	m, err := newMapping()
	if err != nil {
		return nil, fmt.Errorf("index: describe fields to Bleve: %w", err)
	}
	ix, err := bleve.NewUsing(dir, m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("index: create Bleve index %q: %w", dir, err)
	}
	if err := fill(ctx, ix, docs); err != nil {
		return nil, errors.Join(err, ix.Close())
	}
	return ix, nil
}

func fill(ctx context.Context, ix bleve.Index, docs documents) error {
	batch := ix.NewBatch()
	flush := func() error {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("index: build: %w", err)
		}
		if err := ix.Batch(batch); err != nil {
			return fmt.Errorf("index: write batch: %w", err)
		}
		batch.Reset()
		return nil
	}
	for _, d := range docs.all() {
		fields := map[string]any{fieldBody: d.Title + "\n" + d.Text, fieldTitle: d.Title}
		if len(d.Questions) > 0 {
			fields[fieldQuestions] = d.Questions
		}
		if err := batch.Index(d.ID, fields); err != nil {
			return fmt.Errorf("index: add document %q: %w", d.ID, err)
		}
		if batch.Size() == batchSize {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if batch.Size() > 0 {
		return flush()
	}
	return nil
}

// newMapping describes the fields to Bleve: postings with frequencies and norms, and
// nothing else, since texts are kept by the library and positions by forward.
func newMapping() (*mapping.IndexMappingImpl, error) {
	if err := registerAnalyzer(); err != nil {
		return nil, err
	}
	field := bleve.NewTextFieldMapping()
	field.Analyzer = analyzerName
	field.Store = false
	field.IncludeTermVectors = false
	field.IncludeInAll = false
	field.DocValues = false
	doc := bleve.NewDocumentStaticMapping()
	for _, name := range []string{fieldBody, fieldTitle, fieldQuestions} {
		doc.AddFieldMappingsAt(name, field)
	}
	m := bleve.NewIndexMapping()
	m.DefaultMapping = doc
	m.DefaultAnalyzer = analyzerName
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	return m, nil
}

// newCollection makes a collection of docs, which are sorted, and of the Bleve index that
// open returns, which holds them. While Bleve is busy, everything else is made of them. The
// collection owns the index.
func newCollection(ctx context.Context, docs documents, m making, open func() (bleve.Index, error)) (_ *Collection, err error) {
	c := &Collection{ids: docs.ids, lex: newLexicon(), model: m.model}
	var opened error
	var was *unpacker // what was learnt at an earlier time; nil for nothing
	var opening, reading sync.WaitGroup
	opening.Go(func() { opened = c.open(open) })
	reading.Go(func() {
		if data := m.learnt.Read(); data != nil {
			was = &unpacker{data}
		}
	})
	lengths := c.read(docs)
	c.lex.finish()
	reading.Wait()
	if was != nil {
		c.hearAgain(was)
	} else {
		c.hear(docs, m.uncovered)
	}
	c.parser = newParser(c, m.glossary())
	if was != nil {
		c.recall(was)
	} else {
		c.learn(docs, m.uncovered)
	}
	opening.Wait()
	if opened != nil {
		return nil, errors.Join(opened, closeBleve(c.bleve, c.reader))
	}
	field := func(name string, total int) *postings {
		return &postings{
			reader: c.reader, field: name, ordinal: c.ordinals, docs: c.Len(),
			avg: max(1, float64(total)/float64(max(1, c.Len()))), lists: make(map[string]*postingList),
		}
	}
	c.body = field(fieldBody, lengths.body)
	c.title = field(fieldTitle, lengths.title)
	c.asked = field(fieldQuestions, c.questions.length)
	c.scratch.init(c)
	c.rank = newRanker(c)
	if err := c.warm(ctx); err != nil {
		return nil, errors.Join(err, closeBleve(c.bleve, c.reader))
	}
	if was == nil && c.classes != nil { // which takes the time
		_ = m.learnt.Write(c.pack) // where nothing can be written, it is learnt again
	}
	return c, nil
}

// longList is the number of postings from which a list is read when the collection is made,
// so that no question waits for it: 4,096 take a third of a millisecond, and a question of a
// large library has dozens of lists.
const longList = 1 << 12

// warm reads the long lists, the longest first, as long as there is room to keep them. A
// panic of Bleve's becomes an error.
func (c *Collection) warm(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrCorrupt, r)
		}
	}()
	type common struct {
		stem  string
		count int
	}
	var all []common
	for i, s := range c.lex.stems {
		if n := max(int(c.lex.stemDF[i]), len(c.questions.useOf(stemNumber(i+1)).sayings.things)); n >= longList {
			all = append(all, common{s, n})
		}
	}
	slices.SortFunc(all, func(a, b common) int { return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.stem, b.stem)) })
	for _, p := range []*postings{c.body, c.title, c.asked} {
		for _, s := range all {
			if p.kept+s.count > keepPostings/8*7 {
				break // the rest of the room is for short lists
			}
			if _, err := p.list(ctx, s.stem); err != nil {
				return err
			}
		}
	}
	return nil
}

// open opens the Bleve index and checks that it holds the documents. A panic of Bleve's,
// which damaged files cause, becomes an error.
func (c *Collection) open(open func() (bleve.Index, error)) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrCorrupt, r)
		}
	}()
	if c.bleve, err = open(); err != nil {
		return err
	}
	low, err := c.bleve.Advanced()
	if err != nil {
		return fmt.Errorf("index: open Bleve index: %w", err)
	}
	if c.reader, err = low.Reader(); err != nil {
		return fmt.Errorf("index: open Bleve reader: %w", err)
	}
	c.ordinals, err = ordinals(c.reader, c.ids)
	return err
}

// ordinals maps Bleve's document numbers to positions in ids, which are sorted, and so
// checks that the index holds just these documents.
func ordinals(r bleveindex.IndexReader, ids []string) (_ []uint32, err error) {
	count, err := r.DocCount()
	if err != nil {
		return nil, fmt.Errorf("index: count documents: %w", err)
	}
	if count != uint64(len(ids)) {
		return nil, fmt.Errorf("index: Bleve holds %d documents, the library %d", count, len(ids))
	}
	all, err := r.DocIDReaderAll()
	if err != nil {
		return nil, fmt.Errorf("index: list documents: %w", err)
	}
	defer func() {
		if e := all.Close(); err == nil && e != nil {
			err = fmt.Errorf("index: list documents: %w", e)
		}
	}()
	ordinal := make([]uint32, 0, count)
	for {
		internal, err := all.Next()
		if err != nil {
			return nil, fmt.Errorf("index: list documents: %w", err)
		}
		if internal == nil {
			return ordinal, nil
		}
		id, err := r.ExternalID(internal)
		if err != nil {
			return nil, fmt.Errorf("index: name document: %w", err)
		}
		at, ok := slices.BinarySearch(ids, id)
		if !ok {
			return nil, fmt.Errorf("index: Bleve holds document %q, the library does not", id)
		}
		for number := internal.Value(); uint64(len(ordinal)) <= number; {
			ordinal = append(ordinal, 0)
		}
		ordinal[internal.Value()] = uint32(at)
	}
}

// positionCost is how much a passage must be better than the one before it in its section,
// which the articles begin with what answers.
const positionCost = 0.05

// foretold is the number of documents from whose lengths that of all is foretold, so that
// memory for their words is taken once.
const foretold = 10_000

// fieldLengths are the numbers of terms in all documents, by field.
type fieldLengths struct{ body, title int }

// read goes through the documents' words: it fills the lexicon and the forward index, and
// counts the terms of each field, questions left out.
func (c *Collection) read(docs documents) fieldLengths {
	var lengths fieldLengths
	stops := stopWords()
	groups := make(map[string]uint32)
	var seenGram, seenStem lastSeen
	totalGrams := 0
	c.text.starts = append(c.text.starts, 0)
	for i, d := range docs.all() {
		if i == foretold {
			c.text.words = slices.Grow(c.text.words, int(1.02*float64(len(c.text.words))/float64(i)*float64(c.Len()-i)))
		}
		c.priors = append(c.priors, 1/(1+positionCost*float64(d.Position)))
		key := cmp.Or(d.Group, d.ID)
		g, known := groups[key]
		if !known {
			g = uint32(len(groups))
			groups[key] = g
			c.firsts = append(c.firsts, uint32(i))
		}
		c.groups = append(c.groups, g)
		grams := 0
		text := d.Title + "\n" + d.Text
		for _, t := range tokenize(text) {
			if stops[t.word] {
				continue
			}
			lengths.body++
			if t.end <= len(d.Title) {
				lengths.title++
			}
			id := c.lex.add(t.word, text[t.start:t.end])
			c.text.words = append(c.text.words, id)
			if s := c.lex.stemOf[id]; seenStem.first(uint32(s), i) {
				c.lex.stemDF[s]++
			}
			for _, gram := range c.lex.grams[id] {
				if seenGram.first(gram, i) {
					c.lex.gramDF[gram]++
				}
			}
			grams += len(c.lex.grams[id])
		}
		c.text.starts = append(c.text.starts, uint32(len(c.text.words)))
		c.text.grams = append(c.text.grams, uint32(grams))
		totalGrams += grams
	}
	c.text.avgGrams = max(1, float64(totalGrams)/float64(max(1, c.Len())))
	return lengths
}

// hear takes in the words of the questions that the documents' sections answer and of those
// that none does.
func (c *Collection) hear(docs documents, uncovered []string) {
	asked := make([]int, len(c.firsts)) // by group: how many terms its questions have
	for g, first := range c.firsts {
		for _, q := range docs.at(int(first)).Questions {
			asked[g] += c.questions.hear(q)
		}
	}
	for _, q := range uncovered {
		c.questions.overhear(q)
	}
	for _, g := range c.groups {
		c.questions.length += asked[g]
	}
}

// learnable bounds what a classifier is learnt from, in lessons times classes, which is what
// the time grows with: with more, it would take longer than anybody waits for an answer. The
// shipped pack takes nine tenths of it.
const learnable = 25_000_000

// learn takes in the questions that the documents' sections answer, and those that none
// does.
func (c *Collection) learn(docs documents, uncovered []string) {
	var lines []line
	next := uint32(0) // the first group that is not learnt yet
	for i, group := range c.groups {
		if group == next {
			next++
			for _, text := range docs.at(i).Questions {
				lines = append(lines, line{text, group})
			}
		}
	}
	c.questions.nobody = next
	c.questions.numbers = c.parser.numbers
	for _, text := range uncovered {
		lines = append(lines, line{text, next})
	}
	classes := int(next) + 1
	learn := len(lines) > 0 && len(lines)*classes <= learnable
	var told []line
	var side sync.WaitGroup
	if learn {
		side.Go(func() { told = c.sentences(docs) }) // while the questions are taken in
	}
	parsed := newLineParser(c.parser)
	var lessons []lesson
	for some := range slices.Chunk(lines, linesAtOnce) {
		var taken []*question
		var groups []uint32
		for i, q := range parsed.parse(some) {
			if c.questions.add(some[i].group, q) && learn {
				taken, groups = append(taken, q), append(groups, some[i].group)
			}
		}
		lessons = append(lessons, c.questions.lessons(taken, groups)...)
	}
	c.questions.finish()
	side.Wait()
	if len(lessons) == 0 {
		return
	}
	if (len(lessons)+len(told))*classes <= learnable {
		groups := make([]uint32, len(told))
		for i := range told {
			groups[i] = told[i].group
		}
		lessons = append(lessons, c.questions.lessons(parsed.parse(told), groups)...)
	}
	c.classes = learnClassifier(&c.questions, classes, lessons, runtime.GOMAXPROCS(0))
}

// sentences returns the headings and sentences of the documents.
func (c *Collection) sentences(docs documents) []line {
	var lines []line
	for i, d := range docs.all() {
		lines = append(lines, line{d.Title, c.groups[i]})
		for _, s := range knowledge.Sentences(d.Text) {
			lines = append(lines, line{s.Of(d.Text), c.groups[i]})
		}
	}
	return lines
}

// A line is a text from which a group is learnt.
type line struct {
	text  string
	group uint32
}

// linesAtOnce is how many questions are parsed before they are taken in. The parsed ones
// take a few kilobytes each.
const linesAtOnce = 1 << 12

// lastSeen remembers, by id, the last document (plus one) that had it.
type lastSeen []uint32

// first reports whether this is the first time that the document has the id.
func (s *lastSeen) first(id uint32, doc int) bool {
	for int(id) >= len(*s) {
		*s = append(*s, 0)
	}
	if (*s)[id] == uint32(doc)+1 {
		return false
	}
	(*s)[id] = uint32(doc) + 1
	return true
}

// Len returns the number of documents.
func (c *Collection) Len() int { return len(c.ids) }

// Close releases the index. No ranking may be under way or follow.
func (c *Collection) Close() error {
	if err := closeBleve(c.bleve, c.reader); err != nil {
		return fmt.Errorf("index: close: %w", err)
	}
	return nil
}
