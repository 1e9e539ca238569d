package importer

import (
	"html"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"exobot/knowledge"
)

// FuzzImport imports anything at all. Whatever it is, it must not panic; what comes
// out must keep the promises of Import, and must come from what went in.
func FuzzImport(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		if kind := formatOfName(name); kind != formatUnknown {
			data, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(uint8(kind), uint16(400), data)
		}
	}
	names := []string{"", ".txt", ".md", ".html"}
	f.Fuzz(func(t *testing.T, kind uint8, limit uint16, data []byte) {
		name := names[int(kind)%len(names)]
		opts := Options{MaxPassage: minMaxPassage + int(limit)%(knowledge.MaxPassageUnits-minMaxPassage)}
		r, err := Import(name, data, opts)
		if err != nil {
			return
		}
		checkInvariants(t, r, opts.MaxPassage)
		if again, err := Import(name, data, opts); err != nil || !reflect.DeepEqual(r, again) {
			t.Error("a second import differs")
		}
		src, _, err := decode(data, formatOfName(name))
		if err != nil {
			t.Fatal(err)
		}
		checkOrigin(t, src, r)
		if name == ".txt" && sniff(formatText, src) == formatText {
			checkComplete(t, src, r)
		}
		for _, s := range walk(r.Article.Sections, 1) {
			for p := range strings.SplitSeq(s.Text, "\n\n") {
				if pieces, _ := cut(p, opts.MaxPassage); len(pieces) != 1 || pieces[0] != p {
					t.Errorf("a second cut of %q gives %q", p, pieces)
				}
			}
		}
	})
}

// checkOrigin checks that no letter occurs more often in the article than in the
// input, whose markup may hold it as it is or escaped.
func checkOrigin(t *testing.T, src string, r Result) {
	t.Helper()
	count := make(map[rune]int)
	for _, text := range []string{src, html.UnescapeString(src)} {
		for r := range lettersOf(text) {
			count[r]++
		}
	}
	a := r.Article
	spend := func(text string) {
		for r := range lettersOf(text) {
			if count[r]--; count[r] < 0 {
				t.Fatalf("the letter %q is in the article more often than in the input", r)
			}
		}
	}
	spend(a.Subtitle)
	spend(a.Summary)
	for _, s := range walk(a.Sections, 1) {
		if s.Heading != introduction && s.Heading != conclusion && s.Heading != a.Title {
			spend(s.Heading)
		}
		spend(s.Subtitle)
		spend(s.Text)
	}
}

// lettersOf yields the letters of text, lower-case and without compatibility forms.
func lettersOf(text string) func(yield func(rune) bool) {
	return func(yield func(rune) bool) {
		for _, r := range norm.NFKC.String(strings.ToLower(text)) {
			if unicode.IsLetter(r) && !yield(r) {
				return
			}
		}
	}
}

// checkComplete checks that the words of a plain text are all in the article or among
// what was dropped. Words of up to six letters may have been numbers of headings.
func checkComplete(t *testing.T, src string, r Result) {
	t.Helper()
	var out strings.Builder
	a := r.Article
	out.WriteString(a.Title + a.Subtitle)
	for _, s := range walk(a.Sections, 1) {
		out.WriteString(s.Heading + s.Subtitle + s.Text)
	}
	for _, d := range r.Dropped {
		out.WriteString(d.Text)
	}
	all := strings.Join(strings.Fields(out.String()), "")
	for _, w := range strings.FieldsFunc(squeeze(src), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if runes(w) > 6 && !strings.Contains(all, w) {
			t.Errorf("the word %q is lost", w)
		}
	}
}
