package main

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"exobot/bot"
	"exobot/index"
	"exobot/index/stash"
	"exobot/knowledge"
	"exobot/knowledge/pack"
)

const (
	// lookInterval is the time between two looks at the folder of the pack. It is short
	// for an editor who waits, and a look at a hundred files takes less than a
	// millisecond.
	lookInterval = 2 * time.Second
	// retryInterval is the time after which a pack is tried again that could not be read
	// or indexed for a reason that may pass, such as a full disk.
	retryInterval = time.Minute
	// changesLogged is how many changes of a new pack its line in the log names.
	changesLogged = 3
)

// A keeper keeps what a running bot knows in step with the folder of its pack. It is the
// one who swaps the bot's editions.
//
// It looks at the folder from time to time rather than being told by the file system,
// because that works on every file system, network and container volumes included, and
// with folders that are exchanged as a whole by changing a symbolic link, as mounted
// config maps are. A change counts only when two looks in a row agree, so that files
// which are still being written are left alone. SIGHUP skips the wait.
//
// New files are read once, checked, and indexed beside the index in use. When anything
// is wrong with them, they are refused as a whole with one line in the log, and the
// edition in use stays. With a data folder, the last good packs are kept there, and a
// bot that starts over a broken folder takes the newest of them.
type keeper struct {
	folder   string // of the pack; "" means the shipped one, which does not change
	data     string // where to keep good packs and the index; "" means nowhere
	cache    string // where to keep the index of the shipped pack without data; "" means nowhere
	interval time.Duration
	log      *slog.Logger
	build    builder
	shipped  reader // of the shipped pack
	// orphaned reports whether the terminal that the program was started from is gone.
	orphaned func() bool

	bot     *bot.Bot
	current string    // sum of the files in use
	tried   string    // sum of the files that were read last
	again   time.Time // when to try them again; zero if there is no need
}

// newKeeper returns a keeper for what the settings name. Call open, and then during.
func (c *console) newKeeper(cfg Config, log *slog.Logger) (*keeper, error) {
	dir, build, err := c.indexing(cfg)
	if err != nil {
		return nil, err
	}
	if cfg.Data != "" {
		dir = "" // each pack has a folder of its own there
	}
	fd, terminal := terminalOf(c.stdin)
	return &keeper{
		folder: cfg.Knowledge, data: cfg.Data, cache: dir, interval: lookInterval, log: log, build: build, shipped: c.reader(cfg),
		orphaned: func() bool { return terminal && !term.IsTerminal(fd) },
	}, nil
}

// buildEdition indexes a library with package index.
func buildEdition(ctx context.Context, lib *knowledge.Library, dir string) (bot.Edition, error) {
	saveMemory(passageCount(lib))
	sorter := bot.NewSorter(lib)
	var learning sync.WaitGroup
	learning.Go(sorter.Learn)
	defer learning.Wait()
	ix, err := index.Build(ctx, lib, index.Options{Dir: dir})
	if err != nil {
		return bot.Edition{}, fmt.Errorf("index pack %s: %w", lib.Pack.ID, err)
	}
	return bot.Edition{Library: lib, Searcher: ix, Sorter: sorter, Close: ix.Close}, nil
}

// open loads the pack and returns a bot that answers from it, which the caller closes
// when during has returned. A pack that is refused is replaced by the last good one of
// the same folder, and is an error that a restart cannot mend if none is kept.
func (k *keeper) open(ctx context.Context) (*bot.Bot, error) {
	defer runtime.KeepAlive(startSlack())
	p := k.read()
	k.tried = p.sum
	if p.err != nil {
		kept, good := k.lastGood()
		if kept == nil {
			return nil, configError(p.err)
		}
		k.log.Error("pack refused, the last good one is used instead", "folder", k.folder,
			"problems", p.errors, "first", p.first, "pack", good.lib.Pack.ID, "version", good.lib.Pack.Version, "kept", kept.dir)
		p = good
	}
	ed, err := k.build(ctx, p.lib, k.indexFolder(p))
	if err != nil {
		return nil, err
	}
	k.bot = bot.New(ed, bot.Options{})
	k.inUse(p)
	k.log.Info("pack loaded", "pack", p.lib.Pack.ID, "version", p.lib.Pack.Version, "articles", len(p.lib.Articles))
	k.logWarnings(p)
	return k.bot, nil
}

// during calls serve, and watches the folder until it returns, with its error. The
// context of serve ends early if the terminal is closed.
func (k *keeper) during(ctx context.Context, hangups <-chan os.Signal, serve func(context.Context) error) error {
	ctx, stop := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() {
		defer stop()
		k.watch(ctx, hangups)
	})
	defer watch.Wait()
	defer stop()
	return serve(ctx)
}

// watch takes over what changes in the folder until ctx ends. It returns before that if a
// hang-up turns out to be that of a terminal that was closed: a bot that lived on without
// its terminal would answer every question a second time beside its successor.
func (k *keeper) watch(ctx context.Context, hangups <-chan os.Signal) {
	ticker := time.NewTicker(k.interval)
	defer ticker.Stop()
	var seen, done string // the last look, and the last whose files were read
	hungUp := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangups:
			hungUp = true
			switch {
			case k.orphaned():
			case k.folder == "":
				k.log.Info("the shipped pack is in use, which does not change")
			default:
				k.take(ctx, k.read(), true)
			}
		case <-ticker.C:
			if k.folder == "" {
				break
			}
			now := look(k.folder)
			if now == seen && (now != done || k.due()) {
				// Files that change while they are read wait for two looks again.
				if p := k.read(); look(k.folder) == now {
					k.take(ctx, p, false)
					done = now
				}
			}
			seen = now
		}
		if hungUp && k.orphaned() {
			k.log.Info("terminal closed")
			return
		}
	}
}

// due reports whether it is time to read files again that have not changed.
func (k *keeper) due() bool { return !k.again.IsZero() && !time.Now().Before(k.again) }

// take puts a pack that was read into use. One that was tried before is tried again only
// if that was asked for.
func (k *keeper) take(ctx context.Context, p *readPack, asked bool) {
	k.again = time.Time{}
	if p.snapshot == nil {
		k.again = time.Now().Add(retryInterval)
	}
	if p.sum == k.tried && !asked {
		return
	}
	k.tried = p.sum
	old := k.bot.Library()
	switch {
	case p.sum == k.current:
		k.log.Info("pack unchanged", "pack", old.Pack.ID, "version", old.Pack.Version)
		return
	case p.err != nil:
		k.log.Error("new pack refused, the old one stays in use", "folder", k.folder,
			"problems", p.errors, "first", p.first, "pack", old.Pack.ID, "version", old.Pack.Version)
		return
	}
	k.logWarnings(p)
	ed, err := k.build(ctx, p.lib, k.indexFolder(p))
	switch {
	case err != nil && ctx.Err() != nil:
		return // the program ends
	case err != nil:
		k.tried, k.again = "", time.Now().Add(retryInterval)
		k.log.Error("new pack not indexed, the old one stays in use", "folder", k.folder, "error", err,
			"pack", old.Pack.ID, "version", old.Pack.Version)
		return
	}
	if err := k.bot.Swap(ed); err != nil {
		k.log.Warn("old pack not closed", "error", err)
	}
	k.inUse(p)
	changes := knowledge.Diff(old, p.lib)
	var first []string
	for _, c := range changes[:min(len(changes), changesLogged)] {
		first = append(first, strings.Join(strings.Fields(c.String()), " "))
	}
	k.log.Info("new pack in use", "pack", p.lib.Pack.ID, "version", p.lib.Pack.Version, "articles", len(p.lib.Articles),
		"changes", len(changes), "first", strings.Join(first, "; "))
}

func (k *keeper) logWarnings(p *readPack) {
	if p.warnings > 0 && k.folder != "" {
		k.log.Info("pack has warnings, exobot check shows them", "folder", k.folder, "warnings", p.warnings)
	}
}

// A readPack is a pack as it was read: good, or refused with err.
type readPack struct {
	*snapshot
	sum      string // of the snapshot, or what stands for one that could not be taken
	lib      *knowledge.Library
	warnings int

	err    error
	errors int    // problems that are errors
	first  string // the first of them, with file and line
}

// read reads and checks the pack in the folder, or the shipped one, of whose warnings
// nobody is told.
func (k *keeper) read() *readPack {
	if k.folder == "" {
		return readFrom(pack.FS, "shipped pack", k.shipped)
	}
	if err := checkFolder(k.folder); err != nil {
		return unread(err, err)
	}
	p := readFrom(os.DirFS(k.folder), "pack "+k.folder, knowledge.Load)
	if p.err != nil {
		p.err = fmt.Errorf("%w; exobot check %s shows everything", p.err, k.folder)
	}
	return p
}

// readFrom reads and checks the pack at the root of fsys, which errors call by its name.
func readFrom(fsys fs.FS, name string, read reader) *readPack {
	s, err := takeSnapshot(fsys)
	if err != nil {
		return unread(fmt.Errorf("%s: %w", name, err), err)
	}
	lib, problems, err := s.load(read)
	p := &readPack{snapshot: s, sum: s.sum, lib: lib, warnings: len(problems.Warnings())}
	if err != nil {
		errs := problems.Errors()
		p.err, p.errors, p.first = fmt.Errorf("%s: %w", name, err), max(1, len(errs)), err.Error()
		if len(errs) > 0 {
			p.first = errs[0].String()
		}
	}
	return p
}

// unread returns a pack whose files could not be read because of first.
func unread(err, first error) *readPack {
	return &readPack{sum: "unread: " + err.Error(), err: err, errors: 1, first: first.Error()}
}

// lastGood returns the newest kept pack of the folder that is still as it was kept and
// passes the checks of today, or nil.
func (k *keeper) lastGood() (*keptPack, *readPack) {
	if k.data == "" || k.folder == "" {
		return nil, nil
	}
	for _, kept := range keptPacks(k.data) {
		if kept.Folder != k.source() {
			continue
		}
		if p := readFrom(os.DirFS(kept.dir), "pack "+kept.dir, knowledge.Load); p.err == nil && p.sum == kept.Sum {
			return &kept, p
		}
	}
	return nil, nil
}

// source is the folder of the pack as kept packs name it.
func (k *keeper) source() string {
	abs, err := filepath.Abs(k.folder)
	if err != nil {
		return k.folder
	}
	return abs
}

// inUse notes that the bot answers from p, and keeps its files in the data folder.
func (k *keeper) inUse(p *readPack) {
	k.current = p.sum
	if k.data == "" {
		return
	}
	k.removeIndexes(p)
	if k.folder == "" {
		return
	}
	as := keptAs{Folder: k.source(), Pack: p.lib.Pack.ID, Version: p.lib.Pack.Version, Time: time.Now().UTC(), Sum: p.sum}
	if err := keepPack(k.data, p.snapshot, as); err != nil {
		k.log.Warn("pack not kept for a rollback", "error", err)
	}
}

// indexesFolder is the folder in the data folder for the indexes of running bots. Each
// pack has one of its own there, so that a new one can be built beside the one in use.
const indexesFolder = "indexes"

// indexFolder returns where the index of p belongs, "" for in memory.
func (k *keeper) indexFolder(p *readPack) string {
	if k.data == "" {
		return k.cache
	}
	return filepath.Join(k.data, indexesFolder, indexName(p))
}

func indexName(p *readPack) string { return p.sum[:16] }

// removeIndexes removes the indexes of other packs than p from the data folder, but not
// the newest unfinished ones, at which another process may be working.
func (k *keeper) removeIndexes(p *readPack) {
	root := filepath.Join(k.data, indexesFolder)
	entries, _ := os.ReadDir(root) // a folder that is not there needs no clearing
	for _, e := range entries {
		if e.Name() == indexName(p) {
			continue
		}
		if strings.Contains(e.Name(), stash.Unfinished) && stash.Young(e) {
			continue
		}
		os.RemoveAll(filepath.Join(root, e.Name())) // at worst it stays for longer
	}
}
