package bus

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"
)

// maxBatch is how many messages the server takes in one atomic batch.
const maxBatch = 1000

// Message is what is published.
type Message struct {
	Subject string
	// ID identifies the message for as long as its stream remembers ids: one
	// with the same id is stored once. Every try of one publish uses the same.
	ID     string
	Data   []byte
	Header map[string]string
}

// Ack says that a message is stored.
type Ack struct {
	Sequence uint64
	// Duplicate is set when the id was seen before: the message was not stored
	// again, and Sequence is that of the first if the server tells it.
	Duplicate bool
}

func (m Message) wire() *nats.Msg {
	msg := &nats.Msg{Subject: m.Subject, Data: m.Data, Header: make(nats.Header, len(m.Header)+1)}
	for k, v := range m.Header {
		msg.Header.Set(k, v)
	}
	if m.ID != "" {
		msg.Header.Set(jetstream.MsgIDHeader, m.ID)
	}
	return msg
}

// after is the message as it is stored only if its subject's last one has the given
// sequence, 0 for none.
func (m Message) after(last uint64) *nats.Msg {
	msg := m.wire()
	msg.Header.Set(jetstream.ExpectedLastSubjSeqHeader, strconv.FormatUint(last, 10))
	return msg
}

// Publish stores a message. Transient faults (server away, disk full, stream
// at its limit) are tried again with the same id until ctx ends; what can
// never succeed (a refused permission, a message too large) is an error at
// once.
func (b *Bus) Publish(ctx context.Context, m Message) (Ack, error) {
	return b.publish(ctx, m, nil)
}

// PublishOnce stores a message only if its subject has none yet, for as long
// as the stream keeps it. If it has one, the Ack says Duplicate.
func (b *Bus) PublishOnce(ctx context.Context, m Message) (Ack, error) {
	ack, err := b.publish(ctx, m, new(uint64))
	if errors.Is(err, ErrConflict) {
		return Ack{Duplicate: true}, nil
	}
	return ack, err
}

// PublishAfter stores a message only if the last one of its subject has the given
// sequence, 0 for none; otherwise it returns ErrConflict.
func (b *Bus) PublishAfter(ctx context.Context, m Message, last uint64) (Ack, error) {
	return b.publish(ctx, m, &last)
}

// publish stores a message; with last, only if that is the sequence of the
// last message of its subject.
func (b *Bus) publish(ctx context.Context, m Message, last *uint64) (Ack, error) {
	start := time.Now()
	msg := m.wire()
	if last != nil {
		msg = m.after(*last)
	}
	var ack *jetstream.PubAck
	stream := streamOf(m.Subject)
	_, err := b.retry(ctx, "publish", m.Subject, func(ctx context.Context) (err error) {
		ack, err = b.store(ctx, stream, msg)
		return err
	})
	if err != nil {
		return Ack{}, b.publishFailed(stream, m.Subject, err)
	}
	b.metrics.publishTime.WithLabelValues(stream).Observe(time.Since(start).Seconds())
	b.countStored(stream, ack.Duplicate, 1)
	return Ack{Sequence: ack.Sequence, Duplicate: ack.Duplicate}, nil
}

// storeAlone tries once to store a message by itself.
func (b *Bus) storeAlone(ctx context.Context, stream string, msg *nats.Msg) (*jetstream.PubAck, error) {
	start := time.Now()
	ack, err := b.js.PublishMsg(ctx, msg)
	b.noteStall(stream, err)
	if err == nil {
		b.noteStored(stream, start, ack)
	}
	return ack, err
}

func (b *Bus) publishFailed(stream, subject string, err error) error {
	if isConflict(err) {
		b.metrics.published.WithLabelValues(stream, "conflict").Inc()
		return fmt.Errorf("publishing to %s: %w", subject, ErrConflict)
	}
	b.metrics.published.WithLabelValues(stream, "failed").Inc()
	return fmt.Errorf("publishing to %s: %w", subject, err)
}

func (b *Bus) noteStall(stream string, err error) {
	if err != nil && isTransient(err) {
		b.stalls.failed(stream, time.Now(), err)
	} else {
		b.stalls.worked(stream)
	}
}

func (b *Bus) countStored(stream string, duplicate bool, n int) {
	outcome := "stored"
	if duplicate {
		outcome = "duplicate"
	}
	b.metrics.published.WithLabelValues(stream, outcome).Add(float64(n))
}

// PublishAll stores messages of one stream, each once: together with one flush to
// the disk where that is sooner, else each by itself. The Acks are in the order of the
// messages. So is the stream as a rule; but one that the server did not store at first, or
// that was lost with the connection, comes after those that were sent behind it, and who
// reads them must know an older one by what it says. After an error some may be stored:
// publish all again.
func (b *Bus) PublishAll(ctx context.Context, ms []Message) ([]Ack, error) {
	acks := make([]Ack, 0, len(ms))
	for len(ms) > 0 {
		n := min(len(ms), maxBatch)
		some, err := b.publishBatch(ctx, ms[:n])
		acks = append(acks, some...)
		if err != nil {
			return acks, err
		}
		ms = ms[n:]
	}
	return acks, nil
}

func (b *Bus) publishBatch(ctx context.Context, ms []Message) ([]Ack, error) {
	if !b.flushes.worth(len(ms)) || repeats(ms) {
		return b.publishEach(ctx, ms)
	}
	start := time.Now()
	prefix, _, _ := strings.Cut(ms[0].Subject, ".")
	stream := streamOf(ms[0].Subject)
	var ack *jetstreamext.BatchAck
	_, err := b.retry(ctx, "publish batch", prefix+".", func(ctx context.Context) (err error) {
		// Without a wait for the first message, which ctx would not end.
		ack, err = jetstreamext.PublishMsgBatch(ctx, b.js, wireAll(ms), jetstreamext.BatchFlowControl{})
		b.noteStall(stream, err)
		return err
	})
	switch apiCode(err) {
	case codeBatchDuplicate, codeBatchDisabled, codeBatchHeader, codeBatchTooLarge:
		return b.publishEach(ctx, ms)
	}
	if errors.Is(err, nats.ErrMaxPayload) { // those before it are stored, and the error names it
		return b.publishEach(ctx, ms)
	}
	if err != nil {
		return nil, b.publishFailed(stream, ms[0].Subject, err)
	}
	b.metrics.publishTime.WithLabelValues(stream).Observe(time.Since(start).Seconds())
	b.countStored(stream, false, len(ms))
	acks := make([]Ack, len(ms))
	for i := range acks {
		acks[i].Sequence = ack.Sequence - uint64(len(ms)-1-i)
	}
	return acks, nil
}

// repeats reports whether an id occurs twice: the server would refuse the
// batch.
func repeats(ms []Message) bool {
	seen := make(map[string]bool, len(ms))
	for _, m := range ms {
		if m.ID != "" && seen[m.ID] {
			return true
		}
		seen[m.ID] = true
	}
	return false
}

func wireAll(ms []Message) []*nats.Msg {
	msgs := make([]*nats.Msg, len(ms))
	for i, m := range ms {
		msgs[i] = m.wire()
	}
	return msgs
}

func (b *Bus) publishEach(ctx context.Context, ms []Message) ([]Ack, error) {
	if len(ms) == 1 {
		ack, err := b.Publish(ctx, ms[0])
		if err != nil {
			return nil, err
		}
		return []Ack{ack}, nil
	}
	start, stream := time.Now(), streamOf(ms[0].Subject)
	prefix, _, _ := strings.Cut(ms[0].Subject, ".")
	stored, errs := b.sideBySide(ctx, prefix+".", wireAll(ms))
	b.noteAll(stream, start, stored)
	acks := make([]Ack, 0, len(ms))
	for i, m := range ms {
		if errs[i] != nil { // Publish says why, or mends it
			ack, err := b.Publish(ctx, m)
			if err != nil {
				return acks, err
			}
			acks = append(acks, ack)
			continue
		}
		b.countStored(stream, stored[i].Duplicate, 1)
		acks = append(acks, Ack{Sequence: stored[i].Sequence, Duplicate: stored[i].Duplicate})
	}
	b.metrics.publishTime.WithLabelValues(stream).Observe(time.Since(start).Seconds())
	return acks, nil
}

// streamOf is the stream a subject belongs to, for the label of a metric.
func streamOf(subject string) string {
	first, rest, _ := strings.Cut(subject, ".")
	switch first {
	case "poll":
		return Poll
	case "items":
		return Items
	case "assessments":
		return Assessments
	case "incidents":
		return Incidents
	case "groups":
		return Groups
	case "notifications":
		return Notifications
	case "notices":
		return Notices
	case "feedback":
		return Feedback
	case "dlq":
		return DeadLetters
	case "canary":
		return Canary
	case "$KV":
		bucket, _, _ := strings.Cut(rest, ".")
		return "KV_" + bucket
	}
	return "other"
}
