package notify

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	amalert "github.com/prometheus/alertmanager/alert"
	amnotify "github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/common/model"
)

// openFor is how long an alert stands in the other Alertmanager without news. An
// alert without an end would be over after its resolve_timeout.
const openFor = 72 * time.Hour

// peer posts to an Alertmanager outside, by its API v2.
type peer struct {
	conf   PeerConfig
	client *http.Client
}

// posted is an alert as the API takes and tells it.
type posted struct {
	Labels       model.LabelSet `json:"labels"`
	Annotations  model.LabelSet `json:"annotations,omitempty"`
	StartsAt     time.Time      `json:"startsAt"`
	EndsAt       time.Time      `json:"endsAt"`
	GeneratorURL string         `json:"generatorURL,omitempty"`
}

// Notify implements Alertmanager's Notifier. An alert is its labels, there, and
// those of an incident change with it: what the other one still has of the incident
// under other labels ends as the alert is posted.
func (p *peer) Notify(ctx context.Context, alerts ...*amalert.Alert) (retry bool, err error) {
	now, ok := amnotify.Now(ctx)
	if !ok {
		return false, errors.New("the time of the notification is missing")
	}
	all := make([]posted, 0, 2*len(alerts))
	for _, a := range alerts {
		all = append(all, post(a, now))
	}
	have, retry, err := p.standing(ctx, all)
	if err != nil {
		return retry, err
	}
	for _, old := range have {
		if !slices.ContainsFunc(all, func(a posted) bool { return a.Labels.Equal(old.Labels) }) {
			old.EndsAt = now
			all = append(all, old)
		}
	}
	request, err := jsonRequest(ctx, http.MethodPost, p.address(), all, p.conf.Token)
	if err != nil {
		return false, err
	}
	_, retry, err = exchange(p.client, request)
	return retry, err
}

func (p *peer) address() string { return strings.TrimSuffix(p.conf.URL, "/") + "/api/v2/alerts" }

// post is an alert without the label that differs with each change.
func post(a *amalert.Alert, now time.Time) posted {
	out := posted{Labels: a.Labels.Clone(), Annotations: a.Annotations, StartsAt: a.StartsAt, EndsAt: a.EndsAt, GeneratorURL: a.GeneratorURL}
	delete(out.Labels, changing)
	if out.EndsAt.IsZero() {
		out.EndsAt = now.Add(openFor)
	}
	return out
}

// standing are the alerts that the other one has of these incidents.
func (p *peer) standing(ctx context.Context, all []posted) (have []posted, retry bool, err error) {
	var ids []string
	for _, a := range all {
		ids = append(ids, string(a.Labels["incident"]))
	}
	filter := url.Values{"filter": {"incident=~" + strconv.Quote(strings.Join(ids, "|"))}}
	request, err := jsonRequest(ctx, http.MethodGet, p.address()+"?"+filter.Encode(), nil, p.conf.Token)
	if err != nil {
		return nil, false, err
	}
	answer, retry, err := exchange(p.client, request)
	if err != nil {
		return nil, retry, err
	}
	if json.Unmarshal(answer, &have) != nil {
		retry, err = unreadable("the other Alertmanager")
	}
	return have, retry, err
}
