package card

import (
	"testing"

	"faultline/pkg/event"
)

// What keeps an item from being an alert is said as it is: the stance, the guards, or
// the score.
func TestWhyQuiet(t *testing.T) {
	guarded := func(guard string) event.Finding {
		return event.Finding{Assertion: event.Asserted, Guard: guard, Points: 12}
	}
	denied := event.Finding{Assertion: event.Denied, Guard: "film", Points: 5}
	for _, c := range []struct {
		a    event.Assessment
		want string
	}{
		{event.Assessment{Relevant: true, Findings: []event.Finding{guarded("")}}, ""},
		{event.Assessment{}, ""},
		{event.Assessment{Score: 5, Findings: []event.Finding{denied}}, "nothing that was found is asserted"},
		{event.Assessment{Score: 36, Findings: []event.Finding{guarded("film"), denied, guarded("film")}}, "what is asserted is behind the guard film"},
		{event.Assessment{Score: 36, Findings: []event.Finding{guarded("film"), guarded("trial")}}, "what is asserted is behind the guards film, trial"},
		{event.Assessment{Score: 15, Categories: []string{"riot"}, Findings: []event.Finding{guarded("film")}}, "the score of 15 is below the threshold (classifier.threshold)"},
	} {
		if got := WhyQuiet(&c.a); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
