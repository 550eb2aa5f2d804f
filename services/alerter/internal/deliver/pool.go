// Package deliver sends notifications. Every integration has a consumer of its
// own, so that a dead channel delays no other, and a mark is written before
// every try, so that after a crash nothing is lost and a repeat is named one.
package deliver

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"faultline/pkg/bus"
	"faultline/services/alerter/internal/notify"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"
)

// Options are what a Pool needs. Bus and Logger must be set.
type Options struct {
	Bus        *bus.Bus
	Logger     *slog.Logger
	Registerer prometheus.Registerer // nil: metrics are counted but not exposed
	// MaxPause bounds the pause between tries of a channel that is away; 0
	// means a minute.
	MaxPause time.Duration
	// AckWait is how soon after a crash what was in hand is taken up again; 0
	// means 15 s.
	AckWait time.Duration
	// Telling is when the desk is told of a channel that fails; zero means after a minute.
	Telling Telling
}

// Targets are the channels there are.
type Targets struct {
	Receivers []notify.Receiver
	// Fallback is the receiver of what another one's channel refuses; empty
	// for none.
	Fallback string
	Limits
}

// Limits are the same for all channels.
type Limits struct {
	// GiveUpAfter is the age at which a notification that cannot be delivered
	// becomes a dead letter; 0 means 24 h.
	GiveUpAfter time.Duration
	// PerMinute is how many messages a channel that people read gets in a
	// minute; what is more comes in digests. 0 means 20.
	PerMinute int
	// Hold makes a dead letter of what may have arrived, where readers would see a repeat;
	// else it is sent again and marked.
	Hold bool
}

// Pool sends what is on NOTIFICATIONS.
type Pool struct {
	Options
	marks   marks
	posts   posts
	metrics *metrics

	mu        sync.Mutex
	targets   Targets
	changes   int              // how often they were set
	forgotten int              // up to which of these the desk was told of those that are gone
	lanes     map[string]*lane // by durable name; changed by arrange alone
	changed   chan struct{}
}

// New opens the store of the marks.
func New(ctx context.Context, o Options) (*Pool, error) {
	if o.MaxPause == 0 {
		o.MaxPause = time.Minute
	}
	if o.AckWait == 0 {
		o.AckWait = 15 * time.Second
	}
	if o.Telling == (Telling{}) {
		o.Telling = usualTelling
	}
	bucket, err := o.Bus.Bucket(ctx, bus.SentMarks)
	if err != nil {
		return nil, err
	}
	m, err := newMetrics(o.Registerer)
	if err != nil {
		return nil, fmt.Errorf("registering delivery metrics: %w", err)
	}
	return &Pool{Options: o, marks: marks{bucket}, posts: posts{bucket}, metrics: m, lanes: map[string]*lane{}, changed: make(chan struct{}, 1)}, nil
}

// Set replaces the channels. What is being sent ends as it began; what waits
// is sent by the new ones.
func (p *Pool) Set(t Targets) {
	p.mu.Lock()
	p.targets, p.changes = t, p.changes+1
	p.mu.Unlock()
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

func (p *Pool) limits() Limits {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Limits{cmp.Or(p.targets.GiveUpAfter, 24*time.Hour), cmp.Or(p.targets.PerMinute, 20), p.targets.Hold}
}

func (p *Pool) fallback() (notify.Receiver, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.targets.Receivers {
		if r.Name == p.targets.Fallback && p.targets.Fallback != "" {
			return r, true
		}
	}
	return notify.Receiver{}, false
}

// Run sends until ctx ends, and returns when what is being sent is done.
func (p *Pool) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		for {
			p.arrange(ctx, g)
			select {
			case <-p.changed:
			case <-ctx.Done():
				return nil
			}
		}
	})
	g.Go(func() error { return p.watch(ctx) })
	return g.Wait()
}

// arrange starts a lane for each new integration, ends those of the ones that
// are gone, and hands the others their new sender.
func (p *Pool) arrange(ctx context.Context, g *errgroup.Group) {
	p.mu.Lock()
	targets := p.targets
	p.mu.Unlock()
	wanted := map[string]bool{}
	for _, r := range targets.Receivers {
		for _, i := range r.Integrations {
			name := durable(i.Receiver, i.Name)
			wanted[name] = true
			if l := p.lanes[name]; l != nil {
				l.sender.Store(i)
				continue
			}
			p.start(ctx, g, name, i)
		}
	}
	for name, l := range p.lanes {
		if !wanted[name] {
			p.mu.Lock()
			delete(p.lanes, name)
			p.mu.Unlock()
			l.stop()
			p.Logger.Warn("A channel is no longer configured; what still waits for it stays in NOTIFICATIONS", "receiver", l.receiver, "integration", l.integration, "consumer", name)
		}
	}
}

func (p *Pool) start(ctx context.Context, g *errgroup.Group, name string, i *notify.Integration) {
	laneCtx, stop := context.WithCancel(ctx)
	l := &lane{pool: p, receiver: i.Receiver, integration: i.Name, stopping: laneCtx.Done(), stop: stop, stuck: stuck{}, standing: newAccount(p.marks.bucket, standingKey(i.Receiver, i.Name))}
	l.sender.Store(i)
	p.mu.Lock()
	p.lanes[name] = l
	p.mu.Unlock()
	p.metrics.announce(i.Receiver, i.Name)
	g.Go(func() error { return l.follow(laneCtx) })
	g.Go(func() error {
		defer stop()
		if err := l.standing.learn(laneCtx); err != nil {
			return bus.Stopped(laneCtx, err)
		}
		// Pinned, so that of several processes that keep one pace one gathers what waits. The pace does
		// not rest on it: the pin goes to another one while a message is long on its way.
		return p.Bus.ConsumeBatches(laneCtx, bus.Consumer{
			Stream: bus.Notifications, Durable: name, Subjects: []string{bus.NotificationFilter(i.Receiver, i.Name)},
			AckWait: p.AckWait, MaxDeliver: -1, Pinned: i.Read(), Drain: 12 * time.Second,
		}, l.deliver)
	})
}

// durable is the name of an integration's consumer.
func durable(receiver, integration string) string {
	return "deliver_" + bus.Token(receiver) + "_" + bus.Token(integration)
}
