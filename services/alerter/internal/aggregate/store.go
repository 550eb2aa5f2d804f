package aggregate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"

	"golang.org/x/sync/errgroup"
)

// read gets an incident from the bucket. What another process wrote there is
// adopted and, as that one may have died before, published.
func (a *Aggregator) read(ctx context.Context, id string) (bus.Entry, *event.Incident, error) {
	if a.leaves(id, func(c change) bool { return c.unwritten }) {
		if err := a.flush(ctx); err != nil {
			return bus.Entry{}, nil, err
		}
	}
	entry, err := a.bucket.Get(ctx, id)
	if errors.Is(err, bus.ErrNotFound) {
		a.cache.forget(id)
		return entry, nil, errAgain
	}
	if err != nil {
		return entry, nil, err
	}
	i, err := incident.Decode(entry.Value)
	if err != nil {
		return entry, nil, fmt.Errorf("reading incident %s: %w", id, err)
	}
	if s := a.cache.known[id]; s == nil || s.revision != entry.Revision {
		a.cache.adopt(i, entry.Revision)
		a.publish(i, entry.Value)
	}
	return entry, i, nil
}

// latest is an incident and its revision as this process wrote it a moment ago, else as it is in the
// bucket. Should another process have changed it since, what is made of it is not stored.
func (a *Aggregator) latest(ctx context.Context, id string) (*event.Incident, uint64, error) {
	if s := a.cache.known[id]; s != nil && !a.leaves(id, func(c change) bool { return c.unwritten }) {
		if i := a.recent.get(id, s.revision); i != nil {
			return i, s.revision, nil
		}
	}
	entry, i, err := a.read(ctx, id)
	return i, entry.Revision, err
}

// leaves reports whether a change of an incident is left to the next flush, one of which holds is.
func (a *Aggregator) leaves(id string, is func(change) bool) bool {
	return slices.ContainsFunc(a.outbox, func(c change) bool { return c.incident.ID == id && is(c) })
}

// settled publishes what is left of an incident before it changes again: the bucket keeps the latest
// change only.
func (a *Aggregator) settled(ctx context.Context, id string) error {
	if !a.leaves(id, func(change) bool { return true }) {
		return nil
	}
	return a.flush(ctx)
}

// leave leaves an incident to the next flush, which stores it with the others.
func (a *Aggregator) leave(ctx context.Context, p *plan) error {
	if err := a.settled(ctx, p.incident.ID); err != nil {
		return err
	}
	a.know(p, p.revision)
	a.outbox = append(a.outbox, change{incident: p.incident, value: p.value, unwritten: true, last: p.revision})
	return nil
}

// store writes the incident to the bucket, then to the cache.
func (a *Aggregator) store(ctx context.Context, p *plan) error {
	if err := a.settled(ctx, p.incident.ID); err != nil {
		return err
	}
	revision, err := a.bucket.Put(ctx, p.incident.ID, p.value, p.revision)
	if errors.Is(err, bus.ErrConflict) {
		if _, _, err := a.read(ctx, p.incident.ID); err != nil {
			return err
		}
		return errAgain
	}
	if err != nil {
		return err
	}
	a.know(p, revision)
	return nil
}

// know notes the incident of a plan in the cache.
func (a *Aggregator) know(p *plan, revision uint64) {
	a.cache.note(p.incident, revision)
	a.recent.keep(p.incident, revision)
	if p.profile != nil && !incident.Over(p.incident) {
		a.cache.index.Add(p.incident.ID, p.item, p.profile)
	}
}

// message is an incident as it goes on the stream. The message id is the incident's
// revision: publishing it twice makes one message.
func message(i *event.Incident, value []byte) bus.Message {
	return bus.Message{Subject: bus.IncidentSubject(i.Region, i.ID), ID: fmt.Sprintf("%s-%d", i.ID, i.Revision), Data: value}
}

// change is an incident on its way to the stream.
type change struct {
	incident  *event.Incident
	value     []byte
	unwritten bool   // it is not in the bucket yet,
	last      uint64 // which has this revision of it, 0 for none
}

// publish leaves an incident as it is in the bucket to the next flush.
func (a *Aggregator) publish(i *event.Incident, value []byte) {
	a.outbox = append(a.outbox, change{incident: i, value: value})
}

// flush stores what was left to it and puts that on the stream, in order as far
// as PublishAll keeps it: a reader that has a later revision of an incident ignores an earlier one.
// Whoever left something is done once it returns nil. What could not be published stays, for
// the next flush: the bucket may hold a later change by the time that its assessment comes
// again.
func (a *Aggregator) flush(ctx context.Context) error {
	a.storeLeft(ctx)
	messages := make([]bus.Message, len(a.outbox))
	for i, c := range a.outbox {
		messages[i] = message(c.incident, c.value)
	}
	acks, err := a.bus.PublishAll(ctx, messages)
	for i, ack := range acks {
		if !ack.Duplicate {
			a.metrics.changes.WithLabelValues(string(a.outbox[i].incident.Change.Kind)).Inc()
		}
	}
	a.outbox = slices.Delete(a.outbox, 0, len(acks))
	return err
}

// storeLeft writes what is not in the bucket yet, side by side. What cannot be written is
// forgotten, and decided again when its assessment comes again: failed says why, whoever asked for
// the flush. What the bucket has of it then is adopted: another process may have changed it, and
// a write whose answer was lost may have been done.
func (a *Aggregator) storeLeft(ctx context.Context) {
	all := a.outbox
	revisions, errs := make([]uint64, len(all)), make([]error, len(all))
	var group errgroup.Group
	for i, c := range all {
		if c.unwritten {
			group.Go(func() error {
				revisions[i], errs[i] = a.bucket.Put(ctx, c.incident.ID, c.value, c.last)
				return nil
			})
		}
	}
	group.Wait() //nolint:errcheck // each has its own error
	a.outbox = nil
	for i, c := range all {
		switch {
		case errs[i] != nil:
			a.unknow(c)
			a.failed[c.incident.ID] = errs[i]
			continue
		case c.unwritten:
			a.cache.known[c.incident.ID].revision = revisions[i]
			a.recent.keep(c.incident, revisions[i])
			c.unwritten = false
		}
		a.outbox = append(a.outbox, c)
	}
	for i, c := range all {
		if errs[i] == nil {
			continue
		}
		if err := a.reread(ctx, c.incident.ID); err != nil { // so that nothing can be decided anew
			a.doubtful = true
			a.failed[c.incident.ID] = err
		}
	}
}

// reread takes in an incident that was changed by others, and what was split off it.
func (a *Aggregator) reread(ctx context.Context, id string) error {
	_, i, err := a.read(ctx, id)
	if err == nil {
		err = a.divided(ctx, i)
	}
	return again(err)
}

// unknow takes a change that could not be written out of the cache and of what was written last.
func (a *Aggregator) unknow(c change) {
	delete(a.recent.byID, c.incident.ID)
	if c.last == 0 {
		a.cache.forget(c.incident.ID)
		return
	}
	a.cache.doubt(c.incident.ID)
}

// remembered is how many incidents are kept as they were written last. What comes to a story comes
// in a burst.
const remembered = 256

// recent are the incidents that this process wrote last.
type recent struct {
	byID  map[string]kept
	order [remembered]string
	next  int
}

type kept struct {
	incident *event.Incident
	revision uint64
}

func (r *recent) keep(i *event.Incident, revision uint64) {
	if _, known := r.byID[i.ID]; !known {
		delete(r.byID, r.order[r.next])
		r.order[r.next] = i.ID
		r.next = (r.next + 1) % remembered
	}
	r.byID[i.ID] = kept{i, revision}
}

// get is an incident as it was at a revision; nil if that is not kept.
func (r *recent) get(id string, revision uint64) *event.Incident {
	if k := r.byID[id]; revision > 0 && k.revision == revision {
		return k.incident
	}
	return nil
}
