package assess

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

func TestComposites(t *testing.T) {
	e := engine(t)
	a := e.Assess(event.Item{Language: "en", Text: "Clashes in the town left 12 people dead."})
	if got := stances(a); got != "clash=asserted grave=asserted killed=asserted" || a.Severity != event.SeverityCritical && a.Severity != event.SeverityHigh {
		t.Errorf("findings %q, severity %s", got, a.Severity)
	}
	for _, f := range a.Findings {
		if f.Indicator == "grave" && (len(f.Evidence) != 2 || f.Evidence[0].Text != "12" || f.Evidence[1].Text != "Clashes") {
			t.Errorf("evidence of the composite: %+v", f.Evidence)
		}
	}
	text := "Bakiyev spoke. Gunmen kidnapped the governor. Clashes went on."
	then, now := time.Date(2010, 4, 1, 0, 0, 0, 0, time.UTC), time.Date(2010, 5, 14, 0, 0, 0, 0, time.UTC)
	if got := stances(e.Assess(event.Item{Language: "en", Text: text, Published: then})); got != "abducted=asserted clash=asserted comeback=asserted" {
		t.Errorf("while he is president: %q", got)
	}
	if got := stances(e.Assess(event.Item{Language: "en", Text: text, Published: now})); got != "abducted=asserted clash=asserted" {
		t.Errorf("after he was president: %q", got)
	}
	far := strings.Repeat("Word. Bee. ", 5)
	if got := stances(e.Assess(event.Item{Language: "en", Text: "Bakiyev. Gunmen kidnapped the governor. " + far + "Clashes went on.", Published: then})); strings.Contains(got, "comeback") {
		t.Errorf("far apart: %q", got)
	}
	a = e.Assess(event.Item{Language: "en", Title: "Clashes", Text: "In Osh the governor was not kidnapped."})
	if got := stances(a); got != "abducted=denied clash=asserted headline=asserted" {
		t.Errorf("with a title and a place: %q", got)
	}
}

// Composites hold over numbers, places, entities and totals alone, and show what
// they rest on; one that can show nothing says so.
func TestCompositesOverAnything(t *testing.T) {
	for when, want := range map[string]string{
		`killed >= 3`:                            "12",
		`detained > 0`:                           "30",
		`total >= 1`:                             "Clashes 12 people dead",
		`"armed-clash" in categories`:            "Clashes 12 people dead",
		`country == "KG"`:                        "Osh",
		`"KG" in countries`:                      "Osh",
		`"south" in regions`:                     "Osh",
		`entity("person:bakiyev")`:               "Bakiyev",
		`class("president")`:                     "Bakiyev",
		`killed >= 3 && category("armed-clash")`: "12 Clashes",
		`injured == 0`:                           "",
	} {
		e := engine(t, "composites:\n  - {id: own, category: coup, severity: low, points: 30, when: '"+when+"'}")
		x := e.Explain(event.Item{Language: "en", Text: "Clashes in Osh left 12 people dead. 30 people were detained. Bakiyev spoke."})
		got := ""
		if f := x.Finding("own"); f != nil {
			for _, e := range f.Evidence {
				got += " " + e.Text
			}
		}
		if strings.TrimSpace(got) != want {
			t.Errorf("%s rests on %q, want %q", when, got, want)
		}
		if told := strings.Contains(strings.Join(x.Failures, ""), "own: the condition holds, but nothing in the text shows it"); told != (want == "") {
			t.Errorf("%s: failures %v", when, x.Failures)
		}
	}
}
