package faultline

import (
	"context"
	"fmt"
	"log/slog"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/faultline/internal/card"
)

// remembered is how many incidents, at least, cards knows the last revision of.
const remembered = 1000

// cards shows what happens to incidents in the terminal. What it misses is in the
// stream and in the messages.
type cards struct {
	bus    *bus.Bus
	stdio  IO
	logger *slog.Logger

	shown, before map[string]int // the last revision of each incident that has a card; shown has the latest
}

// Run implements service.Service.
func (c *cards) Run(ctx context.Context) error {
	return c.bus.Tail(ctx, bus.Incidents, nil, bus.Start{New: true}, c.show)
}

// Reload implements service.Service.
func (*cards) Reload(context.Context) error { return nil }

// Ready implements service.Service.
func (*cards) Ready() error { return nil }

func (c *cards) show(_ context.Context, d *bus.Delivery) error {
	var incident event.Incident
	if err := event.Decode(d.Data, &incident); err != nil {
		c.logger.Warn("an incident cannot be shown", "err", err)
		return nil
	}
	switch incident.Change.Kind {
	case event.ChangeNew, event.ChangeEscalated, event.ChangeCorrected, event.ChangeDenied, event.ChangeReleased:
		if c.late(&incident) {
			return nil
		}
		_, err := fmt.Fprintln(c.stdio.Out, card.Render(&incident, card.Options{Color: c.stdio.Color, Width: c.stdio.Width}))
		return err
	}
	return nil
}

// late reports whether a later revision of the incident is shown: the stream may
// bring the earlier one after it.
func (c *cards) late(i *event.Incident) bool {
	if i.Revision < max(c.shown[i.ID], c.before[i.ID]) {
		return true
	}
	if c.shown == nil || len(c.shown) >= remembered {
		c.shown, c.before = map[string]int{}, c.shown
	}
	c.shown[i.ID] = i.Revision
	return false
}
