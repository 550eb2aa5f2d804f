package aggregate

import (
	"testing"

	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
)

// A text that only denies opens no incident, and is heard against the one that it
// denies.
func TestDenialIsHeard(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	denial := func() *event.Assessment {
		x := copied() // its words are those of the first
		x.Relevant, x.Score, x.Categories = false, 3, nil
		for i := range x.Findings {
			x.Findings[i].Assertion = event.Denied
		}
		x.Item.Text = "The ministry denied it. " + x.Item.Text
		return x
	}
	take(t, a, 1, denial())
	equal(t, "a denial of nothing", kinds(t, b), "")
	take(t, a, 2, first())
	take(t, a, 3, denial())
	last := published(t, b)
	equal(t, "reports", len(last[len(last)-1].Reports), 2)
	equal(t, "denied", last[len(last)-1].Corroboration.Denied, 1)
	equal(t, "sources", last[len(last)-1].Corroboration.Independent, 1)
}
