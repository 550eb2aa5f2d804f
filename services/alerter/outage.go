package alerter

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/route"
)

// outage tells the receivers of notices, straight through their channels, that NATS stores nothing: a
// full disk, or a server that is away. Every other message is stored before it is sent, and that one cannot be. It is kept
// in memory, so each alerter tells of it by itself, and one that is restarted meanwhile does so again, if it can begin at all: without a server it cannot.
type outage struct {
	host     string
	check    func(context.Context) error // whether anything is stored
	channels func() *notify.Config
	silenced func(context.Context, map[string]string) (time.Time, []string, error)
	logger   *slog.Logger
	pace     outagePace

	notice event.Notice    // of the present or last outage; Since is zero before the first
	owed   map[string]bool // channels that were told that it began, and not that it is over
	told   time.Time       // when the first channel heard of it
	tried  map[string]int
}

// outagePace is when an outage is one.
type outagePace struct {
	every time.Duration // between checks, and the most one may take
	lasts time.Duration // from when on it is told, and for how long all must be well for it to be over
	rest  time.Duration // between the first message of one and that of the next
}

var defaultOutagePace = outagePace{every: 15 * time.Second, lasts: time.Minute, rest: 30 * time.Minute}

// maxOutageTries is how often a channel that does not take the message is asked, one check after the other.
const maxOutageTries = 20

func newOutage(check func(context.Context) error, channels func() *notify.Config, silenced func(context.Context, map[string]string) (time.Time, []string, error), logger *slog.Logger) *outage {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	return &outage{host: host, check: check, channels: channels, silenced: silenced, logger: logger, pace: defaultOutagePace}
}

// Run looks after the store until ctx ends.
func (o *outage) Run(ctx context.Context) error {
	ticker := time.NewTicker(o.pace.every)
	defer ticker.Stop()
	var bad, good time.Time // since when it has been so without a break
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
		err := o.examine(ctx)
		now := time.Now()
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			if bad = (time.Time{}); good.IsZero() {
				good = now
			}
			if now.Sub(good) >= o.pace.lasts {
				o.over(ctx, good)
			}
		default:
			if good = (time.Time{}); bad.IsZero() {
				bad = now
			}
			if now.Sub(bad) >= o.pace.lasts {
				o.began(ctx, bad, err)
			}
		}
	}
}

func (o *outage) examine(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, o.pace.every)
	defer cancel()
	return o.check(ctx)
}

// began tells the channels that do not know yet.
func (o *outage) began(ctx context.Context, since time.Time, cause error) {
	if o.notice.Since.IsZero() || !o.notice.Over.IsZero() {
		if time.Since(o.told) < o.pace.rest { // it is told then if it lasts
			return
		}
		o.notice = event.Notice{
			ID: event.NewID(string(event.NoticeStoreRefuses), o.host, since.UTC().Format(time.RFC3339Nano)), Kind: event.NoticeStoreRefuses, Host: o.host,
			Severity: event.SeverityHigh, Since: since, Summary: "NATS stores nothing: no news is told until it does (" + o.host + ")",
			Detail: fmt.Sprintf("%v. This message came past the store: it is kept nowhere, and each alerter sends one.", cause),
			Remedy: "Free space on the disk of the NATS server, or bring the server back; then work goes on by itself (docs/operation.md, When the disk is full).",
		}
		o.owed, o.tried = map[string]bool{}, map[string]int{}
	}
	o.tell(ctx, func(i *notify.Integration) bool { return !o.owed[i.String()] && o.tried[i.String()] < maxOutageTries }, func(i *notify.Integration) {
		if len(o.owed) == 0 {
			o.told = time.Now()
		}
		o.owed[i.String()] = true
	})
}

// over tells the channels that know of the outage that it has ended.
func (o *outage) over(ctx context.Context, since time.Time) {
	if o.notice.Since.IsZero() {
		return
	}
	if o.notice.Over.IsZero() {
		o.notice.Over, o.tried = since, map[string]int{}
	}
	o.tell(ctx, func(i *notify.Integration) bool { return o.owed[i.String()] && o.tried[i.String()] < maxOutageTries }, func(i *notify.Integration) {
		delete(o.owed, i.String())
	})
}

// tell sends the notice as it stands to those channels of its routes that want it.
func (o *outage) tell(ctx context.Context, wants func(*notify.Integration) bool, done func(*notify.Integration)) {
	if !o.notice.Over.IsZero() && len(o.owed) == 0 {
		return
	}
	draft, cfg := alert.Notice(o.notice), o.channels()
	for _, t := range route.Tellings(cfg, draft) {
		if o.held(ctx, cfg, t.Route, draft.Alert.Labels) {
			continue
		}
		receiver, _ := cfg.Receiver(t.Route.Receiver)
		for _, i := range receiver.Integrations {
			if !wants(i) {
				continue
			}
			o.tried[i.String()]++
			result := straight(ctx, i, draft.Alert)
			log := o.logger.With("receiver", i.Receiver, "integration", i.Name, "over", !o.notice.Over.IsZero())
			switch result.Outcome {
			case notify.Failed:
				log.Warn("A channel was not told, past the store, that NATS stores nothing; it is tried again", "err", result.Err)
			case notify.Rejected:
				log.Error("A channel refuses to be told, past the store, that NATS stores nothing", "err", result.Err)
				done(i)
			default: // sent, skipped, or in doubt: then a repeat would be worse
				log.Warn("A channel was told, past the store, whether NATS stores", "outcome", result.Outcome)
				done(i)
			}
		}
	}
}

// held reports whether a time interval or a silence keeps the alert from the route. A silence that
// cannot be asked about keeps nothing.
func (o *outage) held(ctx context.Context, cfg *notify.Config, r group.Route, labels map[string]string) bool {
	if muted, err := cfg.Mutes(notify.Route(r), time.Now()); err == nil && muted {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_, by, err := o.silenced(ctx, labels)
	return err == nil && len(by) > 0
}

// straight sends one alert through a channel, past the store.
func straight(ctx context.Context, i *notify.Integration, a event.Alert) notify.Result {
	now := time.Now()
	n := event.Notification{
		ID: event.NewID("straight", a.Incident, i.Receiver, i.Name, fmt.Sprint(a.Revision)), Receiver: i.Receiver, Integration: i.Name,
		GroupKey: "straight:" + a.Incident, GroupLabels: map[string]string{"alertname": a.Labels["alertname"]},
		Reason: group.ReasonNew, Created: now, Exercise: a.Labels["exercise"] == "true", Alerts: []event.Alert{a},
	}
	n.Thread = n.ID
	return i.Send(ctx, n, notify.Remarks{}, now)
}
