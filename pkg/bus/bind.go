package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Damage says that a stream lost its end while the server was down. The
// embedded server finds it out.
type Damage struct {
	Stream   string
	Messages int
	// From is the first sequence that was lost. It and those after it are given
	// out again to new messages.
	From uint64
}

// rewound is where a consumer that has seen everything up to a sequence must
// begin again because the stream lost its end and gives those sequences out
// anew, or 0. Without it the consumer would pass over new messages.
func (b *Bus) rewound(ctx context.Context, c Consumer, seen uint64) (uint64, error) {
	// Asked for after the consumer, which is never ahead of a sound stream. On
	// a cluster another replica may answer, that is a little behind.
	last, err := b.lastSequence(ctx, c.Stream)
	if err != nil {
		return 0, err
	}
	if last < seen {
		if err := newBackoff(time.Second, time.Second).sleep(ctx); err != nil {
			return 0, err
		}
		if last, err = b.lastSequence(ctx, c.Stream); err != nil {
			return 0, err
		}
	}
	from := uint64(0)
	if last < seen {
		from = last + 1
	}
	if d := b.damageOf(c); d.From > 0 && d.From <= seen && (from == 0 || d.From < from) {
		from = d.From
	}
	return from, nil
}

// stranded is the first message of a work queue that lies at or below the sequence up
// to which everything is acknowledged, or 0. What is acknowledged is removed, so that
// one which stays was stored after the stream had lost its end and gave out sequences
// anew, and before anybody saw that the consumer was ahead.
func (b *Bus) stranded(ctx context.Context, c Consumer, floor uint64) (uint64, error) {
	first, err := b.firstWaiting(ctx, c)
	if err != nil || first == 0 || first > floor {
		return 0, err
	}
	if err := newBackoff(time.Second, time.Second).sleep(ctx); err != nil { // it may be on its way out
		return 0, err
	}
	if again, err := b.firstWaiting(ctx, c); err != nil || again != first {
		return 0, err
	}
	return first, nil
}

// firstWaiting is the sequence of the first message that the stream holds for the
// consumer, 0 for none.
func (b *Bus) firstWaiting(ctx context.Context, c Consumer) (uint64, error) {
	s, err := b.js.Stream(ctx, c.Stream)
	if err != nil {
		return 0, err
	}
	subjects := c.Subjects
	if len(subjects) == 0 {
		subjects = []string{">"}
	}
	first := uint64(0)
	for _, subject := range subjects {
		msg, err := s.GetMsg(ctx, 1, jetstream.WithGetMsgSubject(subject))
		switch {
		case errors.Is(err, jetstream.ErrMsgNotFound):
		case err != nil:
			return 0, err
		case first == 0 || msg.Sequence < first:
			first = msg.Sequence
		}
	}
	return first, nil
}

func (b *Bus) lastSequence(ctx context.Context, stream string) (uint64, error) {
	s, err := b.js.Stream(ctx, stream)
	if err != nil {
		return 0, err
	}
	return s.CachedInfo().State.LastSeq, nil
}

// bind makes sure that the durable consumer exists on the server as c wants it
// and returns it. What the server cannot change (where it began) stays. floor
// is the last sequence known to be acknowledged: a consumer that somebody
// deleted goes on after it instead of beginning anew.
func (b *Bus) bind(ctx context.Context, c Consumer, stream *jetstream.StreamInfo, floor uint64) (jetstream.Consumer, error) {
	want := c.config(stream)
	have, err := b.js.Consumer(ctx, c.Stream, c.Durable)
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		startAfter(&want, stream, floor)
		return b.js.CreateConsumer(ctx, c.Stream, want)
	}
	if err != nil {
		return nil, err
	}
	if want.MemoryStorage && !have.CachedInfo().Config.MemoryStorage { // of an older build
		return b.replace(ctx, c, want)
	}
	from, err := b.rewound(ctx, c, have.CachedInfo().Delivered.Stream)
	if err == nil && from == 0 && stream.Config.Retention != jetstream.LimitsPolicy {
		from, err = b.stranded(ctx, c, have.CachedInfo().AckFloor.Stream)
	}
	if err != nil {
		return nil, err
	}
	if from > 0 {
		return b.rewind(ctx, c, want, stream, from)
	}
	b.damageDone(c) // later it passes that point rightly
	current := have.CachedInfo().Config
	want.DeliverPolicy, want.OptStartSeq, want.OptStartTime = current.DeliverPolicy, current.OptStartSeq, current.OptStartTime
	want.MaxWaiting = current.MaxWaiting
	if sameConsumer(current, want) {
		return have, nil
	}
	return b.js.UpdateConsumer(ctx, c.Stream, want)
}

// damageOf is the damage to the consumer's stream that this process was told
// of, until the consumer has been set back once.
func (b *Bus) damageOf(c Consumer) Damage {
	b.damageLock.Lock()
	defer b.damageLock.Unlock()
	if b.damageSeen[c.Durable] {
		return Damage{}
	}
	return b.damageTo(c.Stream)
}

// damageTo is the damage to a stream that this process was told of.
func (b *Bus) damageTo(stream string) Damage {
	for _, d := range b.damage {
		if d.Stream == stream {
			return d
		}
	}
	return Damage{}
}

func (b *Bus) damageDone(c Consumer) {
	b.damageLock.Lock()
	defer b.damageLock.Unlock()
	if b.damageSeen == nil {
		b.damageSeen = make(map[string]bool)
	}
	b.damageSeen[c.Durable] = true
}

// rewind replaces a consumer that is ahead of its damaged stream. Of a work queue
// it takes all that is left, which is what is to be done.
func (b *Bus) rewind(ctx context.Context, c Consumer, want jetstream.ConsumerConfig, stream *jetstream.StreamInfo, from uint64) (jetstream.Consumer, error) {
	b.logger.Error("The stream lost its end, and the consumer is ahead of it; reading again from where the stream ended",
		"stream", c.Stream, "consumer", c.Durable, "from", from)
	want.DeliverPolicy = jetstream.DeliverAllPolicy
	startAfter(&want, stream, from-1)
	consumer, err := b.replace(ctx, c, want)
	if err == nil {
		b.damageDone(c)
	}
	return consumer, err
}

// replace makes the consumer anew: some of it cannot be changed.
func (b *Bus) replace(ctx context.Context, c Consumer, want jetstream.ConsumerConfig) (jetstream.Consumer, error) {
	if err := b.js.DeleteConsumer(ctx, c.Stream, c.Durable); err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
		return nil, fmt.Errorf("replacing consumer %s: %w", c.Durable, err)
	}
	return b.js.CreateConsumer(ctx, c.Stream, want)
}

func sameConsumer(a, b jetstream.ConsumerConfig) bool {
	return a.AckWait == b.AckWait && a.MaxDeliver == b.MaxDeliver && a.MaxAckPending == b.MaxAckPending &&
		a.FilterSubject == b.FilterSubject && slices.Equal(a.FilterSubjects, b.FilterSubjects) &&
		a.AckPolicy == b.AckPolicy && len(a.BackOff) == len(b.BackOff) &&
		a.PriorityPolicy == b.PriorityPolicy && a.PinnedTTL == b.PinnedTTL
}

// startAfter makes a new consumer begin behind floor, unless the stream itself
// is a new one that has not come that far, or a work queue, which holds only
// what is to be done.
func startAfter(config *jetstream.ConsumerConfig, stream *jetstream.StreamInfo, floor uint64) {
	switch {
	case floor == 0:
	case stream.Config.Retention != jetstream.LimitsPolicy, stream.State.LastSeq < floor:
		config.DeliverPolicy = jetstream.DeliverAllPolicy
	default:
		config.DeliverPolicy, config.OptStartSeq = jetstream.DeliverByStartSequencePolicy, floor+1
	}
}
