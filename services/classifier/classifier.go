// Package classifier reads items and says what they say: which indicators of
// instability they show, asserted or only feared, where, and with how many
// casualties.
package classifier

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"faultline/pkg/bus"
	"faultline/pkg/config"
	"faultline/pkg/correction"
	"faultline/pkg/event"
	"faultline/pkg/service"
)

// Options wires a Service. Settings and Logger may be left out.
type Options struct {
	Config     *config.Dir
	Settings   config.Section // "classifier" of faultline.yaml
	Bus        *bus.Bus
	Logger     *slog.Logger
	Registerer prometheus.Registerer
}

// Service assesses the items of the stream. Any number of them share it.
type Service struct {
	options Options
	metrics *metrics
	atlas   *atlas
	marks   *marks
	live    atomic.Pointer[Ruleset]
	guard   *rateGuard
}

// New compiles the rule set and runs its examples, unless this program has seen that
// very set pass them. The streams must exist.
func New(ctx context.Context, o Options) (*Service, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	m, err := newMetrics(o.Registerer)
	if err != nil {
		return nil, fmt.Errorf("registering metrics: %w", err)
	}
	s := &Service{options: o, metrics: m, guard: newRateGuard(o.Logger, m.broad)}
	var group errgroup.Group
	group.Go(func() error {
		s.marks = newMarks(ctx, o.Bus, o.Logger)
		return nil
	})
	a, rules, err := begin(o.Config, o.Settings)
	if err = errors.Join(err, group.Wait()); err != nil {
		return nil, err
	}
	s.atlas = a
	if err := s.accept(ctx, rules); err != nil {
		return nil, err
	}
	return s, nil
}

// accept uses a rule set once its examples have passed, now or before.
func (s *Service) accept(ctx context.Context, rules *Ruleset) error {
	broad, passed := s.marks.find(ctx, rules)
	examples := "passed before"
	if !passed {
		if err := rules.check(ctx); err != nil {
			return err
		}
		broad, examples = rules.Broad(), "passed"
		s.marks.set(ctx, rules, broad)
	}
	s.options.Logger.Info("rules loaded", "ruleset", rules.Hash, "indicators", rules.Indicators(), "languages", rules.Languages(), "examples", examples)
	s.use(rules, broad)
	return nil
}

func (s *Service) use(rules *Ruleset, broad []Broad) {
	s.live.Store(rules)
	s.guard.restart()
	s.metrics.rules.Set(float64(rules.Indicators()))
	for _, b := range broad {
		s.options.Logger.Warn("an indicator is over-broad: it fires on the examples of others", "indicator", b.Indicator, "language", b.Language, "share", b.Share)
	}
}

// Consumer is the durable consumer of the stream of items that all classifiers
// share.
const Consumer = "classify"

// Run assesses items until ctx ends and what is in hand is done.
func (s *Service) Run(ctx context.Context) error {
	following, stop := context.WithCancel(ctx)
	var group errgroup.Group
	group.Go(func() error { s.followVerdicts(following); return nil })
	group.Go(func() error { defer stop(); return s.assess(ctx) })
	return group.Wait()
}

func (s *Service) assess(ctx context.Context) error {
	return s.options.Bus.Consume(ctx, bus.Consumer{
		Stream: bus.Items, Durable: Consumer,
		Workers: 8 * workers(), // most of the time is waiting for the disk
		AckWait: 30 * time.Second, MaxDeliver: 5,
		BackOff: []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute},
	}, s.handle)
}

// Reload compiles the rule set anew. With a fault, the last good one stays
// live.
func (s *Service) Reload(ctx context.Context) error {
	settings, err := service.ReadSettings(s.options.Config, os.Environ())
	if err != nil {
		return err
	}
	rules, err := s.atlas.compile(s.options.Config, settings.Classifier)
	if err != nil {
		return err
	}
	return s.accept(ctx, rules)
}

// Ready implements service.Service.
func (s *Service) Ready() error {
	if !s.options.Bus.Connected() {
		return errors.New("NATS cannot be reached")
	}
	return nil
}

// handle assesses one item. The assessment is stored before the item is
// acknowledged; done twice, it is stored once.
func (s *Service) handle(ctx context.Context, d *bus.Delivery) error {
	var item event.Item
	if err := event.Decode(d.Data, &item); err != nil {
		return bus.Permanent(err)
	}
	began := time.Now()
	a := s.live.Load().Assess(item)
	s.metrics.duration.Observe(time.Since(began).Seconds())
	if d.Attempt == 1 {
		s.metrics.count(&a)
		s.guard.count(&a)
	}
	if len(a.Findings) == 0 && item.Revision == 0 && !correction.Withdraws(item.Title, item.Text) {
		return nil
	}
	a.Assessed = time.Now().UTC()
	data, err := event.Encode(&a)
	if err != nil {
		return bus.Permanent(err)
	}
	_, err = s.options.Bus.Publish(ctx, bus.Message{Subject: subject(&a), ID: a.ID, Data: data})
	return err
}

// subject is where the assessment is filed: by the country of the story and
// the category of its strongest finding.
func subject(a *event.Assessment) string {
	country, category, most := "xx", "none", -1.0
	if a.Main != nil && a.Main.Country != "" {
		country = a.Main.Country
	}
	for _, f := range a.Findings {
		if f.Assertion == event.Asserted && f.Points > most {
			category, most = f.Category, f.Points
		}
	}
	return bus.AssessmentSubject(country, category)
}
