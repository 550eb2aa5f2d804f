// Package fetcher asks feeds for news and publishes what is new as items.
//
// Exactly one token exists per feed: a message that is scheduled for the next
// poll, or due. Whoever takes a due token fetches the feed, publishes, stores
// the feed's state by compare-and-set, schedules the next token and then
// acknowledges. A crash at any point leaves a token behind; what is done twice
// is recognised by the ids of the items.
package fetcher

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"faultline/pkg/bus"
	"faultline/pkg/config"
	"faultline/services/fetcher/internal/client"
)

// Options wires a Service. All fields must be set but Settings, Mux and
// ExternalURL.
type Options struct {
	Config     *config.Dir
	Settings   config.Section // "fetcher" of faultline.yaml
	Bus        *bus.Bus
	Logger     *slog.Logger
	Registerer prometheus.Registerer
	// Mux serves the callbacks of hubs, which reach it under ExternalURL. Without
	// both, feeds are only polled.
	Mux         *http.ServeMux
	ExternalURL string
}

// Service is the fetcher. Several of them, in one process or many, share the
// feeds.
type Service struct {
	dir     *config.Dir
	config  Config
	bus     *bus.Bus
	timers  *bus.Timers
	states  *bus.Bucket
	client  *client.Client
	logger  *slog.Logger
	metrics *metrics
	feeds   atomic.Pointer[set]
	host    string // this machine's name, for notices
	outage  *outage
	board   *board
	pace    pace
	subs    *subscriptions
	// suspects bounds the feeds that failed or were slow lately, see enter.
	suspects *semaphore.Weighted
	kept     atomic.Int64 // workers that are kept by deliveries
	// parsing bounds the documents that are parsed at once, each of which takes
	// several times its size, by the processors there are; large ones are parsed
	// one at a time, beside the others.
	parsing, parsingLarge *semaphore.Weighted
	pages                 *pages
	ackWait               time.Duration // until the token of a fetcher that died is due again
	clock                 clock
	chance                func() float64 // in [0, 1)
	awake                 awake
	overdue               time.Duration // from when on a token is
	putOff                atomic.Int64  // feeds that were overdue and are asked in their turn, since it was last said
	// edited wakes the reconciler after a reload; tidy is set once it has run.
	edited chan struct{}
	tidy   atomic.Bool
	// foreign counts the checks in a row that found tokens of feeds that are not
	// configured; the reconciler's own.
	foreign int
	// statesRead says once at which revision of the states those begin that were
	// not read yet.
	statesRead chan uint64
}

// New reads the configuration and opens the feed state. The streams must
// exist.
func New(ctx context.Context, o Options) (*Service, error) {
	c, err := readConfig(o.Settings)
	if err != nil {
		return nil, err
	}
	feeds, err := loadSet(o.Config)
	if err != nil {
		return nil, err
	}
	proxy, err := c.proxy()
	if err != nil {
		return nil, err
	}
	states, err := o.Bus.Bucket(ctx, bus.FeedState)
	if err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, fmt.Errorf("asking for this machine's name: %w", err)
	}
	subs, err := openSubscriptions(ctx, o, c)
	if err != nil {
		return nil, err
	}
	m, err := newMetrics(o.Registerer)
	if err != nil {
		return nil, err
	}
	s := &Service{
		dir: o.Config, config: c, bus: o.Bus, timers: o.Bus.Timers(bus.Poll), states: states, logger: o.Logger, metrics: m,
		client:       newClient(c, proxy),
		host:         host,
		board:        newBoard(),
		pace:         newPace(c.Budget),
		subs:         subs,
		suspects:     semaphore.NewWeighted(max(1, int64(aside*c.Concurrency/2))),
		parsing:      semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))),
		parsingLarge: semaphore.NewWeighted(1),
		ackWait:      ackWait,
		clock:        machine(),
		chance:       rand.Float64,
		overdue:      overdue,
		edited:       make(chan struct{}, 1),
		statesRead:   make(chan uint64, 1),
	}
	s.pages = newPages(s.client, c.userAgent())
	s.outage = newOutage(o.Logger, m.down, s.board.wake)
	s.use(feeds)
	s.takePings(o.Mux)
	return s, nil
}

func newClient(c Config, proxy *url.URL) *client.Client {
	return client.New(client.Options{
		Timeout: c.Timeout.Std(), HeaderTimeout: c.HeaderTimeout.Std(), MaxBody: int64(c.MaxBody), Budget: int64(c.ByteBudget),
		PerHost: c.PerHost.Concurrency, Spacing: c.PerHost.Spacing.Std(), UserAgent: c.userAgent(), Proxy: proxy,
	})
}

func (s *Service) use(feeds *set) {
	s.feeds.Store(feeds)
	s.pace.use(feeds)
	s.metrics.feeds.Set(float64(len(feeds.active)))
	if len(feeds.active) == 0 {
		s.logger.Warn("no feed is configured; add some to feeds.yaml")
	}
	if w := nameless(s.config, feeds); w != nil {
		s.logger.Warn(w.Message, "remedy", w.Remedy)
	}
}

// Feeds is how many feeds are watched.
func (s *Service) Feeds() int { return len(s.feeds.Load().active) }

// Bounds of the work queue's consumer. The names and figures must be the same
// in all processes that share it.
const (
	durable = "fetchers"
	ackWait = 30 * time.Second
	// maxPending is above any number of feeds that can be due at once: those
	// whose host is busy count as pending.
	maxPending = 100_000
	drain      = 5 * time.Second
)

// Run polls feeds until ctx ends, then finishes the fetches that are under way
// or gives them up; a feed that was given up is due again at once.
func (s *Service) Run(ctx context.Context) error {
	defer s.client.Close()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.keepTokens(ctx) })
	group.Go(func() error { return s.followStates(ctx) })
	group.Go(func() error { return s.watchAll(ctx) })
	group.Go(func() error { return s.leaveRemoved(ctx) })
	group.Go(func() error { return s.askPutOff(ctx) })
	group.Go(func() error {
		return s.timers.Consume(ctx, bus.Consumer{
			Durable: durable, Workers: s.config.Concurrency, Aside: aside * s.config.Concurrency, AckWait: s.ackWait, MaxDeliver: -1, MaxPending: maxPending, Drain: drain,
			BackOff: []time.Duration{time.Second, 5 * time.Second, 15 * time.Second, 30 * time.Second},
		}, s.due)
	})
	return group.Wait()
}

// Reload reads the feeds and the regions again. The section of faultline.yaml is read at the
// start only.
func (s *Service) Reload(context.Context) error {
	feeds, err := loadSet(s.dir)
	if err != nil {
		return err
	}
	s.use(feeds)
	s.board.wake()
	s.subs.wake()
	select {
	case s.edited <- struct{}{}:
	default: // it is awake already
	}
	return nil
}

// Ready implements the shell's service.
func (s *Service) Ready() error {
	if !s.bus.Connected() {
		return errors.New("NATS cannot be reached")
	}
	if !s.tidy.Load() {
		return errors.New("the feeds' tokens are not checked yet")
	}
	return nil
}

// due handles one due token. A nil error uses it up.
func (s *Service) due(ctx context.Context, key string, d *bus.Delivery) error {
	feeds := s.feeds.Load()
	f, ok := feeds.byID[key]
	if !ok {
		s.logger.Debug("dropping the token of a feed that is not configured", "feed", key)
		return nil
	}
	g := s.admit(d)
	defer g.leave()
	if err := g.enter(s.board.suspects(key, time.Now())); err != nil { // before anything is read: most that come again and again do so here
		return err
	}
	if d.Again {
		if superseded, err := s.timers.Superseded(ctx, key, d); superseded || err != nil {
			return err
		}
	}
	if later, err := s.spread(ctx, feeds, f, d); later || err != nil {
		return err
	}
	r, err := s.poll(ctx, f, g)
	if err != nil {
		return err
	}
	if newer := s.feeds.Load(); newer != feeds {
		now, ok := newer.byID[key]
		if !ok { // removed while it was fetched
			s.drop(key)
			return nil
		}
		if !same(f, now) { // edited while it was fetched
			r.wait = 0
		}
	}
	s.metrics.interval.WithLabelValues(f.ID).Set(r.wait.Seconds())
	r.ahead = ahead(d, r.start)
	if err := s.timers.Schedule(ctx, key, time.Now().Add(r.wait+r.ahead), r.issue()); err != nil {
		return fmt.Errorf("scheduling the next poll of %s: %w", key, err)
	}
	if err := r.tend(ctx); err != nil && ctx.Err() == nil {
		s.logger.Warn("the feed's subscription could not be looked after; it is tried again with the next poll", "feed", key, "err", err)
	}
	return nil
}

// drop forgets a feed that is no longer configured.
func (s *Service) drop(feed string) {
	s.metrics.forget(feed)
	s.board.forget(feed)
	s.outage.forget(feed)
	s.subs.forget(feed)
}
