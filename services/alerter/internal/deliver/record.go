package deliver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"faultline/pkg/bus"
)

// load reads what the bucket has under a key into a value, and returns its entry;
// where there is nothing the value stays as it is, and the revision is 0. An error with a revision is
// of a value that nobody can read.
func load(ctx context.Context, from *bus.Bucket, key string, into any) (bus.Entry, error) {
	entry, err := from.Get(ctx, key)
	if errors.Is(err, bus.ErrNotFound) {
		return bus.Entry{}, nil
	}
	if err == nil {
		err = json.Unmarshal(entry.Value, into)
	}
	if err != nil {
		return entry, fmt.Errorf("reading %s of what was sent: %w", key, err)
	}
	return entry, nil
}

// save writes a value over the one of the given revision, and returns its own.
func save(ctx context.Context, to *bus.Bucket, key string, value any, last uint64) (revision uint64, err error) {
	data, err := json.Marshal(value)
	if err != nil {
		return 0, fmt.Errorf("encoding %s of what was sent: %w", key, err)
	}
	return to.Put(ctx, key, data, last)
}
