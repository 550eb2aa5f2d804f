package faultline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/faultline/internal/trail"
)

// why tells what happened to an item.
type why struct {
	onBus
	item, since *string
	asJSON      *bool
}

func addWhy(app *kingpin.Application) (string, command) {
	c := app.Command("why", `Say what happened to an item, and why it alerted or not: fetched, assessed, which incident, who was told. Wants a NATS server that can be reached: nats.url, or nats.listen of the running process.
	faultline why https://example.org/news/1
	faultline why 1f0c2a --json`)
	return c.FullCommand(), why{
		item:   c.Arg("item", "Id of the item, or its link.").Required().String(),
		since:  c.Flag("since", "How far back to look: 24h, 30d.").Default("30d").String(),
		asJSON: c.Flag("json", "Write all that is known as JSON.").Bool(),
		onBus:  busFlags(c),
	}
}

func (c why) run(ctx context.Context, stdio IO) error {
	from, err := ago(*c.since)
	if err != nil {
		return asUsage(err)
	}
	t := trail.New(*c.item)
	if err := c.do(ctx, stdio, func(b *bus.Bus) error { return follow(ctx, b, t, from) }); err != nil {
		return err
	}
	if !t.Found() {
		return fmt.Errorf("no item %s in the archive of the last %s; give its id or link as the feed has it, or a longer --since", *c.item, *c.since)
	}
	if *c.asJSON {
		return writeJSON(stdio.Out, t)
	}
	_, err = fmt.Fprintln(stdio.Out, strings.Join(plain(t.Tell()), "\n"))
	return err
}

// follow reads the streams in the order in which an item goes through them.
// Documents of another version are passed over.
func follow(ctx context.Context, b *bus.Bus, t *trail.Trail, from time.Time) error {
	err := replay(ctx, b, bus.Items, from, func(data []byte) {
		var item event.Item
		if event.Decode(data, &item) == nil {
			t.Item(item)
		}
	})
	if err != nil || !t.Found() {
		return err
	}
	for _, s := range []struct {
		stream string
		take   func([]byte)
	}{
		{bus.Assessments, func(data []byte) {
			var a event.Assessment
			if event.Decode(data, &a) == nil {
				t.Assess(a)
			}
		}},
		{bus.Incidents, func(data []byte) {
			var i event.Incident
			if event.Decode(data, &i) == nil {
				t.Incident(i)
			}
		}},
		{bus.Notifications, func(data []byte) {
			var n event.Notification
			if event.Decode(data, &n) == nil {
				t.Notify(n)
			}
		}},
	} {
		if err := replay(ctx, b, s.stream, t.Items[0].Seen, s.take); err != nil {
			return err
		}
	}
	return marks(ctx, b, t)
}

func replay(ctx context.Context, b *bus.Bus, stream string, from time.Time, take func(data []byte)) error {
	return b.Replay(ctx, stream, nil, bus.Start{Since: from}, func(_ context.Context, d *bus.Delivery) error {
		take(d.Data)
		return nil
	})
}

// marks adds how the sending of each notification stands, from the marks that
// the alerter writes.
func marks(ctx context.Context, b *bus.Bus, t *trail.Trail) error {
	bucket, err := b.Bucket(ctx, bus.SentMarks)
	if err != nil {
		return err
	}
	for i := range t.Notifications {
		entry, err := bucket.Get(ctx, t.Notifications[i].ID)
		if errors.Is(err, bus.ErrNotFound) {
			continue
		}
		if err == nil {
			err = json.Unmarshal(entry.Value, &t.Notifications[i])
		}
		if err != nil {
			return fmt.Errorf("reading how notification %s stands: %w", t.Notifications[i].ID, err)
		}
	}
	return nil
}
