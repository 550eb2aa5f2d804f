package route

import (
	"context"
	"errors"
	"sync"
	"time"

	"faultline/pkg/bus"
)

// A flush that a change of an incident brought about is written twice: before it is
// published, and in the next write of its group, which says that it was. Until then whoever
// reads the group learns it from this process, which published it, or from the consumer of
// INCIDENTS, which acknowledges a change once what it brought about is published.

// handedOver is how many flushes a process remembers to have published.
const handedOver = 4096

// handed remembers flushes that were published, by the revision of the group that has them. The
// zero value remembers none.
type handed struct {
	mu   sync.Mutex
	kept [handedOver]handing // by revision
	far  bus.Progress        // of the router in INCIDENTS, when it was last asked for
}

// handing is a group as it was when its flush was published.
type handing struct {
	group    string
	revision uint64
}

func (h *handed) note(s stored) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.kept[s.revision%handedOver] = handing{s.ID, s.revision}
}

func (h *handed) has(s *stored) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.kept[s.revision%handedOver] == handing{s.ID, s.revision}
}

// acknowledged reports whether a change is known to be acknowledged. One that was stored after the
// router was asked for is not: its sequence may be that of another one, in a stream that is gone.
func (h *handed) acknowledged(sequence uint64, stored time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !stored.After(h.far.Asked) && h.far.Has(sequence, stored)
}

func (h *handed) came(p bus.Progress) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.far = p
}

// putOff leaves it to the group's next write to say that its flush was published, and makes sure
// that it has a token for what comes next.
func (r *Router) putOff(ctx context.Context, s stored) error {
	r.handed.note(s)
	s.Done(s.Sending.Number)
	t, err := r.next(ctx, &s.State)
	if err != nil || t.first {
		return err
	}
	return r.schedule(ctx, s, t.at)
}

// finish takes the flush of a group, as it was read, for published if it was. Of one that may not
// have been nothing is assumed: it is published again, which the stream knows.
func (r *Router) finish(ctx context.Context, s *stored) error {
	if s.Sending == nil || s.Sending.Brought == 0 {
		return nil
	}
	if r.handed.has(s) {
		s.Done(s.Sending.Number)
	}
	if s.Sending == nil || s.Handed(r.handed.acknowledged) {
		return nil
	}
	far, err := r.Bus.Progress(ctx, bus.Incidents, Consumer)
	if err != nil && !errors.Is(err, bus.ErrNotFound) {
		return err
	}
	r.handed.came(far)
	s.Handed(far.Has)
	return nil
}
