package eval

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
)

// A Run is what one version of the program reached, query by query, to compare the next
// with. It is kept as JSON.
type Run struct {
	Of     string                        `json:"of"`     // what was scored, such as a question file
	Values map[string]map[string]float64 `json:"values"` // measure → query id → value
}

// Set records a value.
func (r *Run) Set(measure, id string, value float64) {
	if r.Values == nil {
		r.Values = make(map[string]map[string]float64)
	}
	if r.Values[measure] == nil {
		r.Values[measure] = make(map[string]float64)
	}
	r.Values[measure][id] = value
}

// Run returns the verdicts of a report as a run: hit@1, hit@3 and answered of the
// questions that the articles should answer, declined of those that they should not, and
// right of all.
func (r *Report) Run(of string) *Run {
	run := &Run{Of: of}
	set := func(measure, id string, yes bool) {
		run.Set(measure, id, one(yes))
	}
	for _, v := range r.Verdicts {
		if v.Kind.Answered() {
			set("hit@1", v.ID, v.Hit1)
			set("hit@3", v.ID, v.Hit3)
			set("answered", v.ID, v.Answered)
		}
		if v.Kind == KindDecline {
			set("declined", v.ID, v.declined())
		}
		set("right", v.ID, v.Right)
	}
	return run
}

// Write writes the run as JSON.
func (r *Run) Write(w io.Writer) error {
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return fmt.Errorf("write run: %w", err)
	}
	if _, err := w.Write(append(data, '\n')); err != nil {
		return fmt.Errorf("write run: %w", err)
	}
	return nil
}

// ReadRun reads a run that [Run.Write] has written.
func ReadRun(r io.Reader) (*Run, error) {
	var run Run
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(&run); err != nil {
		return nil, fmt.Errorf("read run: %w", err)
	}
	return &run, nil
}

// A Difference is what became of one measure from one run to the next.
type Difference struct {
	Measure  string
	N        int     // queries that both runs have
	Old, New float64 // means over these
	Interval         // of New − Old
}

// Since returns the differences of r from an earlier run, by measure, over the queries
// that both have. Measures that one of them lacks are left out.
func (r *Run) Since(old *Run) []Difference {
	var out []Difference
	for _, measure := range slices.Sorted(maps.Keys(r.Values)) {
		var a, b []float64
		for _, id := range slices.Sorted(maps.Keys(r.Values[measure])) {
			if was, ok := old.Values[measure][id]; ok {
				a, b = append(a, was), append(b, r.Values[measure][id])
			}
		}
		if len(a) > 0 {
			out = append(out, Difference{measure, len(a), Mean(a), Mean(b), Compare(a, b, 1)})
		}
	}
	return out
}
