package deliver

import (
	"errors"
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
				got := new(lane).gather(t.Context(), []*try{heldBack("first", tc.first)}, more)
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

// While a channel has had its messages, news wait for a token beyond the reserve; what is
// critical goes with the next one there is, with all that came before, and not before it has
// waited a second for its like.
func TestUrgentNewsDoNotWaitForTheirTurn(t *testing.T) {
	every := newPace(20).every
	for name, tc := range map[string]struct {
		used     int             // tokens, of three
		comes    []time.Duration // after the first, which is not critical
		critical int             // which of them
		tries    int
		took     time.Duration
	}{
		"there is room":                 {1, nil, -1, 1, 0},
		"nothing critical":              {2, []time.Duration{time.Second, 3 * time.Second}, -1, 3, every},
		"nor a token":                   {3, []time.Duration{time.Second, 5 * time.Second}, -1, 3, 2 * every},
		"a critical one":                {2, []time.Duration{time.Second, 1800 * time.Millisecond, 9 * time.Second}, 0, 3, 2 * time.Second},
		"a critical one, and no token":  {3, []time.Duration{time.Second, 3 * time.Second, 3500 * time.Millisecond}, 0, 3, every},
		"a late one, and no token":      {3, []time.Duration{time.Second, 3 * time.Second, 3500 * time.Millisecond}, 1, 4, 4 * time.Second},
		"a critical one that has ended": {2, []time.Duration{time.Second}, -2, 2, every},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &lane{pace: newPace(20), standing: alone()}
				for range tc.used {
					l.use(t)
				}
				start, next := time.Now(), 0
				more := func(int) (out []*try) {
					for ; next < len(tc.comes) && time.Since(start) >= tc.comes[next]; next++ {
						severity := event.SeverityLow
						if next == tc.critical || tc.critical == -2 {
							severity = event.SeverityCritical
						}
						came := told(fmt.Sprint("a", next), 1, event.ChangeNew, severity)
						came.n.Created, came.over = time.Now(), tc.critical == -2
						out = append(out, came)
					}
					return out
				}
				first := told("first", 1, event.ChangeNew, event.SeverityLow)
				first.n.Created = time.Now()
				got, err := l.turn(t.Context(), first, more)
				if l.gathers(first.n) || len(got) > 1 {
					got = l.gather(t.Context(), got, more)
				}
				if took := time.Since(start); err != nil || len(got) != tc.tries || took != tc.took {
					t.Errorf("%d notifications after %s, want %d after %s", len(got), took, tc.tries, tc.took)
				}
			})
		})
	}
}

// A lane that ends while it waits leaves what it has to the next one.
func TestTurnEndsWithTheLane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stopping := make(chan struct{})
		l := &lane{pace: newPace(20), standing: alone(), stopping: stopping}
		for range 3 {
			l.use(t)
		}
		time.AfterFunc(1200*time.Millisecond, func() { close(stopping) })
		tries, stopped := l.turn(t.Context(), told("first", 1, event.ChangeNew, event.SeverityLow), func(int) []*try {
			return []*try{told("more", 1, event.ChangeNew, event.SeverityLow)}
		})
		if !errors.Is(stopped, errStopping) || len(tries) != 3 {
			t.Fatalf("%d tries, %v", len(tries), stopped)
		}
		for i, err := range postponed(tries, stopped) {
			if !errors.Is(err, errStopping) {
				t.Errorf("try %d ended with %v", i, err)
			}
		}
	})
}
