package index

import "sync"

// A scratch is the memory that one search needs besides its result. It is as large as
// the collection, so it is kept and used again.
type scratch struct {
	sums    accumulator // by document
	place   []uint32    // by document: its position among the candidates, plus one
	asked   accumulator // by question that the sections answer
	slot    accumulator // the same, for one thing that the question asks about
	mutual  mutual      // things that those ask about
	near    accumulator // by group
	asking  []likeness  // things that the question asks about
	namings []naming    // of all of those
	among   numberSet   // questions that have a score in asked, where that is looked up often
	classes []float32   // by group; empty without a classifier
	words   wordTable
}

// scratches hands out scratches.
type scratches struct{ pool sync.Pool }

func (s *scratches) init(c *Collection) {
	groups, classes := len(c.firsts)+1, 0
	if c.classes != nil {
		classes = c.classes.classes
	}
	s.pool.New = func() any {
		return &scratch{
			sums:    newAccumulator(len(c.ids)),
			place:   make([]uint32, len(c.ids)),
			asked:   newAccumulator(len(c.questions.groups)),
			slot:    newAccumulator(len(c.questions.groups)),
			near:    newAccumulator(groups),
			among:   newNumberSet(len(c.questions.groups)),
			classes: make([]float32, classes),
			words:   newWordTable(c.lex),
		}
	}
}

func (s *scratches) get() *scratch { return s.pool.Get().(*scratch) }

func (s *scratches) put(x *scratch) {
	x.sums.reset()
	x.among.removeAll(x.asked.touched)
	x.asked.reset()
	x.slot.reset()
	x.mutual.reset()
	x.near.reset()
	x.words.reset()
	s.pool.Put(x)
}

// An accumulator adds up scores by number, and remembers which numbers have one.
type accumulator struct {
	scores  []float32
	touched []uint32
}

func newAccumulator(n int) accumulator { return accumulator{scores: make([]float32, n)} }

// add adds a posting list, its weights times weight, which is above 0. Each product is
// rounded before it is added, so that the sum is the same on every processor, whichever
// way it is added up.
func (a *accumulator) add(l *postingList, weight float32) {
	scores := a.scores
	for i, doc := range l.docs {
		if scores[doc] == 0 {
			a.touched = append(a.touched, doc)
		}
		scores[doc] += float32(weight * l.weights[i])
	}
}

// addKnown is add for the numbers that have a score already.
func (a *accumulator) addKnown(l *postingList, weight float32) {
	scores := a.scores
	for i, doc := range l.docs {
		if scores[doc] != 0 {
			scores[doc] += float32(weight * l.weights[i])
		}
	}
}

// addAmong is add for some numbers, ascending.
func (a *accumulator) addAmong(numbers []uint32, l *postingList, weight float32) {
	intersect(numbers, l.docs, func(i, j int) { a.addOne(numbers[i], float32(weight*l.weights[j])) })
}

// addOne adds to one score; x is above 0.
func (a *accumulator) addOne(n uint32, x float32) {
	if a.scores[n] == 0 {
		a.touched = append(a.touched, n)
	}
	a.scores[n] += x
}

// raise makes one score at least x, which is above 0.
func (a *accumulator) raise(n uint32, x float32) {
	if a.scores[n] == 0 {
		a.touched = append(a.touched, n)
	}
	a.scores[n] = max(a.scores[n], x)
}

func (a *accumulator) reset() {
	for _, n := range a.touched {
		a.scores[n] = 0
	}
	a.touched = a.touched[:0]
}

// A numberSet holds numbers below a bound, a bit for each: of a hundred thousand it stays in
// the processor's nearest cache, where as many scores do not.
type numberSet []uint64

func newNumberSet(bound int) numberSet { return make(numberSet, (bound+63)/64) }

func (s numberSet) has(n uint32) bool { return s[n/64]&(1<<(n%64)) != 0 }

func (s numberSet) addAll(numbers []uint32) {
	for _, n := range numbers {
		s[n/64] |= 1 << (n % 64)
	}
}

func (s numberSet) removeAll(numbers []uint32) {
	for _, n := range numbers {
		s[n/64] &^= 1 << (n % 64)
	}
}

// A mutual adds up how two things name each other, one of which is the question's.
type mutual struct {
	mutualList
	before mutualList // what it was before the last were taken; its memory is used again
}

type mutualList struct {
	things []uint32 // ascending
	scores []mutualScore
}

// A mutualScore is what of the question's words names a thing that a known question asks
// about, and what of its words names the question's.
type mutualScore struct{ ours, theirs float32 }

// take adds up what a stem names or means, of the questions among some (all, if nil): ours
// as far as it means the thing, theirs if it names it. With either, the most of ours counts,
// and not the sum.
func (m *mutual) take(l *sayings, among numberSet, ours, theirs float32, either bool) {
	m.mutualList, m.before = m.before, m.mutualList
	m.reset()
	old, i := m.before, 0
	for j, q := range l.questions {
		if among != nil && !among.has(q) {
			continue
		}
		n := l.things[j]
		for ; i < len(old.things) && old.things[i] < n; i++ {
			m.things, m.scores = append(m.things, old.things[i]), append(m.scores, old.scores[i])
		}
		var x mutualScore
		if i < len(old.things) && old.things[i] == n {
			x = old.scores[i]
			i++
		}
		if by := float32(ours * l.share(j)); either {
			x.ours = max(x.ours, by)
		} else {
			x.ours += by
		}
		if l.names(j) {
			x.theirs += theirs
		}
		m.things, m.scores = append(m.things, n), append(m.scores, x)
	}
	m.things, m.scores = append(m.things, old.things[i:]...), append(m.scores, old.scores[i:]...)
}

func (m *mutual) reset() { m.things, m.scores = m.things[:0], m.scores[:0] }

// best returns the n numbers with the greatest scores among those that admit allows
// (all, if nil), in no order; if there are n, the worst of them comes first. Of equal ones
// the lower number is better.
func (a *accumulator) best(n int, admit func(uint32) bool) []uint32 {
	scores := a.scores
	heap := make([]uint32, 0, min(n, len(a.touched))) // the worst on top, once full
	worse := func(x, y uint32) bool {
		return scores[x] < scores[y] || scores[x] == scores[y] && x > y
	}
	sink := func(i int) {
		for {
			child := 2*i + 1
			if child >= len(heap) {
				return
			}
			if right := child + 1; right < len(heap) && worse(heap[right], heap[child]) {
				child = right
			}
			if !worse(heap[child], heap[i]) {
				return
			}
			heap[i], heap[child] = heap[child], heap[i]
			i = child
		}
	}
	floor := float32(0) // score of the worst, once the heap is full: most are below it
	for _, d := range a.touched {
		switch {
		case scores[d] < floor:
		case admit != nil && !admit(d):
		case len(heap) < n:
			heap = append(heap, d)
			if len(heap) == n {
				for i := n/2 - 1; i >= 0; i-- {
					sink(i)
				}
				floor = scores[heap[0]]
			}
		case worse(heap[0], d):
			heap[0] = d
			sink(0)
			floor = scores[heap[0]]
		}
	}
	return heap
}

// A wordTable remembers what each word of the collection has to do with the question in
// hand, so that a word is looked at once and not in every document.
type wordTable struct {
	lex     *lexicon
	round   uint32
	entries []wordEntry // by word; those of this round hold n-grams of the question
	hits    []uint16    // arena of all entries
	holders []uint32    // words that hold stems or n-grams of the question
	holds   numberSet   // the same

	stems       []stemID  // of the question
	stemWeights []float64 // of each: its weight in the question times the square of its idf
	pairs       []wordPair
	gramIDs     []uint32  // of the question
	gramWeights []float64 // of each
	wantedStem  []int16   // by stem: its position in stems, plus one
	wantedGram  []uint16  // by gram: its position in gramIDs, plus one

	found     []occurrence // of the question's stems in the candidates
	founds    []int        // of each candidate in found, and the end
	gramWords []wordID     // of the candidates: those that hold n-grams of the question
	gramStart []int        // of each candidate in gramWords, and the end
}

// A wordEntry is the question's n-grams that one word holds, in hits.
type wordEntry struct{ round, from, to uint32 }

// An occurrence is where a stem of the question stands in a document.
type occurrence struct {
	at   uint32 // in words
	stem uint32 // position in the question's stems
}

// A wordPair is two stems, by position, that stand side by side in the question.
type wordPair struct {
	first, second int
	weight        float64
}

func newWordTable(lex *lexicon) wordTable {
	return wordTable{
		lex:        lex,
		entries:    make([]wordEntry, len(lex.words)),
		holds:      newNumberSet(len(lex.words)),
		wantedStem: make([]int16, len(lex.stems)),
		wantedGram: make([]uint16, len(lex.gramDF)),
	}
}

// begin takes up a question put to a collection of so many documents.
func (t *wordTable) begin(q *question, docs int) {
	t.round++
	if t.round == 0 {
		clear(t.entries)
		t.round = 1
	}
	for _, term := range q.terms {
		if n := t.want(term.stem); n >= 0 {
			v := idf(int(t.lex.stemDF[t.stems[n]]), docs)
			t.stemWeights[n] += term.weight * v * v
		}
	}
	for _, p := range q.pairs() {
		first, second := t.want(p[0]), t.want(p[1])
		if first >= 0 && second >= 0 && first != second {
			df := min(t.lex.stemDF[t.stems[first]], t.lex.stemDF[t.stems[second]])
			t.pairs = append(t.pairs, wordPair{first, second, idf(int(df), docs)})
		}
	}
	for _, word := range q.words {
		if id, ok := t.lex.ids[word]; ok {
			for _, g := range t.lex.grams[id] {
				t.wantGram(g, docs)
			}
			continue
		}
		for gram := range grams(word) {
			if g, ok := t.lex.gramIDs[gram]; ok {
				t.wantGram(g, docs)
			}
		}
	}
	for _, g := range t.gramIDs {
		for _, w := range t.lex.byGram.of(g) {
			if t.entries[w].round != t.round {
				t.look(wordID(w))
			}
		}
	}
	for _, s := range t.stems {
		t.holders = append(t.holders, t.lex.byStem.of(uint32(s))...)
	}
	t.holds.addAll(t.holders)
}

// want gives a stem of the question its position, or returns -1 if the collection does
// not have it.
func (t *wordTable) want(stem string) int {
	id, ok := t.lex.stemIDs[stem]
	if !ok {
		return -1
	}
	if t.wantedStem[id] == 0 {
		t.stems, t.stemWeights = append(t.stems, id), append(t.stemWeights, 0)
		t.wantedStem[id] = int16(len(t.stems))
	}
	return int(t.wantedStem[id]) - 1
}

// maxGrams bounds the character n-grams of a question that are looked at.
const maxGrams = 1 << 12

// wantGram takes up a character n-gram of the question, which is put to a collection of so
// many documents. It weighs its idf as often as the question holds it.
func (t *wordTable) wantGram(id uint32, docs int) {
	if t.wantedGram[id] == 0 {
		if len(t.gramIDs) == maxGrams {
			return
		}
		t.gramIDs, t.gramWeights = append(t.gramIDs, id), append(t.gramWeights, 0)
		t.wantedGram[id] = uint16(len(t.gramIDs))
	}
	t.gramWeights[t.wantedGram[id]-1] += idf(int(t.lex.gramDF[id]), docs)
}

// reset forgets the question.
func (t *wordTable) reset() {
	for _, id := range t.stems {
		t.wantedStem[id] = 0
	}
	for _, g := range t.gramIDs {
		t.wantedGram[g] = 0
	}
	t.holds.removeAll(t.holders)
	t.holders = t.holders[:0]
	t.stems, t.stemWeights, t.pairs, t.hits = t.stems[:0], t.stemWeights[:0], t.pairs[:0], t.hits[:0]
	t.found, t.founds = t.found[:0], t.founds[:0]
	t.gramWords, t.gramStart = t.gramWords[:0], t.gramStart[:0]
	t.gramIDs, t.gramWeights = t.gramIDs[:0], t.gramWeights[:0]
}

// look finds the question's n-grams in a word.
func (t *wordTable) look(w wordID) {
	t.holders = append(t.holders, uint32(w))
	from := uint32(len(t.hits))
	for _, g := range t.lex.grams[w] {
		if at := t.wantedGram[g]; at > 0 {
			t.hits = append(t.hits, at-1)
		}
	}
	t.entries[w] = wordEntry{t.round, from, uint32(len(t.hits))}
}

// find looks for the question's stems and n-grams in the candidates.
func (t *wordTable) find(text *forward, docs []uint32) {
	for _, doc := range docs {
		t.founds, t.gramStart = append(t.founds, len(t.found)), append(t.gramStart, len(t.gramWords))
		for at, w := range text.of(doc) {
			if !t.holds.has(uint32(w)) {
				continue
			}
			if n := t.wantedStem[t.lex.stemOf[w]]; n > 0 {
				t.found = append(t.found, occurrence{uint32(at), uint32(n) - 1})
			}
			if t.entries[w].round == t.round {
				t.gramWords = append(t.gramWords, w)
			}
		}
	}
	t.founds, t.gramStart = append(t.founds, len(t.found)), append(t.gramStart, len(t.gramWords))
}

// occurrences returns what find found in the candidate of that position, in order.
func (t *wordTable) occurrences(candidate int) []occurrence {
	return t.found[t.founds[candidate]:t.founds[candidate+1]]
}

// wordsWithGrams returns the words of the candidate of that position that hold n-grams of
// the question, in order.
func (t *wordTable) wordsWithGrams(candidate int) []wordID {
	return t.gramWords[t.gramStart[candidate]:t.gramStart[candidate+1]]
}

// grams returns the positions, in the question's list of n-grams, of those that a word of
// the candidates holds.
func (t *wordTable) grams(w wordID) []uint16 {
	e := &t.entries[w]
	return t.hits[e.from:e.to]
}
