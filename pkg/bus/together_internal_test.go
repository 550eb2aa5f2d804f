package bus

import (
	"testing"
	"time"
)

// A batch is worth its cost where each message waits for the disk, and sooner on a slow
// one; where none does it never is.
func TestWhenABatchIsWorthIt(t *testing.T) {
	for _, c := range []struct {
		name  string
		one   time.Duration
		least int // the smallest batch that is worth it; 0: not even a thousand
	}{
		{"nothing known", 0, 0},
		{"no flushes", 2 * time.Microsecond, 0},
		{"a fast disk", 300 * time.Microsecond, 27},
		{"a slow disk", 10 * time.Millisecond, 7},
	} {
		var f flushes
		if c.one > 0 {
			f.took(c.one)
		}
		least := 0
		for n := 1; n <= 1000 && least == 0; n++ {
			if f.worth(n) {
				least = n
			}
		}
		if least != c.least {
			t.Errorf("%s: from %d messages on, want %d", c.name, least, c.least)
		}
	}
}

// What the machine adds to some of the times does not count, and a disk that became slow is
// noticed.
func TestLeastOfTheLatestTimes(t *testing.T) {
	var f flushes
	for _, d := range []time.Duration{5, 3, 40, 900} {
		f.took(d * time.Millisecond)
	}
	if got := f.least(); got != 3*time.Millisecond {
		t.Errorf("least is %v", got)
	}
	for range 64 {
		f.took(7 * time.Millisecond)
	}
	if got := f.least(); got != 7*time.Millisecond {
		t.Errorf("then %v", got)
	}
}
