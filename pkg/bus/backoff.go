package bus

import (
	"context"
	"math/rand/v2"
	"time"
)

// backoff is a growing pause with jitter, so that many clients that lost the
// same server do not come back at the same instant.
type backoff struct{ next, limit time.Duration }

func newBackoff(first, limit time.Duration) *backoff { return &backoff{next: first, limit: limit} }

// sleep waits between half and the whole of the current pause and doubles it.
// It returns the cause of ctx's end when that comes first.
func (b *backoff) sleep(ctx context.Context) error {
	pause := b.next/2 + rand.N(b.next/2+1)
	b.next = min(2*b.next, b.limit)
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
