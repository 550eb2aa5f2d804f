package faultline

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter"
	"faultline/services/faultline/internal/trail"
	"faultline/services/fetcher"
)

// why tells what happened to an item.
type why struct {
	onBus
	item, since *string
	asJSON      *bool
}

func addWhy(app *kingpin.Application) (string, command) {
	c := app.Command("why", `Say what happened to an item, and why it alerted or not: fetched, assessed, which incident, which receivers, who was told. Asks the process that runs on --data, or the NATS server of nats.url.
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
	from, err := ago("--since", *c.since)
	if err != nil {
		return asUsage(err)
	}
	stdio.tellShipped(*c.config)
	source, err := ruleSource(*c.config)
	if err != nil {
		return err
	}
	var t *trail.Trail
	var incident string
	err = c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) (err error) {
		t, err = (&follower{why: c, archives: archives{b, newProgress(stdio)}, source: source}).follow(ctx, from)
		if err == nil && t == nil {
			incident, err = c.incident(ctx, b)
		}
		return err
	})
	if err != nil {
		return err
	}
	if incident != "" {
		return asUsage(fmt.Errorf("%s is an incident, and why tells of an item; faultline incidents show %s shows it and its reports", *c.item, incident))
	}
	if t == nil {
		return fmt.Errorf("no item %s in the archive of the last %s; give its id or link as the feed has it, or a longer --since", *c.item, *c.since)
	}
	if *c.asJSON {
		return writeJSON(stdio.Out, t)
	}
	_, err = fmt.Fprintln(stdio.Out, stdio.labelled(plain(t.Tell())))
	return err
}

// incident is the one that somebody named in place of an item, "" when there is none.
func (c why) incident(ctx context.Context, b *bus.Bus) (id string, err error) {
	err = alerter.Incidents(ctx, b, func(in event.Incident) {
		if len(*c.item) >= trail.ShortestID && strings.HasPrefix(in.ID, *c.item) {
			id = in.ID
		}
	})
	return id, err
}

// newSearch looks for an item by what somebody typed.
func newSearch(wanted string) *trail.Search {
	return trail.NewSearch(wanted, linkOf(wanted))
}

// linkOf is the canonical form of an address, which may lack its scheme.
func linkOf(wanted string) string {
	if link := fetcher.Link(wanted); link != "" {
		return link
	}
	return fetcher.Link("https://" + wanted)
}

// each decodes the documents of a stream. Those of another version are passed
// over.
func each[T any, D interface {
	*T
	event.Document
}](take func(document T, sequence uint64)) func(*bus.Delivery) {
	return func(d *bus.Delivery) {
		var document T
		if event.Decode(d.Data, D(&document)) == nil {
			take(document, d.Sequence)
		}
	}
}

// archives reads streams and says how far it is.
type archives struct {
	bus      *bus.Bus
	progress *progress
}

// replay hands over what a stream has since a time.
func (a archives) replay(ctx context.Context, stream string, from time.Time, take func(*bus.Delivery)) error {
	done := 0
	a.progress.begin()
	defer a.progress.clear()
	return a.bus.Replay(ctx, stream, nil, bus.Start{Since: from}, func(_ context.Context, d *bus.Delivery) error {
		take(d)
		done++
		a.progress.total = done + int(d.Pending)
		a.progress.show(done, "messages of "+stream)
		return nil
	})
}
