package silence

import (
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
)

// A mute is stored when it returns, is a silence of one incident, and ends with
// Unmute alone.
func TestMuteAndUnmute(t *testing.T) {
	b := bustest.Start(t)
	s := open(t, b, nil)
	until := time.Now().Add(time.Hour).Truncate(time.Second)
	for range 2 {
		if _, err := s.Mute(t.Context(), "a", until, "aida", "on it"); err != nil {
			t.Fatal(err)
		}
	}
	add(t, s, "riot", time.Hour)
	other := open(t, b, nil) // what another process knows
	holds := func(s *Store, labels map[string]string) bool {
		end, by, err := s.Silenced(t.Context(), labels)
		if err != nil || len(by) > 0 && labels["incident"] != "" && !end.Equal(until) {
			t.Errorf("until %s by %v: %v", end, by, err)
		}
		return len(by) > 0
	}
	a, c := map[string]string{"incident": "a"}, map[string]string{"incident": "ab"}
	if !holds(other, a) || holds(other, c) {
		t.Error("the mute is not one of incident a alone")
	}
	if id, err := s.Mute(t.Context(), "ab", until, "aida", "too much"); err != nil || !holds(open(t, b, nil), c) {
		t.Errorf("a second incident: %v", err)
	} else if _, err := s.End(t.Context(), id); err != nil || holds(open(t, b, nil), c) || !holds(open(t, b, nil), a) {
		t.Errorf("ending the one silence: %v", err)
	}
	if _, err := s.End(t.Context(), "none"); err == nil {
		t.Error("a silence that there is not was ended")
	}
	if n, err := s.Unmute(t.Context(), "a"); n != 2 || err != nil {
		t.Errorf("ended %d silences: %v", n, err)
	}
	if n, err := s.Unmute(t.Context(), "a"); n != 0 || err != nil {
		t.Errorf("ended %d silences again: %v", n, err)
	}
	if again := open(t, b, nil); holds(again, a) || !holds(again, map[string]string{"category": "riot"}) {
		t.Error("the mute holds still, or another silence ended with it")
	}
}

func TestFaultMuteOfThePast(t *testing.T) {
	s := open(t, bustest.Start(t), nil)
	if _, err := s.Mute(t.Context(), "a", time.Now().Add(-time.Hour), "aida", "late"); err == nil {
		t.Error("a silence that is over was taken")
	}
}
