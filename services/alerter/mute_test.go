package alerter

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/silence"
	"faultline/services/alerter/internal/sinktest"
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
		if _, err := store.Mute(t.Context(), in.ID, end, by, "known"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.Mute(t.Context(), "another", until.Add(time.Hour), "chol", "known"); err != nil {
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

// An incident that is closed just before it is muted leaves no silence behind, and those
// that it has stay.
func TestFaultAMuteThatIsRefusedLeavesNoSilence(t *testing.T) {
	b := bustest.Start(t)
	store, err := silence.New(t.Context(), silence.Options{Bus: b})
	if err != nil {
		t.Fatal(err)
	}
	bucket, err := b.Bucket(t.Context(), bus.IncidentState)
	if err != nil {
		t.Fatal(err)
	}
	in := sinktest.Incident()
	in.Status = event.StatusClosed
	data, err := event.Encode(&in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bucket.Put(t.Context(), in.ID, data, 0); err != nil {
		t.Fatal(err)
	}
	until := time.Now().Add(2 * time.Hour).Truncate(time.Second).UTC()
	if _, err := store.Mute(t.Context(), in.ID, until, "bek", "known"); err != nil {
		t.Fatal(err)
	}
	action := event.DeskAction{Kind: event.DeskMuted, By: "aida", At: time.Now().UTC(), Until: until.Add(time.Hour)}
	if _, err := mute(t.Context(), b, store, in.ID, action); err == nil || !strings.Contains(err.Error(), "is closed") {
		t.Errorf("got %v", err)
	}
	mutes, err := Mutes(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := mutes(&in); err != nil || m.By != "bek" {
		t.Errorf("muted %+v, %v", m, err)
	}
}
