package faultline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/alecthomas/kingpin/v2"

	"faultline/pkg/bus"
	"faultline/pkg/service"
	"faultline/services/alerter"
	"faultline/services/classifier"
	"faultline/services/faultline/internal/embedded"
	"faultline/services/faultline/internal/exercise"
	"faultline/services/fetcher"
)

// runCommand runs every service in this process.
type runCommand struct {
	flags    *service.Flags
	data     *string
	exercise *bool
}

func addRun(app *kingpin.Application) (string, command) {
	c := app.Command("run", `Run everything in this process: NATS, fetcher, classifier and alerter. New incidents, and what is new about them (an escalation, a second source), are shown as cards.
	faultline run --config conf --data data
	faultline run --exercise`)
	cmd := runCommand{
		flags:    service.AddFlags(c),
		data:     c.Flag("data", "Directory of the streams. The default is ./data, and with --exercise a temporary one.").Envar("FAULTLINE_DATA").PlaceHolder("DIR").String(),
		exercise: c.Flag("exercise", "Serve a drill as feeds and alert on it; all of it is marked EXERCISE.").Envar("FAULTLINE_EXERCISE").Bool(),
	}
	return c.FullCommand(), cmd
}

func (c runCommand) run(ctx context.Context, stdio IO) error {
	process, err := openProcess("faultline", *c.flags, stdio)
	if err != nil {
		return err
	}
	data, discard, err := c.dataDir()
	if err != nil {
		return err
	}
	h := &house{process: process, stdio: stdio, data: data}
	if *c.exercise {
		err = h.drill(ctx)
	}
	if err == nil {
		err = process.Run(ctx, h.open)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = nil // told to stop before everything had started
	}
	return errors.Join(err, h.close(context.WithoutCancel(ctx)), discard())
}

// dataDir is where the streams are, and what to do with them at the end. A
// drill without a directory of its own leaves nothing behind.
func (c runCommand) dataDir() (string, func() error, error) {
	keep := func() error { return nil }
	switch {
	case *c.data != "":
		return *c.data, keep, nil
	case !*c.exercise:
		return "data", keep, nil
	}
	dir, err := os.MkdirTemp("", "faultline-exercise-")
	if err != nil {
		return "", keep, fmt.Errorf("making a directory for the exercise: %w; name one with --data", err)
	}
	return dir, func() error { return os.RemoveAll(dir) }, nil
}

// house is what run puts together.
type house struct {
	process *service.Process
	stdio   IO
	data    string
	server  *embedded.Server
	nats    string // where NATS is, for the log
	bus     *bus.Bus
	drills  []service.Part // ended after all others
}

// drill adds the feeds of the exercise to the configuration.
func (h *house) drill(ctx context.Context) error {
	scenario, err := exercise.Shipped()
	if err != nil {
		return err
	}
	server, err := exercise.Listen(ctx, scenario)
	if err != nil {
		return err
	}
	h.drills = append(h.drills, service.Part{Name: "exercise", Service: drill{server}})
	layer, err := server.Layer(filepath.Join(h.data, "exercise"))
	if err != nil {
		return err
	}
	h.process.Config = h.process.Config.Over(layer)
	return nil
}

// drill is the exercise's server as a part of the process.
type drill struct{ *exercise.Server }

// Reload implements service.Service.
func (drill) Reload(context.Context) error { return nil }

// Ready implements service.Service.
func (drill) Ready() error { return nil }

// open starts NATS, or connects to the one of the settings, and builds the
// services.
func (h *house) open(ctx context.Context) ([]service.Part, error) {
	settings := h.process.Settings
	options, err := settings.NATS.Bus("faultline")
	if err != nil {
		return nil, err
	}
	if settings.NATS.URL == "" {
		h.server, err = embedded.Start(embedded.Options{
			Dir: filepath.Join(h.data, "nats"), Durability: settings.NATS.Durability, Listen: settings.NATS.Listen,
			Password: options.Password, Logger: h.process.Logger,
		})
		if err != nil {
			return nil, err
		}
		options = h.server.BusOptions("faultline")
		h.nats = cmp.Or(h.server.URL(), "in this process, without a port")
	} else {
		h.nats = options.Where()
	}
	if h.bus, err = h.process.ConnectTo(ctx, options); err != nil {
		return nil, err
	}
	return h.build(ctx)
}

func (h *house) build(ctx context.Context) ([]service.Part, error) {
	p := h.process
	fetch, err := fetcher.New(ctx, fetcher.Options{Config: p.Config, Settings: p.Settings.Fetcher, Bus: h.bus, Logger: p.Logger, Registerer: p.Registry,
		Mux: p.Mux, ExternalURL: p.Settings.Web.ExternalURL})
	if err != nil {
		return nil, err
	}
	classify, err := classifier.New(ctx, classifier.Options{Config: p.Config, Settings: p.Settings.Classifier, Bus: h.bus, Logger: p.Logger, Registerer: p.Registry})
	if err != nil {
		return nil, err
	}
	alert, err := alerter.New(ctx, alerter.Options{Config: p.Config, Settings: p.Settings.Alerter, Bus: h.bus, Logger: p.Logger, Registerer: p.Registry, ExternalURL: p.Settings.Web.ExternalURL, Mux: p.Mux})
	if err != nil {
		return nil, err
	}
	p.Logger.Info("watching", "version", service.Version(), "feeds", fetch.Feeds(), "channels", alert.Channels(), "data", h.streams(), "nats", h.nats)
	parts := []service.Part{
		{Name: "fetcher", File: "feeds.yaml", Service: fetch},
		{Name: "classifier", File: "rules", Service: classify},
		{Name: "alerter", File: "alerting.yaml", Service: alert},
		{Name: "cards", Service: &cards{bus: h.bus, stdio: h.stdio, logger: p.Logger}},
	}
	parts = append(parts, h.drills...)
	if h.server != nil {
		parts = append(parts, service.Part{Name: "nats", Service: h.server})
	}
	return parts, nil
}

// streams is where the streams are kept, for the log.
func (h *house) streams() string {
	if h.server == nil {
		return "with the NATS server"
	}
	return h.data
}

// close ends what open began, the last first.
func (h *house) close(ctx context.Context) error {
	var err error
	if h.bus != nil {
		err = h.bus.Close(ctx)
	}
	if h.server != nil {
		err = errors.Join(err, h.server.Shutdown())
	}
	return err
}
