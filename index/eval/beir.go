package eval

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"exobot/index"
)

// A Collection is a test collection: documents, queries, and which answers which.
type Collection struct {
	Name      string
	Documents []index.Document
	Queries   []Query // those that have a judgement, in the order of the file
}

// A Query is one query of a test collection with its judgements.
type Query struct {
	ID         string
	Text       string
	Judgements Judgements
}

// ReadBEIR loads the folder of a BEIR collection: corpus.jsonl with _id, title and text,
// queries.jsonl with _id and text, and qrels/SPLIT.tsv with query, document and judgement
// below a line of headings. Errors name the file and the line.
func ReadBEIR(fsys fs.FS, split string) (*Collection, error) {
	c := &Collection{}
	type entry struct {
		ID    string `json:"_id"`
		Title string `json:"title"`
		Text  string `json:"text"`
	}
	err := lines(fsys, "corpus.jsonl", func(line string) error {
		var e entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return err
		}
		c.Documents = append(c.Documents, index.Document{ID: e.ID, Title: e.Title, Text: e.Text})
		return nil
	})
	if err != nil {
		return nil, err
	}
	judgements := make(map[string]Judgements)
	first := true
	err = lines(fsys, path.Join("qrels", split+".tsv"), func(line string) error {
		if first {
			first = false
			return nil
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			return fmt.Errorf("%d fields; want query, document and judgement, with tabs between them", len(f))
		}
		grade, err := strconv.Atoi(f[2])
		if err != nil {
			return fmt.Errorf("judgement %q is not a whole number", f[2])
		}
		if judgements[f[0]] == nil {
			judgements[f[0]] = make(Judgements)
		}
		judgements[f[0]][f[1]] = grade
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = lines(fsys, "queries.jsonl", func(line string) error {
		var e entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return err
		}
		if j := judgements[e.ID]; j.relevant() > 0 {
			c.Queries = append(c.Queries, Query{ID: e.ID, Text: e.Text, Judgements: j})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(c.Queries) == 0 {
		return nil, fmt.Errorf("split %q: no query has a relevant document", split)
	}
	return c, nil
}

// lines calls f with each line of a file that is not empty.
func lines(fsys fs.FS, name string, f func(string) error) (err error) {
	file, err := fsys.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: there is no such file; a BEIR folder holds corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv", name)
	}
	if err != nil {
		return fmt.Errorf("open test collection: %w", err)
	}
	defer file.Close()
	r := bufio.NewReader(file)
	for number := 1; ; number++ {
		line, err := r.ReadString('\n')
		if err != nil && err != io.EOF {
			return fmt.Errorf("read %s: %w", name, err)
		}
		if t := strings.TrimSpace(line); t != "" {
			if e := f(t); e != nil {
				return fmt.Errorf("%s:%d: %w", name, number, e)
			}
		}
		if err == io.EOF {
			return nil
		}
	}
}

// A Ranking is a collection's outcome: the ids of the documents found for each query,
// best first.
type Ranking map[string][]string

// RankDepth is how many documents are asked for: as many as recall@100 looks at.
const RankDepth = 100

// Rank asks all queries of a collection with rank, which returns at most n ids.
func (c *Collection) Rank(ctx context.Context, rank func(ctx context.Context, text string, n int) ([]string, error)) (Ranking, error) {
	out := make(Ranking, len(c.Queries))
	for _, q := range c.Queries {
		ids, err := rank(ctx, q.Text, RankDepth)
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", q.ID, err)
		}
		out[q.ID] = ids
	}
	return out, nil
}
