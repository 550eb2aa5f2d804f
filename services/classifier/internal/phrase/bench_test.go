package phrase

import (
	"fmt"
	"math"
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

// frequentWords are those of English news, the most frequent first: the compiler
// of phrases knows them, and the rest by their length.
const frequentWords = "the of to in and a on that for is was said with at as by from it he be has have his will who had not were are their they its an this which been after one would more about new year people government " +
	"two first also other when last police up out president over could into than state country minister before against week court under during national military group while between city day war told including because " +
	"officials party former army security forces report region capital power public month local law world foreign members since troops office international area border prime soldiers home parliament district opposition street political leader fire town"

// newPool makes 20,000 words: all different, the frequent ones first, or as they
// fall, with short ones among them that come again and again.
func newPool(different bool) *pool {
	p, seen := &pool{r: rand.New(rand.NewPCG(3, 1))}, map[string]bool{}
	if different {
		p.words = strings.Fields(frequentWords)
	}
	syllables := strings.Fields("ba ter mo lin ran de con sti per ven ti a lo gra mi nor tal ex pen si cor du ma re ver sul tin ho pla ger")
	for len(p.words) < 20_000 {
		var b strings.Builder
		for range 1 + p.r.IntN(2+min(len(p.words)/200, 3)) {
			b.WriteString(syllables[p.r.IntN(len(syllables))])
		}
		if w := b.String(); !different || !seen[w] {
			seen[w] = true
			p.words = append(p.words, w)
		}
	}
	p.zipf = rand.NewZipf(p.r, 1.1, 3, uint64(len(p.words)-1))
	return p
}

// hard is a phrase of words that the texts are made of, all as likely, and a
// frequent one: of many such phrases nearly every word of a text begins some.
func (p *pool) hard() string {
	w := func() string { return p.words[p.r.IntN(len(p.words))] }
	return fmt.Sprintf("%s ..4 (%s|%s|%s %s) [%s] %s", w(), w(), w(), w(), w(), w(), p.words[p.zipf.Uint64()])
}

// like is a phrase such as the English ones that are shipped, of which 36 % are a
// word or a name, 36 % a few words in a row, and 28 % choices of some six words
// with a gap between them. The words are as frequent in the texts as those of the
// shipped phrases are in news: deciles of their ranks are a straight line on
// paper with a scale of logarithms, which begins at a rank of 300 for single
// words, at 20 for those in a row and at 30 for choices.
func (p *pool) like() string {
	switch x := p.r.IntN(100); {
	case x < 36:
		return p.ranked(300)
	case x < 63:
		return p.ranked(20) + " " + p.ranked(20)
	case x < 72:
		return p.ranked(20) + " " + p.ranked(20) + " " + p.ranked(20)
	}
	return p.choice() + " ..4 " + p.choice()
}

func (p *pool) choice() string {
	words := make([]string, 6)
	for i := range words {
		words[i] = p.ranked(30)
	}
	return "(" + strings.Join(words, "|") + ")"
}

// ranked is a word of the rank first or a rarer one, the logarithms of the ranks
// being all as likely.
func (p *pool) ranked(first float64) string {
	return p.words[int(first*math.Pow(float64(len(p.words))/first, p.r.Float64()))]
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

// BenchmarkPhrases reads texts of 600 words and looks for more and more phrases:
// such as rules have, the same with as many matches however many phrases there
// are, and a hard case.
func BenchmarkPhrases(b *testing.B) {
	for _, made := range []struct {
		name    string
		pool    func() *pool
		phrases func(*testing.B, *pool, []string, int) []*Node
	}{
		{"like", func() *pool { return newPool(true) }, drawn((*pool).like)},
		{"silent", func() *pool { return newPool(true) }, silentFrom(500)},
		{"hard", func() *pool { return newPool(false) }, drawn((*pool).hard)},
	} {
		for _, n := range []int{0, 500, 2000, 8000} {
			b.Run(fmt.Sprint(made.name, "/", n), func(b *testing.B) { benchmarkPhrases(b, made.pool(), n, made.phrases) })
		}
	}
}

// drawn takes phrases as they come.
func drawn(phrase func(*pool) string) func(*testing.B, *pool, []string, int) []*Node {
	return func(b *testing.B, pool *pool, _ []string, n int) []*Node {
		phrases := make([]*Node, n)
		for i := range phrases {
			phrases[i] = mustParse(b, phrase(pool))
		}
		return phrases
	}
}

// silentFrom takes phrases such as rules have as they come, but from the given
// number on only those that match in none of the texts, however many of their
// words stand there: what matches stays the same while the rules grow.
func silentFrom(first int) func(*testing.B, *pool, []string, int) []*Node {
	draw := drawn((*pool).like)
	return func(b *testing.B, pool *pool, texts []string, n int) []*Node {
		phrases := draw(b, pool, texts, min(n, first))
		for len(phrases) < n {
			more := draw(b, pool, texts, n)
			found := make([]bool, n)
			p := built(b, more)
			var d token.Document
			var m Matcher
			for _, text := range texts {
				p.Lexicon().Read(&d, "", text)
				m.Match(p, &d.Text, nil, nil)
				for _, h := range m.Hits {
					found[h.Phrase] = true
				}
			}
			for i, x := range more {
				if !found[i] && len(phrases) < n {
					phrases = append(phrases, x)
				}
			}
		}
		return phrases
	}
}

func built(b *testing.B, phrases []*Node) *Program {
	builder := NewBuilder(nil)
	for _, x := range phrases {
		builder.Add(x)
	}
	p, err := builder.Build(token.NewVocabulary())
	if err != nil {
		b.Fatal(err)
	}
	return p
}

func benchmarkPhrases(b *testing.B, pool *pool, n int, phrases func(*testing.B, *pool, []string, int) []*Node) {
	var texts []string
	for range 200 {
		texts = append(texts, pool.text(600))
	}
	p := built(b, phrases(b, pool, texts, n))
	var d token.Document
	var m Matcher
	hits, tries := 0, 0
	pass := func(text string) {
		p.Lexicon().Read(&d, "", text)
		m.Match(p, &d.Text, nil, nil)
	}
	for _, text := range texts { // and every word is known from here on
		pass(text)
		hits, tries = hits+len(m.Hits), tries+m.Work()
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		pass(texts[i%len(texts)])
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
	b.ReportMetric(float64(hits)/float64(len(texts)), "hits/doc")
	b.ReportMetric(float64(tries)/float64(len(texts)), "tries/doc")
}
