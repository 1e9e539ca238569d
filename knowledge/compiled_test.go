package knowledge_test

import (
	"bytes"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"exobot/knowledge"
)

// What is read back is the library that was compiled, but for empty lists, which may be nil.
func TestCompiled(t *testing.T) {
	t.Parallel()
	lib, err := knowledge.Open(os.DirFS("pack"))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := lib.Compile(&b); err != nil {
		t.Fatal(err)
	}
	again, err := knowledge.ReadCompiled(&b)
	if err != nil {
		t.Fatal(err)
	}
	if changes := knowledge.Diff(lib, again); len(changes) > 0 {
		t.Errorf("%d changes, the first %v", len(changes), changes[0])
	}
	for what, pair := range map[string][2]any{
		"pack":       {lib.Pack, again.Pack},
		"passages":   {slices.Collect(lib.Passages()), slices.Collect(again.Passages())},
		"questions":  {questions(lib), questions(again)},
		"references": {lib.References, again.References},
		"words":      {lib.Words, again.Words},
		"uncovered":  {lib.Uncovered, again.Uncovered},
		"notices":    {lib.Lanes.Notices, again.Lanes.Notices},
		"rules":      {rules(lib), rules(again)},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("the %s are others", what)
		}
	}
	if len(lib.Glossary) != len(again.Glossary) {
		t.Fatalf("%d concepts, want %d", len(again.Glossary), len(lib.Glossary))
	}
	for i, c := range lib.Glossary {
		if a := again.Glossary[i]; a.Term != c.Term || a.Definition != c.Definition || !slices.Equal(a.Synonyms, c.Synonyms) ||
			!slices.Equal(a.Abbreviations, c.Abbreviations) || !slices.Equal(a.Misspellings, c.Misspellings) ||
			len(a.Names) != len(c.Names) || len(c.Names) > 0 && !reflect.DeepEqual(a.Names, c.Names) || !reflect.DeepEqual(a.Not, c.Not) {
			t.Errorf("concept %+v, want %+v", a, c)
		}
	}
	in := knowledge.NewHaystack("should i get an exosome injection for my knee")
	for i, r := range lib.Lanes.Rules {
		for j, p := range r.Match {
			if q := again.Lanes.Rules[i].Match[j]; p.In(in) != q.In(in) {
				t.Errorf("rule %d: %s: %t, want %t", i, q, q.In(in), p.In(in))
			}
		}
	}
}

func questions(lib *knowledge.Library) (all []string) {
	for _, a := range lib.Articles {
		for s := range a.All() {
			all = append(all, s.Questions...)
		}
	}
	return all
}

func rules(lib *knowledge.Library) (all []string) {
	for _, r := range lib.Lanes.Rules {
		all = append(all, string(r.Lane), r.Lang, r.Notice)
		for _, list := range [][]*knowledge.Pattern{r.Match, r.Needs, r.Unless} {
			for _, p := range list {
				all = append(all, p.String())
			}
			all = append(all, "")
		}
	}
	return all
}

// What nobody compiled is an error, and no panic.
func TestReadCompiledOther(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "articles: []", strings.Repeat("\x01\xff", 100)} {
		if lib, err := knowledge.ReadCompiled(strings.NewReader(text)); err == nil {
			t.Errorf("%q: read %v", text, lib)
		}
	}
}
