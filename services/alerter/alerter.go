// Package alerter turns assessments into incidents and tells people of them.
package alerter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"sync/atomic"

	"faultline/pkg/bus"
	"faultline/pkg/config"
	"faultline/pkg/service"
	"faultline/services/alerter/internal/aggregate"
	"faultline/services/alerter/internal/api"
	"faultline/services/alerter/internal/deliver"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/inhibit"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/route"
	"faultline/services/alerter/internal/silence"

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
	// Mux takes the page of the API; nil shows it to nobody.
	Mux *http.ServeMux
}

// Service is the alerter.
type Service struct {
	options    Options
	external   *url.URL
	channels   atomic.Pointer[notify.Config]
	aggregator *aggregate.Aggregator
	router     *route.Router
	pool       *deliver.Pool
	silences   *silence.Store
	inhibitor  *inhibit.Store
	api        *api.API
	indices    *indices
	digests    *digests
	surges     *surges
	outage     *outage
	warned     map[string]bool // of the live configuration; used by New and Reload alone
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
	c, err := readConfig(o.Settings)
	if err != nil {
		return nil, err
	}
	if s.external, err = parseURL(o.ExternalURL); err != nil {
		return nil, err
	}
	channels, err := s.load(o.Settings, c)
	if err != nil {
		return nil, err
	}
	s.channels.Store(channels)
	return s, s.open(ctx, c)
}

// open wires the parts.
func (s *Service) open(ctx context.Context, c Config) (err error) {
	o := s.options
	s.aggregator, err = aggregate.New(ctx, aggregate.Options{Bus: o.Bus, Config: c.Incidents, Logger: o.Logger, Registerer: o.Registerer})
	if err != nil {
		return fmt.Errorf("opening the incidents: %w", err)
	}
	reader := &incident.Reader{}
	recheck := func(ctx context.Context) error { return s.router.Recheck(ctx) }
	s.silences, err = silence.New(ctx, silence.Options{Bus: o.Bus, Logger: o.Logger, Changed: recheck})
	if err != nil {
		return fmt.Errorf("opening the silences: %w", err)
	}
	later := func(ctx context.Context) error { // at the start nothing has to be free before all is ready
		select {
		case <-s.aggregator.Loaded():
			return recheck(ctx)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	if s.inhibitor, err = inhibit.New(ctx, inhibit.Options{Bus: o.Bus, Reader: reader, Router: Routes, Logger: o.Logger, Changed: later}); err != nil {
		return err
	}
	s.indices = newIndices(o.Bus, reader)
	if s.digests, err = newDigests(ctx, o.Bus, o.Logger, s.indices, s.channels.Load); err != nil {
		return err
	}
	s.surges = newSurges(o.Bus, s.indices, s.channels.Load, o.Logger)
	s.router, err = route.New(ctx, route.Options{
		Bus: o.Bus, Reader: reader, Config: s.channels.Load, Silenced: s.silences.Silenced, Inhibitor: s.inhibitor, Other: s.digests.due, Logger: o.Logger,
	})
	if err != nil {
		return fmt.Errorf("opening the groups: %w", err)
	}
	s.pool, err = deliver.New(ctx, deliver.Options{Bus: o.Bus, Logger: o.Logger, Registerer: o.Registerer})
	if err != nil {
		return fmt.Errorf("opening the delivery: %w", err)
	}
	s.api, err = api.New(ctx, api.Options{Bus: o.Bus, Silences: s.silences, Inhibited: s.inhibitor.Inhibited, Logger: o.Logger, Registerer: o.Registerer})
	if err != nil {
		return err
	}
	if err := o.Registerer.Register(s.indices); err != nil {
		return fmt.Errorf("registering the indices of regions: %w", err)
	}
	s.outage = newOutage(o.Bus.Healthy, s.channels.Load, s.silences.Silenced, o.Logger)
	if o.Mux != nil {
		o.Mux.Handle(api.Prefix, s.api)
	}
	s.target(c)
	return nil
}

func (s *Service) load(section config.Section, c Config) (*notify.Config, error) {
	channels, err := load(s.options.Config, section, c, notify.Options{ExternalURL: s.external, Logger: s.options.Logger})
	if err != nil {
		return nil, err
	}
	s.warn(warnings(s.options.Config, section, c, channels))
	return channels, nil
}

// warn names what is hardly meant, each once until it is mended: a reload for
// another reason says nothing new of it.
func (s *Service) warn(all config.Errors) {
	said := map[string]bool{}
	for _, w := range all {
		text := w.Error()
		if said[text] = true; !s.warned[text] {
			s.options.Logger.Warn(text)
		}
	}
	s.warned = said
}

func (s *Service) target(c Config) {
	s.api.SetConfig(s.channels.Load())
	s.digests.set(newDigestsOf(c))
	s.inhibitor.SetRules(s.channels.Load().Inhibitions()) // which has all looked at that is held back
	s.pool.Set(deliver.Targets{Receivers: s.channels.Load().Receivers(), Fallback: c.FallbackReceiver, Limits: deliver.Limits{GiveUpAfter: c.GiveUpAfter.Std(), PerMinute: c.MessagesPerMinute, Hold: c.WhenUncertain == hold}})
}

// Channels is how many channels the receivers have, together.
func (s *Service) Channels() (n int) {
	for _, r := range s.channels.Load().Receivers() {
		n += len(r.Integrations)
	}
	return n
}

// Run aggregates, routes and delivers until ctx ends, and returns when what is
// in hand is done.
func (s *Service) Run(ctx context.Context) error {
	take, err := s.inhibitor.Share(ctx)
	if err != nil {
		return bus.Stopped(ctx, fmt.Errorf("opening what inhibits: %w", err))
	}
	s.aggregator.Share(take)
	g, ctx := errgroup.WithContext(ctx)
	for _, part := range []func(context.Context) error{s.aggregator.Run, s.silences.Run, s.inhibitor.Run, s.router.Run, s.pool.Run, s.index, s.digests.Run, s.surges.Run, s.outage.Run} {
		g.Go(func() error { return part(ctx) })
	}
	return g.Wait()
}

// index keeps the indices of regions, once what alerts need is read.
func (s *Service) index(ctx context.Context) error {
	select {
	case <-s.aggregator.Loaded():
		return s.indices.Run(ctx)
	case <-ctx.Done():
		return nil
	}
}

// Reload reads alerting.yaml, the templates and the section "alerter" of
// faultline.yaml again. What is being sent ends as it began, what waits takes
// the new routes and channels. On an error everything stays as it was.
func (s *Service) Reload(context.Context) error {
	settings, err := service.ReadSettings(s.options.Config, os.Environ())
	if err != nil {
		return err
	}
	c, err := readConfig(settings.Alerter)
	if err != nil {
		return err
	}
	channels, err := s.load(settings.Alerter, c)
	if err != nil {
		return err
	}
	s.channels.Store(channels)
	s.aggregator.SetConfig(c.Incidents)
	s.target(c)
	return nil
}

// Ready says why the service cannot work at the moment, or nil.
func (s *Service) Ready() error {
	if !s.options.Bus.Connected() {
		return errors.New("NATS cannot be reached")
	}
	return s.aggregator.Ready()
}
