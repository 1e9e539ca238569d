package index

import (
	"math"
	"slices"
)

// questionIndex knows the questions that the sections of a collection answer, each as
// a small document of its own: a question that is nearly one of them is answered by
// the section that it belongs to, however long or short the passage. It knows questions
// that no section answers, too, in a group of their own.
type questionIndex struct {
	groups []uint32  // of each question, ascending
	nobody uint32    // the group of the questions that no section answers: the last
	norms  []float32 // of each question: the length of its vector

	things   []thing             // that the questions ask about, question by question
	lists    map[string][]saying // stem → things that are called so, ascending
	concepts map[int][]uint32    // concept → things that it is, ascending
	counts   map[string]int      // how many questions hold each stem in any way
	idfs     map[string]float64

	exact map[string]uint32 // group by the words of a question, stop words and all
	words map[string]int    // how often the questions hold each word
	stems map[string]bool
}

// A thing is one slot of a known question, or what that asks for: a dimension of its
// vector, as long as the idfs of its words make it.
type thing struct {
	question uint32
	words    float32 // sum of the idfs of the words that name it
	weight   float32 // root of the sum of their squares
}

// A saying is a stem that names a thing.
type saying struct {
	thing  uint32
	weight uint8 // in hundredths: 100 in this very word, less in one that means the same
}

// share returns the weight as a share.
func (a saying) share() float32 { return float32(a.weight) / 100 }

// names reports whether the stem is one of the words that name the thing, and does not just
// mean the same.
func (a saying) names() bool { return a.weight > 100*weightTerm }

// hear takes in the words of a question, so that they are known when it is parsed, and
// returns how many they are without stop words.
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
		x.lists, x.concepts = make(map[string][]saying), make(map[int][]uint32)
		x.counts, x.exact = make(map[string]int), make(map[string]uint32)
	}
	n := uint32(len(x.groups))
	x.groups = append(x.groups, group)
	x.exact[q.text] = group
	say := func(stem string, weight float64) {
		x.lists[stem] = append(x.lists[stem], saying{uint32(len(x.things)), uint8(100 * min(1, weight))})
	}
	for _, t := range q.terms {
		x.counts[t.stem]++
	}
	for i, s := range q.slots {
		for _, t := range q.termsOf(i) {
			if t.weight > weightSynonym {
				say(t.stem, t.weight)
			}
		}
		if s.concept >= 0 {
			x.concepts[s.concept] = append(x.concepts[s.concept], uint32(len(x.things)))
		}
		x.things = append(x.things, thing{question: n})
	}
	for _, a := range q.asks {
		say(a, 1)
		x.things = append(x.things, thing{question: n})
	}
	return true
}

// finish weighs the things, once all questions are there.
func (x *questionIndex) finish() {
	x.idfs = make(map[string]float64, len(x.lists))
	squares := make([]float64, len(x.things))
	for s, list := range x.lists {
		v := idf(len(list), len(x.groups))
		x.idfs[s] = v
		for _, a := range list {
			if a.names() {
				x.things[a.thing].words += float32(v)
				squares[a.thing] += v * v
			}
		}
	}
	for s, n := range x.counts {
		if _, ok := x.idfs[s]; !ok { // only words of conversation, or expansions
			x.idfs[s] = idf(n, len(x.groups))
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

// idf returns the idf of a stem among the questions, the greatest for one that none has.
func (x *questionIndex) idf(stem string) float64 {
	if v, ok := x.idfs[stem]; ok {
		return v
	}
	return idf(0, len(x.groups))
}

// same reports whether a group has this very question, word for word.
func (x *questionIndex) same(q *question, group uint32) bool {
	g, ok := x.exact[q.text]
	return ok && g == group
}

// says reports whether any question of a group says a stem.
func (x *questionIndex) says(group uint32, stem string) bool {
	from, _ := slices.BinarySearch(x.groups, group)
	list := x.lists[stem]
	i, _ := slices.BinarySearchFunc(list, from, func(a saying, q int) int { return int(x.things[a.thing].question) - q })
	return i < len(list) && x.groups[x.things[list[i].thing].question] == group
}

// compare finds how like the question is to each known one: the cosine of their vectors,
// in which every thing that a question asks about is a dimension of its own. Two things are
// alike as far as the words that name one name the other, too, or mean the same. It is
// absolute: two questions that say the same get 1 whatever else there is. It leaves the
// cosines of the known questions in s.asked, and the best of each group in s.near.
func (x *questionIndex) compare(s *search) {
	norm := 0.0
	for i, slot := range s.q.slots {
		norm += x.compareThing(s, s.q.termsOf(i), slot)
	}
	for _, a := range s.q.asks {
		norm += x.compareThing(s, []term{{stem: a, weight: 1}}, slot{concept: -1})
	}
	by := 1 / float32(math.Sqrt(max(norm, 1e-9)))
	for _, asked := range s.asked.touched {
		s.asked.scores[asked] = min(1, s.asked.scores[asked]*by/x.norms[asked])
		s.near.raise(x.groups[asked], s.asked.scores[asked])
	}
}

// compareThing adds to s.asked what one thing that the question asks about has in common
// with the known questions, and returns the square of its weight. A thing that the question
// before asked about weighs as much less as its terms do.
func (x *questionIndex) compareThing(s *search, terms []term, asked slot) float64 {
	most := 0.0
	for _, t := range terms {
		most = max(most, min(1, t.weight))
	}
	words, square := 0.0, 0.0
	for _, t := range terms {
		w, share := x.idf(t.stem), min(1, t.weight)/most
		typed := share > weightTerm
		if typed {
			words += w
			square += w * w
		}
		for _, a := range x.lists[t.stem] {
			if asked.either {
				s.ours.raise(a.thing, float32(share)*a.share())
			} else if typed {
				s.ours.addOne(a.thing, float32(w)*a.share())
			}
			if a.names() {
				s.theirs.addOne(a.thing, float32(w*share))
			}
		}
	}
	if asked.either {
		words = 1
	}
	same := func(n uint32, likeness float32) {
		s.slot.raise(x.things[n].question, likeness*x.things[n].weight)
	}
	for _, n := range s.ours.touched {
		if theirs := s.theirs.scores[n]; theirs > 0 {
			ours := s.ours.scores[n] / float32(words)
			same(n, float32(math.Sqrt(float64(min(1, ours)*min(1, theirs/x.things[n].words)))))
		}
	}
	if asked.concept >= 0 {
		for _, n := range x.concepts[asked.concept] {
			same(n, float32(asked.alike))
		}
	}
	square *= most * most
	weight := float32(math.Sqrt(square))
	for _, q := range s.slot.touched {
		s.asked.addOne(q, weight*s.slot.scores[q])
	}
	s.ours.reset()
	s.theirs.reset()
	s.slot.reset()
	return square
}

// votes is how many of the nearest known questions vote for their group.
const votes = 10

// vote returns the share of the nearest known questions that are of a group, among those
// that admit allows (all, if nil).
func (x *questionIndex) vote(s *search, group uint32, admit func(uint32) bool) float64 {
	var voters func(uint32) bool
	if admit != nil {
		voters = func(question uint32) bool { return admit(x.groups[question]) }
	}
	n := 0
	for _, q := range s.asked.best(votes, voters) {
		if x.groups[q] == group {
			n++
		}
	}
	return float64(n) / votes
}

// square of a cosine: unlike the cosine itself, it is small for what has but a word or two
// in common.
func square(x float32) float64 { return float64(x) * float64(x) }
