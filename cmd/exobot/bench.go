package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"exobot/index"
	"exobot/index/eval"
	"exobot/knowledge"
)

// bench times the search.
type bench struct {
	dir      string
	generate int
	beir     string
	split    string
	json     bool
}

// Bounds of a benchmark.
const (
	maxGenerate    = 1_000_000
	benchQuestions = 300 // enough for a 99th percentile
	benchRounds    = 3
)

func benchCommand() command {
	return command{
		name: "bench", args: "[FLAGS]",
		short: "measure how fast questions are answered",
		help: `
Bench builds an index in a temporary folder, puts the questions of the pack to it, and
prints how long an answer takes: the median and the 99th percentile, for questions that
are asked for the first time and again later. Beside that stands what Bleve's own match
query takes on the same index, and the ratio of the two. Memory is the most that the whole
program held, the library included, until the index was built and until the end.

With --generate it indexes not the pack but a library of N passages, made of the
sentences of the pack by a lot that falls the same way every time. With --beir it ranks the
documents of a BEIR folder for its queries, ten for each. Nothing is kept.`,
		examples: []string{
			"exobot bench",
			"exobot bench --generate 100000",
			"exobot bench --beir scifact --split train",
			"exobot bench --generate 10000 --json",
		},
		prepare: func(flags *flag.FlagSet) action {
			var b bench
			flags.StringVar(&b.dir, "knowledge", "", "use the pack in folder `DIR` instead of the shipped one")
			flags.IntVar(&b.generate, "generate", 0, "index `N` generated passages")
			flags.StringVar(&b.beir, "beir", "", "rank the test collection in folder `DIR`")
			flags.StringVar(&b.split, "split", "", "queries of the test collection to use, `SPLIT`; test if not given")
			flags.BoolVar(&b.json, "json", false, "print JSON")
			return b.run
		},
	}
}

func (b *bench) run(ctx context.Context, c *console, args []string) (err error) {
	if err := noArguments("bench", args); err != nil {
		return err
	}
	switch {
	case b.generate < 0 || b.generate > maxGenerate:
		return usagef("bench", "--generate %d: want a number of passages, %d at most", b.generate, maxGenerate)
	case b.beir != "" && (b.generate > 0 || b.dir != ""):
		return usagef("bench", "--beir goes without --generate and --knowledge")
	case b.beir == "" && b.split != "":
		return usagef("bench", "--split goes with --beir")
	}
	open := b.openPack
	if b.beir != "" {
		open = b.openBEIR
	}
	s, err := open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	r := timings{passages: s.passages, questions: len(s.questions), build: s.build, buildMemory: peakMemory()}
	if r.exobot, err = timeAll(s.questions, s.search); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if r.bleve, err = timeAll(s.questions, s.match); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	r.memory = peakMemory()
	if b.json {
		return printMeasures(c, r.measures())
	}
	return c.print(r.show())
}

// A benchmarked is an index that is timed.
type benchmarked struct {
	passages      int
	questions     []string
	build         time.Duration           // of the index
	search, match func(text string) error // ours, and Bleve's on the same index
	close         func() error
}

// openPack indexes the pack, or a library made of it, in a temporary folder.
func (b *bench) openPack(ctx context.Context) (*benchmarked, error) {
	lib, err := loadPack(b.dir)
	if err != nil {
		return nil, err
	}
	questions := packQuestions(lib)
	if len(questions) == 0 {
		return nil, fmt.Errorf("bench: the pack has no question lines to ask")
	}
	saveMemory(b.generate)
	if b.generate > 0 {
		lib = generate(lib, b.generate)
	}
	dir, err := os.MkdirTemp("", "exobot-bench-")
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	start := time.Now()
	ix, err := index.Build(ctx, lib, index.Options{Dir: filepath.Join(dir, "index")})
	if err != nil {
		return nil, fmt.Errorf("bench: %w", errors.Join(err, os.RemoveAll(dir)))
	}
	return &benchmarked{
		passages:  passageCount(lib),
		questions: questions,
		build:     time.Since(start),
		search: func(text string) error {
			_, err := ix.Search(ctx, knowledge.Query{Text: text})
			return err
		},
		match: func(text string) error {
			_, err := ix.BleveMatch(ctx, text, knowledge.DefaultLimit)
			return err
		},
		close: func() error { return errors.Join(ix.Close(), os.RemoveAll(dir)) },
	}, nil
}

// benchDepth is how many documents of a test collection are ranked for each query.
const benchDepth = 10

// openBEIR indexes the documents of a test collection, in memory.
func (b *bench) openBEIR(ctx context.Context) (*benchmarked, error) {
	col, err := readBEIR(b.beir, b.split)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	ix, err := index.NewCollection(ctx, col.Documents, index.DefaultModel())
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	s := &benchmarked{
		passages: ix.Len(),
		build:    time.Since(start),
		search: func(text string) error {
			_, err := ix.Rank(ctx, text, benchDepth)
			return err
		},
		match: func(text string) error {
			_, err := ix.BleveMatch(ctx, text, benchDepth)
			return err
		},
		close: ix.Close,
	}
	for _, q := range col.Queries[:min(len(col.Queries), benchQuestions)] {
		s.questions = append(s.questions, q.Text)
	}
	return s, nil
}

// packQuestions returns questions of the pack's own, as many as are put, drawn by a lot
// that falls the same way every time.
func packQuestions(lib *knowledge.Library) []string {
	var all []string
	for s := range lib.Sections() {
		all = append(all, s.Questions...)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:min(len(all), benchQuestions)]
}

func passageCount(lib *knowledge.Library) int {
	n := 0
	for range lib.Passages() {
		n++
	}
	return n
}

// generate returns a library of n passages: each a heading, some sentences and a question
// of lib, drawn by lot.
func generate(lib *knowledge.Library, n int) *knowledge.Library {
	const perArticle = 1000
	var headings, sentences, questions []string
	for s := range lib.Sections() {
		headings = append(headings, s.Heading)
		questions = append(questions, s.Questions...)
		for _, span := range knowledge.Sentences(s.Text) {
			sentences = append(sentences, span.Of(s.Text))
		}
	}
	rng := rand.New(rand.NewPCG(2, 2))
	draw := func(list []string) string { return list[rng.IntN(len(list))] }
	var articles []*knowledge.Article
	for i := range n {
		if i%perArticle == 0 {
			articles = append(articles, &knowledge.Article{ID: knowledge.ArticleID(fmt.Sprintf("article-%d", i/perArticle)), Title: draw(headings), Lang: "en"})
		}
		// Below the length of a passage, so that a section is one.
		var text []string
		for words := 0; words < knowledge.MinPassageWords-10; {
			s := draw(sentences)
			text = append(text, s)
			words += knowledge.Words(s)
		}
		a := articles[len(articles)-1]
		a.Sections = append(a.Sections, &knowledge.Section{
			ID: knowledge.SectionID(fmt.Sprintf("section-%d", i)), Heading: draw(headings), Text: strings.Join(text, " "),
			Questions: []string{half(draw(questions), false) + " " + half(draw(questions), true)},
		})
	}
	generated := *lib
	generated.Articles, generated.References = articles, nil
	return knowledge.New(generated)
}

// half returns the first or the second half of a text's words.
func half(text string, second bool) string {
	words := strings.Fields(text)
	if second {
		return strings.Join(words[len(words)/2:], " ")
	}
	return strings.Join(words[:(len(words)+1)/2], " ")
}

// durations are how long one engine took.
type durations struct {
	first, again percentiles
}

// percentiles sum up how long questions took.
type percentiles struct{ median, p99 time.Duration }

// timeAll puts each question to an engine once, and then some more times.
func timeAll(questions []string, ask func(string) error) (durations, error) {
	round := func(times int) (percentiles, error) {
		var took []time.Duration
		for range times {
			for _, q := range questions {
				start := time.Now()
				if err := ask(q); err != nil {
					return percentiles{}, err
				}
				took = append(took, time.Since(start))
			}
		}
		slices.Sort(took)
		return percentiles{took[len(took)/2], took[len(took)*99/100]}, nil
	}
	var d durations
	var err error
	if d.first, err = round(1); err != nil {
		return d, err
	}
	d.again, err = round(benchRounds)
	return d, err
}

// timings are the outcome of a benchmark.
type timings struct {
	passages, questions int
	build               time.Duration
	buildMemory, memory uint64 // the most until the index was built, and until the end, in bytes
	exobot, bleve       durations
}

// lines are the rows of the table.
func (r *timings) lines() []struct {
	name          string
	exobot, bleve time.Duration
} {
	return []struct {
		name          string
		exobot, bleve time.Duration
	}{
		{"first_median", r.exobot.first.median, r.bleve.first.median},
		{"first_p99", r.exobot.first.p99, r.bleve.first.p99},
		{"median", r.exobot.again.median, r.bleve.again.median},
		{"p99", r.exobot.again.p99, r.bleve.again.p99},
	}
}

func (r *timings) show() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, built in %s with %d MiB of memory at most, %d MiB until the end\n\n",
		plural(r.passages, "passage"), plural(r.questions, "question"), r.build.Round(time.Millisecond), r.buildMemory>>20, r.memory>>20)
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "\texobot\tBleve match\tratio\t\n")
	for _, l := range r.lines() {
		fmt.Fprintf(w, "%s\t%s\t%s\t%.2f\t\n", l.name, l.exobot.Round(time.Microsecond), l.bleve.Round(time.Microsecond), ratio(l.exobot, l.bleve))
	}
	w.Flush() // writes to a strings.Builder, which never fails
	return b.String()
}

func (r *timings) measures() []eval.Measure {
	list := []eval.Measure{
		{Name: "passages", Value: float64(r.passages), Count: true}, {Name: "questions", Value: float64(r.questions), Count: true},
		{Name: "build_ms", Value: float64(r.build.Milliseconds())}, {Name: "memory_mib", Value: float64(r.memory >> 20)},
		{Name: "build_memory_mib", Value: float64(r.buildMemory >> 20)},
	}
	for _, l := range r.lines() {
		list = append(list,
			eval.Measure{Name: l.name + "_us", Value: float64(l.exobot.Microseconds())},
			eval.Measure{Name: "bleve_" + l.name + "_us", Value: float64(l.bleve.Microseconds())},
			eval.Measure{Name: l.name + "_ratio", Value: ratio(l.exobot, l.bleve)})
	}
	return list
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(max(b, 1)) }
