package deliver

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"
)

// lane is one integration with its consumer. Its consumer has one worker, which
// is the only one to use the fields below sender.
type lane struct {
	pool                  *Pool
	receiver, integration string
	stopping              <-chan struct{}
	stop                  context.CancelFunc
	sender                atomic.Pointer[notify.Integration]

	failures int       // tries in a row that failed
	resume   time.Time // no try before
}

// maxUncertain is how often a message that may have arrived is sent again over
// a channel that cannot tell a repeat.
const maxUncertain = 8

// minDelay is from when on a message says how late it is.
const minDelay = time.Minute

var errStopping = errors.New("stopping")

// deliver makes one try. The pauses between tries of a channel are kept here,
// one for all its messages, so that a channel that is away is asked once in a
// while and not by every message.
func (l *lane) deliver(ctx context.Context, d *bus.Delivery) error {
	var n event.Notification
	if err := event.Decode(d.Data, &n); err != nil {
		return bus.Permanent(err)
	}
	if !l.pause(ctx) {
		return bus.RetryAfter(time.Millisecond, errStopping)
	}
	m, err := l.pool.marks.load(ctx, n.ID)
	if err != nil {
		return err
	}
	switch {
	case m.State == sent:
		return nil
	case time.Since(d.Published) > l.pool.giveUpAfter(): // a replayed dead letter is young again
		return l.giveUp(ctx, n, expired, fmt.Errorf("not delivered for %s: %s", l.pool.giveUpAfter(), m.Error))
	}
	remarks := notify.Remarks{Repeat: m.doubt(), Delayed: delay(n, time.Now())}
	if m.State == sending {
		m.Uncertain++
	}
	m.State, m.Tries = sending, m.Tries+1
	if err := l.pool.marks.save(ctx, n.ID, &m); err != nil {
		// Another process may have it in hand: look again later.
		return bus.RetryAfter(5*time.Second, err)
	}
	start := time.Now()
	result := l.sender.Load().Send(ctx, n, remarks, start)
	l.pool.metrics.duration.WithLabelValues(l.receiver, l.integration).Observe(time.Since(start).Seconds())
	return l.conclude(ctx, n, &m, result)
}

// pause waits until the channel may be tried again. It is false when the lane
// ends before.
func (l *lane) pause(ctx context.Context) bool {
	timer := time.NewTimer(time.Until(l.resume))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-l.stopping:
	case <-ctx.Done():
	}
	return time.Until(l.resume) <= 0
}

// conclude writes down how a try ended and says what becomes of the message.
func (l *lane) conclude(ctx context.Context, n event.Notification, m *mark, result notify.Result) error {
	l.pool.metrics.notifications.WithLabelValues(l.receiver, l.integration, string(result.Outcome)).Inc()
	m.State, m.Error = pending, ""
	if result.Err != nil {
		m.Error = result.Err.Error()
	}
	switch result.Outcome {
	case notify.Sent, notify.Skipped:
		m.State = sent
	case notify.Uncertain:
		m.State, m.Uncertain = uncertain, m.Uncertain+1
	}
	if err := l.note(ctx, n.ID, m); err != nil {
		return err
	}
	switch result.Outcome {
	case notify.Sent:
		l.pool.metrics.arrived(n, time.Now())
		l.failures = 0
		return nil
	case notify.Skipped:
		return nil
	case notify.Rejected:
		return l.giveUp(ctx, n, "", result.Err)
	}
	if result.Outcome == notify.Uncertain && m.Uncertain >= maxUncertain && !l.idempotent() {
		return l.giveUp(ctx, n, expired, fmt.Errorf("%d tries without an answer, each of which may have arrived: %w", m.Uncertain, result.Err))
	}
	return bus.RetryAfter(l.backOff(*m, result), fmt.Errorf("%s of receiver %s: %w", l.integration, l.receiver, result.Err))
}

// note saves a mark even when the process is about to end.
func (l *lane) note(ctx context.Context, id string, m *mark) error {
	if ctx.Err() != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
	}
	return l.pool.marks.save(ctx, id, m)
}

// idempotent reports whether the channel's readers are spared a repeat: the
// webhook by its Idempotency-Key, mail by its Message-Id, the paging services
// by the group's key.
func (l *lane) idempotent() bool {
	switch l.sender.Load().Kind {
	case "webhook", "email", "pagerduty", "opsgenie", "victorops", "incidentio":
		return true
	}
	return false
}

// backOff is how long this message waits for its next try, and sets how long
// the channel is left alone. A message that may have arrived waits longer, up
// to half an hour, where readers would see each repeat.
func (l *lane) backOff(m mark, result notify.Result) time.Duration {
	l.failures++
	wait := min(time.Second<<min(l.failures-1, 20), l.pool.MaxPause)
	wait += time.Duration(rand.Int64N(int64(wait)/4 + 1))
	wait = max(wait, result.RetryAfter)
	l.resume = time.Now().Add(wait)
	if result.Outcome == notify.Uncertain && !l.idempotent() {
		doubtful := 10 * time.Second
		for range m.Uncertain - 1 {
			doubtful = min(3*doubtful, 30*time.Minute)
		}
		wait = max(wait, min(doubtful, 30*l.pool.MaxPause))
	}
	return wait
}

// giveUp makes a dead letter of a message, after the fallback receiver was told.
func (l *lane) giveUp(ctx context.Context, n event.Notification, outcome string, cause error) error {
	if outcome != "" {
		l.pool.metrics.notifications.WithLabelValues(l.receiver, l.integration, outcome).Inc()
	}
	l.pool.Logger.Error("A notification could not be delivered; it is a dead letter now", "receiver", l.receiver, "integration", l.integration,
		"notification", n.ID, "incidents", len(n.Alerts), "err", cause)
	if err := l.fallBack(ctx, n, cause); err != nil {
		return err
	}
	return bus.Permanent(fmt.Errorf("%s of receiver %s: %w", l.integration, l.receiver, cause))
}

// fallBack hands a message to every channel of the fallback receiver.
func (l *lane) fallBack(ctx context.Context, n event.Notification, cause error) error {
	r, ok := l.pool.fallback()
	if !ok || r.Name == l.receiver {
		return nil
	}
	for _, i := range r.Integrations {
		copied := n
		copied.Receiver, copied.Integration = r.Name, i.Name
		copied.ID = event.NewID("fallback", n.ID, r.Name, i.Name)
		copied.Created, copied.Thread = time.Now(), copied.ID
		copied.Alerts = make([]event.Alert, len(n.Alerts))
		for j, a := range n.Alerts {
			annotations := map[string]string{}
			for k, v := range a.Annotations {
				annotations[k] = v
			}
			annotations["fallback"] = fmt.Sprintf("In place of %s of %s, which did not take it: %v", l.integration, l.receiver, cause)
			a.Annotations = annotations
			copied.Alerts[j] = a
		}
		data, err := event.Encode(&copied)
		if err != nil {
			return bus.Permanent(err)
		}
		if _, err := l.pool.Bus.PublishOnce(ctx, bus.Message{Subject: bus.NotificationSubject(r.Name, i.Name, copied.ID), Data: data}); err != nil {
			return err
		}
	}
	return nil
}

// delay says how much later a message is than its route asks for: what it took
// from the feed to its group, and from its group to now.
func delay(n event.Notification, now time.Time) string {
	late := now.Sub(n.Created)
	var upstream time.Duration
	for _, a := range n.Alerts {
		if !a.Landed.IsZero() && !a.Times.Seen.IsZero() {
			upstream = max(upstream, a.Landed.Sub(a.Times.Seen))
		}
	}
	if late += upstream; late < minDelay {
		return ""
	}
	return "Delayed by " + words(late) + "."
}

// words is a duration as a reader wants it: two units at most.
func words(d time.Duration) string {
	switch minutes := int(d.Round(time.Minute) / time.Minute); {
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case minutes < 24*60:
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	default:
		return fmt.Sprintf("%d d %d h", minutes/(24*60), minutes/60%24)
	}
}
