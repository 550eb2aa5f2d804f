package faultline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/service"
)

// onBus is a command that wants a NATS server.
type onBus struct {
	config, data *string
}

func busFlags(c *kingpin.CmdClause) onBus {
	return onBus{
		config: configFlag(c),
		data:   c.Flag("data", "Data directory of the running process, when nats.listen lets us in: its password is there.").Envar("FAULTLINE_DATA").Default("data").PlaceHolder("DIR").String(),
	}
}

// do does something with the NATS server of the settings, or with the one
// inside a running process that listens.
func (o onBus) do(ctx context.Context, stdio IO, do func(context.Context, *bus.Bus) error) error {
	process, err := openProcess("faultline", service.Flags{Config: *o.config}, stdio)
	if err != nil {
		return err
	}
	settings := &process.Settings.NATS
	settings.CreateStreams = false
	if settings.URL == "" && settings.Listen == "" {
		return asUsage(errors.New("no NATS server can be reached: the one inside a running faultline run opens no port. Write listen: \"127.0.0.1:4222\" below nats: in the faultline.yaml of both (the shipped one has the line behind a #) and start it again (FAULTLINE_NATS_LISTEN says the same), or set nats.url (FAULTLINE_NATS_URL) for an external one"))
	}
	if settings.URL == "" && settings.Listen != "" {
		settings.URL = "nats://" + settings.Listen
		if settings.Password == "" && settings.PasswordFile == "" {
			settings.PasswordFile = filepath.Join(*o.data, "nats", "password")
		}
		settings.Username = "faultline"
	}
	b, err := connect(ctx, process)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go watch(ctx, b, func() { cancel(errAway) })
	return errors.Join(do(ctx, b), b.Close(context.WithoutCancel(ctx)))
}

// patience is how long a command waits for a NATS server that is away.
const patience = 5 * time.Second

// errAway says that the server went away while a command was at work.
var errAway = errors.New("the NATS server went away; is faultline run still up? Ask again when it is")

// connect opens the connection of a command, which somebody waits for.
func connect(ctx context.Context, process *service.Process) (*bus.Bus, error) {
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	b, err := process.Connect(bounded)
	switch {
	case err == nil:
		return b, nil
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("no NATS server answered within %v; is faultline run up, with the same nats.listen or nats.url? %w", patience, err)
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w. Is faultline run up, with the data directory that --data names?", err)
	}
	return nil, err
}

// watch calls away once the server has been found away twice, patience apart.
func watch(ctx context.Context, b *bus.Bus, away func()) {
	tick := time.NewTicker(patience)
	defer tick.Stop()
	for before := false; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := !b.Connected()
		if before && now {
			away()
			return
		}
		before = now
	}
}
