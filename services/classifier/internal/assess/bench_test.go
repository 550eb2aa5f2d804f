package assess

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/rule"
	"faultline/services/classifier/internal/token"
)

// shipped is an engine with the rules that ship with Faultline, without places.
func shipped(t testing.TB) *Engine {
	t.Helper()
	set, err := rule.Load(config.NewDir(config.Layer{Name: "(shipped)", FS: deploy.Config()}), token.NewVocabulary())
	if err != nil {
		t.Fatal(err)
	}
	return New(set, Default(), nil, "shipped")
}

// prose is what news of a language are mostly made of, and a few sentences that
// show something.
type prose struct{ common, syllables, telling []string }

func proseOf(language string) prose {
	if language == "ru" {
		return prose{
			common:    strings.Fields("и в на с по что не из за к для как его а от это о он до года но также был после у было их при все или она только год время уже между более через страны этом которые президент правительства сообщил заявил области города власти россии человек стороны том них две страна будет если может полиция военные дня недели закон суд рынок цены партии встречи"),
			syllables: strings.Fields("ва тер мо лин ран де кон сти пер вен ти а ло гра ми нор тал эк пен си кор ду ма ре вер сул тин хо пла гер ство ние ный"),
			telling: strings.Split("В столкновениях демонстрантов с милицией в Оше погибли два человека и около 60 ранены|Губернатор Джалал-Абада опроверг сообщения о своем похищении|"+
				"Тысячи митингующих прошли маршем к парламенту в Бишкеке|Солдаты открыли огонь по толпе, не менее трех человек убиты|Министр сообщил, что цены на топливо могут вырасти", "|"),
		}
	}
	return prose{
		common: strings.Fields("the of to in a and that said for on is was with as by at from it be has have his will who had not were are their they its an this which been after one would more about new year " +
			"people government two first also other when last up out time president officials state over country could made than city week police former against minister company market report day group percent " +
			"national including some before called party under during security court military region million"),
		syllables: strings.Fields("ba ter mo lin ran de con sti per ven ti a lo gra mi nor tal ex pen si cor du ma re ver sul tin ho pla ger"),
		telling: strings.Split("Clashes between protesters and police in Osh left two people dead and about 60 wounded|The governor of Jalal-Abad denied that he had been kidnapped by gunmen|"+
			"Thousands of demonstrators marched on the parliament in Bishkek on Friday|Soldiers opened fire on the crowd, killing at least three people|The minister said prices of fuel may rise next month", "|"),
	}
}

// writer makes documents of a language: frequent words and invented ones as
// Zipf has it, and one sentence in twelve that shows something.
type writer struct {
	prose
	r     *rand.Rand
	words []string
	zipf  *rand.Zipf
}

func newWriter(language string) *writer {
	w := &writer{prose: proseOf(language), r: rand.New(rand.NewPCG(11, 1))}
	w.words = append(w.words, w.common...)
	for i := range 20_000 {
		var b strings.Builder
		for range 1 + w.r.IntN(2+min(i/200, 3)) {
			b.WriteString(w.syllables[w.r.IntN(len(w.syllables))])
		}
		w.words = append(w.words, b.String())
	}
	w.zipf = rand.NewZipf(w.r, 1.1, 3, uint64(len(w.words)-1))
	return w
}

// item has about n words.
func (w *writer) item(n int) event.Item {
	var b strings.Builder
	for words := 0; words < n; {
		if w.r.IntN(12) == 0 {
			s := w.telling[w.r.IntN(len(w.telling))]
			b.WriteString(s + ". ")
			words += strings.Count(s, " ") + 1
			continue
		}
		words += w.filler(&b)
	}
	return event.Item{Title: w.telling[w.r.IntN(len(w.telling))], Text: b.String()}
}

// filler writes a sentence and returns its number of words.
func (w *writer) filler(b *strings.Builder) int {
	length := 8 + w.r.IntN(20)
	for k := range length {
		word := w.words[w.zipf.Uint64()]
		if k == 0 || w.r.IntN(15) == 0 {
			first := []rune(word)[0]
			word = strings.ToUpper(string(first)) + word[len(string(first)):]
		}
		b.WriteString(word)
		switch {
		case k == length-1:
			b.WriteString(". ")
		case w.r.IntN(10) == 0:
			b.WriteString(", ")
		default:
			b.WriteByte(' ')
		}
	}
	return length
}

func (w *writer) items(count, words int) []event.Item {
	items := make([]event.Item, count)
	for i := range items {
		items[i] = w.item(words)
		items[i].ID = fmt.Sprint(i)
	}
	return items
}

// perSecond reports documents and words per second beside the bytes.
func perSecond(b *testing.B, items []event.Item, work func(event.Item)) {
	b.ReportAllocs()
	size := 0
	for i := 0; b.Loop(); i++ {
		item := items[i%len(items)]
		size += len(item.Title) + len(item.Text)
		work(item)
	}
	b.SetBytes(int64(size / b.N))
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
}

// BenchmarkAssess assesses documents of 600 words with the shipped rules and no
// gazetteer, on one core.
func BenchmarkAssess(b *testing.B) {
	e := shipped(b)
	for _, language := range []string{"en", "ru"} {
		items := newWriter(language).items(500, 600)
		b.Run(language, func(b *testing.B) {
			perSecond(b, items, func(item event.Item) { e.Assess(item) })
		})
	}
}

// BenchmarkTokenize reads the same documents without looking for anything.
func BenchmarkTokenize(b *testing.B) {
	for _, language := range []string{"en", "ru"} {
		items := newWriter(language).items(500, 600)
		lexicon := token.NewLexicon(token.NewVocabulary(), nil)
		b.Run(language, func(b *testing.B) {
			var d token.Document
			perSecond(b, items, func(item event.Item) { lexicon.Read(&d, item.Title, item.Text) })
		})
	}
}

// BenchmarkAssessLength shows that the work grows with the text and not faster.
func BenchmarkAssessLength(b *testing.B) {
	e := shipped(b)
	w := newWriter("en")
	for _, times := range []int{1, 4, 16} {
		items := w.items(50, 600*times)
		b.Run(fmt.Sprintf("%dx", times), func(b *testing.B) {
			perSecond(b, items, func(item event.Item) { e.Assess(item) })
		})
	}
}
