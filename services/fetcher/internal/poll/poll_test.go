package poll

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

const (
	s = time.Second
	m = time.Minute
	h = time.Hour
)

func TestNextOfHealthyFeeds(t *testing.T) {
	desk, harness := Bounds{30 * s, 15 * m}, Bounds{10 * s, 15 * s}
	middle := time.Duration(math.Sqrt(float64(30*s) * float64(15*m)))
	for name, c := range map[string]struct {
		bounds Bounds
		facts  Facts
		want   time.Duration
	}{
		"nothing known":             {desk, Facts{}, middle},
		"an item a minute":          {desk, Facts{Gap: m}, 30 * s},
		"ten an hour":               {desk, Facts{Gap: 6 * m}, 36 * s},
		"one an hour":               {desk, Facts{Gap: h}, 6 * m},
		"one a day":                 {desk, Facts{Gap: 24 * h}, 15 * m},
		"a busy feed at night":      {desk, Facts{Gap: 5 * m, Silence: 8 * h}, 293938769134 * time.Nanosecond},
		"silence below the gap":     {desk, Facts{Gap: 10 * m, Silence: m}, m},
		"max-age is believed":       {desk, Facts{Gap: h, Hint: 10 * m}, 10 * m},
		"max-age below the rhythm":  {desk, Facts{Gap: h, Hint: m}, 6 * m},
		"ttl 60 of a busy feed":     {desk, Facts{Gap: 5 * m, Hint: h}, 5 * m},
		"ttl beyond max":            {desk, Facts{Hint: 24 * h}, 15 * m},
		"ttl beyond max, slow feed": {desk, Facts{Gap: 24 * h, Hint: 24 * h}, 15 * m},
		"the desk's max wins":       {harness, Facts{Gap: 20 * s, Hint: m}, 15 * s},
		"the desk's min wins":       {harness, Facts{Gap: s}, 10 * s},
		"idle hours":                {desk, Facts{Gap: 5 * m, Silence: 2 * h, Idle: true}, 15 * m},
		"idle hours that are not":   {desk, Facts{Gap: 5 * m, Silence: 4 * m, Idle: true}, 30 * s},
		"idle and nothing known":    {desk, Facts{Idle: true}, 15 * m},
		"pushed":                    {desk, Facts{Gap: 6 * m, Pushed: true}, 144 * s},
		"pushed, never beyond max":  {desk, Facts{Gap: h, Pushed: true}, 15 * m},
	} {
		got := Next(c.bounds, c.facts, 0)
		if diff := (got - c.want).Abs(); diff > time.Millisecond {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestNextVariesWithinTheBounds(t *testing.T) {
	desk := Bounds{30 * s, 15 * m}
	if lo, hi := Next(desk, Facts{Gap: h}, 1), Next(desk, Facts{Gap: h}, 0); lo != 324*s || hi != 360*s {
		t.Errorf("one an hour: %s to %s", lo, hi)
	}
	if lo, hi := Next(desk, Facts{Gap: s}, 0), Next(desk, Facts{Gap: s}, 1); lo != 30*s || hi != 30*s+30*s/50 {
		t.Errorf("at min: %s to %s", lo, hi)
	}
	if lo, hi := Next(desk, Facts{Gap: 1000 * h}, 1), Next(desk, Facts{Gap: 1000 * h}, 0); lo != 810*s || hi != 15*m {
		t.Errorf("at max: %s to %s", lo, hi)
	}
	if got := Next(Bounds{m, m}, Facts{}, 0.9); got != m {
		t.Errorf("fixed: %s", got)
	}
}

func TestFault38FailuresBackOff(t *testing.T) {
	desk := Bounds{30 * s, 15 * m}
	for name, c := range map[string]struct {
		bounds Bounds
		facts  Facts
		want   time.Duration
	}{
		"first":                 {desk, Facts{Failures: 1}, 30 * s},
		"second":                {desk, Facts{Failures: 2}, m},
		"fifth":                 {desk, Facts{Failures: 5}, 8 * m},
		"tenth":                 {desk, Facts{Failures: 10}, h},
		"millionth":             {desk, Facts{Failures: 1e6}, h},
		"long min":              {Bounds{6 * h, 24 * h}, Facts{Failures: 1e6}, 24 * h},
		"harness":               {Bounds{10 * s, 15 * s}, Facts{Failures: 9}, m},
		"retry after":           {desk, Facts{Failures: 1, RetryAfter: 2 * h}, 2 * h},
		"retry after is short":  {desk, Facts{Failures: 4, RetryAfter: s}, 4 * m},
		"the rhythm is no help": {desk, Facts{Failures: 1, Gap: s, Hint: 12 * h, Idle: true}, 30 * s},
	} {
		if got := Next(c.bounds, c.facts, 0); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
		if got := Next(c.bounds, c.facts, 0.999); got < c.want || got > c.want+c.want/9 {
			t.Errorf("%s with jitter: got %s", name, got)
		}
	}
}

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		i, n int
		want time.Duration
	}{{0, 1, 0}, {0, 0, 0}, {3, 4, 150 * time.Millisecond}, {599, 600, 599 * 50 * time.Millisecond}, {5000, 10_000, 25 * s}} {
		if got := Spread(c.i, c.n, 30*s); got != c.want {
			t.Errorf("%d of %d: got %s, want %s", c.i, c.n, got, c.want)
		}
	}
}

// Whatever the clock did to the facts, the next poll is in the future and within
// the bounds: neither at once, again and again, nor never.
func TestFault57NextIsAlwaysWithinItsBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(57, 1))
	span := func(most time.Duration) time.Duration { return time.Duration(r.Int64N(int64(most))) }
	for range 100_000 {
		b := Bounds{Min: time.Second + span(5*time.Hour)}
		b.Max = b.Min + span(7*24*time.Hour)
		f := Facts{
			Gap: span(400 * 24 * time.Hour), Silence: span(100 * 365 * 24 * time.Hour), Hint: span(24 * time.Hour), Idle: r.IntN(2) == 0,
			Failures: r.IntN(3) * r.IntN(100), RetryAfter: span(24 * time.Hour),
		}
		got := Next(b, f, r.Float64())
		most := b.Max
		if f.Failures > 0 {
			most = time.Duration(1.1 * float64(max(f.RetryAfter, b.Max, min(4*b.Max, time.Hour))))
		}
		if got < b.Min || got > most {
			t.Fatalf("%+v, %+v: got %s, want %s to %s", b, f, got, b.Min, most)
		}
	}
	odd := Bounds{Min: time.Duration(1<<44 + 1), Max: 24 * time.Hour} // 2^64 after twenty doublings
	if got := Next(odd, Facts{Failures: 21}, 0); got != odd.Max {
		t.Errorf("after 21 failures: got %s", got)
	}
}
