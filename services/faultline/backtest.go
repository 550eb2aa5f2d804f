package faultline

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/config"
	"faultline/pkg/event"
)

// backtest compares the rules in force with others over the archive.
type backtest struct {
	onBus
	rules         *string
	since, until  *string
	feed, country *string
	asJSON        *bool
	limit         *int
}

func addBacktest(app *kingpin.Application) (string, command) {
	c := app.Command("backtest", `Say what other rules would have alerted on: which alerts on the archived items would be new, gone or changed, and why. Asks the process that runs on --data, or the NATS server of nats.url.
	faultline backtest --since 168h --rules conf-new
	faultline backtest --config conf --rules conf-new --since 24h --country KG`)
	return c.FullCommand(), backtest{
		rules:   c.Flag("rules", `Configuration directory with the rules to try, or "shipped".`).Required().PlaceHolder("DIR").String(),
		since:   c.Flag("since", "How far back to begin: 24h, 7d.").Default("7d").String(),
		until:   c.Flag("until", "How far back to end.").Default(noUntil).String(),
		feed:    c.Flag("feed", "Items of this feed only.").HintAction(hint(feedIDs)).String(),
		country: c.Flag("country", "Items of outlets of this country only, ISO 3166-1 alpha-2.").String(),
		limit:   c.Flag("limit", "How many changes to show; all are counted.").Default("100").Int(),
		asJSON:  c.Flag("json", "Write JSON lines: a change each, the summary last.").Bool(),
		onBus:   busFlags(c),
	}
}

func (c backtest) run(ctx context.Context, stdio IO) error {
	from, errFrom := ago("--since", *c.since)
	until, errUntil := ago("--until", *c.until)
	if err := errors.Join(errFrom, errUntil); err != nil {
		return asUsage(err)
	}
	if err := checkCountry(*c.country); err != nil {
		return asUsage(err)
	}
	if until.Before(from) {
		return asUsage(fmt.Errorf("nothing lies between --since %s and --until %s; --until is the later, thus the shorter", *c.since, *c.until))
	}
	comparison, err := compared(stdio, *c.config, *c.rules)
	if err != nil {
		return err
	}
	changes := newChanges(comparison, stdio, *c.asJSON, *c.limit)
	err = c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
		err := b.Replay(ctx, bus.Items, c.subjects(), bus.Start{Since: from}, func(_ context.Context, d *bus.Delivery) error {
			if d.Published.After(until) {
				return errUntilReached
			}
			if *c.until == noUntil { // how many lie before another end is not known
				changes.progress.total = changes.items + len(changes.batch) + 1 + int(d.Pending)
			}
			return c.item(changes, d)
		})
		if errors.Is(err, errUntilReached) {
			return nil
		}
		return err
	})
	if err := changes.end(ctx, err); err != nil || changes.items > 0 {
		return err
	}
	_, err = fmt.Fprintln(stdio.Err, "faultline: the archive has no such item; see --since, --until, --feed and --country (two letters, of the outlet)")
	return err
}

// noUntil is the end of the archive.
const noUntil = "0"

// errUntilReached ends a replay before the end of the archive.
var errUntilReached = errors.New("the rest is later")

// ago is the time a duration before now.
func ago(flag, text string) (time.Time, error) {
	d, err := config.ParseDuration(text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%s: %w", flag, err)
	}
	return time.Now().Add(-time.Duration(d)), nil
}

func (c backtest) subjects() []string {
	if *c.feed == "" {
		return nil
	}
	return []string{bus.ItemSubject(*c.feed)}
}

// item compares an archived item. One that this version cannot read is counted
// and passed over.
func (c backtest) item(changes *changes, d *bus.Delivery) error {
	var item event.Item
	if event.Decode(d.Data, &item) != nil {
		changes.unread++
		return nil
	}
	if *c.country != "" && !strings.EqualFold(item.Source.Country, *c.country) {
		return nil
	}
	return changes.add(item)
}
