package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Start says where in a stream to begin: at its beginning by default.
type Start struct {
	New      bool      // only what comes from now on
	Since    time.Time // what was stored at this time or later
	Sequence uint64    // this message and later ones
}

// Tail hands out a stream's messages in order, without acknowledging anything:
// for watching. No subjects means all. It returns nil when ctx ends, and h's
// error when h returns one.
func (b *Bus) Tail(ctx context.Context, stream string, subjects []string, from Start, h func(context.Context, *Delivery) error) error {
	r := reading{bus: b, stream: stream, subjects: subjects, from: from}
	err := r.run(ctx, func(d *Delivery) (bool, error) { return false, h(ctx, d) })
	if ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
		return nil
	}
	return err
}

// Replay is like Tail, and ends when all was seen that was stored when it
// began. A ctx that ends before is an error.
func (b *Bus) Replay(ctx context.Context, stream string, subjects []string, from Start, h func(context.Context, *Delivery) error) error {
	r := reading{bus: b, stream: stream, subjects: subjects, from: from, bounded: true}
	return r.replay(ctx, h)
}

// replay hands out what was stored when it began.
func (r *reading) replay(ctx context.Context, h func(context.Context, *Delivery) error) error {
	return r.run(ctx, func(d *Delivery) (bool, error) {
		if d.Sequence > r.end {
			return true, nil
		}
		err := h(ctx, d)
		return d.Sequence == r.end || d.Pending == 0, err
	})
}

// reading is a pass over a stream by a consumer of its own that leaves no
// trace. Where it is interrupted it goes on behind the last message.
//
// The ordered consumer of nats.go does the same, but waits up to ten seconds
// for a server or stream that is gone without regard to the context (1.55.0).
type reading struct {
	bus      *Bus
	stream   string
	subjects []string
	from     Start
	headers  bool   // the data is not wanted
	bounded  bool   // ends with what is there at the beginning,
	end      uint64 // which is up to this sequence,
	waiting  uint64 // and how many messages those are, with any that came since
	begun    bool
}

var errBroken = errors.New("reading was interrupted")

// patience is how long a bounded reading waits for a message that was announced. It may have been
// removed since, as by its age: then the next consumer finds that nothing is left.
const patience = 5 * time.Second

// run hands out messages until each says that one was the last.
func (r *reading) run(ctx context.Context, each func(*Delivery) (last bool, err error)) error {
	for wait := newBackoff(100*time.Millisecond, 5*time.Second); ; {
		err := r.pass(ctx, each)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !errors.Is(err, errBroken):
			return fmt.Errorf("reading stream %s: %w", r.stream, err)
		}
		r.bus.logger.Debug("Reading was interrupted", "stream", r.stream, "behind", r.from.Sequence, "err", err)
		if err := wait.sleep(ctx); err != nil {
			return err
		}
	}
}

// pass reads with one consumer for as long as that lasts.
func (r *reading) pass(ctx context.Context, each func(*Delivery) (last bool, err error)) error {
	lost := r.bus.reconnected()
	consumer, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer r.close(ctx, consumer.CachedInfo().Name)
	if r.bounded && consumer.CachedInfo().NumPending == 0 {
		return nil
	}
	messages, err := consumer.Messages()
	if err != nil {
		return err
	}
	defer messages.Stop()
	connected, stop := until(ctx, lost)
	defer stop()
	for expected := uint64(1); connected.Err() == nil; expected++ {
		msg, err := r.next(connected, stop, messages)
		if err != nil {
			return fmt.Errorf("%w: %w", errBroken, err)
		}
		meta, err := msg.Metadata()
		if err != nil {
			return err
		}
		if meta.Sequence.Consumer != expected {
			return fmt.Errorf("%w: message %d came in place of %d", errBroken, meta.Sequence.Consumer, expected)
		}
		r.from = Start{Sequence: meta.Sequence.Stream + 1}
		d := &Delivery{
			Subject: msg.Subject(), Data: msg.Data(), Header: flatten(msg.Headers()),
			Sequence: meta.Sequence.Stream, Attempt: 1, Published: meta.Timestamp, Pending: meta.NumPending,
		}
		if last, err := each(d); last || err != nil {
			return err
		}
	}
	return errBroken
}

// next waits for a message, and stops the pass when a bounded reading's patience ends.
func (r *reading) next(ctx context.Context, stop func(), messages jetstream.MessagesContext) (jetstream.Msg, error) {
	if r.bounded {
		defer time.AfterFunc(patience, stop).Stop()
	}
	return messages.Next(jetstream.NextContext(ctx))
}

// until is a context that ends as well when the connection was lost.
func until(ctx context.Context, lost <-chan struct{}) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-lost:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// open makes the consumer.
func (r *reading) open(ctx context.Context) (consumer jetstream.Consumer, err error) {
	_, err = r.bus.retry(ctx, "read", "", func(ctx context.Context) error {
		stream, err := r.bus.js.Stream(ctx, r.stream)
		if err != nil {
			return err
		}
		consumer, err = stream.CreateConsumer(ctx, r.config(stream.CachedInfo().State))
		return err
	})
	if r.begun && errors.Is(err, jetstream.ErrStreamNotFound) {
		err = fmt.Errorf("%w: %w", errBroken, err) // it may come again
	}
	if err == nil && !r.begun {
		r.begun, r.waiting = true, consumer.CachedInfo().NumPending
	}
	return consumer, err
}

func (r *reading) config(state jetstream.StreamState) jetstream.ConsumerConfig {
	config := jetstream.ConsumerConfig{
		FilterSubjects: r.subjects, AckPolicy: jetstream.AckNonePolicy, MaxDeliver: 1, HeadersOnly: r.headers,
		MemoryStorage: true, Replicas: 1, InactiveThreshold: time.Minute,
	}
	if r.from.New { // also for those that come while the consumer is made again
		r.from = Start{Sequence: state.LastSeq + 1}
	}
	if r.bounded && !r.begun {
		r.end = state.LastSeq
	}
	switch {
	case r.from.Sequence > 0:
		// A stream that was made anew gives its sequences out again.
		config.DeliverPolicy, config.OptStartSeq = jetstream.DeliverByStartSequencePolicy, min(r.from.Sequence, state.LastSeq+1)
	case !r.from.Since.IsZero():
		config.DeliverPolicy, config.OptStartTime = jetstream.DeliverByStartTimePolicy, &r.from.Since
	}
	return config
}

// close removes the consumer. If that fails the server does it a minute later.
func (r *reading) close(ctx context.Context, name string) {
	if !r.bus.conn.IsConnected() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := r.bus.js.DeleteConsumer(ctx, r.stream, name); err != nil {
		r.bus.logger.Debug("A reader's consumer was not removed", "stream", r.stream, "consumer", name, "err", err)
	}
}
