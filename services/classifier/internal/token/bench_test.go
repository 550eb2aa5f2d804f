package token

import (
	"strings"
	"testing"
)

// BenchmarkRead reads a document of 600 words whose words are all known.
func BenchmarkRead(b *testing.B) {
	for name, sentence := range map[string]string{
		"en": "Clashes between protesters and the police in the south of the country left two people dead on Friday, the ministry said. ",
		"ru": "В столкновениях демонстрантов с милицией на юге страны погибли два человека, сообщили в пятницу в министерстве области. ",
	} {
		text := strings.Repeat(sentence, 600/len(strings.Fields(sentence)))
		lexicon := NewLexicon(NewVocabulary(), nil)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			var d Document
			for b.Loop() {
				lexicon.Read(&d, "", text)
			}
		})
	}
}
