package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"exobot/bot"
	"exobot/knowledge"
)

// The shape of an answer is a contract with other programs: names and order of fields.
func TestAnswerFields(t *testing.T) {
	t.Parallel()
	line, err := newAnswer("a < b & c > d", bot.Reply{
		Kind: bot.KindAnswer, Confidence: 0.93, Language: "en",
		Passages: []bot.Passage{{
			Match: knowledge.Match{
				Passage: &knowledge.Passage{
					Ref: knowledge.SectionRef{Article: "size", Section: "diameter"}, Trail: []string{"Size", "Diameter"},
					Heading: "Diameter", Text: "One. Two.", Evidence: knowledge.Animal,
				},
				Score: 0.81234567, Marks: []knowledge.Span{{Start: 0, End: 4}},
			},
			References: []*knowledge.Reference{{ID: "a-2020", Title: "T", DOI: "10.1/2"}},
		}},
		Suggestions: []knowledge.Suggestion{{Ref: knowledge.SectionRef{Article: "size", Section: "counting"}, Heading: "Counting", Title: "Size"}},
	}).line()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"question":"a < b & c > d","kind":"answer","confidence":0.93,"notice":"","language":"en",` +
		`"passages":[{"article":"size","section":"diameter","trail":["Size","Diameter"],"heading":"Diameter","text":"One. Two.",` +
		`"marks":[[0,4]],"evidence":"animal","references":[{"id":"a-2020","citation":"T.","url":"https://doi.org/10.1/2"}],"score":0.8123}],` +
		`"suggestions":[{"article":"size","section":"counting","heading":"Counting"}],"took_us":0}` + "\n"
	if line != want {
		t.Errorf("\n got %s\nwant %s", line, want)
	}
}

func TestAnswerListsAreNeverNull(t *testing.T) {
	t.Parallel()
	for _, r := range []bot.Reply{{}, {Passages: []bot.Passage{{Match: knowledge.Match{Passage: &knowledge.Passage{}}}}}} {
		line, err := newAnswer("", r).line()
		if err != nil || strings.Contains(line, "null") {
			t.Errorf("got %s, %v", line, err)
		}
	}
}

func TestAnswerHoldsNoControlCharacters(t *testing.T) {
	t.Parallel()
	const question = "a\x1b[31m\x00\x7f\u0085\u009b31m\u2028é"
	line, err := newAnswer(question, bot.Reply{}).line()
	if err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool { return r < ' ' || 0x7F <= r && r <= 0x9F }); i >= 0 {
		t.Errorf("%q holds a control character at %d", line, i)
	}
	if got := decodeAnswers(t, line)[0].Question; got != question {
		t.Errorf("question = %q, want %q", got, question)
	}
}

// decodeAnswers reads answers, and fails the test unless they are one object a line with
// no unknown and no missing field.
func decodeAnswers(t *testing.T, out string) []answer {
	t.Helper()
	var answers []answer
	for line := range strings.Lines(out) {
		var a answer
		d := json.NewDecoder(strings.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&a); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if _, err := d.Token(); err != io.EOF {
			t.Fatalf("more than one object in %s", line)
		}
		again, err := a.line()
		if err != nil || again != line {
			t.Fatalf("fields are missing or in another order:\n got %s\nwant %s", line, again)
		}
		answers = append(answers, a)
	}
	return answers
}

func TestAskJSONOverShippedPack(t *testing.T) {
	t.Parallel()
	r := exobot(t, call{args: []string{"ask", "--json", "how big is an exosome"}})
	if r.code != exitDone || r.stderr != "" {
		t.Fatalf("exit code %d, standard error %q", r.code, r.stderr)
	}
	a := decodeAnswers(t, r.stdout)[0]
	if a.Kind != bot.KindAnswer || len(a.Passages) == 0 || len(a.Passages) > knowledge.DefaultLimit {
		t.Fatalf("kind %s with %d passages, want an answer", a.Kind, len(a.Passages))
	}
	checkVerbatim(t, "", a)
}

// checkVerbatim fails the test unless every passage stands word for word in the pack,
// with marks that are sentences of it.
func checkVerbatim(t *testing.T, dir string, a answer) {
	t.Helper()
	lib, err := loadPack(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range a.Passages {
		s := lib.Section(knowledge.SectionRef{Article: p.Article, Section: p.Section})
		if s == nil || !strings.Contains(s.Text, p.Text) {
			t.Errorf("passage of %s/%s is not in the pack: %q", p.Article, p.Section, p.Text)
			continue
		}
		if !slices.Equal(p.Trail, s.Trail) || p.Heading != s.Heading || p.Evidence != s.Evidence {
			t.Errorf("%s/%s: got %q, %q, %q", p.Article, p.Section, p.Trail, p.Heading, p.Evidence)
		}
		var sentences []string
		for _, span := range knowledge.Sentences(p.Text) {
			sentences = append(sentences, span.Of(p.Text))
		}
		for _, m := range p.Marks {
			for _, span := range knowledge.Sentences(p.Text[m[0]:m[1]]) {
				if text := span.Of(p.Text[m[0]:m[1]]); !slices.Contains(sentences, text) {
					t.Errorf("%s/%s: the mark %q is no sentence", p.Article, p.Section, text)
				}
			}
		}
	}
}

// Questions of standard input are answered one for one and in order, whatever they hold,
// and each as if it were alone.
func TestAskStdin(t *testing.T) {
	t.Parallel()
	questions := []string{
		"how big is an exosome", "", "   ", "and how are they counted?", "zzzz qqqq vvvv", "how big is an exosome",
		"bad \xff utf-8", strings.Repeat("very ", maxLine/5-1) + "long", "<script>alert(1)</script> & more", "\x1b[2J\x00", "'; drop table questions --",
	}
	r := exobot(t, call{args: []string{"ask", "--json", "--stdin"}, stdin: strings.Join(questions, "\n") + "\n"})
	if r.code != exitDone || r.stderr != "" {
		t.Fatalf("exit code %d, standard error %q", r.code, r.stderr)
	}
	answers := decodeAnswers(t, r.stdout)
	if len(answers) != len(questions) {
		t.Fatalf("%d answers to %d questions", len(answers), len(questions))
	}
	for i, a := range answers {
		if want := validUTF8(questions[i]); a.Question != want {
			t.Errorf("answer %d is to %.40q, want %.40q", i, a.Question, want)
		}
		if strings.TrimSpace(a.Question) == "" && (a.Kind != bot.KindDecline || len(a.Passages) > 0 || a.Notice == "") {
			t.Errorf("empty question: got kind %s, notice %q and %d passages, want a decline", a.Kind, a.Notice, len(a.Passages))
		}
	}
	first, again := answers[0], answers[5]
	first.TookMicros, again.TookMicros = 0, 0
	x, _ := first.line()
	y, _ := again.line()
	if x != y {
		t.Errorf("one question, two answers:\n%s\n%s", x, y)
	}
}

// A consumer that writes a question and waits gets its answer before it writes the next.
func TestAskStdinAnswersAtOnce(t *testing.T) {
	t.Parallel()
	in, questions := io.Pipe()
	answers, out := io.Pipe()
	var stderr bytes.Buffer
	done := make(chan int, 1)
	go func() {
		code := run(t.Context(), []string{"ask", "--json", "--stdin", "--knowledge", "testdata/pack"}, func(string) string { return "" }, in, out, &stderr)
		in.Close() // so that nobody waits for a program that has ended
		out.Close()
		done <- code
	}()
	d := json.NewDecoder(answers)
	for _, q := range []string{"what is the diameter of an exosome", "when is salt added to the soup"} {
		if _, err := io.WriteString(questions, q+"\n"); err != nil {
			t.Fatal(err)
		}
		var a answer
		if err := d.Decode(&a); err != nil || a.Question != q {
			t.Fatalf("got the answer to %q, %v; want that to %q", a.Question, err, q)
		}
	}
	questions.Close()
	if code := <-done; code != exitDone {
		t.Errorf("exit code %d, standard error %s", code, &stderr)
	}
}

// A signal ends the wait for the next question.
func TestAskStdinIsInterrupted(t *testing.T) {
	t.Parallel()
	ctx, signal := context.WithCancel(t.Context())
	in, questions := io.Pipe()
	defer questions.Close()
	var stderr bytes.Buffer
	c := &console{getenv: func(string) string { return "" }, stdin: in, stdout: writerFunc(signal), stderr: &stderr}
	go io.WriteString(questions, "hello\n") // ends when the pipe is closed at the latest
	code := c.report(c.dispatch(ctx, []string{"ask", "--json", "--stdin", "--knowledge", "testdata/pack"}))
	if code != exitFailed || stderr.String() != "exobot: interrupted\n" {
		t.Errorf("exit code %d, standard error %q", code, &stderr)
	}
}

// A writerFunc is called instead of writing.
type writerFunc func()

func (f writerFunc) Write(p []byte) (int, error) {
	f()
	return len(p), nil
}

func TestAskExitCodes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args []string
		want int
	}{
		{[]string{"what is the diameter of an exosome"}, exitDone},
		{[]string{"--json", "should i put salt into the soup"}, exitDone}, // advice
		{[]string{"hello"}, exitDone},
		{[]string{"zzzz qqqq vvvv"}, exitDeclined},
		{[]string{"--json", "zzzz qqqq vvvv"}, exitDeclined},
		{[]string{}, exitUsage},
		{[]string{"  "}, exitUsage},
		{[]string{"--article", "no-such-article", "what"}, exitUsage},
	} {
		r := exobot(t, call{args: append([]string{"ask", "--knowledge", "testdata/pack"}, test.args...)})
		if r.code != test.want {
			t.Errorf("%q: exit code %d, want %d: %s%s", test.args, r.code, test.want, r.stdout, r.stderr)
		}
	}
}
