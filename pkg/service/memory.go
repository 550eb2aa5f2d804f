package service

import (
	"context"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	gometrics "runtime/metrics"
	"time"
)

// How far the heap may grow over what is in use before it is collected, in
// percent. Go's own 100 would double the memory of a process whose dictionaries
// are most of what it holds. While those are read there is much garbage and
// little else to do.
const (
	loadingGC = 12
	leastGC   = 20
	mostGC    = 50
)

// While dictionaries are read the heap may grow by loadingRoom, or by loadingGC where that
// is more: what counts is the most that is ever held, which is at the end, and little is
// in use at first. mostLoadingGC is where that ends.
const (
	loadingRoom   = 6 << 20
	mostLoadingGC = 200
)

// What a collection costs goes with the bytes in use that may hold pointers, through which it
// looks: a third of them or less, since blocks, dictionaries and what is kept of stories are
// numbers and letters. lookThrough is how many of these it may be a second before it has more
// room than leastGC, up to mostGC. With more than fewBytes in use collections are further
// apart; from manyBytes on none is made for the sake of free pages alone.
const (
	lookThrough = 24 << 20
	fewBytes    = 80 << 20
	manyBytes   = 160 << 20
)

// startingGC is for who runs and holds less than littleBytes: what it kept is read then, which
// leaves much garbage and little to save.
const (
	startingGC  = 50
	littleBytes = 40 << 20
)

// SpareMemory makes the garbage collector thrifty, as suits the start of a
// process and short commands, unless the variable GOGC says how to be. Process.Run
// then gives it the room that suits what is in use.
func SpareMemory() {
	if collectAt(mostLoadingGC) {
		pace(mostLoadingGC)
	}
	GiveBack()
}

// beat is left to the collector, which tells so when it has been round.
type beat struct{ _ [2]*byte }

// pace fits the collector to what is in use after each collection, until somebody
// else sets it. It is at percent.
func pace(percent int) {
	runtime.AddCleanup(&beat{}, func(last int) {
		if gogc() != last {
			return
		}
		next := loading(inUse())
		if next != last {
			debug.SetGCPercent(next)
		}
		pace(next)
	}, percent)
}

// loading is the collector's setting for so many bytes in use while dictionaries are
// read.
func loading(bytes uint64) int {
	return int(min(max(loadingRoom*100/max(bytes, 1), loadingGC), mostLoadingGC))
}

// gogc is the collector's present setting.
func gogc() int {
	s := []gometrics.Sample{{Name: "/gc/gogc:percent"}}
	gometrics.Read(s)
	return int(s[0].Value.Uint64())
}

// GiveBack gives the pages of the program back that are mapped and may not be needed
// again: those of starting before the rules are loaded, and those of loading before a
// command begins its work. What fails only costs memory.
func GiveBack() { _ = unmapProgram() }

// collectAt reports whether it is ours to say when the collector comes.
func collectAt(percent int) bool {
	if os.Getenv("GOGC") != "" {
		return false
	}
	debug.SetGCPercent(percent)
	return true
}

// apart is how far apart collections may well be with fewBytes in use, and leastRoom what is
// always left between them: a process that allocates little needs no more room than for that
// long. What holds more has them further apart, as each costs more.
const (
	apart     = 5 * time.Second
	leastRoom = 6 << 20
)

// lookEvery is how often what is in use is looked at when nothing is collected, and the pages
// of the program are given back: those that are needed all the time come back in a millisecond
// or two. giveBackEvery is how many looks lie between two times, a minute, at which free pages
// of the heap are given back that are worthGivingBack; when they are tooMuch to wait, as soon
// as a collection is due anyway.
const (
	lookEvery       = 10 * time.Second
	giveBackEvery   = 6
	worthGivingBack = 4 << 20
	tooMuch         = 10 << 20
)

// spareMemory gives back what starting took, and what was needed once, and fits the
// collector to what is in use and to how fast memory is taken, after each collection and
// every lookEvery, until ctx ends.
func (p *Process) spareMemory(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	p.giveBackProgram()
	fit(starting(inUse()))
	collected, taking := make(chan struct{}, 1), &taking{}
	taking.note(allocated(), time.Now())
	listen(collected)
	for looks := 1; ; {
		select {
		case <-ctx.Done():
			return
		case <-collected:
			listen(collected)
		case <-tick.C:
			p.giveBackProgram()
			switch looks++; {
			case looks%giveBackEvery == 0:
				giveBackHeap(worthGivingBack)
			case looks > 1 && due(inUse(), measured("/memory/classes/heap/objects:bytes"), measured("/gc/heap/goal:bytes")):
				giveBackHeap(tooMuch)
			}
		}
		if looks > 1 { // else it is still starting
			fit(suited(inUse(), measured("/gc/scan/heap:bytes"), taking.note(allocated(), time.Now())))
		}
	}
}

// due reports whether more than half of the room behind what is in use is taken, so that the
// next collection is not far.
func due(inUse, taken, goal uint64) bool { return 2*taken > inUse+goal }

// giveBackHeap gives back the pages of the heap that a peak left behind, of which the runtime
// itself keeps up to a tenth of the heap. That is a collection more, or one a little sooner,
// which counts little where little is held, if they are more than so many bytes.
func giveBackHeap(atLeast uint64) {
	if os.Getenv("GOGC") == "" && inUse() < manyBytes && measured("/memory/classes/heap/free:bytes") > atLeast {
		debug.FreeOSMemory()
	}
}

func (p *Process) giveBackProgram() {
	if err := unmapProgram(); err != nil {
		p.Logger.Debug("The pages of the program were not given back", "err", err)
	}
}

// listen sends a word once the collector has been round.
func listen(collected chan struct{}) {
	runtime.AddCleanup(&beat{}, func(collected chan struct{}) {
		select {
		case collected <- struct{}{}:
		default: // it is not heard yet
		}
	}, collected)
}

// fit sets the collector, if it is not set so.
func fit(percent int) {
	if percent != gogc() {
		collectAt(percent)
	}
}

// taking is how fast memory is taken. Between two collections it is now a tenth and now three
// times what it is over some seconds; that counts, as the most that is ever held is what a
// process is seen to take.
type taking struct {
	bytes  uint64 // so far
	at     time.Time
	second float64 // bytes a second, of late
	known  bool
}

// note takes what was allocated so far and returns what is taken in a second.
func (t *taking) note(bytes uint64, now time.Time) float64 {
	if in := now.Sub(t.at); !t.at.IsZero() && in > 0 {
		second := float64(bytes-t.bytes) / in.Seconds()
		weight := 1 - math.Exp(-in.Seconds()/apart.Seconds())
		if !t.known {
			weight, t.known = 1, true
		}
		t.second += weight * (second - t.second)
	}
	t.bytes, t.at = bytes, now
	return t.second
}

// allocated is how many bytes were allocated so far.
func allocated() uint64 { return measured("/gc/heap/allocs:bytes") }

// suited is the collector's setting for so many bytes in use, of which it looks through so
// many, where so many are allocated in a second.
func suited(bytes, looked uint64, second float64) int {
	held := float64(max(bytes, 1))
	more := max(1, held/fewBytes)
	most := min(max(second*float64(looked)/lookThrough, leastGC*held/100), mostGC*held/100)
	return int(min(max(second*apart.Seconds()*more, leastRoom*more), most) * 100 / held)
}

// starting is the collector's setting until the second look.
func starting(bytes uint64) int {
	if bytes < littleBytes {
		return startingGC
	}
	return leastGC
}

// inUse is what the last collection left, in bytes.
func inUse() uint64 { return measured("/gc/heap/live:bytes") }

// measured is a figure of the runtime, in bytes.
func measured(name string) uint64 {
	s := []gometrics.Sample{{Name: name}}
	if gometrics.Read(s); s[0].Value.Kind() != gometrics.KindUint64 {
		return manyBytes
	}
	return s[0].Value.Uint64()
}
