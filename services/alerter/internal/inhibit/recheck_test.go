package inhibit

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

// What may have become free is looked up again until that works, once a second.
func TestRecheckUntilItWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls []time.Duration
		start := time.Now()
		s := &Store{freed: make(chan struct{}, 1), Options: Options{Logger: slog.New(slog.DiscardHandler), Changed: func(context.Context) error {
			if calls = append(calls, time.Since(start)); len(calls) < 3 {
				return errors.New("away")
			}
			return nil
		}}}
		s.free()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := s.recheck(ctx); err != nil {
			t.Error(err)
		}
		if len(calls) != 3 || calls[2] != 2*recheckEvery {
			t.Errorf("looked up after %v", calls)
		}
	})
}
