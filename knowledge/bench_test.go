package knowledge_test

import (
	"testing"

	"exobot/knowledge"
	"exobot/knowledge/pack"
)

// BenchmarkLoad loads and checks the shipped pack.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, _, err := knowledge.Load(pack.FS); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen opens the shipped pack.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		if _, err := knowledge.Open(pack.FS); err != nil {
			b.Fatal(err)
		}
	}
}
