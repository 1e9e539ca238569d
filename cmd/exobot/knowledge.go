package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"exobot/bot"
	"exobot/index/stash"
	"exobot/knowledge"
	"exobot/knowledge/pack"
)

// sourceFlags say from which pack and from which of its articles to answer.
type sourceFlags struct {
	dir      string
	articles []knowledge.ArticleID
}

func (s *sourceFlags) define(flags *flag.FlagSet) {
	flags.StringVar(&s.dir, "knowledge", "", "use the pack in folder `DIR` instead of the configured or shipped one")
	flags.Var(listFlag[knowledge.ArticleID]{&s.articles}, "article", "answer from the article `ID` only; may be repeated")
}

// open loads the pack, checks that it has the articles, and returns a bot that answers
// from it, which the caller closes.
func (s *sourceFlags) open(ctx context.Context, c *console, command string) (*bot.Bot, error) {
	defer runtime.KeepAlive(startSlack())
	cfg, err := c.config()
	if err != nil {
		return nil, err
	}
	if s.dir != "" {
		cfg.Knowledge, cfg.Data = s.dir, "" // the index on disk is that of the configured pack
	}
	dir, build, err := c.indexing(cfg)
	if err != nil {
		return nil, err
	}
	lib, _, err := readPackAt(cfg.Knowledge, c.reader(cfg))
	if err != nil {
		return nil, err
	}
	for _, id := range s.articles {
		if lib.Article(id) == nil {
			return nil, unknownArticle(command, id, lib)
		}
	}
	return newBot(ctx, lib, dir, build)
}

// startSlack returns memory that nobody touches, so that it takes up addresses only. While
// it is reachable, the garbage collector, which runs when memory has doubled, lets the start
// of the program leave that much more behind before it looks for anything to free, when
// nearly all is kept anyway: it would run some sixteen times and take an eighth of the time.
// Unlike a greater GOGC, it lets a large pack take no larger a multiple of its memory. With
// as much as this, the shipped pack takes up some 400 MB at most at the first start and 210
// at later ones; with three times as much it takes 500 and 290, and is ready no sooner.
// Where the operator has set how much garbage there may be, there is no slack.
func startSlack() []byte {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return nil
	}
	return make([]byte, 32<<20)
}

func unknownArticle(command string, id knowledge.ArticleID, lib *knowledge.Library) error {
	var ids []string
	for _, a := range lib.Articles {
		ids = append(ids, string(a.ID))
	}
	if near := nearest(string(id), ids); near != "" {
		return usagef(command, "there is no article %q; did you mean %q?", id, near)
	}
	return usagef(command, "there is no article %q; the articles are %s", id, strings.Join(ids, ", "))
}

// loadPack opens the pack in a folder, or the shipped one if dir is empty.
func loadPack(dir string) (*knowledge.Library, error) {
	lib, _, err := readPackAt(dir, openOnly)
	return lib, err
}

// checkPack is loadPack that also returns what it found wrong.
func checkPack(dir string) (*knowledge.Library, knowledge.Problems, error) {
	return readPackAt(dir, knowledge.Load)
}

// A reader reads a pack and may say what is wrong with it: [knowledge.Load], openOnly, or
// what compiledReader returns.
type reader func(fs.FS) (*knowledge.Library, knowledge.Problems, error)

// openOnly is [knowledge.Open], which does not say what is wrong besides its error.
func openOnly(fsys fs.FS) (*knowledge.Library, knowledge.Problems, error) {
	lib, err := knowledge.Open(fsys)
	return lib, nil, err
}

// compiledReader returns a reader that keeps a pack compiled in a file of that name, and
// reads it from there as long as its files are the same.
func compiledReader(name string) reader {
	return func(fsys fs.FS) (*knowledge.Library, knowledge.Problems, error) {
		file := stash.File{Name: name, Origin: func() string { return packSum(fsys) }}
		if data := file.Read(); data != nil {
			if lib, err := knowledge.ReadCompiled(bytes.NewReader(data)); err == nil {
				return lib, nil, nil
			}
		}
		lib, err := knowledge.Open(fsys)
		if err == nil {
			_ = file.Write(lib.Compile) // where nothing can be written, it is read again
		}
		return lib, nil, err
	}
}

// packSum tells the files of a pack from others.
func packSum(fsys fs.FS) string {
	s, err := takeSnapshot(fsys)
	if err != nil {
		return err.Error() // which nothing is kept for, since the pack cannot be read
	}
	return s.sum
}

// reader returns what reads the configured pack, to be used and not to be checked. The
// shipped one, whose files do not change, is kept compiled where there is a folder for that.
func (c *console) reader(cfg Config) reader {
	folder := cfg.Data
	if folder == "" {
		folder, _ = c.cache() // a wrong one is told of when the index is built
	}
	if cfg.Knowledge != "" || folder == "" {
		return openOnly
	}
	return compiledReader(filepath.Join(folder, compiledFile))
}

// compiledFile is where the shipped pack is kept, in the folder for data or for caches.
const compiledFile = "shipped.pack"

// readPackAt reads the pack in a folder, or the shipped one if dir is empty. A pack
// without lanes takes those of the shipped one.
func readPackAt(dir string, read reader) (*knowledge.Library, knowledge.Problems, error) {
	if dir == "" {
		lib, problems, err := read(pack.FS)
		if err != nil {
			return nil, problems, fmt.Errorf("shipped pack: %w", err)
		}
		return lib, problems, nil
	}
	if err := checkFolder(dir); err != nil {
		return nil, nil, err
	}
	lib, problems, err := read(os.DirFS(dir))
	if err != nil {
		return nil, problems, fmt.Errorf("pack %s: %w; exobot check %s shows everything", dir, err, dir)
	}
	if err := lendLanes(lib); err != nil {
		return nil, problems, err
	}
	return lib, problems, nil
}

// checkFolder returns an error if dir is not a folder that could be a pack.
func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("pack %s: there is no such folder", dir)
	case err != nil:
		return fmt.Errorf("pack: %w", err)
	case !info.IsDir():
		return fmt.Errorf("pack %s: a file, but a pack is a folder; exobot import makes one of an article", dir)
	}
	return nil
}

// newBot indexes a library in dir, or in memory if that is empty, and returns a bot that
// answers from it.
func newBot(ctx context.Context, lib *knowledge.Library, dir string, build builder) (*bot.Bot, error) {
	ed, err := build(ctx, lib, dir)
	if err != nil {
		return nil, err
	}
	return bot.New(ed, bot.Options{}), nil
}

// A builder indexes a library in a folder, or in memory if there is none.
type builder func(ctx context.Context, lib *knowledge.Library, dir string) (bot.Edition, error)

// indexing returns the folder for the index of the configured pack, and what builds it there.
// The shipped pack's is kept in a cache where the settings name no folder for data.
func (c *console) indexing(cfg Config) (dir string, build builder, err error) {
	const name = "index"
	if cfg.Data != "" {
		return filepath.Join(cfg.Data, name), buildEdition, nil
	}
	if cfg.Knowledge != "" {
		return "", buildEdition, nil
	}
	switch cache, err := c.cache(); {
	case err != nil:
		return "", nil, err
	case cache == "":
		return "", buildEdition, nil
	default:
		return filepath.Join(cache, name), buildCached, nil
	}
}

// cache returns the folder for what can be made again, or "".
func (c *console) cache() (string, error) {
	switch cache := c.getenv(cacheVariable); {
	case cache == noCache:
		return "", nil
	case cache != "" && !filepath.IsAbs(cache):
		return "", configError(fmt.Errorf("%s is %q: name a folder from the root, or %q to keep nothing", cacheVariable, cache, noCache))
	default:
		return cache, nil
	}
}

// cacheVariable names the folder for what can be made again, or says that there is to be
// none.
const (
	cacheVariable = "EXOBOT_CACHE"
	noCache       = "off"
)

// buildCached is buildEdition in a folder that need not be of use: if it is not, the index is
// in memory.
func buildCached(ctx context.Context, lib *knowledge.Library, dir string) (bot.Edition, error) {
	ed, err := buildEdition(ctx, lib, dir)
	if err == nil || ctx.Err() != nil {
		return ed, err
	}
	return buildEdition(ctx, lib, "")
}
