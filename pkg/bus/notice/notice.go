// Package notice tells the desk of a trouble that any of several processes may find: once, and
// its end once.
package notice

import (
	"context"
	"errors"
	"fmt"

	"faultline/pkg/bus"
	"faultline/pkg/event"
)

// Settle publishes the notices of a kind about a name (a service, a channel, a region) that decide
// asks for, one after the other, until it asks for none. decide is given what was told last of it,
// by whichever process: the zero value if nothing was, or nothing that this build can read. What
// was told is on the stream alone, so that neither a restart nor several processes tell anything
// twice: a notice is stored only if nobody told anything since, else decide is asked again.
func Settle(ctx context.Context, b *bus.Bus, kind event.NoticeKind, name string, decide func(last event.Notice) (next event.Notice, tell bool)) error {
	subject := bus.NoticeSubject(string(kind), name)
	for {
		last, after, err := latest(ctx, b, subject)
		if err != nil {
			return fmt.Errorf("reading what was told of %s: %w", name, err)
		}
		next, tell := decide(last)
		if !tell {
			return nil
		}
		if err := publish(ctx, b, subject, next, after); err != nil && !errors.Is(err, bus.ErrConflict) {
			return fmt.Errorf("telling of %s: %w", name, err)
		}
	}
}

// latest is the last notice of a subject, with its sequence.
func latest(ctx context.Context, b *bus.Bus, subject string) (n event.Notice, sequence uint64, err error) {
	d, err := b.Last(ctx, bus.Notices, subject)
	if errors.Is(err, bus.ErrNotFound) {
		return n, 0, nil
	}
	if err == nil && event.Decode(d.Data, &n) != nil {
		n = event.Notice{}
	}
	return n, d.Sequence, err
}

// publish has no message id: that a notice follows on the last one keeps it from being stored twice, and by
// an id a trouble that comes back within the stream's memory of them would never be stored.
func publish(ctx context.Context, b *bus.Bus, subject string, n event.Notice, after uint64) error {
	data, err := event.Encode(&n)
	if err != nil {
		return err
	}
	_, err = b.PublishAfter(ctx, bus.Message{Subject: subject, Data: data}, after)
	return err
}
