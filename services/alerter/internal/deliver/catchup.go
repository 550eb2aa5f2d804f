package deliver

import (
	"context"
	"slices"
	"time"

	"faultline/pkg/event"
)

// gatherFor is how long the first message after a mute or silence waits for the
// others: each group comes by itself.
const gatherFor = 3 * time.Second

// gathers uses up a token and reports whether the next message is to be made of
// all that waits: the channel has had enough for the moment, is back from an
// outage, or is told what was held back.
func (l *lane) gathers(ctx context.Context, n event.Notification) bool {
	if l.pace == nil {
		return false
	}
	last := l.pace.take(time.Now())
	if slices.ContainsFunc(n.Alerts, held) {
		l.pause(ctx, gatherFor)
		return true
	}
	return last || time.Since(n.Created) >= minDelay
}

// held reports whether an alert was held back by a mute, silence or inhibition.
func held(a event.Alert) bool { return a.Annotations["held"] != "" }
