package state

import (
	"testing"
	"time"

	"faultline/services/fetcher/internal/poll"
)

// The clock of the machine jumps: nothing is negative, and nothing sleeps longer
// than a week.
func TestFault57ClockJumps(t *testing.T) {
	s := State{Item: noon(), Until: noon().Add(time.Hour), Success: noon(), Gap: time.Minute}
	for _, jump := range []time.Duration{-10 * 365 * day, -time.Hour, -time.Second, 0, time.Second, time.Hour, 8 * time.Hour, 10 * 365 * day} {
		now := noon().Add(jump)
		if f := s.Facts(now, 0); f.Silence < 0 || f.RetryAfter < 0 || f.Gap < 0 {
			t.Errorf("after %s: got %+v", jump, f)
		}
		if asleep := s.Asleep(now); asleep < 0 || asleep > 7*day || jump >= time.Hour && asleep != 0 {
			t.Errorf("after %s: asleep for %s", jump, asleep)
		}
	}
}

// A clock that was years ahead and is right again leaves no feed unasked, and nothing unlearned, until
// those years are over.
func TestFault57AClockThatWasYearsAhead(t *testing.T) {
	ahead := noon().Add(10 * 365 * day)
	var s State
	take(t, &s, doc(entry("a", "A", 1)), ahead, "A/0/true")
	s.Fail(ahead, "http_503", poll.LongestPause)
	s.Rhythm.Last, s.Rhythm.Seen, s.Item = ahead, ahead, ahead
	for behind, want := range map[time.Duration]time.Duration{0: poll.LongestPause, time.Hour: poll.LongestPause, 10 * 365 * day: 0} {
		if got := s.Asleep(ahead.Add(-behind)); got != want {
			t.Errorf("set back by %s it is asleep for %s", behind, got)
		}
	}
	fresh := entry("b", "B", 0)
	fresh.Published = noon()
	take(t, &s, doc(fresh), noon().Add(time.Minute), "B/0/false")
	if p := s.Rhythm; !s.Item.Equal(noon()) || p.Last.After(noon().Add(time.Minute)) || p.Seen.After(noon().Add(time.Minute)) {
		t.Errorf("the newest item is of %s, the latest arrival of %s, seen up to %s", s.Item, p.Last, p.Seen)
	}
}
