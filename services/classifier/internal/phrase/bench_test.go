package phrase

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"faultline/services/classifier/internal/token"
)

// pool makes words and texts of them in which, as Zipf has it, few are frequent.
type pool struct {
	r     *rand.Rand
	zipf  *rand.Zipf
	words []string
}

func newPool() *pool {
	p := &pool{r: rand.New(rand.NewPCG(3, 1))}
	syllables := strings.Fields("ba ter mo lin ran de con sti per ven ti a lo gra mi nor tal ex pen si cor du ma re ver sul tin ho pla ger")
	for i := range 20_000 {
		var b strings.Builder
		for range 1 + p.r.IntN(2+min(i/200, 3)) {
			b.WriteString(syllables[p.r.IntN(len(syllables))])
		}
		p.words = append(p.words, b.String())
	}
	p.zipf = rand.NewZipf(p.r, 1.1, 3, uint64(len(p.words)-1))
	return p
}

// phrase is as rules have it: rare and less rare words, choices and gaps.
func (p *pool) phrase() string {
	w := func() string { return p.words[p.r.IntN(len(p.words))] }
	return fmt.Sprintf("%s ..4 (%s|%s|%s %s) [%s] %s", w(), w(), w(), w(), w(), w(), p.words[p.zipf.Uint64()])
}

func (p *pool) text(words int) string {
	var b strings.Builder
	for i := range words {
		b.WriteString(p.words[p.zipf.Uint64()])
		if i%20 == 19 {
			b.WriteString(". The")
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// BenchmarkPhrases reads texts of 600 words and looks for more and more phrases.
func BenchmarkPhrases(b *testing.B) {
	for _, n := range []int{500, 2000, 8000} {
		pool := newPool()
		var texts []string
		for range 200 {
			texts = append(texts, pool.text(600))
		}
		builder := NewBuilder(nil)
		for range n {
			builder.Add(mustParse(b, pool.phrase()))
		}
		p, err := builder.Build(token.NewVocabulary())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			var d token.Document
			var m Matcher
			for i := 0; b.Loop(); i++ {
				p.Lexicon().Read(&d, "", texts[i%len(texts)])
				m.Match(p, &d.Text, nil, nil)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
		})
	}
}
