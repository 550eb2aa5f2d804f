package deliver

import (
	"context"
	"fmt"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
)

// tooOld reports whether a message has waited for too long. A replayed dead letter is young again.
func (l *lane) tooOld(d *bus.Delivery) bool {
	return time.Since(d.Published) > l.pool.limits().GiveUpAfter
}

// giveUp makes a dead letter of a message, after the fallback receiver was told.
func (l *lane) giveUp(ctx context.Context, n event.Notification, outcome string, cause error) error {
	if outcome != "" {
		l.pool.metrics.notifications.WithLabelValues(l.receiver, l.integration, outcome).Inc()
		l.episode.gaveUp(l.log(), outcome, n.ID, cause, time.Now())
	}
	said := fmt.Sprintf("In place of %s of %s, which did not take it: %v", l.integration, l.receiver, cause)
	if outcome == string(onHold) {
		said = fmt.Sprintf("In place of %s of %s, which may have it already: %v", l.integration, l.receiver, cause)
	}
	if err := l.fallBack(ctx, n, said); err != nil {
		return err
	}
	return bus.GiveUp(fmt.Errorf("%s of receiver %s: %w", l.integration, l.receiver, cause))
}

// fallBack hands a message to every channel of the fallback receiver, with what is said of it.
func (l *lane) fallBack(ctx context.Context, n event.Notification, said string) error {
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
			annotations["fallback"] = said
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
