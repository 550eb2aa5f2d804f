package bus

import "time"

// MaxAsking is how many workers of a consumer ask at once.
const MaxAsking = maxAsking

// SlowDisk makes a bus take its server's disk for a slow one, so that it stores messages
// together.
func SlowDisk(b *Bus) {
	for range b.flushes.recent {
		b.flushes.took(time.Second)
	}
}

// Flushes is how many times of storing a message a bus has noted, and the least of the latest.
func Flushes(b *Bus) (noted int, least time.Duration) {
	return b.flushes.n, b.flushes.least()
}

// Sent is how many messages a bus has sent to its server, requests included.
func Sent(b *Bus) uint64 { return b.conn.Stats().OutMsgs }
