package client

import (
	"errors"
	"testing"
	"time"
)

// A host is one however it is written, and others are others.
func TestGateKnowsAHostByAllItsNames(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"example.org", "Example.ORG", true}, {"example.org", "example.org.", true}, {"xn--bcher-kva.example", "Bücher.example", true},
		{"bu\u0308cher.example", "b\u00fccher.example.", true}, {"Новости.kz", "новости.KZ", true}, {"127.0.0.1", "127.0.0.1.", true},
		{"a_b.example", "A_B.example.", true}, {"::1", "::1", true}, {"fe80::1%eth0", "FE80::1%eth0", true},
		{"example.org", "www.example.org", false}, {"::1", "::2", false}, {"a_b.example", "a-b.example", false},
	} {
		g := newGate(1, 0)
		release, err := g.acquire(t.Context(), c.a, false, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		other, err := g.acquire(t.Context(), c.b, false, time.Millisecond)
		if errors.As(err, new(*Busy)) != c.same {
			t.Errorf("%s while %s is asked: got %v", c.b, c.a, err)
		}
		if err == nil {
			other()
		}
		release()
	}
}
