package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"gopkg.in/yaml.v3"

	"exobot/bot"
	"exobot/index"
	"exobot/index/eval"
	"exobot/knowledge"
)

// evaluate scores the ranking on a test collection, or the replies on a question file.
type evaluate struct {
	source    sourceFlags
	beir      string
	split     string
	questions string
	kind      string
	json      bool
	misses    bool
	save      string
	compare   string
	ablation  bool
	folds     int
	fit       bool
	precision float64
	typos     int
}

// defaultPrecision is the share of right answers that --fit wants of the answers given.
const defaultPrecision = 0.9

func evalCommand() command {
	return command{
		name: "eval", args: "--questions FILE | --beir DIR",
		short: "measure how well questions are answered",
		help: `
Eval measures either of two things.

With --questions it puts every question of a YAML file to the bot and compares replies
with what the file expects. Over the questions that the articles should answer (kinds
pack, article and primer): hit@1 and hit@3 are the shares with the right passage first, or
among the first three; answered, and declined_wrongly, the shares that got a passage or
got none. Over those of kind decline, declined is the share that got none, and was told that
there is none or that the bot does not advise. Over both: precision_at_answer is the share of
the replies with passages whose first is right. Over all questions: answered_wrongly is the share that got
passages, none of the first three of them right; lane is the share that was taken for the
right kind of message; replied_answer and the like count the kinds of reply. Over the
questions of kind primer, coverage is the share that some passage of the pack could answer at
all. Counts are n, n_knowledge, n_primer and n_decline. Each measure also exists for each
kind, language and tag, as in article.hit@1, lang.de.hit@1 and tag.typo.hit@1. Below that
stands how far confidences can be believed: how many of the answers of each tenth were right,
and the mean distance between the two, calibration_error.

Beside each share of all questions, and each measure of a test collection, stand the ends of
the interval that holds it with 95% confidence (bootstrap over the questions); in JSON they
are called hit@1.low, hit@1.high and so on.

With --beir it ranks the documents of a BEIR folder (corpus.jsonl, queries.jsonl,
qrels/SPLIT.tsv) with the ranking that answers questions, and prints ndcg@10, recall@100
and mrr@10 as trec_eval defines them.

With --save the values of every question are kept in a file, and with --compare they are
compared with those of such a file: the mean difference, and the interval that holds it
with 95% confidence (paired bootstrap). --ablation does so for the ranking without each of
its signals in turn, whatever the confidence.

--folds K tells what the weights of the signals are worth on queries that they were not
learnt from: on all but one of K parts of the queries the weights are learnt anew, from those
of the model on, and that part is ranked by them; so with each part.

--typos puts N misspellings of each question, one slip each, and prints how much hit@1 is
lost. --fit learns the confidence of the model anew from the questions and prints that part
of model.json, with a floor above which the wanted precision is reached; figures above it
are of questions that were left out of the fit (five folds).

With --json the measures are printed as one flat object.`,
		examples: []string{
			"exobot eval --questions questions.yaml --misses",
			"exobot eval --questions questions.yaml --kind primer --json",
			"exobot eval --questions questions.yaml --save before.json",
			"exobot eval --questions questions.yaml --compare before.json",
			"exobot eval --beir scifact --split test",
			"exobot eval --beir scifact --split train --ablation",
			"exobot eval --beir scifact --split train --folds 5",
		},
		prepare: func(flags *flag.FlagSet) action {
			var e evaluate
			e.source.define(flags)
			flags.StringVar(&e.questions, "questions", "", "score the questions in `FILE`")
			flags.StringVar(&e.kind, "kind", "", "score the questions of `KIND` only: pack, article, primer, decline, advice or smalltalk")
			flags.BoolVar(&e.misses, "misses", false, "list the questions that went wrong, and why")
			flags.StringVar(&e.beir, "beir", "", "score the ranking on the test collection in folder `DIR`")
			flags.StringVar(&e.split, "split", "", "judgements of the test collection to use, `SPLIT`; test if not given")
			flags.StringVar(&e.save, "save", "", "write the values of every question to `FILE`")
			flags.StringVar(&e.compare, "compare", "", "compare with the values in `FILE`, which --save wrote")
			flags.BoolVar(&e.ablation, "ablation", false, "score without each signal of the ranking in turn")
			flags.IntVar(&e.folds, "folds", 0, "learn the weights on all but one of `K` parts of the queries, and score that one, for each")
			flags.IntVar(&e.typos, "typos", 0, "score `N` misspellings of each question")
			flags.BoolVar(&e.fit, "fit", false, "fit the confidence to the questions")
			flags.Float64Var(&e.precision, "precision", defaultPrecision, "share of right answers that --fit wants, `P`; 0.9 if not given")
			flags.BoolVar(&e.json, "json", false, "print JSON")
			return e.run
		},
	}
}

// check returns a usage error if the flags do not go together.
func (e *evaluate) check() error {
	modes := 0
	for _, on := range []bool{e.ablation, e.fit, e.typos != 0, e.folds != 0, e.misses || e.save != "" || e.compare != ""} {
		if on {
			modes++
		}
	}
	switch {
	case (e.questions == "") == (e.beir == ""):
		return usagef("eval", "give either --questions FILE or --beir DIR")
	case e.beir != "" && (e.kind != "" || e.misses || e.source.dir != "" || len(e.source.articles) > 0):
		return usagef("eval", "--kind, --misses, --article and --knowledge go with --questions, not with --beir")
	case e.beir != "" && (e.fit || e.typos != 0):
		return usagef("eval", "--fit and --typos go with --questions, not with --beir")
	case e.questions != "" && (e.split != "" || e.folds != 0):
		return usagef("eval", "--split and --folds go with --beir, not with --questions")
	case e.json && e.misses:
		return usagef("eval", "--misses prints a list and --json one object; give one of them")
	case modes > 1:
		return usagef("eval", "--ablation, --fit, --typos and --folds each go without the others, and without --misses, --save and --compare")
	case e.typos < 0 || e.typos > 100:
		return usagef("eval", "--typos %d: want a number from 1 to 100", e.typos)
	case e.folds != 0 && (e.folds < 2 || e.folds > 100):
		return usagef("eval", "--folds %d: want a number from 2 to 100", e.folds)
	case !(e.precision > 0 && e.precision <= 1):
		return usagef("eval", "--precision %v: want a share above 0, and at most 1", e.precision)
	}
	return nil
}

func (e *evaluate) run(ctx context.Context, c *console, args []string) error {
	if err := noArguments("eval", args); err != nil {
		return err
	}
	if err := e.check(); err != nil {
		return err
	}
	if e.beir != "" {
		return e.scoreBEIR(ctx, c)
	}
	return e.scoreQuestions(ctx, c)
}

// readBEIR reads the test collection in a folder with the judgements of a split.
func readBEIR(dir, split string) (*eval.Collection, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("test collection %s: there is no such folder", dir)
	}
	col, err := eval.ReadBEIR(os.DirFS(dir), splitOf(split))
	if err != nil {
		return nil, fmt.Errorf("test collection %s: %w", dir, err)
	}
	return col, nil
}

// splitOf returns the split of that name, the one for tests if none is given.
func splitOf(name string) string { return cmp.Or(name, "test") }

// scoreBEIR scores the ranking.
func (e *evaluate) scoreBEIR(ctx context.Context, c *console) error {
	col, err := readBEIR(e.beir, e.split)
	if err != nil {
		return err
	}
	of := filepath.Base(e.beir) + "/" + splitOf(e.split)
	score := func(m index.Model) (*eval.Run, error) { return rankBEIR(ctx, col, m, of) }
	if e.ablation {
		return e.ablate(c, "ndcg@10", score)
	}
	if e.folds > 0 {
		return e.crossValidate(ctx, c, col, of)
	}
	run, err := score(index.DefaultModel())
	if err != nil {
		return err
	}
	measures := measuresOfBEIR(col, run)
	return e.finish(c, run, measures, showMeasures(measures))
}

// measuresOfBEIR returns the means of what the queries of a test collection reached, each
// with the ends of its interval, and what they rest on.
func measuresOfBEIR(col *eval.Collection, run *eval.Run) []eval.Measure {
	var measures []eval.Measure
	intervals := run.Intervals(bootstrapSeed)
	for _, name := range []string{"ndcg@10", "recall@100", "mrr@10"} {
		x := intervals[name]
		measures = append(measures,
			eval.Measure{Name: name, Value: x.Mean},
			eval.Measure{Name: name + ".low", Value: x.Low}, eval.Measure{Name: name + ".high", Value: x.High})
	}
	return append(measures,
		eval.Measure{Name: "n", Value: float64(len(col.Queries)), Count: true},
		eval.Measure{Name: "documents", Value: float64(len(col.Documents)), Count: true})
}

// showMeasures lays out measures one a line, the ends of an interval beside what it is of.
func showMeasures(measures []eval.Measure) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "\t\t95% from\tto\t")
	for _, m := range measures {
		if strings.HasSuffix(m.Name, ".low") || strings.HasSuffix(m.Name, ".high") {
			fmt.Fprintf(w, "%s\t", m)
			continue
		}
		fmt.Fprintf(w, "\n%s\t%s\t", m.Name, m)
	}
	fmt.Fprintln(w)
	w.Flush() // writes to a strings.Builder, which never fails
	return b.String()
}

// rankBEIR ranks a test collection by a model and returns the measures of every query.
func rankBEIR(ctx context.Context, col *eval.Collection, m index.Model, of string) (_ *eval.Run, err error) {
	ix, err := index.NewCollection(ctx, col.Documents, m)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, ix.Close()) }()
	ranking, err := col.Rank(ctx, func(ctx context.Context, text string, n int) ([]string, error) {
		hits, err := ix.Rank(ctx, text, n)
		ids := make([]string, len(hits))
		for i, h := range hits {
			ids[i] = h.ID
		}
		return ids, err
	})
	if err != nil {
		return nil, err
	}
	return runOf(col, ranking, of), nil
}

// runOf returns the measures of every query.
func runOf(col *eval.Collection, ranking eval.Ranking, of string) *eval.Run {
	run := &eval.Run{Of: of}
	for _, q := range col.Queries {
		run.Set("ndcg@10", q.ID, eval.NDCG(ranking[q.ID], q.Judgements, 10))
		run.Set("recall@100", q.ID, eval.Recall(ranking[q.ID], q.Judgements, eval.RankDepth))
		run.Set("mrr@10", q.ID, eval.ReciprocalRank(ranking[q.ID], q.Judgements, 10))
	}
	return run
}

// scoreQuestions scores the replies to a question file.
func (e *evaluate) scoreQuestions(ctx context.Context, c *console) (err error) {
	questions, err := e.readQuestions()
	if err != nil {
		return err
	}
	b, err := e.source.open(ctx, c, "eval")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	switch {
	case e.fit:
		return e.fitConfidence(ctx, c, b.Library(), questions)
	case e.typos > 0:
		return e.misspell(ctx, c, b, questions)
	case e.ablation:
		return e.ablate(c, "hit@1", func(m index.Model) (_ *eval.Run, err error) {
			m.Floor = 0 // the ranking is what is asked about, not the confidence
			b, err := botOf(ctx, b.Library(), m)
			if err != nil {
				return nil, err
			}
			defer func() { err = errors.Join(err, b.Close()) }()
			report, err := e.score(ctx, b, questions)
			if err != nil {
				return nil, err
			}
			return report.Run(filepath.Base(e.questions)), nil
		})
	}
	report, err := e.score(ctx, b, questions)
	if err != nil {
		return err
	}
	reliability := report.Reliability()
	intervals := report.Intervals(bootstrapSeed)
	text := showReport(report, intervals) + showReliability(reliability)
	if e.misses {
		misses, err := e.showMisses(ctx, b.Library(), report.Misses)
		if err != nil {
			return err
		}
		text += misses
	}
	measures := append(report.Measures(), eval.Measure{Name: "calibration_error", Value: reliability.ECE})
	for _, name := range eval.MeasureNames {
		if x, ok := intervals[name]; ok {
			measures = append(measures, eval.Measure{Name: name + ".low", Value: x.Low}, eval.Measure{Name: name + ".high", Value: x.High})
		}
	}
	return e.finish(c, report.Run(filepath.Base(e.questions)), measures, text)
}

// botOf returns a bot that answers from a library with a model of its own.
func botOf(ctx context.Context, lib *knowledge.Library, m index.Model) (*bot.Bot, error) {
	ix, err := index.Build(ctx, lib, index.Options{Model: &m})
	if err != nil {
		return nil, fmt.Errorf("index pack %s: %w", lib.Pack.ID, err)
	}
	return bot.New(bot.Edition{Library: lib, Searcher: ix, Close: ix.Close}, bot.Options{}), nil
}

// score puts the questions to a bot.
func (e *evaluate) score(ctx context.Context, b *bot.Bot, questions []eval.Question) (*eval.Report, error) {
	var library []eval.Passage
	for p := range b.Library().Passages() {
		if len(e.source.articles) == 0 || slices.Contains(e.source.articles, p.Ref.Article) {
			library = append(library, passage(p))
		}
	}
	return eval.Score(ctx, questions, library, e.asker(b))
}

// asker returns a function that puts a question to a bot, after the question before it
// where it has one. It must not be called by two goroutines at once.
func (e *evaluate) asker(b *bot.Bot) func(context.Context, eval.Question) (eval.Outcome, error) {
	conversations := 0
	return func(ctx context.Context, q eval.Question) (eval.Outcome, error) {
		asked := bot.Question{Surface: bot.SurfaceTerminal, Articles: e.source.articles}
		if q.Previous != "" {
			conversations++
			asked.Conversation = bot.ConversationID(fmt.Sprint(conversations))
			asked.Text = q.Previous
			if _, err := b.Answer(ctx, asked); err != nil {
				return eval.Outcome{}, err
			}
		}
		asked.Text = q.Text
		reply, err := b.Answer(ctx, asked)
		return outcome(reply), err
	}
}

// finish saves and compares a run where that is wanted, and prints measures, as text or
// as JSON.
func (e *evaluate) finish(c *console, run *eval.Run, measures []eval.Measure, text string) error {
	if e.compare != "" {
		old, err := readRun(e.compare)
		if err != nil {
			return err
		}
		if old.Of != run.Of {
			return fmt.Errorf("%s holds the values of %s, not of %s", e.compare, cleanLine(old.Of), run.Of)
		}
		differences := run.Since(old)
		text += showDifferences(differences)
		for _, d := range differences {
			measures = append(measures,
				eval.Measure{Name: "compare." + d.Measure + ".was", Value: d.Old},
				eval.Measure{Name: "compare." + d.Measure + ".difference", Value: d.Mean},
				eval.Measure{Name: "compare." + d.Measure + ".low", Value: d.Low},
				eval.Measure{Name: "compare." + d.Measure + ".high", Value: d.High})
		}
	}
	if e.save != "" {
		if err := saveRun(e.save, run); err != nil {
			return err
		}
	}
	if e.json {
		return printMeasures(c, measures)
	}
	return c.print(text)
}

func readRun(name string) (*eval.Run, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	defer f.Close()
	run, err := eval.ReadRun(f)
	if err != nil {
		return nil, fmt.Errorf("compare with %s: %w; want a file that --save wrote", name, err)
	}
	return run, nil
}

func saveRun(name string, run *eval.Run) error {
	f, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("save: %w", err)
	}
	if err := errors.Join(run.Write(f), f.Close()); err != nil {
		return fmt.Errorf("save %s: %w", name, err)
	}
	return nil
}

// readQuestions returns the questions of the file that are of the wanted kind.
func (e *evaluate) readQuestions() ([]eval.Question, error) {
	var kind eval.Kind
	if e.kind != "" {
		if err := kind.UnmarshalText([]byte(e.kind)); err != nil {
			return nil, usagef("eval", "--kind: %w", err)
		}
	}
	data, err := os.ReadFile(e.questions)
	if err != nil {
		return nil, fmt.Errorf("questions: %w", err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	var file eval.File
	if err := decoder.Decode(&file); err != nil && !errors.Is(err, io.EOF) {
		return nil, yamlError(e.questions, err)
	}
	if err := file.Check(); err != nil {
		return nil, fmt.Errorf("%s:\n%w", e.questions, err)
	}
	questions := file.Questions
	if kind != "" {
		questions = slices.DeleteFunc(questions, func(q eval.Question) bool { return q.Kind != kind })
	}
	if len(questions) == 0 {
		return nil, fmt.Errorf("%s: there is no question to score", e.questions)
	}
	return questions, nil
}

// outcome returns a reply in the words of package eval.
func outcome(r bot.Reply) eval.Outcome {
	o := eval.Outcome{Kind: string(r.Kind), Lane: string(r.Lane), Confidence: r.Confidence}
	for _, p := range r.Passages {
		o.Passages = append(o.Passages, passage(p.Passage))
	}
	return o
}

// passage returns a passage in the words of package eval.
func passage(p *knowledge.Passage) eval.Passage {
	return eval.Passage{Article: string(p.Ref.Article), Section: string(p.Ref.Section), Trail: p.Trail, Heading: p.Heading, Text: p.Text}
}

// showReport lays out the measures as two tables: one column a kind, with the intervals of
// the shares of all questions, and one line a language or tag.
func showReport(r *eval.Report, intervals map[string]eval.Interval) string {
	columns := append(slices.Clone(r.Kinds), r.Overall)
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', tabwriter.AlignRight)
	for _, t := range columns {
		fmt.Fprintf(w, "\t%s", t.Name)
	}
	fmt.Fprint(w, "\t95% from\tto\t\n")
	for _, name := range eval.MeasureNames {
		fmt.Fprint(w, name)
		for _, t := range columns {
			fmt.Fprintf(w, "\t%s", measureOf(t, name))
		}
		if x, ok := intervals[name]; ok {
			fmt.Fprintf(w, "\t%.3f\t%.3f", x.Low, x.High)
		}
		fmt.Fprint(w, "\t\n")
	}
	w.Flush() // writes to a strings.Builder, which never fails
	if len(r.Langs)+len(r.Tags) == 0 {
		return b.String()
	}
	b.WriteByte('\n')
	names := []string{"n", "hit@1", "hit@3", "answered", "precision_at_answer", "declined", "lane"}
	fmt.Fprintf(w, "\t%s\t\n", strings.Join(names, "\t"))
	for _, t := range slices.Concat(r.Langs, r.Tags) {
		fmt.Fprint(w, cleanLine(t.Name))
		for _, name := range names {
			fmt.Fprintf(w, "\t%s", measureOf(t, name))
		}
		fmt.Fprint(w, "\t\n")
	}
	w.Flush()
	return b.String()
}

// measureOf returns one measure of a tally as text, "-" where it has none.
func measureOf(t *eval.Tally, name string) string {
	for _, m := range t.Measures() {
		if m.Name == name {
			return m.String()
		}
	}
	return "-"
}

// showReliability lays out how far confidences can be believed.
func showReliability(r eval.Reliability) string {
	var b strings.Builder
	b.WriteByte('\n')
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "confidence\tanswers\tmean\tright\t\n")
	for i, bin := range r.Bins {
		if bin.N > 0 {
			fmt.Fprintf(w, "%.1f–%.1f\t%d\t%.3f\t%.3f\t\n", float64(i)/10, float64(i+1)/10, bin.N, bin.Confidence, bin.Right)
		}
	}
	fmt.Fprintf(w, "calibration_error\t\t\t%.3f\t\n", r.ECE)
	w.Flush() // writes to a strings.Builder, which never fails
	return b.String()
}

// showDifferences lays out what became of each measure.
func showDifferences(differences []eval.Difference) string {
	var b strings.Builder
	b.WriteByte('\n')
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "\tn\twas\tis\tdifference\t95% from\tto\t\n")
	for _, d := range differences {
		fmt.Fprintf(w, "%s\t%d\t%.3f\t%.3f\t%+.3f\t%+.3f\t%+.3f\t\n", cleanLine(d.Measure), d.N, d.Old, d.New, d.Mean, d.Low, d.High)
	}
	w.Flush() // writes to a strings.Builder, which never fails
	return b.String()
}

// showMisses lists the questions that went wrong, each with what the search made of it.
func (e *evaluate) showMisses(ctx context.Context, lib *knowledge.Library, misses []eval.Miss) (_ string, err error) {
	ix, err := index.Build(ctx, lib, index.Options{})
	if err != nil {
		return "", fmt.Errorf("index pack %s: %w", lib.Pack.ID, err)
	}
	defer func() { err = errors.Join(err, ix.Close()) }()
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n", plural(len(misses), "question")+" went wrong:")
	for _, m := range misses {
		q := m.Question
		fmt.Fprintf(&b, "%s (%s) %s\n    want %s\n    got  %s\n",
			cleanLine(q.ID), q.Kind, cleanLine(q.Text), cleanLine(m.Want), cleanLine(m.Got))
		x, err := ix.Explain(ctx, knowledge.Query{Text: q.Text, Context: q.Previous, Articles: e.source.articles})
		if err != nil {
			return "", fmt.Errorf("question %s: %w", q.ID, err)
		}
		b.WriteString(showExplanation(x))
	}
	return b.String(), nil
}

// showExplanation lays out how a question was understood, what its confidence rests on, and
// what each signal gave the best passages.
func showExplanation(x index.Explanation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "    read as %s: %s\n", x.Language, cleanLine(strings.Join(x.Words, " ")))
	if len(x.Unknown) > 0 {
		fmt.Fprintf(&b, "    unknown: %s\n", cleanLine(strings.Join(x.Unknown, " ")))
	}
	if len(x.Hits) == 0 {
		return b.String()
	}
	fmt.Fprintf(&b, "    confidence %.2f of", x.Confidence)
	for name, value := range x.Features.All() {
		fmt.Fprintf(&b, " %s %.2f", name, value)
	}
	b.WriteByte('\n')
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for i, h := range x.Hits {
		names := slices.Sorted(maps.Keys(h.Signals))
		if i == 0 {
			fmt.Fprintf(w, "    \tscore\t%s\n", strings.Join(names, "\t"))
		}
		fmt.Fprintf(w, "    %s\t%.2f", h.ID, h.Score)
		for _, name := range names {
			fmt.Fprintf(w, "\t%.2f", h.Signals[name])
		}
		fmt.Fprintln(w)
	}
	w.Flush() // writes to a strings.Builder, which never fails
	return b.String()
}

// printMeasures prints measures as one flat object, in their order.
func printMeasures(c *console, measures []eval.Measure) error {
	var b bytes.Buffer
	for i, m := range measures {
		sep := byte(',')
		if i == 0 {
			sep = '{'
		}
		b.WriteByte(sep)
		name, err := json.Marshal(m.Name)
		if err != nil {
			return fmt.Errorf("write measures as JSON: %w", err)
		}
		value, err := json.Marshal(round(m.Value))
		if err != nil {
			return fmt.Errorf("write measure %s as JSON: %w", m.Name, err)
		}
		fmt.Fprintf(&b, "%s:%s", name, value)
	}
	b.WriteString("}\n")
	return c.print(b.String())
}
