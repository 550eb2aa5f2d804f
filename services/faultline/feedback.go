package faultline

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter"
	"faultline/services/classifier"
	"faultline/services/faultline/internal/card"
	"faultline/services/faultline/internal/trail"
)

// feedback stores what the desk says of items.
type feedback struct {
	onBus
	items                        *[]string
	isTrue, isFalse              *bool
	indicator, note, from, since *string
}

func addFeedback(app *kingpin.Application) (string, command) {
	c := app.Command("feedback", `Say of items that they are true alarms, or false ones. It is stored for ever, with the item; of two words on one item the later holds. rules feedback counts it by rule, and rules suggest makes filters of it. Asks the process that runs on --data, or the NATS server of nats.url.
	faultline feedback https://example.org/news/1 --false --note "a drill"
	faultline feedback - --true < links.txt`)
	return c.FullCommand(), feedback{
		items:     c.Arg("item", "Id of the item, or its link; - reads one from each line of standard input.").Required().Strings(),
		isTrue:    c.Flag("true", "It must alert: a true alarm, or one that was missed.").Bool(),
		isFalse:   c.Flag("false", "It must not alert: a false alarm.").Bool(),
		indicator: c.Flag("indicator", "Id of the one rule that it is said of; otherwise of all that made the alert.").PlaceHolder("ID").HintAction(hint(ruleIDs)).String(),
		note:      c.Flag("note", "Why, in words.").String(),
		from:      c.Flag("by", "Who says so. The default is $USER, else $LOGNAME, else the user that runs this.").Envar("USER").String(),
		since:     c.Flag("since", "How far back to look for the item: 24h, 30d.").Default("30d").String(),
		onBus:     busFlags(c),
	}
}

func (c feedback) run(ctx context.Context, stdio IO) error {
	from, err := ago("--since", *c.since)
	if err != nil {
		return asUsage(err)
	}
	if *c.isTrue == *c.isFalse {
		return asUsage(errors.New("feedback says one thing; write --true or --false"))
	}
	wanted, err := c.wanted(stdio)
	if err != nil {
		return err
	}
	if err := c.known(); err != nil {
		return err
	}
	return c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
		items, err := find(ctx, archives{b, newProgress(stdio)}, wanted, from)
		if err != nil {
			return err
		}
		return c.store(ctx, b, items, stdio)
	})
}

// known checks that the rules have the indicator.
func (c feedback) known() error {
	if *c.indicator == "" {
		return nil
	}
	source, err := ruleSource(*c.config)
	if err != nil {
		return err
	}
	set, err := classifier.Compile(source.Dir, source.Section)
	if err != nil {
		return err
	}
	if !set.Has(*c.indicator) {
		return asUsage(fmt.Errorf("the rules have no indicator %q; faultline rules explain shows which ones made the alert", *c.indicator))
	}
	return nil
}

// wanted are the ids and links.
func (c feedback) wanted(stdio IO) (wanted []string, err error) {
	for _, item := range *c.items {
		if item != "-" && item != "" {
			wanted = append(wanted, item)
			continue
		}
		if err := classifier.EachLine(stdio.In, func(_ int, line []byte) error {
			wanted = append(wanted, string(line))
			return nil
		}); err != nil {
			return nil, err
		}
	}
	if len(wanted) == 0 {
		return nil, asUsage(errors.New("no item is named; write an id or a link in each line"))
	}
	return wanted, nil
}

// find looks the items up in the archive, in their latest revision. All must be
// there, and each must be one.
func find(ctx context.Context, a archives, wanted []string, from time.Time) ([]event.Item, error) {
	searches := make([]*trail.Search, len(wanted))
	for i, w := range wanted {
		searches[i] = newSearch(w)
	}
	err := a.replay(ctx, bus.Items, from, each(func(item event.Item, sequence uint64) {
		for _, s := range searches {
			s.Item(item, sequence)
		}
	}))
	if err != nil {
		return nil, err
	}
	var items []event.Item
	var missing []string
	var several error
	for i, s := range searches {
		item, err := s.One()
		switch {
		case err != nil:
			several = errors.Join(several, err)
		case item == nil:
			missing = append(missing, wanted[i])
		default:
			items = append(items, *item)
		}
	}
	if several != nil {
		return nil, asUsage(fmt.Errorf("nothing was stored: %w", several))
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("not in the archive: %s; nothing was stored. Give ids or links as the feeds have them, or a longer --since", strings.Join(missing, ", "))
	}
	return items, nil
}

func (c feedback) store(ctx context.Context, b *bus.Bus, items []event.Item, stdio IO) error {
	for _, item := range items {
		f := event.Feedback{Item: item, True: *c.isTrue, Indicator: *c.indicator, Note: *c.note, By: person(*c.from), Given: time.Now()}
		if err := alerter.Record(ctx, b, f); err != nil {
			return err
		}
		word := "false alarm"
		if f.True {
			word = "true alarm"
		}
		if _, err := fmt.Fprintf(stdio.Out, "%s: %s  %s\n", word, item.ID, card.Plain(item.Title)); err != nil {
			return err
		}
	}
	return nil
}
