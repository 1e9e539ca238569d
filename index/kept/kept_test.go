package kept_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"exobot/index/kept"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func TestFile(t *testing.T) {
	t.Parallel()
	from := func(s string) func() string { return func() string { return s } }
	name := func(t *testing.T) string { return filepath.Join(t.TempDir(), "made", "thing") }
	for what, test := range map[string]struct {
		change func(f *kept.File) error
		used   bool
	}{
		"nothing":        {func(*kept.File) error { return nil }, true},
		"another origin": {func(f *kept.File) error { f.Origin = from("pears"); return nil }, false},
		"no origin":      {func(f *kept.File) error { f.Origin = nil; return nil }, false},
		"nowhere":        {func(f *kept.File) error { f.Name = ""; return nil }, false},
		"gone":           {func(f *kept.File) error { return os.Remove(f.Name) }, false},
		"cut":            {func(f *kept.File) error { return os.Truncate(f.Name, 70) }, false},
		"empty":          {func(f *kept.File) error { return os.Truncate(f.Name, 0) }, false},
		"a folder":       {func(f *kept.File) error { return errors.Join(os.Remove(f.Name), os.Mkdir(f.Name, 0o755)) }, false},
		"one bit": {func(f *kept.File) error {
			data, err := os.ReadFile(f.Name)
			if err != nil {
				return err
			}
			data[len(data)-1] ^= 1
			return os.WriteFile(f.Name, data, 0o600)
		}, false},
		"another program": {func(f *kept.File) error {
			data, err := os.ReadFile(f.Name)
			if err != nil {
				return err
			}
			data[0] ^= 1
			return os.WriteFile(f.Name, data, 0o600)
		}, false},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			f := kept.File{Name: name(t), Origin: from("apples")}
			if got := f.Read(); got != nil {
				t.Errorf("before: %q", got)
			}
			if err := f.Write(text("juice")); err != nil {
				t.Fatal(err)
			}
			if err := test.change(&f); err != nil {
				t.Fatal(err)
			}
			if got := string(f.Read()); (got == "juice") != test.used || got != "juice" && got != "" {
				t.Errorf("got %q, used: want %t", got, test.used)
			}
		})
	}
}

// What cannot be written leaves what was there, and nothing beside it.
func TestWriteFails(t *testing.T) {
	t.Parallel()
	f := kept.File{Name: filepath.Join(t.TempDir(), "thing")}
	if err := f.Write(text("juice")); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	if err := f.Write(func(io.Writer) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	if got := string(f.Read()); got != "juice" {
		t.Errorf("got %q", got)
	}
	if entries, err := os.ReadDir(filepath.Dir(f.Name)); len(entries) != 1 || err != nil {
		t.Errorf("left %v, %v", entries, err)
	}
	f.Name = filepath.Join(f.Name, "below")
	if err := f.Write(text("juice")); err == nil {
		t.Error("a file below a file was written")
	}
	if err := (kept.File{}).Write(text("juice")); err != nil {
		t.Errorf("nowhere: %v", err)
	}
}

// Only what has been unfinished for long is removed.
func TestRemoveUnfinished(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := time.Now().Add(-2 * time.Hour)
	for file, old := range map[string]bool{"thing.new-1": true, "thing.new-2": false, "thing": true, "things.new-3": true} {
		name := filepath.Join(dir, file)
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if old {
			if err := os.Chtimes(name, long, long); err != nil {
				t.Fatal(err)
			}
		}
	}
	kept.RemoveUnfinished(filepath.Join(dir, "thing"))
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range left {
		left[i] = filepath.Base(left[i])
	}
	if want := []string{"thing", "thing.new-2", "things.new-3"}; !slices.Equal(left, want) {
		t.Errorf("left %q, want %q", left, want)
	}
}
