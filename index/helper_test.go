package index

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"exobot/knowledge"
	"exobot/knowledge/pack"
)

// shippedIndex is an index of the shipped pack, which all tests share and none closes.
var shippedIndex = sync.OnceValues(func() (*Index, error) {
	lib, _, err := knowledge.Load(pack.FS)
	if err != nil {
		return nil, err
	}
	return Build(context.Background(), lib, Options{})
})

func shipped(t testing.TB) *Index {
	t.Helper()
	ix, err := shippedIndex()
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

// section returns a section whose id is made of its heading.
func section(heading, text string, questions ...string) *knowledge.Section {
	id := strings.ToLower(strings.ReplaceAll(heading, " ", "-"))
	return &knowledge.Section{ID: knowledge.SectionID(id), Heading: heading, Text: text, Questions: questions}
}

// library returns a library of one article, "vesicles".
func library(glossary []*knowledge.Concept, sections ...*knowledge.Section) *knowledge.Library {
	a := &knowledge.Article{ID: "vesicles", Title: "About vesicles", Lang: "en", Sections: sections}
	return knowledge.New(knowledge.Library{
		Pack:     knowledge.Pack{ID: "test", Title: "Test", Version: "1"},
		Articles: []*knowledge.Article{a},
		Glossary: glossary,
	})
}

// tiny is a small library that has something of everything.
func tiny() *knowledge.Library {
	lib := library(
		[]*knowledge.Concept{
			{Term: "exosome", Definition: "A tiny bubble.", Names: map[string][]string{"de": {"Exosom"}, "ja": {"エクソソーム"}},
				Not: []knowledge.Sense{{Term: "RNA exosome complex", Phrases: []string{"rna exosome"}}}},
			{Term: "RNA exosome complex", Definition: "A ring of proteins that breaks RNA down."},
			{Term: "extracellular vesicle", Definition: "A bubble from a cell.", Synonyms: []string{"membrane vesicle"}, Abbreviations: []string{"EV", "EVs"}},
			{Term: "World Health Organization", Definition: "A body of the United Nations.", Abbreviations: []string{"WHO"}},
			{Term: "size", Synonyms: []string{"diameter", "how big"}, Names: map[string][]string{"de": {"groß", "Größe"}, "ja": {"大きさ"}}},
		},
		section("Size", "Most exosomes measure 30 to 150 nanometres across. A human hair is a thousand times wider. Nobody can see one with the naked eye.", "how big is an exosome"),
		section("Storage", "Frozen at −80 °C, vesicles keep for months. In a fridge they last for days only!\n\nThawing and freezing again breaks them.", "how do I store exosomes"),
		section("Discovery", "Two teams described the release of vesicles in 1983. The name came in 1987, from Rose Johnstone.", "who discovered exosomes"),
		section("Safety", "Are they safe? Nobody knows yet. “Natural” says nothing about risk.", "are exosomes safe", "can exosomes harm me"),
	)
	other := &knowledge.Article{ID: "cells", Title: "About cells", Lang: "en", Sections: []*knowledge.Section{
		section("Stem cells", "A stem cell can divide and turn into other cells. It is alive, which a vesicle is not.", "what is a stem cell"),
	}}
	return knowledge.New(knowledge.Library{Pack: lib.Pack, Articles: append(lib.Articles, other), Glossary: lib.Glossary})
}

func build(t testing.TB, lib *knowledge.Library, opts Options) *Index {
	t.Helper()
	ix, err := Build(t.Context(), lib, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	})
	return ix
}

func collection(t testing.TB, m Model, docs ...Document) *Collection {
	t.Helper()
	c, err := NewCollection(t.Context(), docs, m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func ask(t testing.TB, ix *Index, q knowledge.Query) knowledge.Result {
	t.Helper()
	res, err := ix.Search(t.Context(), q)
	if err != nil {
		t.Fatalf("%.80q: %v", q.Text, err)
	}
	return res
}

// sectionsOf returns the sections of a result's matches as article/section.
func sectionsOf(res knowledge.Result) []string {
	var out []string
	for _, m := range res.Matches {
		out = append(out, m.Passage.Ref.String())
	}
	return out
}

// found reports whether one of the wanted sections is among the first three.
func found(res knowledge.Result, want ...string) bool {
	return slices.ContainsFunc(sectionsOf(res), func(s string) bool { return slices.Contains(want, s) })
}

func ids(hits []Hit) string {
	var out []string
	for _, h := range hits {
		out = append(out, h.ID)
	}
	return strings.Join(out, " ")
}
