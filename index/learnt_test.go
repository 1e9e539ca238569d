package index

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"exobot/knowledge"
)

// TestKeptIsWhatWasLearnt reads from a file what the shipped pack's index has learnt: it is
// the same to the last bit, and so are the answers.
func TestKeptIsWhatWasLearnt(t *testing.T) {
	t.Parallel()
	ix := shipped(t)
	m := ix.making()
	m.learnt = keeping(filepath.Join(t.TempDir(), learntName), fingerprint(ix.docs), m)
	if err := m.learnt.Write(ix.state.c.pack); err != nil {
		t.Fatal(err)
	}
	before := times(t, filepath.Dir(m.learnt.Name))
	c, err := makeCollection(t.Context(), ix.docs, m)
	if err != nil {
		t.Fatal(err)
	}
	again := &Index{lib: ix.lib, docs: ix.docs, passages: ix.passages, model: ix.model, glossary: ix.glossary}
	again.state = again.newState(c)
	t.Cleanup(func() { again.Close() })
	if after := times(t, filepath.Dir(m.learnt.Name)); !reflect.DeepEqual(before, after) {
		t.Fatal("it was learnt anew")
	}
	if !reflect.DeepEqual(c.classes, ix.state.c.classes) {
		t.Error("the classifier is another")
	}
	x, y := &c.questions, &ix.state.c.questions
	for what, pair := range map[string][2]any{
		"groups":   {x.groups, y.groups},
		"nobody":   {x.nobody, y.nobody},
		"norms":    {x.norms, y.norms},
		"things":   {x.things, y.things},
		"concepts": {x.concepts, y.concepts},
		"stems":    {usesByStem(x), usesByStem(y)},
		"exact":    {x.exact, y.exact},
		"words":    {x.words, y.words},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("the %s of the questions are others", what)
		}
	}
	for _, q := range []string{"how big is an exosome", "are they safe", "wie groß sind Exosomen", "exozomes for hair?", "who won the world cup", "ILVs"} {
		if got, want := ask(t, again, knowledge.Query{Text: q}), ask(t, ix, knowledge.Query{Text: q}); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %v, want %v", q, got, want)
		}
	}
}

// TestKeptIsUsedAgain changes what is kept, to see that it is what a second start uses, or
// that it is not where it is damaged or of something else. It is then learnt and kept anew.
func TestKeptIsUsedAgain(t *testing.T) {
	t.Parallel()
	name := func(dir string) string { return filepath.Join(dir, learntName) }
	for what, test := range map[string]struct {
		change func(t *testing.T, dir string, lib *knowledge.Library) error
		used   bool
	}{
		"nothing": {func(*testing.T, string, *knowledge.Library) error { return nil }, true},
		"another glossary": {func(_ *testing.T, _ string, lib *knowledge.Library) error {
			lib.Glossary[0].Synonyms = append(lib.Glossary[0].Synonyms, "tiny parcel")
			return nil
		}, false},
		"another language's words": {func(_ *testing.T, _ string, lib *knowledge.Library) error {
			lib.Words = map[string][]knowledge.Word{"de": {{}}}
			return nil
		}, false},
		"other uncovered questions": {func(_ *testing.T, _ string, lib *knowledge.Library) error {
			lib.Uncovered = append(lib.Uncovered, &knowledge.Topic{Questions: []string{"who won the world cup"}})
			return nil
		}, false},
		"another program": {func(_ *testing.T, dir string, _ *knowledge.Library) error {
			return overwrite(name(dir), func(b []byte) { b[0] ^= 1 })
		}, false},
		"one bit":   {func(_ *testing.T, dir string, _ *knowledge.Library) error { return overwrite(name(dir), flipOne) }, false},
		"cut short": {func(_ *testing.T, dir string, _ *knowledge.Library) error { return os.Truncate(name(dir), 1000) }, false},
		"empty":     {func(_ *testing.T, dir string, _ *knowledge.Library) error { return os.Truncate(name(dir), 0) }, false},
		"gone":      {func(_ *testing.T, dir string, _ *knowledge.Library) error { return os.Remove(name(dir)) }, false},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "index")
			openAndAsk(t, tiny(), dir)
			lib := tiny()
			if err := test.change(t, dir, lib); err != nil {
				t.Fatal(err)
			}
			long := time.Now().Add(-time.Hour)
			if err := os.Chtimes(name(dir), long, long); err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			openAndAsk(t, knowledge.New(*lib), dir)
			info, err := os.Stat(name(dir))
			if err != nil {
				t.Fatal(err)
			}
			if used := time.Since(info.ModTime()) > time.Minute; used != test.used {
				t.Errorf("used: %t, want %t", used, test.used)
			}
		})
	}
}

// TestKeptNowhere opens an index in a folder where nothing can be written any more: it
// learns, and answers.
func TestKeptNowhere(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "index")
	openAndAsk(t, tiny(), dir)
	file := filepath.Join(dir, learntName)
	if err := errors.Join(os.Remove(file), os.MkdirAll(filepath.Join(file, "in the way"), 0o755)); err != nil {
		t.Fatal(err)
	}
	openAndAsk(t, tiny(), dir)
	left, err := filepath.Glob(file + ".new-*")
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// usesByStem returns what is noted of each stem, whatever its number.
func usesByStem(x *questionIndex) map[string]stemUse {
	out := make(map[string]stemUse)
	for _, u := range x.uses {
		if len(u.sayings.things) == 0 {
			u.sayings = sayings{} // whether its lists are empty or nil makes no difference
		}
		out[u.stem] = u
	}
	return out
}
