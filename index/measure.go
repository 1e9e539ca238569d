package index

import (
	"context"
	"fmt"

	"github.com/blevesearch/bleve/v2"
)

// ConfidenceOf returns the confidence that the model has in a result with these features,
// from 0 to 1. It is what [Index.Search] reports.
func (m *Model) ConfidenceOf(f Features) float64 { return m.confidence(f) }

// BleveMatch returns the best limit documents as Bleve's own match query on the same
// postings ranks them, to measure [Collection.Rank] by. Scores have Bleve's scale.
func (c *Collection) BleveMatch(ctx context.Context, text string, limit int) ([]Hit, error) {
	q := bleve.NewMatchQuery(text)
	q.SetField(fieldBody)
	res, err := c.bleve.SearchInContext(ctx, bleve.NewSearchRequestOptions(q, limit, 0, false))
	if err != nil {
		return nil, fmt.Errorf("index: Bleve match query: %w", err)
	}
	hits := make([]Hit, 0, len(res.Hits))
	for _, h := range res.Hits {
		hits = append(hits, Hit{ID: h.ID, Score: h.Score})
	}
	return hits, nil
}

// BleveMatch is [Collection.BleveMatch] on the passages of the index.
func (ix *Index) BleveMatch(ctx context.Context, text string, limit int) ([]Hit, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if ix.state == nil {
		return nil, errClosed
	}
	return ix.state.c.BleveMatch(ctx, text, limit)
}
