package deliver

import (
	"log/slog"
	"sync"
	"time"

	"faultline/services/alerter/internal/notify"
)

// sayAgain is how often the log is told of a channel that is away.
const sayAgain = 10 * time.Minute

// episode is a time in which a channel takes no message. The log is told of it when it
// begins, of each class of trouble in it, once in a while that it lasts, and when it
// is over: not of each message, nor of each try.
type episode struct {
	mu      sync.Mutex
	began   time.Time // zero while the channel works
	said    time.Time
	classes map[notify.Class]bool // that the log was told of
	tries   int
	refused int                 // messages given up
	waiting map[string]struct{} // ids of those that were put off
}

// enter begins an episode unless one is on. The caller holds the lock.
func (e *episode) enter(now time.Time) {
	if e.began.IsZero() {
		e.began, e.classes, e.waiting = now, map[notify.Class]bool{}, map[string]struct{}{}
	}
}

// failed notes a try with these messages that did not go out, and tells the log of what
// it does not know yet. behind is how many more wait for the channel.
func (e *episode) failed(log *slog.Logger, result notify.Result, ids []string, behind uint64, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.enter(now)
	e.tries++
	words, still, say := "A channel does not take a message; what is for it waits and is tried again", "A channel still takes no message", log.Warn
	switch result.Outcome {
	case notify.Rejected:
		e.giveUp(ids)
		words, say = "A channel refuses messages for good; they are dead letters now (faultline dlq list), and the fallback receiver gets them, if there is one", log.Error
	case notify.Uncertain:
		e.putOff(ids)
		words, still = "A channel does not say whether it took a message; it is tried again, or held where alerter.when_uncertain wants that", "A channel still does not say whether it takes messages"
	default:
		e.putOff(ids)
	}
	class := result.Trouble.Class
	switch {
	case !e.classes[class]:
	case now.Sub(e.said) >= sayAgain:
		words, say = still, log.Warn
	default:
		return
	}
	e.said, e.classes[class] = now, true
	say(words, "class", class, "host", result.Trouble.Host, "since", e.began, "tries", e.tries, "waiting", len(e.waiting)+int(behind), "refused", e.refused,
		"err", result.Err, "remedy", class.Remedy())
}

// hold notes what is put off with a message that did not go out.
func (e *episode) hold(tries []*try, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.enter(now)
	for _, t := range tries {
		e.putOff([]string{t.n.ID})
	}
}

// putOff notes messages that wait. The caller holds the lock.
func (e *episode) putOff(ids []string) {
	for _, id := range ids {
		e.waiting[id] = struct{}{}
	}
}

// giveUp notes messages that wait no more. The caller holds the lock.
func (e *episode) giveUp(ids []string) {
	e.refused += len(ids)
	for _, id := range ids {
		delete(e.waiting, id)
	}
}

// gaveUp notes a message that waited for too long or is held, of which the log is told once in an
// episode: those behind it are soon as old, or were in one digest with it.
func (e *episode) gaveUp(log *slog.Logger, outcome, id string, cause error, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	class, words := notify.Class(outcome), "Messages for a channel waited for too long; they are dead letters now (faultline dlq list), and the fallback receiver gets them, if there is one"
	if outcome == string(onHold) {
		words = "A channel may have messages and did not say so; they are held, as alerter.when_uncertain wants it: dead letters (faultline dlq list) that faultline dlq replay sends"
	}
	e.enter(now)
	if e.giveUp([]string{id}); !e.classes[class] {
		e.classes[class] = true
		log.Error(words, "since", e.began, "err", cause)
	}
}

// away reports whether the channel took no message for some time in the episode, and did not only
// refuse some, or leave some in doubt.
func (e *episode) away() bool {
	for class := range e.classes {
		if class != notify.ClassMessage && class != notify.Class(onHold) {
			return true
		}
	}
	return false
}

// worked ends an episode. behind is how many messages wait for the channel besides.
func (e *episode) worked(log *slog.Logger, ids []string, behind uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.began.IsZero() {
		return
	}
	e.putOff(ids)
	if e.away() {
		log.Info("A channel takes messages again", "since", e.began, "tries", e.tries, "delayed", len(e.waiting)+int(behind), "refused", e.refused)
	}
	e.began, e.tries, e.refused, e.classes, e.waiting = time.Time{}, 0, 0, nil, nil
}
