package deliver

import (
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

	revision uint64 // of the stored standing; 0 if there is none
}

func standingKey(receiver, integration string) string {
	return event.NewID("standing", receiver, integration)
}

// account is the standing of a channel as a process knows it: it hears what others write, and who
// writes over something that it did not hear of yet learns of it so.
type account struct {
	// read reads what is stored, and write writes over it.
	read  func(ctx context.Context) (standing, error)
	write func(ctx context.Context, s standing) (revision uint64, err error)

	mu    sync.Mutex
	known standing
}

func newAccount(bucket *bus.Bucket, key string) *account {
	return &account{
		read: func(ctx context.Context) (s standing, err error) {
			revision, err := load(ctx, bucket, key, &s)
			if err != nil && revision > 0 { // nobody can read it: it is written over
				s, err = standing{}, nil
			}
			s.revision = revision
			return s, err
		},
		write: func(ctx context.Context, s standing) (uint64, error) { return save(ctx, bucket, key, s, s.revision) },
	}
}

func (a *account) now() standing {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.known
}

// learn reads what is stored.
func (a *account) learn(ctx context.Context) error {
	s, err := a.read(ctx)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.known = s.here()
	return nil
}

// hear takes what was written, by this process or another one, unless later writing is known.
func (a *account) hear(s standing) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s.revision > a.known.revision {
		a.known = s.here()
	}
}

// here ties the times to this process's monotonic clock, so that nobody waits longer because the
// clock is set back. An end of a pause that is far beyond what a channel may ask for is of a clock that was
// set back since, or of another machine's.
func (s standing) here() standing {
	now := time.Now()
	if s.Resume.Sub(now) > 2*notify.MaxRetryAfter {
		s.Resume = time.Time{}
	}
	for _, t := range []*time.Time{&s.Resume, &s.Full} {
		if !t.IsZero() {
			*t = now.Add(t.Sub(now))
		}
	}
	return s
}

// replace writes a standing over the one that it was made of, and reports whether it did: not when
// another process was faster, of whose writing is known then.
func (a *account) replace(ctx context.Context, s standing) (done bool, err error) {
	s.revision, err = a.write(ctx, s)
	if errors.Is(err, bus.ErrConflict) {
		return false, a.learn(ctx)
	}
	if err != nil {
		return false, err
	}
	a.hear(s)
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
		s := standing{}
		if json.Unmarshal(e.Value, &s) == nil { // else it is written over by the next one who has something to say
			s.revision = e.Revision
			l.standing.hear(s)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("following what other alerters write of %s of receiver %s: %w", l.integration, l.receiver, err)
	}
	return nil
}
