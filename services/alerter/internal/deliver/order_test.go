package deliver

import (
	"slices"
	"testing"

	"faultline/pkg/event"
)

// What is critical goes first, but behind what came before about the same incident.
func TestCriticalFirstKeepsAStoryInOrder(t *testing.T) {
	tell := func(severity event.Severity, incidents ...string) *try {
		t := &try{}
		for _, i := range incidents {
			t.n.Alerts = append(t.n.Alerts, event.Alert{Incident: i, Labels: map[string]string{"severity": string(severity)}})
		}
		return t
	}
	tries := []*try{
		tell(event.SeverityLow, "a"),
		tell(event.SeverityHigh, "b", "c"),
		tell(event.SeverityLow, "d"),
		tell(event.SeverityModerate, "c", "e"),
		tell(event.SeverityCritical, "e"),
		tell(event.SeverityCritical, "f"),
		tell(event.SeverityLow, "f"),
	}
	if got, ahead := criticalFirst(tries); !slices.Equal(got, []int{1, 3, 4, 5, 0, 2, 6}) || ahead != 4 {
		t.Errorf("order %v, %d of them ahead", got, ahead)
	}
	if got, ahead := criticalFirst(tries[:3]); !slices.Equal(got, []int{0, 1, 2}) || ahead != 0 {
		t.Errorf("without a critical one: %v, %d of them ahead", got, ahead)
	}
	for i, t := range tries { // as they come when some were put off
		t.sequence = uint64(len(tries) - i)
	}
	if got, ahead := criticalFirst(tries); !slices.Equal(got, []int{6, 5, 4, 3, 2, 1, 0}) || ahead != 3 {
		t.Errorf("the oldest last: order %v, %d of them ahead", got, ahead)
	}
}
