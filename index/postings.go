package index

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/blevesearch/bleve/v2"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// Names of the fields in Bleve.
const (
	fieldBody      = "body"      // heading trail and text
	fieldTitle     = "title"     // heading trail
	fieldQuestions = "questions" // questions that the section answers
)

// A postingList says which documents hold a term in a field, and what that is worth.
type postingList struct {
	docs    []uint32  // ordinals, ascending
	weights []float32 // tfWeight of each
	idf     float64
	max     float32 // greatest of weights
}

// postings reads the posting lists of one field out of Bleve and keeps the decoded
// ones. It is safe for concurrent use.
//
// Bleve's own score is not BM25 (it squares the idf, takes the root of the frequency and
// multiplies by the share of clauses that matched), so only its postings are used:
// frequencies, and the length of a field from its norm.
type postings struct {
	reader  bleveindex.IndexReader
	field   string
	ordinal []uint32 // Bleve's document number → ordinal
	docs    int      // documents in the collection
	avg     float64  // mean length of the field, in terms

	mu    sync.RWMutex
	lists map[string]*postingList
	kept  int // sizes of lists

	tables sync.Pool // of *[]float32, one number by ordinal, all 0
}

// keepPostings bounds the decoded postings that one field keeps: 8 bytes each, so at
// most 384 MiB. A million passages of 40 words fit.
const keepPostings = 48 << 20

// list returns the posting list of a term; an empty one if no document holds it.
func (p *postings) list(ctx context.Context, term string) (*postingList, error) {
	p.mu.RLock()
	l := p.lists[term]
	p.mu.RUnlock()
	if l != nil {
		return l, nil
	}
	l, err := p.read(ctx, term)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("%w: postings of field %s: %w", ErrCorrupt, p.field, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	size := l.size(term)
	if p.kept+size > keepPostings {
		p.forget()
	}
	if p.lists[term] == nil {
		p.lists[term] = l
		p.kept += size
	}
	return l, nil
}

// forget makes room for other lists: by the short ones, which are soon read again, or by
// all if those take most of the room.
func (p *postings) forget() {
	for term, l := range p.lists {
		if len(l.docs) < longList {
			p.kept -= l.size(term)
			delete(p.lists, term)
		}
	}
	if p.kept > keepPostings/8*7 {
		clear(p.lists)
		p.kept = 0
	}
}

// size is what keeping the list takes, in postings. There is no end of terms that no
// document holds, so an empty list counts for its term and its place in the table.
func (l *postingList) size(term string) int {
	if len(l.docs) > 0 {
		return len(l.docs)
	}
	return 16 + len(term)/8
}

func (p *postings) read(ctx context.Context, term string) (_ *postingList, err error) {
	r, err := p.reader.TermFieldReader(ctx, []byte(term), p.field, true, true, false)
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := r.Close(); err == nil {
			err = e
		}
	}()
	n := int(r.Count())
	l := &postingList{docs: make([]uint32, 0, n), weights: make([]float32, 0, n), idf: idf(n, p.docs)}
	var d bleveindex.TermFieldDoc
	for {
		next, err := r.Next(d.Reset())
		if err != nil {
			return nil, err
		}
		if next == nil {
			p.sort(l)
			return l, nil
		}
		number := next.ID.Value()
		if number >= uint64(len(p.ordinal)) {
			return nil, fmt.Errorf("document number %d of %d", number, len(p.ordinal))
		}
		w := float32(tfWeight(float64(next.Freq), fieldLength(next.Norm), p.avg))
		l.docs = append(l.docs, p.ordinal[number])
		l.weights = append(l.weights, w)
		l.max = max(l.max, w)
	}
}

// sort brings a list into the order of ordinals. Bleve returns its own order, which is the
// same until it merges segments.
func (p *postings) sort(l *postingList) {
	switch {
	case slices.IsSorted(l.docs):
	case len(l.docs) < p.docs/sparse:
		both := make([]uint64, len(l.docs)) // ordinal and weight
		for i, doc := range l.docs {
			both[i] = uint64(doc)<<32 | uint64(math.Float32bits(l.weights[i]))
		}
		slices.Sort(both)
		for i, x := range both {
			l.docs[i], l.weights[i] = uint32(x>>32), math.Float32frombits(uint32(x))
		}
	default:
		table, ok := p.tables.Get().(*[]float32)
		if !ok {
			t := make([]float32, p.docs)
			table = &t
		}
		weights := *table // none is 0
		for i, doc := range l.docs {
			weights[doc] = l.weights[i]
		}
		l.docs, l.weights = l.docs[:0], l.weights[:0]
		for doc, w := range weights {
			if w != 0 {
				l.docs, l.weights = append(l.docs, uint32(doc)), append(l.weights, w)
			}
		}
		for _, doc := range l.docs {
			weights[doc] = 0
		}
		p.tables.Put(table)
	}
}

// sparse is one over the share of the documents below which to sort a list takes less time
// than to go through a table of all of them.
const sparse = 32

// fieldLength turns Bleve's norm, 1/√length as a float32, back into a number of terms.
func fieldLength(norm float64) float64 {
	if norm <= 0 {
		return 1
	}
	return math.Round(1 / (norm * norm))
}

// closeBleve closes a Bleve index and its reader; either may be nil.
func closeBleve(ix bleve.Index, r bleveindex.IndexReader) error {
	var err error
	if r != nil {
		err = r.Close()
	}
	if ix != nil {
		if e := ix.Close(); err == nil {
			err = e
		}
	}
	return err
}
