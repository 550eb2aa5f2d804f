package service

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"faultline/pkg/config"
)

func TestMemoryIsSparedUntilTheServicesRun(t *testing.T) {
	before := gogc()
	defer debug.SetGCPercent(before)
	t.Setenv("GOGC", "")
	SpareMemory()
	held := make([]byte, 64<<20)
	for range 2 { // the first may leave room for what it did not see
		runtime.GC()
	}
	eventually(t, func() bool { return gogc() == loadingGC })
	runtime.KeepAlive(held)
	runtime.GC() // which gives that back: the test holds little
	one := newRecorder()
	start(t, config.NewDir(), Part{Name: "one", Service: one})
	eventually(t, func() bool { return one.noted() == "run" && gogc() == startingGC })
}

func TestWhileLoadingTheHeapGrowsByOneRoom(t *testing.T) {
	for _, c := range []struct {
		megabytes uint64
		want      int
	}{{0, 200}, {2, 200}, {4, 150}, {8, 75}, {16, 38}, {32, 19}, {40, 15}, {50, 12}, {500, 12}, {1 << 43, 12}} {
		if got := loading(c.megabytes << 20); got < c.want-1 || got > c.want {
			t.Errorf("%d MB in use: %d %%, want %d", c.megabytes, got, c.want)
		}
	}
}

func TestWhoHoldsLittleAtTheStartHasMoreRoom(t *testing.T) {
	for megabytes, want := range map[uint64]int{0: 50, 39: 50, 40: 20, 80: 20, 120: 20, 5000: 20} {
		if got := starting(megabytes << 20); got != want {
			t.Errorf("%d MB in use at the start: %d %%, want %d", megabytes, got, want)
		}
	}
}

// Who allocates little gets the room for some seconds of it, and who allocates much a fifth of
// what is in use, or as much as it takes that the collector does not look through too much.
func TestTheCollectorHasTheRoomThatIsNeeded(t *testing.T) {
	for _, c := range []struct {
		megabytes, looked uint64
		second            float64 // megabytes allocated
		want              int
	}{
		{80, 30, 0, 7}, {80, 30, .8, 7}, {80, 30, 2, 12}, {80, 30, 3, 18}, {80, 30, 5, 20},
		{100, 30, 2, 12}, {100, 30, 6, 20}, {100, 30, 100, 50},
		{50, 10, 0, 12}, {50, 10, 20, 20}, {50, 40, 20, 50}, {20, 5, 0, 20}, {0, 0, 0, 20},
		{150, 40, 25, 27}, {150, 20, 25, 20}, {150, 70, 25, 48}, {150, 100, 25, 50},
		{300, 200, 0, 7}, {300, 200, 2, 12}, {300, 200, 40, 50}, {300, 50, 40, 27},
	} {
		if got := suited(c.megabytes<<20, c.looked<<20, c.second*(1<<20)); got != c.want {
			t.Errorf("%d MB in use, %d looked through, %v MB allocated a second: %d %%, want %d", c.megabytes, c.looked, c.second, got, c.want)
		}
	}
	last := 0
	for looked := uint64(0); looked < 200; looked++ {
		got := suited(200<<20, looked<<20, 30<<20)
		if got < last || got < leastGC || got > mostGC {
			t.Errorf("%d MB looked through: %d %%, after %d %%", looked, got, last)
		}
		last = got
	}
}

// A burst between two collections is not taken for what is allocated all the time; one that
// lasts is after some seconds, and is forgotten so.
func TestWhatIsTakenIsMeasuredOverSomeSeconds(t *testing.T) {
	taking, now, bytes := taking{}, time.Unix(1_800_000_000, 0), uint64(1<<40)
	note := func(megabytes float64, in time.Duration) float64 {
		bytes, now = bytes+uint64(megabytes*(1<<20)), now.Add(in)
		return taking.note(bytes, now) / (1 << 20)
	}
	if got := note(0, 0); got != 0 {
		t.Errorf("before anything was measured: %v MB a second", got)
	}
	if got := note(100, 10*time.Second); math.Abs(got-10) > .01 {
		t.Errorf("at first %v MB a second, want 10", got)
	}
	if got := note(20, 200*time.Millisecond); got < 10 || got > 15 {
		t.Errorf("after a burst of a fifth of a second %v MB a second", got)
	}
	got := 0.0
	for range 20 {
		got = note(100, time.Second)
	}
	if got < 95 || got > 100 {
		t.Errorf("after 20 s at 100 MB a second: %v", got)
	}
	if got := note(0, time.Minute); got > 1 {
		t.Errorf("after a minute of nothing: %v MB a second", got)
	}
	if was, got := note(0, 0), note(0, -time.Second); was != got || got < 0 {
		t.Errorf("when the clock stands or goes back: %v and %v MB a second", was, got)
	}
}

func TestACollectionIsDueOnceHalfItsRoomIsTaken(t *testing.T) {
	for _, c := range []struct {
		inUse, taken, goal uint64
		want               bool
	}{{80, 80, 90, false}, {80, 85, 90, false}, {80, 86, 90, true}, {80, 95, 90, true}, {0, 0, 4, false}} {
		if got := due(c.inUse<<20, c.taken<<20, c.goal<<20); got != c.want {
			t.Errorf("%d MB in use, %d taken of %d: %t", c.inUse, c.taken, c.goal, got)
		}
	}
}

func TestEachCollectionIsHeard(t *testing.T) {
	collected := make(chan struct{}, 1)
	for range 3 {
		listen(collected)
		runtime.GC()
		select {
		case <-collected:
		case <-time.After(10 * time.Second):
			t.Fatal("a collection was not heard")
		}
	}
}

func TestWhatIsInUseIsKnown(t *testing.T) {
	held := make([]byte, 32<<20)
	runtime.GC()
	if got := inUse(); got < uint64(len(held)) || got == manyBytes {
		t.Errorf("%d bytes in use, of which %d are held here", got, len(held))
	}
	runtime.KeepAlive(held)
}

func TestGOGCIsObeyed(t *testing.T) {
	before := gogc()
	defer debug.SetGCPercent(before)
	t.Setenv("GOGC", "70")
	SpareMemory()
	if got := gogc(); got != before {
		t.Errorf("%d %%, GOGC was overruled", got)
	}
}
