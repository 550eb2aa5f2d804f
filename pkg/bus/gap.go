package bus

import "context"

type gapWatch struct {
	bus    *Bus
	stream string
}

func newGapWatch(b *Bus, stream string) *gapWatch { return &gapWatch{bus: b, stream: stream} }

func (g *gapWatch) look(ctx context.Context, delivered uint64) {}
