package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/sync/errgroup"
)

// listen binds the process's own address.
func (p *Process) listen(ctx context.Context) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", p.Settings.Web.Listen)
	if err != nil {
		return nil, fmt.Errorf("opening the web address %s: %w; choose another one with --listen or web.listen", p.Settings.Web.Listen, err)
	}
	return listener, nil
}

// serve answers there until ctx ends.
func (p *Process) serve(ctx context.Context, listener net.Listener, reloads *reloader) error {
	p.routes(reloads)
	server := newServer(p.Mux, p.Logger)
	p.Logger.Info("listening", "process", p.Name, "url", "http://"+listener.Addr().String())
	group := errgroup.Group{}
	group.Go(func() error {
		<-ctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if err := server.Shutdown(end); err != nil {
			return server.Close()
		}
		return nil
	})
	address, noSocket := []string{p.Settings.Web.Listen}, false
	err := web.Serve(listener, server, &web.FlagConfig{WebListenAddresses: &address, WebSystemdSocket: &noSocket, WebConfigFile: &p.Settings.Web.ConfigFile}, slog.New(saidOnce{p.Logger.Handler()}))
	if !errors.Is(err, http.ErrServerClosed) {
		return errors.Join(fmt.Errorf("serving the web address: %w", err), listener.Close())
	}
	return group.Wait()
}

// saidOnce is the toolkit's log without the line that the process has said already, with the
// whole address.
type saidOnce struct{ slog.Handler }

// Handle implements slog.Handler.
func (s saidOnce) Handle(ctx context.Context, r slog.Record) error {
	if r.Message == "Listening on" {
		return nil
	}
	return s.Handler.Handle(ctx, r)
}

// newServer bounds how long whoever sends slowly, or does not take its answer, holds
// a connection.
func newServer(h http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           secure(h),
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn), // pages that panic, see HushLibraries
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      2 * time.Minute, // a profile of a minute and a half has room in it
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}

// title is what the process is called in a sentence.
func (p *Process) title() string {
	if p.Name == "faultline" {
		return "Faultline"
	}
	return "Faultline " + p.Name
}

// index is the page of "/": what else this address answers.
func (p *Process) index() (http.Handler, error) {
	links := []web.LandingLinks{
		{Address: "metrics", Text: "Metrics"},
		{Address: "-/healthy", Text: "Healthy", Description: "whether the process is alive"},
		{Address: "-/ready", Text: "Ready", Description: "whether all of it is up, and what is not"},
	}
	if _, pattern := p.Mux.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/api/v2/alerts"}}); strings.HasPrefix(pattern, "/api/") {
		links = append(links, web.LandingLinks{Address: "api/v2/alerts", Text: "Alerts", Description: "the incidents that are not closed, as Alertmanager's API has them"})
	}
	page, err := web.NewLandingPage(web.LandingConfig{Name: p.title(), Version: Version(), Links: links, Profiling: "false"})
	if err != nil {
		return nil, fmt.Errorf("making the index page: %w", err)
	}
	return page, nil
}

func (p *Process) routes(reloads *reloader) {
	p.Mux.Handle("GET /metrics", promhttp.HandlerFor(p.Registry, promhttp.HandlerOpts{Registry: p.Registry, EnableOpenMetrics: true}))
	p.Mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		page, err := p.index()
		if err != nil {
			answer(w, http.StatusInternalServerError, err.Error())
			return
		}
		// The toolkit's page has its style within; nothing of it comes from elsewhere.
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
		page.ServeHTTP(w, r)
	})
	p.Mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, p.title()+" is healthy.")
	})
	p.Mux.HandleFunc("GET /-/ready", func(w http.ResponseWriter, _ *http.Request) {
		if err := p.notReady(reloads); err != nil {
			answer(w, http.StatusServiceUnavailable, p.title()+" is not ready: "+err.Error())
			return
		}
		answer(w, http.StatusOK, p.title()+" is ready.")
	})
	p.Mux.HandleFunc("POST /-/reload", func(w http.ResponseWriter, r *http.Request) {
		if err := reloads.reload(r.Context(), "POST /-/reload"); err != nil {
			answer(w, http.StatusInternalServerError, "The new configuration was refused; the last good one stays live.\n"+err.Error())
			return
		}
		answer(w, http.StatusOK, "Configuration loaded.")
	})
	p.Mux.HandleFunc("GET /debug/pprof/", p.loopbackOnly(pprof.Index))
	p.Mux.HandleFunc("GET /debug/pprof/profile", p.loopbackOnly(pprof.Profile))
	p.Mux.HandleFunc("GET /debug/pprof/trace", p.loopbackOnly(pprof.Trace))
}

// loopbackOnly keeps the profiler from everybody but the machine's own users.
func (p *Process) loopbackOnly(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil || !net.ParseIP(host).IsLoopback() {
			http.NotFound(w, r)
			return
		}
		h(w, r)
	}
}

func (p *Process) notReady(reloads *reloader) error {
	parts, all := reloads.started()
	if healthy := p.healthy.Load(); healthy != nil {
		all = errors.Join(all, (*healthy)())
	}
	for _, part := range parts {
		if err := part.Ready(); err != nil {
			all = errors.Join(all, fmt.Errorf("%s: %w", part.Name, err))
		}
	}
	return all
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	if _, err := fmt.Fprintln(w, text); err != nil {
		return // the client has gone
	}
}

// secure refuses requests that another site makes a browser send, and tells
// browsers to run nothing.
func secure(h http.Handler) http.Handler {
	guarded := http.NewCrossOriginProtection().Handler(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		guarded.ServeHTTP(w, r)
	})
}
