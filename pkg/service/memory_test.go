package service

import (
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
		megabytes, looked, allocated uint64
		in                           time.Duration
		want                         int
	}{
		{80, 30, 0, 10 * time.Second, 7}, {80, 30, 8, 10 * time.Second, 7}, {80, 30, 20, 10 * time.Second, 12}, {80, 30, 30, 10 * time.Second, 18}, {80, 30, 50, 10 * time.Second, 20},
		{100, 30, 20, 10 * time.Second, 12}, {100, 30, 60, 10 * time.Second, 20}, {100, 30, 10, time.Second / 10, 50},
		{50, 10, 0, time.Minute, 12}, {50, 10, 20, time.Second, 20}, {50, 40, 20, time.Second, 50}, {20, 5, 0, time.Minute, 20}, {0, 0, 0, 0, 20},
		{150, 40, 250, 10 * time.Second, 27}, {150, 20, 250, 10 * time.Second, 20}, {150, 70, 250, 10 * time.Second, 48}, {150, 100, 250, 10 * time.Second, 50},
		{300, 200, 0, 10 * time.Second, 7}, {300, 200, 20, 10 * time.Second, 12}, {300, 200, 400, 10 * time.Second, 50}, {300, 50, 400, 10 * time.Second, 27},
	} {
		if got := suited(c.megabytes<<20, c.looked<<20, c.allocated<<20, c.in); got != c.want {
			t.Errorf("%d MB in use, %d looked through, %d MB allocated in %v: %d %%, want %d", c.megabytes, c.looked, c.allocated, c.in, got, c.want)
		}
	}
	last := 0
	for looked := uint64(0); looked < 200; looked++ {
		got := suited(200<<20, looked<<20, 300<<20, 10*time.Second)
		if got < last || got < leastGC || got > mostGC {
			t.Errorf("%d MB looked through: %d %%, after %d %%", looked, got, last)
		}
		last = got
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
