package bus

import "time"

// SlowDisk makes a bus take its server's disk for a slow one, so that it stores messages
// together.
func SlowDisk(b *Bus) {
	for range b.flushes.recent {
		b.flushes.took(time.Second)
	}
}
