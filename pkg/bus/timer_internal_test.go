package bus

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// Others who are faster every time make nobody wait without end, and who is faster
// some times nobody give up.
func TestInsist(t *testing.T) {
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		conflicts int
		then      error
		tries     int
		want      error
	}{
		"nobody else":     {0, nil, 1, nil},
		"some were first": {advances - 1, nil, advances, nil},
		"always":          {1000, nil, advances, ErrConflict},
		"another error":   {2, broken, 3, broken},
	} {
		synctest.Test(t, func(t *testing.T) {
			tries, start := 0, time.Now()
			err := insist(t.Context(), func() error {
				if tries++; tries <= test.conflicts {
					return fmt.Errorf("publishing: %w", ErrConflict)
				}
				return test.then
			})
			if tries != test.tries || !errors.Is(err, test.want) {
				t.Errorf("%s: %v after %d tries, want %v after %d", name, err, tries, test.want, test.tries)
			}
			if waited := time.Since(start); (waited > 0) != (test.tries > 1) || waited > 10*time.Second {
				t.Errorf("%s: waited %v", name, waited)
			}
		})
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	tries := 0
	if err := insist(ended, func() error { tries++; return ErrConflict }); !errors.Is(err, context.Canceled) || tries != 1 {
		t.Errorf("told to stop: %v after %d tries", err, tries)
	}
}
