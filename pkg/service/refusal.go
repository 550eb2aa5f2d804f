package service

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/notice"
	"faultline/pkg/event"
)

// settled is how long a refused configuration stays as it is before the desk is told:
// whoever saves a file half done mends it sooner.
const settled = 30 * time.Second

// tellWithin bounds how long the stream of notices is waited for, and tellAgain is
// when that is tried again.
const (
	tellWithin = 10 * time.Second
	tellAgain  = time.Minute
)

// refusals tells the desk, by notices, that services refuse their new configuration
// and when they take one again. What they told last is on the stream alone: neither a
// restart nor several processes of one service tell anything twice.
type refusals struct {
	bus  *bus.Bus
	host string
}

func newRefusals(b *bus.Bus) refusals {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	return refusals{b, host}
}

// tell makes the notices of a service say what its last reading of the configuration
// came to: a fault, or nil.
func (r refusals) tell(ctx context.Context, service string, fault error, now time.Time) error {
	n := r.refused(service, fault, now)
	return notice.Settle(ctx, r.bus, event.NoticeReloadRefused, service, func(last event.Notice) (event.Notice, bool) {
		open := last.ID != "" && last.Over.IsZero()
		if !open || fault != nil && last.Detail == n.Detail {
			return n, !open && fault != nil && last.ID != n.ID
		}
		last.Over, last.Detail, last.Remedy = now.UTC(), "", ""
		last.Summary = "The " + service + " takes its configuration again"
		if fault != nil {
			last.Summary = "The " + service + " refuses its configuration for another fault now"
		}
		return last, true
	})
}

// refused is the notice of a fault; it has no words for none.
func (r refusals) refused(service string, fault error, now time.Time) event.Notice {
	if fault == nil {
		return event.Notice{}
	}
	first, rest, _ := strings.Cut(strings.TrimSpace(fault.Error()), "\n")
	if more := strings.Count(rest, "\n") + 1; rest != "" {
		first += fmt.Sprintf(" (and %d more)", more)
	}
	return event.Notice{
		ID: event.NewID(string(event.NoticeReloadRefused), service, r.host, now.UTC().Format(time.RFC3339Nano), first), Kind: event.NoticeReloadRefused,
		Host: r.host, Severity: event.SeverityModerate, Since: now.UTC(),
		Summary: "The " + service + " refuses its new configuration and runs on with the last good one", Detail: first,
		Remedy: "faultline check --config DIR names each fault; a file that is mended is read by itself",
	}
}

// tell tells the desk of all parts, and reports whether it is to be tried again. The log
// is told of the first try that fails.
func (r *reloader) tell(ctx context.Context) (again bool) {
	b := r.process.bus.Load()
	if b == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, tellWithin)
	defer cancel()
	notices := newRefusals(b)
	for name, fault := range r.judgements() {
		err := notices.tell(ctx, name, fault, time.Now())
		if err != nil && context.Cause(ctx) != context.Canceled {
			say := r.process.Logger.Warn
			if r.untold {
				say = r.process.Logger.Debug
			}
			say("the desk is not told whether the configuration is refused", "service", name, "err", err)
			again = again || !errors.Is(err, bus.ErrPermission)
		}
	}
	r.untold = again
	return again
}
