package deliver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"
)

// edited is the outcome of a message that was brought up to date.
const edited = "edited"

// soon is when a notification is looked at again that another one has to go before.
const soon = 10 * time.Second

func (l *lane) key(a event.Alert) string { return postKey(l.receiver, l.integration, a.Incident) }

// lookAtUpdate ends an update that has nothing to do: the channel shows no message of
// that incident alone, or one that is as new.
func (l *lane) lookAtUpdate(ctx context.Context, d *bus.Delivery, t *try) {
	switch {
	case !l.sender.Load().Edits(), len(t.n.Alerts) != 1, t.post.Root != "" && t.post.Message == "", t.post.Shown >= t.n.Alerts[0].Revision:
		t.end(nil)
	case time.Since(d.Published) > l.pool.limits().GiveUpAfter:
		t.end(nil)
	case t.post.Message == "":
		t.end(l.waitForTelling(ctx, t.n))
	}
}

// waitForTelling puts off an update while the message that it is to be made to is
// still on its way.
func (l *lane) waitForTelling(ctx context.Context, n event.Notification) error {
	telling, err := l.pool.marks.load(ctx, cmp.Or(n.After, n.Thread))
	if err != nil || telling.State == sent || telling.State == refused || telling.State == onHold {
		return err
	}
	return bus.Postpone(soon, fmt.Errorf("notification %s, which tells of the incident, is not sent yet", n.After))
}

// putOff lets what people are to hear go before what only brings messages up to
// date, and of updates one go at a time, each incident's latest.
func (l *lane) putOff(tries []*try) {
	latest := map[string]int{}
	for i, t := range tries {
		if t.over || !t.n.Update {
			continue
		}
		incident := t.n.Alerts[0].Incident
		if before, ok := latest[incident]; ok {
			if tries[before].n.Alerts[0].Revision >= t.n.Alerts[0].Revision {
				t.end(nil)
				continue
			}
			tries[before].end(nil)
		}
		latest[incident] = i
	}
	turn := 0
	if !slices.ContainsFunc(tries, func(t *try) bool { return !t.over && !t.n.Update }) {
		turn = -1 // the first of them goes now
	}
	for _, t := range tries {
		if t.over || !t.n.Update {
			continue
		}
		if turn++; turn > 0 {
			t.end(bus.Postpone(time.Duration(turn)*l.pace.every, errBusy))
		}
	}
}

// say sends one notification: as an edit of the message that shows its incident, as
// an answer to it, or as a message of its own.
func (l *lane) say(ctx context.Context, t *try, now time.Time) notify.Result {
	sender := l.sender.Load()
	var result notify.Result
	if t.post = t.post.in(sender.Place()); t.n.Update && t.post.Message == "" {
		return notify.Result{Outcome: notify.Skipped} // the file names another chat since it was looked at
	}
	t.edit = t.edits()
	switch {
	case t.edit && t.post.Shown >= t.n.Alerts[0].Revision:
		return notify.Result{Outcome: notify.Skipped} // it shows that, or more
	case t.edit:
		if result = sender.Edit(ctx, inPlace(t.n), now, t.post.Post); result.Outcome == notify.Stuck {
			result = l.replace(ctx, t, now, result.Post)
		}
	case t.post.Root != "":
		result = sender.Reply(ctx, t.n, t.remarks, now, t.post.Post)
	default:
		result = sender.Send(ctx, t.n, t.remarks, now)
	}
	if result.Outcome != notify.Sent || !sender.Edits() {
		return result
	}
	if len(t.n.Alerts) > 1 {
		l.share(ctx, t.n, result)
		return result
	}
	p := t.after(result.Post)
	p.To = sender.Place()
	l.remember(ctx, l.key(t.n.Alerts[0]), p)
	return result
}

// inPlace is a notification about one incident as it takes the place of an older one.
func inPlace(n event.Notification) event.Notification {
	n.Alerts = slices.Clone(n.Alerts)
	a := &n.Alerts[0]
	a.Annotations = maps.Clone(a.Annotations)
	maps.Copy(a.Annotations, a.InPlace)
	maps.DeleteFunc(a.Annotations, func(_, text string) bool { return text == "" })
	return n
}

// edits reports whether a try goes into the place of the message that shows its incident.
func (t *try) edits() bool {
	return t.post.Message != "" && (t.n.Update || !rings(t.n.Alerts[0]))
}

// replace says what the channel does not let be edited any more as a message of its own, which
// answers another one. That can be seen twice, unlike an edit, and is marked before as any
// message is.
func (l *lane) replace(ctx context.Context, t *try, now time.Time, to notify.Post) notify.Result {
	t.replaced = true
	if !t.n.Update && t.remarks.Repeat != "" && !t.asked && l.holds(t) {
		return notify.Result{Outcome: notify.Uncertain, Err: errTwice}
	}
	if t.n.Update {
		err := l.mark(ctx, t)
		if errors.Is(err, bus.ErrConflict) { // it was tried before, or is by another process
			if t.mark, err = l.pool.marks.load(ctx, t.n.ID); err == nil {
				if t.mark.doubt() != "" && l.holds(t) {
					return notify.Result{Outcome: notify.Rejected, Err: errTwice}
				}
				err = l.mark(ctx, t)
			}
		}
		if err != nil {
			return notify.Result{Outcome: notify.Failed, Err: fmt.Errorf("%w: %w", errOurs, err)}
		}
		t.remarks.Delayed = "" // an edit may be late
	}
	return l.sender.Load().Replace(ctx, t.n, t.remarks, now, to)
}

// rings reports whether an alert is worth a message of its own where its incident is
// shown already.
func rings(a event.Alert) bool {
	switch event.ChangeKind(a.Labels["change"]) {
	case event.ChangeReport, event.ChangeReworded, event.ChangeQuiet, event.ChangeClosed, event.ChangeDesk:
		return false
	}
	return true
}

// remember writes down where a message stands. If that fails the message is not sent
// again: later ones about the incident begin anew.
func (l *lane) remember(ctx context.Context, key string, p post) {
	ctx, cancel := lasting(ctx)
	defer cancel()
	if err := l.pool.posts.save(ctx, key, p); err != nil {
		l.pool.Logger.Warn("Where a message stands could not be stored; it will not be edited", "receiver", l.receiver, "integration", l.integration, "err", err)
	}
}

// share writes down that incidents are shown within a message about several.
func (l *lane) share(ctx context.Context, n event.Notification, result notify.Result) {
	if result.Outcome != notify.Sent || !l.sender.Load().Edits() {
		return
	}
	ctx, cancel := lasting(ctx)
	defer cancel()
	together(len(n.Alerts), func(i int) {
		a := n.Alerts[i]
		p := post{Post: notify.Post{Channel: result.Post.Channel, Root: result.Post.Root}, Shown: a.Revision, By: n.ID, To: l.sender.Load().Place()}
		if err := l.pool.posts.add(ctx, l.key(a), p); err != nil {
			l.pool.Logger.Warn("Where an incident is shown could not be stored", "receiver", l.receiver, "integration", l.integration, "incident", a.Incident, "err", err)
		}
	})
}

// outcome is how a try ended, in a word for the metric.
func (t *try) outcome(result notify.Result) string {
	if t.edit && result.Outcome == notify.Sent {
		return edited
	}
	return string(result.Outcome)
}

// concludeUpdate says what becomes of an update. Nothing of it is lost when the
// channel refuses it for good: what is to be told is told by others.
func (l *lane) concludeUpdate(t *try, result notify.Result, wait time.Duration) error {
	switch result.Outcome {
	case notify.Failed, notify.Uncertain:
		if result.Outcome == notify.Uncertain && (t.mark.Uncertain >= maxUncertain || l.holds(t)) {
			return nil // its readers may have it that often already
		}
		return bus.Postpone(max(wait, l.wary(&t.mark)), fmt.Errorf("editing by %s of receiver %s: %w", l.integration, l.receiver, result.Err))
	case notify.Rejected:
		l.pool.Logger.Warn("A message could not be brought up to date", "receiver", l.receiver, "integration", l.integration, "incident", t.n.Alerts[0].Incident, "err", result.Err)
	}
	return nil
}
