package faultline

import (
	"context"
	"fmt"
	"log/slog"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/faultline/internal/card"
)

// cards shows what happens to incidents in the terminal. It keeps no state:
// what it misses is in the stream and in the messages.
type cards struct {
	bus    *bus.Bus
	stdio  IO
	logger *slog.Logger
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
	case event.ChangeNew, event.ChangeEscalated:
		_, err := fmt.Fprintln(c.stdio.Out, card.Render(&incident, card.Options{Color: c.stdio.Terminal, Width: c.stdio.Width}))
		return err
	}
	return nil
}
