package index

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"exobot/index/stash"
	"exobot/knowledge"
)

const sizeQuestion = "how big is an exosome"

// openAndAsk builds or opens the index of lib in dir, asks it, and closes it.
func openAndAsk(t *testing.T, lib *knowledge.Library, dir string) {
	t.Helper()
	ix, err := Build(t.Context(), lib, Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if res := ask(t, ix, knowledge.Query{Text: sizeQuestion}); !found(res, "vesicles/size") {
		t.Errorf("got %v", sectionsOf(res))
	}
	if err := ix.Close(); err != nil {
		t.Error(err)
	}
}

// times returns when each file of a folder was last written, by path.
func times(t *testing.T, dir string) map[string]time.Time {
	t.Helper()
	out := make(map[string]time.Time)
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		out[name] = info.ModTime()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// segments returns the files that hold Bleve's postings.
func segments(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	for name := range times(t, dir) {
		if filepath.Ext(name) == ".zap" {
			out = append(out, filepath.Join(dir, name))
		}
	}
	if len(out) == 0 {
		t.Fatalf("no segment in %s", dir)
	}
	return out
}

// manifestOf returns the manifest of an index folder.
func manifestOf(t *testing.T, dir string) manifest {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestFolderIsUsedAgain(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data", "index") // data is made, too
	openAndAsk(t, tiny(), dir)
	before := times(t, dir)
	openAndAsk(t, tiny(), dir)
	if after := times(t, dir); !maps.EqualFunc(before, after, time.Time.Equal) {
		t.Errorf("files were written:\n before %v\n after  %v", before, after)
	}
	left, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the index lies %v, %v", left, err)
	}
}

// TestFolderOfAnotherProcess opens a folder in a process that has built none.
func TestFolderOfAnotherProcess(t *testing.T) {
	const env = "EXOBOT_TEST_FOLDER"
	if dir := os.Getenv(env); dir != "" { // the other process
		openAndAsk(t, tiny(), dir)
		return
	}
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "index")
	openAndAsk(t, tiny(), dir)
	before, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	other := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFolderOfAnotherProcess$")
	other.Env = append(os.Environ(), env+"="+dir)
	if out, err := other.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	after, err := os.Stat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(before, after) {
		t.Error("the other process built the index again")
	}
}

// TestFolderOfOtherDocuments changes the library in ways that an index must notice.
func TestFolderOfOtherDocuments(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*knowledge.Section){
		"text":     func(s *knowledge.Section) { s.Text += " Zebrafish have them." },
		"heading":  func(s *knowledge.Section) { s.Heading = "Zebrafish size" },
		"question": func(s *knowledge.Section) { s.Questions = append(s.Questions, "size in zebrafish") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "index")
			openAndAsk(t, tiny(), dir)
			before := manifestOf(t, dir)
			lib := tiny()
			change(lib.Articles[0].Sections[0])
			lib = knowledge.New(*lib)
			ix := build(t, lib, Options{Dir: dir})
			if manifestOf(t, dir).Documents == before.Documents {
				t.Error("the index was not built again")
			}
			if res := ask(t, ix, knowledge.Query{Text: "zebrafish"}); !found(res, "vesicles/size") {
				t.Errorf("got %v", sectionsOf(res))
			}
		})
	}
}

// TestDamagedFolder damages an index that nobody has open: it is built again.
func TestDamagedFolder(t *testing.T) {
	t.Parallel()
	first := func(t *testing.T, dir string) string { return segments(t, dir)[0] }
	for name, damage := range map[string]func(t *testing.T, dir string) error{
		"one bit of a segment": func(t *testing.T, dir string) error { return overwrite(first(t, dir), flipOne) },
		"segment cut short":    func(t *testing.T, dir string) error { return os.Truncate(first(t, dir), 10) },
		"empty segment":        func(t *testing.T, dir string) error { return os.Truncate(first(t, dir), 0) },
		"segment gone":         func(t *testing.T, dir string) error { return os.Remove(first(t, dir)) },
		"no manifest":          func(t *testing.T, dir string) error { return os.Remove(filepath.Join(dir, manifestName)) },
		"manifest is no JSON": func(t *testing.T, dir string) error {
			return os.WriteFile(filepath.Join(dir, manifestName), []byte(`{"documents":`), 0o644)
		},
		"only the manifest": func(t *testing.T, dir string) error { return os.RemoveAll(filepath.Join(dir, bleveFolder)) },
		"no Bleve metadata": func(t *testing.T, dir string) error {
			return os.Remove(filepath.Join(dir, bleveFolder, "index_meta.json"))
		},
		"no root": func(t *testing.T, dir string) error {
			return os.Remove(filepath.Join(dir, bleveFolder, "store", "root.bolt"))
		},
		"root is garbage": func(t *testing.T, dir string) error {
			return overwrite(filepath.Join(dir, bleveFolder, "store", "root.bolt"), garbage)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "index")
			openAndAsk(t, tiny(), dir)
			if err := damage(t, dir); err != nil {
				t.Fatal(err)
			}
			openAndAsk(t, tiny(), dir)
			before := times(t, dir)
			openAndAsk(t, tiny(), dir) // and is whole again
			if after := times(t, dir); !maps.EqualFunc(before, after, time.Time.Equal) {
				t.Error("it was built again once more")
			}
		})
	}
}

// TestFolderOfSomethingElse names a folder that holds something of somebody else's: it stays.
func TestFolderOfSomethingElse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	notes := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(notes, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{dir, notes} {
		if _, err := Build(t.Context(), tiny(), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("got %v, want an error that names %s", err, dir)
		}
	}
	if data, err := os.ReadFile(notes); err != nil || string(data) != "mine" {
		t.Errorf("what was there is now %q, %v", data, err)
	}
}

// TestFolderByLink opens an index by a symbolic link, as to another disk: it stays a link.
func TestFolderByLink(t *testing.T) {
	t.Parallel()
	there, link := t.TempDir(), filepath.Join(t.TempDir(), "index")
	if err := os.Symlink(there, link); err != nil {
		t.Skipf("there are no links here: %v", err)
	}
	openAndAsk(t, tiny(), link)
	before := times(t, there)
	openAndAsk(t, tiny(), link)
	if after := times(t, there); len(before) == 0 || !maps.EqualFunc(before, after, time.Time.Equal) {
		t.Errorf("files were written:\n before %v\n after  %v", before, after)
	}
}

// TestUnfinishedGoes finds what a program left that was killed long ago, and what another
// may be working at.
func TestUnfinishedGoes(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "index")
	openAndAsk(t, tiny(), dir)
	old, young := dir+stash.Unfinished+"1", dir+stash.Unfinished+"2"
	oldLearnt := filepath.Join(dir, learntName+stash.Unfinished+"3")
	err := errors.Join(os.Mkdir(old, 0o755), os.Mkdir(young, 0o755), os.WriteFile(oldLearnt, nil, 0o644))
	long := time.Now().Add(-2 * time.Hour)
	err = errors.Join(err, os.Chtimes(old, long, long), os.Chtimes(oldLearnt, long, long), os.Remove(filepath.Join(dir, manifestName)))
	if err != nil {
		t.Fatal(err)
	}
	openAndAsk(t, tiny(), dir) // builds it again
	for name, want := range map[string]bool{old: false, young: true, oldLearnt: false} {
		if _, err := os.Stat(name); (err == nil) != want {
			t.Errorf("%s: %v, want it there: %t", name, err, want)
		}
	}
}

// overwrite changes the content of a file in place, as seen by who has it mapped.
func overwrite(name string, change func([]byte)) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	change(data)
	if err := os.Chmod(name, 0o600); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(data, 0)
	return errors.Join(err, f.Close())
}

func flipOne(data []byte)  { data[len(data)/2] ^= 1 }
func allZeros(data []byte) { clear(data) }
func allOnes(data []byte)  { copy(data, bytes.Repeat([]byte{0xff}, len(data))) }
func everyTenth(b []byte)  { flipEvery(b, 10) }
func everyThird(b []byte)  { flipEvery(b, 3) }
func garbage(b []byte)     { flipEvery(b, 1) }
func flipEvery(b []byte, n int) {
	for i := 0; i < len(b); i += n {
		b[i] ^= byte(0x55 + i)
	}
}

// TestDamageWhileOpen damages the files of an index that is open. The answer still
// comes: from an index that is built again in memory.
func TestDamageWhileOpen(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(string) error{
		"zeros":       func(file string) error { return overwrite(file, allZeros) },
		"ones":        func(file string) error { return overwrite(file, allOnes) },
		"every tenth": func(file string) error { return overwrite(file, everyTenth) },
		"every third": func(file string) error { return overwrite(file, everyThird) },
		"garbage":     func(file string) error { return overwrite(file, garbage) },
		"cut short":   func(file string) error { return os.Truncate(file, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "index")
			ix := build(t, tiny(), Options{Dir: dir})
			for _, file := range segments(t, dir) {
				if err := damage(file); err != nil {
					t.Fatal(err)
				}
			}
			was := ix.state
			for range 2 {
				res := ask(t, ix, knowledge.Query{Text: sizeQuestion})
				if got := sectionsOf(res); len(got) == 0 || got[0] != "vesicles/size" {
					t.Errorf("got %v", got)
				}
			}
			if ix.state == was {
				t.Error("the damage went unnoticed")
			}
		})
	}
}

// TestRebuiltOnce has many questions at once run into the damage.
func TestRebuiltOnce(t *testing.T) {
	t.Parallel()
	ix := build(t, tiny(), Options{})
	ix.onDisk = true // or there would be nothing to be damaged
	was := ix.state
	was.c.rank.signals = append(was.c.rank.signals, weighted{name: "broken", weight: 1, signal: brokenSignal{}})
	var searches sync.WaitGroup
	states := make([]*state, 8)
	for i := range states {
		searches.Go(func() {
			res, err := ix.Search(context.Background(), knowledge.Query{Text: sizeQuestion})
			if err != nil || !found(res, "vesicles/size") {
				t.Errorf("got %v, %v", sectionsOf(res), err)
			}
			ix.mu.RLock()
			defer ix.mu.RUnlock()
			states[i] = ix.state
		})
	}
	searches.Wait()
	for _, st := range states {
		if st == was || st != states[0] {
			t.Error("the index was not built again just once")
		}
	}
}

// A brokenSignal panics, as Bleve does on some damaged files.
type brokenSignal struct{}

func (brokenSignal) score(*search, []float64) {
	panic("index out of range")
}

func TestPanicBecomesError(t *testing.T) {
	t.Parallel()
	ix := build(t, tiny(), Options{})
	before := ask(t, ix, knowledge.Query{Text: sizeQuestion})
	r := ix.state.c.rank
	r.signals = append(r.signals, weighted{name: "broken", weight: 1, signal: brokenSignal{}})
	_, err := ix.search(t.Context(), ix.state, knowledge.Query{Text: sizeQuestion})
	if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "index out of range") {
		t.Errorf("got %v, want ErrCorrupt and the panic's words", err)
	}
	r.signals = r.signals[:len(r.signals)-1]
	if after := ask(t, ix, knowledge.Query{Text: sizeQuestion}); !reflect.DeepEqual(after, before) {
		t.Errorf("got %v after a panic, want %v as before it", after, before)
	}
}

// TestPanicInMemory has nothing to build again: no file can be damaged.
func TestPanicInMemory(t *testing.T) {
	t.Parallel()
	ix := build(t, tiny(), Options{})
	was := ix.state
	was.c.rank.signals = append(was.c.rank.signals, weighted{name: "broken", weight: 1, signal: brokenSignal{}})
	if _, err := ix.Search(t.Context(), knowledge.Query{Text: sizeQuestion}); err == nil || ix.state != was {
		t.Errorf("got error %v, built again: %t", err, ix.state != was)
	}
}

// TestRebuildFails cannot build again, since the context has ended: the question fails
// with the reason, and the next one is answered.
func TestRebuildFails(t *testing.T) {
	t.Parallel()
	ix := build(t, tiny(), Options{})
	ix.onDisk = true // or there would be nothing to be damaged
	ask := func(ctx context.Context) error {
		_, err := ix.Search(ctx, knowledge.Query{Text: sizeQuestion})
		return err
	}
	if err := ask(t.Context()); err != nil { // reads the posting lists before the context ends
		t.Fatal(err)
	}
	ix.state.c.rank.signals = append(ix.state.c.rank.signals, weighted{name: "broken", weight: 1, signal: brokenSignal{}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := ask(ctx); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "build index again") {
		t.Errorf("got %v, want context.Canceled from building again", err)
	}
	if err := ask(t.Context()); err != nil {
		t.Errorf("next question: %v", err)
	}
}

// TestOpenersAtOnce opens one folder many times at once, empty at first: each opener gets
// an index that answers.
func TestOpenersAtOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "index")
	for round := range 3 {
		var openers sync.WaitGroup
		for range 4 {
			openers.Go(func() {
				ix, err := Build(context.Background(), tiny(), Options{Dir: dir})
				if err != nil {
					t.Errorf("round %d: %v", round, err)
					return
				}
				res, err := ix.Search(context.Background(), knowledge.Query{Text: sizeQuestion})
				if err != nil || !found(res, "vesicles/size") {
					t.Errorf("round %d: got %v, %v", round, sectionsOf(res), err)
				}
				if err := ix.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		openers.Wait()
	}
	left, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the index lies %v, %v", left, err)
	}
}

// TestReplacedWhileOpen builds an index of other documents in the folder of an open one,
// as an update by another process does: the old one goes on answering.
func TestReplacedWhileOpen(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "index")
	old := build(t, tiny(), Options{Dir: dir})
	openAndAsk(t, library(nil, section("Size", "Exosomes are small, which is how big an exosome is.")), dir)
	for _, text := range []string{sizeQuestion, "is a stem cell alive"} {
		if res := ask(t, old, knowledge.Query{Text: text}); !found(res, "vesicles/size", "cells/stem-cells") {
			t.Errorf("%q: got %v", text, sectionsOf(res))
		}
	}
}

func TestUnusableFolder(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Build(t.Context(), tiny(), Options{Dir: filepath.Join(file, "index")}); err == nil || !strings.Contains(err.Error(), "make data folder") {
		t.Errorf("got %v, want an error that says what could not be made", err)
	}
}

// The fingerprint tells apart documents that differ in any field, and in nothing else.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	of := func(docs ...Document) string {
		return fingerprint(documents{make([]string, len(docs)), func(i int) Document { return docs[i] }})
	}
	base := Document{ID: "a", Group: "g", Title: "t", Text: "x", Questions: []string{"q"}}
	seen := map[string]bool{of(base): true}
	for _, change := range []func(*Document){
		func(d *Document) { d.ID = "b" },
		func(d *Document) { d.Group = "h" },
		func(d *Document) { d.Title = "" },
		func(d *Document) { d.Text = "tx"; d.Title = "" },
		func(d *Document) { d.Questions = nil },
		func(d *Document) { d.Position = 1 },
		func(d *Document) { d.Questions = []string{"q", ""} },
	} {
		d := base
		change(&d)
		if f := of(d); seen[f] {
			t.Errorf("%+v: the same as another", d)
		} else {
			seen[f] = true
		}
	}
	if again := base; of(base) != of(again) || of() == of(base, base) {
		t.Error("not a function of the documents")
	}
}
