package faultline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/service"
	"faultline/services/faultline/internal/embedded"
)

// onBus is a command that wants a NATS server.
type onBus struct {
	config, data *string
}

func busFlags(c *kingpin.CmdClause) onBus {
	return onBus{
		config: configFlag(c),
		data:   c.Flag("data", "Data directory of the running process.").Envar("FAULTLINE_DATA").Default("data").PlaceHolder("DIR").String(),
	}
}

// do does something with the NATS server of the settings, or with the one
// inside a running process that listens.
func (o onBus) do(ctx context.Context, stdio IO, do func(context.Context, *bus.Bus) error) error {
	process, err := openProcess("faultline", service.Flags{Config: *o.config}, stdio)
	if err != nil {
		return err
	}
	b, err := o.connect(ctx, process)
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
func (o onBus) connect(ctx context.Context, process *service.Process) (*bus.Bus, error) {
	options, err := o.server(process.Settings.NATS)
	if err != nil {
		return nil, err
	}
	process.Settings.NATS.CreateStreams = false
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	b, err := process.ConnectTo(bounded, options)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("no NATS server answered within %v; is faultline run up, with the same --data, nats.listen or nats.url? %w", patience, err)
	}
	return b, err
}

// server is where to find the streams: the server of the settings, or the one inside
// the process that runs on the data directory, by its port or its socket.
func (o onBus) server(settings service.NATS) (bus.Options, error) {
	inside := filepath.Join(*o.data, "nats")
	if settings.URL == "" {
		settings = login(settings, filepath.Join(inside, "password"))
	}
	options, err := settings.Bus("faultline-command")
	if errors.Is(err, fs.ErrNotExist) {
		return options, fmt.Errorf("%w. Is faultline run up, with the data directory that --data names?", err)
	}
	if settings.URL == "" {
		options.Server, err = knock(inside)
	}
	return options, err
}

// login is how to get into the server inside a process, which asks for the password of its
// port at the socket too. It may listen by a flag or a variable of its own: then the file
// that it wrote tells.
func login(settings service.NATS, file string) service.NATS {
	if _, err := os.Stat(file); err != nil && settings.Listen == "" {
		return settings
	}
	settings.Username = "faultline"
	if settings.Password == "" && settings.PasswordFile == "" {
		settings.PasswordFile = file
	}
	if settings.Listen != "" {
		settings.URL = "nats://" + settings.Listen
	}
	return settings
}

// runs reports whether anybody may be there to be asked.
func (o onBus) runs(settings service.NATS) bool {
	if settings.URL != "" || settings.Listen != "" {
		return true
	}
	_, err := os.Stat(string(embedded.SocketIn(filepath.Join(*o.data, "nats"))))
	return err == nil
}

// knock is the socket of the server in dir, if somebody answers there.
func knock(dir string) (embedded.Socket, error) {
	socket := embedded.SocketIn(dir)
	conn, err := socket.InProcessConn()
	if err != nil {
		return socket, fmt.Errorf("no faultline run answers on this data directory: %w; name that of the running process with --data (its log says it in the line \"watching\"), or an external server with nats.url (FAULTLINE_NATS_URL)", err)
	}
	return socket, conn.Close()
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
