package aggregate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/story"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"
)

const (
	// Consumer is the durable consumer of the stream of assessments.
	Consumer = "aggregate"
	// ackWait is how long an assessment waits when the process that had it is gone: as long as it
	// takes another one to be pinned, which could not have it before. It may be that short, as the bus gives
	// signs of life.
	ackWait = 4 * time.Second
	// maxDeliver tries an assessment for over half an hour.
	maxDeliver = 20
	sweepEvery = time.Minute
)

// Options wires an Aggregator. Bus, Logger and Registerer must be set.
type Options struct {
	Bus        *bus.Bus
	Config     incident.Config
	Logger     *slog.Logger
	Registerer prometheus.Registerer
}

// Aggregator turns assessments into incidents. At any time one process does so;
// others stand by.
type Aggregator struct {
	bus      *bus.Bus
	bucket   *bus.Bucket
	log      *slog.Logger
	metrics  *metrics
	profiler *story.Profiler
	clock    func() time.Time
	loaded   chan struct{}         // closed once the incidents were read from the bucket
	share    func(*event.Incident) // gets each of them, then nil; nil for nobody
	config   atomic.Pointer[incident.Config]

	mu       sync.Mutex       // held while assessments are decided, stored and published
	outbox   []change         // not published yet; empty while mu is free, but after a failure
	failed   map[string]error // of the round at hand: why an incident could not be stored, by its id
	cache    *cache
	recent   recent
	doubtful bool    // the cache lacks something that could not be read
	waiting  waiting // denials of what has not been told yet
	last     uint64  // the highest sequence that was handled
	upTo     uint64  // the revision of the bucket when the cache was last compared with it
}

// New returns an Aggregator that has read nothing yet.
func New(ctx context.Context, o Options) (*Aggregator, error) {
	m, err := newMetrics(o.Registerer)
	if err != nil {
		return nil, err
	}
	bucket, err := o.Bus.Bucket(ctx, bus.IncidentState)
	if err != nil {
		return nil, err
	}
	profiler := story.NewProfiler()
	a := &Aggregator{
		bus: o.Bus, bucket: bucket, log: o.Logger, metrics: m, profiler: profiler, clock: time.Now, failed: map[string]error{}, loaded: make(chan struct{}),
		cache: newCache(o.Config.Story(), profiler, m), recent: recent{byID: map[string]kept{}},
	}
	a.SetConfig(o.Config)
	return a, nil
}

// SetConfig replaces the settings for what comes. It does not wait for what is
// being handled, which may last as long as the server is away.
func (a *Aggregator) SetConfig(c incident.Config) { a.config.Store(&c) }

// Share hands each incident that is read from the bucket at the start to take as
// well, and nil after the last. It must be called before Run.
func (a *Aggregator) Share(take func(*event.Incident)) { a.share = take }

// Loaded is closed once the incidents were read from the bucket.
func (a *Aggregator) Loaded() <-chan struct{} { return a.loaded }

// Ready returns an error until then.
func (a *Aggregator) Ready() error {
	select {
	case <-a.loaded:
		return nil
	default:
		return errors.New("the incidents are still being read")
	}
}

// Run aggregates until ctx ends; what is in flight then is finished.
func (a *Aggregator) Run(ctx context.Context) error {
	if err := a.start(ctx); err != nil {
		return bus.Stopped(ctx, err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return a.sweepLoop(ctx) })
	group.Go(func() error { return a.watch(ctx) })
	group.Go(func() error {
		return a.bus.ConsumeBatches(ctx, bus.Consumer{
			Stream: bus.Assessments, Durable: Consumer, Pinned: true, Workers: 1, AckWait: ackWait, MaxDeliver: maxDeliver,
		}, a.handle)
	})
	return group.Wait()
}

func (a *Aggregator) start(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.sync(ctx); err != nil {
		return fmt.Errorf("reading the incidents: %w", err)
	}
	if a.share != nil {
		a.share(nil)
		a.share = nil
	}
	close(a.loaded)
	a.log.Info("incidents read", "known", len(a.cache.known), "open", a.cache.open)
	return nil
}
