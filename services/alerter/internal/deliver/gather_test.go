package deliver

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"faultline/pkg/event"
)

// What was held back comes group by group over some seconds: it is one digest, which
// nothing critical waits for.
func TestGatherWaitsWhileMoreComes(t *testing.T) {
	for name, tc := range map[string]struct {
		first    event.Severity
		comes    []time.Duration // after the first
		critical int             // which of them
		tries    int
		took     time.Duration
	}{
		"nothing more":         {event.SeverityLow, nil, -1, 1, 3 * time.Second},
		"within three seconds": {event.SeverityLow, []time.Duration{time.Second, 2 * time.Second}, -1, 3, 5 * time.Second},
		"one by one":           {event.SeverityLow, []time.Duration{time.Second, 4 * time.Second, 6500 * time.Millisecond}, -1, 4, 9 * time.Second},
		"without end":          {event.SeverityLow, []time.Duration{1e9, 4e9, 6e9, 8e9, 10e9, 12e9, 14e9, 16e9, 18e9}, -1, 7, 15 * time.Second},
		"a critical one":       {event.SeverityLow, []time.Duration{time.Second, 4 * time.Second, 6 * time.Second}, 1, 3, 5 * time.Second},
		"first a critical one": {event.SeverityCritical, []time.Duration{time.Second, 4 * time.Second}, -1, 2, 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start, next := time.Now(), 0
				more := func(int) (out []*try) {
					for ; next < len(tc.comes) && time.Since(start) >= tc.comes[next]; next++ {
						severity := event.SeverityLow
						if next == tc.critical {
							severity = event.SeverityCritical
						}
						out = append(out, heldBack(fmt.Sprint("a", next), severity))
					}
					return out
				}
				got := new(lane).gather(t.Context(), heldBack("first", tc.first), more)
				if took := time.Since(start); len(got) != tc.tries || took != tc.took {
					t.Errorf("%d notifications after %s, want %d after %s", len(got), took, tc.tries, tc.took)
				}
			})
		})
	}
}

// heldBack is a notification of something that was held back.
func heldBack(incident string, severity event.Severity) *try {
	t := told(incident, 1, event.ChangeNew, severity)
	t.n.Alerts[0].Annotations["held"] = "Held back by a silence."
	return t
}
