package faultline

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/service"
)

// dlqList shows the messages that were given up on.
type dlqList struct{ onBus }

func addDLQList(app *kingpin.Application) (string, command) {
	c := dlq(app).Command("list", `Show the messages that were given up on, with the reason, oldest first.
	faultline dlq list --config conf --data data`)
	return c.FullCommand(), dlqList{busFlags(c)}
}

// dlq is the command that the dead letter commands are below.
func dlq(app *kingpin.Application) *kingpin.CmdClause {
	if c := app.GetCommand("dlq"); c != nil {
		return c
	}
	return app.Command("dlq", "Dead letters: messages that were given up on. Wants a NATS server that can be reached: nats.url, or nats.listen of the running process.")
}

func (c dlqList) run(ctx context.Context, stdio IO) error {
	return c.do(ctx, stdio, func(b *bus.Bus) error {
		table, n := tabwriter.NewWriter(stdio.Out, 0, 0, 2, ' ', 0), 0
		if _, err := fmt.Fprintln(table, "NUMBER\tTIME\tCONSUMER\tSUBJECT\tTRIES\tREASON"); err != nil {
			return err
		}
		err := b.DeadLetters(ctx, func(d bus.DeadLetter) error {
			n++
			_, err := fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%d\t%s\n", d.Number, d.Time.Format(time.RFC3339), d.Consumer, d.Subject, d.Deliveries, d.Reason)
			return err
		})
		if err != nil {
			return err
		}
		if n == 0 {
			_, err = fmt.Fprintln(stdio.Out, "no dead letters")
			return err
		}
		return table.Flush()
	})
}

// dlqReplay gives a message another chance.
type dlqReplay struct {
	onBus
	numbers *[]uint64
}

func addDLQReplay(app *kingpin.Application) (string, command) {
	c := dlq(app).Command("replay", `Put messages back where they were, once what failed them is mended.
	faultline dlq replay 12 13 --config conf --data data`)
	return c.FullCommand(), dlqReplay{numbers: c.Arg("number", "Number of the dead letter, from the list.").Required().Uint64List(), onBus: busFlags(c)}
}

func (c dlqReplay) run(ctx context.Context, stdio IO) error {
	return c.do(ctx, stdio, func(b *bus.Bus) error {
		for _, number := range *c.numbers {
			if err := b.ReplayDeadLetter(ctx, number); err != nil {
				return err
			}
			if _, err := fmt.Fprintf(stdio.Out, "replayed %d\n", number); err != nil {
				return err
			}
		}
		return nil
	})
}

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
func (o onBus) do(ctx context.Context, stdio IO, do func(*bus.Bus) error) error {
	process, err := openProcess("faultline", service.Flags{Config: *o.config}, stdio)
	if err != nil {
		return err
	}
	settings := &process.Settings.NATS
	settings.CreateStreams = false
	if settings.URL == "" && settings.Listen == "" {
		return asUsage(errors.New("no NATS server can be reached: the one inside a running faultline run opens no port. Write nats: {listen: \"127.0.0.1:4222\"} into the faultline.yaml of both and start it again (FAULTLINE_NATS_LISTEN says the same), or set nats.url (FAULTLINE_NATS_URL) for an external one"))
	}
	if settings.URL == "" && settings.Listen != "" {
		settings.URL = "nats://" + settings.Listen
		if settings.Password == "" && settings.PasswordFile == "" {
			settings.PasswordFile = filepath.Join(*o.data, "nats", "password")
		}
		settings.Username = "faultline"
	}
	b, err := process.Connect(ctx)
	if err != nil {
		return err
	}
	return errors.Join(do(b), b.Close(context.WithoutCancel(ctx)))
}
