package deliver

import (
	"math/rand/v2"
	"testing"
	"time"
)

// In no minute are there more messages than allowed, however they come, and none
// waits longer than it takes for one token.
func TestPaceHoldsInEveryMinute(t *testing.T) {
	for _, perMinute := range []int{1, 2, 5, 20, 600} {
		r := rand.New(rand.NewPCG(uint64(perMinute), 1))
		p, now := newPace(perMinute), time.Unix(1_700_000_000, 0)
		var sent []time.Time
		for range 5000 {
			now = now.Add(time.Duration(r.Int64N(int64(time.Minute) / int64(perMinute))))
			wait := p.wait(now)
			if wait > p.every {
				t.Fatalf("%d a minute: a wait of %v", perMinute, wait)
			}
			now = now.Add(wait)
			if p.wait(now) != 0 {
				t.Fatalf("%d a minute: the wait was too short", perMinute)
			}
			p.take(now)
			sent = append(sent, now)
		}
		for i, j := 0, 0; j < len(sent); j++ {
			for sent[j].Sub(sent[i]) >= time.Minute {
				i++
			}
			if n := j - i + 1; n > perMinute {
				t.Fatalf("%d a minute: %d from %v to %v", perMinute, n, sent[i], sent[j])
			}
		}
	}
}

func TestPaceAfterAPause(t *testing.T) {
	p, now := newPace(20), time.Unix(1_700_000_000, 0)
	for i := range 5 {
		if p.wait(now) != 0 || p.take(now) != (i == 4) {
			t.Fatalf("message %d of a first burst", i)
		}
	}
	if p.wait(now) != 4*time.Second {
		t.Errorf("after a burst: a wait of %v", p.wait(now))
	}
	if now = now.Add(-time.Hour); p.wait(now) > p.every { // the clock is set back
		t.Errorf("after the clock was set back: a wait of %v", p.wait(now))
	}
	if now = now.Add(2 * time.Hour); p.wait(now) != 0 || p.take(now) {
		t.Error("an hour later the tokens are not back")
	}
}
