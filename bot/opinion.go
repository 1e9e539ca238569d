package bot

import (
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"exobot/knowledge"
)

// An opinion tells messages about somebody's own case from others by logistic regression on
// their words, and the pairs and triples of them that stand side by side. It has heard
// thousands of examples of both, and so knows some that no rule was thought of for. It never
// overrules a rule: whoever asks for himself after a page about the subject sounds much like
// somebody who asks about the subject.
//
// It is of English messages, and is read-only once it is learnt.
type opinion struct {
	weights []float32 // by feature
	bias    float32
}

// Settings of the learning, which is stochastic gradient descent with the rates of AdaGrad
// (Duchi, Hazan and Singer, 2011).
const (
	opinionBits   = 18 // of the hashes that stand for features; some share one
	opinionRounds = 12 // through the examples
	opinionRate   = 0.3
	opinionDecay  = 1e-4
	opinionStart  = 0.01 // of the sums of squares
	// ownCounts is how much an example of somebody's own case counts: there are fewer of them,
	// and to miss one is worse.
	ownCounts = 3
	// questionCounts is how much a question of the library counts, as one that is not about
	// somebody's own case: a few are.
	questionCounts = 0.5
	// questionsHeard is how many of them are taken, about.
	questionsHeard = 4000
	// fewestExamples is how many there must be of both kinds for anything to be learnt.
	fewestExamples = 20
	// surelyOwn is the probability from which a message is taken for one about somebody's own
	// case. Of the messages in testdata/cases.txt, the rules alone take 92 of 100 of these for
	// one, 21 of 200 others about the subject and 9 of 60 about something else; together with
	// the opinion it is 96, 23 and 14, if all of them are answered.
	surelyOwn = 0.8
)

// An example is a message with what is known of it.
type example struct {
	features []uint32
	own      float32 // 1 if it is about somebody's own case, or 0
	counts   float32
}

// learnOpinion learns from the examples of a library's lanes and from its questions. It
// returns nil where there are too few.
func learnOpinion(lib *knowledge.Library) *opinion {
	own, other := lib.Lanes.Examples[knowledge.LaneAdvice], lib.Lanes.Examples[knowledge.LaneKnowledge]
	if min(len(own), len(other)) < fewestExamples {
		return nil
	}
	var examples []example
	hear := func(texts []string, own, counts float32) {
		for _, text := range texts {
			examples = append(examples, example{featuresOf(normalize(text)), own, counts})
		}
	}
	hear(own, 1, ownCounts)
	hear(other, 0, 1)
	questions := questionsOf(lib)
	for n := range min(questionsHeard, len(questions)) { // evenly from all of them
		at := n * len(questions) / min(questionsHeard, len(questions))
		hear(questions[at:at+1], 0, questionCounts)
	}
	o := &opinion{weights: make([]float32, 1<<opinionBits)}
	squares, biasSquares := make([]float32, 1<<opinionBits), float32(opinionStart)
	for i := range squares {
		squares[i] = opinionStart
	}
	rng := rand.New(rand.NewPCG(1, 1)) // the same examples give the same opinion
	for range opinionRounds {
		rng.Shuffle(len(examples), func(i, j int) { examples[i], examples[j] = examples[j], examples[i] })
		for _, e := range examples {
			miss := e.counts * (float32(o.probability(e.features)) - e.own)
			each := miss * scaleOf(e.features)
			for _, f := range e.features {
				g := each + opinionDecay*o.weights[f]
				squares[f] += g * g
				o.weights[f] -= opinionRate * g / float32(math.Sqrt(float64(squares[f])))
			}
			biasSquares += miss * miss
			o.bias -= opinionRate * miss / float32(math.Sqrt(float64(biasSquares)))
		}
	}
	return o
}

// questionsOf returns the questions that a library answers and those that it does not.
func questionsOf(lib *knowledge.Library) []string {
	var all []string
	for _, a := range lib.Articles {
		for s := range a.All() {
			all = append(all, s.Questions...)
		}
	}
	for _, t := range lib.Uncovered {
		all = append(all, t.Questions...)
	}
	return all
}

// sentence finds the sentences of a message, however they are typed.
var sentence = regexp.MustCompile(`[^.!?]+[.!?]*`)

// own reports whether a message, normalised, is surely about somebody's own case: by all of
// it, or by the one sentence that asks, in a long story.
func (o *opinion) own(text string) bool {
	if o == nil {
		return false
	}
	if o.probability(featuresOf(text)) > surelyOwn {
		return true
	}
	for _, s := range sentence.FindAllString(text, -1) {
		if len(s) < len(text) && o.probability(featuresOf(s)) > surelyOwn {
			return true
		}
	}
	return false
}

func (o *opinion) probability(features []uint32) float64 {
	sum := float32(0)
	for _, f := range features {
		sum += o.weights[f]
	}
	return 1 / (1 + math.Exp(-float64(o.bias+sum*scaleOf(features))))
}

// scaleOf makes vectors of many features as long as those of few.
func scaleOf(features []uint32) float32 { return float32(1 / math.Sqrt(float64(len(features)))) }

// featuresOf returns the features of a text, each once: its words, and the pairs and triples
// of them that stand side by side. All numbers are one word; a question mark and the ends of
// the text are words, too.
func featuresOf(text string) []uint32 {
	words := []string{"^"}
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '?' }) {
		word := strings.Trim(w, "'?")
		switch {
		case word == "":
		case '0' <= word[0] && word[0] <= '9':
			words = append(words, "#")
		default:
			words = append(words, word)
		}
		if strings.HasSuffix(w, "?") {
			words = append(words, "?")
		}
	}
	words = append(words, "$")
	features := make([]uint32, 0, 3*len(words))
	for i := range words {
		h := uint32(2166136261) // FNV-1a
		for _, w := range words[i:min(i+3, len(words))] {
			for j := range len(w) {
				h = (h ^ uint32(w[j])) * 16777619
			}
			h *= 16777619 // the end of a word
			features = append(features, h*0x9E3779B1>>(32-opinionBits))
		}
	}
	slices.Sort(features)
	return slices.Compact(features)
}
