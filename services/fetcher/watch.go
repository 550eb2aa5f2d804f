package fetcher

import (
	"context"
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
	// open are the troubles that were told and not yet called over, by kind and
	// name.
	open map[string]event.Notice
	// shown are the regions that have a series.
	shown map[string]bool
}

// watchEvery is how often everything is judged when no feed changed.
const watchEvery = time.Minute

// watchAll judges whenever a feed's health or the network changed, until ctx
// ends. What cannot be told is tried again.
func (s *Service) watchAll(ctx context.Context) error {
	w := &watch{Service: s, open: map[string]event.Notice{}, shown: map[string]bool{}}
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	restored := false
	for {
		if err := w.judge(ctx, &restored); err != nil && ctx.Err() == nil {
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
func (w *watch) judge(ctx context.Context, restored *bool) error {
	if !w.tidy.Load() {
		return nil
	}
	if !*restored {
		if err := w.restore(ctx); err != nil {
			return err
		}
		*restored = true
	}
	if err := w.network(ctx); err != nil || w.outage.isDown() {
		return err
	}
	feeds := w.feeds.Load()
	for _, r := range feeds.regions {
		if err := w.region(ctx, r, feeds.sources[r.ID]); err != nil {
			return err
		}
	}
	return w.removed(ctx, feeds)
}

// restore reads which troubles were told before this process began.
func (w *watch) restore(ctx context.Context) error {
	subjects := []string{bus.NoticeSubject(string(event.NoticeNetworkDown), w.host), "notices." + string(event.NoticeRegionBlind) + ".*"}
	return w.bus.Replay(ctx, bus.Notices, subjects, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		var n event.Notice
		if event.Decode(d.Data, &n) != nil {
			return nil // of a newer build
		}
		if n.Over.IsZero() {
			w.open[key(n)] = n
		} else if w.open[key(n)].ID == n.ID {
			delete(w.open, key(n))
		}
		return nil
	})
}

func key(n event.Notice) string { return string(n.Kind) + " " + n.Region + n.Host }

// begin tells of a trouble, and reports whether it was not told yet.
func (w *watch) begin(ctx context.Context, n event.Notice) (news bool, err error) {
	if _, told := w.open[key(n)]; told {
		return false, nil
	}
	n.ID = event.NewID(key(n), n.Since.UTC().Format(time.RFC3339))
	if err := w.tell(ctx, n); err != nil {
		return false, err
	}
	w.open[key(n)] = n
	return true, nil
}

// end tells that a trouble is over, and reports whether it was told at all.
func (w *watch) end(ctx context.Context, of event.Notice, summary string) (news bool, err error) {
	n, told := w.open[key(of)]
	if !told {
		return false, nil
	}
	n.Over, n.Summary, n.Detail, n.Remedy = time.Now().UTC(), summary, "", ""
	if err := w.tell(ctx, n); err != nil {
		return false, err
	}
	delete(w.open, key(n))
	return true, nil
}

// network tells of the outage that outage.go has found and logged.
func (w *watch) network(ctx context.Context) error {
	n := event.Notice{
		Kind: event.NoticeNetworkDown, Host: w.host, Severity: event.SeverityModerate, Summary: "The network of " + w.host + " is down",
		Detail: "No feed can be reached. It is tried again and again; what feeds still have then is not lost.",
		Remedy: "check this machine's connection, name servers and proxy",
	}
	since, down := w.outage.since()
	if !down {
		_, err := w.end(ctx, n, "The network of "+w.host+" is back")
		return err
	}
	n.Since = since.UTC()
	_, err := w.begin(ctx, n)
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

// removed forgets regions that are no longer watched.
func (w *watch) removed(ctx context.Context, feeds *set) error {
	for id := range w.shown {
		if len(feeds.sources[id]) == 0 {
			w.metrics.region.DeleteLabelValues(id)
			delete(w.shown, id)
		}
	}
	for _, n := range w.open {
		if n.Region == "" || len(feeds.sources[n.Region]) > 0 {
			continue
		}
		if _, err := w.end(ctx, n, "The region "+n.Region+" is no longer watched"); err != nil {
			return err
		}
	}
	return nil
}
