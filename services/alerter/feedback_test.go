package alerter_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter"
)

// What is said twice at one moment is one word; another person's, or a later
// one, is a word of its own.
func TestRecord(t *testing.T) {
	b := bustest.Start(t)
	given := time.Date(2026, 5, 14, 12, 0, 0, 0, time.FixedZone("Bishkek", 6*3600))
	said := event.Feedback{Item: event.Item{ID: "a/b", Title: "A riot of colours", Text: "Tulips."}, Indicator: "riot", By: "night desk", Given: given}
	other, later := said, said
	other.By, later.Given, later.True = "day desk", given.Add(time.Minute), true
	for _, f := range []event.Feedback{said, said, other, later} {
		if err := alerter.Record(t.Context(), b, f); err != nil {
			t.Fatal(err)
		}
	}
	var kept []event.Feedback
	err := b.Replay(t.Context(), bus.Feedback, []string{bus.FeedbackSubject("a/b")}, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		var f event.Feedback
		err := event.Decode(d.Data, &f)
		kept = append(kept, f)
		return err
	})
	if err != nil || len(kept) != 3 {
		t.Fatalf("%d kept: %v", len(kept), err)
	}
	if f := kept[0]; f.Item.Text != "Tulips." || f.True || f.Indicator != "riot" || !f.Given.Equal(given) || f.Given.Location() != time.UTC || len(f.ID) != 32 {
		t.Errorf("kept %+v", f)
	}
	said.Given = time.Date(10001, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := alerter.Record(t.Context(), b, said); err == nil || !strings.HasPrefix(err.Error(), "encoding feedback/1: ") {
		t.Errorf("a moment that JSON cannot say: %v", err)
	}
}
