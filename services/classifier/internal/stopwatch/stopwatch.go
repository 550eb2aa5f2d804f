// Package stopwatch holds fuzz targets to a bound on time that a busy machine
// does not break.
package stopwatch

import (
	"testing"
	"time"
)

// Limit is the longest that any input may take on a free core.
const Limit = 50 * time.Millisecond

// attempts are how often a slow input is tried before it is believed.
const attempts = 6

// Within runs the work, again when it took longer than the limit, and fails the
// test when even the fastest run did.
func Within(t testing.TB, limit time.Duration, work func()) {
	t.Helper()
	fastest := time.Duration(1<<63 - 1)
	for range attempts {
		began := time.Now()
		work()
		if fastest = min(fastest, time.Since(began)); fastest <= limit {
			return
		}
	}
	t.Errorf("the input takes %v, more than %v", fastest, limit)
}
