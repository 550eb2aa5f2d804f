package inhibit

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/notify"

	"golang.org/x/sync/errgroup"
)

// Options are what a Store needs. Bus, Reader, Router and Logger must be set.
type Options struct {
	Bus    *bus.Bus
	Reader *incident.Reader // of INCIDENTS
	// Router is the durable consumer of INCIDENTS that asks what is inhibited:
	// what it is done with is in the bucket.
	Router string
	Logger *slog.Logger
	// Changed is called, at most once a second, after something may have become
	// free, and again until it works; nil for nobody.
	Changed func(context.Context) error
}

// Store is the open incidents and notices, as far as there are rules that ask
// for them.
type Store struct {
	Options
	incidents *bus.Bucket
	wanted    chan struct{} // closed with the first rule
	want      sync.Once
	freed     chan struct{}
	done      uint64        // what the router was done with before the bucket was read
	shared    chan struct{} // closed once another has read the bucket for this store; nil: it reads itself

	mu     sync.Mutex
	index  *index
	over   []string          // incidents that ended last, in that order
	read   bool              // the bucket
	loaded bool              // the notices, too
	seen   map[string]uint64 // the last message of each stream
	moved  chan struct{}     // closed when loaded or seen changes
}

// New opens the store of the incidents.
func New(ctx context.Context, o Options) (*Store, error) {
	incidents, err := o.Bus.Bucket(ctx, bus.IncidentState)
	if err != nil {
		return nil, err
	}
	return &Store{
		Options: o, incidents: incidents, wanted: make(chan struct{}), freed: make(chan struct{}, 1),
		index: newIndex(nil), seen: map[string]uint64{}, moved: make(chan struct{}),
	}, nil
}

// SetRules replaces the rules. Changed is called after it, also where the rules are the
// same: what else is held back may be free by the new configuration.
func (s *Store) SetRules(rules []notify.Inhibition) {
	s.mu.Lock()
	s.index = s.index.with(rules)
	s.mu.Unlock()
	if len(rules) > 0 {
		s.want.Do(func() { close(s.wanted) })
	}
	s.free()
}

// Run follows what is open until ctx ends. Without a rule it reads nothing.
func (s *Store) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.recheck(ctx) })
	g.Go(func() error {
		select {
		case <-s.wanted:
			return s.follow(ctx)
		case <-ctx.Done():
			return nil
		}
	})
	return g.Wait()
}

// Share spares a store with rules its own reading of the bucket: it returns what takes
// in each incident that another reads there next, and nil at the end. It returns nil
// for a store without a rule. It must be called before Run.
func (s *Store) Share(ctx context.Context) (take func(*event.Incident), err error) {
	select {
	case <-s.wanted:
	default:
		return nil, nil
	}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	s.shared = make(chan struct{})
	return func(in *event.Incident) {
		if in == nil {
			close(s.shared)
			return
		}
		s.take(in)
	}, nil
}

// begin notes what the router is done with: that is in the bucket as it is, or newer.
func (s *Store) begin(ctx context.Context) (err error) {
	s.done, err = s.Bus.Settled(ctx, bus.Incidents, s.Router)
	if errors.Is(err, bus.ErrNotFound) {
		return nil
	}
	return err
}

// open takes in what is open as the bucket has it.
func (s *Store) open(ctx context.Context) error {
	if s.shared == nil {
		return s.incidents.Each(ctx, func(e bus.Entry) error {
			if in, err := incident.Head(e.Value); err == nil {
				s.take(&in)
			}
			return nil
		})
	}
	select {
	case <-s.shared:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// follow reads what is open and then what changes.
func (s *Store) follow(ctx context.Context) error {
	if s.shared == nil {
		if err := s.begin(ctx); err != nil {
			return bus.Stopped(ctx, err)
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return s.Bus.Tail(ctx, bus.Incidents, nil, bus.Start{Sequence: s.done + 1}, s.incident)
	})
	g.Go(func() error {
		if err := s.open(ctx); err != nil {
			return bus.Stopped(ctx, err)
		}
		s.settle()
		var from bus.Start
		err := s.Bus.Replay(ctx, bus.Notices, nil, from, func(ctx context.Context, d *bus.Delivery) error {
			from.Sequence = d.Sequence + 1
			return s.notice(ctx, d)
		})
		if err != nil {
			return bus.Stopped(ctx, err)
		}
		s.load()
		return s.Bus.Tail(ctx, bus.Notices, nil, from, s.notice)
	})
	return g.Wait()
}

// settle is called when the bucket was read: all incidents come in order now.
func (s *Store) settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read = true
	s.index.forget()
}

func (s *Store) load() {
	s.mu.Lock()
	s.loaded = true
	s.wake()
	s.mu.Unlock()
	s.free()
}

// wake tells those who wait in reach to look again.
func (s *Store) wake() {
	close(s.moved)
	s.moved = make(chan struct{})
}

// incident takes in a change. What cannot be read is said by the router.
func (s *Store) incident(_ context.Context, d *bus.Delivery) error {
	if in, err := s.Reader.Read(d.Sequence, d.Data); err == nil {
		s.take(in)
	}
	s.saw(bus.Incidents, d.Sequence)
	return nil
}

func (s *Store) saw(stream string, sequence uint64) {
	s.mu.Lock()
	s.seen[stream] = sequence
	s.wake()
	s.mu.Unlock()
}

// take takes in how an incident stands.
func (s *Store) take(in *event.Incident) {
	now := source{revision: in.Revision}
	if in.Status == event.StatusOpen {
		now.labels = lasting(alert.Labels(*in))
	}
	s.set(in.ID, now)
}

// set takes in how something stands.
func (s *Store) set(id string, now source) {
	s.mu.Lock()
	freed := s.index.set(id, now)
	if s.read && now.labels == nil && !now.notice {
		s.ended(id)
	}
	s.mu.Unlock()
	if freed {
		s.free()
	}
}

// maxOver is how many of the incidents that ended are remembered. One that somebody
// closes may be published before what the aggregator did to it just before.
const maxOver = 1000

// ended remembers an incident that is over, in place of the one that ended longest ago.
func (s *Store) ended(id string) {
	if s.over = append(s.over, id); len(s.over) > maxOver {
		s.index.drop(s.over[0])
		s.over = s.over[1:]
	}
}

func (s *Store) notice(_ context.Context, d *bus.Delivery) error {
	var n event.Notice
	if event.Decode(d.Data, &n) == nil {
		draft := alert.Notice(n)
		now := source{revision: draft.Alert.Revision, notice: true}
		if n.Over.IsZero() {
			now.labels = lasting(draft.Alert.Labels)
		}
		s.set(n.ID, now)
	}
	s.saw(bus.Notices, d.Sequence)
	return nil
}

// lasting are the labels of an alert but for the one that each change has
// another value of.
func lasting(labels map[string]string) map[string]string {
	delete(labels, "change")
	return labels
}

func (s *Store) free() {
	select {
	case s.freed <- struct{}{}:
	default:
	}
}

// recheckEvery bounds how often Changed is called.
const recheckEvery = time.Second

func (s *Store) recheck(ctx context.Context) error {
	pause := time.NewTicker(recheckEvery)
	defer pause.Stop()
	for {
		select {
		case <-s.freed:
		case <-ctx.Done():
			return nil
		}
		if s.Changed != nil {
			if err := s.Changed(ctx); err != nil && ctx.Err() == nil {
				s.Logger.Warn("What is no longer held back could not be looked up; trying again", "err", err)
				s.free()
			}
		}
		select {
		case <-pause.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// maxWait is how long a process may be behind a stream before whoever waits for
// it has to try again.
const maxWait = 5 * time.Second

var errBehind = errors.New("what is open is still being read")

// Reach waits until all is known that a stream had up to a message, so that what
// was open before that message inhibits it for certain.
func (s *Store) Reach(ctx context.Context, stream string, sequence uint64) error {
	return s.wait(ctx, func() bool { return s.loaded && s.seen[stream] >= sequence })
}

// wait waits for a condition on what mu guards; without rules nothing has to be
// known.
func (s *Store) wait(ctx context.Context, holds func() bool) error {
	timer := time.NewTimer(maxWait)
	defer timer.Stop()
	for {
		s.mu.Lock()
		met, moved := len(s.index.rules) == 0 || holds(), s.moved
		s.mu.Unlock()
		if met {
			return nil
		}
		select {
		case <-moved:
		case <-timer.C:
			return bus.RetryAfter(time.Second, errBehind)
		case <-ctx.Done():
			return bus.RetryAfter(time.Second, context.Cause(ctx))
		}
	}
}

// Inhibited returns the labels of an open incident or notice that inhibits an
// alert with these labels, nil when none does.
func (s *Store) Inhibited(ctx context.Context, labels map[string]string) (by map[string]string, err error) {
	if err := s.wait(ctx, func() bool { return s.loaded }); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.index.find(labels)), nil
}
