package bus

import (
	"context"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// gapWatch follows a stream beside its consumer and counts the sequences that
// are missing from it. The server says nothing when it cannot read a message
// back: it leaves it out. The consumer itself cannot tell, as several
// processes share what it delivers.
//
// What retention removed is no gap, and a duplicate never had a sequence.
type gapWatch struct {
	bus    *Bus
	stream string
	last   uint64 // the last sequence accounted for
	known  Damage // counted when this process was told; a hole there is the same loss
}

func (g *gapWatch) count(n uint64, from, to uint64) {
	g.bus.metrics.gaps.WithLabelValues(g.stream).Add(float64(n))
	g.bus.logger.Error("Messages are missing from the stream: the store is damaged, or somebody deleted them",
		"stream", g.stream, "missing", n, "from", from, "to", to)
}

// run follows the stream until ctx ends.
func (g *gapWatch) run(ctx context.Context) {
	for wait := newBackoff(time.Second, 30*time.Second); ; {
		err := g.follow(ctx)
		if ctx.Err() != nil {
			return
		}
		g.bus.logger.Debug("Looking for gaps was interrupted", "stream", g.stream, "err", err)
		if wait.sleep(ctx) != nil {
			return
		}
	}
}

func (g *gapWatch) follow(ctx context.Context) error {
	info, err := g.info(ctx)
	if err != nil {
		return err
	}
	// A stream that lost its end, or a new one of the same name, gives
	// sequences out again.
	g.last = min(g.last, info.State.LastSeq)
	r := reading{bus: g.bus, stream: g.stream, from: Start{Sequence: g.last + 1}, headers: true}
	return r.pass(ctx, func(d *Delivery) (bool, error) {
		if d.Sequence > g.last+1 {
			if err := g.jump(ctx, d.Sequence); err != nil {
				return true, err
			}
		}
		g.last = d.Sequence
		return false, nil
	})
}

// jump accounts for the sequences between the last one and next.
func (g *gapWatch) jump(ctx context.Context, next uint64) error {
	info, err := g.info(ctx)
	if err != nil {
		return err
	}
	from := max(g.last+1, info.State.FirstSeq)
	if from <= g.known.From && g.known.From < next {
		from, g.known = min(from+uint64(g.known.Messages), next), Damage{}
	}
	if from < next {
		g.count(next-from, from, next-1)
	}
	return nil
}

func (g *gapWatch) info(ctx context.Context) (*jetstream.StreamInfo, error) {
	stream, err := g.bus.js.Stream(ctx, g.stream)
	if err != nil {
		return nil, err
	}
	return stream.CachedInfo(), nil
}
