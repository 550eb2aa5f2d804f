// Package silence keeps the desk's silences. What a silence is and does is
// Alertmanager's; where it is kept is a bucket of JetStream, so that it outlives
// every process and all alerters obey it.
package silence

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"faultline/pkg/bus"

	am "github.com/prometheus/alertmanager/silence"
	"github.com/prometheus/alertmanager/silence/silencepb"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
	"google.golang.org/protobuf/encoding/protodelim"
)

// Retention is how long a silence that has ended is kept, so that it can be
// seen who silenced what.
const Retention = 90 * 24 * time.Hour

// The most silences there may be, and the bytes of one.
const (
	maxSilences = 10_000
	maxBytes    = 64 << 10
)

// Options are what a Store needs. Bus must be set.
type Options struct {
	Bus    *bus.Bus
	Logger *slog.Logger // nil discards
	// Changed is called after silences came, changed or ended early; nil for
	// nobody.
	Changed func(context.Context) error
}

// Store is the silences as this process knows them.
type Store struct {
	Options
	silences *am.Silences
	bucket   *bus.Bucket

	mu     sync.Mutex
	stored map[string]record // by id, as the bucket has them
	outbox map[string][]byte // by id: not in the bucket yet
	behind bool              // Changed failed, and is to be called again
}

// record is a silence as it is stored.
type record struct {
	data     string
	revision uint64
}

// New reads the stored silences.
func New(ctx context.Context, o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	bucket, err := o.Bus.Bucket(ctx, bus.Silences)
	if err != nil {
		return nil, err
	}
	silences, err := am.New(am.Options{
		Retention: Retention, Logger: o.Logger, Metrics: prometheus.NewRegistry(), // which nobody reads: the names are Alertmanager's
		Limits: am.Limits{MaxSilences: func() int { return maxSilences }, MaxSilenceSizeBytes: func() int { return maxBytes }},
	})
	if err != nil {
		return nil, fmt.Errorf("opening the silences: %w", err)
	}
	s := &Store{Options: o, silences: silences, bucket: bucket, stored: map[string]record{}, outbox: map[string][]byte{}}
	silences.SetBroadcast(s.write)
	if err := bucket.Each(ctx, func(e bus.Entry) error { s.read(e); return nil }); err != nil {
		return nil, err
	}
	return s, nil
}

// Alertmanager is the silences for Alertmanager's own code. What that changes
// is not durable before Flush has returned nil.
func (s *Store) Alertmanager() *am.Silences { return s.silences }

// Silenced tells whether an alert with these labels is silenced, until when at
// least, and by which silences.
func (s *Store) Silenced(ctx context.Context, labels map[string]string) (until time.Time, by []string, err error) {
	active, err := s.active(ctx, labels)
	if err != nil {
		return time.Time{}, nil, err
	}
	for _, silence := range active {
		by = append(by, silence.Id)
		if end := silence.EndsAt.AsTime(); end.After(until) {
			until = end
		}
	}
	return until, by, nil
}

// Last is the silence of an alert with these labels that ends last, and whether it is one
// of that incident alone. Its end is zero when there is none.
func (s *Store) Last(ctx context.Context, labels map[string]string) (last Entry, own bool, err error) {
	active, err := s.active(ctx, labels)
	for _, silence := range active {
		if silence.EndsAt.AsTime().After(last.Ends) {
			last, own = entry(silence), only(silence, labels[incidentLabel])
		}
	}
	return last, own, err
}

func labelSet(labels map[string]string) model.LabelSet {
	set := make(model.LabelSet, len(labels))
	for name, value := range labels {
		set[model.LabelName(name)] = model.LabelValue(value)
	}
	return set
}

func (s *Store) active(ctx context.Context, labels map[string]string) ([]*silencepb.Silence, error) {
	active, _, err := s.silences.Query(ctx, am.QState(am.SilenceStateActive), am.QMatches(labelSet(labels)))
	if err != nil {
		return nil, fmt.Errorf("looking for silences: %w", err)
	}
	return active, nil
}

// decode reads a silence as Alertmanager writes it for its peers.
func decode(data []byte) (*silencepb.MeshSilence, error) {
	var m silencepb.MeshSilence
	if err := protodelim.UnmarshalFrom(bytes.NewReader(data), &m); err != nil {
		return nil, fmt.Errorf("reading a silence: %w", err)
	}
	if m.Silence == nil || m.Silence.Id == "" {
		return nil, errors.New("reading a silence: it has no id")
	}
	return &m, nil
}

// write takes what Alertmanager's code tells its peers, under its lock. What
// came from the bucket is there already.
func (s *Store) write(data []byte) {
	m, err := decode(data)
	if err != nil {
		s.Logger.Error("A silence cannot be kept", "err", err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if id := m.Silence.Id; s.stored[id].data != string(data) {
		s.outbox[id] = bytes.Clone(data)
	}
}

// read takes in what the bucket has.
func (s *Store) read(e bus.Entry) {
	s.mu.Lock()
	s.stored[e.Key] = record{string(e.Value), e.Revision}
	s.mu.Unlock()
	if err := s.silences.Merge(e.Value); err != nil {
		s.Logger.Error("A stored silence cannot be read; it silences nothing", "silence", e.Key, "err", err)
	}
}

// Flush makes what was changed durable. That Changed failed is no error of it.
func (s *Store) Flush(ctx context.Context) error {
	s.mu.Lock()
	todo := make(map[string][]byte, len(s.outbox))
	for id, data := range s.outbox {
		todo[id] = data
	}
	behind := s.behind
	s.mu.Unlock()
	if len(todo) == 0 && !behind {
		return nil
	}
	for id, data := range todo {
		if err := s.put(ctx, id, data); err != nil {
			return fmt.Errorf("storing silence %s: %w", id, err)
		}
		s.mu.Lock()
		if bytes.Equal(s.outbox[id], data) {
			delete(s.outbox, id)
		}
		s.mu.Unlock()
	}
	s.changed(ctx)
	return nil
}

// put stores a silence unless a newer state of it is there.
func (s *Store) put(ctx context.Context, id string, data []byte) error {
	ours, err := decode(data)
	if err != nil {
		return err
	}
	for {
		s.mu.Lock()
		have := s.stored[id]
		s.mu.Unlock()
		revision, err := s.bucket.Put(ctx, id, data, have.revision)
		if err == nil {
			s.mu.Lock()
			s.stored[id] = record{string(data), revision}
			s.mu.Unlock()
			return nil
		}
		if !errors.Is(err, bus.ErrConflict) {
			return err
		}
		entry, err := s.bucket.Get(ctx, id)
		if err != nil {
			return err
		}
		s.read(entry)
		if theirs, err := decode(entry.Value); err == nil && !theirs.Silence.UpdatedAt.AsTime().Before(ours.Silence.UpdatedAt.AsTime()) {
			return nil
		}
	}
}

// sweepEvery is how often silences beyond their retention are looked for, and
// what could not be stored is tried again.
const sweepEvery = time.Minute

// Run follows what other alerters and tools do to the silences, until ctx ends.
func (s *Store) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	var sweeping sync.WaitGroup
	defer sweeping.Wait()
	defer stop()
	sweeping.Go(func() {
		ticker := time.NewTicker(sweepEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			if err := errors.Join(s.Flush(ctx), s.sweep(ctx, time.Now())); err != nil && ctx.Err() == nil {
				s.Logger.Error("The silences cannot be tidied; trying again", "err", err)
			}
		}
	})
	return s.bucket.Follow(ctx, func(e bus.Entry) error {
		s.mu.Lock()
		known := s.stored[e.Key].revision >= e.Revision && s.stored[e.Key].data == string(e.Value)
		s.mu.Unlock()
		if known {
			return nil
		}
		s.read(e)
		s.changed(ctx)
		return nil
	})
}

// changed calls Changed. If that fails it is said in the log, and Run calls it again within a
// minute, also where whoever changed a silence has gone: else what it held back would wait for
// its former end.
func (s *Store) changed(ctx context.Context) {
	if s.Changed == nil {
		return
	}
	s.note(false)
	err := s.Changed(ctx)
	if err == nil {
		return
	}
	if s.note(true); ctx.Err() == nil { // else whoever asked has gone
		s.Logger.Error("What silences held back cannot be looked at yet; trying again", "err", err)
	}
}

func (s *Store) note(behind bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behind = behind
}

// sweep forgets the silences whose retention has ended.
func (s *Store) sweep(ctx context.Context, now time.Time) error {
	if _, err := s.silences.GC(); err != nil {
		return fmt.Errorf("forgetting old silences: %w", err)
	}
	s.mu.Lock()
	old := map[string]uint64{}
	for id, r := range s.stored {
		if m, err := decode([]byte(r.data)); err == nil && m.ExpiresAt.AsTime().Before(now) {
			old[id] = r.revision
		}
	}
	s.mu.Unlock()
	for id, revision := range old {
		if err := s.bucket.Delete(ctx, id, revision); err != nil && !errors.Is(err, bus.ErrConflict) && !errors.Is(err, bus.ErrNotFound) {
			return err
		}
		s.mu.Lock()
		delete(s.stored, id)
		s.mu.Unlock()
	}
	return nil
}
