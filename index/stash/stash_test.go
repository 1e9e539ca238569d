package stash_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"exobot/index/stash"
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
		change func(f *stash.File) error
		used   bool
	}{
		"nothing":        {func(*stash.File) error { return nil }, true},
		"another origin": {func(f *stash.File) error { f.Origin = from("pears"); return nil }, false},
		"no origin":      {func(f *stash.File) error { f.Origin = nil; return nil }, false},
		"nowhere":        {func(f *stash.File) error { f.Name = ""; return nil }, false},
		"gone":           {func(f *stash.File) error { return os.Remove(f.Name) }, false},
		"cut":            {func(f *stash.File) error { return os.Truncate(f.Name, 70) }, false},
		"empty":          {func(f *stash.File) error { return os.Truncate(f.Name, 0) }, false},
		"a folder":       {func(f *stash.File) error { return errors.Join(os.Remove(f.Name), os.Mkdir(f.Name, 0o755)) }, false},
		"one bit": {func(f *stash.File) error {
			data, err := os.ReadFile(f.Name)
			if err != nil {
				return err
			}
			data[len(data)-1] ^= 1
			return os.WriteFile(f.Name, data, 0o600)
		}, false},
		"another head": {func(f *stash.File) error {
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
			f := stash.File{Name: name(t), Origin: from("apples")}
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

// readVariable makes this program print what it reads from the file that it names.
const readVariable = "STASH_TEST_READ"

func TestMain(m *testing.M) {
	if name := os.Getenv(readVariable); name != "" {
		fmt.Printf("read %q", stash.File{Name: name}.Read())
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// What a program kept is read by that very program, and not by one that differs from it by a
// byte at its end.
func TestOtherProgram(t *testing.T) {
	t.Parallel()
	f := stash.File{Name: filepath.Join(t.TempDir(), "thing")}
	if err := f.Write(text("juice")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(f.Name); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("written with mode %v, %v, want one that others can read", info.Mode(), err)
	}
	this, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(this)
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), filepath.Base(this))
	if err := os.WriteFile(other, append(data, 0), 0o700); err != nil {
		t.Fatal(err)
	}
	for program, want := range map[string]string{this: `read "juice"`, other: `read ""`} {
		cmd := exec.CommandContext(t.Context(), program)
		cmd.Env = append(os.Environ(), readVariable+"="+f.Name)
		if out, err := cmd.CombinedOutput(); string(out) != want || err != nil {
			t.Errorf("%s: %s, %v, want %s", program, out, err, want)
		}
	}
}

// What cannot be written leaves what was there, and nothing beside it.
func TestWriteFails(t *testing.T) {
	t.Parallel()
	f := stash.File{Name: filepath.Join(t.TempDir(), "thing")}
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
	if err := (stash.File{}).Write(text("juice")); err != nil {
		t.Errorf("nowhere: %v", err)
	}
}

// Only what has been unfinished for long is removed.
func TestRemoveUnfinished(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	long := time.Now().Add(-2 * time.Hour)
	if err := os.Mkdir(filepath.Join(dir, "thing.new-5"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(dir, "thing.new-5"), long, long); err != nil {
		t.Fatal(err)
	}
	for file, old := range map[string]bool{
		"thing.new-1": true, "thing.new-4-old": true, "thing.new-2": false, "thing": true, "things.new-3": true, "thing.new-draft": true,
	} {
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
	stash.RemoveUnfinished(filepath.Join(dir, "thing"))
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range left {
		left[i] = filepath.Base(left[i])
	}
	if want := []string{"thing", "thing.new-2", "thing.new-5", "thing.new-draft", "things.new-3"}; !slices.Equal(left, want) {
		t.Errorf("left %q, want %q", left, want)
	}
}
