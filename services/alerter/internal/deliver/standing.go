package deliver

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/notify"
)

// standing is what all processes that send to a channel have to know of it, also after a restart.
// It lies beside the marks.
type standing struct {
	// Resume is until when the channel asked to be left alone.
	Resume time.Time `json:"resume,omitzero"`
	// Full is when the pace has all its tokens again; zero for a channel that machines read.
	Full time.Time `json:"full,omitzero"`
	// At is when the two were written. They are by the clock of who wrote them: only how far they lie behind it
	// means something to others. Zero in what an older build left.
	At time.Time `json:"at,omitzero"`

	revision uint64 // of the stored standing; 0 if there is none
}

func standingKey(receiver, integration string) string {
	return event.NewID("standing", receiver, integration)
}

// account is the standing of a channel as a process knows it: it hears what others write, and who
// writes over something that it did not hear of yet learns of it so.
type account struct {
	// read reads what is stored and how old it is, and write writes over it.
	read  func(ctx context.Context) (s standing, age time.Duration, err error)
	write func(ctx context.Context, s standing) (revision uint64, err error)

	mu    sync.Mutex
	known standing
}

func newAccount(bucket *bus.Bucket, key string) *account {
	return &account{
		read: func(ctx context.Context) (s standing, age time.Duration, err error) {
			entry, err := bucket.Get(ctx, key)
			switch {
			case errors.Is(err, bus.ErrNotFound):
				return s, 0, nil
			case err != nil && entry.Revision > 0: // nobody can read it: it is written over
				return standing{revision: entry.Revision}, 0, nil
			case err != nil:
				return s, 0, err
			}
			return understand(ctx, bucket, entry)
		},
		write: func(ctx context.Context, s standing) (uint64, error) { return save(ctx, bucket, key, s, s.revision) },
	}
}

// understand makes sense of what is stored. Its age goes by the server's clock, which is one for all processes.
func understand(ctx context.Context, bucket *bus.Bucket, e bus.Entry) (s standing, age time.Duration, err error) {
	if json.Unmarshal(e.Value, &s) != nil { // nobody can read it: it is written over
		return standing{revision: e.Revision}, 0, nil
	}
	s.revision, s.At = e.Revision, cmp.Or(s.At, e.Stored)
	age, err = bucket.Age(ctx, e)
	return s, age, err
}

func (a *account) now() standing {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.known
}

// learn reads what is stored.
func (a *account) learn(ctx context.Context) error {
	s, age, err := a.read(ctx)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.known = s.here(age)
	return nil
}

// hear takes what was written some time ago, by this process or another one, unless later writing is known.
func (a *account) hear(s standing, age time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s.revision > a.known.revision {
		a.known = s.here(age)
	}
}

// here says the times by this process's monotonic clock, so that nobody waits longer because a clock is set back,
// and nobody less because another machine's is wrong: they lie as far ahead as they did when they were written,
// less the time since. An end of a pause that is far beyond what a channel may ask for is of a clock that was
// set back in the middle of it.
func (s standing) here(age time.Duration) standing {
	now := time.Now()
	if s.Resume.Sub(s.At) > 2*notify.MaxRetryAfter {
		s.Resume = time.Time{}
	}
	for _, t := range []*time.Time{&s.Resume, &s.Full} {
		if !t.IsZero() {
			*t = now.Add(t.Sub(s.At) - age)
		}
	}
	s.At = now.Add(-age)
	return s
}

// replace writes a standing over the one that it was made of, and reports whether it did: not when
// another process was faster, of whose writing is known then.
func (a *account) replace(ctx context.Context, s standing) (done bool, err error) {
	s.At = time.Now()
	s.revision, err = a.write(ctx, s)
	if errors.Is(err, bus.ErrConflict) {
		return false, a.learn(ctx)
	}
	if err != nil {
		return false, err
	}
	a.hear(s, time.Since(s.At))
	return true, nil
}

// rest is how long the channel is to be left alone yet.
func (l *lane) rest() time.Duration {
	return max(time.Until(l.resume), time.Until(l.standing.now().Resume))
}

// rested waits until the channel may be tried, and reports whether it may: not when the lane ends before.
func (l *lane) rested(ctx context.Context) bool {
	for wait := l.rest(); wait > 0; wait = l.rest() {
		if !l.pause(ctx, wait) {
			return false
		}
	}
	return true
}

// take uses up a token of the channel's pace, or says how long until there may be one.
func (l *lane) take(ctx context.Context, urgent bool) (wait time.Duration, err error) {
	for taken := false; !taken && err == nil; {
		s, now := l.standing.now(), time.Now()
		if wait = max(l.rest(), l.pace.wait(s.Full, now, urgent)); wait > 0 {
			return wait, nil
		}
		s.Full = l.pace.take(s.Full, now)
		taken, err = l.standing.replace(ctx, s)
	}
	return 0, err
}

// leaveAlone tells the other processes until when the channel asked to be left alone.
func (l *lane) leaveAlone(ctx context.Context, until time.Time) {
	ctx, cancel := lasting(ctx)
	defer cancel()
	for s := l.standing.now(); until.After(s.Resume); s = l.standing.now() {
		s.Resume = until
		if _, err := l.standing.replace(ctx, s); err != nil {
			l.log().Warn("Until when a channel asked to be left alone could not be stored; another alerter may try it before", "until", until, "err", err)
			return
		}
	}
}

// follow hears what other processes write of the channel, until ctx ends.
func (l *lane) follow(ctx context.Context) error {
	err := l.pool.marks.bucket.FollowKey(ctx, standingKey(l.receiver, l.integration), func(e bus.Entry) error {
		if e.Revision <= l.standing.now().revision { // of this process itself
			return nil
		}
		s, age, err := understand(ctx, l.pool.marks.bucket, e)
		if err != nil && ctx.Err() == nil { // better as if it were new than not at all
			l.log().Debug("How old is what another alerter wrote of a channel is not known", "err", err)
		}
		l.standing.hear(s, age)
		return nil
	})
	if err != nil {
		return fmt.Errorf("following what other alerters write of %s of receiver %s: %w", l.integration, l.receiver, err)
	}
	return nil
}
