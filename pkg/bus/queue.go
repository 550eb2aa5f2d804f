package bus

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/synadia-io/orbit.go/jetstreamext"
)

// queue lets those who write to one stream at the same time share a flush: while one
// message is on its way the others wait, and go together then if that is sooner. At any
// time one of the writers drives the queue: it does what is next.
type queue struct {
	bus    *Bus
	stream string

	mu      sync.Mutex
	driven  bool
	waiting []*write
}

// write is a message that waits for its turn.
type write struct {
	msg   *nats.Msg
	drive chan []*write // it is its turn to drive; what it is given goes in one batch
	done  chan written
}

// written is what became of a message in another one's batch.
type written struct {
	ack   *jetstream.PubAck
	alone bool // nothing: it has to go by itself
	err   error
}

// queues are those of all streams.
type queues struct {
	mu       sync.Mutex
	byStream map[string]*queue
}

func (qs *queues) of(b *Bus, stream string) *queue {
	qs.mu.Lock()
	defer qs.mu.Unlock()
	if qs.byStream == nil {
		qs.byStream = map[string]*queue{}
	}
	q := qs.byStream[stream]
	if q == nil {
		q = &queue{bus: b, stream: stream}
		qs.byStream[stream] = q
	}
	return q
}

// maxShared is how many messages share a flush.
const maxShared = 256

// shares reports whether a message may have to wait for others. A schedule never does: what it
// fires would have the batch's headers, and the server would take it for a part of one.
func (b *Bus) shares(stream string, msg *nats.Msg) bool {
	return stream != Poll && msg.Header.Get(jetstream.ScheduleHeader) == "" && b.flushes.worth(maxShared/4)
}

// store tries once to store a message, by itself or with others of its stream.
func (b *Bus) store(ctx context.Context, stream string, msg *nats.Msg) (*jetstream.PubAck, error) {
	if !b.shares(stream, msg) {
		return b.storeAlone(ctx, stream, msg)
	}
	return b.queues.of(b, stream).store(ctx, msg)
}

func (q *queue) store(ctx context.Context, msg *nats.Msg) (*jetstream.PubAck, error) {
	w := q.enter(msg)
	if w == nil {
		defer q.next()
		return q.bus.storeAlone(ctx, q.stream, msg)
	}
	var end written
	select {
	case together := <-w.drive:
		return q.lead(ctx, w, together)
	case end = <-w.done:
	case <-ctx.Done():
		q.leave(w)
		select { // what was told before it left counts all the same
		case together := <-w.drive: // the others wait for it
			return q.lead(ctx, w, together)
		case end = <-w.done:
		default:
			return nil, ctx.Err()
		}
	}
	if end.alone {
		return q.bus.storeAlone(ctx, q.stream, msg)
	}
	return end.ack, end.err
}

// enter makes a message wait; nil says that it need not, and drives.
func (q *queue) enter(msg *nats.Msg) *write {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.driven {
		q.driven = true
		return nil
	}
	w := &write{msg: msg, drive: make(chan []*write, 1), done: make(chan written, 1)}
	q.waiting = append(q.waiting, w)
	return w
}

// leave ends the waiting of a message.
func (q *queue) leave(w *write) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = slices.DeleteFunc(q.waiting, func(other *write) bool { return other == w })
}

// next hands the queue to the first that waits: with the others, if they are worth a
// batch, or by itself, as they all are then.
func (q *queue) next() {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := q.waiting[:min(len(q.waiting), maxShared)]
	if q.driven = len(all) > 0; !q.driven {
		return
	}
	q.waiting = slices.Clone(q.waiting[len(all):])
	if q.bus.flushes.worth(len(all)) {
		all[0].drive <- all
		return
	}
	all[0].drive <- all[:1]
	for _, w := range all[1:] {
		w.done <- written{alone: true}
	}
}

// lead stores w and those given with it, and hands on the queue. A batch that is refused, by
// the server or before it is sent, is taken apart: each learns by itself what is wrong with
// it. Of one without an answer, or whose leader no longer waits for it, nobody knows what became.
func (q *queue) lead(ctx context.Context, w *write, together []*write) (*jetstream.PubAck, error) {
	defer q.next()
	if len(together) == 1 {
		return q.bus.storeAlone(ctx, q.stream, w.msg)
	}
	msgs := make([]*nats.Msg, len(together))
	for i, other := range together {
		copied := *other.msg // with the headers of the batch it can be in no other one
		copied.Header = make(nats.Header, len(other.msg.Header)+3)
		for k, v := range other.msg.Header {
			copied.Header[k] = v
		}
		msgs[i] = &copied
	}
	// Without a wait for the first message, which ctx would not end.
	ack, err := jetstreamext.PublishMsgBatch(ctx, q.bus.js, msgs, jetstreamext.BatchFlowControl{})
	refused := err != nil && !isTransient(err) && !errors.Is(err, context.Canceled)
	for i, other := range together[1:] {
		switch {
		case refused:
			other.done <- written{alone: true}
		case err != nil:
			other.done <- written{err: errLost}
		default:
			other.done <- written{ack: &jetstream.PubAck{Stream: ack.Stream, Sequence: ack.Sequence - uint64(len(together)-2-i)}}
		}
	}
	switch {
	case refused:
		return q.bus.storeAlone(ctx, q.stream, w.msg)
	case err != nil:
		q.bus.noteStall(q.stream, err)
		return nil, err
	}
	return &jetstream.PubAck{Stream: ack.Stream, Sequence: ack.Sequence - uint64(len(together)-1)}, nil
}
