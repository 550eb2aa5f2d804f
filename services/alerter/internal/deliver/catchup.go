package deliver

import (
	"context"
	"slices"
	"time"

	"faultline/pkg/event"
)

// The first message after a mute or silence waits gatherFor for the others, since
// each group comes by itself, and lookAgain more while any come, maxLooks times at
// most.
const (
	gatherFor = 3 * time.Second
	lookAgain = 2 * time.Second
	maxLooks  = 6
)

// gathers uses up a token and reports whether the next message is to be made of
// all that waits: the channel has had enough for the moment, is back from an
// outage, or is told what was held back.
func (l *lane) gathers(n event.Notification) bool {
	if l.pace == nil {
		return false
	}
	last := l.pace.take(time.Now())
	return last || slices.ContainsFunc(n.Alerts, held) || time.Since(n.Created) >= minDelay
}

// gather adds what waits besides. What is critical waits for no others that are still
// on their way.
func (l *lane) gather(ctx context.Context, first *try, more func(n int) []*try) []*try {
	tries := []*try{first}
	late := slices.ContainsFunc(first.n.Alerts, held)
	if late {
		l.pause(ctx, gatherFor)
	}
	for range maxLooks {
		came := more(maxFolded - len(tries))
		tries = append(tries, came...)
		if !late || len(unfinished(came)) == 0 || slices.ContainsFunc(tries, (*try).critical) || !l.pause(ctx, lookAgain) {
			break
		}
	}
	return tries
}

// held reports whether an alert was held back by a mute, silence or inhibition.
func held(a event.Alert) bool { return a.Annotations["held"] != "" }
