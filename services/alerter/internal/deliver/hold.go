package deliver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
)

// onHold is the state of a notification that may have arrived and is not sent again unless
// somebody replays its dead letter, and the outcome of the try that made it one.
const onHold state = "held"

var (
	errCutOff = errors.New("the alerter was stopped while it sent this, and the channel may have it")
	errTwice  = errors.New("an earlier try may have arrived, and the message that shows the incident cannot be edited")
	errInHand = errors.New("another process may be sending it")
)

// spared reports whether readers see no second message when a try is made again: the channel
// knows a repeat, or the text takes the place of one that is shown.
func (l *lane) spared(t *try) bool {
	return l.sender.Load().Idempotent() || t.edits() && !t.replaced
}

// holds reports whether a try that may have arrived is not to be made again.
func (l *lane) holds(t *try) bool { return l.pool.limits().Hold && !l.spared(t) }

// hold ends a try whose notification may have arrived, if such ones are held. Only its replay is
// made nevertheless, whose delivery is another one than the mark tells of.
func (l *lane) hold(ctx context.Context, d *bus.Delivery, t *try) {
	m := &t.mark
	switch {
	case m.State != sending && m.State != uncertain && m.State != onHold:
	case d.Replayed() && m.Sequence != d.Sequence:
		t.asked = true
	case m.State == onHold: // stopped between the mark and the dead letter
		t.end(l.giveUp(ctx, t.n, string(onHold), errors.New(m.Error)))
	case !l.holds(t):
	case m.State == sending && time.Since(m.At) < l.sender.Load().Deadline():
		t.end(bus.Postpone(time.Until(m.At.Add(l.sender.Load().Deadline())), errInHand))
	default:
		cause := errCutOff
		if m.State == uncertain {
			cause = fmt.Errorf("it may have arrived: %s", m.Error)
		}
		t.mark.hold(cause)
		if err := l.note(ctx, t.n.ID, m); err != nil {
			t.end(err)
			return
		}
		t.end(l.giveUp(ctx, t.n, string(onHold), errors.New(m.Error)))
	}
}

// hold notes that a notification that may have arrived is not sent again.
func (m *mark) hold(cause error) {
	if m.State == sending {
		m.Uncertain++
	}
	m.State, m.Error = onHold, event.Held+cause.Error()
}
