// Package costtest bounds what reading hostile input may cost, for fuzz targets
// and tests.
package costtest

import (
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"
)

const (
	// Time is how long one input may take.
	Time = time.Second
	// Memory is how many bytes an input may take beside itself.
	Memory = 64 << 20
	// tries is how often work that seems to cost too much is measured: a busy
	// machine makes it slow, another goroutine hungry, but not each time.
	tries = 4
)

// Bound runs work that reads a small input, and fails the test when it takes
// more than Time or allocates more than Memory, garbage included, each time it
// is tried.
func Bound(t testing.TB, work func()) {
	t.Helper()
	var took time.Duration
	var bytes uint64
	for range tries {
		before, start := read(allocated), time.Now()
		work()
		took, bytes = time.Since(start), read(allocated)-before
		if took <= Time && bytes <= Memory {
			return
		}
	}
	t.Errorf("took %s and %d bytes, at most are %s and %d", took, bytes, Time, Memory)
}

// Peak runs work and returns how much more memory was in use meanwhile than
// before, in bytes, with the collector at work all the time.
func Peak(work func()) (bytes uint64) {
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	debug.FreeOSMemory()
	before := read(live)
	stop, done := make(chan struct{}), make(chan uint64)
	go func() {
		ticker := time.NewTicker(time.Millisecond)
		defer ticker.Stop()
		var most uint64
		for {
			most = max(most, read(live))
			select {
			case <-ticker.C:
			case <-stop:
				done <- most
				return
			}
		}
	}()
	work()
	close(stop)
	return max(<-done, before) - before
}

const (
	allocated = "/gc/heap/allocs:bytes"
	live      = "/memory/classes/heap/objects:bytes"
)

func read(name string) uint64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
