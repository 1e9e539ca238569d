package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the README says that the program prints is what it prints.
func TestReadme(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join(moduleRoot(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	const program = "go run ./cmd/exobot "
	commands := 0
	for _, block := range regexp.MustCompile("(?ms)^```console\n(.*?)^```$").FindAllStringSubmatch(string(readme), -1) {
		for _, session := range strings.Split("\n"+block[1], "\n$ ")[1:] {
			line, want, _ := strings.Cut(session, "\n")
			before, args, found := strings.Cut(line, program)
			if !found {
				t.Errorf("the README runs %q, which is not this program", line)
				continue
			}
			commands++
			input := ""
			if text, ok := strings.CutPrefix(before, "printf "); ok {
				input = strings.ReplaceAll(splitWords(t, strings.TrimSuffix(text, " | "))[0], `\n`, "\n")
			}
			r := exobot(t, call{args: splitWords(t, args), stdin: input})
			if r.stderr != "" || r.code != exitDone && r.code != exitDeclined {
				t.Errorf("%s: exit code %d, %s", line, r.code, r.stderr)
			}
			if want != "" && strings.TrimRight(r.stdout, "\n") != strings.TrimRight(want, "\n") {
				t.Errorf("%s: the output is not that of the README any more:\n%s", line, firstDifference(r.stdout, want))
			}
		}
	}
	if commands == 0 {
		t.Error("the README shows no command")
	}
}
