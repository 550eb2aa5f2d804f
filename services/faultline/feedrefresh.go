package faultline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/service"
	"faultline/services/fetcher"
)

// feedsRefresh has the running process ask feeds now.
type feedsRefresh struct {
	onBus
	feeds       *[]string
	all, asJSON *bool
}

func addFeedsRefresh(app *kingpin.Application) (string, command) {
	c := feeds(app).Command("refresh", `Have feeds asked now, and not when their next poll is due; what is new goes its usual way. Several are asked one after the other. None is asked before the end of a pause that its server demanded, nor sooner than its poll.min after it was last read, or asked in vain. `+reach+`
	faultline feeds refresh example --config conf
	faultline feeds refresh --all --config conf`)
	return c.FullCommand(), feedsRefresh{
		feeds:  c.Arg("feed", "Ids of configured feeds, or their addresses.").HintAction(hint(feedIDs)).Strings(),
		all:    c.Flag("all", "All configured feeds that are not disabled, one after the other within their poll.min, or by fetcher.budget.").Bool(),
		asJSON: c.Flag("json", "Write JSON lines, a feed each.").Bool(),
		onBus:  busFlags(c),
	}
}

func (c feedsRefresh) run(ctx context.Context, stdio IO) error {
	stdio.tellShipped(*c.config)
	dir, err := openConfig(*c.config)
	if err != nil {
		return err
	}
	settings, err := service.ReadSettings(dir, os.Environ())
	if err != nil {
		return asUsage(err)
	}
	configured, err := fetcher.ListFeeds(dir)
	if err != nil {
		return err
	}
	chosen, err := c.choose(configured)
	if err != nil {
		return err
	}
	return c.do(ctx, stdio, func(ctx context.Context, b *bus.Bus) error {
		all, now, err := fetcher.Refresh(ctx, b, settings.Fetcher, chosen)
		if err != nil {
			return err
		}
		return c.tell(stdio, all, now)
	})
}

// choose finds the feeds that the command line names.
func (c feedsRefresh) choose(configured []fetcher.Listed) (chosen []fetcher.Listed, err error) {
	if *c.all == (len(*c.feeds) > 0) {
		return nil, asUsage(errors.New("which ones? Give ids of feeds, or --all; faultline feeds list shows them"))
	}
	if *c.all {
		return slices.DeleteFunc(configured, func(f fetcher.Listed) bool { return f.Disabled }), nil
	}
	for _, name := range *c.feeds {
		f, err := findFeed(configured, name)
		switch {
		case err != nil:
			return nil, err
		case f.Disabled:
			return nil, asUsage(fmt.Errorf("the feed %s at %s is disabled, and no fetcher asks it", f.ID, at(f)))
		}
		if !slices.ContainsFunc(chosen, func(other fetcher.Listed) bool { return other.ID == f.ID }) {
			chosen = append(chosen, *f)
		}
	}
	return chosen, nil
}

// tell says when each feed is asked. It ends with a failure when nobody asks one.
func (c feedsRefresh) tell(stdio IO, all []fetcher.Refreshed, now time.Time) error {
	unwatched := slices.ContainsFunc(all, func(r fetcher.Refreshed) bool { return r.Unwatched })
	var err error
	if *c.asJSON {
		err = jsonLines(stdio.Out, all)
	} else {
		for _, r := range all {
			if _, err = fmt.Fprintf(stdio.Out, "%s: %s\n", r.Feed, whenAsked(r, now)); err != nil {
				break
			}
		}
	}
	if err == nil && unwatched {
		return errSaid
	}
	return err
}

// whenAsked is when a feed is asked, and why not at once.
func whenAsked(r fetcher.Refreshed, now time.Time) string {
	if r.At.IsZero() {
		return r.Why
	}
	text := "is asked now"
	if wait := r.At.Sub(now).Round(time.Second); wait > 0 {
		text = fmt.Sprintf("is asked in %s, at %s UTC", wait, r.At.UTC().Format("2006-01-02 15:04:05"))
	}
	if r.At.Before(r.Was) {
		text += ", and not at " + r.Was.UTC().Format("15:04:05")
	}
	if r.Why != "" {
		text += ": " + r.Why
	}
	return text
}
