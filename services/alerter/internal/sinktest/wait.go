package sinktest

import (
	"testing"
	"time"
)

// Wait waits until the condition holds, for at most a minute.
func Wait(t testing.TB, what string, condition func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(time.Minute)
	for !condition() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// Never fails if the condition comes to hold within the span.
func Never(t testing.TB, what string, span time.Duration, condition func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	end := time.After(span)
	for {
		if condition() {
			t.Fatalf("%s, which must not be", what)
		}
		select {
		case <-ticker.C:
		case <-end:
			return
		}
	}
}
