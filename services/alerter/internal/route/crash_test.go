package route_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/sinktest"
)

// TestResumesAfterACrash stores groups as a crash at each point leaves them.
func TestResumesAfterACrash(t *testing.T) {
	t.Parallel()
	b := bustest.Start(t)
	d := prepare(t, b, atOnce)
	now := time.Now().Add(-time.Second)
	for name, crash := range map[string]func(*group.State){
		"landed":  func(*group.State) {},
		"planned": func(s *group.State) { s.Plan(10, now) },
		"half": func(s *group.State) {
			s.Plan(10, now)
			n := s.Notifications([]string{"webhook-0"})[0]
			data, err := event.Encode(&n)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.PublishOnce(t.Context(), bus.Message{Subject: bus.NotificationSubject(n.Receiver, n.Integration, n.ID), Data: data}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		s := d.group(name, now)
		s.Land(alert.New(incident(name, 1, event.ChangeNew)), true, now)
		crash(&s)
		d.leave(s)
		// The change is delivered again, as it was never acknowledged.
		d.publish(incident(name, 1, event.ChangeNew))
	}
	d.start()
	d.settled("all", 6)
	sinktest.Never(t, "more was told", 700*time.Millisecond, func() bool { return len(d.told()) > 6 })
	want := []string{"half:1", "landed:1", "planned:1"}
	var got []string
	for _, one := range d.tellings() {
		got = append(got, one[strings.IndexByte(one, ' ')+1:])
	}
	slices.Sort(got)
	if got = slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("told %v, want each of %v twice", got, want)
	}
}

func TestLostTokensAreMended(t *testing.T) {
	t.Parallel()
	b := bustest.Start(t)
	d := open(t, b, `
route: {receiver: other, group_by: [region], group_wait: 1s, group_interval: 1s, repeat_interval: 30d}
`+receivers)
	d.publish(incident("a", 1, event.ChangeNew))
	sinktest.Wait(t, "it landed", func() bool { return len(d.states()) == 1 })
	d.stop()
	if err := b.Timers(bus.Groups).Cancel(t.Context(), d.states()[0].ID); err != nil {
		t.Fatal(err)
	}
	d.start()
	d.settled("after the loss", 1)
}

func TestOldGroupsAreForgotten(t *testing.T) {
	t.Parallel()
	d := prepare(t, bustest.Start(t), atOnce)
	old := time.Now().Add(-8 * 24 * time.Hour)
	s := d.group("old", old)
	for n, kind := range []event.ChangeKind{event.ChangeNew, event.ChangeQuiet} {
		s.Land(alert.New(incident("old", n+1, kind)), kind == event.ChangeNew, old)
		if s.Plan(10, old) {
			s.Done(1)
		}
	}
	d.leave(s)
	d.start()
	sinktest.Wait(t, "the group is gone", func() bool { return len(d.states()) == 0 })
	if len(d.told()) != 0 {
		t.Error("a forgotten group told something")
	}
}
