package route_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/sinktest"
)

// deskQuiet is atOnce where what the desk does goes to nobody as well.
var deskQuiet = strings.Replace(atOnce, "|closed", "|closed|desk", 1)

// What a mute held back is told when it ends, also when the note that it was ended, or another
// change that goes to nobody, lands at the same moment.
func TestFaultUnmuteIsNotUndoneByItsNote(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), deskQuiet)
	d.publish(incident("a", 1, event.ChangeNew))
	d.settled("new", 2)
	until := time.Now().Add(2 * time.Hour)
	d.quiet.Store(&until)
	d.publish(incident("a", 2, event.ChangeEscalated))
	sinktest.Wait(t, "the escalation is held", func() bool {
		s := d.states()
		return len(s) == 1 && len(s[0].Pending) == 1 && s[0].Pending[0].Silenced.Equal(until)
	})
	d.quiet.Store(nil)
	if err := d.router.Recheck(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.publish(incident("a", 3, event.ChangeDesk))
	d.settled("after the mute", 4)
}

// Whoever frees groups may be cut off between noting it and moving their tokens, as when the
// client that asked for it hangs up. The next one to look moves them.
func TestFaultFreedGroupsOfOneWhoWasCutOffAreTold(t *testing.T) {
	t.Parallel()
	const n = 60
	d := open(t, bustest.Start(t), deskQuiet)
	until := time.Now().Add(2 * time.Hour)
	d.quiet.Store(&until)
	for i := range n {
		d.publish(incident(fmt.Sprint("a", i), 1, event.ChangeNew))
	}
	held := func() (n int) {
		for _, s := range d.states() {
			if s.Holds() {
				n++
			}
		}
		return n
	}
	sinktest.Wait(t, "all are held", func() bool { return held() == n })
	d.quiet.Store(nil)
	for patience := time.Millisecond; held() > 0; patience += time.Millisecond {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		_ = d.router.Recheck(ctx) //nolint:errcheck // it is cut off, until all are freed
		cancel()
	}
	if err := d.router.Recheck(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.settled("all of them", 2*n)
}
