package bus

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Timers are scheduled tokens: for each key there is a message that waits for
// its time (a schedule), or one that is due and waits for a consumer. They live
// in a work queue and survive restarts of everything. The server fires a
// schedule at most some 0.3 s late, never early.
type Timers struct {
	bus    *Bus
	stream string
	prefix string
	opened atomic.Pointer[jetstream.Stream] // asked for once
}

// Timers are those of a stream with schedules: Poll or Groups.
func (b *Bus) Timers(stream string) *Timers {
	return &Timers{bus: b, stream: stream, prefix: strings.ToLower(stream)}
}

func (t *Timers) schedule(key string) string { return t.prefix + ".sched." + Token(key) }
func (t *Timers) due(key string) string      { return t.prefix + ".due." + Token(key) }

// dueHeader holds the time that a token waits for, in milliseconds since 1970. The server
// takes its own header away from the token that is due; what else there is it copies.
const dueHeader = "Faultline-Due"

// message is a schedule that at its time becomes the due token with data. A
// time that has passed is due at once.
func (t *Timers) message(key string, at time.Time, data []byte) Message {
	m := Message{Subject: t.schedule(key), Data: data, Header: map[string]string{
		// Set by hand: nats.go cuts the time to whole seconds.
		jetstream.ScheduleHeader:       "@at " + at.UTC().Format(time.RFC3339Nano),
		jetstream.ScheduleTargetHeader: t.due(key),
	}}
	if at.After(time.Now()) {
		m.Header[dueHeader] = strconv.FormatInt(at.UnixMilli(), 10)
	}
	return m
}

// Schedule makes the key due at the given time, in place of the schedule it
// has. A due token that is already there stays.
func (t *Timers) Schedule(ctx context.Context, key string, at time.Time, data []byte) error {
	if err := t.check(key, at); err != nil {
		return err
	}
	_, err := t.bus.publish(ctx, t.message(key, at, data), nil)
	return err
}

// ScheduleNew does so only if the key has neither a schedule nor a due token.
// Should a schedule fire at the very instant of the check, the key has two
// tokens until the next Schedule makes one of them again.
func (t *Timers) ScheduleNew(ctx context.Context, key string, at time.Time, data []byte) (created bool, err error) {
	if err := t.check(key, at); err != nil {
		return false, err
	}
	due, err := t.last(ctx, t.due(key))
	if due != nil || err != nil {
		return false, err
	}
	return t.ScheduleFirst(ctx, key, at, data)
}

// ScheduleFirst does so only if the key has no schedule; it may have a due token.
func (t *Timers) ScheduleFirst(ctx context.Context, key string, at time.Time, data []byte) (created bool, err error) {
	if err := t.check(key, at); err != nil {
		return false, err
	}
	_, err = t.bus.publish(ctx, t.message(key, at, data), new(uint64))
	if errors.Is(err, ErrConflict) {
		return false, nil
	}
	return err == nil, err
}

// advances is how often Advance tries anew because somebody else was faster.
const advances = 10

// Advance brings the key's schedule forward to the given time, with what it says. One
// that is sooner stays, and a key without a schedule is left as it is: it is due or being
// handled, or has no token. ErrConflict says that others changed the schedule again
// and again meanwhile.
func (t *Timers) Advance(ctx context.Context, key string, at time.Time) error {
	if err := t.check(key, at); err != nil {
		return err
	}
	return insist(ctx, func() error {
		have, message, err := t.scheduled(ctx, key)
		if err != nil || message == nil || !have.After(at) {
			return err
		}
		_, err = t.bus.publish(ctx, t.message(key, at, message.Data), &message.Sequence)
		return err
	})
}

// insist tries anew, a little later each time, while others are faster.
func insist(ctx context.Context, try func() error) error {
	wait := newBackoff(5*time.Millisecond, 200*time.Millisecond)
	for n := 1; ; n++ {
		err := try()
		if n == advances || !errors.Is(err, ErrConflict) {
			return err
		}
		if err := wait.sleep(ctx); err != nil {
			return err
		}
	}
}

func (t *Timers) check(key string, at time.Time) error {
	if key == "" {
		return errors.New("timers: the key is empty")
	}
	if at.IsZero() {
		return fmt.Errorf("timers: no time given for %q", key)
	}
	return nil
}

// Cancel removes the key's schedule and due token. A delivery that is being
// handled goes on.
func (t *Timers) Cancel(ctx context.Context, key string) error {
	for _, subject := range []string{t.schedule(key), t.due(key)} {
		_, err := t.bus.retry(ctx, "purge", "", func(ctx context.Context) error {
			stream, err := t.open(ctx)
			if err != nil {
				return err
			}
			return stream.Purge(ctx, jetstream.WithPurgeSubject(subject))
		})
		if err != nil {
			return fmt.Errorf("cancelling timer %q: %w", key, err)
		}
	}
	return nil
}

// Keys are those that have a schedule or a due token.
func (t *Timers) Keys(ctx context.Context) (map[string]bool, error) {
	subjects, err := t.bus.subjects(ctx, t.stream, t.prefix+".>")
	if err != nil {
		return nil, fmt.Errorf("listing timers of %s: %w", t.stream, err)
	}
	keys := make(map[string]bool, len(subjects))
	for subject := range subjects {
		if key, err := t.key(subject); err == nil {
			keys[key] = true
		}
	}
	return keys, nil
}

// Superseded reports whether the key has another token than the due one of this
// delivery. So it is when whoever had the delivery before scheduled the next token
// and died before the acknowledgement: to handle it would be to do it twice.
func (t *Timers) Superseded(ctx context.Context, key string, d *Delivery) (bool, error) {
	// The schedule first: should it fire meanwhile, its due token is seen.
	for _, subject := range []string{t.schedule(key), t.due(key)} {
		last, err := t.last(ctx, subject)
		if err != nil {
			return false, fmt.Errorf("looking for tokens of %q: %w", key, err)
		}
		if last != nil && last.Sequence > d.Sequence {
			return true, nil
		}
	}
	return false, nil
}

// When is the time that the key's schedule waits for; zero when it has none,
// also while it is due.
func (t *Timers) When(ctx context.Context, key string) (at time.Time, err error) {
	at, _, err = t.scheduled(ctx, key)
	return at, err
}

// Peek is what the key's token says: its schedule at the time that it waits for, or the due
// one, whose time is zero. Both are zero when it has none.
func (t *Timers) Peek(ctx context.Context, key string) (at time.Time, data []byte, err error) {
	at, message, err := t.scheduled(ctx, key)
	if message == nil && err == nil {
		message, err = t.last(ctx, t.due(key))
	}
	if message == nil || err != nil {
		return time.Time{}, nil, err
	}
	return at, message.Data, nil
}

// scheduled is the time that the key's schedule waits for, and the schedule; zero when
// it has none.
func (t *Timers) scheduled(ctx context.Context, key string) (at time.Time, message *jetstream.RawStreamMsg, err error) {
	message, err = t.last(ctx, t.schedule(key))
	if message == nil && err == nil {
		return time.Time{}, nil, nil
	}
	if err == nil {
		at, err = time.Parse(time.RFC3339Nano, strings.TrimPrefix(message.Header.Get(jetstream.ScheduleHeader), "@at "))
	}
	if err != nil {
		return time.Time{}, nil, fmt.Errorf("reading timer %q: %w", key, err)
	}
	return at, message, nil
}

// Now is the time by the clock of the server, which fires the tokens.
func (t *Timers) Now(ctx context.Context) (now time.Time, err error) {
	_, err = t.bus.retry(ctx, "info", "", func(ctx context.Context) error {
		stream, err := t.open(ctx)
		if err != nil {
			return err
		}
		info, err := stream.Info(ctx)
		if err == nil {
			now = info.TimeStamp
		}
		return err
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("asking for the time: %w", err)
	}
	return now, nil
}

func (t *Timers) key(subject string) (string, error) {
	return Text(subject[strings.LastIndexByte(subject, '.')+1:])
}

// Consume hands out due tokens; see Bus.Consume. The consumer's Stream and
// Subjects are ignored. A handler that returns nil has used the token up: it
// must have scheduled the next one before, if there is to be one.
func (t *Timers) Consume(ctx context.Context, c Consumer, h func(ctx context.Context, key string, d *Delivery) error) error {
	// Never a consumer on schedules: in a work queue, to take one is to delete it.
	c.Stream, c.Subjects = t.stream, []string{t.prefix + ".due.*"}
	return t.bus.Consume(ctx, c, func(ctx context.Context, d *Delivery) error {
		key, err := t.key(d.Subject)
		if err != nil {
			return Permanent(err)
		}
		if due, err := strconv.ParseInt(d.Header[dueHeader], 10, 64); err == nil {
			d.Due = time.UnixMilli(due)
		}
		return h(ctx, key, d)
	})
}

// open is the stream; the server is asked for it the first time.
func (t *Timers) open(ctx context.Context) (jetstream.Stream, error) {
	if s := t.opened.Load(); s != nil {
		return *s, nil
	}
	s, err := t.bus.js.Stream(ctx, t.stream)
	if err == nil {
		t.opened.Store(&s)
	}
	return s, err
}

// last is the newest message of the subject, nil when there is none.
func (t *Timers) last(ctx context.Context, subject string) (last *jetstream.RawStreamMsg, err error) {
	_, err = t.bus.retry(ctx, "message", "", func(ctx context.Context) error {
		s, err := t.open(ctx)
		if err != nil {
			return err
		}
		last, err = s.GetLastMsgForSubject(ctx, subject)
		return err
	})
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, nil
	}
	return last, err
}
