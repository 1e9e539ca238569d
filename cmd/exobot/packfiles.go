package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"exobot/index/stash"
	"exobot/knowledge"
	"exobot/knowledge/pack"
)

// A snapshot is the files of a pack as they were at one time, so that what is checked,
// indexed and kept is the same, whatever happens to the folder meanwhile.
type snapshot struct {
	files []packFile // by name, those of the root first
	sum   string     // SHA-256 of names and contents, in hexadecimal
}

// A packFile is one file of a snapshot.
type packFile struct {
	name    string // within the pack, with forward slashes
	data    []byte
	regular bool // if not, its content was not read
}

// maxPackFile is how much is read of a file: one byte more than knowledge.Load takes, so
// that it can say that the file is too large.
const maxPackFile = 4<<20 + 1

// packNames lists what knowledge.Load looks at: the YAML files at the root of a pack and
// in its folder of articles. Hidden files, which editors and mounted volumes make, are
// none of them.
func packNames(fsys fs.FS) ([]string, error) {
	var names []string
	for _, dir := range []string{".", "articles"} {
		entries, err := fs.ReadDir(fsys, dir)
		if err != nil && !(dir == "articles" && errors.Is(err, fs.ErrNotExist)) { // that, Load reports
			return nil, err
		}
		for _, e := range entries {
			ext := path.Ext(e.Name())
			if (ext == ".yaml" || ext == ".yml") && !strings.HasPrefix(e.Name(), ".") {
				names = append(names, path.Join(dir, e.Name()))
			}
		}
	}
	return names, nil
}

// takeSnapshot reads the files of the pack at the root of fsys.
func takeSnapshot(fsys fs.FS) (*snapshot, error) {
	names, err := packNames(fsys)
	if err != nil {
		return nil, err
	}
	s := &snapshot{}
	h := sha256.New()
	for _, name := range names {
		f, err := readPackFile(fsys, name)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(h, "%q %t %d\n", f.name, f.regular, len(f.data))
		h.Write(f.data)
		s.files = append(s.files, f)
	}
	s.sum = hex.EncodeToString(h.Sum(nil))
	return s, nil
}

func readPackFile(fsys fs.FS, name string) (packFile, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil || !info.Mode().IsRegular() { // reading a pipe could take for ever
		return packFile{name: name}, err
	}
	f, err := fsys.Open(name)
	if err != nil {
		return packFile{}, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxPackFile))
	return packFile{name, data, true}, err
}

// fsys returns the snapshot as a file system: an archive in memory, where a folder stands
// for what is no regular file.
func (s *snapshot) fsys() (fs.FS, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range s.files {
		name := f.name
		if !f.regular {
			name += "/"
		}
		to, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			return nil, err
		}
		if _, err := to.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
}

// load reads the snapshot as readPackAt does a folder.
func (s *snapshot) load(read reader) (*knowledge.Library, knowledge.Problems, error) {
	fsys, err := s.fsys()
	if err != nil {
		return nil, nil, err
	}
	lib, problems, err := read(fsys)
	if err != nil {
		return nil, problems, err
	}
	if err := lendLanes(lib); err != nil {
		return nil, problems, err
	}
	return lib, problems, nil
}

// shippedLanes returns the lanes of the shipped pack.
var shippedLanes = sync.OnceValues(func() (knowledge.Lanes, error) {
	lib, err := knowledge.Open(pack.FS)
	if err != nil {
		return knowledge.Lanes{}, fmt.Errorf("shipped pack: %w", err)
	}
	return lib.Lanes, nil
})

// lendLanes gives a pack without lanes those of the shipped one, so that questions about
// somebody's own health get their notice whatever the articles are.
func lendLanes(lib *knowledge.Library) (err error) {
	if len(lib.Lanes.Rules) == 0 && len(lib.Lanes.Notices) == 0 {
		lib.Lanes, err = shippedLanes()
	}
	return err
}

// write writes the files of the snapshot under dir, which exists.
func (s *snapshot) write(dir string) error {
	for _, f := range s.files {
		name := filepath.Join(dir, filepath.FromSlash(f.name))
		parent := filepath.Dir(name)
		if !f.regular {
			parent = name
		}
		if err := os.MkdirAll(parent, 0o755); err != nil {
			return err
		}
		if !f.regular {
			continue
		}
		if err := os.WriteFile(name, f.data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// look describes the pack in a folder without reading its files: their names, sizes,
// times and permissions, and where the folders really are. A look that differs from
// another means that a file has changed, or the way to it.
func look(dir string) string {
	h := sha256.New()
	for _, d := range []string{dir, filepath.Join(dir, "articles")} {
		real, err := filepath.EvalSymlinks(d)
		fmt.Fprintf(h, "%q %v\n", real, err)
	}
	fsys := os.DirFS(dir)
	names, err := packNames(fsys)
	fmt.Fprintln(h, err)
	for _, name := range names {
		info, err := fs.Stat(fsys, name)
		if err != nil {
			fmt.Fprintf(h, "%q %v\n", name, err)
			continue
		}
		fmt.Fprintf(h, "%q %d %d %v\n", name, info.Size(), info.ModTime().UnixNano(), info.Mode())
	}
	return string(h.Sum(nil))
}

// A keptPack is a good pack whose files are kept in the data folder:
//
//	packs/00000017-3f2a9c1b/kept.json
//	packs/00000017-3f2a9c1b/pack.yaml
//	packs/00000017-3f2a9c1b/articles/...
//
// The number grows, so that the order does not hang on the clock. The rest of the name is
// the beginning of the snapshot's sum.
type keptPack struct {
	dir    string
	number int
	keptAs
}

// keptAs is kept.json, one line of JSON about a kept pack.
type keptAs struct {
	Folder  string    `json:"folder"` // that the files were read from
	Pack    string    `json:"pack"`
	Version string    `json:"version"`
	Time    time.Time `json:"time"` // when it came into use
	Sum     string    `json:"sum"`  // of the files
}

const (
	keptFolder = "packs"
	keptFile   = "kept.json"
	keptAtMost = 3 // the pack in use and two to go back to
)

// keptPacks returns the packs kept in a data folder, the newest first. Those that have no
// kept.json fit to read are left out.
func keptPacks(data string) []keptPack {
	root := filepath.Join(data, keptFolder)
	entries, _ := os.ReadDir(root) // a folder that is not there keeps nothing
	var kept []keptPack
	for _, e := range entries {
		k := keptPack{dir: filepath.Join(root, e.Name())}
		if _, err := fmt.Sscanf(e.Name(), "%d-", &k.number); err != nil {
			continue
		}
		line, err := os.ReadFile(filepath.Join(k.dir, keptFile))
		if err == nil && json.Unmarshal(line, &k.keptAs) == nil {
			kept = append(kept, k)
		}
	}
	slices.SortFunc(kept, func(a, b keptPack) int { return b.number - a.number })
	return kept
}

// keepPack writes a good pack into the data folder as the newest, unless it is that
// already, and removes what is more than keptAtMost. The pack is written beside and moved
// into its place, so a kept pack is whole.
func keepPack(data string, s *snapshot, as keptAs) error {
	kept := keptPacks(data)
	number := 1
	if len(kept) > 0 {
		if kept[0].Sum == as.Sum && kept[0].Folder == as.Folder {
			return nil
		}
		number = kept[0].number + 1
	}
	root := filepath.Join(data, keptFolder)
	if err := os.MkdirAll(root, 0o755); err != nil {
		return fmt.Errorf("keep pack: %w", err)
	}
	tmp, err := os.MkdirTemp(root, stash.Unfinished+"*")
	if err != nil {
		return fmt.Errorf("keep pack: %w", err)
	}
	defer os.RemoveAll(tmp) // gone already where all went well
	line, err := json.Marshal(as)
	if err != nil {
		return fmt.Errorf("keep pack: %w", err)
	}
	err = errors.Join(
		os.Chmod(tmp, 0o755), // MkdirTemp lets nobody else in
		s.write(tmp),
		os.WriteFile(filepath.Join(tmp, keptFile), append(line, '\n'), 0o644),
	)
	if err != nil {
		return fmt.Errorf("keep pack: %w", err)
	}
	dir := filepath.Join(root, fmt.Sprintf("%08d-%.8s", number, as.Sum))
	// Another process with the same data folder may have been faster, with the same files.
	if err := os.Rename(tmp, dir); err != nil && !exists(dir) {
		return fmt.Errorf("keep pack: %w", err)
	}
	kept = slices.DeleteFunc(kept, func(k keptPack) bool {
		again := k.Sum == as.Sum
		if again {
			os.RemoveAll(k.dir) // at worst it stays for longer
		}
		return again
	})
	for _, k := range kept[min(len(kept), keptAtMost-1):] {
		os.RemoveAll(k.dir)
	}
	return nil
}
