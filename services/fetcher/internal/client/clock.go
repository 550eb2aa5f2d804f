package client

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// clock measures the time that an outlet has for a fetch. It stands still while the fetch waits
// for something of ours, which is no fault of the outlet. It is used by one goroutine; nil is one
// that nobody reads.
type clock struct {
	timer *time.Timer
	ends  time.Time
	left  time.Duration // when it was halted
	stood time.Duration // in all
	halts time.Time
}

func (c *clock) halt() {
	if c != nil {
		c.timer.Stop()
		c.halts = time.Now()
		c.left = max(0, c.ends.Sub(c.halts))
	}
}

func (c *clock) resume() {
	if c != nil {
		now := time.Now()
		c.stood += now.Sub(c.halts)
		c.ends = now.Add(c.left)
		c.timer.Reset(c.left)
	}
}

// bounded is the context of one request with its redirects: bound in time and in
// connections. Its cause is context.DeadlineExceeded when the time is over.
func (c *Client) bounded(ctx context.Context) (context.Context, *clock, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(context.WithValue(ctx, dials{}, new(atomic.Int32)))
	running := &clock{ends: time.Now().Add(c.opts.Timeout), timer: time.AfterFunc(c.opts.Timeout, func() { cancel(context.DeadlineExceeded) })}
	return ctx, running, func() {
		running.timer.Stop()
		cancel(nil)
	}
}

// overdue is the error of a request or a read, or that the time was over: net/http tells of a
// context that ended, but not always why.
func overdue(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(err, context.Canceled) && errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	return err
}
