package alerter

import (
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/silence"
)

// What is muted is what a silence holds back now, by whatever tool it was made or
// ended.
func TestMutesAreTheSilencesInForce(t *testing.T) {
	b := bustest.Start(t)
	store, err := silence.New(t.Context(), silence.Options{Bus: b})
	if err != nil {
		t.Fatal(err)
	}
	in := event.Incident{ID: "aaaaaa1111111111", Region: "south", Severity: event.SeverityHigh}
	now := func() Mute {
		t.Helper()
		mutes, err := Mutes(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		m, err := mutes(&in)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	if m := now(); m != (Mute{}) {
		t.Errorf("muted without a silence: %+v", m)
	}
	until := time.Now().Add(2 * time.Hour).Truncate(time.Second).UTC()
	for by, end := range map[string]time.Time{"bek": until.Add(-time.Hour), "aida": until} {
		if err := store.Mute(t.Context(), in.ID, end, by, "known"); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Mute(t.Context(), "another", until.Add(time.Hour), "chol", "known"); err != nil {
		t.Fatal(err)
	}
	if m := now(); m.By != "aida" || !m.Until.Equal(until) {
		t.Errorf("muted %+v, want by aida until %v", m, until)
	}
	if _, err := store.Unmute(t.Context(), in.ID); err != nil { // as amtool silence expire does
		t.Fatal(err)
	}
	if m := now(); m != (Mute{}) {
		t.Errorf("still muted: %+v", m)
	}
}
