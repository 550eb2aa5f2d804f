package route_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/sinktest"
)

const muted = `
route:
  receiver: nobody
  group_by: [incident]
  group_wait: 0s
  routes: [{matchers: ['change="new"'], receiver: other, active_time_intervals: [%s]}]
time_intervals:
- {name: never, time_intervals: [{years: ['1999']}]}
- {name: always, time_intervals: [{years: ['2000:3000']}]}
` + receivers

func TestMutedRouteWaits(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), fmt.Sprintf(muted, "never"))
	d.publish(incident("a", 1, event.ChangeNew))
	sinktest.Wait(t, "it is held", func() bool { s := d.states(); return len(s) == 1 && s[0].Held.After(time.Now().Add(time.Hour)) })
	if len(d.told()) != 0 {
		t.Fatal("a muted route told")
	}
	// The hold ends: as if its time had come.
	s := d.states()[0]
	d.set(fmt.Sprintf(muted, "always"))
	d.release(s)
	d.settled("after the mute", 1)
}

// Whoever takes a mute out of the file wants to hear now, not when it would have ended.
func TestMuteEndsWithItsConfiguration(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), fmt.Sprintf(muted, "never"))
	d.publish(incident("a", 1, event.ChangeNew))
	sinktest.Wait(t, "it is held", func() bool { s := d.states(); return len(s) == 1 && s[0].Held.After(time.Now().Add(time.Hour)) })
	before := d.revision(d.states()[0].ID)
	if err := d.router.Recheck(t.Context()); err != nil {
		t.Fatal(err)
	}
	sinktest.Never(t, "a muted route told, or its group was written anew", 300*time.Millisecond, func() bool { return len(d.told()) > 0 || d.revision(d.states()[0].ID) != before })
	d.set(fmt.Sprintf(muted, "always"))
	if err := d.router.Recheck(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.settled("after the mute was taken out", 1)
	if held := d.told()[0].Alerts[0].Annotations["held"]; !strings.Contains(held, "quiet hours") {
		t.Errorf("it does not say what held it back: %q", held)
	}
}

// revision is how often groups had been written when this one last was.
func (d *desk) revision(id string) uint64 {
	d.t.Helper()
	bucket, err := d.bus.Bucket(d.t.Context(), bus.GroupState)
	if err != nil {
		d.t.Fatal(err)
	}
	entry, err := bucket.Get(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return entry.Revision
}

// release ends a group's hold by hand.
func (d *desk) release(s group.State) {
	d.t.Helper()
	bucket, err := d.bus.Bucket(d.t.Context(), bus.GroupState)
	if err != nil {
		d.t.Fatal(err)
	}
	entry, err := bucket.Get(d.t.Context(), s.ID)
	if err != nil {
		d.t.Fatal(err)
	}
	s.Held = time.Time{}
	data, err := json.Marshal(s)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := bucket.Put(d.t.Context(), s.ID, data, entry.Revision); err != nil {
		d.t.Fatal(err)
	}
	if err := d.bus.Timers(bus.Groups).Schedule(d.t.Context(), s.ID, time.Now(), nil); err != nil {
		d.t.Fatal(err)
	}
}

// What comes while a silence holds is told when it ends, as it stands then.
func TestSilencedIsToldAfterwards(t *testing.T) {
	d := prepare(t, bustest.Start(t), "route: {receiver: desk, group_by: [incident], group_wait: 0s, group_interval: 1s}\nreceivers:\n- name: desk\n  webhook_configs: [{url: 'http://x.example'}]\n")
	end := time.Now().Add(time.Hour)
	d.quiet.Store(&end)
	d.start()
	d.publish(incident("a", 1, event.ChangeNew), incident("a", 2, event.ChangeEscalated))
	sinktest.Never(t, "something silenced was told", 500*time.Millisecond, func() bool { return len(d.told()) > 0 })
	d.quiet.Store(nil) // it is ended before its time
	if err := d.router.Recheck(t.Context()); err != nil {
		t.Fatal(err)
	}
	sinktest.Wait(t, "it is told", func() bool { return len(d.told()) == 1 })
	if got := d.told()[0]; len(got.Alerts) != 1 || got.Alerts[0].Revision != 2 || got.Alerts[0].Labels["change"] != "new" {
		t.Errorf("told %+v", got.Alerts)
	}
}

// A silence that ends by itself needs nobody to look.
func TestSilenceEndsByItself(t *testing.T) {
	d := prepare(t, bustest.Start(t), "route: {receiver: desk, group_by: [incident], group_wait: 0s, group_interval: 1s}\nreceivers:\n- name: desk\n  webhook_configs: [{url: 'http://x.example'}]\n")
	end := time.Now().Add(2 * time.Second)
	d.quiet.Store(&end)
	d.start()
	d.publish(incident("a", 1, event.ChangeNew))
	sinktest.Wait(t, "it is told", func() bool { return len(d.told()) == 1 })
	if time.Now().Before(end) {
		t.Error("it was told while it was silenced")
	}
}

// FAULTS 102: silences that come and go while news land lose none of it and tell none twice:
// each incident is told as new once, in whatever order the two happen.
func TestFault102SilencesRaceWithNews(t *testing.T) {
	d := prepare(t, bustest.Start(t), "route: {receiver: desk, group_by: [incident], group_wait: 0s, group_interval: 1s, repeat_interval: 30d}\nreceivers:\n- name: desk\n  webhook_configs: [{url: 'http://x.example'}]\n")
	d.start()
	const n = 60
	over, racing := make(chan struct{}), sync.WaitGroup{}
	racing.Go(func() {
		for {
			end := time.Now().Add(time.Hour)
			d.quiet.Store(&end)
			<-time.After(3 * time.Millisecond)
			d.quiet.Store(nil)
			if err := d.router.Recheck(t.Context()); err != nil {
				t.Errorf("looking again at what was silenced: %v", err)
				return
			}
			select {
			case <-over:
				return
			case <-time.After(3 * time.Millisecond):
			}
		}
	})
	for i := range n {
		d.publish(incident(fmt.Sprintf("i%03d", i), 1, event.ChangeNew))
	}
	close(over)
	racing.Wait()
	told := func() map[string]int {
		count := map[string]int{}
		for _, m := range d.told() {
			for _, a := range m.Alerts {
				count[a.Incident]++
			}
		}
		return count
	}
	sinktest.Wait(t, "everything is told", func() bool { return len(told()) == n })
	sinktest.Never(t, "something was told again", 1200*time.Millisecond, func() bool {
		for _, times := range told() {
			if times > 1 {
				return true
			}
		}
		return false
	})
}
