package bus

import (
	"testing"
	"time"
)

// A delivery is ours no longer than the server thinks so, by either clock.
func TestSignOfLife(t *testing.T) {
	var s sign
	s.given()
	if age := s.age(); age < 0 || age > time.Minute {
		t.Errorf("just given, and %s old", age)
	}
	for _, at := range []time.Time{time.Now().Add(-time.Hour), time.Now().Add(-time.Hour).Round(0)} {
		if s.at.Store(&at); s.age() < time.Hour || s.holds(30*time.Second) {
			t.Errorf("given at %v, and %s old", at, s.age())
		}
		if s.renew(30 * time.Second); s.age() < time.Hour {
			t.Error("a process that stood still thinks that it was heard all the time")
		}
	}
	for _, ackWait := range []time.Duration{time.Second, 30 * time.Second} {
		if pause, ours := longestPause(ackWait), lease(ackWait); ours <= ackWait/3 || max(pause, ours) >= ackWait {
			t.Errorf("of %s: a pause of %s, ours for %s", ackWait, pause, ours)
		}
	}
}

func TestADeliveryOfNobodyIsNotKept(t *testing.T) {
	if (&Delivery{}).Keepable(0) {
		t.Error("it can be kept")
	}
	if got := Keep(3 * time.Second).Error(); got != "kept for 3s" {
		t.Error(got)
	}
}
