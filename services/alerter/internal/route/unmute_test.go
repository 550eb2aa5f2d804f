package route_test

import (
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/sinktest"
)

const deskQuiet = `
route:
  receiver: desk
  group_by: [incident]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 30d
  routes:
  - {matchers: ['change=~"report|reworded|quiet|closed|desk"'], receiver: nobody}
` + receivers

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
