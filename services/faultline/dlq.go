package faultline

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
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
	return app.Command("dlq", "Dead letters: messages that were given up on. Asks the process that runs on --data, or the NATS server of nats.url.")
}

func (c dlqList) run(ctx context.Context, stdio IO) error {
	return c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
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
	return c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
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
