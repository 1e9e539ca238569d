package index

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// A classifier tells which group of documents a question is for: multinomial logistic
// regression on what the question says, learnt by stochastic gradient descent from the
// questions that the groups are known to answer, the headings and sentences of their texts,
// and the questions that nothing answers. Words that tell one group from another
// weigh much, words that every other question holds weigh little or speak against a
// group, which no formula of frequencies sees.
//
// It is read-only once it is learnt.
type classifier struct {
	classes  int
	features map[name]uint32 // number of each feature
	rows     []row           // by feature
}

// A name is what a feature is called, as a hash: two that are called differently have the
// same once in 2⁶³ pairs. The lowest bit is set in names of two words or things.
type name uint64

// A nameKind says what the parts of a name are.
type nameKind uint64

const (
	nameWord   nameKind = iota << 8 // a stem, or what is asked for; above the bits of a letter
	nameSmall                       // a word that is a stop word elsewhere
	nameThing                       // a concept
	namePair                        // two stems that stand side by side
	nameCouple                      // two things that are asked about, whatever stands between them
)

func nameOne(kind nameKind, a string) name {
	return name(hash(uint64(kind), a)) &^ 1
}

func nameTwo(kind nameKind, a, b string) name {
	return name(hash(hash(uint64(kind), a), b)) | 1
}

// hash goes on with a hash by FNV-1a. The multiplication in the end, by a number without a
// pattern, brings what differs in the low bits to the high ones.
func hash(h uint64, s string) uint64 {
	h ^= 0xcbf29ce484222325
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	h *= 0x9e3779b97f4a7c15
	return h ^ h>>32
}

// two reports whether a name is that of two words or things.
func (n name) two() bool { return n&1 == 1 }

// A feature is one thing that a question says, with its share of the question's vector,
// which has length 1.
type feature struct {
	number uint32
	value  float32
}

// Settings of the learning, tried on questions that were held out. Twice or half of each
// changes how many find their section by less than a point, but for a single round, which
// is four points worse.
const (
	classifierRounds = 2   // of the weights after each lesson of the last, the mean counts
	classifierRate   = 1.0 // of the learning
	classifierScale  = 5   // from a sum of weights to a logit
	classifierRivals = 5   // wrong classes that learn from a question: the likeliest
	classifierSure   = 0.9 // probability of the right class from which nothing is learnt
)

const (
	// lessonsAtOnce is how many lessons are looked at with the same weights, side by side,
	// before any of them changes the weights. With 64, three questions in five hundred find
	// their section no more; with one, learning takes a third longer even alone.
	lessonsAtOnce = 32
	// lessonsForOne is how many lessons there must be for each that is looked at with the
	// same weights: fewer would change them too seldom to learn anything.
	lessonsForOne = 1000
	// lessonsEach is how many of these a worker must have to be worth waking.
	lessonsEach = 8
)

// Weights of the features of a question, against the idf of a word.
const (
	weightThing  = 3   // a concept, whatever it is called
	weightPair   = 2.5 // two words side by side
	weightCouple = 2   // two things that are asked about
	weightAsks   = 2.5 // what is asked for
	weightSmall  = 2   // "why", "before": what stop words are elsewhere
)

// coupled is how many things of a question are taken two by two: more do not fit into what
// somebody asks at once.
const coupled = 8

// A lesson is what a text says and the class that it is of.
type lesson struct {
	said  []said
	class uint32
}

// said is one thing that a text says: the name of a feature and what it weighs, in the idf
// of a word where it is one.
type said struct {
	name
	weight float32
	word   stemNumber // or noWord
}

const noWord = ^stemNumber(0)

// eachSaying calls f with everything that a question says: its words and what they stand
// for, pairs of neighbouring words, couples of things, and what is asked for. The weight of
// a word is to be multiplied by its idf; word is nil for all else.
func eachSaying(q *question, f func(n name, weight float64, word *term)) {
	for i := range q.terms {
		if t := &q.terms[i]; t.slot < 0 || t.weight > weightSynonym {
			f(nameOne(nameWord, t.stem), t.weight, t)
		}
	}
	for _, s := range q.slots {
		if s.concept >= 0 {
			f(nameOne(nameThing, s.name), weightThing, nil)
		}
	}
	for _, p := range q.pairs() {
		f(nameTwo(namePair, p[0], p[1]), weightPair, nil)
	}
	for i, s := range q.slots[:min(len(q.slots), coupled)] {
		for _, t := range q.slots[:i] {
			f(nameTwo(nameCouple, min(s.name, t.name), max(s.name, t.name)), weightCouple, nil)
		}
	}
	for _, a := range q.asks {
		f(nameOne(nameWord, a), weightAsks, nil)
	}
	for _, w := range q.small {
		f(nameOne(nameSmall, w), weightSmall, nil)
	}
}

// lessons makes lessons of questions, which take up several times as much memory, and of the
// classes that they are of.
func (x *questionIndex) lessons(questions []*question, classes []uint32) []lesson {
	out := make([]lesson, len(questions))
	spread(len(questions), runtime.GOMAXPROCS(0), func(int) func(int) {
		var some []said
		return func(i int) {
			some = some[:0]
			eachSaying(questions[i], func(n name, weight float64, word *term) {
				s := said{n, float32(weight), noWord}
				if word != nil {
					if s.word = word.number; s.word == 0 { // it may have got one since
						s.word = x.numbers.of(word.stem)
					}
				}
				some = append(some, s)
			})
			out[i] = lesson{slices.Clone(some), classes[i]}
		}
	})
	return out
}

// strange returns the sum of the squares of the weights of those words that no known
// question holds.
func (x *questionIndex) strange(q *question) float64 {
	sum := 0.0
	for _, t := range q.terms {
		if u := x.useOf(t.number); u.questions == 0 {
			w := t.weight * u.idf
			sum += w * w
		}
	}
	return sum
}

// learnClassifier learns from lessons about so many classes, with up to so many workers at
// the same time. Their number makes no difference to what is learnt, since each row of
// weights is one worker's to change. The weights are the mean of
// those after each lesson of the last round: the last lessons, whose order is drawn by
// lot, would count for more than others in the weights at the end.
func learnClassifier(x *questionIndex, classes int, lessons []lesson, workers int) *classifier {
	c := &classifier{classes: classes}
	vectors := c.choose(x, lessons)
	late := c.makeRows(vectors)
	order := make([]int, len(lessons))
	for i := range order {
		order[i] = i
	}
	rng := rand.New(rand.NewPCG(1, 1))  // the same lessons give the same weights
	known := make([]bool, len(lessons)) // teaches nothing, and is not looked at again
	atOnce := min(lessonsAtOnce, 1+len(lessons)/lessonsForOne)
	workers = max(1, min(workers, atOnce/lessonsEach))
	scores := make([][]float32, workers)
	for w := range scores {
		scores[w] = make([]float32, classes)
	}
	changes := make([][]change, atOnce) // that each of the lessons looked at makes
	for round := range classifierRounds {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		abreast(workers, func(w int, wait func()) {
			for start := 0; start < len(order); start += atOnce {
				some := order[start:min(start+atOnce, len(order))]
				for k := w; k < len(some); k += workers {
					i := some[k]
					changes[k] = changes[k][:0]
					if known[i] {
						continue
					}
					c.sum(vectors[i], scores[w])
					changes[k] = gradient(scores[w], lessons[i].class, changes[k])
					known[i] = len(changes[k]) == 0
				}
				wait()
				for k, i := range some { // each has rows of its own
					if len(changes[k]) == 0 {
						continue
					}
					missed := float32(0) // share of the last round that a change comes too late for
					if round == classifierRounds-1 {
						missed = float32(start+k) / float32(len(order))
					}
					for _, f := range vectors[i] {
						if f.number%uint32(workers) == uint32(w) {
							c.rows[f.number].learn(late[f.number], classifierRate*f.value, missed, changes[k])
						}
					}
				}
				wait()
			}
		})
	}
	for n := range c.rows {
		for i, x := range late[n][:len(c.rows[n].weights)] {
			c.rows[n].weights[i] -= x
		}
	}
	c.tighten()
	return c
}

// tighten gives up the room that the sparse rows had to grow, which is most of what they
// take up.
func (c *classifier) tighten() {
	total := 0
	for _, r := range c.rows {
		total += len(r.classes)
	}
	classes, weights := make([]uint32, 0, total), make([]float32, 0, total)
	for i := range c.rows {
		r := &c.rows[i]
		if r.classes == nil {
			continue
		}
		start := len(classes)
		classes, weights = append(classes, r.classes...), append(weights, r.weights...)
		end := len(classes)
		*r = row{classes[start:end:end], weights[start:end:end]}
	}
}

// abreast calls f for each number below n at the same time. Each of the calls may wait for
// all others to come as far, and all must wait as often as each other. They look out for
// one another all the while: that is for some microseconds mostly, and to put a goroutine to
// sleep and to wake it takes longer.
func abreast(n int, f func(worker int, wait func())) {
	var arrived, times atomic.Int32
	wait := func() {
		now := times.Load()
		if arrived.Add(1) == int32(n) {
			arrived.Store(0)
			times.Add(1)
		}
		for spins := 0; times.Load() == now; spins++ {
			if spins > patience {
				runtime.Gosched()
			}
		}
	}
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { f(i, wait) })
	}
	all.Wait()
}

// patience is how many times [abreast] looks whether the others are there before it lets
// another goroutine have the processor: a microsecond's worth.
const patience = 1000

// denseShare is the share of the classes that must have lessons with a feature for its
// row to be kept whole.
const denseShare = 0.1

// makeRows makes a row for each feature, and beside its weights room for how much of each
// is to be taken off in the end. The weights of a sparse row are those of the right class
// and of its rivals in each lesson that the feature is in, at most.
func (c *classifier) makeRows(vectors [][]feature) (late [][]float32) {
	counts := make([]int, len(c.rows))
	for _, v := range vectors {
		for _, f := range v {
			counts[f.number]++
		}
	}
	sparse := func(n int) bool { return float64(n) < denseShare*float64(c.classes) }
	room := func(n int) int { return min(c.classes, n*(1+classifierRivals)*classifierRounds) }
	total := 0
	for _, n := range counts {
		if sparse(n) {
			total += room(n)
		}
	}
	classes, weights, lates := make([]uint32, total), make([]float32, total), make([]float32, total)
	late = make([][]float32, len(c.rows))
	for i, n := range counts {
		if !sparse(n) {
			c.rows[i].weights, late[i] = make([]float32, c.classes), make([]float32, c.classes)
			continue
		}
		k := room(n)
		c.rows[i] = row{classes[:0:k], weights[:0:k]}
		late[i] = lates[:k]
		classes, weights, lates = classes[k:], weights[k:], lates[k:]
	}
	return late
}

// choose numbers the features and returns the vectors of the lessons. A pair or a couple
// that only one lesson has is not asked again.
func (c *classifier) choose(x *questionIndex, lessons []lesson) [][]feature {
	var once, again nameSet
	for _, l := range lessons {
		for _, s := range l.said {
			if s.two() && !once.add(s.name) {
				again.add(s.name)
			}
		}
	}
	c.features = make(map[name]uint32, 2*len(lessons)) // about as many as there will be
	vectors := make([][]feature, len(lessons))
	for i, l := range lessons {
		v := make([]feature, 0, len(l.said))
		for _, s := range l.said {
			if s.two() && !again.has(s.name) {
				continue
			}
			n, ok := c.features[s.name]
			if !ok {
				n = uint32(len(c.features))
				c.features[s.name] = n
			}
			weight := s.weight
			if s.word != noWord {
				weight *= float32(x.useOf(s.word).idf)
			}
			v = append(v, feature{n, weight})
		}
		vectors[i] = normalized(v, 0)
	}
	c.rows = make([]row, len(c.features))
	return vectors
}

// A nameSet holds names, and now and then one that was not added: it has a bit for each of
// them, and some share theirs.
type nameSet [1 << 16]uint64

func (s *nameSet) has(n name) bool { return s[n>>1%(1<<16)]&(1<<(n>>58)) != 0 }

// add adds a name and reports whether it was not there.
func (s *nameSet) add(n name) bool {
	had := s.has(n)
	s[n>>1%(1<<16)] |= 1 << (n >> 58)
	return !had
}

// vector returns what the classifier knows of a question. What nobody ever asked about
// makes it less sure: those words count in the length of the vector.
func (c *classifier) vector(x *questionIndex, q *question) []feature {
	var v []feature
	eachSaying(q, func(s name, weight float64, word *term) {
		if n, ok := c.features[s]; ok {
			if word != nil {
				weight *= x.useOf(word.number).idf
			}
			v = append(v, feature{n, float32(weight)})
		}
	})
	return normalized(v, x.strange(q))
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

// gradient appends what a lesson teaches to out, given the sums of the weights: how much
// too low the probability of its class is, and how much too high those of the likeliest
// others. What is known well teaches nothing. It uses up the scores.
func gradient(scores []float32, right uint32, out []change) []change {
	best := float32(0)
	for _, x := range scores {
		if x > best { // max, which looks for what is not a number, takes longer
			best = x
		}
	}
	total := float32(0)
	for i, x := range scores {
		e := expTable[min(uint((best-x)*(classifierScale*expSteps)), negligible*expSteps)]
		scores[i] = e
		total += e
	}
	miss := 1 - scores[right]/total
	if miss < 1-classifierSure {
		return out
	}
	scores[right] = 0
	least := float32(0) // of the rivals, once there are enough
	for class, e := range scores {
		if e <= least {
			continue
		}
		at := len(out)
		if at < classifierRivals {
			out = append(out, change{})
		} else {
			at--
		}
		for ; at > 0 && out[at-1].by < e; at-- {
			out[at] = out[at-1]
		}
		out[at] = change{uint32(class), e}
		if len(out) == classifierRivals {
			least = out[classifierRivals-1].by
		}
	}
	for i := range out {
		out[i].by /= -total
	}
	return append(out, change{right, miss})
}

// negligible is how far a logit must be below the greatest to be left out of a sum of
// exponentials.
const negligible = 8

// expTable holds exp(-x) from 0 up to negligible, expSteps values for each 1, and 0 at the
// end: near enough for learning, which takes ten million of them.
var expTable = func() (table [negligible*expSteps + 1]float32) {
	for i := range len(table) - 1 {
		table[i] = float32(math.Exp(-(float64(i) + 0.5) / expSteps))
	}
	return table
}()

const expSteps = 256

// partition returns the greatest logit, at least 0, and the sum of the exponentials of all,
// over that of the greatest.
func partition(scores []float32) (top, total float64) {
	top = classifierScale * float64(max(0, slices.Max(scores)))
	for _, x := range scores {
		if z := classifierScale * float64(x); z > top-negligible {
			total += math.Exp(z - top)
		}
	}
	return top, total
}

// sum makes scores, one for each class, what the features of a question say.
func (c *classifier) sum(v []feature, scores []float32) {
	clear(scores)
	var some [4]*row // whole rows, to be added together
	var by [4]float32
	n := 0
	for _, f := range v {
		r := &c.rows[f.number]
		if r.classes != nil {
			weights := r.weights[:len(r.classes)]
			for i, class := range r.classes {
				scores[class] += f.value * weights[i]
			}
			continue
		}
		some[n], by[n] = r, f.value
		if n++; n == len(some) {
			addRows(scores, &some, &by)
			n = 0
		}
	}
	for i, r := range some[:n] {
		for class, w := range r.weights[:len(scores)] {
			scores[class] += by[i] * w
		}
	}
}

// addRows adds four whole rows at once, in about half the time that they take one by one.
func addRows(scores []float32, rows *[4]*row, by *[4]float32) {
	n := len(scores)
	a, b, c, d := rows[0].weights[:n], rows[1].weights[:n], rows[2].weights[:n], rows[3].weights[:n]
	x, y, z, w := by[0], by[1], by[2], by[3]
	for i := range scores {
		scores[i] += (x*a[i] + y*b[i]) + (z*c[i] + w*d[i])
	}
}

// A row holds what one feature says for each class that it says something of.
type row struct {
	classes []uint32 // in no order; nil when weights are those of all classes
	weights []float32
}

// learn takes in changes, times x: whole, and in late the share that each came too late.
// A sparse row has room for the classes that are new to it.
func (r *row) learn(late []float32, x, missed float32, changes []change) {
	for _, g := range changes {
		by := x * g.by
		i := int(g.class)
		if r.classes != nil {
			if i = slices.Index(r.classes, g.class); i < 0 {
				i = len(r.classes)
				r.classes, r.weights = append(r.classes, g.class), append(r.weights, 0)
			}
		}
		r.weights[i] += by
		if missed > 0 {
			late[i] += by * missed
		}
	}
}

// classify adds up what speaks for each group, in s.classes.
func (c *Collection) classify(s *search) {
	if c.classes != nil {
		c.classes.sum(c.classes.vector(&c.questions, s.q), s.classes)
	}
}

// Shares at which what speaks for other classes counts where a search is narrowed to some.
// Whoever names an article is likely to ask about it, so nobody counts less; but what all
// other articles answer much better is not answered by this one. With these shares 0.956 of
// the questions that an article answers are answered rightly from it alone, and 0.093 of
// others from an article drawn by lot; with nobody in full and the others left out it was
// 0.941 and 0.156.
const (
	narrowedNobody = 0.03
	narrowedOthers = 0.02
)

// probability returns the probability of one class and that of nobody, the last, among
// those that admit allows (all, if nil).
func (c *classifier) probability(scores []float32, class uint32, admit func(uint32) bool) (one, nobody float64) {
	top, total := partition(scores)
	p := func(class uint32) float64 { return math.Exp(classifierScale*float64(scores[class]) - top) }
	nobody = p(uint32(c.classes - 1))
	if admit != nil {
		admitted := 0.0
		for n := range uint32(c.classes - 1) {
			if admit(n) {
				admitted += p(n)
			}
		}
		others := total - admitted - nobody
		nobody *= narrowedNobody
		total = admitted + nobody + narrowedOthers*others
	}
	return p(class) / total, nobody / total
}

// classSignal is how much the classifier finds in the question that speaks for the
// document's section: twice the most that it finds for any other where the section lists
// the question word for word.
type classSignal struct{ c *Collection }

func (k classSignal) score(s *search, out []float64) {
	if k.c.classes == nil {
		return
	}
	most := 0.0
	for i, doc := range s.docs {
		out[i] = max(0, float64(s.classes[k.c.groups[doc]]))
		most = max(most, out[i])
	}
	if g, ok := k.c.questions.exactly(s.q); ok {
		for i, doc := range s.docs {
			if k.c.groups[doc] == g {
				out[i] = 2*most + 1
			}
		}
	}
}
