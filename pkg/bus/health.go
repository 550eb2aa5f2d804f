package bus

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Healthy reports whether the server stores what it is given, by storing
// something: when the disk is full the server still answers every question,
// but a publish gets no answer. As such a fault can be one stream's alone, a
// publish that has been failing for a while counts as well. ctx bounds the
// wait; without a deadline it is five seconds.
func (b *Bus) Healthy(ctx context.Context) error {
	if !b.conn.IsConnected() {
		return fmt.Errorf("NATS: not connected (%v)", b.conn.Status())
	}
	if err := b.stalls.check(time.Now()); err != nil {
		return err
	}
	m := Message{Subject: "canary." + Token(b.name), Data: []byte(time.Now().UTC().Format(time.RFC3339Nano))}
	err := b.try(ctx, m.Subject, func(ctx context.Context) error {
		_, err := b.js.PublishMsg(ctx, m.wire())
		return err
	})
	if err != nil {
		return fmt.Errorf("NATS does not store: %w", err)
	}
	return nil
}

const (
	// stallAfter is how long publishes to a stream must fail to be told.
	stallAfter = 10 * time.Second
	// stallForget is how long after the last failure it is no longer told.
	stallForget = time.Minute
)

// stalls are the streams that take nothing.
type stalls struct {
	mu      sync.Mutex
	streams map[string]stall
}

type stall struct {
	first, last time.Time
	err         error
}

func (s *stalls) failed(stream string, now time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.streams == nil {
		s.streams = make(map[string]stall)
	}
	at := s.streams[stream]
	if now.Sub(at.last) > stallForget {
		at.first = now
	}
	at.last, at.err = now, err
	s.streams[stream] = at
}

func (s *stalls) worked(stream string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.streams, stream)
}

func (s *stalls) check(now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for stream, at := range s.streams {
		if since := now.Sub(at.first); since >= stallAfter && now.Sub(at.last) <= stallForget {
			return fmt.Errorf("NATS has stored nothing on %s for %v: %w", stream, since.Round(time.Second), at.err)
		}
	}
	return nil
}
