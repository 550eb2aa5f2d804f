package classifier

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/pkg/event"
)

// shipped is the rule set that comes with Faultline.
func shipped(t testing.TB) *Ruleset {
	t.Helper()
	r, err := Load(t.Context(), config.NewDir(config.Layer{Name: "(shipped)", FS: deploy.Config()}), config.Section{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// vocabularyOf makes words that look like a language's: frequent ones are short
// and come again and again, as Zipf has it.
func vocabularyOf(r *rand.Rand, syllables []string, n int) []string {
	words := make([]string, n)
	for i := range words {
		var b strings.Builder
		for range 1 + r.IntN(2+min(i/200, 3)) {
			b.WriteString(syllables[r.IntN(len(syllables))])
		}
		words[i] = b.String()
	}
	return words
}

// generator writes news-like documents: filler of a language's frequent words
// and invented ones, places, and now and then a sentence that shows something.
type generator struct {
	r         *rand.Rand
	zipf      *rand.Zipf
	words     []string
	sentences []string
}

func newGenerator(seed uint64, language string) *generator {
	g := &generator{r: rand.New(rand.NewPCG(seed, 1))}
	common := strings.Fields("the of to in a and that said for on is was with as by at from it be has have his will who had not were are their they its an this which been after one would more about new year people government two first also other when last up out time president officials state over country could made than city week police former against minister company market week report day group percent national including some before called party under during security week court week military region million")
	syllables := strings.Fields("ba ter mo lin ran de con sti per ven ti a lo gra mi nor tal ex pen si cor du ma re ver sul tin ho pla ger")
	g.sentences = strings.Split("Clashes between protesters and police in Osh left two people dead and about 60 wounded|The governor of Jalal-Abad denied that he had been kidnapped by gunmen|Thousands of demonstrators marched on the parliament in Bishkek on Friday|Soldiers opened fire on the crowd near Batken, killing at least three people|The minister said prices of fuel may rise in Tashkent next month", "|")
	if language == "ru" {
		common = strings.Fields("и в на с по что не из за к для как его а от это о он до года но также был после у было их при все или она только год время уже между более через страны этом которые президент правительства был сообщил заявил области города власти россии человек стороны том них две страна будет если может")
		syllables = strings.Fields("ва тер мо лин ран де кон сти пер вен ти а ло гра ми нор тал эк пен си кор ду ма ре вер сул тин хо пла гер ство ние ный")
		g.sentences = strings.Split("В столкновениях демонстрантов с милицией в Оше погибли два человека и около 60 ранены|Губернатор Джалал-Абада опроверг сообщения о своем похищении|Тысячи митингующих прошли маршем к парламенту в Бишкеке|Солдаты открыли огонь по толпе близ Баткена, не менее трех человек убиты|Министр сообщил, что цены на топливо в Ташкенте могут вырасти", "|")
	}
	g.words = append(common, vocabularyOf(g.r, syllables, 20_000)...)
	g.zipf = rand.NewZipf(g.r, 1.1, 3, uint64(len(g.words)-1))
	return g
}

// item writes one of about n words.
func (g *generator) item(i, n int) event.Item {
	var b strings.Builder
	for words := 0; words < n; {
		if g.r.IntN(12) == 0 {
			s := g.sentences[g.r.IntN(len(g.sentences))]
			b.WriteString(s + ". ")
			words += strings.Count(s, " ") + 1
			continue
		}
		length := 8 + g.r.IntN(20)
		for k := range length {
			w := g.words[g.zipf.Uint64()]
			if k == 0 || g.r.IntN(15) == 0 {
				first := []rune(w)
				w = strings.ToUpper(string(first[0])) + string(first[1:])
			}
			b.WriteString(w)
			if k == length-1 {
				b.WriteString(". ")
			} else if g.r.IntN(10) == 0 {
				b.WriteString(", ")
			} else {
				b.WriteByte(' ')
			}
		}
		words += length
	}
	return event.Item{ID: fmt.Sprint(i), Title: g.sentences[g.r.IntN(len(g.sentences))], Text: b.String()}
}

func documents(language string, n int) []event.Item {
	g := newGenerator(7, language)
	items := make([]event.Item, n)
	for i := range items {
		items[i] = g.item(i, 600)
	}
	return items
}

// BenchmarkAssess assesses documents of 600 words with the shipped rules and
// gazetteer, on one core.
func BenchmarkAssess(b *testing.B) {
	rules := shipped(b)
	for _, language := range []string{"en", "ru"} {
		items := documents(language, 500)
		b.Run(language, func(b *testing.B) {
			size := 0
			for i := 0; b.Loop(); i++ {
				item := items[i%len(items)]
				size += len(item.Title) + len(item.Text)
				rules.Assess(item)
			}
			b.SetBytes(int64(size / b.N))
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
		})
	}
}

// BenchmarkLoad compiles the shipped rules for all their languages with the
// gazetteer, runs the examples, and says how much memory stays in use.
func BenchmarkLoad(b *testing.B) {
	before := heap()
	var rules *Ruleset
	for b.Loop() {
		rules = shipped(b)
	}
	b.ReportMetric(heap()-before, "heap-MB")
	b.ReportMetric(float64(len(rules.Languages())), "languages")
}

// heap is the memory in use, in MB.
func heap() float64 {
	runtime.GC()
	runtime.GC() // what the first one finalized
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / 1e6
}
