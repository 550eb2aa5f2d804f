package service

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"faultline/pkg/bus"
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
	err := bus.ErrConflict // another process was faster
	for errors.Is(err, bus.ErrConflict) {
		err = r.try(ctx, service, fault, now)
	}
	if err != nil {
		return fmt.Errorf("telling of the configuration of the %s: %w", service, err)
	}
	return nil
}

func (r refusals) try(ctx context.Context, service string, fault error, now time.Time) error {
	subject := bus.NoticeSubject(string(event.NoticeReloadRefused), service)
	last, after, err := r.last(ctx, subject)
	if err != nil {
		return err
	}
	n := r.refused(service, fault, now)
	if last.ID != "" && last.Over.IsZero() {
		if fault != nil && last.Detail == n.Detail {
			return nil
		}
		last.Over, last.Detail, last.Remedy = now.UTC(), "", ""
		last.Summary = "The " + service + " takes its configuration again"
		if fault != nil {
			last.Summary = "The " + service + " refuses its configuration for another fault now"
		}
		if after, err = r.publish(ctx, subject, last, after); err != nil {
			return err
		}
	}
	if fault != nil {
		_, err = r.publish(ctx, subject, n, after)
	}
	return err
}

// last is what was told last of a service, with its sequence; the zero value if nothing
// was that this build can read.
func (r refusals) last(ctx context.Context, subject string) (n event.Notice, sequence uint64, err error) {
	d, err := r.bus.Last(ctx, bus.Notices, subject)
	if errors.Is(err, bus.ErrNotFound) {
		return n, 0, nil
	}
	if err == nil && event.Decode(d.Data, &n) != nil {
		n = event.Notice{}
	}
	return n, d.Sequence, err
}

func (r refusals) publish(ctx context.Context, subject string, n event.Notice, after uint64) (sequence uint64, err error) {
	id := n.ID
	if !n.Over.IsZero() {
		id += "-over"
	}
	data, err := event.Encode(&n)
	if err != nil {
		return 0, err
	}
	ack, err := r.bus.PublishAfter(ctx, bus.Message{Subject: subject, ID: id, Data: data}, after)
	return ack.Sequence, err
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
