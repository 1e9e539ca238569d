package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A room is a package of the module and what it may import besides the standard library.
type room struct {
	dir     string   // in the module
	imports []string // packages of ours
	owns    []string // libraries, by the path that their packages begin with
	// tests are what its test files may import on top of that. The package itself and
	// what it may import, they may always.
	tests []string
}

// rooms is the plan of the house. Imports point down, bot and index do not know each
// other, and each library has one owner, so that replacing it touches one folder;
// golang.org/x/text is used wherever text is handled.
var rooms = []room{
	{"knowledge", nil, []string{"gopkg.in/yaml.v3", "golang.org/x/text"}, nil},
	{"knowledge/pack", nil, nil, []string{"exobot/knowledge"}},
	{"knowledge/importer", []string{"exobot/knowledge"}, []string{"github.com/yuin/goldmark", "golang.org/x/net/html", "golang.org/x/text"}, nil},

	{"index/stash", nil, nil, nil},
	{"index", []string{"exobot/index/stash", "exobot/knowledge"},
		[]string{"github.com/blevesearch", "gonum.org/v1/gonum", "golang.org/x/text"},
		[]string{"exobot/index/eval", "exobot/knowledge/pack", "gopkg.in/yaml.v3", "modernc.org/sqlite"}},
	{"index/eval", []string{"exobot/index"}, nil, nil},

	{"bot", []string{"exobot/knowledge"}, []string{"golang.org/x/text"}, []string{"exobot/knowledge/pack"}},
	{"bot/discord", []string{"exobot/bot", "exobot/knowledge"},
		[]string{"github.com/bwmarrin/discordgo", "github.com/gorilla/websocket", "golang.org/x/text", "golang.org/x/time/rate"},
		[]string{"exobot/bot/discord/discordtest", "exobot/index", "exobot/knowledge/pack"}},
	{"bot/discord/discordtest", nil, []string{"github.com/gorilla/websocket", "github.com/getkin/kin-openapi"},
		[]string{"github.com/bwmarrin/discordgo"}},

	{"cmd/exobot",
		[]string{"exobot/bot", "exobot/bot/discord", "exobot/index", "exobot/index/eval", "exobot/index/stash", "exobot/knowledge", "exobot/knowledge/importer", "exobot/knowledge/pack"},
		[]string{"gopkg.in/yaml.v3", "golang.org/x/term", "golang.org/x/text"},
		[]string{"exobot/bot/discord/discordtest"}},
}

// allows reports whether a file of the room may import a package.
func (r room) allows(imported string, test bool) bool {
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") && first != "exobot" {
		return true // standard library
	}
	begins := func(list []string) bool {
		return slices.ContainsFunc(list, func(library string) bool {
			return imported == library || strings.HasPrefix(imported, library+"/")
		})
	}
	if slices.Contains(r.imports, imported) || begins(r.owns) {
		return true
	}
	return test && (imported == "exobot/"+r.dir || slices.Contains(r.tests, imported) || !strings.HasPrefix(imported, "exobot/") && begins(r.tests))
}

func TestImports(t *testing.T) {
	t.Parallel()
	root := moduleRoot(t)
	used := make(map[string]bool) // rooms and libraries that are in use
	err := fs.WalkDir(os.DirFS(root), ".", func(file string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != "." && (name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go" || strings.HasPrefix(name, "."):
			return nil
		}
		dir := path.Dir(file)
		used[dir] = true
		i := slices.IndexFunc(rooms, func(r room) bool { return r.dir == dir })
		if i < 0 {
			t.Errorf("%s: the package has no line in the table rooms of arch_test.go; add one that says what %s may import", file, dir)
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, filepath.FromSlash(file)), nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if !rooms[i].allows(imported, strings.HasSuffix(name, "_test.go")) {
				t.Errorf("%s imports %q; the line of %q in the table rooms of arch_test.go does not allow that", file, imported, dir)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rooms {
		if !used[r.dir] {
			t.Errorf("the table rooms of arch_test.go has a line for %q, where there is no package; remove it", r.dir)
		}
	}
}

// moduleRoot returns the folder of go.mod.
func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("there is no go.mod above the working directory")
		}
		dir = parent
	}
}

// The table itself keeps to the plan: nothing points up, and no library has two owners.
func TestImportTable(t *testing.T) {
	t.Parallel()
	below := map[string]bool{} // rooms whose lines stand above
	owners := map[string]string{}
	shared := []string{"golang.org/x/text", "gopkg.in/yaml.v3", "github.com/gorilla/websocket"} // with a fake or a second reader
	for _, r := range rooms {
		for _, imported := range r.imports {
			if !below[imported] {
				t.Errorf("%s may import %s, which stands at its height or above it", r.dir, imported)
			}
		}
		for _, library := range r.owns {
			if owner, ok := owners[library]; ok && !slices.Contains(shared, library) {
				t.Errorf("%s has two owners, %s and %s", library, owner, r.dir)
			}
			owners[library] = r.dir
		}
		below["exobot/"+r.dir] = true
	}
	for _, pair := range [][2]string{{"bot", "exobot/index"}, {"index", "exobot/bot"}} {
		i := slices.IndexFunc(rooms, func(r room) bool { return r.dir == pair[0] })
		if rooms[i].allows(pair[1], true) {
			t.Errorf("%s may import %s; they must not know each other", pair[0], pair[1])
		}
	}
}
