package assess

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/stopwatch"
)

// check holds for every assessment: the spans say what they cover.
func check(t *testing.T, a event.Assessment) {
	t.Helper()
	span := func(e event.Evidence) {
		source := map[string]string{event.FieldTitle: a.Item.Title, event.FieldText: a.Item.Text}[e.Field]
		if e.Start < 0 || e.End > len(source) || e.Start >= e.End || source[e.Start:e.End] != e.Text {
			t.Fatalf("evidence %+v is not in the %s", e, e.Field)
		}
	}
	categories := map[string]bool{}
	for _, f := range a.Findings {
		if len(f.Evidence) == 0 {
			t.Fatalf("%s has no evidence", f.Indicator)
		}
		for _, e := range f.Evidence {
			span(e)
		}
		for _, e := range f.Slots.All() {
			span(e.Evidence)
		}
		if f.Assertion == event.Asserted {
			categories[f.Category] = true
		}
	}
	for _, c := range a.Categories {
		if !categories[c] {
			t.Fatalf("category %s has no asserted finding", c)
		}
	}
	for _, c := range []*event.Count{a.Casualties.Killed, a.Casualties.Injured} {
		if c != nil {
			span(*c.Evidence)
		}
	}
	if a.Score < 0 || a.Score > 100 || a.Relevant && len(a.Categories) == 0 {
		t.Fatalf("score %d, relevant %t, categories %v", a.Score, a.Relevant, a.Categories)
	}
}

func FuzzAssess(f *testing.F) {
	f.Add("en", "Clashes: 12 killed", "Gunmen did not kidnap the governor. A film. In 1990 clashes left 3 men dead? Bakiyev")
	f.Add("ru", "Столкновения", "Губернатора похитили, погибли 12 человек, İ й \u0306 \xff")
	e := engine(f)
	f.Fuzz(func(t *testing.T, language, title, text string) {
		var a event.Assessment
		stopwatch.Within(t, stopwatch.Limit, func() { a = e.Assess(event.Item{Language: language, Title: title, Text: text}) })
		check(t, a)
	})
}

// Ten thousand hits and a title of a megabyte cost no more than a long article.
func TestHostileItems(t *testing.T) {
	e := engine(t)
	for name, item := range map[string]event.Item{
		"hits":    {Text: strings.Repeat("clashes kidnapped governor not 12 killed film ", 10_000)},
		"title":   {Title: strings.Repeat("clash ", 200_000)},
		"word":    {Text: strings.Repeat("x", 1<<20)},
		"marks":   {Text: strings.Repeat("\u0306", 1<<18)},
		"years":   {Text: strings.Repeat("in 1990 clash ", 50_000)},
		"hyphens": {Text: strings.Repeat("a-", 1<<18)},
		"lifted":  {Text: strings.Repeat("gunmen clash league ", 10_000)},
	} {
		item.Language = "en"
		checkBounded(t, e, name, item)
	}
}

// An item may take a hundred times as long as prose of its size: that tells
// bounded work from work that grows with the square, which for a megabyte is
// thousands of times. Several texts of prose are read one after the other, for a
// busy machine breaks in on what takes long.
const (
	proseTexts = 20
	mostCostly = 100 / proseTexts
	mostRounds = 40 // of a machine that is never left alone
)

// checkBounded checks that an item costs bounded work whatever it says: as many
// tries as the matcher has, as many matches as are looked at, and time in
// proportion to a text of its size that says nothing, measured beside it.
func checkBounded(t *testing.T, e *Engine, name string, item event.Item) {
	t.Helper()
	s := &scratch{}
	check(t, e.assess(s, item, "", nil))
	for i := range s.fields {
		f := &s.fields[i]
		if work := f.matcher.Work(); work > phrase.MaxWork {
			t.Errorf("%s: %d tries in the %s", name, work, f.Name)
		}
		if n := len(f.matches) + len(f.vetoes) + len(f.guards) + len(f.cues); n > maxMatches+3*maxOthers {
			t.Errorf("%s: %d matches are looked at in the %s", name, n, f.Name)
		}
	}
	prose := event.Item{Language: item.Language, Text: strings.Repeat("A quiet day in the valley, with sun. ", (len(item.Title)+len(item.Text))/37+1)}
	took, reference := time.Hour, time.Hour
	for round := 0; round < 5 || round < mostRounds && took > mostCostly*reference; round++ {
		took = min(took, duration(e, item, 1))
		reference = min(reference, duration(e, prose, proseTexts))
	}
	t.Logf("%s: %v, prose of its size %v", name, took, reference/proseTexts)
	if took > mostCostly*reference {
		t.Errorf("%s takes %v, %d texts of prose of its size %v", name, took, proseTexts, reference)
	}
}

// duration is how long so many assessments of an item take.
func duration(e *Engine, item event.Item, times int) time.Duration {
	began := time.Now()
	for range times {
		e.Assess(item)
	}
	return time.Since(began)
}
