package bus

import (
	"context"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// overtaken is a context that ends when it is first waited for, after something was done.
type overtaken struct {
	context.Context
	before func()
	end    context.CancelFunc
}

func (o overtaken) Done() <-chan struct{} {
	o.before()
	o.end()
	return o.Context.Done()
}

// Who stops waiting when it has been told what became of its message returns that.
func TestKnownResultIsNotThrownAway(t *testing.T) {
	for range 64 { // which of two channels a select takes is left to chance
		q := &queue{driven: true}
		ctx, cancel := context.WithCancel(t.Context())
		told := overtaken{ctx, func() { q.waiting[0].done <- written{ack: &jetstream.PubAck{Sequence: 7}} }, cancel}
		if ack, err := q.store(told, &nats.Msg{}); err != nil || ack.Sequence != 7 {
			t.Fatalf("got %+v, %v", ack, err)
		}
	}
}
