package deliver

import (
	"testing"
	"time"

	"faultline/services/alerter/internal/notify"
)

// A message that may have arrived is sent again after ever longer pauses, or soon
// after the channel took another one.
func TestWary(t *testing.T) {
	for name, tc := range map[string]struct {
		kind      string
		state     state
		uncertain int
		tried     time.Duration // ago
		worked    time.Duration // ago; 0 for never
		min, max  time.Duration
	}{
		"first":                 {"slack", uncertain, 1, 0, 0, 9 * time.Second, 10 * time.Second},
		"in the middle":         {"slack", uncertain, 2, 20 * time.Second, 0, 9 * time.Second, 10 * time.Second},
		"looks now and then":    {"slack", uncertain, 4, time.Minute, 0, 30 * time.Second, 30 * time.Second},
		"its time has come":     {"slack", uncertain, 4, 271 * time.Second, 0, -time.Hour, 0},
		"half an hour at most":  {"slack", uncertain, 7, 30*time.Minute + time.Second, 0, -time.Hour, 0},
		"worked before":         {"slack", uncertain, 4, time.Minute, 2 * time.Minute, 30 * time.Second, 30 * time.Second},
		"works again":           {"slack", uncertain, 4, time.Minute, time.Second, 0, 0},
		"readers see no repeat": {"webhook", uncertain, 4, time.Minute, 0, 0, 0},
		"did not arrive":        {"slack", pending, 0, time.Minute, 0, 0, 0},
		"cut off by a crash":    {"slack", sending, 1, 0, 0, 0, 0},
	} {
		now := time.Now()
		l := &lane{pool: &Pool{Options: Options{MaxPause: time.Minute}}}
		l.sender.Store(&notify.Integration{Kind: tc.kind})
		if tc.worked > 0 {
			l.worked = now.Add(-tc.worked)
		}
		got := l.wary(&mark{State: tc.state, Uncertain: tc.uncertain, At: now.Add(-tc.tried)})
		if got < tc.min || got > tc.max {
			t.Errorf("%s: %s, want %s to %s", name, got, tc.min, tc.max)
		}
	}
}
