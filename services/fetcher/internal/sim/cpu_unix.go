//go:build unix

package sim

import (
	"syscall"
	"time"
)

// cpu is how much processor time this process has used, in seconds; 0 when the
// system does not say.
func cpu() float64 {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0
	}
	return (time.Duration(use.Utime.Nano()) + time.Duration(use.Stime.Nano())).Seconds()
}
