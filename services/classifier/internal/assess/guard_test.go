package assess

import (
	"testing"

	"faultline/pkg/event"
)

// A guard of scope within concerns what is read into its own words alone, wherever
// they stand.
func TestGuardWithin(t *testing.T) {
	e := engine(t, `
guards:
  control: {title: t, default: true, scope: within, factor: 0, match: {en: ["=riot =police"]}}
indicators:
  - {id: riot, title: t, category: riot, severity: high, points: 50, match: {en: ["=riot", "=clashed with ..1 =police"]}}
`)
	for _, c := range []struct {
		title, text string
		found       int
	}{
		{"", "The riot police came.", 0}, {"Riot police", "They came.", 0}, {"Riot police", "A riot broke out.", 1},
		{"", "A riot broke out and riot police came.", 1}, {"", "They clashed with riot police.", 1},
	} {
		found := 0
		for _, f := range e.AssessAs("en", event.Item{Title: c.title, Text: c.text}).Findings {
			if f.Indicator == "riot" {
				found++
			}
		}
		if found != c.found {
			t.Errorf("%q %q has %d findings of a riot, want %d", c.title, c.text, found, c.found)
		}
	}
}
