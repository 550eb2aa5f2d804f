package fetcher

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/fetcher/internal/health"
	"faultline/services/fetcher/internal/region"
)

// watch judges what is larger than a feed: regions, and this machine's network.
type watch struct {
	*Service
	began time.Time
	// open are the troubles that any process told and that were not called over
	// yet, by kind and name; next is the first notice that was not read.
	open map[string]trouble
	next uint64
	// shown are the regions that have a series.
	shown map[string]bool
}

// trouble is a notice, and when it was stored.
type trouble struct {
	event.Notice
	told time.Time
}

// watchEvery is how often everything is judged when no feed changed.
const watchEvery = time.Minute

func newWatch(s *Service) *watch {
	return &watch{Service: s, began: time.Now(), open: map[string]trouble{}, shown: map[string]bool{}}
}

// watchAll judges whenever a feed's health or the network changed, until ctx
// ends. What cannot be told is tried again.
func (s *Service) watchAll(ctx context.Context) error {
	w := newWatch(s)
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		if err := w.judge(ctx); err != nil && ctx.Err() == nil {
			s.logger.Error("notices cannot be told; trying again", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.board.changed:
		case <-ticker.C:
		}
	}
}

// judge looks at everything once. Before the stored states were read nothing is
// known of the feeds, and nothing is said.
func (w *watch) judge(ctx context.Context) error {
	if !w.tidy.Load() {
		return nil
	}
	if err := w.catchUp(ctx); err != nil {
		return err
	}
	feeds := w.feeds.Load()
	if err := errors.Join(w.network(ctx), w.removed(ctx, feeds)); err != nil || w.outage.isDown() {
		return err
	}
	for _, r := range feeds.regions {
		if err := w.region(ctx, r, feeds.sources[r.ID]); err != nil {
			return err
		}
	}
	return nil
}

// catchUp reads what was told since the last time, by this process before it
// started and by others, so that each trouble is told once and ended by whoever
// sees its end.
func (w *watch) catchUp(ctx context.Context) error {
	return w.bus.Replay(ctx, bus.Notices, nil, bus.Start{Sequence: w.next}, func(_ context.Context, d *bus.Delivery) error {
		w.next = d.Sequence + 1
		var n event.Notice
		switch {
		case event.Decode(d.Data, &n) != nil: // of a newer build
		case n.Kind == event.NoticeReloadRefused: // the shell's to end
		case n.Over.IsZero():
			w.open[key(n)] = trouble{n, d.Published}
		case w.open[key(n)].ID == n.ID:
			delete(w.open, key(n))
		}
		return nil
	})
}

// key is the trouble's; a feed may have been told to have moved to several addresses.
func key(n event.Notice) string {
	if n.Kind == event.NoticeFeedMoved {
		return string(n.Kind) + " " + n.Feed + " " + n.ID
	}
	return string(n.Kind) + " " + n.Feed + n.Region + n.Host
}

// begin tells of a trouble, and reports whether it was not told yet.
func (w *watch) begin(ctx context.Context, n event.Notice) (news bool, err error) {
	if _, told := w.open[key(n)]; told {
		return false, nil
	}
	n.ID = event.NewID(key(n), n.Since.UTC().Format(time.RFC3339))
	if err := w.tell(ctx, n); err != nil {
		return false, err
	}
	w.open[key(n)] = trouble{n, time.Now()}
	return true, nil
}

// end tells that a trouble is over, and reports whether it was told at all.
func (w *watch) end(ctx context.Context, of event.Notice, summary string) (news bool, err error) {
	open, told := w.open[key(of)]
	if !told {
		return false, nil
	}
	n := open.Notice
	n.Over, n.Summary, n.Detail, n.Remedy = time.Now().UTC(), summary, "", ""
	if err := w.tell(ctx, n); err != nil {
		return false, err
	}
	delete(w.open, key(n))
	return true, nil
}

// network tells of the outage that outage.go has found and logged. A process that has
// just begun does not know yet whether the one that the process before told of is over.
func (w *watch) network(ctx context.Context) error {
	since, class, down := w.outage.since()
	n := event.Notice{
		Kind: event.NoticeNetworkDown, Host: w.host, Severity: event.SeverityModerate, Since: since.UTC(), Summary: "Feeds cannot be reached from " + w.host,
		Detail: "Hardly any feed can be reached, most of them fail with " + string(class) + ". They are asked again and again, by fetchers on other machines too; what feeds still have then is not lost.",
		Remedy: outageRemedy(class),
	}
	var err error
	if down {
		_, err = w.begin(ctx, n)
	} else if w.outage.isOver() {
		_, err = w.end(ctx, n, "Feeds are reached from "+w.host+" again")
	}
	return err
}

func (w *watch) region(ctx context.Context, r region.Region, sources []string) error {
	since, blind := health.Blind(w.board.of(sources))
	w.metrics.blindness(r.ID, blind)
	w.shown[r.ID] = true
	name := r.Title
	if name == "" {
		name = r.ID
	}
	n := event.Notice{
		Kind: event.NoticeRegionBlind, Region: r.ID, Severity: event.SeverityModerate, Since: since.UTC(), Summary: "The watch is blind on " + name,
		Detail: fmt.Sprintf("Most of its %d sources are quiet, stale or cannot be read.", len(sources)),
		Remedy: "look at the feeds of the region (faultline_feed_health), and add other sources",
	}
	if !blind {
		news, err := w.end(ctx, n, "The watch sees "+name+" again")
		if news {
			w.logger.Info("the region is seen again", "region", r.ID)
		}
		return err
	}
	news, err := w.begin(ctx, n)
	if news {
		w.logger.Warn("the region is blind: most of its sources are quiet or cannot be read", "region", r.ID, "sources", len(sources), "since", since, "remedy", n.Remedy)
	}
	return err
}

// orphaned is how long an outage is believed that is not this process's own. The next
// process of the same machine ends it once it reaches something; but that machine
// may have another name by then, never come back, or have no more feeds to reach: it is
// given as long since it began, as an outage may be older than that.
const orphaned = 24 * time.Hour

// removed forgets regions that are no longer watched, and ends the troubles of
// feeds, regions and machines that are gone, and those of feeds that have the address
// they moved to.
func (w *watch) removed(ctx context.Context, feeds *set) error {
	for id := range w.shown {
		if len(feeds.sources[id]) == 0 {
			w.metrics.region.DeleteLabelValues(id)
			delete(w.shown, id)
		}
	}
	for _, n := range w.open {
		summary := w.abandoned(n, feeds)
		if summary == "" {
			continue
		}
		if _, err := w.end(ctx, n.Notice, summary); err != nil {
			return err
		}
	}
	return nil
}

// abandoned says why nobody will see the end of a trouble; it is empty for one
// whose end will be seen.
func (w *watch) abandoned(n trouble, feeds *set) string {
	feed, polled := feeds.byID[n.Feed]
	switch {
	case n.Feed != "" && !polled:
		return "The feed " + n.Feed + " is no longer watched"
	case n.Kind == event.NoticeFeedMoved && !w.board.hasMoved(n.Notice):
		return cmp.Or(feed.Title, feed.ID) + " is no longer redirected to that address"
	case n.Region != "" && len(feeds.sources[n.Region]) == 0:
		return "The region " + n.Region + " is no longer watched"
	case n.Host == w.host && (w.outage.isDown() || time.Since(w.began) <= orphaned):
		return ""
	case n.Host != "" && time.Since(n.told) > orphaned:
		return "Nothing was heard of the network of " + n.Host + " for a day"
	}
	return ""
}
