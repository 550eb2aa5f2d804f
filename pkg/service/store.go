package service

import (
	"context"
	"time"
)

// measureEvery is how often the size of the store is asked for.
const measureEvery = time.Minute

// measureStore keeps the metrics of the store until ctx ends. A server that does not answer shows
// elsewhere; what was measured last stays meanwhile.
func (p *Process) measureStore(ctx context.Context) {
	ticker := time.NewTicker(measureEvery)
	defer ticker.Stop()
	for {
		if b := p.bus.Load(); b != nil {
			if err := b.MeasureStore(ctx); err != nil && ctx.Err() == nil {
				p.Logger.Debug("the size of the store is not known", "err", err)
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}
