package deliver

import (
	"context"
	"slices"
	"time"

	"faultline/pkg/event"
)

// The first message after a mute or silence waits gatherFor for the others, since
// each group comes by itself, and lookAgain more while any come, maxLooks times at
// most. In a flood an urgent one waits urgentFor for its like, in which the time without a
// token is counted. While there is none, what waits is looked at every lookEvery.
const (
	gatherFor = 3 * time.Second
	lookAgain = 2 * time.Second
	maxLooks  = 6
	urgentFor = time.Second
	lookEvery = 500 * time.Millisecond
)

// next waits until the channel may have a message, and chooses what it is made of: one
// notification, or in a flood all that wait. errStopping says that the lane ended before.
func (l *lane) next(ctx context.Context, first *try, more func(n int) []*try) (tries []*try, err error) {
	if tries, err = l.turn(ctx, first, more); err != nil {
		return tries, err
	}
	if l.gathers(first.n) || len(tries) > 1 {
		tries = l.gather(ctx, tries, more)
		l.putOff(tries)
		l.leave(tries, time.Now())
	}
	if !l.rested(ctx) { // another process was told meanwhile
		return tries, errStopping
	}
	return tries, nil
}

// turn waits until the channel may have a message, and takes in what comes meanwhile: what
// is urgent goes with the next token there is, other news leave the last ones to it.
func (l *lane) turn(ctx context.Context, first *try, more func(n int) []*try) (tries []*try, err error) {
	tries = []*try{first}
	for {
		wait, err := l.take(ctx, slices.ContainsFunc(tries, (*try).urgent))
		if wait <= 0 || err != nil {
			return tries, err
		}
		if !l.pause(ctx, min(wait, lookEvery)) {
			return tries, errStopping
		}
		if len(tries) < maxFolded {
			tries = append(tries, more(maxFolded-len(tries))...)
		}
	}
}

// urgent reports whether a try tells of a critical incident, by a message that rings.
func (t *try) urgent() bool { return !t.n.Update && t.critical() }

// gathers reports whether the next message is to be made of all that waits: the channel has had
// enough for the moment, is back from an outage, or is told what was held back.
func (l *lane) gathers(n event.Notification) bool {
	return l.pace.scarce(l.standing.now().Full, time.Now()) || slices.ContainsFunc(n.Alerts, held) || time.Since(n.Created) >= minDelay
}

// gather adds what waits besides. What is critical is a second old before it goes, for its
// like to go with it, and waits for no others that are still on their way.
func (l *lane) gather(ctx context.Context, tries []*try, more func(n int) []*try) []*try {
	late := slices.ContainsFunc(tries[0].n.Alerts, held)
	if late {
		l.pause(ctx, gatherFor)
	} else {
		l.pause(ctx, tooYoung(tries, time.Now()))
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

// tooYoung is how long until the oldest of what is urgent has waited urgentFor.
func tooYoung(tries []*try, now time.Time) time.Duration {
	oldest := time.Duration(-1)
	for _, t := range tries {
		if t.urgent() {
			oldest = max(oldest, now.Sub(t.n.Created), 0)
		}
	}
	if oldest < 0 {
		return 0
	}
	return urgentFor - oldest
}

// held reports whether an alert was held back by a mute, silence or inhibition.
func held(a event.Alert) bool { return a.Annotations["held"] != "" }
