// Package alerter turns assessments into incidents and tells people of them.
package alerter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync/atomic"

	"faultline/pkg/bus"
	"faultline/pkg/config"
	"faultline/services/alerter/internal/aggregate"
	"faultline/services/alerter/internal/deliver"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/route"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"
)

// Options are what the service is built from. Config and Bus must be set.
type Options struct {
	Config   *config.Dir
	Settings config.Section // the section "alerter" of faultline.yaml
	Bus      *bus.Bus
	Logger   *slog.Logger // nil discards
	// Registerer takes the metrics; nil keeps them in a registry nobody reads.
	Registerer prometheus.Registerer
	// ExternalURL is where people reach this alerter, for templates; may be empty.
	ExternalURL string
}

// Service is the alerter.
type Service struct {
	options    Options
	config     Config
	external   *url.URL
	channels   atomic.Pointer[notify.Config]
	aggregator *aggregate.Aggregator
	router     *route.Router
	pool       *deliver.Pool
}

// New reads the configuration and opens the stores. Nothing runs yet.
func New(ctx context.Context, o Options) (*Service, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Registerer == nil {
		o.Registerer = prometheus.NewRegistry()
	}
	s := &Service{options: o}
	var err error
	if s.config, err = readConfig(o.Settings); err != nil {
		return nil, err
	}
	if s.external, err = parseURL(o.ExternalURL); err != nil {
		return nil, err
	}
	channels, err := s.load()
	if err != nil {
		return nil, err
	}
	s.channels.Store(channels)
	return s, s.open(ctx)
}

// open wires the parts.
func (s *Service) open(ctx context.Context) (err error) {
	o := s.options
	s.aggregator, err = aggregate.New(ctx, aggregate.Options{Bus: o.Bus, Config: s.config.Incidents, Logger: o.Logger, Registerer: o.Registerer})
	if err != nil {
		return fmt.Errorf("opening the incidents: %w", err)
	}
	s.router, err = route.New(ctx, route.Options{Bus: o.Bus, Config: s.channels.Load, Logger: o.Logger})
	if err != nil {
		return fmt.Errorf("opening the groups: %w", err)
	}
	s.pool, err = deliver.New(ctx, deliver.Options{Bus: o.Bus, Logger: o.Logger, Registerer: o.Registerer, GiveUpAfter: s.config.GiveUpAfter.Std()})
	if err != nil {
		return fmt.Errorf("opening the delivery: %w", err)
	}
	s.target()
	return nil
}

func (s *Service) load() (*notify.Config, error) {
	return load(s.options.Config, s.options.Settings, s.config, notify.Options{ExternalURL: s.external, Logger: s.options.Logger})
}

func (s *Service) target() {
	s.pool.Set(deliver.Targets{Receivers: s.channels.Load().Receivers(), Fallback: s.config.FallbackReceiver})
}

// Run aggregates, routes and delivers until ctx ends, and returns when what is
// in hand is done.
func (s *Service) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, part := range []func(context.Context) error{s.aggregator.Run, s.router.Run, s.pool.Run} {
		g.Go(func() error { return part(ctx) })
	}
	return g.Wait()
}

// Reload reads alerting.yaml and the templates again. What is being sent ends
// as it began, what waits takes the new routes and channels. On an error
// everything stays as it was.
func (s *Service) Reload(context.Context) error {
	channels, err := s.load()
	if err != nil {
		return err
	}
	s.channels.Store(channels)
	s.target()
	return nil
}

// Ready says why the service cannot work at the moment, or nil.
func (s *Service) Ready() error {
	if !s.options.Bus.Connected() {
		return errors.New("NATS is away")
	}
	return s.aggregator.Ready()
}
