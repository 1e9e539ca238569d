package knowledge

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestCheck(t *testing.T) {
	lib, _, err := Load(os.DirFS("testdata/good"))
	if err != nil {
		t.Fatal(err)
	}
	hard := &Section{ID: "hard", Heading: "Hard", Text: "Extracellular vesicle characterisation necessitates complementary methodologies."}
	old := &Article{ID: "old", Title: "Old", Lang: "en", Updated: time.Date(2020, 2, 29, 0, 0, 0, 0, time.UTC), Sections: []*Section{hard}}
	german := &Article{ID: "german", Title: "Deutsch", Lang: "de", Sections: []*Section{{ID: "text", Heading: "Text", Text: hard.Text}}}
	more := *lib
	more.Articles = append(more.Articles, old, german)

	var b strings.Builder
	if _, err := Check(New(more)).WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	const want = `How big things are (sizes, version 1.0.0)
  3 articles, 3 sections with text, 3 passages, 35 words
  1 question, 1 reference
  1 concept in the glossary; named in de 1, fr 1
  words of other languages: de 2, es 2
  2 questions in 1 topic not covered
  evidence: established 1, not assessed 2
  1 of 2 sections in English (50 %) read over school grade 10
    41.8  old/hard
  oldest article: old, updated 2020-02-29
`
	if b.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), want)
	}

	b.Reset()
	Check(New(Library{})).WriteTo(&b) // an empty library has a report too
	if !strings.Contains(b.String(), "0 articles") {
		t.Errorf("of an empty library:\n%s", b.String())
	}
}
