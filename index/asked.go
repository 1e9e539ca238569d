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
	groups []uint32            // of each question, ascending
	nobody uint32              // the group of the questions that no section answers: the last
	norms  []float32           // of each question: the length of its vector
	lists  map[string][]saying // stem → questions that say it, ascending
	idfs   map[string]float64

	exact map[string]uint32 // group by the words of a question, stop words and all
	words map[string]int    // how often the questions hold each word
	stems map[string]bool
}

// A saying is one question that says a stem.
type saying struct {
	question uint32
	weight   uint8 // in hundredths: 100 in this very word, less in one that means the same
	leads    bool  // whether the stem stands for its slot in the question's vector
}

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
		x.lists, x.exact = make(map[string][]saying), make(map[string]uint32)
	}
	n := uint32(len(x.groups))
	x.groups = append(x.groups, group)
	x.exact[q.text] = group
	say := func(stem string, weight float64, leads bool) {
		x.lists[stem] = append(x.lists[stem], saying{n, uint8(100 * min(1, weight)), leads})
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

// finish weighs the terms, once all questions are there.
func (x *questionIndex) finish() {
	x.idfs = make(map[string]float64, len(x.lists))
	squares := make([]float64, len(x.groups))
	for s, list := range x.lists {
		v := idf(len(list), len(x.groups))
		x.idfs[s] = v
		for _, a := range list {
			if a.leads {
				squares[a.question] += v * v
			}
		}
	}
	x.norms = make([]float32, len(x.groups))
	for q, s := range squares {
		x.norms[q] = float32(math.Sqrt(s))
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
	i, _ := slices.BinarySearchFunc(list, uint32(from), func(a saying, q uint32) int { return int(a.question) - int(q) })
	return i < len(list) && x.groups[list[i].question] == group
}

// compare finds how like the question is to each known one: the cosine of their idf
// vectors, where a slot counts as said when any of its terms is. It is absolute: two
// questions that say the same get 1 whatever else there is. It leaves the cosines of the
// known questions in s.asked, and the best of each group in s.near.
func (x *questionIndex) compare(s *search) {
	norm := 0.0
	// say adds one thing that the question says, in any of several terms.
	say := func(weight float64, terms ...term) {
		norm += weight * weight
		for _, t := range terms {
			w := float32(min(1, t.weight) * weight * x.idf(t.stem) / 100)
			for _, a := range x.lists[t.stem] {
				s.slot.raise(a.question, w*float32(a.weight))
			}
		}
		for _, asked := range s.slot.touched {
			s.asked.addOne(asked, s.slot.scores[asked])
		}
		s.slot.reset()
	}
	for i := range s.q.slots {
		if terms := s.q.termsOf(i); len(terms) > 0 {
			say(x.idf(terms[0].stem), terms...)
		}
	}
	for _, a := range s.q.asks {
		say(x.idf(a), term{stem: a, weight: 1})
	}
	by := 1 / float32(math.Sqrt(norm))
	for _, asked := range s.asked.touched {
		s.asked.scores[asked] = min(1, s.asked.scores[asked]*by/x.norms[asked])
		s.near.raise(x.groups[asked], s.asked.scores[asked])
	}
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
