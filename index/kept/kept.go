// Package kept keeps in files what a program can make again, but takes long to make: at
// worst, a file is not there, and its content is made again.
package kept

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// A File keeps one content. It is used only by the very program that wrote it, which may make
// another of the same. Several processes may read and write it at the same time. The zero
// value keeps nothing.
type File struct {
	Name   string        // where it is; "" for nowhere
	Origin func() string // tells the content from others of the program by what it is made from; may be nil
}

// head is the first line of the file, which has the same length in all: by which program and
// from what the rest was made, and its checksum.
func (f File) head(sum uint32) (string, error) {
	program, err := programSum()
	if err != nil {
		return "", err
	}
	origin := ""
	if f.Origin != nil {
		origin = f.Origin()
	}
	return fmt.Sprintf("%x %08x\n", sha256.Sum256([]byte(program+" "+origin)), sum), nil
}

// Read returns the content; nil if there is none, or it is damaged, or is another program's
// or made from something else.
func (f File) Read() []byte {
	if f.Name == "" {
		return nil
	}
	if info, err := os.Stat(f.Name); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	data, err := os.ReadFile(f.Name)
	if err != nil {
		return nil
	}
	head, err := f.head(0)
	if err != nil || len(data) < len(head) {
		return nil
	}
	content := data[len(head):]
	head, err = f.head(crc32.Checksum(content, crcTable))
	if err != nil || head != string(data[:len(head)]) {
		return nil
	}
	return content
}

// Write keeps what write writes. The file appears as a whole or not at all.
func (f File) Write(write func(io.Writer) error) error {
	if f.Name == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(f.Name), 0o755); err != nil {
		return fmt.Errorf("keep %s: %w", f.Name, err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(f.Name), filepath.Base(f.Name)+Unfinished+"*")
	if err != nil {
		return fmt.Errorf("keep %s: %w", f.Name, err)
	}
	err = errors.Join(f.writeTo(tmp, write), tmp.Close())
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
	head, err := f.head(0) // in the place of the one that is known in the end
	if err != nil {
		return err
	}
	if _, err := tmp.WriteString(head); err != nil {
		return err
	}
	sum := crc32.New(crcTable)
	if err := write(io.MultiWriter(tmp, sum)); err != nil {
		return err
	}
	if head, err = f.head(sum.Sum32()); err != nil {
		return err
	}
	_, err = tmp.WriteAt([]byte(head), 0)
	return err
}

// crcTable is that of the checksums, which are against damage and not against malice: they
// take a fifth of the time of others.
var crcTable = crc32.MakeTable(crc32.Castagnoli)

// programSum identifies the program that runs, even if its file has been replaced since.
var programSum = sync.OnceValues(func() (string, error) {
	f, err := os.Open("/proc/self/exe") // on Linux, and whatever has become of its name
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
// place when they are finished.
const Unfinished = ".new-"

// RemoveUnfinished removes what was to take the place of a file or folder, unless it is so
// new that another process may be working at it: a program that is killed leaves it behind.
func RemoveUnfinished(path string) {
	entries, _ := os.ReadDir(filepath.Dir(path)) // at worst it stays for longer
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), filepath.Base(path)+Unfinished) && !Young(e) {
			os.RemoveAll(filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
}

// Young reports whether a file or folder may be one at which a process is still working.
func Young(e os.DirEntry) bool {
	info, err := e.Info()
	return err != nil || time.Since(info.ModTime()) < time.Hour
}
