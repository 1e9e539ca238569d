package knowledge

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var update = flag.Bool("update", false, "rewrite want.txt in testdata/broken")

func TestLoadGood(t *testing.T) {
	lib, problems, err := Load(os.DirFS("testdata/good"))
	if err != nil || len(problems) > 0 {
		t.Fatalf("Load: %v, problems %v", err, problems)
	}
	s := lib.Section(SectionRef{"exosome-size", "diameter"})
	if s == nil {
		t.Fatal("the section is missing")
	}
	if got, want := strings.Join(s.Trail, " > "), "How big are exosomes? > Diameter in nanometres"; got != want {
		t.Errorf("trail %q, want %q", got, want)
	}
	if len(s.Passages) != 1 || s.Passages[0].ID() != "exosome-size/diameter#0" {
		t.Errorf("passages %v", s.Passages)
	}
	if got := lib.Lanes.Rules[0].Match[0].String(); got != `\bshould i (take|get) (?:exosome|vesicles?)` {
		t.Errorf("pattern %q", got)
	}
	if got := lib.Lanes.Rules[0].Needs; len(got) != 2 || got[1].String() != `\?$` {
		t.Errorf("needed patterns %q", got)
	}
	if got := lib.Glossary[0].Names["de"]; len(got) != 1 || got[0] != "Exosom" {
		t.Errorf("names in German %q", got)
	}
	words := map[string][]Word{
		"de": {{"messen", []string{"measure"}}, {"Schmerz", []string{"pain", "hurt"}}},
		"es": {{"guardar", []string{"store", "keep"}}, {"efecto secundario", []string{"side", "effect"}}},
	}
	if !reflect.DeepEqual(lib.Words, words) {
		t.Errorf("words %v, want %v", lib.Words, words)
	}
	topics := []*Topic{{"eye diseases", []string{"exosome eye drops", "do exosomes help macular degeneration"}}}
	if !reflect.DeepEqual(lib.Uncovered, topics) {
		t.Errorf("uncovered %v, want %v", lib.Uncovered, topics)
	}
}

// Each folder of testdata/broken breaks the rule that it is named after; what Load says
// to it stands in its want.txt.
func TestLoadBroken(t *testing.T) {
	folders, err := os.ReadDir("testdata/broken")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		t.Run(f.Name(), func(t *testing.T) {
			dir := filepath.Join("testdata/broken", f.Name())
			lib, problems, err := Load(os.DirFS(dir))
			if got, want := err == nil, len(problems.Errors()) == 0; got != want || (lib != nil) != want {
				t.Errorf("library %v and error %v with %d errors", lib, err, len(problems.Errors()))
			}
			opened, openErr := Open(os.DirFS(dir))
			if fmt.Sprint(openErr) != fmt.Sprint(err) || (opened != nil) != (lib != nil) {
				t.Errorf("Open: library %v and error %v, want those of Load: %v, %v", opened, openErr, lib, err)
			}
			var got strings.Builder
			found := false
			for _, p := range problems {
				got.WriteString(p.String() + "\n")
				found = found || p.Rule == f.Name()
			}
			if !found {
				t.Errorf("no problem of the rule %s", f.Name())
			}
			golden := filepath.Join(dir, "want.txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, _ := os.ReadFile(golden)
			if got.String() != string(want) {
				t.Errorf("got:\n%swant:\n%s", got.String(), want)
			}
		})
	}
}

// Open reads what Load does.
func TestOpen(t *testing.T) {
	for _, dir := range []string{"testdata/good", "pack"} {
		want, _, err := Load(os.DirFS(dir))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Open(os.DirFS(dir))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Articles) == 0 || len(got.Lanes.Rules) == 0 {
			t.Errorf("%s: %d articles and %d rules", dir, len(got.Articles), len(got.Lanes.Rules))
		}
		if changes := Diff(want, got); len(changes) > 0 {
			t.Errorf("%s: %d changes, first %s", dir, len(changes), changes[0])
		}
	}
}

// Most of a pack may be missing.
func TestLoadBare(t *testing.T) {
	lib, problems, err := Load(fstest.MapFS{
		"pack.yaml":         {Data: []byte("id: bare\ntitle: Bare\nversion: 1\n")},
		"articles/one.yaml": {Data: []byte("id: one\ntitle: One\nsections:\n  - {id: a, heading: A, text: Some text.}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	var rules []string
	for _, p := range problems {
		rules = append(rules, string(p.Severity)+" "+p.Rule)
	}
	want := []string{"warning no-evidence", "warning no-questions", "warning no-references", "warning short-passage"}
	if !slices.Equal(rules, want) {
		t.Errorf("problems %q, want %q", rules, want)
	}
	a := lib.Article("one")
	if a == nil || a.Lang != "en" || !a.Updated.IsZero() || lib.Pack.Version != "1" {
		t.Errorf("article %+v of pack %+v", a, lib.Pack)
	}
}

// All that is wrong is told at once, by file and line.
func TestLoadAllProblems(t *testing.T) {
	_, problems, err := Load(fstest.MapFS{
		"pack.yaml":       {Data: []byte("id: p\n")},
		"articles/a.yaml": {Data: []byte("titel: A\nsections: 3\n")},
		"articles/b.yaml": {Data: []byte("- a list\n")},
		"articles/c.yaml": {Data: []byte("")},
		"lanes.yaml":      {Data: []byte("rules:\n  - match: '('\n    lane: {}\n")},
	})
	const want = `articles/a.yaml:1: error: an article has no key "titel": did you mean "title"?
articles/a.yaml:1: error: the article has no id: add id: and a short name such as my-id
articles/a.yaml:1: error: the article has no title: add title: and its name in words
articles/a.yaml:2: error: a text where a list belongs: put "- " in front, or "|" above and one item a line
articles/b.yaml:1: error: the file holds a list: write keys and values, such as id: my-id
articles/c.yaml: error: the file is empty: fill it in or remove it
lanes.yaml:2: error: a text where a list belongs: put "- " in front, or "|" above and one item a line
lanes.yaml:3: error: keys and values where a text belongs: write one text
lanes.yaml:3: error: the lane "" is unknown: use emergency, advice, recommendation, smalltalk, caution or knowledge
pack.yaml:1: error: the pack has no title: add title: and its name in words
pack.yaml:1: error: the pack has no version: add version: and a number such as 1.0.0
`
	var got strings.Builder
	for _, p := range problems {
		got.WriteString(p.String() + "\n")
	}
	if got.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", got.String(), want)
	}
	if want := problems[0].String() + " (and 10 more errors)"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// Files that are no files, and folders of other kinds.
func TestLoadFiles(t *testing.T) {
	good := func(name string, f *fstest.MapFile) fstest.MapFS {
		m := fstest.MapFS{
			"pack.yaml":         {Data: []byte("id: p\ntitle: P\nversion: 1\n")},
			"articles/one.yaml": {Data: []byte("id: one\ntitle: One\nsections:\n  - {id: a, heading: A, text: Some text.}\n")},
		}
		m[name] = f
		return m
	}
	bomb := "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
	for _, tt := range []struct {
		name string
		fsys fs.FS
		want string
	}{
		{"nothing", fstest.MapFS{}, "articles: error: the pack has no article: write at least one, articles/my-id.yaml (and 1 more error)"},
		{"no folder", os.DirFS("testdata/missing"), "articles: error: the pack has no article: write at least one, articles/my-id.yaml (and 1 more error)"},
		{"pipe", good("lanes.yaml", &fstest.MapFile{Mode: fs.ModeNamedPipe}), "lanes.yaml: error: not a regular file: put a YAML file in its place"},
		{"too large", good("articles/two.yaml", &fstest.MapFile{Data: bytes.Repeat([]byte("#\n"), maxFileSize)}), "articles/two.yaml: error: the file has more than 4 MiB: split it"},
		{"aliases", good("glossary.yaml", &fstest.MapFile{Data: []byte(bomb)}), "glossary.yaml:1: error: &a stands for a text elsewhere in the file: write that text out in full, or quote a text that begins with & or *"},
		{"unknown alias", good("glossary.yaml", &fstest.MapFile{Data: []byte("concepts:\n  - *exosome\n")}), "glossary.yaml:2: error: *exosome stands for a text elsewhere in the file: write that text out in full, or quote a text that begins with & or *"},
		{"merge key", good("glossary.yaml", &fstest.MapFile{Data: []byte("<<: {concepts: []}\n")}), `glossary.yaml:1: error: the file has no key "<<": use concepts, or remove it`},
		{"deep", good("references.yaml", &fstest.MapFile{Data: bytes.Repeat([]byte("["), 1<<20)}), `references.yaml:1: error: not YAML here or just above (exceeded max depth of 10000): indent with spaces, and quote a text that holds ": " or " #" or begins with a special character`},
		{"UTF-16", good("references.yaml", &fstest.MapFile{Data: []byte("\xff\xfer\x00")}), "references.yaml:1: error: a character is not UTF-8: save the file as UTF-8"},
		{"indentation", good("references.yaml", &fstest.MapFile{Data: []byte("references:\n  - id: a\n    title: A\n   doi: b\n    url: c\n")}), `references.yaml:4: error: not YAML here or just above (did not find expected '-' indicator): indent with spaces, and quote a text that holds ": " or " #" or begins with a special character`},
	} {
		if _, _, err := Load(tt.fsys); err == nil || err.Error() != tt.want {
			t.Errorf("%s:\n got %v\nwant %s", tt.name, err, tt.want)
		}
	}

	// A byte order mark and Windows line ends do no harm, nor do files of other kinds.
	lib, _, err := Load(good("articles/one.yaml", &fstest.MapFile{
		Data: []byte("\ufeffid: one\r\ntitle: One\r\nsections:\r\n  - id: a\r\n    heading: A\r\n    text: |\r\n      Some\r\n\r\n      text.\r\n"),
	}))
	if err != nil {
		t.Fatal(err)
	}
	if got := lib.Article("one").Sections[0].Text; got != "Some\n\ntext." {
		t.Errorf("text %q", got)
	}
	if _, problems, err := Load(good("articles/.one.yaml.tmp", &fstest.MapFile{Data: []byte("}")})); err != nil {
		t.Errorf("with a hidden file: %v", problems)
	}
}

func FuzzLoad(f *testing.F) {
	good := os.DirFS("testdata/good")
	read := func(name string) string {
		data, err := fs.ReadFile(good, name)
		if err != nil {
			f.Fatal(err)
		}
		return string(data)
	}
	f.Add(read("pack.yaml"), read("articles/exosome-size.yaml"), read("references.yaml"), read("glossary.yaml"), read("words.yaml"), read("uncovered.yaml"), read("lanes.yaml"))
	broken, err := filepath.Glob("testdata/broken/*")
	if err != nil {
		f.Fatal(err)
	}
	for _, dir := range broken {
		text := func(name string) string {
			data, _ := os.ReadFile(filepath.Join(dir, name))
			return string(data)
		}
		f.Add(text("pack.yaml"), text("articles/exosome-size.yaml"), text("references.yaml"), text("glossary.yaml"), text("words.yaml"), text("uncovered.yaml"), text("lanes.yaml"))
	}
	f.Fuzz(func(t *testing.T, pack, article, references, glossary, words, uncovered, lanes string) {
		lib, problems, err := Load(fstest.MapFS{
			"pack.yaml":                  {Data: []byte(pack)},
			"articles/exosome-size.yaml": {Data: []byte(article)},
			"references.yaml":            {Data: []byte(references)},
			"glossary.yaml":              {Data: []byte(glossary)},
			"words.yaml":                 {Data: []byte(words)},
			"uncovered.yaml":             {Data: []byte(uncovered)},
			"lanes.yaml":                 {Data: []byte(lanes)},
		})
		if (lib == nil) != (err != nil) || (err != nil) != (len(problems.Errors()) > 0) {
			t.Fatalf("library %v, error %v, problems %v", lib, err, problems)
		}
		if lib == nil {
			return
		}
		if changes := Diff(lib, lib); len(changes) > 0 {
			t.Errorf("the library differs from itself: %v", changes)
		}
		Check(lib)
		for _, a := range lib.Articles {
			var b strings.Builder
			if err := WriteArticle(&b, a); err != nil {
				t.Fatal(err)
			}
			again := *lib
			again.Articles = []*Article{reread(t, b.String())}
			if changes := Diff(lib, New(again)); len(changes) > 0 {
				t.Errorf("written and read again, %v in:\n%s", changes, b.String())
			}
		}
	})
}
