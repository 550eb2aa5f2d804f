package embedded

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"faultline/pkg/bus"
)

// watch says how Run looks after the server.
type watch struct {
	every time.Duration // between checks, and the most one may take
	// sick is how many checks in a row must fail before a restart, so that a
	// slow disk is not punished for being slow.
	sick int
	// room is the free space below which a restart cannot help, in bytes.
	room int64
	// pause follows a restart that did not help; it doubles up to ten minutes.
	pause time.Duration
}

func defaultWatch() watch {
	return watch{every: 5 * time.Second, sick: 3, room: 16 << 20, pause: 15 * time.Second}
}

// health is what the last check found.
type health struct {
	mu  sync.Mutex
	err error
}

func (h *health) set(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err = err
}

func (h *health) get() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.err
}

// Run looks after the server until ctx ends: it stores a canary now and then,
// and when that fails, or the server has said that it could not write to a
// stream, although there is space on the disk, it restarts the server. After
// the disk was full a stream does not recover by itself: it answers every
// question and stores nothing.
func (s *Server) Run(ctx context.Context) error {
	b, err := bus.Connect(ctx, s.busOptions("nats-watch"))
	if err != nil {
		return bus.Stopped(ctx, fmt.Errorf("looking after the embedded NATS server: %w", err))
	}
	err = s.lookAfter(ctx, b.Healthy)
	ended, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	return errors.Join(err, b.Close(ended))
}

// Ready reports what the last check found.
func (s *Server) Ready() error { return s.health.get() }

// Reload implements the shell's Service; the server has nothing to read again.
func (s *Server) Reload(context.Context) error { return nil }

func (s *Server) lookAfter(ctx context.Context, check func(context.Context) error) error {
	ticker := time.NewTicker(s.watch.every)
	defer ticker.Stop()
	notBefore, pause := time.Time{}, s.watch.pause
	for p := (patient{}); ; {
		err := s.examine(ctx, check)
		if ctx.Err() != nil {
			return nil
		}
		s.health.set(err)
		p.note(err)
		if err == nil {
			pause = s.watch.pause
		}
		if (s.log.broken.Load() || p.known && p.failed >= s.watch.sick) && time.Now().After(notBefore) && s.hasRoom() {
			s.options.Logger.Warn("The NATS server does not store although the disk has space; restarting it", "err", err)
			s.log.broken.Store(false)
			if err := s.restart(); err != nil {
				return fmt.Errorf("restarting the embedded NATS server: %w", err)
			}
			p.failed, notBefore, pause = 0, time.Now().Add(pause), min(2*pause, 10*time.Minute)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// patient is what is known of the server's health.
type patient struct {
	known  bool // it was well once, so that there is a stream for canaries
	failed int  // checks in a row
}

func (p *patient) note(err error) {
	if err == nil {
		p.known, p.failed = true, 0
	} else {
		p.failed++
	}
}

var errBroken = errors.New("the NATS server could not write to a stream; the disk may be full")

func (s *Server) examine(ctx context.Context, check func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.watch.every)
	defer cancel()
	if err := check(ctx); err != nil {
		return err
	}
	if s.log.broken.Load() {
		return errBroken
	}
	if err := s.writeMarks(false); err != nil {
		s.options.Logger.Warn("The store's progress was not noted", "err", err)
	}
	return nil
}

func (s *Server) hasRoom() bool {
	available, err := free(s.options.Dir)
	if err != nil {
		s.options.Logger.Error("The free space of the data directory is unknown", "err", err)
		return false
	}
	if available < s.watch.room {
		s.options.Logger.Error("The disk is full: nothing is stored until there is space", "dir", s.options.Dir, "free_bytes", available)
		return false
	}
	return true
}
