package index

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// A classifier tells which group of documents a question is for: multinomial logistic
// regression on what the question says, learnt by stochastic gradient descent from the
// questions that the groups are known to answer. Words that tell one group from another
// weigh much, words that every other question holds weigh little or speak against a
// group, which no formula of frequencies sees.
//
// It is read-only once it is learnt.
type classifier struct {
	classes  int
	features map[string]uint32 // number of each feature
	rows     []row             // by feature
}

// A feature is one thing that a question says, with its share of the question's vector,
// which has length 1.
type feature struct {
	number uint32
	value  float32
}

// Settings of the learning, tried on questions that were held out. Twice or half of each
// changes how many find their section by less than a point.
const (
	classifierRounds = 2
	classifierRate   = 1.0  // of the first round; the second has half of it
	classifierScale  = 5    // from a sum of weights to a logit
	classifierRivals = 5    // wrong classes that learn from a question: the likeliest
	classifierSure   = 0.9  // probability of the right class from which nothing is learnt
	classifierCommon = 0.25 // share of the questions from which a feature tells nothing
	sentenceRate     = 0.5  // of a sentence of the text, against that of a question
)

// Weights of the features of a question, against the idf of a word.
const (
	weightPair  = 1.5 // two words side by side
	weightAsks  = 2.5 // what is asked for
	weightSmall = 1   // "why", "before": what stop words are elsewhere
)

// A lesson is a text and the class that it is of.
type lesson struct {
	*question
	class    uint32
	sentence bool // of the text; else a question
}

// sayings calls f with everything that a question says: its words and what they stand
// for, pairs of neighbouring words, and what is asked for.
func (x *questionIndex) sayings(q *question, f func(name string, weight float64)) {
	for _, t := range q.terms {
		f(t.stem, t.weight*x.idf(t.stem))
	}
	for _, p := range q.pairs() {
		f(pairName(p), weightPair)
	}
	for _, a := range q.asks {
		f(a, weightAsks)
	}
	for _, w := range q.small {
		f("="+w, weightSmall)
	}
}

func pairName(p [2]string) string { return p[0] + " " + p[1] }

// learnClassifier learns from lessons about so many classes.
func learnClassifier(x *questionIndex, classes int, lessons []lesson) *classifier {
	c := &classifier{classes: classes, features: make(map[string]uint32)}
	vectors := c.choose(x, lessons)
	order := make([]int, len(lessons))
	for i := range order {
		order[i] = i
	}
	rng := rand.New(rand.NewPCG(1, 1)) // the same lessons give the same weights
	s := newTally(classes)
	var changes []change
	for round := range classifierRounds {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			rate := float32(classifierRate / float64(round+1))
			if lessons[i].sentence {
				rate *= sentenceRate
			}
			c.sum(vectors[i], &s)
			changes = c.gradient(&s, lessons[i].class, changes[:0])
			for _, f := range vectors[i] {
				r := &c.rows[f.number]
				for _, g := range changes {
					r.add(g.class, rate*g.by*f.value, classes)
				}
			}
			s.reset()
		}
	}
	return c
}

// choose numbers the features and returns the vectors of the lessons. What every fourth
// lesson says tells nothing, and a pair of words that only one has is never asked again.
func (c *classifier) choose(x *questionIndex, lessons []lesson) [][]feature {
	numbers := make(map[string]uint32) // of everything that is said
	var counts []int
	var pair []bool
	said := make([][]feature, len(lessons))
	for i, l := range lessons {
		x.sayings(l.question, func(name string, weight float64) {
			n, ok := numbers[name]
			if !ok {
				n = uint32(len(counts))
				numbers[name] = n
				counts, pair = append(counts, 0), append(pair, strings.Contains(name, " "))
			}
			counts[n]++
			said[i] = append(said[i], feature{n, float32(weight)})
		})
	}
	chosen := func(n uint32) bool {
		return !(counts[n] == 1 && pair[n]) && float64(counts[n]) <= classifierCommon*float64(len(lessons))
	}
	for name, n := range numbers {
		if chosen(n) {
			c.features[name] = n
		}
	}
	for i, v := range said {
		said[i] = normalized(slices.DeleteFunc(v, func(f feature) bool { return !chosen(f.number) }), 0)
	}
	c.rows = make([]row, len(counts))
	return said
}

// vector returns what the classifier knows of a question. What nobody ever asked about
// makes it less sure: those words count in the length of the vector.
func (c *classifier) vector(x *questionIndex, q *question) []feature {
	var v []feature
	strange := 0.0
	x.sayings(q, func(name string, weight float64) {
		if n, ok := c.features[name]; ok {
			v = append(v, feature{n, float32(weight)})
		} else if x.counts[name] == 0 && !strings.ContainsAny(name, " =") {
			strange += weight * weight
		}
	})
	return normalized(v, strange)
}

// normalized gives a vector length 1, or less if something is left out of it: the sum of
// the squares of that is given.
func normalized(v []feature, left float64) []feature {
	sum := left
	for _, f := range v {
		sum += float64(f.value) * float64(f.value)
	}
	by := float32(1 / math.Sqrt(max(sum, 1e-9)))
	for i := range v {
		v[i].value *= by
	}
	return v
}

// A change is what one lesson does to the weights of one class.
type change struct {
	class uint32
	by    float32
}

// gradient returns what a lesson teaches, from the sums of the weights: how much too low
// the probability of its class is, and how much too high those of the likeliest others.
// What is known well teaches nothing.
func (c *classifier) gradient(s *tally, right uint32, out []change) []change {
	top, total := c.norm(s)
	p := func(class uint32) float32 {
		return float32(math.Exp(classifierScale*float64(s.scores[class])-top) / total)
	}
	miss := 1 - p(right)
	if miss < 1-classifierSure {
		return out
	}
	for _, class := range s.touched { // the greatest sums, in order
		if class == right {
			continue
		}
		at := len(out)
		for at > 0 && out[at-1].by < s.scores[class] {
			at--
		}
		if at < classifierRivals {
			if len(out) == classifierRivals {
				out = out[:len(out)-1]
			}
			out = slices.Insert(out, at, change{class, s.scores[class]})
		}
	}
	for i := range out {
		out[i].by = -p(out[i].class)
	}
	return append(out, change{right, miss})
}

// negligible is how far a logit must be below the greatest to be left out of a sum of
// exponentials.
const negligible = 8

// norm returns the greatest logit and the sum of the exponentials of all, over that of
// the greatest. A class that no feature speaks of has logit 0.
func (c *classifier) norm(s *tally) (top, total float64) {
	best := float32(0)
	for _, class := range s.touched {
		best = max(best, s.scores[class])
	}
	top = classifierScale * float64(best)
	total = float64(c.classes-len(s.touched)) * math.Exp(-top)
	for _, class := range s.touched {
		if z := classifierScale * float64(s.scores[class]); z > top-negligible {
			total += math.Exp(z - top)
		}
	}
	return top, total
}

// sum adds up, by class, what the features of a question say.
func (c *classifier) sum(v []feature, s *tally) {
	for _, f := range v {
		r := &c.rows[f.number]
		if r.classes == nil {
			s.addAll(r.weights, f.value)
			continue
		}
		for i, class := range r.classes {
			s.add(class, f.value*r.weights[i])
		}
	}
}

// A row holds what one feature says for each class that it says something of.
type row struct {
	classes []uint32 // ascending; nil when weights are those of all classes
	weights []float32
}

// denseShare is the share of the classes from which a row is kept whole.
const denseShare = 0.2

// add changes the weight of one of so many classes.
func (r *row) add(class uint32, x float32, classes int) {
	if r.classes == nil && r.weights != nil {
		r.weights[class] += x
		return
	}
	i, ok := slices.BinarySearch(r.classes, class)
	if ok {
		r.weights[i] += x
		return
	}
	r.classes = slices.Insert(r.classes, i, class)
	r.weights = slices.Insert(r.weights, i, x)
	if float64(len(r.classes)) > denseShare*float64(classes) {
		all := make([]float32, classes)
		for i, class := range r.classes {
			all[class] = r.weights[i]
		}
		r.classes, r.weights = nil, all
	}
}

// A tally holds a sum for each class, of either sign, and remembers which classes have
// one.
type tally struct {
	scores  []float32
	has     []bool
	touched []uint32
}

func newTally(n int) tally { return tally{scores: make([]float32, n), has: make([]bool, n)} }

func (t *tally) add(class uint32, x float32) {
	if !t.has[class] {
		t.has[class] = true
		t.touched = append(t.touched, class)
	}
	t.scores[class] += x
}

// addAll adds the weights of all classes, times x.
func (t *tally) addAll(weights []float32, x float32) {
	if len(t.touched) < len(t.scores) {
		for class := range t.has {
			if !t.has[class] {
				t.has[class] = true
				t.touched = append(t.touched, uint32(class))
			}
		}
	}
	scores := t.scores[:len(weights)]
	for i, w := range weights {
		scores[i] += w * x
	}
}

func (t *tally) reset() {
	for _, n := range t.touched {
		t.scores[n], t.has[n] = 0, false
	}
	t.touched = t.touched[:0]
}

// classify adds up what speaks for each group, in s.classes.
func (c *Collection) classify(s *search) {
	if c.classes != nil {
		c.classes.sum(c.classes.vector(&c.questions, s.q), &s.classes)
	}
}

// probability returns the probability of one class and that of nobody, the last, among
// those that admit allows (all, if nil).
func (c *classifier) probability(s *tally, class uint32, admit func(uint32) bool) (one, nobody float64) {
	top, total := c.norm(s)
	p := func(class uint32) float64 { return math.Exp(classifierScale*float64(s.scores[class]) - top) }
	nobody = p(uint32(c.classes - 1))
	if admit != nil {
		total = nobody
		for n := range uint32(c.classes - 1) {
			if admit(n) {
				total += p(n)
			}
		}
	}
	return p(class) / total, nobody / total
}

// classSignal is how much the classifier finds in the question that speaks for the
// document's section: twice the most that it finds for any other where the section lists
// the question word for word.
type classSignal struct{ c *Collection }

func (k classSignal) score(_ context.Context, s *search, out []float64) error {
	if k.c.classes == nil {
		return nil
	}
	most := 0.0
	for i, doc := range s.docs {
		out[i] = max(0, float64(s.classes.scores[k.c.groups[doc]]))
		most = max(most, out[i])
	}
	for i, doc := range s.docs {
		if k.c.questions.same(s.q, k.c.groups[doc]) {
			out[i] = 2*most + 1
		}
	}
	return nil
}
