package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"

	"exobot/knowledge"
)

// A Sample is one question of which it is known whether the first passage answered it.
type Sample struct {
	Features Features
	Right    bool
	Weight   float64 // how much it counts against others; 0 means 1
}

func (s *Sample) weight() float64 {
	if s.Weight == 0 {
		return 1
	}
	return s.Weight
}

// Bounds of the fit.
const (
	fitRidge  = 1.0 // penalty on the squares of the coefficients; keeps them small where samples say little
	fitRounds = 2000
	fitRate   = 0.5
)

// FitConfidence learns the coefficients of the confidence from samples: logistic
// regression with a ridge penalty, by gradient descent. The same samples give the same
// coefficients.
func FitConfidence(samples []Sample) map[string]float64 {
	rows := make([][]float64, len(samples))
	for i := range samples {
		for _, n := range sortedFeatures {
			rows[i] = append(rows[i], featureNames[n](&samples[i].Features))
		}
	}
	bias, coef := 0.0, make([]float64, len(sortedFeatures))
	n := 0.0
	for i := range samples {
		n += samples[i].weight()
	}
	for range fitRounds {
		gradBias, grad := 0.0, make([]float64, len(sortedFeatures))
		for i, row := range rows {
			z := bias
			for j, x := range row {
				z += coef[j] * x
			}
			e := 1 / (1 + math.Exp(-z))
			if samples[i].Right {
				e--
			}
			e *= samples[i].weight()
			gradBias += e
			for j, x := range row {
				grad[j] += e * x
			}
		}
		bias -= fitRate * gradBias / n
		for j := range coef {
			coef[j] -= fitRate * (grad[j] + fitRidge*coef[j]/10) / n
		}
	}
	out := map[string]float64{"bias": bias}
	for j, name := range sortedFeatures {
		out[name] = coef[j]
	}
	return out
}

// FloorFor returns the lowest confidence from which the share of right samples is at
// least precision, and how many of all samples reach it. 1 and 0 if there is none.
func FloorFor(m Model, samples []Sample, precision float64) (floor float64, answered int) {
	type scored struct {
		confidence float64
		right      bool
	}
	all := make([]scored, len(samples))
	for i, s := range samples {
		all[i] = scored{m.confidence(s.Features), s.Right}
	}
	slices.SortFunc(all, func(a, b scored) int { return cmp.Compare(b.confidence, a.confidence) })
	floor = 1
	right := 0
	for i, s := range all {
		if s.right {
			right++
		}
		if i+1 < len(all) && all[i+1].confidence == s.confidence {
			continue // one floor for both
		}
		if float64(right) >= precision*float64(i+1) {
			floor, answered = s.confidence, i+1
		}
	}
	return floor, answered
}

// A holdOut is a part of what a library's editors wrote that an index is built without,
// to be asked: each question line of that number in its section, modulo parts, and each
// uncovered topic, as a whole, since its lines resemble one another. A nil holdOut holds
// nothing out.
type holdOut struct{ part, parts int }

func (h *holdOut) line(i int) bool { return h != nil && i%h.parts == h.part }

func (h *holdOut) without(questions []string) []string {
	if h == nil {
		return questions
	}
	var kept []string
	for i, q := range questions {
		if !h.line(i) {
			kept = append(kept, q)
		}
	}
	return kept
}

func (h *holdOut) topic(t *knowledge.Topic) bool {
	if h == nil {
		return false
	}
	sum := fnv.New32a()
	sum.Write([]byte(t.Name)) // never fails
	return int(sum.Sum32()%uint32(h.parts)) == h.part
}

// heldOutParts is into how many parts [HeldOut] cuts what it asks.
const heldOutParts = 5

// HeldOut asks a library its own questions: those that its sections list and those that
// none answers, a fifth of them at a time, of indexes that were built without that fifth.
// There are many thousands of them, and harder ones than members ask, since the lines of a
// section are written to differ; each has the given weight.
func HeldOut(ctx context.Context, lib *knowledge.Library, weight float64) ([]Sample, error) {
	var out []Sample
	for part := range heldOutParts {
		held := &holdOut{part, heldOutParts}
		ix, err := buildWithout(ctx, lib, Options{}, held)
		if err != nil {
			return nil, err
		}
		ask := func(text string, want *knowledge.SectionRef) error {
			x, err := ix.Explain(ctx, knowledge.Query{Text: text})
			if err != nil || len(x.Hits) == 0 {
				return err
			}
			right := want != nil && ix.passages[x.Hits[0].doc].Ref == *want
			out = append(out, Sample{x.Features, right, weight})
			return nil
		}
		err = func() error {
			for s := range lib.Sections() {
				ref := s.Ref()
				for i, q := range s.Questions {
					if held.line(i) && s.Text != "" {
						if err := ask(q, &ref); err != nil {
							return err
						}
					}
				}
			}
			for _, t := range lib.Uncovered {
				for _, q := range t.Questions {
					if held.topic(t) {
						if err := ask(q, nil); err != nil {
							return err
						}
					}
				}
			}
			return nil
		}()
		if err = errors.Join(err, ix.Close()); err != nil {
			return nil, fmt.Errorf("ask what was held out: %w", err)
		}
	}
	return out, nil
}
