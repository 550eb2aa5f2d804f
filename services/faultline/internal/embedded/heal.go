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
// and when that fails although there is space on the disk, it restarts the
// server. After the disk was full the server does not recover by itself: it
// answers every question and stores nothing.
func (s *Server) Run(ctx context.Context) error {
	b, err := bus.Connect(ctx, s.busOptions("nats-watch"))
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("looking after the embedded NATS server: %w", err)
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
	failed, known, notBefore, pause := 0, false, time.Time{}, s.watch.pause
	for {
		limited, cancel := context.WithTimeout(ctx, s.watch.every)
		err := check(limited)
		cancel()
		s.health.set(err)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			if err := s.writeMarks(false); err != nil {
				s.options.Logger.Warn("The store's progress was not noted", "err", err)
			}
			failed, known, pause = 0, true, s.watch.pause // only now is it known that there is a canary to store
		default:
			failed++
		}
		if known && failed >= s.watch.sick && time.Now().After(notBefore) && s.hasRoom() {
			s.options.Logger.Warn("The NATS server does not store although the disk has space; restarting it", "err", err)
			if err := s.restart(); err != nil {
				return fmt.Errorf("restarting the embedded NATS server: %w", err)
			}
			failed, notBefore, pause = 0, time.Now().Add(pause), min(2*pause, 10*time.Minute)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
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
