package inhibit

import (
	"context"
	"log/slog"
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/incident"
)

// stored puts an open incident into the bucket.
func stored(t *testing.T, b *bus.Bus, id string) *event.Incident {
	t.Helper()
	in := &event.Incident{ID: id, Revision: 1, Status: event.StatusOpen, Severity: event.SeverityCritical, Region: "region-" + id}
	data, err := event.Encode(in)
	if err != nil {
		t.Fatal(err)
	}
	bucket, err := b.Bucket(t.Context(), bus.IncidentState)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bucket.Put(t.Context(), id, data, 0); err != nil {
		t.Fatal(err)
	}
	return in
}

// A store that is handed what another reads at the start does not read it again, and
// knows it before it answers; one without rules takes nothing.
func TestShare(t *testing.T) {
	b := bustest.Start(t)
	in := stored(t, b, "a")
	stored(t, b, "unread")
	s, err := New(t.Context(), Options{Bus: b, Reader: &incident.Reader{}, Router: "nobody", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if take, err := s.Share(t.Context()); err != nil || take != nil {
		t.Fatalf("without a rule: %t, %v", take != nil, err)
	}
	s.SetRules(rules(t, greater))
	take, err := s.Share(t.Context())
	if err != nil || take == nil {
		t.Fatalf("with a rule: %t, %v", take != nil, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	take(in)
	waiting, cancel := context.WithCancel(t.Context())
	cancel()
	if by, err := s.Inhibited(waiting, labels("x", "low", "region-a")); err == nil {
		t.Errorf("it answers %v before all is read", by)
	}
	take(nil)
	for region, want := range map[string]string{"region-a": "a", "region-unread": ""} {
		by, err := s.Inhibited(t.Context(), labels("x", "low", region))
		if err != nil || by["incident"] != want {
			t.Errorf("%s: inhibited by %v (%v), want %q", region, by, err, want)
		}
	}
	if alert.Labels(*in)["incident"] != "a" {
		t.Error("what was shared is changed")
	}
}
