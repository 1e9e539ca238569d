package knowledge

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

// Load reads the pack at the root of fsys and checks all of it. It returns everything
// that is wrong at once, sorted by file and line. When none of that is an error, it
// returns the library; otherwise the library is nil and the error is that of
// [Problems.Err]. A pack may lack all but its pack.yaml and one article, and its sections
// may lack evidence, questions and references.
func Load(fsys fs.FS) (*Library, Problems, error) {
	l := &loader{fsys: fsys, entries: map[any]entry{}, complete: true}
	lib := l.load()
	l.check(lib)
	l.problems.sort()
	if err := l.problems.Err(); err != nil {
		return nil, l.problems, err
	}
	return lib, l.problems, nil
}

// Open reads the pack at the root of fsys to be used, not to be worked on. It returns the
// library or the error that [Load] returns, and takes less time, since it does not look for
// what could be better.
func Open(fsys fs.FS) (*Library, error) {
	l := &loader{fsys: fsys, entries: map[any]entry{}, complete: true}
	lib := l.load()
	l.checkErrors(lib)
	l.problems.sort()
	if err := l.problems.Err(); err != nil {
		return nil, err
	}
	return lib, nil
}

// The files of a pack.
const (
	packFile       = "pack.yaml"
	referencesFile = "references.yaml"
	glossaryFile   = "glossary.yaml"
	wordsFile      = "words.yaml"
	uncoveredFile  = "uncovered.yaml"
	lanesFile      = "lanes.yaml"
	articlesFolder = "articles"
)

// A loader holds what is known while a pack is read.
type loader struct {
	fsys     fs.FS
	problems Problems
	entries  map[any]entry // where each *Article, *Section, *Reference, *Concept and *Topic stands
	complete bool          // every file of the pack could be read
}

// load reads the files side by side.
func (l *loader) load() *Library {
	var lib Library
	l.strayFiles()
	l.sideBySide(
		func(l *loader) {
			if !l.exists(packFile) {
				l.problems.errorf(place{packFile, 0}, "missing-pack", "the pack has no such file: write one with id, title and version")
			} else if d, root := l.open(packFile); root != nil {
				lib.Pack = d.pack(root)
			}
			lib.Articles = l.articles()
		},
		optional(referencesFile, (*document).references, &lib.References),
		optional(glossaryFile, (*document).glossary, &lib.Glossary),
		optional(wordsFile, (*document).words, &lib.Words),
		optional(uncoveredFile, (*document).uncovered, &lib.Uncovered),
		optional(lanesFile, (*document).lanes, &lib.Lanes),
	)
	return New(lib)
}

// optional returns what reads a file that a pack need not have.
func optional[T any](name string, read func(*document, *yaml.Node) T, to *T) func(*loader) {
	return func(l *loader) {
		if l.exists(name) {
			if d, root := l.open(name); root != nil {
				*to = read(d, root)
			}
		}
	}
}

// sideBySide runs parts of the loading at the same time, each with a loader of its own,
// and takes over what these found.
func (l *loader) sideBySide(parts ...func(*loader)) {
	loaders := make([]*loader, len(parts))
	var all sync.WaitGroup
	for i, part := range parts {
		own := &loader{fsys: l.fsys, entries: map[any]entry{}, complete: true}
		loaders[i] = own
		all.Go(func() { part(own) })
	}
	all.Wait()
	for _, own := range loaders {
		l.problems = append(l.problems, own.problems...)
		maps.Copy(l.entries, own.entries)
		l.complete = l.complete && own.complete
	}
}

func (l *loader) articles() []*Article {
	files := slices.DeleteFunc(l.names(articlesFolder), func(name string) bool { return path.Ext(name) != ".yaml" })
	if len(files) == 0 {
		l.problems.errorf(place{articlesFolder, 0}, "no-articles", "the pack has no article: write at least one, articles/my-id.yaml")
	}
	articles := make([]*Article, len(files)) // nil where a file cannot be used
	parts := make([]func(*loader), len(files))
	for i, name := range files {
		parts[i] = func(l *loader) {
			if d, root := l.open(path.Join(articlesFolder, name)); root != nil {
				articles[i] = d.article(root)
			}
		}
	}
	l.sideBySide(parts...)
	return slices.DeleteFunc(articles, func(a *Article) bool { return a == nil })
}

// open parses the file of that name. The root is nil when the file cannot be used.
func (l *loader) open(name string) (*document, *yaml.Node) {
	d := &document{name, &l.problems, l.entries}
	root := d.parse(l.fsys)
	if root == nil {
		l.complete = false
	}
	return d, root
}

// exists reports whether there is such a file, even if it cannot be read.
func (l *loader) exists(name string) bool {
	_, err := fs.Stat(l.fsys, name)
	return !errors.Is(err, fs.ErrNotExist)
}

// names returns the names of the files in folder, sorted, without hidden ones.
func (l *loader) names(folder string) []string {
	files, err := fs.ReadDir(l.fsys, folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.problems.errorf(place{folder, 0}, "unreadable", "the folder cannot be read (%v): check its permissions", cause(err))
		l.complete = false
	}
	var names []string
	for _, f := range files {
		if !strings.HasPrefix(f.Name(), ".") {
			names = append(names, f.Name())
		}
	}
	return names
}

// strayFiles warns of files that look like a part of the pack and are not read.
func (l *loader) strayFiles() {
	known := []string{packFile, referencesFile, glossaryFile, wordsFile, uncoveredFile, lanesFile}
	for _, name := range l.names(".") {
		if ext := path.Ext(name); (ext == ".yaml" || ext == ".yml") && !slices.Contains(known, name) {
			l.problems.warnf(place{name, 0}, "stray-file", "the file is not read: %s", whereBelongs(name, known))
		}
	}
	for _, name := range l.names(articlesFolder) {
		if path.Ext(name) == ".yml" {
			l.problems.warnf(place{path.Join(articlesFolder, name), 0}, "stray-file", "the file is not read: rename it to end in .yaml")
		}
	}
}

func whereBelongs(name string, known []string) string {
	for _, k := range known {
		if editDistance(name, k) <= 2 {
			return fmt.Sprintf("did you mean %s?", k)
		}
	}
	return "move it to articles/ if it is an article, or remove it"
}

// pack reads pack.yaml.
func (d *document) pack(n *yaml.Node) Pack {
	var p Pack
	e, _ := d.mapping(n, "the pack", fields{
		"id":       d.line(&p.ID),
		"title":    d.line(&p.Title),
		"version":  d.line(&p.Version),
		"licence":  d.line(&p.Licence),
		"note":     d.text(&p.Note),
		"base_url": d.line(&p.BaseURL),
	})
	d.id(e, "the pack", p.ID)
	d.require(e, "title", "missing-title", "the pack has no title: add title: and its name in words")
	d.require(e, "version", "missing-version", "the pack has no version: add version: and a number such as 1.0.0")
	d.webAddress(e, "base_url", p.BaseURL)
	return p
}
