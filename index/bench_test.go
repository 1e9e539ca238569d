package index_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	_ "modernc.org/sqlite" // SQLite, to compare with

	"exobot/index"
	"exobot/index/eval"
	"exobot/knowledge"
)

// testData returns the folder of shared test collections, or skips.
func testData(t testing.TB) string {
	dir := os.Getenv("EXOBOT_TEST_DATA")
	if dir == "" {
		t.Skip("EXOBOT_TEST_DATA does not name the folder of test collections")
	}
	return dir
}

// BenchmarkSearch answers the questions of our own files from the shipped pack: the whole
// way from the text to the marked passages.
func BenchmarkSearch(b *testing.B) {
	ix, err := shipped()
	if err != nil {
		b.Fatal(err)
	}
	questions := readQuestions(b, "report")
	for i := 0; b.Loop(); i++ {
		q := questions[i%len(questions)]
		if _, err := ix.Search(b.Context(), knowledge.Query{Text: q.Text, Context: q.Previous}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLength answers questions of different lengths from the shipped pack.
func BenchmarkLength(b *testing.B) {
	ix, err := shipped()
	if err != nil {
		b.Fatal(err)
	}
	const chatter = "so my sister met somebody at the market who swears by these vesicle drips for her knees and her skin, and I wonder whether there is any proof in people, what it costs, and who keeps an eye on it. "
	for _, c := range []struct {
		name   string
		length int
	}{{"20", 20}, {"200", 200}, {"2000", 2000}, {"16000", 16000}} {
		text := strings.Repeat("how big is an exosome? "+chatter, 1+c.length/len(chatter))[:c.length]
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := ix.Search(b.Context(), knowledge.Query{Text: text}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSciFactLength ranks for questions of 200 and of 2,000 characters, which are made
// of the questions of SciFact.
func BenchmarkSciFactLength(b *testing.B) {
	c, err := eval.ReadBEIR(os.DirFS(filepath.Join(testData(b), "eval/beir/scifact")), "train")
	if err != nil {
		b.Fatal(err)
	}
	ix, err := index.NewCollection(b.Context(), c.Documents, index.DefaultModel())
	if err != nil {
		b.Fatal(err)
	}
	defer ix.Close()
	var all strings.Builder
	for _, q := range c.Queries {
		all.WriteString(q.Text + " ")
	}
	text := all.String()
	for _, length := range []int{200, 2000} {
		b.Run(strconv.Itoa(length), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				from := i * 200 % (len(text) - length)
				if _, err := ix.Rank(b.Context(), text[from:from+length], 10); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkBuild indexes the shipped pack in memory.
func BenchmarkBuild(b *testing.B) {
	lib, err := shippedLibrary()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		ix, err := index.Build(b.Context(), lib, index.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := ix.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSciFact compares a whole ranking with Bleve's own match query and with
// SQLite's full-text search on the same documents.
func BenchmarkSciFact(b *testing.B) {
	c, err := eval.ReadBEIR(os.DirFS(filepath.Join(testData(b), "eval/beir/scifact")), "train")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("exobot", func(b *testing.B) {
		ix, err := index.NewCollection(b.Context(), c.Documents, index.DefaultModel())
		if err != nil {
			b.Fatal(err)
		}
		defer ix.Close()
		for i := 0; b.Loop(); i++ {
			if _, err := ix.Rank(b.Context(), c.Queries[i%len(c.Queries)].Text, 10); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bleve", func(b *testing.B) {
		ix := bleveIndex(b, c.Documents)
		for i := 0; b.Loop(); i++ {
			q := bleve.NewMatchQuery(c.Queries[i%len(c.Queries)].Text)
			q.SetField("body")
			if _, err := ix.SearchInContext(b.Context(), bleve.NewSearchRequestOptions(q, 10, 0, false)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("sqlite", func(b *testing.B) {
		match := sqliteIndex(b, c.Documents)
		for i := 0; b.Loop(); i++ {
			rows, err := match.QueryContext(b.Context(), anyWord(c.Queries[i%len(c.Queries)].Text))
			if err != nil {
				b.Fatal(err)
			}
			for rows.Next() {
				var id string
				if err := rows.Scan(&id); err != nil {
					b.Fatal(err)
				}
			}
			if err := rows.Err(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func bleveIndex(b *testing.B, docs []index.Document) bleve.Index {
	field := bleve.NewTextFieldMapping()
	field.Analyzer, field.Store, field.IncludeTermVectors, field.DocValues = "en", false, false, false
	doc := bleve.NewDocumentStaticMapping()
	doc.AddFieldMappingsAt("body", field)
	m := bleve.NewIndexMapping()
	m.DefaultMapping, m.DefaultAnalyzer, m.ScoringModel = doc, "en", "bm25"
	ix, err := bleve.NewUsing("", m, scorch.Name, scorch.Name, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { ix.Close() })
	for i := 0; i < len(docs); i += 500 {
		batch := ix.NewBatch()
		for _, d := range docs[i:min(i+500, len(docs))] {
			if err := batch.Index(d.ID, map[string]any{"body": d.Title + "\n" + d.Text}); err != nil {
				b.Fatal(err)
			}
		}
		if err := ix.Batch(batch); err != nil {
			b.Fatal(err)
		}
	}
	return ix
}

// sqliteIndex returns a prepared query for the ten best documents by SQLite's BM25, with
// Porter stems as here.
func sqliteIndex(b *testing.B, docs []index.Document) *sql.Stmt {
	db, err := sql.Open("sqlite", filepath.Join(b.TempDir(), "fts.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	if _, err := db.ExecContext(b.Context(), `CREATE VIRTUAL TABLE docs USING fts5(id UNINDEXED, body, tokenize = 'porter unicode61')`); err != nil {
		b.Fatal(err)
	}
	tx, err := db.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	for _, d := range docs {
		if _, err := tx.ExecContext(b.Context(), `INSERT INTO docs VALUES (?, ?)`, d.ID, d.Title+"\n"+d.Text); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	match, err := db.PrepareContext(b.Context(), `SELECT id FROM docs WHERE docs MATCH ? ORDER BY rank LIMIT 10`)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { match.Close() })
	return match
}

// anyWord turns a question into an FTS5 query for documents with any of its words.
func anyWord(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return `"` + strings.Join(words, `" OR "`) + `"`
}
