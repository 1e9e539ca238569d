package index

import (
	"hash/maphash"
	"maps"
	"math"
	"slices"
)

// questionIndex knows the questions that the sections of a collection answer, each as
// a small document of its own: a question that is nearly one of them is answered by
// the section that it belongs to, however long or short the passage. It knows questions
// that no section answers, too, in a group of their own.
type questionIndex struct {
	groups []uint32            // of each question, ascending
	nobody uint32              // the group of the questions that no section answers: the last
	norms  []float32           // of each question: the length of its vector
	lists  map[string]*sayings // by stem

	exact map[uint64]uint32 // group by the words of a question, stop words and all; see key
	seed  maphash.Seed      // of the keys
	words map[string]int    // how often the questions hold each word
	stems map[string]bool
}

// sayings are the questions that say a stem.
type sayings struct {
	questions []uint32 // ascending
	weights   []uint8  // of each, in hundredths: 100 in this very word, less in one that means the same
	leads     []bool   // whether the stem stands for its slot in the question's vector
	idf       float64  // of the stem among the questions
	most      float64  // greatest weight over the norm of its question
}

// hear takes in the words of a question, so that they are known when it is parsed, and
// returns how many there are without stop words.
func (x *questionIndex) hear(text string) int {
	if x.words == nil {
		x.words, x.stems = make(map[string]int), make(map[string]bool)
	}
	n := 0
	for _, t := range tokenize(text) {
		if stopWords()[t.word] {
			continue
		}
		n++
		if x.words[t.word]++; x.words[t.word] == 1 {
			x.stems[stem(t.word)] = true
		}
	}
	return n
}

// add takes in a question of a group, unless it says nothing, and reports whether it did.
// Groups come in order.
func (x *questionIndex) add(group uint32, q *question) bool {
	if len(q.slots) == 0 {
		return false
	}
	if x.lists == nil {
		x.lists, x.exact, x.seed = make(map[string]*sayings), make(map[uint64]uint32), maphash.MakeSeed()
	}
	n := uint32(len(x.groups))
	x.groups = append(x.groups, group)
	x.exact[x.key(q)] = group
	say := func(stem string, weight float64, leads bool) {
		l := x.lists[stem]
		if l == nil {
			l = &sayings{}
			x.lists[stem] = l
		}
		l.questions = append(l.questions, n)
		l.weights = append(l.weights, uint8(100*min(1, weight)))
		l.leads = append(l.leads, leads)
	}
	led := make([]bool, len(q.slots))
	for _, t := range q.terms {
		if t.slot < 0 || t.weight <= weightSynonym {
			continue
		}
		say(t.stem, t.weight, !led[t.slot])
		led[t.slot] = true
	}
	for _, a := range q.asks {
		say(a, 1, true)
	}
	return true
}

// key stands for the words of a question. Two questions in a million have one key with a
// probability below one in ten million, and the texts of a million questions take more
// memory than all else that is known of them.
func (x *questionIndex) key(q *question) uint64 { return maphash.String(x.seed, q.text) }

// finish weighs the terms, once all questions are there.
func (x *questionIndex) finish() {
	squares := make([]float64, len(x.groups))
	for _, s := range slices.Sorted(maps.Keys(x.lists)) { // a sum of floats depends on its order
		l := x.lists[s]
		l.idf = idf(len(l.questions), len(x.groups))
		for i, q := range l.questions {
			if l.leads[i] {
				squares[q] += l.idf * l.idf
			}
		}
		l.leads = nil
	}
	x.norms = make([]float32, len(x.groups))
	for q, s := range squares {
		x.norms[q] = float32(math.Sqrt(s))
	}
	for _, l := range x.lists {
		for i, q := range l.questions {
			l.most = max(l.most, float64(l.weights[i])/float64(x.norms[q]))
		}
	}
}

// idf returns the idf of a stem among the questions, the greatest for one that none has.
func (x *questionIndex) idf(stem string) float64 {
	if l := x.lists[stem]; l != nil {
		return l.idf
	}
	return idf(0, len(x.groups))
}

// same reports whether a group has this very question, word for word.
func (x *questionIndex) same(q *question, group uint32) bool {
	if x.exact == nil {
		return false
	}
	g, ok := x.exact[x.key(q)]
	return ok && g == group
}

// count returns how many questions say a stem.
func (x *questionIndex) count(stem string) int {
	if l := x.lists[stem]; l != nil {
		return len(l.questions)
	}
	return 0
}

// says reports whether any question of a group says a stem.
func (x *questionIndex) says(group uint32, stem string) bool {
	l := x.lists[stem]
	if l == nil {
		return false
	}
	from, _ := slices.BinarySearch(x.groups, group)
	i, _ := slices.BinarySearch(l.questions, uint32(from))
	return i < len(l.questions) && x.groups[l.questions[i]] == group
}

// A likeness is what one thing that a question says adds to the cosines of the known
// questions that say it too, in any of several terms.
type likeness struct {
	lists   []*sayings
	weights []float32 // of each list: what a hundredth of its weights adds, before the norms
}

// likenesses returns what a question says, and one over the length of its vector.
func (x *questionIndex) likenesses(q *question) (all []likeness, by float32) {
	norm := 0.0
	say := func(weight float64, terms ...term) {
		norm += weight * weight
		var k likeness
		for _, t := range terms {
			if l := x.lists[t.stem]; l != nil {
				k.lists = append(k.lists, l)
				k.weights = append(k.weights, float32(min(1, t.weight)*weight*l.idf/100))
			}
		}
		if k.lists != nil {
			all = append(all, k)
		}
	}
	for i := range q.slots {
		if terms := q.termsOf(i); len(terms) > 0 {
			say(x.idf(terms[0].stem), terms...)
		}
	}
	for _, a := range q.asks {
		say(x.idf(a), term{stem: a, weight: 1})
	}
	return all, 1 / float32(math.Sqrt(norm))
}

// compare finds how like the question is to known ones: the cosine of their idf vectors,
// where a slot counts as said when any of its terms is. It is absolute: two questions that
// say the same get 1 whatever else there is. It leaves the cosines of the known questions
// in s.asked, and the best of each group in s.near.
//
// Where there are many known questions, only those get a cosine that somebody asks for:
// those of the candidates' groups and of nobody, and the nearest of the groups that admit
// allows (all, if nil), which vote.
func (x *questionIndex) compare(s *search, admit func(group uint32) bool) {
	all, by := x.likenesses(s.q)
	size := 0
	for i := range all {
		size += all[i].size()
	}
	if size < s.pruneFrom {
		for i := range all {
			all[i].raise(&s.slot)
			s.asked.take(&s.slot)
		}
	} else {
		few, rest := x.wanted(s, all, by, admit)
		for i := range all {
			all[i].raiseAmong(&s.slot, few, rest)
			s.asked.take(&s.slot)
		}
	}
	for _, asked := range s.asked.touched {
		s.asked.scores[asked] = min(1, s.asked.scores[asked]*by/x.norms[asked])
		s.near.raise(x.groups[asked], s.asked.scores[asked])
	}
}

// size returns how many times known questions say the thing.
func (k *likeness) size() int {
	n := 0
	for _, l := range k.lists {
		n += len(l.questions)
	}
	return n
}

// raise gives every question that says the thing its score, which is the greatest by any
// of the terms.
func (k *likeness) raise(slot *accumulator) {
	for i, l := range k.lists {
		w := k.weights[i]
		for j, q := range l.questions {
			slot.raise(q, w*float32(l.weights[j]))
		}
	}
}

// raiseAmong is raise for a few questions, ascending, and for all from a number on.
func (k *likeness) raiseAmong(slot *accumulator, few []uint32, rest uint32) {
	for i, l := range k.lists {
		w := k.weights[i]
		intersect(few, l.questions, func(_, j int) { slot.raise(l.questions[j], w*float32(l.weights[j])) })
		from, _ := slices.BinarySearch(l.questions, rest)
		for j := from; j < len(l.questions); j++ {
			slot.raise(l.questions[j], w*float32(l.weights[j]))
		}
	}
}

// wanted returns which questions need a cosine: few, ascending, because they are of a
// candidate's group or may be among the nearest, and all from rest on, which are nobody's.
func (x *questionIndex) wanted(s *search, all []likeness, by float32, admit func(group uint32) bool) (few []uint32, rest uint32) {
	take := func(known bool) {
		for _, q := range s.slot.touched {
			if !known || s.asked.scores[q] != 0 {
				s.asked.addOne(q, s.slot.scores[q]*by/x.norms[q])
			}
		}
		s.slot.reset()
	}
	parts := make([]summand, len(all))
	for i := range all {
		k := &all[i]
		most := 0.0
		for j, l := range k.lists {
			most = max(most, float64(k.weights[j])*l.most*float64(by))
		}
		parts[i] = summand{
			size: k.size(),
			most: most,
			add: func(known bool) {
				k.raise(&s.slot)
				take(known)
			},
			addAmong: func(questions []uint32) {
				k.raiseAmong(&s.slot, questions, uint32(len(x.groups)))
				take(true)
			},
		}
	}
	few = s.asked.contenders(parts, votes, 1, x.of(admit))
	s.asked.reset()
	last := x.nobody
	for _, doc := range s.docs {
		g := s.groups[doc]
		if g == last {
			continue // most passages of a section stand side by side
		}
		last = g
		for q, _ := slices.BinarySearch(x.groups, g); q < len(x.groups) && x.groups[q] == g; q++ {
			few = append(few, uint32(q))
		}
	}
	slices.Sort(few)
	few = slices.Compact(few)
	end, _ := slices.BinarySearch(x.groups, x.nobody)
	n, _ := slices.BinarySearch(few, uint32(end))
	return few[:n], uint32(end)
}

// votes is how many of the nearest known questions vote for their group.
const votes = 10

// of makes a filter of questions of one of groups; nil of nil.
func (x *questionIndex) of(admit func(group uint32) bool) func(question uint32) bool {
	if admit == nil {
		return nil
	}
	return func(question uint32) bool { return admit(x.groups[question]) }
}

// vote returns the share of the nearest known questions that are of a group, among those
// of the groups that admit allows (all, if nil).
func (x *questionIndex) vote(s *search, group uint32, admit func(group uint32) bool) float64 {
	n := 0
	for _, q := range s.asked.best(votes, x.of(admit)) {
		if x.groups[q] == group {
			n++
		}
	}
	return float64(n) / votes
}

// square of a cosine: unlike the cosine itself, it is small for what has but a word or two
// in common.
func square(x float32) float64 { return float64(x) * float64(x) }
