package fetcher

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/fetcher/internal/feed"
	"faultline/services/fetcher/internal/fulltext"
	"faultline/services/fetcher/internal/state"
)

// flagRemedy says what to do about a feed that is read and flagged.
func flagRemedy(flag string) string {
	if flag == state.FlagEmpty {
		return "if it stays so, open its address in a browser: it may have moved; faultline feeds discover finds the feeds of a site"
	}
	return "the rest of the document is broken or cut off: faultline feeds check says where; tell the outlet"
}

// take publishes what the document has that the state does not know.
func (r *round) take(ctx context.Context, doc *feed.Document) (changed bool, outcome string, err error) {
	for _, w := range doc.Warnings {
		r.logger.Debug("the feed was repaired", "feed", r.feed.ID, "warning", w)
	}
	before := r.state.Flag
	r.first = r.state.Begun.IsZero()
	changes, changed := r.state.Take(doc, state.Fetch{Feed: r.feed.ID, Time: r.now, Window: r.config.FirstFetchWindow.Std(), Burst: r.feed.Poll.Min, Pushed: r.pushed})
	if r.feed.FullText && r.articles == nil { // else an earlier try has them
		back := r.guest.outlast(nil)
		r.read(ctx, changes)
		back()
	}
	if err := r.publish(ctx, doc, changes); err != nil {
		return false, "", err
	}
	if flag := r.state.Flag; flag != before && flag != "" {
		level := slog.LevelInfo
		if r.first { // a start is no change: of many feeds some are always so, and feeds list --health shows them
			level = slog.LevelDebug
		}
		r.logger.Log(ctx, level, "the feed is readable, but not as it should be", "feed", r.feed.ID, "flag", flag, "remedy", flagRemedy(flag))
	}
	switch {
	case len(changes) > 0:
		outcome = outcomeNew
	case r.state.Flag != "":
		outcome = r.state.Flag
	default:
		outcome = outcomeUnchanged
	}
	return changed, outcome, nil
}

// publish stores the changes as items, each once.
func (r *round) publish(ctx context.Context, doc *feed.Document, changes []state.Change) error {
	stored := 0
	for pending := changes; len(pending) > 0; {
		messages, err := r.messages(doc, pending)
		if err != nil {
			return err
		}
		acks, err := r.bus.PublishAll(ctx, messages)
		if err != nil {
			return fmt.Errorf("publishing items of %s: %w", r.feed.ID, err)
		}
		var repeated []state.Change
		for i, ack := range acks {
			if ack.Duplicate {
				repeated = append(repeated, pending[i])
			} else {
				r.timed(pending[i])
			}
		}
		stored += len(pending) - len(repeated)
		if pending, err = r.forgotten(ctx, repeated); err != nil {
			return err
		}
	}
	r.metrics.items.WithLabelValues(r.feed.ID).Add(float64(stored))
	return nil
}

// timed notes how long a new item took from its outlet to here, where the
// outlet says when it published it. What a first fetch finds has waited for nobody.
func (r *round) timed(c state.Change) {
	if !r.first && c.Revision == 0 && !c.Backlog && c.Entry.PublishedSource == event.PublishedFeed {
		r.metrics.delay.Observe(r.feed.ID, max(0, r.now.Sub(c.Entry.Published).Seconds()))
	}
}

// forgotten looks at changes whose ids were stored before, in a round that
// crashed before it could save its state. What was stored with the same words
// is done; what says something else by now is returned with its next revision.
func (r *round) forgotten(ctx context.Context, repeated []state.Change) (again []state.Change, err error) {
	if len(repeated) == 0 {
		return nil, nil
	}
	latest, err := r.archived(ctx, repeated)
	if err != nil {
		return nil, err
	}
	for _, c := range repeated {
		item, ok := latest[c.ID]
		if !ok || item.Revision < c.Revision || says(item, c) {
			continue
		}
		r.state.Republish(&c, item.Revision+1)
		again = append(again, c)
	}
	return again, nil
}

// says reports whether an item that was published says what a change does. Of an
// article's text that is not known: it may differ on each fetch.
func says(item event.Item, c state.Change) bool {
	if item.TextSource == event.TextArticle {
		return item.Title == c.Entry.Title
	}
	return feed.ContentHash(item.Title, item.Text) == c.Hash
}

// archivedSince is how far back an item is looked for whose id the stream knew: as
// long as it remembers ids, and an hour for clocks that differ.
const archivedSince = bus.DedupeWindow + time.Hour

// archived returns the latest stored revisions of items.
func (r *round) archived(ctx context.Context, of []state.Change) (map[string]event.Item, error) {
	wanted := map[string]bool{}
	for _, c := range of {
		wanted[c.ID] = true
	}
	latest := map[string]event.Item{}
	err := r.bus.Replay(ctx, bus.Items, []string{bus.ItemSubject(r.feed.ID)}, bus.Start{Since: r.now.Add(-archivedSince)},
		func(_ context.Context, d *bus.Delivery) error {
			var item event.Item
			if err := event.Decode(d.Data, &item); err != nil && !errors.Is(err, event.ErrVersion) {
				return err
			}
			if old, ok := latest[item.ID]; wanted[item.ID] && (!ok || item.Revision >= old.Revision) {
				latest[item.ID] = item
			}
			return nil
		})
	if err != nil {
		return nil, fmt.Errorf("reading the archived items of %s: %w", r.feed.ID, err)
	}
	return latest, nil
}

// messages are the changes as items on the wire.
func (r *round) messages(doc *feed.Document, changes []state.Change) ([]bus.Message, error) {
	source := r.source(doc)
	messages := make([]bus.Message, len(changes))
	for i, c := range changes {
		item := r.item(c)
		item.Source = source
		data, err := event.Encode(&item)
		if err != nil {
			return nil, err
		}
		messages[i] = bus.Message{Subject: bus.ItemSubject(r.feed.ID), ID: messageID(c.ID, c.Revision), Data: data}
	}
	return messages, nil
}

// messageID names a revision of an item for as long as the stream remembers ids: a hash of 96
// bits in 16 characters, as the server holds each of some 150,000 in memory.
func messageID(item string, revision int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s-%d", item, revision))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

func (r *round) item(c state.Change) event.Item {
	e := c.Entry
	language := r.feed.Language // many feeds say en without meaning it
	if language == "" {
		language = e.Language
	}
	text, textSource := fulltext.Text{Body: e.Text, Truncated: e.Truncated}, event.TextFeed
	if found, ok := r.articles[c.ID]; ok {
		text, textSource = found, event.TextArticle
	}
	return event.Item{
		ID: c.ID, Revision: c.Revision, URL: e.URL, Title: e.Title, Text: text.Body, TextSource: textSource, Truncated: text.Truncated,
		Language: language, Published: e.Published.UTC(), PublishedSource: e.PublishedSource,
		FirstSeen: c.First.UTC(), Seen: r.now.UTC(), Backlog: c.Backlog, Exercise: r.feed.Exercise,
	}
}

func (r *round) source(doc *feed.Document) event.Source {
	title := r.feed.Title
	if title == "" {
		title = doc.Title
	}
	return event.Source{
		Feed: r.feed.ID, Title: title, Country: r.feed.Country, Owner: r.feed.Owner, Reliability: r.feed.Reliability, Tags: r.feed.Tags,
	}
}
