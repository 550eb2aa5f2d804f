package service

import (
	"runtime/debug"
	"testing"

	"faultline/pkg/config"
)

// percent is the collector's present setting.
func percent() int {
	now := debug.SetGCPercent(100)
	debug.SetGCPercent(now)
	return now
}

func TestMemoryIsSparedUntilTheServicesRun(t *testing.T) {
	before := percent()
	defer debug.SetGCPercent(before)
	t.Setenv("GOGC", "")
	SpareMemory()
	if got := percent(); got != loadingGC {
		t.Errorf("%d %% at the start", got)
	}
	one := newRecorder()
	start(t, config.NewDir(), Part{Name: "one", Service: one})
	eventually(t, func() bool { return one.noted() == "run" })
	if got := percent(); got != runningGC {
		t.Errorf("%d %% when the services run", got)
	}
}

func TestGOGCIsObeyed(t *testing.T) {
	before := percent()
	defer debug.SetGCPercent(before)
	t.Setenv("GOGC", "70")
	SpareMemory()
	if got := percent(); got != before {
		t.Errorf("%d %%, GOGC was overruled", got)
	}
}
