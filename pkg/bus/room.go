package bus

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// Room is what the server of this process has room for, in bytes.
type Room struct {
	Limit    int64 // the most that it stores
	DiskFree int64 // what its disk has left
}

// MeasureStore takes what is stored, and what can be stored yet, into the metrics: of the
// whole store as far as a bound is known, and of each stream. What cannot be measured keeps no one from
// the others; it is counted, and what was measured of it last stays.
func (b *Bus) MeasureStore(ctx context.Context) error {
	if !b.conn.IsConnected() {
		return errors.New("NATS cannot be reached")
	}
	errs := []error{b.measureStore(ctx)}
	for _, spec := range Topology(DefaultTuning()) {
		if !b.conn.IsConnected() || ctx.Err() != nil { // none of the others can be measured either
			break
		}
		errs = append(errs, b.measureStream(ctx, spec.Name))
	}
	for _, err := range errs {
		if err != nil && ctx.Err() == nil {
			b.metrics.unmeasured.Inc()
		}
	}
	return errors.Join(errs...)
}

// measureStore asks for the account, and the server of this process for the rest: the account does not
// tell how much its server may store.
func (b *Bus) measureStore(ctx context.Context) error {
	var account *jetstream.AccountInfo
	err := b.try(ctx, "", func(ctx context.Context) (err error) {
		account, err = b.js.AccountInfo(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("asking what is stored: %w", err)
	}
	used, limit := int64(account.Store), account.Limits.MaxStore
	free := limit - used
	if b.room != nil {
		room, err := b.room()
		if err != nil {
			return fmt.Errorf("asking for the room of the store: %w", err)
		}
		b.metrics.diskFree.WithLabelValues().Set(float64(room.DiskFree))
		if limit <= 0 || room.Limit < limit {
			limit = room.Limit
		}
		free = min(limit-used, room.DiskFree)
	}
	b.metrics.stored.WithLabelValues().Set(float64(used))
	if limit > 0 {
		b.metrics.storeLimit.WithLabelValues().Set(float64(limit))
		b.metrics.storeFree.WithLabelValues().Set(float64(max(free, 0)))
	}
	return nil
}

func (b *Bus) measureStream(ctx context.Context, name string) error {
	var info *jetstream.StreamInfo
	err := b.try(ctx, "", func(ctx context.Context) error {
		stream, err := b.js.Stream(ctx, name)
		if err == nil {
			info = stream.CachedInfo()
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("asking for the size of stream %s: %w", name, err)
	}
	b.metrics.streamBytes.WithLabelValues(name).Set(float64(info.State.Bytes))
	if limit := info.Config.MaxBytes; limit > 0 {
		b.metrics.streamLimit.WithLabelValues(name).Set(float64(limit))
	} else {
		b.metrics.streamLimit.DeleteLabelValues(name)
	}
	return nil
}
