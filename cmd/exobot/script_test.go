package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the outputs in testdata/cli")

// TestScripts runs the command lines in testdata/cli/*.txt and compares what they print
// with what stands below them; testdata/README.md describes the files.
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/cli/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("scripts: %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := runScript(t, string(data))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(data); got != want {
				t.Errorf("%s: the output has changed (go test -update accepts it):\n%s", file, firstDifference(got, want))
			}
		})
	}
}

// runScript runs the commands of a script and returns it with their present output. Each
// block, a comment or a command with its output, has an empty line in front.
func runScript(t *testing.T, script string) string {
	temp := t.TempDir()
	var b strings.Builder
	comment := false // the line before is one
	for line := range strings.Lines(script) {
		line = strings.TrimSuffix(line, "\n")
		isComment := strings.HasPrefix(line, "#")
		command, isCommand := strings.CutPrefix(line, "$ ")
		if !isComment && !isCommand {
			continue // output of another time
		}
		if b.Len() > 0 && !(comment && isComment) {
			b.WriteByte('\n')
		}
		b.WriteString(line + "\n")
		if isCommand {
			b.WriteString(runLine(t, command, temp))
		}
		comment = isComment
	}
	return b.String()
}

// runLine runs one command line and returns its output: standard error behind "2> ",
// and the exit code if it is not 0.
func runLine(t *testing.T, line, temp string) string {
	words := splitWords(t, strings.ReplaceAll(line, "$TMP", temp))
	env := map[string]string{}
	for len(words) > 0 && words[0] != "exobot" {
		name, value, ok := strings.Cut(words[0], "=")
		if !ok {
			t.Fatalf("script line %q: want NAME=value or exobot", line)
		}
		env[name] = value
		words = words[1:]
	}
	stdin := ""
	if n := len(words); n >= 2 && words[n-2] == "<" {
		data, err := os.ReadFile(filepath.Join("testdata", words[n-1]))
		if err != nil {
			t.Fatal(err)
		}
		stdin, words = string(data), words[:n-2]
	}
	r := exobot(t, call{args: words[1:], env: env, stdin: stdin})
	var b strings.Builder
	b.WriteString(r.stdout)
	if r.stdout != "" && !strings.HasSuffix(r.stdout, "\n") {
		b.WriteString("(no line end)\n")
	}
	for l := range strings.Lines(r.stderr) {
		b.WriteString("2> " + l)
	}
	if r.code != 0 {
		fmt.Fprintf(&b, "exit %d\n", r.code)
	}
	out := strings.ReplaceAll(b.String(), temp, "$TMP")
	return unstable.ReplaceAllString(out, "${1}0")
}

// unstable finds the numbers that differ from run to run, or with every change of the
// ranking.
var unstable = regexp.MustCompile(`("confidence":|"score":|"took_us":|Confidence: )[0-9.e+-]+`)

// splitWords splits a command line at spaces that are not quoted.
func splitWords(t *testing.T, line string) []string {
	var words []string
	var word strings.Builder
	quote, in := rune(0), false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, in = r, true
		case quote == 0 && r == ' ':
			if in {
				words = append(words, word.String())
			}
			word.Reset()
			in = false
		default:
			word.WriteRune(r)
			in = true
		}
	}
	if quote != 0 {
		t.Fatalf("script line %q: a quote is not closed", line)
	}
	if in {
		words = append(words, word.String())
	}
	return words
}

// firstDifference shows where two texts begin to differ.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := 0; i < len(g) || i < len(w); i++ {
		var x, y string
		if i < len(g) {
			x = g[i]
		}
		if i < len(w) {
			y = w[i]
		}
		if x != y {
			return fmt.Sprintf("line %d\n got %q\nwant %q", i+1, x, y)
		}
	}
	return "no difference"
}

// A call is one execution of the program.
type call struct {
	args  []string
	env   map[string]string
	stdin string
}

// A result is what an execution left.
type result struct {
	code           int
	stdout, stderr string
}

// exobot runs the program.
func exobot(t *testing.T, c call) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), c.args, func(name string) string { return c.env[name] }, strings.NewReader(c.stdin), &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}
