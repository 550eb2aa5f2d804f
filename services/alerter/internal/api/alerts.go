package api

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/notify"

	amalert "github.com/prometheus/alertmanager/alert"
	"github.com/prometheus/alertmanager/dispatch"
	amprovider "github.com/prometheus/alertmanager/provider"
	"github.com/prometheus/common/model"
)

// changeLabel is the label that differs from change to change of one incident.
// An alert of the API is the incident and has none: a silence made of its labels
// would end with the next change.
const changeLabel = "change"

// lookEvery bounds how often the incidents are read for the API.
const lookEvery = 2 * time.Second

// alerts are the incidents that are not closed, as alerts.
type alerts struct {
	read time.Time
	all  []*amalert.Alert
}

// look reads the incidents, unless that was done a moment ago.
func (a *API) look(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if time.Since(a.shown.Load().read) < lookEvery {
		return nil
	}
	now := &alerts{read: time.Now()}
	err := a.incidents.Each(ctx, func(e bus.Entry) error {
		in, err := incident.Decode(e.Value)
		if err != nil || in.Status == event.StatusClosed {
			return nil //nolint:nilerr // said by the aggregator, which reads them all at its start
		}
		now.all = append(now.all, a.convert(*in))
		return nil
	})
	if err != nil {
		return err
	}
	a.shown.Store(now)
	return nil
}

// convert says an incident as an alert. It has no end: it is closed, not timed
// out.
func (a *API) convert(in event.Incident) *amalert.Alert {
	named := alert.New(in)
	named.Name(a.tree.Load().config.Region(in.Region)) // as messages have it
	draft := named.Alert
	out := &amalert.Alert{UpdatedAt: in.Updated, Alert: model.Alert{
		Labels: notify.LabelSet(draft.Labels), Annotations: notify.LabelSet(draft.Annotations),
		StartsAt: draft.StartsAt, EndsAt: time.Now().Add(24 * time.Hour).Truncate(time.Hour), GeneratorURL: draft.GeneratorURL,
	}}
	delete(out.Labels, changeLabel)
	return out
}

// provider hands the alerts to Alertmanager's code.
type provider struct{ shown *atomic.Pointer[alerts] }

var errReadOnly = errors.New("alerts cannot be posted here")

// GetPending implements Alertmanager's provider.
func (p provider) GetPending() amprovider.AlertIterator {
	all := p.shown.Load().all
	ch := make(chan *amprovider.Alert, len(all))
	for _, a := range all {
		ch <- &amprovider.Alert{Data: a}
	}
	close(ch)
	return amprovider.NewAlertIterator(ch, make(chan struct{}), nil)
}

// Get implements Alertmanager's provider.
func (p provider) Get(fp model.Fingerprint) (*amalert.Alert, error) {
	all := p.shown.Load().all
	i := slices.IndexFunc(all, func(a *amalert.Alert) bool { return a.Fingerprint() == fp })
	if i < 0 {
		return nil, amprovider.ErrNotFound
	}
	return all[i], nil
}

// Subscribe implements Alertmanager's provider: nothing comes this way.
func (p provider) Subscribe(string) amprovider.AlertIterator { return p.GetPending() }

// SlurpAndSubscribe implements Alertmanager's provider.
func (p provider) SlurpAndSubscribe(string) ([]*amalert.Alert, amprovider.AlertIterator) {
	return p.shown.Load().all, p.GetPending()
}

// Put implements Alertmanager's provider, by refusing.
func (p provider) Put(context.Context, ...*amalert.Alert) error { return errReadOnly }

// groups puts the alerts into the groups of the routing tree.
func (a *API) groups(_ context.Context, wanted func(*dispatch.Route) bool, shown func(*amalert.Alert, time.Time) bool) (dispatch.AlertGroups, map[model.Fingerprint][]string, error) {
	var all dispatch.AlertGroups
	byKey, receivers, now := map[string]*dispatch.AlertGroup{}, map[model.Fingerprint][]string{}, time.Now()
	for _, x := range a.shown.Load().all {
		if !shown(x, now) {
			continue
		}
		for _, r := range a.tree.Load().root.Match(x.Labels) {
			if !wanted(r) {
				continue
			}
			receivers[x.Fingerprint()] = append(receivers[x.Fingerprint()], r.RouteOpts.Receiver)
			labels := groupLabels(r, x.Labels)
			key := r.ID() + ":" + labels.String()
			if byKey[key] == nil {
				byKey[key] = &dispatch.AlertGroup{Labels: labels, Receiver: r.RouteOpts.Receiver, GroupKey: r.Key() + ":" + labels.String(), RouteID: r.ID()}
				all = append(all, byKey[key])
			}
			byKey[key].Alerts = append(byKey[key].Alerts, x)
		}
	}
	slices.SortFunc(all, func(x, y *dispatch.AlertGroup) int {
		switch {
		case x.Labels.Before(y.Labels):
			return -1
		case y.Labels.Before(x.Labels):
			return 1
		}
		return 0
	})
	return all, receivers, nil
}

func groupLabels(r *dispatch.Route, all model.LabelSet) model.LabelSet {
	labels := model.LabelSet{}
	for name, value := range all {
		if _, ok := r.RouteOpts.GroupBy[name]; ok || r.RouteOpts.GroupByAll {
			labels[name] = value
		}
	}
	return labels
}
