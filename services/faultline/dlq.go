package faultline

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/services/faultline/internal/card"
	"faultline/services/faultline/internal/letter"
)

// dlq is the command that the dead letter commands are below.
func dlq(app *kingpin.Application) *kingpin.CmdClause {
	if c := app.GetCommand("dlq"); c != nil {
		return c
	}
	return app.Command("dlq", "Dead letters: messages that were given up on. "+reach)
}

// letters chooses dead letters by who gave them up.
type letters struct {
	onBus
	by *string
}

func lettersFlags(c *kingpin.CmdClause) letters {
	return letters{
		by:    c.Flag("by", "Only those given up by this service or channel, as the list names it: classifier, desk/slack-0.").PlaceHolder("NAME").String(),
		onBus: busFlags(c),
	}
}

// each hands over the letters chosen, with what is in them, oldest first.
func (l letters) each(ctx context.Context, b *bus.Bus, do func(letter.Letter) error) error {
	var numbers []uint64
	err := b.DeadLetters(ctx, func(d bus.DeadLetter) error {
		numbers = append(numbers, d.Number)
		return nil
	})
	if err != nil {
		return err
	}
	for _, number := range numbers {
		one, err := read(ctx, b, number)
		if errors.Is(err, bus.ErrNotFound) { // put back meanwhile
			continue
		}
		if err == nil && (*l.by == "" || *l.by == one.By) {
			err = do(one)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read gets a letter with what is in it.
func read(ctx context.Context, b *bus.Bus, number uint64) (letter.Letter, error) {
	d, err := b.DeadLetter(ctx, number)
	if errors.Is(err, bus.ErrNotFound) {
		return letter.Letter{}, fmt.Errorf("%w; faultline dlq list has the numbers", err)
	}
	return letter.Open(d), err
}

// dlqList shows the messages that were given up on.
type dlqList struct {
	letters
	asJSON *bool
}

func addDLQList(app *kingpin.Application) (string, command) {
	c := dlq(app).Command("list", `Show the messages that were given up on: who gave up, what about, and why, oldest first.
	faultline dlq list
	faultline dlq list --by desk/slack-0
	faultline dlq list --json | jq .incident`)
	return c.FullCommand(), dlqList{asJSON: c.Flag("json", "Write JSON lines, a letter each, with everything in it but the message.").Bool(), letters: lettersFlags(c)}
}

func (c dlqList) run(ctx context.Context, stdio IO) error {
	return c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
		var all []letter.Letter
		err := c.each(ctx, b, func(l letter.Letter) error {
			all = append(all, l)
			return nil
		})
		switch {
		case err != nil:
			return err
		case *c.asJSON:
			return jsonLines(stdio.Out, all)
		case len(all) == 0:
			_, err := fmt.Fprintln(stdio.Out, "no dead letters")
			return err
		}
		return letterTable(stdio, all)
	})
}

// mostHeadline is how many characters of a headline the table shows; show has all.
const mostHeadline = 60

func letterTable(stdio IO, all []letter.Letter) error {
	rows := make([][]string, len(all))
	for i, l := range all {
		about := []rune(card.Plain(l.About()))
		if len(about) > mostHeadline {
			about = append(about[:mostHeadline-1], '…')
		}
		id := l.ID()
		rows[i] = []string{strconv.FormatUint(l.Number, 10), l.Time.UTC().Format("2006-01-02 15:04"), card.Plain(l.By), strconv.Itoa(l.Deliveries),
			string(about), id[:min(len(id), shownID)], card.Plain(l.Reason)}
	}
	if err := stdio.table(4, []string{"NUMBER", "GIVEN UP", "BY", "TRIES", "ABOUT", "ID", "WHY"}, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintln(stdio.Out, "\nfaultline dlq show NUMBER says what to do; faultline dlq replay NUMBER tries it again.")
	return err
}

// dlqShow shows one letter.
type dlqShow struct {
	onBus
	number *uint64
	asJSON *bool
}

func addDLQShow(app *kingpin.Application) (string, command) {
	c := dlq(app).Command("show", `Show one message that was given up on: what it says, why it was given up, and what to do.
	faultline dlq show 12
	faultline dlq show 12 --json | jq .message`)
	return c.FullCommand(), dlqShow{
		number: c.Arg("number", "Number of the dead letter, from the list.").Required().Uint64(),
		asJSON: c.Flag("json", "Write all of it as JSON, the message included.").Bool(), onBus: busFlags(c),
	}
}

func (c dlqShow) run(ctx context.Context, stdio IO) error {
	return c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
		l, err := read(ctx, b, *c.number)
		if err != nil {
			return err
		}
		if *c.asJSON {
			return writeJSON(stdio.Out, l.Whole())
		}
		_, err = fmt.Fprintln(stdio.Out, strings.Join(plain(l.Tell()), "\n"))
		return err
	})
}

// dlqReplay gives messages another chance.
type dlqReplay struct {
	letters
	numbers *[]uint64
	all     *bool
}

func addDLQReplay(app *kingpin.Application) (string, command) {
	c := dlq(app).Command("replay", `Put messages back where they were, once what failed them is mended. They are then tried like new ones, and are dead letters again if that fails.
	faultline dlq replay 12 13
	faultline dlq replay --by desk/slack-0
	faultline dlq replay --all`).Alias("retry")
	return c.FullCommand(), dlqReplay{
		numbers: c.Arg("number", "Number of the dead letter, from the list.").Uint64List(),
		all:     c.Flag("all", "All of them.").Bool(), letters: lettersFlags(c),
	}
}

func (c dlqReplay) run(ctx context.Context, stdio IO) error {
	some := len(*c.numbers) > 0
	switch {
	case !some && !*c.all && *c.by == "":
		return asUsage(errors.New("which ones? Give their numbers, --by with a service or channel, or --all; faultline dlq list shows them"))
	case some && (*c.all || *c.by != ""):
		return asUsage(errors.New("give either numbers, or --by or --all"))
	}
	return c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
		done, failed := 0, error(nil)
		put := func(l letter.Letter) error {
			if err := b.ReplayDeadLetter(ctx, l.Number); err != nil {
				failed = errors.Join(failed, err)
				return nil
			}
			done++
			_, err := fmt.Fprintf(stdio.Out, "replayed %d: %s tries %s again\n", l.Number, card.Plain(l.By), card.Plain(l.About()))
			return err
		}
		for _, number := range *c.numbers {
			l, err := read(ctx, b, number)
			if err == nil {
				err = put(l)
			}
			failed = errors.Join(failed, err)
		}
		if !some {
			if err := c.each(ctx, b, put); err != nil {
				return errors.Join(failed, err)
			}
		}
		if done == 0 && failed == nil {
			_, err := fmt.Fprintln(stdio.Out, "no dead letters")
			return err
		}
		return failed
	})
}
