package aggregate

import (
	"context"
	"errors"
	"time"

	"faultline/pkg/bus"
	"faultline/services/alerter/internal/incident"
)

// unpublished is how many of the bucket's latest values are published again
// when it is read: a process that died had what it takes together under way, with
// three values for one that joins two stories, and a second one may have run beside
// it for a moment.
const unpublished = 6 * maxTogether

// sync compares the cache with the bucket: it adopts what is new there, forgets
// what is gone, and publishes what may not have been.
func (a *Aggregator) sync(ctx context.Context) error {
	if err := a.flush(ctx); err != nil { // what is opened would be missing there
		return err
	}
	revisions := make(map[string]uint64, len(a.cache.known))
	for id, s := range a.cache.known {
		revisions[id] = s.revision
	}
	seen := make(map[string]bool, len(revisions))
	var latest [][]byte // values in the order they were written
	load := a.load()
	upTo, err := a.bucket.EachUpTo(ctx, func(e bus.Entry) error {
		seen[e.Key] = true
		if len(latest) == unpublished {
			latest = latest[1:]
		}
		latest = append(latest, e.Value)
		if revision, known := revisions[e.Key]; !known || revision != e.Revision {
			load.add(e)
		}
		return nil
	})
	load.end()
	if err != nil {
		return err
	}
	for id := range a.cache.known {
		if !seen[id] {
			a.cache.forget(id)
		}
	}
	a.upTo = upTo
	return a.publishAgain(ctx, latest)
}

// young is until when the stream is trusted to know a message by its id; it remembers ids far
// longer, unless it is told to keep little.
const young = time.Hour

// publishAgain puts values of the bucket on the stream that may not be there. Where little
// happens the latest are days old: of those the stream knows no ids any more, so that it is read.
func (a *Aggregator) publishAgain(ctx context.Context, values [][]byte) error {
	var latest, old []change
	for _, value := range values {
		i, err := incident.Decode(value)
		if err != nil {
			continue // logged when it was read
		}
		latest = append(latest, change{incident: i, value: value})
		if a.clock().Sub(i.Updated) > young {
			old = append(old, latest[len(latest)-1])
		}
	}
	revisions, err := a.onStream(ctx, old)
	if err != nil {
		return err
	}
	for _, c := range latest {
		if revisions[c.incident.ID] < c.incident.Revision {
			a.publish(c.incident, c.value)
		}
	}
	return a.flush(ctx)
}

// onStream are the latest revisions of incidents that the stream has.
func (a *Aggregator) onStream(ctx context.Context, all []change) (revisions map[string]int, err error) {
	if len(all) == 0 {
		return nil, nil
	}
	revisions = map[string]int{}
	subjects, since := make([]string, len(all)), all[0].incident.Updated
	for i, c := range all {
		subjects[i] = bus.IncidentSubject(c.incident.Region, c.incident.ID)
		if c.incident.Updated.Before(since) {
			since = c.incident.Updated
		}
	}
	from := bus.Start{Since: since.Add(-young)} // as clocks differ
	err = a.bus.Replay(ctx, bus.Incidents, subjects, from, func(_ context.Context, d *bus.Delivery) error {
		if i, err := incident.Head(d.Data); err == nil {
			revisions[i.ID] = max(revisions[i.ID], i.Revision)
		}
		return nil
	})
	return revisions, err
}

// sweepLoop ages the incidents until ctx ends.
func (a *Aggregator) sweepLoop(ctx context.Context) error {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if err := a.sweep(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("incidents could not be aged; next try in a minute", "err", err)
		}
	}
}

// sweep makes idle incidents quiet or closed, and removes those that were
// closed long ago. One that fails does not keep the others from it. What could not be published
// before is, also when nothing is idle.
func (a *Aggregator) sweep(ctx context.Context) error {
	errs := []error{a.alone(ctx, func() error { return nil }), a.settleAll(ctx)}
	for _, id := range a.due() {
		if ctx.Err() != nil {
			break
		}
		if err := a.age(ctx, id); err != nil && !errors.Is(err, errAgain) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
