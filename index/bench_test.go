package index_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"exobot/index"
	"exobot/index/eval"
)

// testData returns the folder of shared test collections, or skips.
func testData(t testing.TB) string {
	dir := os.Getenv("EXOBOT_TEST_DATA")
	if dir == "" {
		t.Skip("EXOBOT_TEST_DATA does not name the folder of test collections")
	}
	return dir
}

// BenchmarkSciFact compares a whole ranking with Bleve's own match query on the same
// documents.
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
