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

func (s Start) config(subjects []string) jetstream.OrderedConsumerConfig {
	config := jetstream.OrderedConsumerConfig{FilterSubjects: subjects}
	switch {
	case s.New:
		config.DeliverPolicy = jetstream.DeliverNewPolicy
	case s.Sequence > 0:
		config.DeliverPolicy, config.OptStartSeq = jetstream.DeliverByStartSequencePolicy, s.Sequence
	case !s.Since.IsZero():
		config.DeliverPolicy, config.OptStartTime = jetstream.DeliverByStartTimePolicy, &s.Since
	}
	return config
}

// Tail hands out a stream's messages in order, without acknowledging anything:
// for watching. No subjects means all. It returns nil when ctx ends, and h's
// error when h returns one.
func (b *Bus) Tail(ctx context.Context, stream string, subjects []string, from Start, h func(context.Context, *Delivery) error) error {
	err := b.read(ctx, stream, from.config(subjects), false, h)
	if ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
		return nil
	}
	return err
}

// Replay is like Tail, and ends when all was seen that was stored when it
// began. A ctx that ends before is an error.
func (b *Bus) Replay(ctx context.Context, stream string, subjects []string, from Start, h func(context.Context, *Delivery) error) error {
	return b.read(ctx, stream, from.config(subjects), true, h)
}

func (b *Bus) read(ctx context.Context, stream string, config jetstream.OrderedConsumerConfig, bounded bool, h func(context.Context, *Delivery) error) error {
	if bounded { // a server keeps only so many consumers; who reads often must not use them up
		config.InactiveThreshold = readIdle
	}
	var consumer jetstream.Consumer
	var last uint64
	_, err := b.retry(ctx, "read", "", func(ctx context.Context) error {
		s, err := b.js.Stream(ctx, stream)
		if err != nil {
			return err
		}
		last = s.CachedInfo().State.LastSeq
		consumer, err = s.OrderedConsumer(ctx, config)
		return err
	})
	if err != nil {
		return fmt.Errorf("reading stream %s: %w", stream, err)
	}
	if bounded && consumer.CachedInfo().NumPending == 0 {
		return nil
	}
	return b.iterate(ctx, consumer, func(d *Delivery) (bool, error) {
		if bounded && d.Sequence > last {
			return true, nil
		}
		if err := h(ctx, d); err != nil {
			return true, err
		}
		return bounded && (d.Sequence == last || d.Pending == 0), nil
	})
}

// readIdle is how long the server remembers somebody who has stopped reading.
const readIdle = 5 * time.Second

// iterate hands out messages until each says that it was the last.
func (b *Bus) iterate(ctx context.Context, consumer jetstream.Consumer, each func(*Delivery) (last bool, err error)) error {
	messages, err := consumer.Messages()
	if err != nil {
		return fmt.Errorf("reading: %w", err)
	}
	defer messages.Stop()
	for {
		msg, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		meta, err := msg.Metadata()
		if err != nil {
			return fmt.Errorf("reading: %w", err)
		}
		d := &Delivery{
			Subject: msg.Subject(), Data: msg.Data(), Header: flatten(msg.Headers()),
			Sequence: meta.Sequence.Stream, Attempt: int(meta.NumDelivered),
			Published: meta.Timestamp, Pending: meta.NumPending,
		}
		if last, err := each(d); last || err != nil {
			return err
		}
	}
}
