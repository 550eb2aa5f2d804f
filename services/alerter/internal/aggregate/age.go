package aggregate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
)

// due are the incidents whose state may have to change, by what the cache
// knows: those idle for long, and the idlest when there are too many.
func (a *Aggregator) due() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	now, c := a.clock(), *a.config.Load()
	var out []string
	for id, s := range a.cache.known {
		switch {
		case s.status != event.StatusClosed && a.cache.absorbed[id] != "",
			s.status == event.StatusClosed && now.Sub(s.updated) >= time.Duration(c.Keep),
			s.status == event.StatusQuiet && now.Sub(s.last) >= time.Duration(c.CloseAfter),
			s.status == event.StatusOpen && now.Sub(s.last) >= time.Duration(c.QuietAfter):
			out = append(out, id)
		}
	}
	out = append(out, a.surplus(c.MaxOpen)...)
	slices.Sort(out)
	return slices.Compact(out)
}

// surplus are the idlest incidents beyond the number that may be open.
func (a *Aggregator) surplus(limit int) []string {
	n := a.cache.open - limit
	if n <= 0 {
		return nil
	}
	var ids []string
	for id, s := range a.cache.known {
		if s.status != event.StatusClosed {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(x, y string) int { return a.cache.known[x].last.Compare(a.cache.known[y].last) })
	return ids[:min(n, len(ids))]
}

// age looks at one incident in the bucket and moves it on if it is time.
func (a *Aggregator) age(ctx context.Context, id string) error {
	return a.alone(ctx, func() error { return a.move(ctx, id) })
}

// move is age for who is alone.
func (a *Aggregator) move(ctx context.Context, id string) error {
	entry, old, err := a.read(ctx, id)
	if err != nil {
		return err
	}
	now, c := a.clock(), *a.config.Load()
	if incident.Expired(c, old, now) {
		return a.remove(ctx, id, entry.Revision)
	}
	next := incident.Age(c, old, now)
	if into := a.cache.absorbed[id]; into != "" {
		next = incident.Yield(old, into, now)
	}
	if next == nil && old.Status != event.StatusClosed && a.cache.open > c.MaxOpen {
		next = incident.Close(old, fmt.Sprintf("more than %d incidents are open", c.MaxOpen), now)
	}
	if next == nil {
		return nil
	}
	p, err := newPlan(next, entry.Revision, "", nil)
	if err != nil {
		return err
	}
	if err := a.store(ctx, p); err != nil {
		return err
	}
	a.publish(next, p.value)
	return nil
}

func (a *Aggregator) remove(ctx context.Context, id string, revision uint64) error {
	err := a.bucket.Delete(ctx, id, revision)
	if errors.Is(err, bus.ErrConflict) {
		return nil // somebody changed it: look again next time
	}
	if err != nil {
		return err
	}
	a.cache.forget(id)
	return nil
}
