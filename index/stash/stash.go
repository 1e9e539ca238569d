// Package stash keeps in files what a program can make again, but takes long to make: at
// worst, a file is not there, and its content is made again.
package stash

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// A File keeps one content. It is used only by the very program that wrote it, since another
// may make another content of the same. Several processes may read and write it at the same
// time, and other users may read it. The zero value keeps nothing.
type File struct {
	Name   string        // where it is; "" for nowhere
	Origin func() string // tells the content from others of the program by what it is made from; may be nil
}

// A file begins with a line that says by which program and from what the rest was made, and
// its checksum, which is against damage and not against malice.
const headSize = 2*sha256.Size + len(" 00000000\n")

var crcTable = crc32.MakeTable(crc32.Castagnoli)

func head(identity string, content uint32) string {
	return fmt.Sprintf("%x %08x\n", sha256.Sum256([]byte(identity)), content)
}

// identity says by which program and from what the content is made.
func (f File) identity() (string, error) {
	program, err := programSum()
	if err != nil || f.Origin == nil {
		return program, err
	}
	return program + " " + f.Origin(), nil
}

// Read returns the content; nil if there is none, or it is damaged, or is another program's
// or made from something else.
func (f File) Read() []byte {
	if _, err := programSum(); f.Name == "" || err != nil {
		return nil // the program is looked at early, before somebody replaces its file
	}
	if info, err := os.Stat(f.Name); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	data, err := os.ReadFile(f.Name)
	if err != nil || len(data) < headSize {
		return nil
	}
	identity, err := f.identity()
	content := data[headSize:]
	if err != nil || string(data[:headSize]) != head(identity, crc32.Checksum(content, crcTable)) {
		return nil
	}
	return content
}

// Write keeps what write writes. The file appears as a whole or not at all.
func (f File) Write(write func(io.Writer) error) error {
	if f.Name == "" {
		return nil
	}
	if info, err := os.Stat(f.Name); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("keep %s: it is there and no file", f.Name)
	}
	if err := os.MkdirAll(filepath.Dir(f.Name), 0o755); err != nil {
		return fmt.Errorf("keep %s: %w", f.Name, err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(f.Name), filepath.Base(f.Name)+Unfinished+"*")
	if err != nil {
		return fmt.Errorf("keep %s: %w", f.Name, err)
	}
	err = errors.Join(f.writeTo(tmp, write), tmp.Chmod(0o644), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), f.Name)
	}
	if err != nil {
		return fmt.Errorf("keep %s: %w", f.Name, errors.Join(err, os.Remove(tmp.Name())))
	}
	RemoveUnfinished(f.Name)
	return nil
}

func (f File) writeTo(tmp *os.File, write func(io.Writer) error) error {
	identity, err := f.identity()
	if err != nil {
		return err
	}
	if _, err := tmp.Seek(int64(headSize), io.SeekStart); err != nil { // it is written last
		return err
	}
	sum := crc32.New(crcTable)
	if err := write(io.MultiWriter(tmp, sum)); err != nil {
		return err
	}
	_, err = tmp.WriteAt([]byte(head(identity, sum.Sum32())), 0)
	return err
}

// programSum identifies the program that runs, on Linux even if its file has been replaced
// since.
var programSum = sync.OnceValues(func() (string, error) {
	f, err := os.Open("/proc/self/exe") // whatever has become of its name
	if err != nil {
		name, err := os.Executable()
		if err != nil {
			return "", fmt.Errorf("find program: %w", err)
		}
		if f, err = os.Open(name); err != nil {
			return "", fmt.Errorf("read program: %w", err)
		}
	}
	defer f.Close()
	h := crc32.New(crcTable)
	n, err := io.Copy(h, f)
	if err != nil {
		return "", fmt.Errorf("read program: %w", err)
	}
	return fmt.Sprintf("%d %08x", n, h.Sum32()), nil
})

// Unfinished follows the name of a file or folder in the names of those that are to take its
// place when they are finished, in front of a number; see [os.CreateTemp].
const Unfinished = ".new-"

// Old follows that number in the name of what has been replaced.
const Old = "-old"

// IsUnfinished reports whether a name is that of what is to take the place of a file or folder
// of another name, or of what was replaced.
func IsUnfinished(name, of string) bool {
	rest, ok := strings.CutPrefix(name, of)
	return ok && unfinishedName.MatchString(rest)
}

var unfinishedName = regexp.MustCompile(`^` + regexp.QuoteMeta(Unfinished) + `\d+(` + Old + `)?$`)

// RemoveUnfinished removes what was to take the place of a file or folder, and what was
// replaced, unless it is so new that another process may be working at it: a program that is
// killed leaves it behind. Of the place of a file, it removes files only.
func RemoveUnfinished(path string) {
	place, err := os.Stat(path)
	if err != nil {
		return
	}
	entries, _ := os.ReadDir(filepath.Dir(path)) // at worst it stays for longer
	for _, e := range entries {
		if IsUnfinished(e.Name(), filepath.Base(path)) && e.IsDir() == place.IsDir() && !Young(e) {
			os.RemoveAll(filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
}

// Young reports whether a file or folder may be one at which a process is still working.
func Young(e fs.DirEntry) bool {
	info, err := e.Info()
	return err != nil || time.Since(info.ModTime()) < time.Hour
}
