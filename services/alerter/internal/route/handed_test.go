package route_test

import (
	"slices"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/route"
	"faultline/services/alerter/internal/sinktest"
)

// writes is how often groups were written so far.
func (d *desk) writes() (n uint64) {
	d.t.Helper()
	bucket, err := d.bus.Bucket(d.t.Context(), bus.GroupState)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := bucket.Each(d.t.Context(), func(e bus.Entry) error { n = max(n, e.Revision); return nil }); err != nil {
		d.t.Fatal(err)
	}
	return n
}

// acknowledged waits until the router is done with so many changes.
func (d *desk) acknowledged(want uint64) {
	d.t.Helper()
	sinktest.Wait(d.t, "the changes are acknowledged", func() bool {
		done, err := d.bus.Settled(d.t.Context(), bus.Incidents, route.Consumer)
		return err == nil && done >= want
	})
}

// die leaves the group of an incident as a process does that dies before it publishes a flush, which
// change of INCIDENTS brought about and when that was stored.
func (d *desk) die(id string, brought uint64, at time.Time) {
	d.t.Helper()
	now := time.Now().Add(-time.Second)
	s := d.group(id, now)
	s.Land(alert.New(incident(id, 1, event.ChangeNew)), true, now)
	s.Plan(10, now)
	s.Sending.Brought, s.Sending.BroughtAt = brought, at
	d.leave(s)
	if err := d.bus.Timers(bus.Groups).Schedule(d.t.Context(), s.ID, now, nil); err != nil {
		d.t.Fatal(err)
	}
}

// A group that is told at once is written once for each telling.
func TestAtOnceIsOneWrite(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), atOnce)
	for n, id := range []string{"a", "b", "c"} {
		d.publish(incident(id, 1, event.ChangeNew))
		d.settled(id, 2*(n+1))
	}
	d.acknowledged(3)
	sinktest.Never(t, "it was written again", 300*time.Millisecond, func() bool { return d.writes() > 3 })
	s := d.states()[0]
	if at, err := d.bus.Timers(bus.Groups).When(t.Context(), s.ID); err != nil || !at.Equal(s.Next()) {
		t.Errorf("the token is for %v, want %v: %v", at, s.Next(), err)
	}
}

// What was published before is not published again by another process, though the stream no
// longer has it and the group does not say so.
func TestPublishedBeforeTheStart(t *testing.T) {
	t.Parallel()
	server := bustest.StartServer(t)
	d := open(t, server.Bus(), atOnce)
	d.publish(incident("a", 1, event.ChangeNew))
	d.settled("new", 2)
	d.acknowledged(1)
	d.stop()
	notifications, err := server.JetStream().Stream(t.Context(), bus.Notifications)
	if err != nil {
		t.Fatal(err)
	}
	if err := notifications.Purge(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.start()
	d.publish(incident("a", 2, event.ChangeEscalated))
	d.settled("escalated", 2)
	sinktest.Never(t, "more was told", 1500*time.Millisecond, func() bool { return len(d.told()) > 2 })
	if got := d.tellings(); !slices.Equal(got, []string{"desk/webhook-0 a:2", "desk/webhook-1 a:2"}) {
		t.Errorf("told %v", got)
	}
}

// What a crash left unpublished is published by whatever touches the group first, and not taken
// for published because later changes are acknowledged.
func TestUnpublishedBeforeTheStart(t *testing.T) {
	t.Parallel()
	b := bustest.Start(t)
	d := prepare(t, b, atOnce)
	d.die("a", 1, time.Time{})
	d.start()
	d.settled("by its token, before the change comes again", 2)
	d.publish(incident("a", 1, event.ChangeNew), incident("a", 2, event.ChangeEscalated))
	d.settled("escalated", 4)
	want := []string{"desk/webhook-0 a:1", "desk/webhook-0 a:2", "desk/webhook-1 a:1", "desk/webhook-1 a:2"}
	if got := d.tellings(); !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
}

// Where INCIDENTS is made anew its sequences begin again: that the changes of the old one were
// acknowledged says nothing of those of the new one, nor the other way round.
func TestUnpublishedWhenIncidentsAreMadeAnew(t *testing.T) {
	t.Parallel()
	server := bustest.StartServer(t)
	d := open(t, server.Bus(), atOnce)
	d.publish(incident("a", 1, event.ChangeNew), incident("b", 1, event.ChangeNew))
	d.settled("new", 4)
	d.acknowledged(2)
	before := time.Now()
	d.die("said", 2, time.Time{})
	sinktest.Never(t, "what is acknowledged was told", 700*time.Millisecond, func() bool { return len(d.told()) > 4 })

	if err := server.JetStream().DeleteStream(t.Context(), bus.Incidents); err != nil {
		t.Fatal(err)
	}
	if err := d.bus.Apply(t.Context(), bus.Tuning{}); err != nil {
		t.Fatal(err)
	}
	d.die("of the new one", 2, time.Now())
	d.settled("of the new one", 6)
	d.publish(incident("c", 1, event.ChangeNew), incident("d", 1, event.ChangeNew))
	d.settled("what comes", 10)
	d.acknowledged(2)
	d.die("of the old one", 2, before)
	d.settled("of the old one", 12)
}

// A group whose stored state is damaged takes nothing more, but costs no other group the news that
// it could not take at the first try.
func TestFault68DamagedGroupCostsNoOther(t *testing.T) {
	t.Parallel()
	b := bustest.Start(t)
	d := prepare(t, b, "route: {receiver: desk, group_by: [incident], group_wait: 0s, routes: [{receiver: lost, continue: true}, {receiver: desk}]}\nreceivers:\n"+
		"- {name: desk, webhook_configs: [{url: 'http://x.example'}]}\n- {name: lost, webhook_configs: [{url: 'http://x.example'}]}\n")
	bucket, err := b.Bucket(t.Context(), bus.GroupState)
	if err != nil {
		t.Fatal(err)
	}
	for _, told := range route.Tellings(d.config.Load(), alert.New(incident("a", 1, event.ChangeNew))) {
		if told.Route.Receiver == "lost" {
			if _, err := bucket.Put(t.Context(), told.Route.ID(told.Labels), []byte("{"), 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	d.unknown.Store(1)
	d.start()
	d.publish(incident("a", 1, event.ChangeNew))
	d.settled("the other group", 1)
	if got := d.tellings(); !slices.Equal(got, []string{"desk/webhook-0 a:1"}) {
		t.Errorf("told %v", got)
	}
	d.acknowledged(1)
}
