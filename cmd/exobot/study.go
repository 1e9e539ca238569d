package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"exobot/bot"
	"exobot/index"
	"exobot/index/eval"
	"exobot/knowledge"
)

// This file holds what eval does beyond scoring: --ablation, --folds, --typos and --fit.

// bootstrapSeed makes intervals the same every time.
const bootstrapSeed = 1

// ablate prints a measure with all signals, and without each in turn.
func (e *evaluate) ablate(c *console, measure string, score func(index.Model) (*eval.Run, error)) error {
	full, err := score(index.DefaultModel())
	if err != nil {
		return err
	}
	ids := slices.Sorted(maps.Keys(full.Values[measure]))
	if len(ids) == 0 {
		return fmt.Errorf("ablation: there is no question that the articles should answer")
	}
	values := func(r *eval.Run) []float64 {
		out := make([]float64, len(ids))
		for i, id := range ids {
			out[i] = r.Values[measure][id]
		}
		return out
	}
	all := values(full)
	measures := []eval.Measure{{Name: measure, Value: eval.Mean(all)}, {Name: "n", Value: float64(len(ids)), Count: true}}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "without\t%s\tdifference\t95%% from\tto\t\n", measure)
	fmt.Fprintf(w, "nothing\t%.4f\t\t\t\t\n", eval.Mean(all))
	for _, signal := range slices.Sorted(maps.Keys(index.DefaultModel().Signals)) {
		m := index.DefaultModel()
		m.Signals[signal] = 0
		run, err := score(m)
		if err != nil {
			return fmt.Errorf("without %s: %w", signal, err)
		}
		less := values(run)
		d := eval.Compare(all, less, bootstrapSeed)
		fmt.Fprintf(w, "%s\t%.4f\t%+.4f\t%+.4f\t%+.4f\t\n", signal, eval.Mean(less), d.Mean, d.Low, d.High)
		name := "without." + signal + "."
		measures = append(measures,
			eval.Measure{Name: name + measure, Value: eval.Mean(less)},
			eval.Measure{Name: name + "difference", Value: d.Mean},
			eval.Measure{Name: name + "low", Value: d.Low},
			eval.Measure{Name: name + "high", Value: d.High})
	}
	w.Flush() // writes to a strings.Builder, which never fails
	if e.json {
		return printMeasures(c, measures)
	}
	return c.print(b.String())
}

// crossValidate prints what the ranking reaches by weights that are learnt without the
// queries that it is measured by, and these weights.
func (e *evaluate) crossValidate(ctx context.Context, c *console, col *eval.Collection, of string) (err error) {
	m := index.DefaultModel()
	ix, err := index.NewCollection(ctx, col.Documents, m)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ix.Close()) }()
	queries, err := col.Scores(ctx, ix)
	if err != nil {
		return err
	}
	ranking, byFold := eval.CrossValidate(m.Signals, queries, e.folds)
	measures := append(measuresOfBEIR(col, runOf(col, ranking, of)),
		eval.Measure{Name: "folds", Value: float64(e.folds), Count: true})
	if e.json {
		return printMeasures(c, measures)
	}
	learnt := append(byFold, eval.LearnWeights(m.Signals, queries))
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "\nweight\tstart\t")
	for fold := range e.folds {
		fmt.Fprintf(w, "without %d\t", fold+1)
	}
	fmt.Fprint(w, "on all\t\n")
	for _, signal := range slices.Sorted(maps.Keys(m.Signals)) {
		fmt.Fprintf(w, "%s\t%.2f\t", signal, m.Signals[signal])
		for _, weights := range learnt {
			fmt.Fprintf(w, "%.2f\t", weights[signal])
		}
		fmt.Fprintln(w)
	}
	w.Flush() // writes to a strings.Builder, which never fails
	return c.print(showMeasures(measures) + b.String())
}

// misspell prints how much hit@1 is lost when each question has one slip of the finger.
func (e *evaluate) misspell(ctx context.Context, c *console, b *bot.Bot, questions []eval.Question) error {
	ask := e.asker(b)
	var right, typed []float64
	hit := func(q eval.Question) (float64, error) {
		o, err := ask(ctx, q)
		if err != nil {
			return 0, fmt.Errorf("question %s: %w", q.ID, err)
		}
		if eval.Judge(q, o).Hit1 {
			return 1, nil
		}
		return 0, nil
	}
	for _, q := range questions {
		if !q.Kind.Answered() {
			continue
		}
		x, err := hit(q)
		if err != nil {
			return err
		}
		sum := 0.0
		wrong := q
		for i := range e.typos {
			wrong.Text = eval.Typo(q.Text, i)
			y, err := hit(wrong)
			if err != nil {
				return err
			}
			sum += y
		}
		right, typed = append(right, x), append(typed, sum/float64(e.typos))
	}
	if len(right) == 0 {
		return fmt.Errorf("%s: there is no question that the articles should answer", e.questions)
	}
	d := eval.Compare(typed, right, bootstrapSeed)
	measures := []eval.Measure{
		{Name: "n", Value: float64(len(right)), Count: true},
		{Name: "hit@1", Value: eval.Mean(right)}, {Name: "typos.hit@1", Value: eval.Mean(typed)},
		{Name: "typos.loss", Value: d.Mean}, {Name: "typos.low", Value: d.Low}, {Name: "typos.high", Value: d.High},
	}
	if e.json {
		return printMeasures(c, measures)
	}
	return c.print(fmt.Sprintf("%s, %s of each\nhit@1 as they are    %.3f\nhit@1 misspelt       %.3f\nlost                 %.3f (95%% from %.3f to %.3f)\n",
		plural(len(right), "question"), plural(e.typos, "misspelling"), eval.Mean(right), eval.Mean(typed), d.Mean, d.Low, d.High))
}

// fitFolds is into how many parts the questions are cut to try a fit on what it has not
// seen.
const fitFolds = 5

// A sample is one question with what the fit learns from it.
type sample struct {
	index.Sample
	fold int
}

// heldOutWeight is how much one of the library's own questions counts in a fit against one
// of a question file: there are many, and they are harder than what members ask.
const heldOutWeight = 0.005

// fitConfidence learns the confidence anew from the questions, and from the library's own,
// held out.
func (e *evaluate) fitConfidence(ctx context.Context, c *console, lib *knowledge.Library, questions []eval.Question) error {
	samples, err := e.samples(ctx, lib, questions)
	if err != nil {
		return err
	}
	held, err := index.HeldOut(ctx, lib, heldOutWeight)
	if err != nil {
		return err
	}
	untaught, err := e.samples(ctx, withoutQuestions(lib), questions)
	if err != nil {
		return err
	}
	var confidence []float64
	var right []bool
	shown, shownRight := 0, 0
	for fold := range fitFolds {
		var seen []index.Sample
		for _, s := range samples {
			if s.fold != fold {
				seen = append(seen, s.Sample)
			}
		}
		m := index.Model{Confidence: index.FitConfidence(slices.Concat(held, seen))}
		m.Floor, _ = index.FloorFor(m, seen, e.precision)
		for _, s := range samples {
			if s.fold != fold {
				continue
			}
			p := m.ConfidenceOf(s.Features)
			confidence, right = append(confidence, p), append(right, s.Right)
			if p >= m.Floor {
				shown++
				if s.Right {
					shownRight++
				}
			}
		}
	}
	all := plainSamples(samples)
	m := index.Model{
		Confidence: index.FitConfidence(append(held, all...)),
		Untaught:   index.FitConfidence(plainSamples(untaught)),
	}
	m.Floor, _ = index.FloorFor(m, all, e.precision)
	text := ""
	if !e.json {
		text = fmt.Sprintf("%s, %d of them answered by the first passage.\nLeft out of the fit in turn, %d of them would be answered, %d rightly.\n%s\n",
			plural(len(samples), "question"), count(right), shown, shownRight, showReliability(eval.NewReliability(confidence, right)))
	}
	for _, coefficients := range []map[string]float64{m.Confidence, m.Untaught} {
		for name, x := range coefficients {
			coefficients[name] = round(x)
		}
	}
	data, err := json.MarshalIndent(struct {
		Confidence map[string]float64 `json:"confidence"`
		Untaught   map[string]float64 `json:"untaught"`
		Floor      float64            `json:"floor"`
	}{m.Confidence, m.Untaught, round(m.Floor)}, "", "  ")
	if err != nil {
		return fmt.Errorf("write confidence as JSON: %w", err)
	}
	return c.print(text + string(data) + "\n")
}

func plainSamples(samples []sample) []index.Sample {
	out := make([]index.Sample, len(samples))
	for i, s := range samples {
		out[i] = s.Sample
	}
	return out
}

// withoutQuestions returns the library as if it had just been imported: without the
// questions that its editors listed.
func withoutQuestions(lib *knowledge.Library) *knowledge.Library {
	bare := *lib
	bare.Uncovered, bare.Articles = nil, nil
	var strip func(sections []*knowledge.Section) []*knowledge.Section
	strip = func(sections []*knowledge.Section) []*knowledge.Section {
		var out []*knowledge.Section
		for _, s := range sections {
			plain := *s
			plain.Questions, plain.Sections = nil, strip(s.Sections)
			out = append(out, &plain)
		}
		return out
	}
	for _, a := range lib.Articles {
		plain := *a
		plain.Sections = strip(a.Sections)
		bare.Articles = append(bare.Articles, &plain)
	}
	return knowledge.New(bare)
}

func count(list []bool) int {
	n := 0
	for _, yes := range list {
		if yes {
			n++
		}
	}
	return n
}

// samples looks up each question that the articles should or must not answer. Those that
// find nothing at all teach nothing.
func (e *evaluate) samples(ctx context.Context, lib *knowledge.Library, questions []eval.Question) (_ []sample, err error) {
	ix, err := index.Build(ctx, lib, index.Options{})
	if err != nil {
		return nil, fmt.Errorf("index pack %s: %w", lib.Pack.ID, err)
	}
	defer func() { err = errors.Join(err, ix.Close()) }()
	passages := make(map[string]eval.Passage)
	for p := range lib.Passages() {
		passages[p.ID()] = passage(p)
	}
	var out []sample
	for _, q := range questions {
		if !q.Kind.Answered() && q.Kind != eval.KindDecline {
			continue
		}
		x, err := ix.Explain(ctx, knowledge.Query{Text: q.Text, Context: q.Previous, Articles: e.source.articles})
		if err != nil {
			return nil, fmt.Errorf("question %s: %w", q.ID, err)
		}
		if len(x.Hits) == 0 {
			continue
		}
		v := eval.Judge(q, eval.Outcome{Kind: "answer", Passages: []eval.Passage{passages[x.Hits[0].ID]}})
		out = append(out, sample{index.Sample{Features: x.Features, Right: v.Hit1}, eval.Fold(q.ID, fitFolds)})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: there is no question to learn from", e.questions)
	}
	return out, nil
}
