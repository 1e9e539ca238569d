package knowledge_test

import (
	"os"
	"testing"

	"exobot/knowledge"
)

// BenchmarkLoad loads and checks the shipped pack.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, _, err := knowledge.Load(os.DirFS("pack")); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen opens the shipped pack.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		if _, err := knowledge.Open(os.DirFS("pack")); err != nil {
			b.Fatal(err)
		}
	}
}
