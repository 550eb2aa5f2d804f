package assess

import (
	"testing"

	"faultline/pkg/event"
)

func TestFilters(t *testing.T) {
	e := engine(t, `filters: [{indicator: abducted, exclude: {match: {en: [mock]}, feeds: [satire]}}, {indicator: killed, exclude: {match: {en: [drill]}, feeds: [rumour]}, override: {points: 3, severity: low}}, {indicator: comeback, exclude: {feeds: [rumour]}}, {indicator: grave, disable: true}]`)
	item := event.Item{Language: "en", Text: "In a mock attack gunmen kidnapped the governor."}
	if a := e.Assess(item); len(a.Findings) != 0 {
		t.Errorf("an excluded phrase leaves %+v", a.Findings)
	}
	item.Text = "Gunmen kidnapped the governor."
	if a := e.Assess(item); len(a.Findings) != 1 {
		t.Error("a filter excludes too much")
	}
	item.Source.Feed = "satire"
	if a := e.Assess(item); len(a.Findings) != 0 {
		t.Errorf("an excluded feed leaves %+v", a.Findings)
	}
	for _, c := range []struct{ feed, text, want string }{
		{"wire", "Clashes left 12 people dead.", "clash=asserted killed=asserted"}, // grave is disabled
		{"rumour", "Clashes left 12 people dead.", "clash=asserted"},
		{"wire", "Clashes left 12 people dead, a drill.", "clash=asserted"},
		{"wire", "Bakiyev. Gunmen kidnapped the governor. Clashes went on.", "abducted=asserted clash=asserted comeback=asserted"},
		{"rumour", "Bakiyev. Gunmen kidnapped the governor. Clashes went on.", "abducted=asserted clash=asserted"},
	} {
		a := e.Assess(event.Item{Language: "en", Text: c.text, Source: event.Source{Feed: c.feed}})
		if got := stances(a); got != c.want {
			t.Errorf("%s: %q shows %s, want %s", c.feed, c.text, got, c.want)
		}
		for _, f := range a.Findings {
			if f.Indicator == "killed" && (f.Severity != event.SeverityLow || f.Points > 3) {
				t.Errorf("%q: the override gave %v points, %s", c.text, f.Points, f.Severity)
			}
		}
	}
}

// A filter that took a match is named with its place.
func TestFiltersAreNamed(t *testing.T) {
	e := engine(t, "filters:\n  - indicator: abducted\n    exclude:\n      match: {en: [mock]}\n      feeds: [satire]\n  - indicator: killed\n    exclude: {feeds: [satire]}")
	for _, c := range []struct{ feed, text, want string }{
		{"wire", "In a mock attack gunmen kidnapped the governor.", "by filter “mock” (/etc/rules/b.yaml:4)"},
		{"satire", "Gunmen kidnapped the governor.", "by filter (/etc/rules/b.yaml:5)"},
		{"satire", "12 killed.", "by filter (/etc/rules/b.yaml:7)"},
	} {
		x := e.Explain(event.Item{Language: "en", Text: c.text, Source: event.Source{Feed: c.feed}})
		if len(x.Matches) == 0 || x.Matches[0].WhyDropped() != c.want {
			t.Errorf("%q: %v, want %s", c.text, x.Matches, c.want)
		}
	}
}
