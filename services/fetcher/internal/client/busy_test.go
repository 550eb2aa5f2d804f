package client

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestBusyComesBackSoonToAHostThatAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1, 0)
		hold := func() func() {
			release, err := g.acquire(t.Context(), "a", false, time.Second)
			if err != nil {
				t.Fatal(err)
			}
			return release
		}
		retry := func() time.Duration {
			_, err := g.acquire(t.Context(), "a", false, 100*time.Millisecond)
			busy, ok := errors.AsType[*Busy](err)
			if !ok {
				t.Fatalf("got %v", err)
			}
			return busy.Retry
		}
		hold()()
		release := hold()
		if got := retry(); got > 600*time.Millisecond {
			t.Errorf("a host that answers: back in %s", got)
		}
		time.Sleep(2 * time.Second)
		if got := retry(); got < time.Second {
			t.Errorf("a host that hangs: back in %s", got)
		}
		release()
	})
}

// Whoever runs out of time in line was not kept waiting by the host.
func TestTimeIsOverInLine(t *testing.T) {
	g := newGate(1, 0)
	release, err := g.acquire(t.Context(), "example.org", false, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := g.acquire(short, "example.org", false, time.Minute); !errors.As(err, new(*Busy)) {
		t.Errorf("the time is over: got %v, want Busy", err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := g.acquire(stopped, "example.org", false, time.Minute); err == nil || errors.As(err, new(*Busy)) {
		t.Errorf("stopped: got %v, want no Busy", err)
	}
}
