package assess

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/event"
)

// wild makes texts of what the shipped rules look for, in any order, with what
// hostile and broken texts have between words.
func wild(e *Engine, language string, r *rand.Rand) func() string {
	var words []string
	for _, o := range e.rules.Program(language).Owners {
		words = append(words, strings.FieldsFunc(o.Text, func(c rune) bool { return strings.ContainsRune(" ()[]|<>:@=*~.0123456789", c) })...)
	}
	between := []string{" ", " ", " ", " ", " ", ", ", ". ", "; ", " - ", "-", "\n\n", "? ", " 12 ", " 1 200 ", " не ", " not ", " in 1990 ", "’s ", " «", "» ", "\u200b", " \u0306", "\xff", " İ", " 奥什 ", "\u202e", " “", "” "}
	return func() string {
		var b strings.Builder
		for range r.IntN(60) {
			b.WriteString(words[r.IntN(len(words))])
			b.WriteString(between[r.IntN(len(between))])
		}
		return b.String()
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Error(err)
	}
	return string(data)
}

// Whatever the text, spans are the text's, points add up and lie within bounds,
// and the same item gives the same answer.
func TestAnyText(t *testing.T) {
	e := shipped(t)
	found := 0
	for _, language := range []string{"en", "ru", "ky"} {
		r := rand.New(rand.NewPCG(5, 6))
		text := wild(e, language, r)
		for range 1500 {
			item := event.Item{Language: language, Title: text(), Text: text() + text(), Published: time.Date(2010, 5, 14, 0, 0, 0, 0, time.UTC)}
			a := e.Assess(item)
			check(t, a)
			found += len(a.Findings)
			if once, twice := asJSON(t, a), asJSON(t, e.Assess(item)); once != twice {
				t.Fatalf("two answers for %q", item.Text)
			}
			if x := e.Explain(item); x.Score != a.Score || stances(x.Assessment) != stances(a) {
				t.Fatalf("explaining changes the answer for %q", item.Text)
			}
		}
	}
	if found < 5000 {
		t.Errorf("only %d findings: the texts say too little", found)
	}
}

// The engine is shared by all workers.
func TestConcurrentAssessments(t *testing.T) {
	e := shipped(t)
	items := newWriter("en").items(40, 200)
	want := make([]string, len(items))
	for i, item := range items {
		want[i] = asJSON(t, e.Assess(item).Findings)
	}
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			for i := range items {
				k := (i*7 + worker) % len(items)
				if got := asJSON(t, e.Assess(items[k]).Findings); got != want[k] {
					t.Errorf("item %d differs when others are assessed beside it", k)
				}
			}
		})
	}
	group.Wait()
}

// What an assessment holds is its own: the next item does not change it.
func TestAssessmentsAreKept(t *testing.T) {
	e := engine(t)
	item := event.Item{Language: "en", Title: "Clashes", Text: "Gunmen kidnapped the governor. 12 were killed in clashes, 3 men injured."}
	a := e.Assess(item)
	before := asJSON(t, a)
	for range 50 {
		e.Assess(event.Item{Language: "en", Title: "The minister was abducted", Text: strings.Repeat("5 were killed in fights. Bakiyev. ", 20)})
	}
	if after := asJSON(t, a); after != before {
		t.Errorf("\nbefore %s\n after %s", before, after)
	}
}

// Every sentence of assertion, in both languages, with the shipped cues.
func TestShippedCues(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct {
		language, text string
		relevant       bool
	}{
		{"en", "Gunmen kidnapped the governor of the southern region on Friday.", true},
		{"en", "Police denied that the governor had been kidnapped.", false},
		{"en", "The governor was not kidnapped, his aide said.", false},
		{"en", "There were no reports of the governor being kidnapped.", false},
		{"en", "Rumours that the governor was kidnapped are false.", false},
		{"en", "It was denied at first, but the governor was kidnapped.", true},
		{"en", "Not only was the governor kidnapped, his driver was killed by gunmen.", true},
		{"en", "Was the governor kidnapped?", false},
		{"en", "If the governor is kidnapped, the talks will end.", false},
		{"en", "Ten years ago gunmen kidnapped the governor.", false},
		{"en", "In 1999 gunmen kidnapped the governor.", false},
		{"ru", "Боевики похитили губернатора области в пятницу.", true},
		{"ru", "Милиция опровергла сообщения о похищении губернатора.", false},
		{"ru", "Губернатора никто не похищал.", false},
		{"ru", "Слухи о похищении губернатора не подтвердились.", false},
		{"ru", "Сначала это отрицали, но губернатора похитили боевики.", true},
		{"ru", "Похищен ли губернатор?", false},
		{"ru", "Десять лет назад боевики похитили губернатора.", false},
		{"ru", "В 1999 году боевики похитили губернатора.", false},
		{"ru", "В случае похищения губернатора переговоры прекратятся.", false},
	} {
		a := e.Assess(event.Item{Language: c.language, Text: c.text, Published: time.Date(2010, 5, 14, 0, 0, 0, 0, time.UTC)})
		if a.Relevant != c.relevant {
			t.Errorf("%q: relevant %t, score %d, %s", c.text, a.Relevant, a.Score, stances(a))
		}
	}
}

// Tolls as agencies write them, with the shipped rules.
func TestShippedTolls(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct{ language, text, killed, injured string }{
		{"en", "At least 12 people were killed and 60 wounded in clashes between protesters and police.", "12..0", "60..60"},
		{"en", "Clashes between protesters and police killed two and injured dozens.", "2..2", "24..0"},
		{"en", "Gunmen shot dead three policemen.", "3..3", "-"},
		{"en", "The bombing left 10 to 15 people dead.", "10..15", "-"},
		{"en", "Up to 50 people were killed in the shelling in 2010, officials said.", "1..50", "-"},
		{"en", "The clashes of protesters with police caused damage of $12 million in 12 districts.", "-", "-"},
		{"en", "A bus crash killed 12 people.", "-", "-"},
		{"ru", "Не менее 12 человек погибли и 60 ранены в столкновениях демонстрантов с милицией.", "12..0", "60..60"},
		{"ru", "В столкновениях с милицией погибли двое, десятки ранены.", "2..2", "20..0"},
		{"ru", "Боевики застрелили троих милиционеров.", "3..3", "-"},
		{"ru", "При взрыве бомбы погибли от 10 до 15 человек.", "10..15", "-"},
		{"ru", "В столкновениях с милицией ущерб составил 12 млн сомов.", "-", "-"},
		{"ru", "В аварии автобуса погибли 12 человек.", "-", "-"},
	} {
		a := e.Assess(event.Item{Language: c.language, Text: c.text, Published: time.Date(2010, 5, 14, 0, 0, 0, 0, time.UTC)})
		if k, i := count(a.Casualties.Killed), count(a.Casualties.Injured); k != c.killed || i != c.injured {
			t.Errorf("%q: killed %s, injured %s, want %s and %s (%s)", c.text, k, i, c.killed, c.injured, stances(a))
		}
	}
}
