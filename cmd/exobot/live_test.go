package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"exobot/bot"
	"exobot/index/stash"
	"exobot/knowledge"
)

// references is the references.yaml of the packs of these tests.
const references = `references:
  - id: weigh-2020
    title: The diameter of vesicles
    container: Journal of Small Things
    checked: 2026-11-01, written for this test
`

// packOf returns the files of a pack in which every passage names the generation.
func packOf(generation int) map[string]string {
	article := func(id, title, text, question string) string {
		return fmt.Sprintf(`id: %s
title: %s
lang: en
updated: 2026-11-23
sections:
  - id: only
    heading: %s
    evidence: established
    text: |
      This is generation %d. %s
    questions: [%s]
    references: [weigh-2020]
`, id, title, title, generation, text, question)
	}
	return map[string]string{
		"lanes.yaml":      "rules:\n  - {lane: smalltalk, lang: en, match: ['^hello$']}\nnotices:\n  smalltalk: {en: Hello to you.}\n",
		"pack.yaml":       fmt.Sprintf("id: live\ntitle: A living pack\nversion: \"%d\"\n", generation),
		"references.yaml": references,
		"articles/size.yaml": article("size", "The diameter of an exosome",
			"Most exosomes measure 30 to 150 nanometres across, and no light microscope can show them one by one.",
			"what is the diameter of an exosome"),
		"articles/thickness.yaml": article("thickness", "The diameter of a hair",
			"A hair is about five hundred times as thick as an exosome, and everybody can see it without any microscope.",
			"what is the diameter of a hair compared with an exosome"),
	}
}

// writeFiles writes files into a folder. Their times are those of the test's clock, since
// the file system's own may be too coarse to tell two writes apart.
func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, time.Now(), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
}

// lineLog returns a log without times that writes to w.
func lineLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

// A logBuffer holds what was logged until it is taken.
type logBuffer struct {
	mu    sync.Mutex
	lines []byte
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, p...)
	return len(p), nil
}

func (b *logBuffer) take() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	lines := string(b.lines)
	b.lines = nil
	return lines
}

func never() bool { return false }

// An editionCounter counts what becomes of the editions that are built through it.
type editionCounter struct {
	mu     sync.Mutex
	closed []*atomic.Int32 // by edition, in the order in which they were built
}

// count returns a build function that is build and counts.
func (n *editionCounter) count(build func(context.Context, *knowledge.Library, string) (bot.Edition, error)) func(context.Context, *knowledge.Library, string) (bot.Edition, error) {
	return func(ctx context.Context, lib *knowledge.Library, dir string) (bot.Edition, error) {
		ed, err := build(ctx, lib, dir)
		if err != nil {
			return ed, err
		}
		closed, inner := new(atomic.Int32), ed.Close
		ed.Close = func() error { closed.Add(1); return inner() }
		n.mu.Lock()
		defer n.mu.Unlock()
		n.closed = append(n.closed, closed)
		return ed, nil
	}
}

// check reports whether all editions but the last open ones have been closed once.
func (n *editionCounter) check(t *testing.T, open int) {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	for i, c := range n.closed {
		want := int32(1)
		if i >= len(n.closed)-open {
			want = 0
		}
		if got := c.Load(); got != want {
			t.Errorf("edition %d of %d was closed %d times, want %d", i+1, len(n.closed), got, want)
		}
	}
}

var generationWords = regexp.MustCompile(`This is generation (\d+)\.`)

// generationOf returns the generation that all passages of a reply name, or an error if
// they name several or if the reply is no answer.
func generationOf(r bot.Reply) (int, error) {
	if r.Kind != bot.KindAnswer || len(r.Passages) == 0 {
		return 0, fmt.Errorf("got kind %s with %d passages, want an answer", r.Kind, len(r.Passages))
	}
	generation := 0
	for _, p := range r.Passages {
		m := generationWords.FindStringSubmatch(p.Passage.Text)
		if m == nil || len(p.References) != 1 {
			return 0, fmt.Errorf("passage %q with %d references is not of this test", p.Passage.Text, len(p.References))
		}
		n, err := strconv.Atoi(m[1])
		if err != nil || generation != 0 && n != generation {
			return 0, fmt.Errorf("one reply with passages of generations %d and %d", generation, n)
		}
		generation = n
	}
	return generation, nil
}

// Fifty times the folder is exchanged under a bot that four members ask without a pause.
// Five of the packs are broken, each in another way. No question fails, none is answered
// from two packs, and none from an older pack than the one before; and all four get
// answers from every pack.
func TestLiveSwaps(t *testing.T) {
	t.Parallel()
	const swaps, askers = 50, 4
	broken := map[int]func(files map[string]string){
		7:  func(f map[string]string) { delete(f, "pack.yaml") },
		16: func(f map[string]string) { f["articles/size.yaml"] += "colour: blue\n" },
		17: func(f map[string]string) { f["references.yaml"] = "references: []\n" },
		33: func(f map[string]string) { f["articles/thickness.yaml"] = f["articles/thickness.yaml"][:140] },
		50: func(f map[string]string) { f["articles/size.yaml"] = "" },
	}
	for _, test := range []struct {
		name string
		data string
		kept []string
	}{
		{"in memory", "", nil},
		{"on disk", "data", []string{"49", "48", "47"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			folder, logs, counter := filepath.Join(dir, "current"), make(printer, 100), editionCounter{}
			show := func(generation int) {
				target := filepath.Join(dir, fmt.Sprint("generation-", generation))
				files := packOf(generation)
				if spoil := broken[generation]; spoil != nil {
					spoil(files)
				}
				writeFiles(t, target, files)
				if err := errors.Join(os.Symlink(target, folder+".new"), os.Rename(folder+".new", folder)); err != nil {
					t.Skipf("no symbolic links to exchange folders with: %v", err)
				}
			}
			show(0)
			k := &keeper{
				folder: folder, interval: time.Millisecond, log: lineLog(logs), build: counter.count(buildEdition), orphaned: never,
			}
			if test.data != "" {
				k.data = filepath.Join(dir, test.data)
			}
			b, err := k.open(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if line := <-logs; line != "level=INFO msg=\"pack loaded\" pack=live version=0 articles=2\n" {
				t.Errorf("logged %s", line)
			}

			ask := func() (int, error) {
				r, err := b.Answer(t.Context(), bot.Question{Text: "what is the diameter of an exosome"})
				if err != nil {
					return 0, err
				}
				return generationOf(r)
			}
			var asking sync.WaitGroup
			var turns [askers]chan bool // each gets a value with an answer, if somebody waits
			end, failed := make(chan bool), make(chan bool, askers)
			for i := range askers {
				turns[i] = make(chan bool)
				asking.Go(func() {
					last := 0
					for {
						select {
						case <-end:
							return
						default:
						}
						generation, err := ask()
						if err != nil || generation < last {
							t.Errorf("asker %d got generation %d behind %d, %v", i, generation, last, err)
							failed <- true
							return
						}
						last = generation
						select {
						case turns[i] <- true:
						default:
							runtime.Gosched() // in favour of the keeper, whom four of us would crowd out
						}
					}
				})
			}

			err = k.during(t.Context(), nil, func(ctx context.Context) error {
				current := 0
				for generation := 1; generation <= swaps; generation++ {
					show(generation)
					want := fmt.Sprintf(`level=INFO msg="new pack in use" pack=live version=%d articles=2 changes=3 first="changed pack: version \"%d\", was \"`, generation, generation)
					if broken[generation] != nil {
						want = fmt.Sprintf(`level=ERROR msg="new pack refused, the old one stays in use" folder=%s problems=`, folder)
					} else {
						current = generation
					}
					if line := <-logs; !strings.HasPrefix(line, want) {
						return fmt.Errorf("generation %d: logged %s, want %s", generation, line, want)
					}
					if got, err := ask(); err != nil || got != current {
						return fmt.Errorf("generation %d: answered from %d, %v; want %d", generation, got, err, current)
					}
					counter.check(t, 1)
					for i := range turns {
						select {
						case <-turns[i]:
						case <-failed:
							return errors.New("an asker has given up")
						}
					}
				}
				return nil
			})
			close(end)
			asking.Wait()
			if err := errors.Join(err, b.Close()); err != nil {
				t.Error(err)
			}
			counter.check(t, 0)
			if got, want := len(counter.closed), 1+swaps-len(broken); got != want {
				t.Errorf("%d editions were built, want %d", got, want)
			}
			if test.kept != nil {
				checkKept(t, k.data, test.kept...)
			}
		})
	}
}

// checkKept fails the test unless packs of these versions are kept, the newest first, and
// one index.
func checkKept(t *testing.T, data string, versions ...string) {
	t.Helper()
	kept := keptPacks(data)
	var got []string
	for _, k := range kept {
		p := readFrom(os.DirFS(k.dir), "pack", knowledge.Load)
		if p.err != nil || p.sum != k.Sum || p.lib.Pack.Version != k.Version {
			t.Errorf("%s: %v", k.dir, p.err)
		}
		got = append(got, k.Version)
	}
	if strings.Join(got, " ") != strings.Join(versions, " ") {
		t.Errorf("kept versions %q, want %q", got, versions)
	}
	indexes, err := os.ReadDir(filepath.Join(data, indexesFolder))
	if err != nil || len(indexes) != 1 {
		t.Errorf("%d indexes are kept, %v; want 1", len(indexes), err)
	}
	if left, err := filepath.Glob(filepath.Join(data, keptFolder, stash.Unfinished+"*")); len(left) > 0 || err != nil {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

// fakeBuild makes an edition that finds nothing.
func fakeBuild(_ context.Context, lib *knowledge.Library, _ string) (bot.Edition, error) {
	find := func(context.Context, knowledge.Query) (knowledge.Result, error) { return knowledge.Result{}, nil }
	return bot.Edition{Library: lib, Searcher: bot.SearchFunc(find), Close: func() error { return nil }}, nil
}

// A watched pack is a keeper at work in a bubble of package synctest.
type watched struct {
	*keeper
	log     logBuffer
	hangups chan os.Signal
	fails   atomic.Bool // whether indexes cannot be built
	gone    atomic.Bool // whether the terminal is gone
	editionCounter
}

// watchPack calls f while a keeper watches a folder with the first generation, in virtual
// time, and fails the test if anything is left of the keeper when f has returned.
func watchPack(t *testing.T, f func(ctx context.Context, t *testing.T, w *watched)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &watched{hangups: make(chan os.Signal)}
		w.keeper = &keeper{folder: t.TempDir(), interval: lookInterval, log: lineLog(&w.log), orphaned: w.gone.Load}
		w.build = w.count(func(ctx context.Context, lib *knowledge.Library, dir string) (bot.Edition, error) {
			if w.fails.Load() {
				return bot.Edition{}, errors.New("the disk is full")
			}
			return fakeBuild(ctx, lib, dir)
		})
		writeFiles(t, w.folder, packOf(1))
		b, err := w.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		w.logged(t, 0, `level=INFO msg="pack loaded" pack=live version=1 articles=2`)
		err = w.during(t.Context(), w.hangups, func(ctx context.Context) error { f(ctx, t, w); return nil })
		if err := errors.Join(err, b.Close()); err != nil {
			t.Error(err)
		}
		w.check(t, 0)
	})
}

// logged waits for so many looks, and fails the test unless these lines have been logged
// since it was called last. FOLDER stands for the folder of the pack.
func (w *watched) logged(t *testing.T, looks int, lines ...string) {
	t.Helper()
	time.Sleep(time.Duration(looks) * w.interval)
	synctest.Wait()
	want := strings.ReplaceAll(strings.Join(append(lines, ""), "\n"), "FOLDER", w.folder)
	if got := w.log.take(); got != want {
		t.Errorf("logged:\n%s\nwant:\n%s", got, want)
	}
}

func TestLiveChange(t *testing.T) {
	watchPack(t, func(_ context.Context, t *testing.T, w *watched) {
		w.logged(t, 10)
		writeFiles(t, w.folder, packOf(1)) // other times, same content
		w.logged(t, 10)
		writeFiles(t, w.folder, packOf(2))
		w.logged(t, 1)
		w.logged(t, 1, `level=INFO msg="new pack in use" pack=live version=2 articles=2 changes=3 `+
			`first="changed pack: version \"2\", was \"1\"; changed size/only: text (1 sentence added, 1 removed); changed thickness/only: text (1 sentence added, 1 removed)"`)
		if v := w.bot.Library().Pack.Version; v != "2" {
			t.Errorf("version %s is in use, want 2", v)
		}
		writeFiles(t, w.folder, map[string]string{"references.yaml": references + "  - {id: spare, title: A spare one, container: Shelf, checked: 2026-11-01}\n"})
		w.logged(t, 10,
			`level=INFO msg="pack has warnings, exobot check shows them" folder=FOLDER warnings=1`,
			`level=INFO msg="new pack in use" pack=live version=2 articles=2 changes=1 first="added reference spare: A spare one. Shelf."`)
	})
}

func TestLiveRefusal(t *testing.T) {
	watchPack(t, func(_ context.Context, t *testing.T, w *watched) {
		const refused = `level=ERROR msg="new pack refused, the old one stays in use" folder=FOLDER `
		size := packOf(1)["articles/size.yaml"]
		writeFiles(t, w.folder, map[string]string{"articles/size.yaml": size + "colour: blue\nshape: round\n"})
		// Said once, however long it stays so.
		w.logged(t, 100, refused+`problems=2 first="articles/size.yaml:13: error: an article has no key \"colour\": use id, lang, sections, subtitle, summary, title, updated, or remove it" pack=live version=1`)
		writeFiles(t, w.folder, map[string]string{"articles/size.yaml": size})
		w.logged(t, 10, `level=INFO msg="pack unchanged" pack=live version=1`)
		if err := os.Rename(w.folder, w.folder+".away"); err != nil {
			t.Fatal(err)
		}
		w.logged(t, 100, refused+`problems=1 first="pack FOLDER: there is no such folder" pack=live version=1`)
		if err := os.Rename(w.folder+".away", w.folder); err != nil {
			t.Fatal(err)
		}
		w.logged(t, 10, `level=INFO msg="pack unchanged" pack=live version=1`)
	})
}

// A file that grows from look to look is not read before it has stopped growing.
func TestLiveHalfWrittenFile(t *testing.T) {
	watchPack(t, func(_ context.Context, t *testing.T, w *watched) {
		files := packOf(2)
		size := files["articles/size.yaml"]
		for end := range strings.Lines(size) {
			end := strings.Index(size, end) + len(end)
			writeFiles(t, w.folder, map[string]string{"articles/size.yaml": size[:end]})
			w.logged(t, 1)
		}
		w.logged(t, 10, `level=INFO msg="new pack in use" pack=live version=1 articles=2 changes=1 first="changed size/only: text (1 sentence added, 1 removed)"`)
	})
}

func TestLiveHangup(t *testing.T) {
	watchPack(t, func(_ context.Context, t *testing.T, w *watched) {
		const refused = `level=ERROR msg="new pack refused, the old one stays in use" folder=FOLDER problems=1 ` +
			`first="pack.yaml: error: the file is empty: fill it in or remove it" pack=live version=2`
		hangUp := func() { w.hangups <- syscall.SIGHUP }
		hangUp()
		w.logged(t, 0, `level=INFO msg="pack unchanged" pack=live version=1`)
		writeFiles(t, w.folder, packOf(2))
		hangUp()
		w.logged(t, 0, `level=INFO msg="new pack in use" pack=live version=2 articles=2 changes=3 `+
			`first="changed pack: version \"2\", was \"1\"; changed size/only: text (1 sentence added, 1 removed); changed thickness/only: text (1 sentence added, 1 removed)"`)
		w.logged(t, 10) // the looks see the same
		writeFiles(t, w.folder, map[string]string{"pack.yaml": ""})
		hangUp()
		w.logged(t, 0, refused)
		w.logged(t, 10)
		hangUp()
		w.logged(t, 0, refused) // somebody asked again
	})
}

// A pack whose index cannot be built is tried again, and what is in use stays in use.
func TestLiveIndexFails(t *testing.T) {
	watchPack(t, func(_ context.Context, t *testing.T, w *watched) {
		const failed = `level=ERROR msg="new pack not indexed, the old one stays in use" folder=FOLDER error="the disk is full" pack=live version=1`
		w.fails.Store(true)
		writeFiles(t, w.folder, packOf(2))
		w.logged(t, 2, failed)
		w.logged(t, int(retryInterval/w.interval)-1)
		w.logged(t, 1, failed)
		if v := w.bot.Library().Pack.Version; v != "1" {
			t.Errorf("version %s is in use, want 1", v)
		}
		w.fails.Store(false)
		w.logged(t, int(retryInterval/w.interval), `level=INFO msg="new pack in use" pack=live version=2 articles=2 changes=3 `+
			`first="changed pack: version \"2\", was \"1\"; changed size/only: text (1 sentence added, 1 removed); changed thickness/only: text (1 sentence added, 1 removed)"`)
	})
}

// A bot whose terminal was closed ends, be it a moment after the signal.
func TestLiveTerminalClosed(t *testing.T) {
	watchPack(t, func(ctx context.Context, t *testing.T, w *watched) {
		w.hangups <- syscall.SIGHUP
		w.logged(t, 10, `level=INFO msg="pack unchanged" pack=live version=1`)
		if ctx.Err() != nil {
			t.Error("the bot ends at a hang-up with its terminal there")
		}
		w.gone.Store(true)
		<-ctx.Done()
		w.logged(t, 0, `level=INFO msg="terminal closed"`)
	})
}

// Without a hang-up, a terminal that is gone means nothing: the bot was sent to the
// background.
func TestLiveInBackground(t *testing.T) {
	watchPack(t, func(ctx context.Context, t *testing.T, w *watched) {
		w.gone.Store(true)
		w.logged(t, 10)
		if ctx.Err() != nil {
			t.Error("the bot ends")
		}
	})
}

// The shipped pack is part of the program, and there is nothing to look at.
func TestLiveShippedPack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log logBuffer
		hangups := make(chan os.Signal)
		k := &keeper{interval: lookInterval, log: lineLog(&log), orphaned: never}
		err := k.during(t.Context(), hangups, func(context.Context) error {
			time.Sleep(10 * lookInterval)
			hangups <- syscall.SIGHUP
			return nil
		})
		if got, want := log.take(), "level=INFO msg=\"the shipped pack is in use, which does not change\"\n"; err != nil || got != want {
			t.Errorf("got %v, logged %s, want %s", err, got, want)
		}
	})
}

// The end comes while an index is built: the build is called off, and nothing is said.
func TestLiveEndsDuringBuild(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log logBuffer
		building := make(chan bool)
		k := &keeper{folder: t.TempDir(), interval: lookInterval, log: lineLog(&log), build: fakeBuild, orphaned: never}
		writeFiles(t, k.folder, packOf(1))
		b, err := k.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		log.take()
		k.build = func(ctx context.Context, _ *knowledge.Library, _ string) (bot.Edition, error) {
			building <- true
			<-ctx.Done()
			return bot.Edition{}, ctx.Err()
		}
		err = k.during(t.Context(), nil, func(context.Context) error {
			writeFiles(t, k.folder, packOf(2))
			<-building
			return nil
		})
		if err := errors.Join(err, b.Close()); err != nil {
			t.Error(err)
		}
		if got := log.take(); got != "" {
			t.Errorf("logged %s", got)
		}
	})
}

func TestKeepPack(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	keep := func(generation int, folder string) {
		t.Helper()
		dir := t.TempDir()
		writeFiles(t, dir, packOf(generation))
		s, err := takeSnapshot(os.DirFS(dir))
		if err != nil {
			t.Fatal(err)
		}
		as := keptAs{Folder: folder, Pack: "live", Version: fmt.Sprint(generation), Sum: s.sum, Time: time.Now()}
		if err := keepPack(data, s, as); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(data, indexesFolder), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(data, indexesFolder, "one"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		generation int
		folder     string
		want       []string
	}{
		{1, "a", []string{"1"}},
		{1, "a", []string{"1"}}, // a restart
		{2, "a", []string{"2", "1"}},
		{1, "a", []string{"1", "2"}}, // a rollback
		{3, "a", []string{"3", "1", "2"}},
		{4, "a", []string{"4", "3", "1"}},
		{4, "b", []string{"4", "3", "1"}}, // the folder has moved
	} {
		keep(test.generation, test.folder)
		checkKept(t, data, test.want...)
	}
	if got := keptPacks(data)[0].Folder; got != "b" {
		t.Errorf("the newest is of folder %s, want b", got)
	}
}

// What is not regular, too large or not there is said as knowledge.Load says it of a
// folder.
func TestSnapshotIsLikeFolder(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		spoil func(dir string) error
	}{
		{"good", func(string) error { return nil }},
		{"no articles", func(dir string) error { return os.RemoveAll(filepath.Join(dir, "articles")) }},
		{"a folder for a file", func(dir string) error { return os.Mkdir(filepath.Join(dir, "articles", "folder.yaml"), 0o755) }},
		{"a stray folder", func(dir string) error { return os.Mkdir(filepath.Join(dir, "stray.yaml"), 0o755) }},
		{"a stray file", func(dir string) error { return os.WriteFile(filepath.Join(dir, "articles", "stray.yml"), nil, 0o644) }},
		{"a hidden file", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "articles", ".hidden.yaml"), nil, 0o644)
		}},
		{"too large", func(dir string) error { return os.Truncate(filepath.Join(dir, "articles", "size.yaml"), 5<<20) }},
		{"a lane", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "lanes.yaml"), []byte("rules:\n  - {lane: smalltalk, lang: en, match: ['^hi$']}\nnotices:\n  smalltalk: {en: Hi.}\n"), 0o644)
		}},
	} {
		dir := t.TempDir()
		writeFiles(t, dir, packOf(1))
		if err := test.spoil(dir); err != nil {
			t.Fatal(err)
		}
		wantLib, wantProblems, wantErr := checkPack(dir)
		s, err := takeSnapshot(os.DirFS(dir))
		if err != nil {
			t.Fatal(err)
		}
		lib, problems, err := s.load(knowledge.Load)
		if fmt.Sprint(problems) != fmt.Sprint(wantProblems) || (err == nil) != (wantErr == nil) {
			t.Errorf("%s:\n got %v, %v\nwant %v, %v", test.name, problems, err, wantProblems, wantErr)
			continue
		}
		if err != nil {
			continue
		}
		if d := knowledge.Diff(wantLib, lib); len(d) > 0 {
			t.Errorf("%s: loaded with differences %v", test.name, d)
		}
		// What is kept is what was read.
		kept := t.TempDir()
		if err := s.write(kept); err != nil {
			t.Fatal(err)
		}
		again, err := takeSnapshot(os.DirFS(kept))
		if err != nil || again.sum != s.sum {
			t.Errorf("%s: the copy differs: %v", test.name, err)
		}
	}
}

// A liveRun runs the program in a folder of its own.
type liveRun struct {
	folder, data string
	config       string
}

func newLiveRun(t *testing.T) *liveRun {
	dir := t.TempDir()
	r := &liveRun{filepath.Join(dir, "pack"), filepath.Join(dir, "data"), filepath.Join(dir, "exobot.yaml")}
	writeFiles(t, r.folder, packOf(1))
	writeFiles(t, dir, map[string]string{"exobot.yaml": "knowledge: pack\ndata: data\nlog: {format: json}\n"})
	return r
}

// run runs the program until serve returns, and returns its exit code.
func (r *liveRun) run(ctx context.Context, stderr io.Writer, serve func(ctx context.Context, b *bot.Bot)) int {
	env := map[string]string{"DISCORD_TOKEN": "hush-hush", "EXOBOT_CONFIG": r.config}
	c := &console{
		getenv: func(name string) string { return env[name] }, stdin: strings.NewReader(""), stdout: io.Discard, stderr: stderr,
		connect: func(opts connectOptions) (connection, error) {
			return connectionFunc(func(ctx context.Context) error { serve(ctx, opts.Bot); return nil }), nil
		},
	}
	return c.report(c.dispatch(ctx, []string{"run"}))
}

// A start over a broken folder serves the last good pack, as long as that is whole.
func TestRunFallsBack(t *testing.T) {
	t.Parallel()
	r := newLiveRun(t)
	served := 0
	start := func(want int) string {
		t.Helper()
		var stderr bytes.Buffer
		served = 0
		code := r.run(t.Context(), &stderr, func(ctx context.Context, b *bot.Bot) {
			reply, err := b.Answer(ctx, bot.Question{Text: "what is the diameter of an exosome"})
			if err == nil {
				served, err = generationOf(reply)
			}
			if err != nil {
				t.Error(err)
			}
		})
		if code != want {
			t.Fatalf("exit code %d, want %d: %s", code, want, &stderr)
		}
		return stderr.String()
	}
	start(exitDone)
	writeFiles(t, r.folder, packOf(2))
	start(exitDone)
	if served != 2 {
		t.Errorf("served generation %d, want 2", served)
	}
	writeFiles(t, r.folder, map[string]string{"pack.yaml": ""})

	for _, want := range []int{2, 1} {
		var entry struct {
			Level, Msg, Folder, First, Version, Kept string
			Problems                                 int
		}
		line, _, _ := strings.Cut(start(exitDone), "\n")
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		if entry.Level != "ERROR" || entry.Msg != "pack refused, the last good one is used instead" || entry.Folder != r.folder || entry.Problems != 1 ||
			entry.First != "pack.yaml: error: the file is empty: fill it in or remove it" || entry.Version != fmt.Sprint(want) || entry.Kept == "" {
			t.Errorf("logged %s", line)
		}
		if served != want {
			t.Errorf("served generation %d, want %d", served, want)
		}
		// A kept pack that is not as it was kept does not count.
		for _, k := range keptPacks(r.data) {
			if k.Version == fmt.Sprint(want) {
				writeFiles(t, k.dir, map[string]string{"pack.yaml": "id: live\ntitle: Tampered with\nversion: \"9\"\n"})
			}
		}
	}
	if got, want := start(exitConfig), fmt.Sprintf("exobot: pack %s: pack.yaml: error: the file is empty: fill it in or remove it; exobot check %[1]s shows everything\n", r.folder); got != want {
		t.Errorf("standard error %q, want %q", got, want)
	}
}

// Packs of another folder are no substitute.
func TestRunDoesNotFallBackToAnotherFolder(t *testing.T) {
	t.Parallel()
	r := newLiveRun(t)
	if code := r.run(t.Context(), io.Discard, func(context.Context, *bot.Bot) {}); code != exitDone {
		t.Fatalf("exit code %d", code)
	}
	writeFiles(t, filepath.Dir(r.config), map[string]string{"exobot.yaml": "knowledge: other\ndata: data\n"})
	var stderr bytes.Buffer
	code := r.run(t.Context(), &stderr, func(context.Context, *bot.Bot) { t.Error("the bot serves") })
	if want := "exobot: pack " + filepath.Join(filepath.Dir(r.config), "other") + ": there is no such folder\n"; code != exitConfig || stderr.String() != want {
		t.Errorf("exit code %d, %q; want %d, %q", code, &stderr, exitConfig, want)
	}
}

// The running program takes a real signal.
func TestRunTakesHangup(t *testing.T) {
	t.Parallel()
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	kept := make(chan os.Signal, 1) // so that the signal does not end the test, come what may
	signal.Notify(kept, syscall.SIGHUP)
	defer signal.Stop(kept)
	r, logs := newLiveRun(t), make(printer, 100)
	code := r.run(t.Context(), logs, func(ctx context.Context, b *bot.Bot) {
		writeFiles(t, r.folder, packOf(2))
		if err := self.Signal(syscall.SIGHUP); err != nil {
			t.Skipf("no signals here: %v", err)
		}
		for line := range logs {
			if strings.Contains(line, `"msg":"new pack in use"`) {
				break
			}
		}
		if v := b.Library().Pack.Version; v != "2" {
			t.Errorf("version %s is in use, want 2", v)
		}
	})
	if code != exitDone {
		t.Errorf("exit code %d", code)
	}
}
