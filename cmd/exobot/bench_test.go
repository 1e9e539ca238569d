package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"exobot/knowledge"
)

func TestGenerate(t *testing.T) {
	t.Parallel()
	lib, err := loadPack("")
	if err != nil {
		t.Fatal(err)
	}
	a, b := generate(lib, 1500), generate(lib, 1500)
	if n := passageCount(a); n < 1500 || n > 1600 {
		t.Errorf("%d passages, want 1500 or a few more", n)
	}
	if len(a.Articles) != 2 {
		t.Errorf("%d articles, want 2", len(a.Articles))
	}
	text := func(l *knowledge.Library) (out []string) {
		for p := range l.Passages() {
			out = append(out, p.ID()+" "+p.Heading+" "+p.Text)
		}
		return out
	}
	if !slices.Equal(text(a), text(b)) {
		t.Error("another library the second time")
	}
	if n := len(slices.Compact(slices.Sorted(slices.Values(text(a))))); n != passageCount(a) {
		t.Errorf("only %d passages differ", n)
	}
}

// TestBench checks the form of the outcome, since times differ.
func TestBench(t *testing.T) {
	t.Parallel()
	stdout := mustRun(t, "bench", "--knowledge", "testdata/pack", "--generate", "50", "--json")
	var got map[string]float64
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatalf("%v: %s", err, stdout)
	}
	if got["passages"] < 50 || got["questions"] < 1 || got["build_memory_mib"] < 1 || got["memory_mib"] < got["build_memory_mib"] {
		t.Errorf("got %v", got)
	}
	for _, name := range []string{"first_median_us", "first_p99_us", "median_us", "p99_us", "bleve_first_median_us", "bleve_first_p99_us", "bleve_median_us", "bleve_p99_us", "median_ratio", "build_ms"} {
		if _, ok := got[name]; !ok {
			t.Errorf("%s is missing in %v", name, slices.Sorted(maps.Keys(got)))
		}
	}
	if table := mustRun(t, "bench", "--knowledge", "testdata/pack"); !strings.Contains(table, "Bleve match") || !strings.Contains(table, "p99") {
		t.Errorf("got:\n%s", table)
	}
}

func TestBenchBEIR(t *testing.T) {
	t.Parallel()
	stdout := mustRun(t, "bench", "--beir", "testdata/beir", "--json")
	var got map[string]float64
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatalf("%v: %s", err, stdout)
	}
	if got["passages"] != 2 || got["questions"] != 2 || got["median_us"] <= 0 || got["bleve_median_us"] <= 0 {
		t.Errorf("got %v", got)
	}
}
