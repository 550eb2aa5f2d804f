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

func TestBoundOfMemory(t *testing.T) {
	var sink []byte
	for size, bad := range map[int]bool{0: false, Memory / 4: false, Memory + 1<<20: true} {
		l := &listener{}
		Bound(l, func() { sink = make([]byte, size) })
		if (l.said != "") != bad {
			t.Errorf("%d bytes: said %q", len(sink), l.said)
		}
	}
}

func TestBoundOfTime(t *testing.T) {
	for slow, bad := range map[int]bool{0: false, 1: false, tries: true} { // slow the first times
		synctest.Test(t, func(t *testing.T) {
			l, runs := &listener{}, 0
			Bound(l, func() {
				if runs++; runs <= slow {
					time.Sleep(Time + time.Millisecond)
				}
			})
			if (l.said != "") != bad {
				t.Errorf("slow %d times: said %q", slow, l.said)
			}
		})
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
	if got < 15<<20 || got > 80<<20 || len(kept) != 20 { // above are whatever the collector has not reached yet
		t.Errorf("20 MB are %d bytes", got)
	}
}
