package bus

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// tombstoneTTL is how long the marker of a deleted key stays, so that those
// who watch see it.
const tombstoneTTL = time.Hour

// headroom is what a message's subject and headers may take of the server's bound, in
// bytes: a value that a bucket takes can also be published.
const headroom = 4 << 10

// Bucket is a key-value store in which every write says which state of the key
// it is based on. A key is any text that is not empty. Values are stored packed.
type Bucket struct {
	bus  *Bus
	name string
	kv   jetstream.KeyValue
	told sync.Map // the revision, by key, of a damaged value that the log names already
}

// Entry is a key, its value, and the revision to base the next write on.
type Entry struct {
	Key      string
	Value    []byte
	Revision uint64
	Stored   time.Time // by the server's clock
}

// Bucket opens one of the topology's buckets.
func (b *Bus) Bucket(ctx context.Context, name string) (*Bucket, error) {
	k := &Bucket{bus: b, name: name}
	_, err := b.retry(ctx, "bucket", "", func(ctx context.Context) (err error) {
		k.kv, err = b.js.KeyValue(ctx, name)
		return err
	})
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		err = ErrMissing
	}
	if err != nil {
		return nil, fmt.Errorf("opening bucket %s: %w", name, err)
	}
	return k, nil
}

func (k *Bucket) subject(key string) string { return "$KV." + k.name + "." + Token(key) }

func (k *Bucket) check(key string) error {
	if key == "" {
		return fmt.Errorf("bucket %s: the key is empty", k.name)
	}
	return nil
}

// Get reads a key. One that does not exist is ErrNotFound; one whose value is ErrDamaged
// comes with its revision, so that it can be replaced.
func (k *Bucket) Get(ctx context.Context, key string) (Entry, error) {
	if err := k.check(key); err != nil {
		return Entry{}, err
	}
	var entry jetstream.KeyValueEntry
	_, err := k.bus.retry(ctx, "get", "", func(ctx context.Context) (err error) {
		entry, err = k.kv.Get(ctx, Token(key))
		return err
	})
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		err = ErrNotFound
	}
	if err != nil {
		return Entry{}, fmt.Errorf("reading %q of bucket %s: %w", key, k.name, err)
	}
	value, err := k.bus.packer.unpack(entry.Value())
	if err != nil {
		return Entry{Key: key, Revision: entry.Revision()}, fmt.Errorf("reading %q of bucket %s: %w", key, k.name, err)
	}
	return Entry{Key: key, Value: value, Revision: entry.Revision(), Stored: entry.Created()}, nil
}

// Age is how long ago an entry was stored. It goes by the server's clock alone, so that processes whose own
// clocks differ agree.
func (k *Bucket) Age(ctx context.Context, e Entry) (age time.Duration, err error) {
	_, err = k.bus.retry(ctx, "read", "", func(ctx context.Context) error {
		stream, err := k.bus.js.Stream(ctx, "KV_"+k.name)
		if err == nil {
			age = max(0, stream.CachedInfo().TimeStamp.Sub(e.Stored))
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("asking the server of bucket %s for its time: %w", k.name, err)
	}
	return age, nil
}

// Put writes a key that is still at lastRevision, 0 meaning that it must not
// exist, and returns its new revision. ErrConflict says that somebody else was
// faster; nothing was written then. A value that is too large for a message is refused,
// however small it may be packed.
func (k *Bucket) Put(ctx context.Context, key string, value []byte, lastRevision uint64) (revision uint64, err error) {
	if err := k.check(key); err != nil {
		return 0, err
	}
	if most := k.bus.conn.MaxPayload() - headroom; int64(len(value)) > most {
		return 0, fmt.Errorf("writing %q of bucket %s: %w: the value has %d bytes, %d are allowed", key, k.name, nats.ErrMaxPayload, len(value), most)
	}
	message := Message{Subject: k.subject(key), Data: k.bus.packer.pack(value)}
	failed, err := k.bus.retry(ctx, "put", message.Subject, func(ctx context.Context) (err error) {
		ack, err := k.bus.store(ctx, "KV_"+k.name, message.after(lastRevision))
		switch {
		case err == nil:
			revision = ack.Sequence
		case lastRevision == 0 && isConflict(err): // the key may have been deleted
			revision, err = k.kv.Create(ctx, Token(key), message.Data)
		}
		return err
	})
	if isConflict(err) || errors.Is(err, jetstream.ErrKeyExists) {
		if failed > 0 {
			// The conflict may be with our own try whose answer was lost.
			if entry, err := k.Get(ctx, key); err == nil && entry.Revision > lastRevision && bytes.Equal(entry.Value, value) {
				return entry.Revision, nil
			}
		}
		err = ErrConflict
	}
	if err != nil {
		return 0, fmt.Errorf("writing %q of bucket %s: %w", key, k.name, err)
	}
	return revision, nil
}

// Delete removes a key that is still at lastRevision, 0 meaning whatever it
// is. One that does not exist stays so.
func (k *Bucket) Delete(ctx context.Context, key string, lastRevision uint64) error {
	if err := k.check(key); err != nil {
		return err
	}
	opts := []jetstream.KVDeleteOpt{jetstream.PurgeTTL(tombstoneTTL)}
	if lastRevision > 0 {
		opts = append(opts, jetstream.LastRevision(lastRevision))
	}
	failed, err := k.bus.retry(ctx, "delete", k.subject(key), func(ctx context.Context) error {
		return k.kv.Purge(ctx, Token(key), opts...)
	})
	if isConflict(err) {
		if _, getErr := k.Get(ctx, key); failed > 0 && errors.Is(getErr, ErrNotFound) {
			return nil // our own earlier try
		}
		err = ErrConflict
	}
	if err != nil {
		return fmt.Errorf("deleting %q of bucket %s: %w", key, k.name, err)
	}
	return nil
}

// Revision is that of the latest write, of whatever key.
func (k *Bucket) Revision(ctx context.Context) (revision uint64, err error) {
	_, err = k.bus.retry(ctx, "read", "", func(ctx context.Context) (err error) {
		revision, err = k.bus.lastSequence(ctx, "KV_"+k.name)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("asking for the revision of bucket %s: %w", k.name, err)
	}
	return revision, nil
}

// Each hands out all keys that exist, each once, in no order worth knowing; one that is made or
// removed meanwhile it may leave out. A value that is damaged is told once in the log and handed
// out as it is stored, which nobody can read: it keeps no one from the others, and stays where it
// is.
func (k *Bucket) Each(ctx context.Context, fn func(Entry) error) error {
	_, err := k.EachUpTo(ctx, fn)
	return err
}

// EachUpTo is Each for one who follows the bucket then: FollowFrom behind the revision that it
// returns gives what was written since it began.
func (k *Bucket) EachUpTo(ctx context.Context, fn func(Entry) error) (revision uint64, err error) {
	r := reading{bus: k.bus, stream: "KV_" + k.name, bounded: true}
	handed := map[string]bool{} // subjects
	err = r.replay(ctx, func(_ context.Context, d *Delivery) error {
		handed[d.Subject] = true
		return k.entry(d, fn)
	})
	if err == nil && uint64(len(handed)) < r.waiting { // some were overwritten before they were read
		err = k.rest(ctx, handed, fn)
	}
	return r.end, err
}

// rest hands out the keys that were not handed out yet.
func (k *Bucket) rest(ctx context.Context, handed map[string]bool, fn func(Entry) error) error {
	subjects, err := k.bus.subjects(ctx, "KV_"+k.name, "$KV."+k.name+".>")
	if err != nil {
		return fmt.Errorf("listing the keys of bucket %s: %w", k.name, err)
	}
	for subject := range subjects {
		if handed[subject] {
			continue
		}
		d, err := k.bus.Last(ctx, "KV_"+k.name, subject)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err == nil {
			err = k.entry(&d, fn)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Follow hands out all keys that exist and then every write of one, until ctx
// ends; then it returns nil. Keys that are deleted are not told.
func (k *Bucket) Follow(ctx context.Context, fn func(Entry) error) error {
	return k.FollowFrom(ctx, 0, fn)
}

// FollowKey is Follow for one key.
func (k *Bucket) FollowKey(ctx context.Context, key string, fn func(Entry) error) error {
	return k.bus.Tail(ctx, "KV_"+k.name, []string{k.subject(key)}, Start{}, func(_ context.Context, d *Delivery) error { return k.entry(d, fn) })
}

// FollowFrom is Follow for one who knows all revisions below the given one.
func (k *Bucket) FollowFrom(ctx context.Context, revision uint64, fn func(Entry) error) error {
	return k.bus.Tail(ctx, "KV_"+k.name, nil, Start{Sequence: revision}, func(_ context.Context, d *Delivery) error { return k.entry(d, fn) })
}

// entry hands on what a message of the bucket's stream says, but for the marker
// of a deleted or expired key.
func (k *Bucket) entry(d *Delivery, fn func(Entry) error) error {
	if d.Header["KV-Operation"] != "" || d.Header[jetstream.MarkerReasonHeader] != "" {
		return nil
	}
	key, err := Text(d.Subject[len("$KV.")+len(k.name)+1:])
	if err != nil {
		return fmt.Errorf("bucket %s: %w", k.name, err)
	}
	value, err := k.bus.packer.unpack(d.Data)
	if err != nil {
		value = d.Data
		if told, ok := k.told.Swap(key, d.Sequence); !ok || told != d.Sequence {
			k.bus.logger.Error("A stored value cannot be read; it is left alone", "bucket", k.name, "key", key, "err", err)
		}
	}
	return fn(Entry{Key: key, Value: value, Revision: d.Sequence, Stored: d.Published})
}
