package deliver

import (
	"context"
	"time"

	"faultline/pkg/bus"
	"faultline/services/alerter/internal/notify"
)

// mark is what is known about the sending of one notification. It is written
// before the message leaves, so that after a crash it is known that it may have.
type mark struct {
	State state `json:"state"`
	// Tries counts all tries, Uncertain those that may have arrived.
	Tries     int       `json:"tries"`
	Uncertain int       `json:"uncertain,omitempty"`
	At        time.Time `json:"at"` // by the clock of who wrote it, for people; see load
	Error     string    `json:"error,omitempty"`
	// GivenUp is why it was given up before somebody put it back: "refused: no such channel".
	GivenUp string `json:"given_up,omitempty"`
	// Sequence is that of the delivery that was tried last; zero in what an older build left.
	Sequence uint64 `json:"sequence,omitempty"`

	revision uint64 // of the stored mark
}

type state string

const (
	pending   state = "pending"   // not sent; the channel said so
	sending   state = "sending"   // a try is under way, or was cut off by a crash
	uncertain state = "uncertain" // the last try got no answer
	refused   state = "refused"   // the channel will never take it
	sent      state = "sent"
)

// doubt is what to tell the readers if they may have the message already.
func (m mark) doubt() string {
	switch {
	case m.State == sending:
		return "May be a repeat: Faultline was stopped while it sent this."
	case m.Uncertain > 0:
		return "May be a repeat: an earlier try got no answer."
	default:
		return ""
	}
}

// end notes how a try ended.
func (m *mark) end(result notify.Result) {
	m.State, m.Error = pending, ""
	if result.Err != nil {
		m.Error = result.Err.Error()
	}
	switch result.Outcome {
	case notify.Sent, notify.Skipped:
		m.State = sent
	case notify.Uncertain:
		m.State, m.Uncertain = uncertain, m.Uncertain+1
	case notify.Rejected:
		m.State = refused
	}
}

// marks are the stored marks.
type marks struct{ bucket *bus.Bucket }

// load reads a mark. Of a try that may be under way or have arrived the time is how long ago the server stored
// that: the clock of another process may be wrong.
func (k marks) load(ctx context.Context, id string) (m mark, err error) {
	entry, err := load(ctx, k.bucket, id, &m)
	m.revision = entry.Revision
	if err == nil && (m.State == sending || m.State == uncertain) { // how long ago that was decides what is done
		age, failed := k.bucket.Age(ctx, entry)
		m.At, err = time.Now().Add(-age), failed
	}
	return m, err
}

func (k marks) save(ctx context.Context, id string, m *mark) error {
	m.At = time.Now()
	revision, err := save(ctx, k.bucket, id, m, m.revision)
	if err != nil {
		return err
	}
	m.revision = revision
	return nil
}
