package service

import (
	"os"
	"runtime/debug"
)

// How far the heap may grow over what is in use before it is collected, in
// percent. Go's own 100 would double the memory of a process whose dictionaries
// are most of what it holds. While those are read there is much garbage and
// little else to do.
const (
	loadingGC = 25
	runningGC = 50
)

// SpareMemory makes the garbage collector thrifty, as suits the start of a
// process and short commands, unless the variable GOGC says how to be. Process.Run
// gives it more room once the services are built.
func SpareMemory() { collectAt(loadingGC) }

func collectAt(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}
