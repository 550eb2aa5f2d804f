package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"

	"golang.org/x/sync/errgroup"
)

// lane is one integration with its consumer. Its consumer has one worker, which
// is the only one to use the fields below sender.
type lane struct {
	pool                  *Pool
	receiver, integration string
	stopping              <-chan struct{}
	stop                  context.CancelFunc
	sender                atomic.Pointer[notify.Integration]
	standing              *account // locked by itself

	failures int       // tries in a row that failed
	inHand   []*try    // what was taken together, of a channel that machines read
	stuck    stuck     // of such a channel
	behind   uint64    // messages that wait and were not taken yet, as it was known last
	episode  episode   // locked by itself
	trouble  trouble   // as the episode
	worked   time.Time // the last one that did not
	resume   time.Time // this process makes no try before
	pace     *pace     // nil for a channel that machines read
}

// maxUncertain is how often a message that may have arrived is sent again over
// a channel that cannot tell a repeat.
const maxUncertain = 8

// minDelay is from when on a message says how late it is.
const minDelay = time.Minute

var (
	errStopping = errors.New("stopping")
	errDoubt    = errors.New("it may have arrived, and the channel has taken no other message since")
	errBusy     = errors.New("the channel has had enough for the moment")
	errOurs     = errors.New("what is known of the message could not be read or written, so that it was not sent")
	errNoRoom   = errors.New("the message names as many critical incidents as it has room for")
)

// try is one notification on its way out.
type try struct {
	n       event.Notification
	mark    mark
	remarks notify.Remarks
	post    post // of its incident, where the channel edits and there is only one
	edit    bool // it was put in the place of that message
	// replaced is set when it became a message of its own, as that one cannot be edited.
	replaced bool
	// sequence is that of its delivery; asked is set when that is a replay of what may have
	// arrived, which somebody wants to be sent all the same.
	sequence uint64
	asked    bool
	// over is set once nothing is left to do but to return err.
	over bool
	err  error
}

func (t *try) end(err error) { t.over, t.err = true, err }

// deliver makes one try. The pauses between tries of a channel are kept here,
// one for all its messages, so that a channel that is away is asked once in a
// while and not by every message; those that the channel asks for hold for all processes. When a channel that people read has had
// enough messages for the moment, or has to catch up, the next one is made of all
// that wait.
func (l *lane) deliver(ctx context.Context, d *bus.Delivery, more func(int) []*bus.Delivery) []error {
	if n := l.pool.limits().PerMinute; l.sender.Load().Read() && (l.pace == nil || l.pace.perMinute != n) {
		l.pace = newPace(n)
	}
	first := &try{}
	more = l.count(d.Pending, more)
	if l.look(ctx, d, first); first.over { // it costs the channel nothing
		return []error{first.err}
	}
	if !l.rested(ctx) {
		return []error{bus.Postpone(time.Millisecond, errStopping)}
	}
	if l.pace == nil {
		return l.relay(ctx, d, first, more)
	}
	deliveries := []*bus.Delivery{d}
	besides := func(n int) []*try {
		came := more(n)
		deliveries = append(deliveries, came...)
		return l.lookAtAll(ctx, came)
	}
	tries, err := l.next(ctx, first, besides)
	if err != nil {
		return postponed(tries, err)
	}
	together(len(tries), func(i int) { l.begin(ctx, deliveries[i], tries[i]) })
	l.send(ctx, tries)
	return ends(tries)
}

// count keeps account of how many messages wait and were not taken yet.
func (l *lane) count(pending uint64, more func(int) []*bus.Delivery) func(int) []*bus.Delivery {
	l.behind = pending
	return func(n int) []*bus.Delivery {
		came := more(n)
		l.behind -= min(l.behind, uint64(len(came)))
		return came
	}
}

// postponed are the errors of tries that are left to whoever comes next.
func postponed(tries []*try, why error) []error {
	again := bus.RetryAfter(5*time.Second, why)
	if errors.Is(why, errStopping) {
		again = bus.Postpone(time.Millisecond, why)
	}
	for _, t := range tries {
		if !t.over {
			t.end(again)
		}
	}
	return ends(tries)
}

// ends are the errors that the tries ended with.
func ends(tries []*try) []error {
	errs := make([]error, len(tries))
	for i, t := range tries {
		errs[i] = t.err
	}
	return errs
}

func (l *lane) lookAtAll(ctx context.Context, deliveries []*bus.Delivery) []*try {
	tries := make([]*try, len(deliveries))
	together(len(tries), func(i int) {
		tries[i] = &try{}
		l.look(ctx, deliveries[i], tries[i])
	})
	return tries
}

// together does n things side by side, as many as marksAtOnce at a time.
func together(n int, do func(i int)) {
	if n == 0 {
		return
	}
	var group errgroup.Group
	group.SetLimit(marksAtOnce)
	for i := range n - 1 {
		group.Go(func() error { do(i); return nil })
	}
	do(n - 1)
	group.Wait() //nolint:errcheck // what is done has its own error
}

// marksAtOnce is how many marks are read and written side by side.
const marksAtOnce = 128

// look reads a notification and what is known about it.
func (l *lane) look(ctx context.Context, d *bus.Delivery, t *try) {
	t.sequence = d.Sequence
	if err := event.Decode(d.Data, &t.n); err != nil {
		t.end(bus.Permanent(err))
		return
	}
	err := l.leaveOut(ctx, &t.n)
	if err != nil || len(t.n.Alerts) == 0 {
		t.end(err)
		return
	}
	if l.sender.Load().Edits() && len(t.n.Alerts) == 1 {
		if t.post, err = l.shown(ctx, t.n.Alerts[0]); err != nil {
			t.end(err)
			return
		}
	}
	if t.n.Update {
		l.lookAtUpdate(ctx, d, t)
		return
	}
	if d.Attempt == 1 && time.Since(d.Published) < fresh {
		return // begin tells if it has a mark
	}
	l.lookAtMark(ctx, t)
}

// fresh is how long a notification that is delivered for the first time is taken to have
// no mark. One that was published again may have one nevertheless.
const fresh = time.Minute

// lookAtMark reads what is known about the sending of a notification.
func (l *lane) lookAtMark(ctx context.Context, t *try) {
	var err error
	if t.mark, err = l.pool.marks.load(ctx, t.n.ID); err != nil || t.mark.State == sent {
		t.end(err)
		return
	}
	if wait := l.wary(&t.mark); wait > 0 {
		t.end(bus.Postpone(wait, errDoubt))
	}
}

// begin notes that a notification is about to be sent.
func (l *lane) begin(ctx context.Context, d *bus.Delivery, t *try) {
	if t.over || t.n.Update { // an edit can be repeated at will, see replace
		return
	}
	if t.post.By == t.n.ID { // stopped between the message and its mark
		t.mark.State = sent
		t.end(l.note(ctx, t.n.ID, &t.mark))
		return
	}
	if l.tooOld(d) {
		t.end(l.giveUp(ctx, t.n, expired, fmt.Errorf("not delivered for %s: %s", l.pool.limits().GiveUpAfter, t.mark.Error)))
		return
	}
	if l.hold(ctx, d, t); t.over {
		return
	}
	err := l.mark(ctx, t)
	if errors.Is(err, bus.ErrConflict) && t.mark.revision == 0 {
		if l.lookAtMark(ctx, t); t.over {
			return
		}
		if l.hold(ctx, d, t); t.over {
			return
		}
		if t.mark.State != sending {
			err = l.mark(ctx, t)
		}
	}
	if err != nil {
		// Another process may have it in hand: look again later.
		t.end(bus.RetryAfter(5*time.Second, err))
	}
}

// mark writes down that a notification is about to be sent.
func (l *lane) mark(ctx context.Context, t *try) error {
	m := t.mark
	if m.State == sending {
		m.Uncertain++
	}
	if m.State == refused || m.State == onHold {
		m.GivenUp = fmt.Sprintf("%s %s: %s", m.State, m.At.UTC().Format("2006-01-02 15:04:05"), m.Error)
	}
	m.State, m.Tries, m.Sequence = sending, m.Tries+1, t.sequence
	if err := l.pool.marks.save(ctx, t.n.ID, &m); err != nil {
		return err
	}
	t.remarks = notify.Remarks{Repeat: t.mark.doubt(), Delayed: delay(t.n, time.Now())}
	t.mark = m
	return nil
}

// send makes one message of the tries and writes down how each ended.
func (l *lane) send(ctx context.Context, tries []*try) {
	open := unfinished(tries)
	if len(open) == 0 {
		return
	}
	result, wait := l.transmit(ctx, open)
	together(len(open), func(i int) { open[i].end(l.conclude(ctx, open[i], result, wait)) })
}

// transmit makes one message of the tries and returns how that ended, and how long the
// channel is left alone now.
func (l *lane) transmit(ctx context.Context, open []*try) (result notify.Result, wait time.Duration) {
	start := time.Now()
	if len(open) > 1 {
		result = l.digest(ctx, open, start)
	} else {
		result = l.say(ctx, open[0], start)
	}
	l.pool.metrics.duration.WithLabelValues(l.receiver, l.integration).Observe(time.Since(start).Seconds())
	if errors.Is(result.Err, errTwice) || errors.Is(result.Err, errOurs) { // the channel answered, and was asked for no message
		return result, 0
	}
	l.report(result, open, time.Now())
	return result, l.heed(ctx, result)
}

// unfinished are the tries that are not over.
func unfinished(tries []*try) (open []*try) {
	for _, t := range tries {
		if !t.over {
			open = append(open, t)
		}
	}
	return open
}

// digest makes one message of several notifications. The incidents that it names
// are shown there from now on, unless they have a message of their own.
func (l *lane) digest(ctx context.Context, open []*try, now time.Time) notify.Result {
	sender := l.sender.Load()
	n := fold(open, named(sender.Kind), now)
	l.pool.metrics.digests.WithLabelValues(l.receiver, l.integration).Inc()
	result := sender.Send(ctx, n, notify.Remarks{}, now)
	l.share(ctx, n, result)
	return result
}

// named is how many incidents a digest of this kind of channel shows.
func named(kind string) int {
	if kind == "email" {
		return namedInMail
	}
	return namedInChat
}

// pause waits, and reports whether the time is over: it is not when the lane
// ends before.
func (l *lane) pause(ctx context.Context, wait time.Duration) bool {
	if wait <= 0 {
		return true
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-l.stopping:
	case <-ctx.Done():
	}
	return false
}

// conclude writes down how a try ended and says what becomes of the notification.
// wait is how long the channel is left alone.
func (l *lane) conclude(ctx context.Context, t *try, result notify.Result, wait time.Duration) error {
	if errors.Is(result.Err, errOurs) { // no try of the channel's: its mark stays as it is
		return result.Err // and it comes ever later, as each time the channel is asked whether it edits
	}
	l.pool.metrics.notifications.WithLabelValues(l.receiver, l.integration, t.outcome(result)).Inc()
	m := &t.mark
	m.end(result)
	held := result.Outcome == notify.Uncertain && l.holds(t)
	if held && !t.n.Update {
		m.hold(result.Err)
	}
	if !t.n.Update || m.revision > 0 { // an edit has none unless it became a message
		if err := l.note(ctx, t.n.ID, m); err != nil {
			return err
		}
	}
	if t.n.Update {
		return l.concludeUpdate(t, result, wait)
	}
	switch result.Outcome {
	case notify.Sent:
		l.pool.metrics.arrived(t.n, time.Now())
		return nil
	case notify.Skipped:
		return nil
	case notify.Rejected:
		return l.giveUp(ctx, t.n, "", refusal(result))
	}
	if held {
		return l.giveUp(ctx, t.n, string(onHold), errors.New(m.Error))
	}
	if result.Outcome == notify.Uncertain && m.Uncertain >= maxUncertain && !l.sender.Load().Idempotent() {
		return l.giveUp(ctx, t.n, expired, fmt.Errorf("%d tries without an answer, each of which may have arrived: %w", m.Uncertain, result.Err))
	}
	return bus.Postpone(max(backIn(wait), l.wary(m)), fmt.Errorf("%s of receiver %s: %w", l.integration, l.receiver, result.Err))
}

// refusal is why a channel will never take a message, in words and in its own.
func refusal(result notify.Result) error {
	if meaning := result.Trouble.Class.Meaning(); meaning != "" {
		return fmt.Errorf("%s: %w", meaning, result.Err)
	}
	return result.Err
}

// note saves a mark even when the process is about to end.
func (l *lane) note(ctx context.Context, id string, m *mark) error {
	ctx, cancel := lasting(ctx)
	defer cancel()
	return l.pool.marks.save(ctx, id, m)
}

// lasting is a context that lives for a moment yet when the given one has ended.
func lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return ctx, func() {}
	}
	return context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
}

// report tells the log, and who tells the desk, how a try with these messages ended, as far as it is news.
func (l *lane) report(result notify.Result, tries []*try, now time.Time) {
	ids, message := make([]string, len(tries)), ""
	for i, t := range tries {
		if ids[i] = t.n.ID; !t.n.Update {
			message = t.n.ID
		}
	}
	if result.Outcome == notify.Rejected && tries[0].n.Update {
		return // the channel works, and nothing is lost: concludeUpdate says it
	}
	switch result.Outcome {
	case notify.Failed, notify.Uncertain, notify.Rejected:
		l.trouble.failed(result, message, now)
		if result.Outcome != notify.Rejected {
			l.episode.hold(unfinished(l.inHand), now)
		}
		l.episode.failed(l.log(), result, ids, l.behind, now)
	case notify.Sent:
		l.trouble.took()
		l.episode.worked(l.log(), ids, l.behind)
	}
}

func (l *lane) log() *slog.Logger {
	return l.pool.Logger.With("receiver", l.receiver, "integration", l.integration)
}

// heed sets how long the channel is left alone after a try, and returns it.
func (l *lane) heed(ctx context.Context, result notify.Result) time.Duration {
	switch result.Outcome {
	case notify.Sent:
		l.failures, l.worked = 0, time.Now()
		return 0
	case notify.Skipped, notify.Rejected:
		return 0
	}
	l.failures++
	wait := min(time.Second<<min(l.failures-1, 20), l.pool.MaxPause)
	wait += time.Duration(rand.Int64N(int64(wait)/4 + 1))
	wait = max(wait, result.RetryAfter)
	l.resume = time.Now().Add(wait)
	if result.RetryAfter > 0 {
		l.leaveAlone(ctx, time.Now().Add(result.RetryAfter))
	}
	return wait
}

// wary is how long to look away from a message that may have arrived, where
// readers would see each repeat: it is sent again up to half an hour later, or once
// the channel has taken another one, for which is looked twice in a pause.
func (l *lane) wary(m *mark) time.Duration {
	if m.State != uncertain || l.pool.limits().Hold || l.sender.Load().Idempotent() || l.worked.After(m.At) {
		return 0
	}
	doubtful := 10 * time.Second
	for range m.Uncertain - 1 {
		doubtful = min(3*doubtful, 30*time.Minute)
	}
	return min(time.Until(m.At.Add(min(doubtful, 30*l.pool.MaxPause))), l.pool.MaxPause/2)
}

// delay says how much later a message is than its route asks for: what it took
// from the feed to its group, and from its group to now.
func delay(n event.Notification, now time.Time) string {
	late := now.Sub(n.Created)
	for _, a := range n.Alerts {
		late = max(late, lateness(n, a, now))
	}
	if late < minDelay {
		return ""
	}
	return "Delayed by " + words(late) + "."
}

// lateness is the time since an alert's article was seen without what its route
// waited.
func lateness(n event.Notification, a event.Alert, now time.Time) time.Duration {
	late := now.Sub(n.Created)
	if !a.Landed.IsZero() && !a.Times.Seen.IsZero() {
		late += max(0, a.Landed.Sub(a.Times.Seen))
	}
	return late
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
