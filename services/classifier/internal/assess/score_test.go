package assess

import (
	"testing"

	"faultline/pkg/event"
)

// A score that alone would give more than the gravest finding allows is said to be capped.
func TestCapped(t *testing.T) {
	e := engine(t, `{indicators: [
  {id: mutiny, title: t, category: mutiny, severity: moderate, points: 50, match: {en: [=mutiny]}},
  {id: looting, title: t, category: riot, severity: moderate, points: 50, match: {en: [=looting]}}]}`)
	for _, c := range []struct {
		title    string
		severity event.Severity
		capped   bool
	}{
		{"Mutiny and looting", event.SeverityModerate, true},
		{"Mutiny in the fort", event.SeverityModerate, false},
		{"Nothing", event.SeverityNone, false},
	} {
		if a := e.AssessAs("en", event.Item{Title: c.title}); a.Severity != c.severity || a.Capped != c.capped {
			t.Errorf("%q: score %d, %s, capped %t", c.title, a.Score, a.Severity, a.Capped)
		}
	}
}
