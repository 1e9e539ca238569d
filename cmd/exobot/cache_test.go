package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"exobot/bot"
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
