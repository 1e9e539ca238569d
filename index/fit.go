package index

import (
	"cmp"
	"math"
	"slices"
)

// A Sample is one question of which it is known whether the first passage answered it.
type Sample struct {
	Features Features
	Right    bool
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
	n := float64(len(samples))
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
