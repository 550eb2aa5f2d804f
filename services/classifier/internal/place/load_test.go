package place

import (
	"testing"

	"faultline/services/classifier/internal/token"
)

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(token.NewVocabulary()); err != nil {
			b.Fatal(err)
		}
	}
}
