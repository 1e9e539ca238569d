package eval_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"exobot/index/eval"
)

// beir returns a collection of three documents and three queries, one of which nothing
// answers.
func beir() fstest.MapFS {
	file := func(lines ...string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.Join(lines, "\n"))}
	}
	return fstest.MapFS{
		"corpus.jsonl": file(
			`{"_id": "d1", "title": "One", "text": "First text", "metadata": {"year": 1}}`,
			`{"_id": "d2", "text": "Second text"}`, ``,
			`{"_id": "d3", "title": "", "text": "Third"}`, ``),
		"queries.jsonl": file(
			`{"_id": "q2", "text": "second?"}`,
			`{"_id": "q1", "text": "first?"}`,
			`{"_id": "q3", "text": "never?"}`,
			`{"_id": "q4", "text": "not judged"}`),
		"qrels/test.tsv":  file("query-id\tcorpus-id\tscore", "q1\td1\t2", "q1\td2\t0", "q2\td2\t1", "q3\td3\t0", ""),
		"qrels/train.tsv": file("query-id\tcorpus-id\tscore", "q3\td3\t1"),
	}
}

func TestReadBEIR(t *testing.T) {
	t.Parallel()
	for _, windows := range []bool{false, true} {
		fsys := beir()
		if windows {
			for _, f := range fsys {
				f.Data = []byte(strings.ReplaceAll(string(f.Data), "\n", "\r\n"))
			}
		}
		c, err := eval.ReadBEIR(fsys, "test")
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Documents) != 3 || c.Documents[0].ID != "d1" || c.Documents[0].Title != "One" || c.Documents[1].Text != "Second text" {
			t.Errorf("documents %+v", c.Documents)
		}
		if len(c.Queries) != 2 || c.Queries[0].ID != "q2" || c.Queries[1].Text != "first?" {
			t.Fatalf("queries %+v, want q2 and q1", c.Queries)
		}
		if j := c.Queries[1].Judgements; !maps.Equal(j, eval.Judgements{"d1": 2, "d2": 0}) {
			t.Errorf("judgements of q1 %v", j)
		}
		if c, err := eval.ReadBEIR(fsys, "train"); err != nil || len(c.Queries) != 1 || c.Queries[0].ID != "q3" {
			t.Errorf("train: %+v, %v", c, err)
		}
	}
}

func TestReadBEIRErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		file, content string // "" removes the file
		want          string
	}{
		{"corpus.jsonl", "", "corpus.jsonl: there is no such file"},
		{"queries.jsonl", "", "queries.jsonl: there is no such file"},
		{"qrels/test.tsv", "", "qrels/test.tsv: there is no such file"},
		{"corpus.jsonl", "{\"_id\": \"a\"}\n\n{\"_id\":", "corpus.jsonl:3: "},
		{"corpus.jsonl", `{"_id": 5}`, "corpus.jsonl:1: "},
		{"queries.jsonl", "{}\n[]", "queries.jsonl:2: "},
		{"qrels/test.tsv", "head\nq1\td1\t1\nq1 d1 1", "qrels/test.tsv:3: 1 fields; want query, document and judgement, with tabs between them"},
		{"qrels/test.tsv", "head\nq1\td1\t1\t0", "qrels/test.tsv:2: 4 fields"},
		{"qrels/test.tsv", "head\r\nq1\td1\tmuch\r\n", `qrels/test.tsv:2: judgement "much" is not a whole number`},
		{"qrels/test.tsv", "head\nq1\td1\t0.5", `qrels/test.tsv:2: judgement "0.5" is not a whole number`},
		{"qrels/test.tsv", "head", `split "test": no query has a relevant document`},
		{"qrels/test.tsv", "head\nq9\td1\t1", `split "test": no query has a relevant document`},
	} {
		fsys := beir()
		if test.content == "" {
			delete(fsys, test.file)
		} else {
			fsys[test.file].Data = []byte(test.content)
		}
		_, err := eval.ReadBEIR(fsys, "test")
		if err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%s %q: got %v, want %s", test.file, test.content, err, test.want)
		}
	}
}

func TestRankCollection(t *testing.T) {
	t.Parallel()
	c, err := eval.ReadBEIR(beir(), "test")
	if err != nil {
		t.Fatal(err)
	}
	ranking, err := c.Rank(t.Context(), func(_ context.Context, text string, n int) ([]string, error) {
		if n != eval.RankDepth {
			t.Errorf("asked for %d documents", n)
		}
		return []string{text}, nil
	})
	if err != nil || len(ranking) != 2 || ranking["q1"][0] != "first?" {
		t.Errorf("got %v, %v", ranking, err)
	}
	fault := errors.New("no index")
	if _, err := c.Rank(t.Context(), func(context.Context, string, int) ([]string, error) { return nil, fault }); !errors.Is(err, fault) || !strings.Contains(err.Error(), "query q2") {
		t.Errorf("got %v, want the error and the query's id", err)
	}
}
