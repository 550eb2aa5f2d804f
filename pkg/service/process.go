// Package service is the shell of a process: flags, settings, logger, metrics,
// health, reload and an orderly end, around one service or several.
package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"faultline/pkg/bus"
	"faultline/pkg/config"
)

// Service is what a process runs.
type Service interface {
	// Run works until ctx ends, then finishes what it has begun and returns
	// nil. An error ends the whole process.
	Run(ctx context.Context) error
	// Reload reads the configuration again. On an error the last good one stays
	// live.
	Reload(ctx context.Context) error
	// Ready says why the service cannot work at the moment, or nil.
	Ready() error
}

// Part is one service of a process.
type Part struct {
	Name string // for logs: "fetcher"
	File string // what its Reload reads, as the metric names it: "feeds.yaml"; empty for nothing
	Service
}

// Process is everything that the services of one process share.
type Process struct {
	Name     string
	Settings Settings
	Config   *config.Dir
	Logger   *slog.Logger
	Registry *prometheus.Registry
	// busMetrics are those of Registry that the bus has.
	busMetrics *prometheus.Registry
	// Mux serves the process's pages. Services may add their own before Run.
	Mux *http.ServeMux

	metrics *metrics
	unread  map[string]bool              // the warnings of files that nobody reads; used by Open and reloads alone
	healthy atomic.Pointer[func() error] // asks the bus; nil before there is one
	bus     atomic.Pointer[bus.Bus]
	// settled is how long a refused configuration stays as it is before the desk hears of it.
	settled time.Duration
	// drain bounds how long each part may take to end.
	drain time.Duration
}

// Flags are what every process can be told on the command line. An empty one
// leaves the word to the environment and the settings file.
type Flags struct {
	Config        string // directory; empty means the shipped configuration alone
	Listen        string
	WebConfigFile string
	ExternalURL   string
	LogLevel      string
	LogFormat     string
}

// Open reads the settings and makes the process's logger and registry. The
// configuration is the directory of the flag over the shipped one.
func Open(name string, flags Flags, shipped fs.FS, log io.Writer) (*Process, error) {
	dir, err := OpenConfig(flags.Config, shipped)
	if err != nil {
		return nil, err
	}
	settings, err := ReadOwn(dir, os.Environ())
	if err != nil {
		return nil, err
	}
	override(&settings.Web.Listen, flags.Listen)
	override(&settings.Web.ConfigFile, flags.WebConfigFile)
	override(&settings.Web.ExternalURL, flags.ExternalURL)
	override(&settings.Log.Level, flags.LogLevel)
	override(&settings.Log.Format, flags.LogFormat)
	if err := checkWebFile(flags.WebConfigFile); err != nil {
		return nil, err
	}
	if err := settings.Web.checkExternal(); err != nil {
		return nil, fmt.Errorf("--web.external-url: %w; %s", err, externalRemedy)
	}
	logger, err := settings.Log.open(log)
	if err != nil {
		return nil, err
	}
	p := newProcess(name, settings, dir, logger)
	return p, p.sayUnread()
}

func override(setting *string, flag string) {
	if flag != "" {
		*setting = flag
	}
}

func newProcess(name string, settings Settings, dir *config.Dir, logger *slog.Logger) *Process {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return &Process{
		Name: name, Settings: settings, Config: dir, Logger: logger, Registry: registry, busMetrics: prometheus.NewRegistry(), Mux: http.NewServeMux(),
		metrics: newMetrics(registry), drain: 8 * time.Second, settled: settled,
	}
}

// OpenConfig is the directory over the shipped files, or the shipped files
// alone when the path is empty.
func OpenConfig(path string, shipped fs.FS) (*config.Dir, error) {
	dir := config.NewDir(config.Layer{Name: "(shipped)", FS: shipped, Shipped: true})
	if path == "" {
		return dir, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("opening the configuration directory: %w; faultline init %s writes one", err, path)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is a file; --config wants the directory that holds faultline.yaml", path)
	}
	return dir.Over(config.Layer{Name: path, FS: os.DirFS(path)}), nil
}

func (l Log) open(w io.Writer) (*slog.Logger, error) {
	level, err := l.level()
	if err != nil {
		return nil, fmt.Errorf("unknown log level %q; write debug, info, warn or error", l.Level)
	}
	options := &slog.HandlerOptions{Level: level}
	switch l.Format {
	case "json":
		return slog.New(slog.NewJSONHandler(w, options)), nil
	case "text":
		return slog.New(slog.NewTextHandler(w, options)), nil
	}
	return nil, fmt.Errorf("unknown log format %q; write text or json", l.Format)
}

// needServer refuses settings that name no NATS server.
func (p *Process) needServer() error {
	if p.Settings.NATS.URL == "" {
		return config.Errors{{Path: File, Message: p.Name + " needs a NATS server: set nats.url in it or FAULTLINE_NATS_URL, or start everything in one process with: faultline run"}}
	}
	return nil
}

// Connect opens the process's connection to the external NATS server of the
// settings and makes sure that the streams are there.
func (p *Process) Connect(ctx context.Context) (*bus.Bus, error) {
	if err := p.needServer(); err != nil {
		return nil, err
	}
	options, err := p.Settings.NATS.Bus("faultline-" + p.Name)
	if err != nil {
		return nil, err
	}
	return p.ConnectTo(ctx, options)
}

// ConnectTo opens the process's connection with the given options and makes
// sure that the streams are there.
func (p *Process) ConnectTo(ctx context.Context, options bus.Options) (*bus.Bus, error) {
	options.Logger, options.Registerer = p.Logger, both{p.Registry, p.busMetrics}
	b, err := bus.Connect(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("connecting to NATS: %w", err)
	}
	prepare := b.Verify
	if p.Settings.NATS.CreateStreams {
		prepare = b.Apply
	}
	if err := prepare(ctx, p.Settings.NATS.Streams); err != nil {
		return nil, errors.Join(err, b.Close(context.WithoutCancel(ctx)))
	}
	healthy := func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		return b.Healthy(ctx)
	}
	p.healthy.Store(&healthy)
	p.bus.Store(b)
	return b, nil
}

// Run serves the process's pages, builds the parts and runs them until ctx
// ends or one of them fails. The pages come first, so that a process that waits
// for NATS says so. The parts end in the order given, each when the one before
// it has: what feeds the pipeline first, what empties it last.
func (p *Process) Run(ctx context.Context, build func(context.Context) ([]Part, error)) error {
	group, running := errgroup.WithContext(ctx)
	web, stopWeb := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWeb()
	reloads := newReloader(p)
	defer reloads.stop()
	listener, err := p.listen(ctx)
	if err != nil {
		return err
	}
	group.Go(func() error { return p.serve(web, listener, reloads) })
	group.Go(func() error {
		defer stopWeb()
		parts, err := build(running)
		if err != nil {
			return err
		}
		reloads.begin(parts)
		group.Go(func() error { p.spareMemory(running); return nil })
		group.Go(func() error { reloads.watch(running); return nil })
		group.Go(func() error { p.measureStore(running); return nil })
		if p.Settings.Heartbeat.URL != "" {
			group.Go(func() error { p.beat(running, reloads); return nil })
		}
		return p.runInOrder(running, parts)
	})
	err = group.Wait()
	p.Logger.Info("stopped", "process", p.Name)
	return err
}

// runInOrder runs each part under a context of its own and ends them one by
// one when ctx ends.
func (p *Process) runInOrder(ctx context.Context, parts []Part) error {
	stops := make([]func() error, len(parts))
	failed := make(chan error, len(parts))
	for i, part := range parts {
		own, cancel := context.WithCancel(context.WithoutCancel(ctx))
		done := make(chan error, 1)
		go func() {
			err := part.Run(own)
			if err != nil {
				err = fmt.Errorf("running the %s: %w", part.Name, err)
				failed <- err
			}
			done <- err
		}()
		stops[i] = func() error {
			cancel()
			select {
			case err := <-done:
				return err
			case <-time.After(p.drain):
				return fmt.Errorf("the %s did not end within %v; what it was doing is done again at the next start", part.Name, p.drain)
			}
		}
	}
	select {
	case <-ctx.Done():
	case err := <-failed:
		p.Logger.Error("a service failed; ending the process", "err", err)
	}
	var err error
	for _, stop := range stops {
		err = errors.Join(err, stop())
	}
	return err
}
