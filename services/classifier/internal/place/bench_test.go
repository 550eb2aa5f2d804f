package place

import (
	"strings"
	"testing"

	"faultline/services/classifier/internal/token"
)

// report is a story of some hundred words with the names and the everyday
// words of its kind.
const report = `Supporters of the ousted president seized the regional administration in Jalal-Abad on Thursday and drove out the governor
appointed by the interim government, witnesses said. Hundreds of people gathered on the central square of Osh, the largest city of southern
Kyrgyzstan, and shouted slogans against the new leaders in Bishkek. In the town of Batken, close to the border with Tajikistan, the police did not
intervene. A spokesman for the ministry told reporters that troops had been sent from Naryn and Karakol to guard roads, bridges and the airport.
Officials in Tashkent closed the crossing near Andijan, and Kazakhstan stopped buses at the frontier. "We have nothing to fear," said Michael Jordan,
an aid worker from Boston who has lived in Uzgen for ten years. The United States, which has a base at Manas outside the capital, called for calm, as did Russia and China.
Prices of bread and petrol have doubled since March, and power cuts are frequent. On Friday the crowd marched to the television station. Nice words, a man said, but nobody reads them.
`

func benchmarkDocument(b *testing.B) (*Gazetteer, *token.Document) {
	b.Helper()
	g, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	doc := &token.Document{}
	token.NewLexicon(g.Vocabulary(), nil).Read(doc, "Crowd storms governor's office in Jalal-Abad, Kyrgyzstan", strings.Repeat(report, 3))
	return g, doc
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFind looks for the places of a document of 570 words with 50 mentions.
func BenchmarkFind(b *testing.B) {
	g, doc := benchmarkDocument(b)
	b.ReportAllocs()
	for b.Loop() {
		if r := g.Find(doc, Context{}); len(r.Mentions) == 0 {
			b.Fatal("no places")
		}
	}
}

// foldForTest brings a word into the vocabulary's form.
func foldForTest(w string) string { return token.Fold(w) }
