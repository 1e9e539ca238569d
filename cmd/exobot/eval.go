package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"gopkg.in/yaml.v3"

	"exobot/bot"
	"exobot/index"
	"exobot/index/eval"
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
}

func evalCommand() command {
	return command{
		name: "eval", args: "--questions FILE | --beir DIR",
		short: "measure how well questions are answered",
		help: `
Eval measures either of two things.

With --questions it puts every question of a YAML file to the bot and compares replies
with what the file expects. Over the questions that the articles should answer (kinds
article and primer): hit@1 and hit@3 are the shares with the right passage first, or
among the first three; answered, and declined_wrongly, the shares that got a passage or
got none. Over those of kind decline, declined is the share that was declined. Over all
questions: answered_wrongly is the share that got passages, none of the first three of
them right; lane is the share that was taken for the right kind of message. Over the
questions of kind primer, coverage is the share that some passage of the pack could
answer at all. Counts are n, n_knowledge, n_primer and n_decline. Each measure also
exists for each kind, as in article.hit@1.

With --beir it ranks the documents of a BEIR folder (corpus.jsonl, queries.jsonl,
qrels/SPLIT.tsv) with the ranking that answers questions, and prints ndcg@10, recall@100
and mrr@10 as trec_eval defines them.

With --json the measures are printed as one flat object.`,
		examples: []string{
			"exobot eval --questions questions.yaml --misses",
			"exobot eval --questions questions.yaml --kind primer --json",
			"exobot eval --beir scifact --split test",
		},
		prepare: func(flags *flag.FlagSet) action {
			var e evaluate
			e.source.define(flags)
			flags.StringVar(&e.questions, "questions", "", "score the questions in `FILE`")
			flags.StringVar(&e.kind, "kind", "", "score the questions of `KIND` only: article, primer, decline, advice or smalltalk")
			flags.BoolVar(&e.misses, "misses", false, "list the questions that went wrong")
			flags.StringVar(&e.beir, "beir", "", "score the ranking on the test collection in folder `DIR`")
			flags.StringVar(&e.split, "split", "", "judgements of the test collection to use, `SPLIT`; test if not given")
			flags.BoolVar(&e.json, "json", false, "print JSON")
			return e.run
		},
	}
}

func (e *evaluate) run(ctx context.Context, c *console, args []string) error {
	if err := noArguments("eval", args); err != nil {
		return err
	}
	switch {
	case (e.questions == "") == (e.beir == ""):
		return usagef("eval", "give either --questions FILE or --beir DIR")
	case e.beir != "" && (e.kind != "" || e.misses || e.source.dir != "" || len(e.source.articles) > 0):
		return usagef("eval", "--kind, --misses, --article and --knowledge go with --questions, not with --beir")
	case e.questions != "" && e.split != "":
		return usagef("eval", "--split goes with --beir, not with --questions")
	case e.json && e.misses:
		return usagef("eval", "--misses prints a list and --json one object; give one of them")
	case e.beir != "":
		return e.scoreBEIR(ctx, c)
	}
	return e.scoreQuestions(ctx, c)
}

// scoreBEIR scores the ranking.
func (e *evaluate) scoreBEIR(ctx context.Context, c *console) (err error) {
	if info, err := os.Stat(e.beir); err != nil || !info.IsDir() {
		return fmt.Errorf("test collection %s: there is no such folder", e.beir)
	}
	split := e.split
	if split == "" {
		split = "test"
	}
	col, err := eval.ReadBEIR(os.DirFS(e.beir), split)
	if err != nil {
		return fmt.Errorf("test collection %s: %w", e.beir, err)
	}
	ix, err := index.NewCollection(ctx, col.Documents, index.DefaultModel())
	if err != nil {
		return err
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
		return err
	}
	var ndcg, recall, mrr float64
	for _, q := range col.Queries {
		ndcg += eval.NDCG(ranking[q.ID], q.Judgements, 10)
		recall += eval.Recall(ranking[q.ID], q.Judgements, 100)
		mrr += eval.ReciprocalRank(ranking[q.ID], q.Judgements, 10)
	}
	n := float64(len(col.Queries))
	measures := []eval.Measure{
		{Name: "ndcg@10", Value: ndcg / n}, {Name: "recall@100", Value: recall / n}, {Name: "mrr@10", Value: mrr / n},
		{Name: "n", Value: n, Count: true}, {Name: "documents", Value: float64(len(col.Documents)), Count: true},
	}
	if e.json {
		return printMeasures(c, measures)
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	for _, m := range measures {
		fmt.Fprintf(w, "%s\t%s\n", m.Name, m)
	}
	w.Flush() // writes to a strings.Builder, which never fails
	return c.print(b.String())
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
	var library []eval.Passage
	for p := range b.Library().Passages() {
		if len(e.source.articles) == 0 || slices.Contains(e.source.articles, p.Ref.Article) {
			library = append(library, eval.Passage{Article: string(p.Ref.Article), Section: string(p.Ref.Section), Trail: p.Trail, Heading: p.Heading, Text: p.Text})
		}
	}
	report, err := eval.Score(ctx, questions, library, func(ctx context.Context, q eval.Question) (eval.Outcome, error) {
		reply, err := b.Answer(ctx, bot.Question{Text: q.Text, Surface: bot.SurfaceTerminal, Articles: e.source.articles})
		return outcome(reply), err
	})
	if err != nil {
		return err
	}
	if e.json {
		return printMeasures(c, report.Measures())
	}
	text := showReport(report)
	if e.misses {
		text += showMisses(report.Misses)
	}
	return c.print(text)
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
		o.Passages = append(o.Passages, eval.Passage{
			Article: string(p.Passage.Ref.Article), Section: string(p.Passage.Ref.Section),
			Trail: p.Passage.Trail, Heading: p.Passage.Heading, Text: p.Passage.Text,
		})
	}
	return o
}

// showReport lays out the measures as a table, one column a kind.
func showReport(r *eval.Report) string {
	columns := append(slices.Clone(r.Kinds), r.Overall)
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', tabwriter.AlignRight)
	for _, t := range columns {
		fmt.Fprintf(w, "\t%s", t.Name)
	}
	fmt.Fprint(w, "\t\n")
	for _, name := range eval.MeasureNames {
		fmt.Fprint(w, name)
		for _, t := range columns {
			cell := "-"
			for _, m := range t.Measures() {
				if m.Name == name {
					cell = m.String()
				}
			}
			fmt.Fprintf(w, "\t%s", cell)
		}
		fmt.Fprint(w, "\t\n")
	}
	w.Flush() // writes to a strings.Builder, which never fails
	return b.String()
}

// showMisses lists the questions that went wrong.
func showMisses(misses []eval.Miss) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n", plural(len(misses), "question")+" went wrong:")
	for _, m := range misses {
		fmt.Fprintf(&b, "%s (%s) %s\n    want %s\n    got  %s\n",
			cleanLine(m.Question.ID), m.Question.Kind, cleanLine(m.Question.Text), cleanLine(m.Want), cleanLine(m.Got))
	}
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
