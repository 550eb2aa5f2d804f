package alerter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/notify"
)

// Trial is what became of a test message in one channel.
type Trial struct {
	Channel   string `json:"channel"` // "slack-0"
	Delivered bool   `json:"delivered"`
	// The others say why it was not: what kind of trouble, of which host, its words, and what to do.
	Class  string `json:"class,omitempty"`
	Host   string `json:"host,omitempty"`
	Error  string `json:"error,omitempty"`
	Remedy string `json:"remedy,omitempty"`
}

// ReceiverNames are the receivers of alerting.yaml, in its order.
func ReceiverNames(dir *config.Dir) []string {
	channels, err := notify.Load(dir, notify.Options{})
	if err != nil {
		return nil // said by whoever is to send
	}
	var names []string
	for _, r := range channels.Receivers() {
		names = append(names, r.Name)
	}
	return names
}

// RegionIDs are those of regions.yaml, and of what is in none.
func RegionIDs(dir *config.Dir) []string { return notify.Regions(dir) }

// Untried is why a receiver cannot be tried as it is named and configured.
type Untried string

// Error implements error.
func (u Untried) Error() string { return string(u) }

// Try sends one message, marked as a drill, through every channel of a receiver as if of an incident:
// with its templates, bounds, escapes and secrets. It takes no route and is stored nowhere. tell hears of each
// channel as it ends. The error is an Untried where nothing could be sent. Of the options it takes Config, Settings and ExternalURL.
func Try(ctx context.Context, o Options, receiver string, tell func(Trial) error) error {
	c, err := readConfig(o.Settings)
	if err != nil {
		return err
	}
	external, err := parseURL(o.ExternalURL)
	if err != nil {
		return err
	}
	channels, err := load(o.Config, o.Settings, c, notify.Options{ExternalURL: external})
	if err != nil {
		return err
	}
	r, ok := channels.Receiver(receiver)
	switch {
	case !ok:
		return Untried(fmt.Sprintf("%s has no receiver %q; it has %s", notify.File, receiver, strings.Join(ReceiverNames(o.Config), ", ")))
	case len(r.Integrations) == 0:
		return Untried(fmt.Sprintf("receiver %q has no channel, so that nobody is told; give it one in %s or alerter.channels", receiver, notify.File))
	}
	a, _ := alert.New(trialIncident(receiver, time.Now())).Tell(func(string) bool { return false })
	for _, i := range r.Integrations {
		result := straight(ctx, i, a)
		mayStand := result.Outcome == notify.Sent || result.Outcome == notify.Uncertain
		if mayStand && !i.Read() && i.Kind != "webhook" { // a service that would page until somebody ends it
			ended := a
			ended.Revision, ended.EndsAt = 2, time.Now()
			if end := straight(ctx, i, ended); end.Err != nil && result.Err == nil {
				result = end
			}
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := tell(trial(i.Name, result)); err != nil {
			return err
		}
	}
	return nil
}

// trialIncident is one that says what it is in every part that a channel may show alone.
func trialIncident(receiver string, now time.Time) event.Incident {
	const said = "test message, nothing has happened"
	id := event.NewID("trial", receiver, now.UTC().Format(time.RFC3339Nano))
	return event.Incident{
		ID: id, Revision: 1, Change: event.Change{Kind: event.ChangeNew, Reasons: []string{said}}, Status: event.StatusOpen, Exercise: true,
		Headline: "TEST of the receiver " + receiver + ": " + said, Indicator: "test-message", Category: "protest", Severity: event.SeverityLow, Score: 1,
		Reports: []event.Report{{
			Item: id, Title: "TEST: " + said, Source: event.Source{Feed: "faultline-test", Title: "faultline receivers test"},
			Findings: []event.Finding{{Indicator: "test-message", Title: "Test message", Assertion: event.Asserted, Points: 1, Evidence: []event.Evidence{{Text: said}}}},
			Times:    event.Times{Published: now, Seen: now, Assessed: now},
		}},
		Corroboration: event.Corroboration{Independent: 1, Credibility: 6}, Opened: now, Updated: now,
	}
}

func trial(channel string, result notify.Result) Trial {
	t := Trial{Channel: channel}
	switch {
	case result.Outcome == notify.Sent:
		t.Delivered = true
		return t
	case result.Err == nil:
		result.Err = errors.New("the channel took nothing")
	}
	class := result.Trouble.Class
	t.Class, t.Host, t.Error = string(class), result.Trouble.Host, result.Err.Error()
	if meaning := class.Meaning(); meaning != "" {
		t.Error = meaning + ": " + t.Error
	}
	if result.Outcome == notify.Uncertain {
		t.Error = "it may have arrived: " + t.Error
	}
	t.Remedy, _, _ = strings.Cut(class.Remedy(), ", then faultline dlq replay")
	t.Remedy, _, _ = strings.Cut(t.Remedy, "; it is tried again")
	return t
}
