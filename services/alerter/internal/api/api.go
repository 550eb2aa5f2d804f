// Package api serves Alertmanager's API v2 over the incidents and silences of
// the alerter, so that amtool, karma and Grafana's Alertmanager data source work
// with it. The answers are made by Alertmanager's own code; this package gives
// it the alerts, and makes what it changes durable.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"faultline/pkg/bus"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/silence"

	"github.com/go-openapi/strfmt"
	amapi "github.com/prometheus/alertmanager/api/v2"
	"github.com/prometheus/alertmanager/api/v2/models"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/marker"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/model"
)

// Prefix is where the API is mounted.
const Prefix = "/api/v2/"

// Version is that of the Alertmanager whose API this is: as go.mod has it.
const Version = "0.34.2"

// maxBody bounds what is posted: a silence.
const maxBody = 64 << 10

// Options are what the API shows. All of it must be set.
type Options struct {
	Bus      *bus.Bus
	Silences *silence.Store
	// Inhibited returns the labels of what inhibits an alert, nil for nothing.
	Inhibited func(ctx context.Context, labels map[string]string) (by map[string]string, err error)
	Logger    *slog.Logger
	// Registerer takes the metric by which karma knows what it speaks to.
	Registerer prometheus.Registerer
}

// API is an http.Handler for requests under Prefix. It answers once it has a
// configuration.
type API struct {
	Options
	incidents *bus.Bucket
	began     time.Time
	tree      atomic.Pointer[tree]

	making sync.Mutex // guards v2
	v2     *amapi.API // nil until somebody asks

	mu    sync.Mutex // guards the reading of the incidents
	shown atomic.Pointer[alerts]
}

// tree is the configuration as the API shows it.
type tree struct {
	config *notify.Config
	root   *dispatch.Route
	routes map[string]*dispatch.Route // by id
}

// New opens the store of the incidents.
func New(ctx context.Context, o Options) (*API, error) {
	incidents, err := o.Bus.Bucket(ctx, bus.IncidentState)
	if err != nil {
		return nil, err
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "alertmanager_build_info", Help: "Always 1; version is that of the Alertmanager whose API v2 the alerter speaks, which karma looks for.",
		ConstLabels: prometheus.Labels{"version": Version},
	})
	build.Set(1)
	if err := o.Registerer.Register(build); err != nil {
		return nil, fmt.Errorf("registering the version of the API: %w", err)
	}
	a := &API{Options: o, incidents: incidents, began: time.Now()}
	a.shown.Store(&alerts{})
	return a, nil
}

// handler is Alertmanager's own code. It is made when somebody first asks, as many desks never
// do: its schemas take 4 MB. There must be a configuration.
func (a *API) handler() (http.Handler, error) {
	a.making.Lock()
	defer a.making.Unlock()
	if a.v2 != nil {
		return a.v2.Handler, nil
	}
	// The metrics of this code have Alertmanager's names and count what comes in
	// through it: nothing, here.
	v2, err := amapi.NewAPI(provider{&a.shown}, a.groups, a.muted, a.Silences.Alertmanager(), nil, a.Logger, prometheus.NewRegistry())
	if err != nil {
		return nil, fmt.Errorf("making the API: %w", err)
	}
	v2.Update(a.tree.Load().config.Alertmanager(), a.mark)
	a.v2 = v2
	return v2.Handler, nil
}

// SetConfig shows another configuration from now on.
func (a *API) SetConfig(c *notify.Config) {
	t := &tree{config: c, root: dispatch.NewRoute(c.Alertmanager().Route, nil), routes: map[string]*dispatch.Route{}}
	t.root.Walk(func(r *dispatch.Route) { t.routes[r.ID()] = r })
	a.making.Lock()
	defer a.making.Unlock()
	a.tree.Store(t)
	if a.v2 != nil {
		a.v2.Update(c.Alertmanager(), a.mark)
	}
}

// mark notes on an alert which silences it has, and what inhibits it.
func (a *API) mark(ctx context.Context, labels model.LabelSet) {
	m, ok := marker.FromContext(ctx)
	if !ok {
		return
	}
	plain := make(map[string]string, len(labels))
	for name, value := range labels {
		plain[string(name)] = string(value)
	}
	_, by, err := a.Silences.Silenced(ctx, plain)
	if err != nil && ctx.Err() == nil {
		a.Logger.Error("The API cannot tell what is silenced", "err", err)
	}
	m.SetSilenced(labels.Fingerprint(), by)
	source, err := a.Inhibited(ctx, plain)
	if err != nil && ctx.Err() == nil { // else whoever asked has gone
		a.Logger.Error("The API cannot tell what is inhibited", "err", err)
	}
	if source != nil {
		m.SetInhibited(labels.Fingerprint(), []string{notify.Fingerprint(source)})
	}
}

// muted tells which time intervals mute a group's route at the moment.
func (a *API) muted(routeID, _ string) (by []string, muted bool) {
	t := a.tree.Load()
	r := t.routes[routeID]
	if r == nil {
		return nil, false
	}
	muted, err := t.config.Mutes(notify.Convert(r), time.Now())
	if err != nil || !muted {
		return nil, false
	}
	if by = r.RouteOpts.MuteTimeIntervals; len(by) == 0 {
		by = r.RouteOpts.ActiveTimeIntervals
	}
	return by, true
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if a.tree.Load() == nil {
		refuse(w, http.StatusServiceUnavailable, "the configuration is not read yet")
		return
	}
	v2, err := a.handler()
	if err != nil {
		a.Logger.Error("The API cannot be made", "err", err)
		refuse(w, http.StatusInternalServerError, "the API cannot be made")
		return
	}
	switch {
	case r.URL.Path == Prefix+"alerts" && r.Method == http.MethodPost:
		w.Header().Set("Allow", http.MethodGet)
		refuse(w, http.StatusMethodNotAllowed, "incidents are made of what feeds publish; alerts cannot be posted here")
	case r.Method == http.MethodPost, r.Method == http.MethodDelete:
		a.change(v2, w, r)
	case r.URL.Path == Prefix+"status":
		a.status(v2, w, r)
	default:
		if r.URL.Path == Prefix+"alerts" || r.URL.Path == Prefix+"alerts/groups" {
			if err := a.look(r.Context()); err != nil {
				a.Logger.Error("The API cannot read the incidents", "err", err)
				refuse(w, http.StatusServiceUnavailable, "the incidents cannot be read: NATS does not answer")
				return
			}
		}
		v2.ServeHTTP(w, r)
	}
}

// status answers with the time since which the process is up, and not the API, and with the
// version of Alertmanager, which its own build alone has.
func (a *API) status(v2 http.Handler, w http.ResponseWriter, r *http.Request) {
	answer := &held{header: http.Header{}, status: http.StatusOK}
	v2.ServeHTTP(answer, r)
	var is models.AlertmanagerStatus
	if answer.status == http.StatusOK && json.Unmarshal(answer.body.Bytes(), &is) == nil && is.VersionInfo != nil {
		began, version := strfmt.DateTime(a.began), Version
		is.Uptime, is.VersionInfo.Version = &began, &version
		answer.body.Reset()
		if err := json.NewEncoder(&answer.body).Encode(is); err != nil {
			a.Logger.Error("The API's status cannot be written", "err", err)
		}
	}
	answer.send(w)
}

// change lets Alertmanager's code change the silences and answers only when the
// change is durable.
func (a *API) change(v2 http.Handler, w http.ResponseWriter, r *http.Request) {
	answer := &held{header: http.Header{}, status: http.StatusOK}
	v2.ServeHTTP(answer, r)
	if answer.status < 300 {
		if err := a.Silences.Flush(r.Context()); err != nil {
			a.Logger.Error("A silence is in force and cannot be stored yet; trying again", "err", err)
			refuse(w, http.StatusServiceUnavailable, "the silence is in force here and could not be stored: NATS does not answer; it is tried again each minute")
			return
		}
	}
	answer.send(w)
}

// held is an answer that is not sent yet.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header         { return h.header }
func (h *held) WriteHeader(status int)      { h.status = status }
func (h *held) Write(p []byte) (int, error) { return h.body.Write(p) }

// send sends it.
func (h *held) send(w http.ResponseWriter) {
	for name, values := range h.header {
		w.Header()[name] = values
	}
	w.WriteHeader(h.status)
	if _, err := w.Write(h.body.Bytes()); err != nil {
		return // the client has gone
	}
}

// refuse answers as Alertmanager does, with a JSON string.
func refuse(w http.ResponseWriter, status int, reason string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(reason); err != nil {
		return // the client has gone
	}
}
