package alerter

import (
	"context"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
)

// Record stores what somebody at the desk says of an item, wherever they say
// it. The id is set here: the same word given twice is stored once. When it
// returns nil, it is on disk.
func Record(ctx context.Context, b *bus.Bus, f event.Feedback) error {
	f.Given = f.Given.UTC()
	f.ID = event.NewID("feedback", f.Item.ID, f.By, f.Given.Format(time.RFC3339Nano))
	data, err := event.Encode(&f)
	if err != nil {
		return err
	}
	_, err = b.Publish(ctx, bus.Message{Subject: bus.FeedbackSubject(f.Item.ID), ID: f.ID, Data: data})
	return err
}
