package faultline

import (
	"context"
	"errors"
	"fmt"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/service"
)

// topologyCommand creates the streams on an external server, as the user that
// may.
type topologyCommand struct{ config *string }

func addTopology(app *kingpin.Application) (string, command) {
	c := app.Command("topology", `Create or update the streams and buckets on the NATS server of nats.url, as a user that may. The services need it only when theirs may not (nats.create_streams: false).
	FAULTLINE_NATS_URL=nats://127.0.0.1:4222 faultline topology --config conf`)
	return c.FullCommand(), topologyCommand{config: configFlag(c)}
}

func (c topologyCommand) run(ctx context.Context, stdio IO) error {
	process, err := openProcess("topology", service.Flags{Config: *c.config}, stdio)
	if err != nil {
		return err
	}
	process.Settings.NATS.CreateStreams = true
	b, err := process.Connect(ctx)
	if err != nil {
		return err
	}
	for _, spec := range bus.Topology(process.Settings.NATS.Streams) {
		if _, err = fmt.Fprintf(stdio.Out, "ready: %s\n", spec.Name); err != nil {
			break
		}
	}
	return errors.Join(err, b.Close(context.WithoutCancel(ctx)))
}
