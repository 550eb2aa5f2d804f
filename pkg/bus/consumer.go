package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Consumer says what to consume and how. Stream and Durable must be set, the
// rest has defaults.
type Consumer struct {
	Stream  string
	Durable string // name; processes that use the same one share the work
	// Subjects are the filters; none means the whole stream.
	Subjects []string
	// Workers is how many deliveries are handled at once by this process; 1 by
	// default. One worker sees messages in order, except that one which is
	// tried again comes after those behind it; for strict order set MaxPending
	// to 1 as well.
	Workers int
	// Aside is how many more may be handled whose handlers stepped aside; see Delivery.StepAside.
	Aside int
	// AckWait is how long the server waits for a sign of life before it gives a
	// message to somebody else; 30 seconds by default. A handler may take
	// longer: the Bus gives the signs.
	AckWait time.Duration
	// BackOff are the pauses before the second delivery, the third and so on;
	// the last one repeats. By default 1 s, 5 s, 30 s, 2 min.
	BackOff []time.Duration
	// MaxDeliver is how often a message is tried before it becomes a dead
	// letter: 5 by default, -1 for ever.
	MaxDeliver int
	// Pinned gives all messages to one process at a time; another takes over at once when that one ends, or
	// some four seconds after the last sign of it, and has what it had in hand after AckWait. Only taking
	// messages is such a sign: it is not a lock, and there may be two while one handles something for long.
	Pinned bool
	// DeliverNew starts a new consumer at the end of the stream and not at its
	// beginning.
	DeliverNew bool
	// MaxPending bounds the deliveries that are under way in all processes
	// together, those waiting for another try included; 1000 by default, or
	// twice Workers and Aside if that is more.
	MaxPending int
	// Drain is how long deliveries that are being handled may take to finish
	// after the context ended, before theirs ends too; 10 seconds by default.
	Drain time.Duration
}

// Delivery is one message on its way to a Handler.
type Delivery struct {
	Subject   string
	Data      []byte
	Header    map[string]string
	Sequence  uint64    // in the stream
	Attempt   int       // counts from 1
	Again     bool      // it may have been delivered before: see Attempt, or its consumer is younger than the message
	Published time.Time // when the stream stored it
	Pending   uint64    // how many more wait behind it
	Due       time.Time // the time that a token waited for; zero for any other message, and for a token that was to be due at once
	aside     func() bool
}

// Late is by how much a token came due too late, by the server's clock: more than a
// second says that the server was down, slept, had its clock set forward or was very busy.
func (d *Delivery) Late() time.Duration {
	if d.Due.IsZero() {
		return 0
	}
	return max(0, d.Published.Sub(d.Due))
}

// StepAside lets another delivery be handled in place of this one, whose handler does nothing but
// wait for somebody who may take long. It reports false when this one keeps its place, as many as
// Consumer.Aside having stepped aside already, or as the consumer ends. It may be called at any
// time; a delivery whose handler is done, or that no Consumer handed out, has no place to keep.
func (d *Delivery) StepAside() bool { return d.aside == nil || d.aside() }

// Handler does what a message asks for. When it returns nil the effect must be
// durable: the message is acknowledged and never comes again. RetryAfter asks
// for another delivery after a pause, Permanent for none; any other error, or a
// panic, for another one after the consumer's BackOff.
type Handler func(ctx context.Context, d *Delivery) error

// BatchHandler is a Handler that may take more than one message: see
// ConsumeBatches.
type BatchHandler func(ctx context.Context, d *Delivery, more func(n int) []*Delivery) []error

const (
	pinnedGroup  = "pinned"
	pinnedTTL    = 4 * time.Second // of silence; a handler that runs longer may lose the pin, not its message
	pinnedExpiry = time.Second     // must stay below the TTL, or the pin flaps
	maxWaiting   = 4096            // pulls of all processes together; the server's default is 512
)

func (c Consumer) withDefaults() Consumer {
	setDefault(&c.Workers, 1)
	setDefault(&c.AckWait, 30*time.Second)
	setDefault(&c.MaxDeliver, 5)
	setDefault(&c.MaxPending, max(1000, 2*(c.Workers+c.Aside)))
	setDefault(&c.Drain, 10*time.Second)
	if len(c.BackOff) == 0 {
		c.BackOff = []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute}
	}
	return c
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (c Consumer) validate() error {
	switch {
	case c.Stream == "" || c.Durable == "":
		return errors.New("consumer: stream and durable name must be set")
	case c.Workers < 0 || c.Aside < 0 || c.MaxPending < 0 || c.MaxDeliver < -1 || c.AckWait < 0 || c.Drain < 0:
		return fmt.Errorf("consumer %s: a bound is negative", c.Durable)
	}
	return nil
}

// config is the consumer as the server sees it. MaxDeliver is not the server's
// affair: it would stop delivering with no more than an advisory, which is
// lost if the dead letters cannot be written at that moment. What is known of a stream that
// is written behind is kept in memory: such a stream is a work queue, from which everything
// that is done is gone, and a new consumer begins with what is left.
func (c Consumer) config(stream *jetstream.StreamInfo) jetstream.ConsumerConfig {
	config := jetstream.ConsumerConfig{
		Name: c.Durable, Durable: c.Durable, AckPolicy: jetstream.AckExplicitPolicy,
		AckWait: c.AckWait, MaxDeliver: -1, MaxAckPending: c.MaxPending, MaxWaiting: maxWaiting,
		MemoryStorage: stream.Config.PersistMode == jetstream.AsyncPersistMode,
	}
	if len(c.Subjects) == 1 {
		config.FilterSubject = c.Subjects[0]
	} else {
		config.FilterSubjects = c.Subjects
	}
	if c.DeliverNew {
		config.DeliverPolicy = jetstream.DeliverNewPolicy
	}
	if c.Pinned {
		config.PriorityPolicy = jetstream.PriorityPolicyPinned
		config.PriorityGroups = []string{pinnedGroup}
		config.PinnedTTL = pinnedTTL
	}
	return config
}

// pause is the wait before the delivery that follows the given one.
func (c Consumer) pause(attempt int) time.Duration {
	return c.BackOff[min(max(attempt, 1), len(c.BackOff))-1]
}

// exhausted reports whether the given attempt was the last one allowed.
func (c Consumer) exhausted(attempt int) bool {
	return c.MaxDeliver > 0 && attempt >= c.MaxDeliver
}

// read makes a Delivery of what the server sent for a consumer that was created then.
func read(msg *nats.Msg, created time.Time) (*Delivery, error) {
	meta, err := msg.Metadata()
	if err != nil {
		return nil, err
	}
	return &Delivery{
		Subject: msg.Subject, Data: msg.Data, Header: flatten(msg.Header),
		Sequence: meta.Sequence.Stream, Attempt: int(meta.NumDelivered), Again: meta.NumDelivered > 1 || meta.Timestamp.Before(created),
		Published: meta.Timestamp, Pending: meta.NumPending,
	}, nil
}

func flatten(h nats.Header) map[string]string {
	if len(h) == 0 {
		return nil
	}
	flat := make(map[string]string, len(h))
	for k, v := range h {
		if len(v) > 0 {
			flat[k] = v[0]
		}
	}
	return flat
}

// Progress is how far the processes that share a durable consumer are done with its stream.
type Progress struct {
	Sequence uint64    // they have handled each message up to here, or given it up
	Made     time.Time // when the stream was made; what was stored before was in one that is gone
	Asked    time.Time // when the server said so
}

// Has reports whether they are done with a message, by its place in the stream and the time at
// which that stored it. Of a message without a time its place decides.
func (p Progress) Has(sequence uint64, stored time.Time) bool {
	return sequence <= p.Sequence && (stored.IsZero() || !stored.Before(p.Made))
}

// Settled is the sequence up to which the processes that share a durable
// consumer are done with its stream: they have handled each message or given it
// up. It is ErrNotFound while nobody has consumed the stream by that name.
func (b *Bus) Settled(ctx context.Context, stream, durable string) (uint64, error) {
	info, err := b.consumerInfo(ctx, stream, durable)
	if err != nil {
		return 0, err
	}
	return info.AckFloor.Stream, nil
}

// Progress is like Settled for who also has to tell the stream from one of the same name that was
// there before: sequences begin again in a stream that is made anew.
func (b *Bus) Progress(ctx context.Context, stream, durable string) (Progress, error) {
	consumer, err := b.consumerInfo(ctx, stream, durable)
	if err != nil {
		return Progress{}, err
	}
	p := Progress{Sequence: consumer.AckFloor.Stream, Asked: consumer.TimeStamp}
	_, err = b.retry(ctx, "read", "", func(ctx context.Context) error {
		s, err := b.js.Stream(ctx, stream)
		if err == nil {
			p.Made = s.CachedInfo().Created
		}
		return err
	})
	if err != nil {
		return Progress{}, fmt.Errorf("asking when stream %s was made: %w", stream, err)
	}
	if consumer.Created.Before(p.Made) { // it was made anew between the two questions
		p.Sequence = 0
	}
	return p, nil
}

func (b *Bus) consumerInfo(ctx context.Context, stream, durable string) (info *jetstream.ConsumerInfo, err error) {
	_, err = b.retry(ctx, "read", "", func(ctx context.Context) error {
		consumer, err := b.js.Consumer(ctx, stream, durable)
		if err == nil {
			info = consumer.CachedInfo()
		}
		return err
	})
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("asking how far consumer %s of stream %s is: %w", durable, stream, err)
	}
	return info, nil
}
