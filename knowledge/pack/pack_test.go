package pack_test

import (
	"testing"

	"exobot/knowledge"
	"exobot/knowledge/pack"
)

// The shipped pack is held to the strictest rules: no error, no warning, and few
// sections that a fifteen-year-old would find hard to read.
func TestShippedPack(t *testing.T) {
	lib, problems, err := knowledge.Load(pack.FS)
	for _, p := range problems {
		t.Error(p)
	}
	if err != nil {
		t.Fatal(err)
	}
	r := knowledge.Check(lib)
	r.WriteTo(t.Output())
	if share := float64(r.Hard) / float64(r.English); share > 0.1 {
		t.Errorf("%d of %d sections read over school grade 10, want at most a tenth", r.Hard, r.English)
	}
}

// BenchmarkLoad measures how long the shipped pack takes to load, as it does at every start.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, _, err := knowledge.Load(pack.FS); err != nil {
			b.Fatal(err)
		}
	}
}
