package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"exobot/bot"
	"exobot/knowledge"
)

// An article is imported, checked and answered from, word for word.
func TestImportCheckAsk(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "bread")
	mustRun(t, "import", "testdata/article.txt", "-o", dir)
	mustRun(t, "check", dir)
	a := askJSON(t, "--knowledge", dir, "what does kneading make")
	checkVerbatim(t, dir, a)
	article, err := os.ReadFile("testdata/article.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Passages) == 0 || a.Passages[0].Section != "kneading" || !strings.Contains(string(article), a.Passages[0].Text) {
		t.Errorf("got %+v, want the section on kneading", a.Passages)
	}
}

// The article that the project was started with answers in its own words.
func TestImportSeedArticle(t *testing.T) {
	t.Parallel()
	data := os.Getenv("EXOBOT_TEST_DATA")
	if data == "" {
		t.Skip("EXOBOT_TEST_DATA names no folder with knowledge/seed-article.txt")
	}
	seed := filepath.Join(data, "knowledge", "seed-article.txt")
	dir := filepath.Join(t.TempDir(), "seed")
	mustRun(t, "import", seed, "-o", dir)
	mustRun(t, "check", dir)
	a := askJSON(t, "--knowledge", dir, "heart failure")
	checkVerbatim(t, dir, a)
	if a.Kind != bot.KindAnswer || a.Passages[0].Heading != "Cardiovascular Health" {
		t.Fatalf("got %+v, want the section Cardiovascular Health", a)
	}
	text, err := os.ReadFile(seed)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range knowledge.Sentences(a.Passages[0].Text) {
		if sentence := s.Of(a.Passages[0].Text); !strings.Contains(string(text), sentence) {
			t.Errorf("the article does not say %q", sentence)
		}
	}
}

// The question file that others score with is read, strictly, and scored.
func TestEvalDevQuestions(t *testing.T) {
	t.Parallel()
	data := os.Getenv("EXOBOT_TEST_DATA")
	if data == "" {
		t.Skip("EXOBOT_TEST_DATA names no folder with eval/dev-questions.yaml")
	}
	out := mustRun(t, "eval", "--json", "--questions", filepath.Join(data, "eval", "dev-questions.yaml"))
	var measures map[string]float64
	if err := json.Unmarshal([]byte(out), &measures); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	for _, name := range []string{"n", "hit@1", "hit@3", "answered", "declined_wrongly", "answered_wrongly", "article.n", "primer.n", "decline.n", "advice.n", "smalltalk.n"} {
		if _, ok := measures[name]; !ok {
			t.Errorf("there is no measure %s in %s", name, out)
		}
	}
}

// A pack without lanes is as careful as the shipped one.
func TestImportedPackTakesShippedLanes(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "bread")
	mustRun(t, "import", "testdata/article.txt", "-o", dir)
	shipped, err := loadPack("")
	if err != nil {
		t.Fatal(err)
	}
	const question = "should i stop my chemo and take exosomes instead"
	a := askJSON(t, "--knowledge", dir, question)
	if a.Kind != bot.KindAdvice || a.Notice == "" || a.Notice != shipped.Lanes.Notice("advice", "en") {
		t.Errorf("got kind %s with notice %q, want the notice of the shipped pack", a.Kind, a.Notice)
	}
	own := askJSON(t, "--knowledge", "testdata/pack", question)
	if own.Kind != bot.KindAdvice || own.Notice != "Ask your doctor." {
		t.Errorf("got kind %s with notice %q, want the pack's own", own.Kind, own.Notice)
	}
}

// The index on disk gives the same answers as the one in memory, at the first start and
// at the next.
func TestIndexOnDisk(t *testing.T) {
	t.Parallel()
	env := map[string]string{"EXOBOT_CONFIG": "testdata/config/full.yaml"}
	args := []string{"ask", "--json", "what is the diameter of an exosome"}
	want := unstable.ReplaceAllString(exobot(t, call{args: args, env: env}).stdout, "")
	env["EXOBOT_DATA"] = filepath.Join(t.TempDir(), "data")
	for _, start := range []string{"first", "second"} {
		r := exobot(t, call{args: args, env: env})
		if got := unstable.ReplaceAllString(r.stdout, ""); r.code != exitDone || got != want {
			t.Errorf("%s start: exit code %d, %s\n got %s\nwant %s", start, r.code, r.stderr, got, want)
		}
	}
}

// Flags may stand anywhere.
func TestFlagsFollowArguments(t *testing.T) {
	t.Parallel()
	var outputs []string
	for _, args := range [][]string{
		{"ask", "--json", "--knowledge", "testdata/pack", "--limit", "1", "how", "big"},
		{"ask", "how", "big", "--json", "--knowledge", "testdata/pack", "--limit", "1"},
		{"ask", "how", "--limit=1", "big", "-json", "--knowledge=testdata/pack"},
		{"ask", "--json", "--knowledge", "testdata/pack", "--limit", "1", "--", "how", "big"},
	} {
		r := exobot(t, call{args: args})
		outputs = append(outputs, unstable.ReplaceAllString(r.stdout, ""))
	}
	if len(slices.Compact(outputs)) != 1 || outputs[0] == "" {
		t.Errorf("outputs differ: %q", outputs)
	}
	r := exobot(t, call{args: []string{"ask", "--json", "--knowledge", "testdata/pack", "--", "how", "--limit", "1"}})
	if got := decodeAnswers(t, r.stdout)[0].Question; got != "how --limit 1" {
		t.Errorf("behind --, the question is %q", got)
	}
}

func TestHelpFlags(t *testing.T) {
	t.Parallel()
	for _, test := range [][2][]string{
		{{"-h"}, {"help"}},
		{{"--help"}, {"help"}},
		{{"ask", "-h"}, {"help", "ask"}},
		{{"check", "some", "--help"}, {"help", "check"}},
	} {
		got, want := exobot(t, call{args: test[0]}), exobot(t, call{args: test[1]})
		if got != want || got.stdout == "" || got.code != exitDone {
			t.Errorf("%q: got %+v, want %+v", test[0], got, want)
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"version"}, {"--version"}} {
		r := exobot(t, call{args: args})
		if r.code != exitDone || !strings.HasPrefix(r.stdout, "exobot ") || !strings.Contains(r.stdout, " go1.") || !strings.Contains(r.stdout, "\npack exosome-primer ") {
			t.Errorf("%q: %+v", args, r)
		}
	}
}

// mustRun runs the program and fails the test unless it succeeds.
func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	r := exobot(t, call{args: args})
	if r.code != exitDone {
		t.Fatalf("exobot %q: exit code %d: %s%s", args, r.code, r.stdout, r.stderr)
	}
	return r.stdout
}

// askJSON asks one question and returns the answer.
func askJSON(t *testing.T, args ...string) answer {
	t.Helper()
	r := exobot(t, call{args: append([]string{"ask", "--json"}, args...)})
	if r.stderr != "" {
		t.Fatalf("exobot ask %q: %s", args, r.stderr)
	}
	return decodeAnswers(t, r.stdout)[0]
}
