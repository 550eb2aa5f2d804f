package deliver

import (
	"context"
	"fmt"
	"slices"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/notify"
)

// leaveOut takes out of a message what tells of the lane's own channel, that it fails or works again: it
// would hear of it when that is over, and each try would be another failure. The fallback
// receiver is told in its place.
func (l *lane) leaveOut(ctx context.Context, n *event.Notification) error {
	own := *n
	own.Alerts = slices.DeleteFunc(slices.Clone(n.Alerts), func(a event.Alert) bool { return !l.itself(a) })
	if len(own.Alerts) == 0 {
		return nil
	}
	if n.Alerts = slices.DeleteFunc(slices.Clone(n.Alerts), l.itself); len(n.Alerts) == 0 {
		l.pool.metrics.notifications.WithLabelValues(l.receiver, l.integration, string(notify.Skipped)).Inc()
	}
	if n.Update {
		return nil
	}
	own.ID = event.NewID("itself", n.ID) // beside what is left of the message, should the channel refuse that
	return l.fallBack(ctx, own, fmt.Sprintf("In place of %s of %s, which is not told of itself", l.integration, l.receiver))
}

// itself reports whether an alert is a notice about the lane's own channel, of which it has the name as
// labels have it.
func (l *lane) itself(a event.Alert) bool {
	return a.Labels["alertname"] == string(event.NoticeChannelFailing) &&
		a.Labels["channel"] == alert.Notice(event.Notice{Channel: l.channel()}).Alert.Labels["channel"]
}

// channel is how the lane's channel is named to the desk.
func (l *lane) channel() string { return l.receiver + "/" + l.integration }
