package index

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/blevesearch/bleve/v2"

	"exobot/index/stash"
)

// ErrCorrupt is in the chain of an error that means that the index's files do not hold
// what was written to them. The index can be deleted and built again.
var ErrCorrupt = errors.New("index: the index is damaged")

// OpenCollection is [NewCollection] with the index kept in a folder. What the folder
// holds from an earlier time is used when it was built of the same documents and its
// files are whole; otherwise it is built anew beside the folder and moved into its
// place. The folder is opened for reading only, so several processes can share it. One that
// holds anything else is an error.
func OpenCollection(ctx context.Context, docs []Document, m Model, dir string) (*Collection, error) {
	sorted, err := sorted(docs)
	if err != nil {
		return nil, err
	}
	return openCollection(ctx, sorted, making{model: m, glossary: noGlossary}, dir)
}

func openCollection(ctx context.Context, docs documents, m making, dir string) (*Collection, error) {
	want := fingerprint(docs)
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real // a link stays one
	}
	m.learnt = keeping(filepath.Join(dir, learntName), want, m)
	again := false // whether a folder that was just built, and is whole, was opened twice
	for built := 0; ; {
		c, err := reopen(ctx, docs, m, dir, want)
		if err == nil {
			return c, nil
		}
		switch whole := built > 0 && checkFolder(dir, want) == nil; {
		case ctx.Err() != nil:
			return nil, fmt.Errorf("index: open %s: %w", dir, ctx.Err())
		case whole && again, built == openAttempts:
			return nil, err
		case whole: // another process may just have put it there
			again = true
			continue
		}
		if err := buildBeside(ctx, docs, dir, want); err != nil {
			return nil, err
		}
		built, again = built+1, false
	}
}

// openAttempts is how often an index is built before its folder is given up. Once is
// enough, unless another process replaces the folder at the same time.
const openAttempts = 5

// A manifest says what an index folder was built of and what its files hold.
type manifest struct {
	Documents string            `json:"documents"` // fingerprint
	Files     map[string]string `json:"files"`     // SHA-256 of each, by path
}

const (
	manifestName = "exobot.json"
	bleveFolder  = "bleve"
	learntName   = "learnt"
	// indexFormat is part of every fingerprint. It is raised when the analysis or the
	// fields change, so that indexes built before are not used any more.
	indexFormat = "2"
)

// fingerprint identifies the documents and the way in which they are indexed.
func fingerprint(docs documents) string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	enc.Encode(indexFormat) // a hash takes everything
	for _, d := range docs.all() {
		enc.Encode(d)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// checkFolder returns an error unless the folder holds an index of the wanted documents
// whose files are whole.
func checkFolder(dir, want string) error {
	data, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return fmt.Errorf("index: read manifest: %w", err)
	}
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return fmt.Errorf("%w: manifest: %w", ErrCorrupt, err)
	}
	if m.Documents != want {
		return fmt.Errorf("index: %s was built of other documents", dir)
	}
	files, err := hashFiles(os.DirFS(dir))
	if err != nil {
		return err
	}
	for name, sum := range m.Files {
		if files[name] != sum {
			return fmt.Errorf("%w: file %s", ErrCorrupt, name)
		}
	}
	return nil
}

func reopen(ctx context.Context, docs documents, m making, dir, want string) (*Collection, error) {
	if err := checkFolder(dir, want); err != nil {
		return nil, err
	}
	return newCollection(ctx, docs, m, func() (bleve.Index, error) {
		if err := registerAnalyzer(); err != nil { // which the index names
			return nil, err
		}
		ix, err := bleve.OpenUsing(filepath.Join(dir, bleveFolder), map[string]any{"read_only": true, "bolt_timeout": "10s"})
		if err != nil {
			return nil, fmt.Errorf("index: open %s: %w", dir, err)
		}
		return ix, nil
	})
}

// buildBeside builds an index next to dir and moves it into its place, unless another
// process has put one there in the meantime.
func buildBeside(ctx context.Context, docs documents, dir, print string) error {
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return fmt.Errorf("index: make data folder: %w", err)
	}
	was, err := os.Stat(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("index: look at old index: %w", err)
	}
	if was != nil {
		if err := checkOurs(dir); err != nil {
			return err
		}
	}
	tmp, err := os.MkdirTemp(parent, filepath.Base(dir)+stash.Unfinished+"*")
	if err != nil {
		return fmt.Errorf("index: make folder for the new index: %w", err)
	}
	defer os.RemoveAll(tmp) // gone already where all went well
	ix, err := create(ctx, docs, filepath.Join(tmp, bleveFolder))
	if err != nil {
		return err
	}
	if err := ix.Close(); err != nil {
		return fmt.Errorf("index: finish %s: %w", tmp, err)
	}
	files, err := hashFiles(os.DirFS(tmp))
	if err != nil {
		return err
	}
	data, err := json.Marshal(manifest{Documents: print, Files: files})
	if err != nil {
		return fmt.Errorf("index: write manifest: %w", err)
	}
	if err := os.WriteFile(filepath.Join(tmp, manifestName), data, 0o644); err != nil {
		return fmt.Errorf("index: write manifest: %w", err)
	}
	if err := share(tmp); err != nil {
		return fmt.Errorf("index: open the new index to others: %w", err)
	}
	if now, err := os.Stat(dir); err == nil && (was == nil || !os.SameFile(was, now)) && checkFolder(dir, print) == nil {
		return nil
	}
	old := tmp + stash.Old
	defer os.RemoveAll(old) // by a name of its own: others may still read it
	if err := os.Rename(dir, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("index: move old index away: %w", err)
	}
	if err := os.Rename(tmp, dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("index: move new index into place: %w", err)
	}
	stash.RemoveUnfinished(dir)
	return nil
}

// share lets other users read a folder and all that is in it: several may share an index.
func share(dir string) error {
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.Chmod(name, 0o755)
		default:
			return os.Chmod(name, 0o644)
		}
	})
}

// checkOurs returns an error if a folder holds what no index has: it is somebody else's.
func checkOurs(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("index: look at old index: %w", err)
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case name == manifestName, name == bleveFolder, name == learntName, stash.IsUnfinished(name, learntName):
		default:
			return fmt.Errorf("index: %s is in the place of the index and holds %s: move it away, or keep the index elsewhere", dir, name)
		}
	}
	return nil
}

// hashFiles returns the SHA-256 of every file that Bleve does not change when it opens
// an index.
func hashFiles(fsys fs.FS) (map[string]string, error) {
	sums := make(map[string]string)
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".zap" {
			return err
		}
		f, err := fsys.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		h := sha256.New()
		if _, err := io.Copy(h, f); err != nil {
			return err
		}
		sums[name] = hex.EncodeToString(h.Sum(nil))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("index: read index files: %w", err)
	}
	return sums, nil
}
