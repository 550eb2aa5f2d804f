package fetcher

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/fetcher/internal/address"
	"faultline/services/fetcher/internal/client"
	"faultline/services/fetcher/internal/health"
)

// tell publishes a notice. Its id names the trouble, so that whoever says it
// again, after a crash or in another process, says nothing new.
func (s *Service) tell(ctx context.Context, n event.Notice) error {
	id := n.ID
	if !n.Over.IsZero() {
		id += "-over"
	}
	data, err := event.Encode(&n)
	if err != nil {
		return err
	}
	_, err = s.bus.Publish(ctx, bus.Message{Subject: bus.NoticeSubject(string(n.Kind), n.Feed+n.Region+n.Host), ID: id, Data: data})
	if err != nil {
		return fmt.Errorf("telling of %s: %w", n.Kind, err)
	}
	return nil
}

// noticeWait is how long a poll waits at most until its notices are stored.
const noticeWait = 5 * time.Second

// announce tells what the round found out about the feed. What cannot be told is not
// stored as told either, so that the next poll finds it out again; the items are
// published all the same.
func (r *round) announce(ctx context.Context) {
	if len(r.notices) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, noticeWait)
	defer cancel()
	for _, n := range r.notices {
		if err := r.tell(ctx, n); err != nil {
			r.logger.Error("the desk cannot be told of the feed; the next poll tries again", "feed", r.feed.ID, "err", err)
			r.state.Health, r.state.MovedTo = r.untold.Health, r.untold.MovedTo
			return
		}
	}
}

// trouble is a notice about the round's feed, without words.
func (r *round) trouble(kind event.NoticeKind, since time.Time) event.Notice {
	return event.Notice{
		ID: event.NewID(string(kind), r.feed.ID, since.UTC().Format(time.RFC3339)), Kind: kind,
		Feed: r.feed.ID, Country: r.feed.Country, Severity: event.SeverityLow, Since: since.UTC(), Exercise: r.feed.Exercise,
	}
}

// name is the feed as a reader knows it.
func (r *round) name() string {
	if r.feed.Title != "" {
		return r.feed.Title
	}
	return r.feed.ID
}

// kindOf is the kind of notice for a state, empty for a feed in order.
func kindOf(s health.State) event.NoticeKind {
	switch s {
	case health.Failing:
		return event.NoticeFeedFailing
	case health.Empty:
		return event.NoticeFeedEmpty
	case health.Stale:
		return event.NoticeFeedStale
	case health.Quiet:
		return event.NoticeFeedQuiet
	case health.Gone:
		return event.NoticeFeedGone
	case health.Fine:
	}
	return ""
}

// began is the notice that the feed's present state is told with.
func (r *round) began() event.Notice {
	record := r.state.Health
	n := r.trouble(kindOf(record.State), record.Since)
	last := r.state.Rhythm.Last.UTC().Format("2 Jan 15:04")
	n.Remedy = "open the outlet's site; if it has news, look for a new address of the feed"
	switch record.State {
	case health.Failing:
		n.Summary = r.name() + " cannot be read"
		n.Detail = fmt.Sprintf("The feed has failed %d times in a row, the last time with %s.", r.state.Failures, r.state.Class)
		n.Remedy = r.mends()
	case health.Empty:
		n.Summary = r.name() + " is empty"
		n.Detail = "The feed had items, and its document has none any more."
	case health.Stale:
		n.Summary = r.name() + " is stale"
		n.Detail = fmt.Sprintf("The feed's document keeps changing, but nothing in it is new since %s UTC, where %.0f items were to be expected.", last, r.state.Judged(r.now).Expected)
		n.Remedy = "open the outlet's site; if it has news, the feed's generator or cache is broken: tell the outlet"
	case health.Quiet:
		n.Summary = r.name() + " has gone quiet"
		n.Detail = fmt.Sprintf("Nothing new since %s UTC, where %.0f items were to be expected.", last, r.state.Judged(r.now).Expected)
	case health.Gone:
		n.Summary = r.name() + " has ended"
		n.Detail = "The outlet's server says that the feed is gone for good. It is looked at once a week."
		n.Remedy = "look for a new address of the feed, or remove it"
	case health.Fine:
	}
	return n
}

// mends is what to do about a feed that fails: what the log says of its latest failure, or of
// one of its class.
func (r *round) mends() string {
	of := client.Class(r.state.Class).Remedy()
	if of == client.Class("").Remedy() { // of a document, or of none
		of = "faultline feeds check " + r.feed.ID + " shows what is wrong with it"
	}
	return cmp.Or(r.remedy, of)
}

// ended is the notice that a trouble of the feed is over.
func (r *round) ended(before health.Record) event.Notice {
	n := r.trouble(kindOf(before.State), before.Since)
	n.Over = r.state.Health.Since.UTC()
	n.Summary = fmt.Sprintf("%s is in order again", r.name())
	if now := r.state.Health.Current(); now != health.Fine {
		n.Summary = fmt.Sprintf("%s is %s now, and no longer %s", r.name(), now, before.State)
	}
	return n
}

// movedID names the move of a feed to an address. A server that gives the address at one
// poll and not at the next is told of once, and so is the end.
func movedID(feed, to string) string {
	return event.NewID(string(event.NoticeFeedMoved), feed, to)
}

// address is the notice that the feed has a new address, said once for each. It tells
// the host alone: the rest may be a secret. Its end is told by the watch.
func (r *round) address(to string) event.Notice {
	n := r.trouble(event.NoticeFeedMoved, r.now)
	n.ID = movedID(r.feed.ID, to)
	n.Summary = r.name() + " has moved"
	n.Detail = "The outlet's server says that the feed has moved for good, to another address on " + address.Host(to)
	n.Remedy = "faultline feeds check " + r.feed.ID + " shows its new address, and faultline feeds check " + r.feed.ID + " --fix-moved writes it into the configuration"
	return n
}
