package stopwatch

import (
	"testing"
	"testing/synctest"
	"time"
)

// failures counts what Within reports.
type failures struct {
	testing.TB
	n int
}

func (f *failures) Helper()               {}
func (f *failures) Errorf(string, ...any) { f.n++ }

func TestWithin(t *testing.T) {
	for name, c := range map[string]struct {
		takes       []time.Duration // the last one is that of all further runs
		runs, fails int
	}{
		"quick":        {[]time.Duration{time.Millisecond}, 1, 0},
		"at the limit": {[]time.Duration{Limit}, 1, 0},
		"busy machine": {[]time.Duration{time.Second, 2 * Limit, Limit}, 3, 0},
		"slow":         {[]time.Duration{Limit + 1}, attempts, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f, runs := &failures{TB: t}, 0
				Within(f, Limit, func() {
					<-time.After(c.takes[min(runs, len(c.takes)-1)])
					runs++
				})
				if runs != c.runs || f.n != c.fails {
					t.Errorf("%d runs and %d failures, want %d and %d", runs, f.n, c.runs, c.fails)
				}
			})
		})
	}
}
