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
func TestCacheFolder(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value string
		cfg   Config
		want  string
	}{
		"shipped pack":          {"some/folder", Config{}, "some/folder"},
		"no folder":             {"", Config{}, ""},
		"off":                   {noCache, Config{}, ""},
		"data folder":           {"some/folder", Config{Data: "data"}, ""},
		"another pack":          {"some/folder", Config{Knowledge: "mypack"}, ""},
		"another pack and data": {"some/folder", Config{Knowledge: "mypack", Data: "data"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &console{getenv: func(string) string { return test.value }}
			if got := c.cacheFolder(test.cfg); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Whatever has become of the cache, there is an index; and where it can be, it is kept.
func TestBuildCached(t *testing.T) {
	t.Parallel()
	lib, err := loadPack("testdata/pack")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "made", "when needed")
	for name, test := range map[string]struct {
		cache string
		kept  bool
	}{
		"none":          {"", false},
		"new":           {folder, true},
		"file instead":  {file, false},
		"below a file":  {filepath.Join(file, "folder"), false},
		"not a name":    {"a\x00b", false},
		"spoilt within": {spoilt(t), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 2 {
				ed, err := buildCached(t.Context(), lib, test.cache)
				if err != nil {
					t.Fatal(err)
				}
				b := bot.New(ed, bot.Options{})
				r, err := b.Answer(t.Context(), bot.Question{Text: "what is the diameter of an exosome"})
				if err = errors.Join(err, b.Close()); err != nil || r.Kind != bot.KindAnswer {
					t.Errorf("got %+v, %v", r, err)
				}
			}
			if _, err := os.Stat(filepath.Join(test.cache, "index", "learnt")); (err == nil) != test.kept {
				t.Errorf("kept: %v, want %t", err, test.kept)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := buildCached(ctx, lib, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: got %v", err)
	}
}

// spoilt returns a cache in which something else stands in the place of the index.
func spoilt(t *testing.T) string {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}
