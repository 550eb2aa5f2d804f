package notify

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"

	amalert "github.com/prometheus/alertmanager/alert"
	amnotify "github.com/prometheus/alertmanager/notify"
	"github.com/prometheus/common/model"
)

// Integration is one channel of a receiver.
type Integration struct {
	Receiver string
	Name     string // kind and index within the receiver: "slack-0"
	Kind     string

	sender   amnotify.Integration
	first    amnotify.Integration // for the first message of a thread
	edits    bool                 // the sender can change what it has sent
	place    string               // where, if it can
	markup   markup
	fits     func([]event.Alert) bool // of escaped ones; nil for a channel without bounds
	deadline time.Duration
	secrets  *secrets
	host     string    // where a sender that does not tell it sends to
	reach    *boundary // of one that connects by itself; nil for the others
	hanging  atomic.Int32
}

// Remarks are what is to be said about a message besides its news. They become
// annotations of every alert in it; an empty one is left out.
type Remarks struct {
	Repeat   string // it may have been sent before
	Delayed  string // how late it is, and why
	Fallback string // which channel it should have gone through
}

// maxHanging is how many tries of one integration may hang past their deadline
// before no new one is made: the SMTP sender cannot be stopped.
const maxHanging = 8

// Send makes one try to send a notification and says how it ended. It returns
// soon after its deadline, whatever the sender does.
func (i *Integration) Send(ctx context.Context, n event.Notification, remarks Remarks, now time.Time) Result {
	return i.try(ctx, n, remarks, now, &thread{})
}

func (i *Integration) try(ctx context.Context, n event.Notification, remarks Remarks, now time.Time, t *thread) Result {
	if !i.sender.SendResolved() && !t.edit && !t.instead { // to mark a message as closed tells nobody
		n.Alerts = slices.DeleteFunc(slices.Clone(n.Alerts), func(a event.Alert) bool { return !a.EndsAt.IsZero() })
	}
	if len(n.Alerts) == 0 {
		return Result{Outcome: Skipped}
	}
	alerts := i.alerts(n, remarks, now)
	ctx, cancel := context.WithTimeout(i.context(ctx, n, now), i.deadline)
	defer cancel()
	var written atomic.Bool
	var host atomic.Pointer[string]
	ctx = httptrace.WithClientTrace(context.WithValue(ctx, threadKey{}, t), &httptrace.ClientTrace{
		GetConn:      func(at string) { host.Store(&at) },
		WroteRequest: func(httptrace.WroteRequestInfo) { written.Store(true) },
	})
	sender := &i.sender
	if n.Thread == n.ID {
		sender = &i.first
	}
	a := i.guard(ctx, sender, alerts)
	// Only senders that pass the context on tell what was written.
	result := i.secrets.conclude(a.retry, a.err, written.Load() || i.Kind == "email" && begun(a.err) || i.Kind == "sns", time.Duration(t.wait.Load()))
	switch result.Post = a.stands; {
	case a.gone:
		result.Outcome = Skipped
	case a.stuck:
		result.Outcome = Stuck
	}
	if result.Err != nil {
		result.Trouble.Host = i.host
		if at := host.Load(); at != nil {
			result.Trouble.Host = i.secrets.hide(*at)
		}
	}
	return result
}

type answer struct {
	retry  bool
	err    error
	stands Post
	gone   bool // so that nothing was sent
	stuck  bool // nor here
}

// guard runs the sender so that neither its panic nor its silence hurts.
func (i *Integration) guard(ctx context.Context, sender *amnotify.Integration, alerts []*amalert.Alert) answer {
	if i.hanging.Load() >= maxHanging {
		return answer{retry: true, err: errBusy}
	}
	if i.reach != nil {
		if err := i.reach.resolve(ctx, i.host); err != nil {
			return answer{retry: true, err: err}
		}
	}
	done := make(chan answer, 1)
	i.hanging.Add(1)
	go func() {
		defer i.hanging.Add(-1)
		var a answer
		defer func() {
			if p := recover(); p != nil {
				a = answer{retry: true, err: &panicError{p}}
			}
			done <- a
		}()
		a.retry, a.err = sender.Notify(ctx, alerts...)
		if a.err == nil {
			t := threadOf(ctx)
			a.stands, a.gone, a.stuck = t.stands, t.gone, t.stuck
		}
	}()
	select {
	case a := <-done:
		return a
	case <-ctx.Done():
	}
	// A sender that heeds the context ends now and says more than we could.
	grace := time.NewTimer(100 * time.Millisecond)
	defer grace.Stop()
	select {
	case a := <-done:
		return a
	case <-grace.C:
		return answer{retry: true, err: context.Cause(ctx)}
	}
}

// context carries what Alertmanager's senders and templates ask for.
func (i *Integration) context(ctx context.Context, n event.Notification, now time.Time) context.Context {
	ctx = amnotify.WithGroupKey(ctx, n.GroupKey)
	ctx = amnotify.WithGroupLabels(ctx, LabelSet(i.markup.labels(n.GroupLabels)))
	ctx = amnotify.WithReceiverName(ctx, n.Receiver)
	ctx = amnotify.WithNow(ctx, now)
	ctx = amnotify.WithRepeatInterval(ctx, n.RepeatInterval)
	return amnotify.WithNotificationReason(ctx, reason(n.Reason))
}

func reason(words string) amnotify.NotifyReason {
	for r := amnotify.ReasonFirstNotification; r < amnotify.ReasonUnknown; r++ {
		if r.String() == words {
			return r
		}
	}
	return amnotify.ReasonUnknown
}

// alerts says the notification's alerts as this channel may show them.
func (i *Integration) alerts(n event.Notification, remarks Remarks, now time.Time) []*amalert.Alert {
	var kept []event.Alert
	for _, a := range n.Alerts {
		a.Annotations = maps.Clone(a.Annotations)
		if a.Annotations == nil {
			a.Annotations = map[string]string{}
		}
		for name, value := range map[string]string{
			"repeat": remarks.Repeat, "delayed": strings.TrimSpace(a.Annotations["delayed"] + " " + remarks.Delayed), "opening": n.Opening, "fallback": remarks.Fallback,
			"notification": n.ID, "thread": cmp.Or(n.Thread, n.ID),
		} {
			if value != "" {
				a.Annotations[name] = value
			}
		}
		alert.Sent(a.Annotations, now)
		kept = append(kept, a)
	}
	// What is cut is cut before it is escaped, so that no escape is cut in two.
	if i.fits != nil {
		kept = shorten(kept, func(some []event.Alert) bool { return i.fits(i.escaped(some)) })
	}
	kept = i.escaped(kept)
	out := make([]*amalert.Alert, 0, len(kept))
	for _, a := range kept {
		out = append(out, &amalert.Alert{UpdatedAt: now, Alert: modelAlert(a)})
	}
	return out
}

// Room is how many alerts of a notification, from the first, one message shows; the
// others it only counts.
func (i *Integration) Room(n event.Notification, now time.Time) int {
	return len(i.alerts(n, Remarks{}, now))
}

func (i *Integration) escaped(alerts []event.Alert) []event.Alert {
	out := slices.Clone(alerts)
	for at := range out {
		a := &out[at]
		a.Labels = i.markup.labels(a.Labels)
		a.Annotations = i.markup.annotations(a.Annotations)
		a.GeneratorURL, _ = alert.SafeURL(a.GeneratorURL)
	}
	return out
}

func modelAlert(a event.Alert) model.Alert {
	return model.Alert{
		Labels: LabelSet(a.Labels), Annotations: LabelSet(a.Annotations),
		StartsAt: a.StartsAt, EndsAt: a.EndsAt, GeneratorURL: a.GeneratorURL,
	}
}

// String names the integration in logs.
func (i *Integration) String() string { return fmt.Sprintf("%s/%s", i.Receiver, i.Name) }
