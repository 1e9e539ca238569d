package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"exobot/bot"
	"exobot/knowledge"
)

// The cache is for the shipped pack, and only where the settings give no folder.
func TestIndexing(t *testing.T) {
	t.Parallel()
	cache := filepath.Join(t.TempDir(), "cache")
	for name, test := range map[string]struct {
		value string
		cfg   Config
		want  string
		code  int
	}{
		"shipped pack":          {value: cache, want: filepath.Join(cache, "index")},
		"no folder":             {},
		"off":                   {value: noCache},
		"not from the root":     {value: "cache", code: exitConfig},
		"data folder":           {value: cache, cfg: Config{Data: "data"}, want: filepath.Join("data", "index")},
		"another pack":          {value: cache, cfg: Config{Knowledge: "mypack"}},
		"another pack and data": {value: cache, cfg: Config{Knowledge: "mypack", Data: "data"}, want: filepath.Join("data", "index")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &console{getenv: func(string) string { return test.value }}
			got, build, err := c.indexing(test.cfg)
			var e *exitError
			if errors.As(err, &e) && e.code == test.code {
				return
			}
			if err != nil || test.code != 0 || got != test.want || build == nil {
				t.Errorf("got %q, %v, want %q and code %d", got, err, test.want, test.code)
			}
		})
	}
}

// Whatever has become of the cache, there is an index, and nobody else's files are lost.
func TestBuildCached(t *testing.T) {
	t.Parallel()
	lib, err := loadPack("testdata/pack")
	if err != nil {
		t.Fatal(err)
	}
	taken := t.TempDir()
	file := filepath.Join(taken, "notes.txt")
	if err := os.WriteFile(file, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		dir  string
		kept bool
	}{
		"new":          {filepath.Join(t.TempDir(), "made", "when needed"), true},
		"taken":        {taken, false},
		"a file":       {file, false},
		"below a file": {filepath.Join(file, "folder"), false},
		"not a name":   {"a\x00b", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 2 {
				ed, err := buildCached(t.Context(), lib, test.dir)
				if err != nil {
					t.Fatal(err)
				}
				b := bot.New(ed, bot.Options{})
				r, err := b.Answer(t.Context(), bot.Question{Text: "what is the diameter of an exosome"})
				if err = errors.Join(err, b.Close()); err != nil || r.Kind != bot.KindAnswer {
					t.Errorf("got %+v, %v", r, err)
				}
			}
			if _, err := os.Stat(filepath.Join(test.dir, "learnt")); (err == nil) != test.kept {
				t.Errorf("kept: %v, want %t", err, test.kept)
			}
			if data, err := os.ReadFile(file); err != nil || string(data) != "mine" {
				t.Errorf("a file of somebody else's is now %q, %v", data, err)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := buildCached(ctx, lib, filepath.Join(t.TempDir(), "index")); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: got %v", err)
	}
}

// A pack is read from where it was compiled, and anew where that is of no use or of other
// files; the file is made again then.
func TestCompiledReader(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "made", "pack")
	files := fstest.MapFS{}
	for file, text := range packOf(1) {
		files[file] = &fstest.MapFile{Data: []byte(text)}
	}
	read := compiledReader(name)
	long := time.Unix(1e9, 0)
	for _, test := range []struct {
		what   string
		change func() error
		kept   bool // whether the file stays what it is
	}{
		{"nothing there", func() error { return nil }, false},
		{"the same", func() error { return nil }, true},
		{"cut short", func() error { return os.Truncate(name, 1000) }, false},
		{"another file", func() error {
			files["pack.yaml"] = &fstest.MapFile{Data: []byte(packOf(2)["pack.yaml"])}
			return nil
		}, false},
	} {
		if err := test.change(); err != nil {
			t.Fatal(err)
		}
		os.Chtimes(name, long, long) // not there at first
		want, wantErr := knowledge.Open(files)
		lib, _, err := read(files)
		if (err == nil) != (wantErr == nil) || err == nil && len(knowledge.Diff(want, lib)) > 0 {
			t.Errorf("%s: got %v, %v, want %v, %v", test.what, lib, err, want, wantErr)
		}
		if info, err := os.Stat(name); err != nil || info.ModTime().Equal(long) != test.kept {
			t.Errorf("%s: kept: %t, %v", test.what, !test.kept, err)
		}
	}
}

// Only the shipped pack is compiled, and only where there is a folder for it.
func TestReader(t *testing.T) {
	t.Parallel()
	cache, data := t.TempDir(), t.TempDir()
	for name, test := range map[string]struct {
		cache string
		cfg   Config
		want  string // folder with the compiled pack
	}{
		"cache":        {cache: cache, want: cache},
		"data":         {cache: cache, cfg: Config{Data: data}, want: data},
		"off":          {cache: noCache},
		"none":         {},
		"another pack": {cache: cache, cfg: Config{Knowledge: "mypack", Data: data}},
	} {
		t.Run(name, func(t *testing.T) {
			c := &console{getenv: func(string) string { return test.cache }}
			if _, _, err := c.reader(test.cfg)(os.DirFS("testdata/pack")); err != nil {
				t.Fatal(err)
			}
			for _, folder := range []string{cache, data} {
				err := os.Remove(filepath.Join(folder, compiledFile))
				if made := err == nil; made != (folder == test.want) {
					t.Errorf("compiled in %s: %t (%v)", folder, made, err)
				}
			}
		})
	}
}
