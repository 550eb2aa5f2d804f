package costtest

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// listener keeps what a test is told.
type listener struct {
	testing.TB
	said string
}

func (l *listener) Helper()                           {}
func (l *listener) Errorf(format string, args ...any) { l.said = fmt.Sprintf(format, args...) }

func TestBound(t *testing.T) {
	var sink []byte
	runs := 0
	for name, c := range map[string]struct {
		work func()
		bad  bool
	}{
		"nothing":           {func() {}, false},
		"a little memory":   {func() { sink = make([]byte, Memory/4) }, false},
		"too much memory":   {func() { sink = make([]byte, Memory+1<<20) }, true},
		"too slow once":     {func() { wait(&runs, 1) }, false},
		"too slow each try": {func() { wait(&runs, tries) }, true},
	} {
		runs = 0
		l := &listener{}
		synctest.Test(t, func(*testing.T) { Bound(l, c.work) })
		if (l.said != "") != c.bad {
			t.Errorf("%s: said %q", name, l.said)
		}
	}
	if len(sink) == 0 {
		t.Error("the work was not run")
	}
}

// wait takes too long the first times.
func wait(runs *int, slow int) {
	if *runs++; *runs <= slow {
		time.Sleep(Time + 10*time.Millisecond) // of the bubble's clock
	}
}

func TestPeak(t *testing.T) {
	var kept [][]byte
	got := Peak(func() {
		for range 20 {
			kept = append(kept, make([]byte, 1<<20))
			<-time.After(2 * time.Millisecond)
		}
	})
	if got < 15<<20 || got > 40<<20 || len(kept) != 20 {
		t.Errorf("20 MB are %d bytes", got)
	}
}
