package bus

import (
	"context"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// An atomic batch costs one flush of its messages, but on one server it is written
// to a store of its own before, which is made, flushed and removed for it. Measured on
// nats-server 2.15.2: three flushes and some three milliseconds, most of them
// processor time, where a message by itself costs one flush and 25 µs.
const (
	batchFlushes = 3
	batchCost    = 3 * time.Millisecond
)

// flushes knows how long the server takes to store one message, which tells whether it
// flushes each to the disk, and how fast the disk is.
type flushes struct {
	mu     sync.Mutex
	recent [64]time.Duration
	n      int
}

// took notes how long one message took.
func (f *flushes) took(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.recent[f.n%len(f.recent)] = d
	f.n++
}

// least is what the server itself takes: the least of the latest times, as a busy machine adds
// to some of them, but hardly to all. It is 0 while nothing is known.
func (f *flushes) least() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	known := f.recent[:min(f.n, len(f.recent))]
	if len(known) == 0 {
		return 0
	}
	least := known[0]
	for _, d := range known {
		least = min(least, d)
	}
	return least
}

// worth reports whether n messages are stored in an atomic batch in half the time that
// they take each by itself. What saves less costs more of the processor than it is worth.
func (f *flushes) worth(n int) bool {
	one := f.least()
	return time.Duration(n)*one > 2*(batchFlushes*one+batchCost)
}

// noteStored notes the time of one message that was stored. Those of POLL are written
// behind.
func (b *Bus) noteStored(stream string, start time.Time, ack *jetstream.PubAck) {
	if stream != Poll && !ack.Duplicate {
		b.flushes.took(time.Since(start))
	}
}

// noteAll notes what one of several messages took that were sent side by side: the server
// stores one after the other, each with its own flush. Those that were stored before cost none.
func (b *Bus) noteAll(stream string, start time.Time, acks []*jetstream.PubAck) {
	n := 0
	for _, ack := range acks {
		if ack == nil {
			return // its time is that of a fault
		}
		if !ack.Duplicate {
			n++
		}
	}
	if stream != Poll && n > 0 {
		b.flushes.took(time.Since(start) / time.Duration(n))
	}
}

// sideBySide sends messages of one stream without waiting for one before the next,
// so that they are stored in order as long as none fails, and returns what became of
// each. It tries once, and sends none after one that cannot be sent.
func (b *Bus) sideBySide(ctx context.Context, subject string, msgs []*nats.Msg) ([]*jetstream.PubAck, []error) {
	acks, errs := make([]*jetstream.PubAck, len(msgs)), make([]error, len(msgs))
	err := b.try(ctx, subject, func(ctx context.Context) error {
		futures := make([]jetstream.PubAckFuture, 0, len(msgs))
		var unsent error
		for _, m := range msgs {
			f, err := b.js.PublishMsgAsync(m)
			if err != nil {
				unsent = err
				break
			}
			futures = append(futures, f)
		}
		for i, f := range futures {
			select {
			case acks[i] = <-f.Ok():
			case errs[i] = <-f.Err():
			case <-ctx.Done():
				errs[i] = ctx.Err()
			}
		}
		return unsent
	})
	for i := range errs {
		if errs[i] == nil && acks[i] == nil {
			errs[i] = err // it was not sent
		}
	}
	return acks, errs
}
