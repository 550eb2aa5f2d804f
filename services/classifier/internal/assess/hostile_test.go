package assess

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
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
		for _, e := range f.Slots {
			span(e)
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
		check(t, e.Assess(event.Item{Language: language, Title: title, Text: text}))
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
	} {
		item.Language = "en"
		e.Assess(item) // warm
		began := time.Now()
		a := e.Assess(item)
		took := time.Since(began)
		check(t, a)
		t.Logf("%s: %v", name, took)
		if took > 2*time.Second { // some 20 ms on a free core; the bound is for busy ones
			t.Errorf("%s takes %v", name, took)
		}
	}
}
