package knowledge

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"
)

const written = `id: exosome-size
title: 'Size: how big?'
lang: en
updated: 2026-11-23
sections:
  - id: diameter
    heading: "2024"
    evidence: established
    text: |
      Most exosomes are small.
      That is: 30 to 150 nm.

      # A hair is wider.
    questions:
      - how big is an exosome
      - '- a dash'
    references: [kalluri-2020, welsh-2024]
    sections:
      - id: weight
        heading: Weight
        text: |
          Next to nothing.
`

func writtenArticle() *Article {
	return &Article{
		ID: "exosome-size", Title: "Size: how big?", Lang: "en", Updated: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
		Sections: []*Section{{
			ID: "diameter", Heading: "2024", Evidence: Established,
			Text:       "Most exosomes are small.\nThat is: 30 to 150 nm.\n\n# A hair is wider.",
			Questions:  []string{"how big is an exosome", "- a dash"},
			References: []ReferenceID{"kalluri-2020", "welsh-2024"},
			Sections:   []*Section{{ID: "weight", Heading: "Weight", Text: "Next to nothing."}},
		}},
	}
}

func TestWriteArticle(t *testing.T) {
	var b strings.Builder
	if err := WriteArticle(&b, writtenArticle()); err != nil {
		t.Fatal(err)
	}
	if b.String() != written {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), written)
	}
	if got, want := reread(t, b.String()), writtenArticle(); !reflect.DeepEqual(got, want) {
		t.Errorf("read again: %+v, want %+v", got, want)
	}
	bad := &Article{ID: "a", Title: "\xff"}
	if err := WriteArticle(&b, bad); err == nil {
		t.Error("no error for a title that is not UTF-8")
	}
}

// reread reads one article, without checking it against a pack.
func reread(t *testing.T, text string) *Article {
	t.Helper()
	var problems Problems
	d := &document{"articles/exosome-size.yaml", &problems, map[any]entry{}}
	root := d.parse(fstest.MapFS{d.file: {Data: []byte(text)}})
	if root == nil {
		t.Fatalf("%v in:\n%s", problems, text)
	}
	a := d.article(root)
	if err := problems.Err(); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	return a
}

func FuzzWriteArticle(f *testing.F) {
	f.Add("Title", "Heading: one", "A text.\n\nWith two paragraphs.", "a question?")
	f.Add("null", "~", "  - a list\n\ttab \n\n\n# no comment", "*alias")
	f.Add("yes", "2024-01-01", "\u2028 \u0085 \ufeff|>-\n  indented", "'quoted\"")
	f.Fuzz(func(t *testing.T, title, heading, text, question string) {
		for _, s := range []string{title, heading, text, question} {
			if oneLine(s) == "" || strings.IndexFunc(s, unicode.IsControl) >= 0 && s != text {
				return
			}
			if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
				return
			}
		}
		a := &Article{
			ID: "exosome-size", Title: oneLine(title), Summary: oneLine(question), Lang: "en",
			Sections: []*Section{{
				ID: "one", Heading: oneLine(heading), Text: strings.TrimSpace(text),
				Questions: []string{oneLine(question)}, References: []ReferenceID{"r"},
			}},
		}
		var b strings.Builder
		if err := WriteArticle(&b, a); err != nil {
			return // not UTF-8
		}
		if got := reread(t, b.String()); !reflect.DeepEqual(got, a) {
			t.Errorf("got %+v %+v\nwant %+v %+v\nfrom:\n%s", got, got.Sections[0], a, a.Sections[0], b.String())
		}
	})
}

func TestSaveArticle(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "pack")
	a := writtenArticle()
	path, err := SaveArticle(dir, a, SaveOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(dir, "articles", "exosome-size.yaml"); path != want {
		t.Errorf("path %q, want %q", path, want)
	}
	if got, want := readFile(t, dir, "pack.yaml"), "id: exosome-size\ntitle: 'Size: how big?'\nversion: \"1\"\n"; got != want {
		t.Errorf("pack.yaml is %q, want %q", got, want)
	}
	if got := readFile(t, dir, "articles/exosome-size.yaml"); got != written {
		t.Errorf("the article is\n%s", got)
	}

	// An article of that id is left alone, unless it is to be replaced.
	a.Title = "Another title"
	if _, err := SaveArticle(dir, a, SaveOptions{}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("the second time the error is %v, want %v", err, fs.ErrExist)
	}
	if got := readFile(t, dir, "articles/exosome-size.yaml"); got != written {
		t.Errorf("the article has become\n%s", got)
	}
	if _, err := SaveArticle(dir, a, SaveOptions{Overwrite: true}); err != nil {
		t.Fatal(err)
	}
	if got := readFile(t, dir, "articles/exosome-size.yaml"); !strings.Contains(got, "Another title") {
		t.Errorf("the article is still\n%s", got)
	}

	// A second article does not touch pack.yaml.
	if _, err := SaveArticle(dir, &Article{ID: "second", Title: "Second"}, SaveOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := readFile(t, dir, "pack.yaml"); !strings.HasPrefix(got, "id: exosome-size\n") {
		t.Errorf("pack.yaml has become %q", got)
	}

	// Nothing else is left behind.
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	hidden, _ := filepath.Glob(filepath.Join(dir, ".*"))
	articles, _ := os.ReadDir(filepath.Join(dir, "articles"))
	if len(files) != 2 || len(hidden) != 0 || len(articles) != 2 {
		t.Errorf("files %q, hidden %q, articles %v", files, hidden, articles)
	}

	for _, id := range []ArticleID{"", "..", "../evil", "a/b", "A"} {
		if _, err := SaveArticle(dir, &Article{ID: id}, SaveOptions{}); err == nil {
			t.Errorf("SaveArticle with id %q: no error", id)
		}
	}
}

func readFile(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")))
}
