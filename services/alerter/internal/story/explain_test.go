package story

import (
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

// lastExplained puts reports into stories one after the other, and says how the last came to its own.
func lastExplained(reports ...*event.Assessment) Explanation {
	g := NewGrouper(Default())
	for _, a := range reports[:len(reports)-1] {
		g.Add(a)
	}
	return g.Explain(reports[len(reports)-1])
}

func TestExplain(t *testing.T) {
	kabul := func(a *event.Assessment) {
		a.Main = &event.Place{GeonameID: 1138958, Name: "Kabul", Country: "AF", Admin1: "13"}
	}
	report := func(item, lang, title, text string, change ...func(*event.Assessment)) *event.Assessment {
		a := &event.Assessment{Language: lang, Item: event.Item{ID: item, Title: title, Text: text, Published: time.Date(2026, 3, 14, 6, 0, 0, 0, time.UTC)}}
		for _, c := range change {
			c(a)
		}
		return a
	}
	attack := func(a *event.Assessment) {
		a.Categories = []string{"armed-attack"}
		a.Findings = []event.Finding{{Indicator: "bombing", Category: "armed-attack", Assertion: event.Asserted, Points: 40}}
	}
	later := func(hours int) func(*event.Assessment) {
		return func(a *event.Assessment) { a.Item.Published = a.Item.Published.Add(time.Duration(hours) * time.Hour) }
	}
	const title, text = "Bomber kills seven outside ministry in Kabul", "A suicide bomber killed seven people and wounded 23 outside the interior ministry in Kabul, officials of the ministry said."
	first := report("1", "en", title, text, kabul, attack)
	for name, test := range map[string]struct {
		report *event.Assessment
		opened bool
		copied bool
		want   []string // of the missing
	}{
		"joined":           {report: report("2", "ru", "Смертник подорвался у министерства в Кабуле", "При взрыве смертника у министерства ранены 23 человека, погибли семь.", kabul, attack)},
		"a copy":           {report: report("2", "en", title, text, kabul, attack), copied: true},
		"no place":         {report: report("2", "ru", "Взрыв у рынка", "При взрыве у рынка погибли трое.", attack), opened: true, want: []string{"no place was recognised in this report", "no building, person or cause that both name"}},
		"no kind of event": {report: report("2", "ru", "В Кабуле открыт рынок", "Рынок работает.", kabul), opened: true, want: []string{"the rules see no event in this report"}},
		"usual":            {report: report("2", "ru", "Взрыв на рынке в Кабуле", "Ранен торговец.", kabul, attack, later(1)), opened: true, want: []string{"armed-attack is so usual there"}},
		"another number":   {report: report("2", "en", strings.ReplaceAll(title, "seven", "eight"), strings.ReplaceAll(text, "23", "41"), kabul, attack), opened: true, want: []string{"another number stands in it"}},
		"too late":         {report: report("2", "en", title, text, kabul, attack, later(72)), opened: true, want: []string{"they are 72 hours apart, and stories are looked for within 48 hours"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := lastExplained(first, test.report)
			if e.Opened != test.opened || e.Copy != test.copied || e.Nearest == nil || e.Nearest.Report != "1" || e.Nearest.Story != ID("1") {
				t.Fatalf("%+v %+v", e, e.Nearest)
			}
			for _, want := range test.want {
				if !slices.ContainsFunc(e.Missing, func(m string) bool { return strings.HasPrefix(m, want) || strings.Contains(m, want) }) {
					t.Errorf("no %q in %q", want, e.Missing)
				}
			}
			if len(test.want) == 0 && len(e.Missing) > 0 {
				t.Errorf("missing: %q", e.Missing)
			}
		})
	}
}

// An explanation changes nothing: the report goes where Add puts it. A revision stays.
func TestExplainAdds(t *testing.T) {
	a := &event.Assessment{Item: event.Item{ID: "1", Title: "Clash in Osh", Text: "Two died."}}
	g := NewGrouper(Default())
	if e := g.Explain(a); !e.Opened || e.Nearest != nil || e.Story != ID("1") || g.Story("1") != e.Story {
		t.Errorf("%+v", e)
	}
	if e := g.Explain(a); e.Story != ID("1") {
		t.Errorf("of a revision: %+v", e)
	}
}

// Every kind of evidence has a name, and no two have the same.
func TestEvidenceWords(t *testing.T) {
	words := evidenceWords()
	for i, w := range words {
		if w == "" || slices.Contains(words[:i], w) {
			t.Errorf("%d: %q", i, w)
		}
	}
}
