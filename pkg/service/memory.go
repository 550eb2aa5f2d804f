package service

import (
	"context"
	"os"
	"runtime/debug"
	gometrics "runtime/metrics"
	"time"
)

// How far the heap may grow over what is in use before it is collected, in
// percent. Go's own 100 would double the memory of a process whose dictionaries
// are most of what it holds. While those are read there is much garbage and
// little else to do.
const (
	loadingGC = 15
	leastGC   = 20
	mostGC    = 50
)

// Up to fewBytes in use the collector has leastGC, from manyBytes on mostGC: it has
// to look through all that is in use, so that a process that holds little can
// afford to have it come often, and where much is held memory is not what is saved.
const (
	fewBytes  = 80 << 20
	manyBytes = 160 << 20
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
	collectAt(loadingGC)
	GiveBack()
}

// GiveBack gives the pages of the program back that are mapped and may not be needed
// again: those of starting before the rules are loaded, and those of loading before a
// command begins its work. What fails only costs memory.
func GiveBack() { _ = unmapProgram() }

func collectAt(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// giveBackEvery is how many looks at what is in use lie between two times at which the
// pages of the program are given back: a minute. Those that are needed all the time come
// back in a millisecond or two.
const giveBackEvery = 6

// spareMemory gives back what starting took, and what was needed once, and fits the
// collector to what is in use until ctx ends.
func (p *Process) spareMemory(ctx context.Context) {
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	for set, look := 0, 0; ; look++ {
		if look%giveBackEvery == 0 {
			if err := unmapProgram(); err != nil {
				p.Logger.Debug("The pages of the program were not given back", "err", err)
			}
		}
		fit := room
		if look == 0 {
			fit = starting
		}
		if percent := fit(inUse()); percent != set {
			collectAt(percent)
			set = percent
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// room is the collector's setting for so many bytes in use.
func room(bytes uint64) int {
	over := min(max(bytes, fewBytes), manyBytes) - fewBytes
	return leastGC + int(over*(mostGC-leastGC)/(manyBytes-fewBytes))
}

// starting is the collector's setting until the second look.
func starting(bytes uint64) int {
	if bytes < littleBytes {
		return startingGC
	}
	return room(bytes)
}

// inUse is what the last collection left, in bytes.
func inUse() uint64 {
	s := []gometrics.Sample{{Name: "/gc/heap/live:bytes"}}
	if gometrics.Read(s); s[0].Value.Kind() != gometrics.KindUint64 {
		return manyBytes
	}
	return s[0].Value.Uint64()
}
