package deliver

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// In no minute do more messages arrive than allowed, however they come and though each may
// be on its way for up to a second. An urgent one
// waits no longer than it takes for one token, others until the reserve is full besides.
func TestFault96PaceHoldsInEveryMinute(t *testing.T) {
	for _, perMinute := range []int{1, 2, 5, 20, 600} {
		r := rand.New(rand.NewPCG(uint64(perMinute), 1))
		p, full, now := newPace(perMinute), time.Time{}, time.Unix(1_700_000_000, 0)
		var sent []time.Time
		for range 5000 {
			now = now.Add(time.Duration(r.Int64N(int64(time.Minute) / int64(perMinute))))
			urgent, most := r.IntN(3) == 0, p.every
			if !urgent {
				most *= time.Duration(1 + p.reserve)
			}
			wait := p.wait(full, now, urgent)
			if wait > most {
				t.Fatalf("%d a minute: a wait of %v", perMinute, wait)
			}
			now = now.Add(wait)
			if p.wait(full, now, urgent) != 0 {
				t.Fatalf("%d a minute: the wait was too short", perMinute)
			}
			full = p.take(full, now)
			sent = append(sent, now.Add(time.Duration(r.Int64N(int64(onTheWay)))))
		}
		slices.SortFunc(sent, time.Time.Compare)
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

// Of a burst of three, two are anybody's, and the last is for what is urgent.
func TestPaceAfterAPause(t *testing.T) {
	p, full, now := newPace(20), time.Time{}, time.Unix(1_700_000_000, 0)
	take := func() (scarce bool) {
		full = p.take(full, now)
		return p.scarce(full, now)
	}
	for i := range 2 {
		if p.wait(full, now, false) != 0 || take() != (i == 1) {
			t.Fatalf("message %d of a first burst", i)
		}
	}
	if p.wait(full, now, false) != p.every || p.wait(full, now, true) != 0 || !take() {
		t.Fatalf("an urgent message: others wait %v", p.wait(full, now, false))
	}
	if p.wait(full, now, true) != p.every || p.wait(full, now, false) != 2*p.every {
		t.Errorf("after a burst: waits of %v and %v", p.wait(full, now, true), p.wait(full, now, false))
	}
	if now = now.Add(-time.Hour); p.wait(full, now, true) > p.every { // the clock is set back
		t.Errorf("after the clock was set back: a wait of %v", p.wait(full, now, true))
	}
	if now = now.Add(2 * time.Hour); p.wait(full, now, false) != 0 || take() {
		t.Error("an hour later the tokens are not back")
	}
}
