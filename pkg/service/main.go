package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/client_golang/prometheus"

	"faultline/pkg/bus"
	"faultline/pkg/config"
)

// Env is what the shell hands to a service's constructor.
type Env struct {
	Config     *config.Dir
	Settings   Settings
	Bus        *bus.Bus
	Logger     *slog.Logger
	Registerer prometheus.Registerer
	Mux        *http.ServeMux
}

// Program is one service as a process of its own.
type Program struct {
	Name    string // "fetcher"
	Help    string // one sentence for --help
	File    string // what Reload reads: "feeds.yaml"
	Shipped fs.FS  // the configuration that lies under the user's
	// Check reads the service's configuration and says what is wrong with it.
	Check func(context.Context, *config.Dir) error
	Build func(context.Context, Env) (Service, error)
}

// The exit codes of a process.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // wrong flags, settings or configuration: a retry will not help
)

// Main runs a program until it is told to stop and returns its exit code.
func Main(program Program) int {
	SpareMemory()
	HushLibraries()
	app, flags, check := commandLine(program)
	if _, err := app.Parse(os.Args[1:]); err != nil {
		return fail(program.Name, fmt.Errorf("%w; try %s --help", err, program.Name), exitUsage)
	}
	ctx, stop := Signals(context.Background())
	defer stop()
	process, err := Open(program.Name, *flags, program.Shipped, os.Stderr)
	if err != nil {
		return fail(program.Name, err, exitUsage)
	}
	if *check {
		if err := program.Check(ctx, process.Config); err != nil {
			return fail(program.Name, err, exitUsage)
		}
		return exitOK
	}
	return process.runProgram(ctx, program)
}

// HushLibraries drops what libraries write to Go's own log. net/http has a line there for each thing that a
// server sends out of order, a hundred thousand for a megabyte if the server likes; what matters
// of them comes as an error as well.
func HushLibraries() { log.SetOutput(io.Discard) }

// examples stand in the help of each program, behind what it does.
const examples = `

It works with a NATS server of yours, and runs until it is stopped; SIGHUP makes it read its configuration anew.

Examples:
  %[1]s --config conf --check                    find what is wrong with the configuration
  FAULTLINE_NATS_URL=nats://127.0.0.1:4222 %[1]s --config conf --listen 127.0.0.1:9471
  %[1]s --config conf --log.level debug          say more (or log: {level: debug} in faultline.yaml)`

// commandLine is what a program understands.
func commandLine(program Program) (app *kingpin.Application, flags *Flags, check *bool) {
	app = kingpin.New(program.Name, program.Help+fmt.Sprintf(examples, program.Name)).Version(Version())
	app.HelpFlag.Short('h')
	return app, AddFlags(app), app.Flag("check", "Read the configuration, say what is wrong with it, and end.").Bool()
}

func (p *Process) runProgram(ctx context.Context, program Program) int {
	if err := p.needServer(); err != nil {
		return fail(p.Name, err, exitUsage)
	}
	var b *bus.Bus
	err := p.Run(ctx, func(ctx context.Context) (_ []Part, err error) {
		if b, err = p.Connect(ctx); err != nil {
			return nil, err
		}
		service, err := program.Build(ctx, p.Env(b))
		if err != nil {
			return nil, err
		}
		return []Part{{Name: program.Name, File: program.File, Service: service}}, nil
	})
	if b != nil {
		err = errors.Join(err, b.Close(context.WithoutCancel(ctx)))
	}
	var faults config.Errors
	switch {
	case err == nil, ctx.Err() != nil && errors.Is(err, context.Canceled):
		return exitOK
	case errors.As(err, &faults):
		return fail(p.Name, err, exitUsage)
	}
	return fail(p.Name, err, exitFailed)
}

// Env is what a service of this process is built from.
func (p *Process) Env(b *bus.Bus) Env {
	return Env{Config: p.Config, Settings: p.Settings, Bus: b, Logger: p.Logger, Registerer: p.Registry, Mux: p.Mux}
}

// Signals returns a context that ends on SIGINT or SIGTERM. A second signal
// ends the process at once.
func Signals(ctx context.Context) (context.Context, func()) {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// FlagGroup is a command line or one command of it.
type FlagGroup interface {
	Flag(name, help string) *kingpin.FlagClause
}

// AddFlags adds the flags of every process.
func AddFlags(g FlagGroup) *Flags {
	f := &Flags{}
	g.Flag("config", "Directory of the configuration. Files that it lacks are taken from the shipped one.").Envar("FAULTLINE_CONFIG").PlaceHolder("DIR").StringVar(&f.Config)
	g.Flag("listen", "Address of metrics, health and reload.").Envar("FAULTLINE_LISTEN").PlaceHolder("HOST:PORT").StringVar(&f.Listen)
	g.Flag("web.config.file", "File that switches on TLS or passwords for that address (exporter-toolkit).").PlaceHolder("FILE").StringVar(&f.WebConfigFile)
	g.Flag("web.external-url", "Address under which others reach this process: for links in messages, and for hubs that push feeds.").PlaceHolder("URL").StringVar(&f.ExternalURL)
	g.Flag("log.level", "How much to log: debug, info, warn or error.").PlaceHolder("LEVEL").StringVar(&f.LogLevel)
	g.Flag("log.format", "How to log: text or json.").PlaceHolder("FORMAT").StringVar(&f.LogFormat)
	return f
}

func fail(name string, err error, code int) int {
	fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
	return code
}
