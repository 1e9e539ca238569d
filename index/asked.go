package index

import (
	"cmp"
	"math"
	"slices"
	"sync/atomic"
)

// questionIndex knows the questions that the sections of a collection answer, each as
// a small document of its own: a question that is nearly one of them is answered by
// the section that it belongs to, however long or short the passage. It knows questions
// that no section answers, too, in a group of their own.
type questionIndex struct {
	groups []uint32  // of each question, ascending
	nobody uint32    // the group of the questions that no section answers: the last
	norms  []float32 // of each question: the length of its vector
	names  []bool    // of each question: whether it names what the collection is about

	things   []thing            // that the questions ask about, question by question
	concepts map[int]*thingList // concept → things that it is

	numbers  *stemNumbers
	uses     []stemUse                 // by number of a stem
	subjects atomic.Pointer[[]subject] // the last that were asked about, the newest first

	exact map[uint64]uint32 // group by the words of a question, stop words and all; see textKey
	words map[string]int    // how often the questions hold each word
	stems map[string]bool

	length int // of the questions field of all documents, in terms
}

// A stemUse is what the known questions do with a stem.
type stemUse struct {
	stem      string  // "" if it is none of theirs
	sayings   sayings // empty if it names and means nothing
	questions int     // how many hold it in any way
	idf       float64
}

// A thing is one slot of a known question, or what that asks for: a dimension of its
// vector, as long as the idfs of its words make it.
type thing struct {
	question uint32
	words    float32 // sum of the idfs of the words that name it
	weight   float32 // root of the sum of their squares
}

// A thingList is some things, ascending, with the question that asks about each: to look that
// up thing by thing takes longer than to read the list.
type thingList struct{ things, questions []uint32 }

func (l *thingList) add(thing, question uint32) {
	l.things, l.questions = append(l.things, thing), append(l.questions, question)
}

// sayings are the things that a stem names or means.
type sayings struct {
	thingList
	weights []uint8 // of each, in hundredths: 100 where it is this very word, less where the word means the same
}

// share returns the weight of the j-th as a share.
func (l *sayings) share(j int) float32 { return hundredths[l.weights[j]] }

// hundredths holds each number over 100.
var hundredths = func() (table [math.MaxUint8 + 1]float32) {
	for i := range table {
		table[i] = float32(i) / 100
	}
	return table
}()

// names reports whether the stem is one of the words that name the j-th thing, and does not
// just mean the same.
func (l *sayings) names(j int) bool { return l.weights[j] > 100*weightTerm }

// hear takes in the words of a question that a section answers, so that they are known when
// it is parsed, and returns how many they are without stop words.
func (x *questionIndex) hear(text string) int {
	n := 0
	x.eachWord(text, func(word string) {
		n++
		if x.words[word] == 1 {
			x.stems[stem(word)] = true
		}
	})
	return n
}

// overhear takes in the words of a question that no section answers. They are words, and
// not misspelt ones, but nothing here speaks of what they name. It is called when the
// questions of the sections have been heard.
func (x *questionIndex) overhear(text string) {
	x.eachWord(text, func(string) {})
}

// eachWord counts the words of a question and calls f with them, stop words left out.
func (x *questionIndex) eachWord(text string, f func(word string)) {
	if x.words == nil {
		x.words, x.stems = make(map[string]int), make(map[string]bool)
	}
	stops := stopWords()
	eachWord(text, func(start, end int) {
		if word := normalizeWord(text[start:end]); !stops[word] {
			x.words[word]++
			f(word)
		}
	})
}

// add takes in a question of a group, unless it says nothing, and reports whether it did.
// Groups come in order.
func (x *questionIndex) add(group uint32, q *question) bool {
	if len(q.slots) == 0 {
		return false
	}
	if x.exact == nil {
		x.concepts, x.exact = make(map[int]*thingList), make(map[uint64]uint32)
	}
	n := uint32(len(x.groups))
	x.groups = append(x.groups, group)
	x.names = append(x.names, q.onSubject)
	x.exact[textKey(q.text)] = group
	say := func(u *stemUse, weight float64) {
		u.sayings.add(uint32(len(x.things)), n)
		u.sayings.weights = append(u.sayings.weights, uint8(100*min(1, weight)))
	}
	for _, t := range q.terms {
		x.use(t.stem, t.number).questions++
	}
	for i, s := range q.slots {
		for _, t := range q.terms {
			if t.slot == i && t.weight > weightSynonym {
				say(x.use(t.stem, t.number), t.weight)
			}
		}
		if s.concept >= 0 {
			l := x.concepts[s.concept]
			if l == nil {
				l = &thingList{}
				x.concepts[s.concept] = l
			}
			l.add(uint32(len(x.things)), n)
		}
		x.things = append(x.things, thing{question: n})
	}
	for _, a := range q.asks {
		say(x.use(a, 0), 1)
		x.things = append(x.things, thing{question: n})
	}
	return true
}

// use returns what is noted of a stem that has a number, or gets one now.
func (x *questionIndex) use(stem string, n stemNumber) *stemUse {
	if n == 0 {
		n = x.numbers.add(stem)
	}
	if int(n) >= len(x.uses) {
		x.makeRoom()
	}
	x.uses[n].stem = stem
	return &x.uses[n]
}

// makeRoom makes room for every stem that has a number.
func (x *questionIndex) makeRoom() {
	x.uses = append(x.uses, make([]stemUse, int(x.numbers.last())+1-len(x.uses))...)
}

// textKey stands for the words of a question, with spaces between them. Two questions in a
// million have one key with a probability below one in ten million, and the texts of a
// million questions take more memory than all else that is known of them.
func textKey(text string) uint64 { return hash(0, text) }

// finish weighs the words and the things, once all questions are there.
func (x *questionIndex) finish() {
	x.makeRoom()
	var told []*stemUse // that name or mean something
	for i := range x.uses {
		u := &x.uses[i]
		// Words of conversation and expansions name nothing, and most stems no question holds.
		u.idf = idf(u.questions, len(x.groups))
		if n := len(u.sayings.things); n > 0 {
			u.idf = idf(n, len(x.groups))
			told = append(told, u)
		}
	}
	slices.SortFunc(told, func(a, b *stemUse) int { return cmp.Compare(a.stem, b.stem) }) // a sum of floats depends on its order
	squares := make([]float64, len(x.things))
	for _, u := range told {
		for j, n := range u.sayings.things {
			if u.sayings.names(j) {
				x.things[n].words += float32(u.idf)
				squares[n] += u.idf * u.idf
			}
		}
	}
	x.norms = make([]float32, len(x.groups))
	for i, s := range squares {
		x.things[i].weight = float32(math.Sqrt(s))
		x.norms[x.things[i].question] += float32(s)
	}
	for q, s := range x.norms {
		x.norms[q] = float32(math.Sqrt(float64(s)))
	}
}

// useOf returns what is noted of the stem with a number; 0 stands for those that have none.
// It is known once all questions are there.
func (x *questionIndex) useOf(n stemNumber) *stemUse { return &x.uses[n] }

// exactly returns the group that has this very question, word for word, and whether there
// is one.
func (x *questionIndex) exactly(q *question) (group uint32, ok bool) {
	if q.text == "" {
		return 0, false
	}
	group, ok = x.exact[textKey(q.text)]
	return group, ok
}

// lists reports whether these are the words of a known question.
func (x *questionIndex) lists(text string) bool {
	_, ok := x.exact[textKey(text)]
	return ok
}

// says reports whether any question of a group says the stem with a number.
func (x *questionIndex) says(group uint32, n stemNumber) bool {
	questions := x.useOf(n).sayings.questions
	from, _ := slices.BinarySearch(x.groups, group)
	i, _ := slices.BinarySearch(questions, uint32(from))
	return i < len(questions) && x.groups[questions[i]] == group
}

// compare finds how like the question is to known ones: the cosine of their vectors, in
// which every thing that a question asks about is a dimension of its own. Two things are
// alike as far as the words that name one name the other, too, or mean the same. It is
// absolute: two questions that say the same get 1 whatever else there is. It leaves the
// cosines in s.asked, and the best of each group in s.near.
//
// What many questions ask about comes last, and tells only how like those are that have
// something else in common with the question, unless there is nothing else.
//
// A question that names what the collection is about is not nearly one that no section
// answers and that does not: what is not known of the heart may be known of exosomes and
// the heart.
func (x *questionIndex) compare(s *search) {
	norm := 0.0
	var among numberSet // the questions that what comes last is compared with; nil for all
	x.likenesses(s)
	for i := range s.asking {
		k := &s.asking[i]
		norm += k.square
		weight := float32(math.Sqrt(k.square))
		known := len(s.asked.touched) > 0
		subject := subjectShare*k.size > len(x.groups) && len(k.namings) == 1
		switch {
		case subject && known:
			found := x.subject(s, k)
			for _, q := range s.asked.touched {
				s.asked.scores[q] += float32(weight * found[q])
			}
		case subject:
			for q, likeness := range x.subject(s, k) {
				if likeness > 0 {
					s.asked.addOne(uint32(q), float32(weight*likeness))
				}
			}
		default:
			if among == nil && known && commonShare*k.size > len(x.groups) {
				s.among.addAll(s.asked.touched) // and no question is added any more
				among = s.among
			}
			x.liken(s, k, among)
			for _, q := range s.slot.touched {
				s.asked.addOne(q, float32(weight*s.slot.scores[q]))
			}
			s.slot.reset()
		}
	}
	by := 1 / float32(math.Sqrt(max(norm, 1e-9)))
	for _, q := range s.asked.touched {
		s.asked.scores[q] = min(1, s.asked.scores[q]*by/x.norms[q])
		if s.q.onSubject && x.groups[q] == x.nobody && !x.names[q] {
			s.asked.scores[q] *= aside
		}
		s.near.raise(x.groups[q], s.asked.scores[q])
	}
}

// aside is what is left of the likeness to a question that no section answers and that does
// not name what the collection is about, if the one in hand does: by a word that has next to
// no idf, and so makes no difference of its own.
const aside = 0.5

// commonShare says what many questions ask about: what one in so many does.
const commonShare = 64

// A likeness is one thing that a question asks about, as it is compared with those that
// the known ones ask about.
type likeness struct {
	namings []naming
	words   float32    // sum of the idfs of the words that name it
	square  float64    // of its weight in the question's vector
	concept int        // or -1
	things  *thingList // that are the same concept, or nil
	alike   float32    // how like those are at least
	either  bool       // see slot
	size    int        // how many times known questions say it
}

// A naming is one term for a thing.
type naming struct {
	*sayings
	idf   float32
	share float32 // of the greatest weight among the thing's terms
	typed bool    // whether it names the thing, and does not just mean the same
}

// likenesses prepares the comparison of all that a question asks about, the rarest first, in
// s.asking.
func (x *questionIndex) likenesses(s *search) {
	s.asking, s.namings = s.asking[:0], s.namings[:0]
	for i := range s.q.slots {
		s.asking = append(s.asking, x.likeness(s, i))
	}
	for _, a := range s.q.asks {
		u := x.useOf(x.numbers.of(a))
		k := likeness{concept: -1, words: float32(u.idf), square: u.idf * u.idf}
		x.call(s, &k, naming{&u.sayings, k.words, 1, true})
		s.asking = append(s.asking, k)
	}
	slices.SortStableFunc(s.asking, func(a, b likeness) int { return a.size - b.size })
}

// likeness prepares the comparison of one thing, the i-th slot of the question. A thing that the
// question before asked about weighs as much less as its terms do.
func (x *questionIndex) likeness(s *search, i int) likeness {
	asked := &s.q.slots[i]
	k := likeness{concept: asked.concept, alike: float32(asked.alike), either: asked.either}
	most := 0.0
	for _, t := range s.q.terms {
		if t.slot == i {
			most = max(most, min(1, t.weight))
		}
	}
	for _, t := range s.q.terms {
		if t.slot != i {
			continue
		}
		u := x.useOf(t.number)
		share := min(1, t.weight) / most
		typed := share > weightTerm
		if typed {
			k.words += float32(u.idf)
			k.square += u.idf * u.idf
		}
		x.call(s, &k, naming{&u.sayings, float32(u.idf), float32(share), typed})
	}
	k.square *= most * most
	if asked.either {
		k.words = 1
	}
	if l := x.concepts[asked.concept]; l != nil {
		k.things = l
		k.size += len(l.things)
	}
	return k
}

// call adds a term for a thing that known questions say. Those of one thing come one after
// the other, and so stand side by side in s.namings.
func (x *questionIndex) call(s *search, k *likeness, n naming) {
	if len(n.things) == 0 {
		return
	}
	s.namings = append(s.namings, n)
	k.namings = s.namings[len(s.namings)-len(k.namings)-1:]
	k.size += len(n.things)
}

// liken finds how like one thing is to those of the known questions, and leaves in s.slot
// the length that each question's vector has along it; only of those questions that are
// among some, unless that is nil.
func (x *questionIndex) liken(s *search, k *likeness, among numberSet) {
	last := -1 // of the namings that say what the thing is, those behind it only add to theirs
	for i := range k.namings {
		if k.ours(&k.namings[i]) > 0 {
			last = i
		}
	}
	m := &s.mutual
	for i := range k.namings[:last+1] {
		a := &k.namings[i]
		m.take(a.sayings, among, k.ours(a), float32(a.idf*a.share), k.either)
	}
	for i := range k.namings[last+1:] {
		a := &k.namings[last+1+i]
		theirs := float32(a.idf * a.share)
		intersect(m.things, a.things, func(i, j int) {
			if a.names(j) && m.scores[i].ours > 0 {
				m.scores[i].theirs += theirs
			}
		})
	}
	same := func(t *thing, likeness float32) {
		if x := likeness * t.weight; x > 0 { // a thing without a word of its own weighs nothing
			s.slot.raise(t.question, x)
		}
	}
	for i, n := range m.things {
		if m, t := m.scores[i], &x.things[n]; m.ours > 0 && m.theirs > 0 {
			same(t, float32(math.Sqrt(float64(min(1, m.ours/k.words)*min(1, m.theirs/t.words)))))
		}
	}
	m.reset()
	if k.things == nil {
		return
	}
	for j, q := range k.things.questions {
		if among == nil || among.has(q) {
			same(&x.things[k.things.things[j]], k.alike)
		}
	}
}

// keepSubjects is how many things that every fourth question asks about are remembered with
// what [questionIndex.liken] finds. A pack has a handful.
const keepSubjects = 16

// A subject is a thing that every fourth question asks about, by a single word. It takes
// long to compare with all of theirs, and is asked about again and again.
type subject struct {
	likeness
	found []float32 // by question: what liken finds
}

// subject returns what liken finds for such a thing, by question.
func (x *questionIndex) subject(s *search, k *likeness) []float32 {
	known := x.subjects.Load()
	if known != nil {
		for _, one := range *known {
			if one.same(k) {
				return one.found
			}
		}
	}
	x.liken(s, k, nil)
	found := slices.Clone(s.slot.scores)
	s.slot.reset()
	one := subject{*k, found}
	one.namings = slices.Clone(k.namings) // which the next search overwrites
	subjects := []subject{one}
	if known != nil { // what another search stores at the same time may be lost
		subjects = append(subjects, (*known)[:min(len(*known), keepSubjects-1)]...)
	}
	x.subjects.Store(&subjects)
	return found
}

// same reports whether two things are compared in the same way.
func (k *likeness) same(other *likeness) bool {
	return k.words == other.words && k.concept == other.concept && k.alike == other.alike &&
		k.either == other.either && slices.Equal(k.namings, other.namings)
}

// ours is what a naming that is a term of the thing says for another that it names in full.
func (k *likeness) ours(a *naming) float32 {
	switch {
	case k.either:
		return a.share
	case a.typed:
		return a.idf
	}
	return 0
}

// votes is how many of the nearest known questions vote for their group.
const votes = 10

// vote returns the share of the nearest known questions that are of a group, among those
// of the groups that admit allows (all, if nil), each counted as far as it is like the
// question.
func (x *questionIndex) vote(s *search, group uint32, admit func(group uint32) bool) float64 {
	var voters func(uint32) bool
	if admit != nil {
		voters = func(question uint32) bool { return admit(x.groups[question]) }
	}
	var likeness float32
	nearest := s.asked.best(votes, voters)
	slices.Sort(nearest) // a sum of floats depends on its order
	for _, q := range nearest {
		if x.groups[q] == group {
			likeness += s.asked.scores[q]
		}
	}
	return float64(likeness) / votes
}

// square of a cosine: unlike the cosine itself, it is small for what has but a word or two
// in common.
func square(x float32) float64 { return float64(x) * float64(x) }
