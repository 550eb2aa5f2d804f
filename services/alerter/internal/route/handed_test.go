package route_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/group"
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
	bucket, err := b.Bucket(t.Context(), bus.GroupState)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := d.config.Load().Route("{}", "desk")
	now := time.Now().Add(-time.Second)
	s := group.New(group.Route(r), map[string]string{"incident": "a"}, now)
	s.Land(alert.New(incident("a", 1, event.ChangeNew)), true, now)
	s.Plan(10, now)
	s.Sending.Brought = 1
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bucket.Put(t.Context(), s.ID, data, 0); err != nil {
		t.Fatal(err)
	}
	if err := b.Timers(bus.Groups).Schedule(t.Context(), s.ID, now, nil); err != nil {
		t.Fatal(err)
	}
	d.start()
	d.settled("by its token, before the change comes again", 2)
	d.publish(incident("a", 1, event.ChangeNew), incident("a", 2, event.ChangeEscalated))
	d.settled("escalated", 4)
	want := []string{"desk/webhook-0 a:1", "desk/webhook-0 a:2", "desk/webhook-1 a:1", "desk/webhook-1 a:2"}
	if got := d.tellings(); !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
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
