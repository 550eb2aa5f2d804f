package route_test

import (
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/sinktest"
)

const inhibiting = atOnce + `
inhibit_rules:
- {source_matchers: ['severity="critical"'], target_matchers: ['severity="low"'], equal: [region]}
- {source_matchers: ['alertname="RegionBlind"'], target_matchers: ['severity="moderate"'], equal: [region]}
`

// state is an incident of a severity, in the bucket and on the stream as the
// aggregator leaves it.
func (d *desk) state(id string, revision int, severity event.Severity, status event.Status) {
	d.t.Helper()
	kind := event.ChangeNew
	if status == event.StatusClosed {
		kind = event.ChangeClosed
	}
	in := incident(id, revision, kind)
	in.Severity, in.Status = severity, status
	data, err := event.Encode(&in)
	if err != nil {
		d.t.Fatal(err)
	}
	bucket, err := d.bus.Bucket(d.t.Context(), bus.IncidentState)
	if err != nil {
		d.t.Fatal(err)
	}
	var last uint64
	if old, err := bucket.Get(d.t.Context(), id); err == nil {
		last = old.Revision
	}
	if _, err := bucket.Put(d.t.Context(), id, data, last); err != nil {
		d.t.Fatal(err)
	}
	d.publish(in)
}

// held is how many groups have something that is inhibited.
func (d *desk) held() (n int) {
	d.t.Helper()
	for _, s := range d.states() {
		for _, p := range s.Pending {
			if p.Inhibited != "" {
				n++
			}
		}
	}
	return n
}

func (d *desk) wantTold(what string, want ...string) {
	d.t.Helper()
	sinktest.Wait(d.t, what, func() bool { return len(d.tellings()) >= len(want) })
	got := d.tellings()
	if len(got) != len(want) {
		d.t.Errorf("%s: told %v, want %v", what, got, want)
		return
	}
	for i := range want {
		if got[i] != want[i] {
			d.t.Errorf("%s: told %v, want %v", what, got, want)
		}
	}
}

// TestInhibition: what comes right behind its source is held back, over a
// restart; when the source ends, what is open is told and what is over is not.
func TestInhibition(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), inhibiting)
	d.state("coup", 1, event.SeverityCritical, event.StatusOpen)
	d.state("march", 1, event.SeverityLow, event.StatusOpen)
	d.state("strike", 1, event.SeverityLow, event.StatusOpen)
	sinktest.Wait(t, "both are held", func() bool { return d.held() == 2 })
	d.wantTold("the coup", "desk/webhook-0 coup:1", "desk/webhook-1 coup:1")
	d.stop()

	d.state("sit-in", 1, event.SeverityLow, event.StatusOpen)
	d.state("strike", 2, event.SeverityLow, event.StatusClosed)
	d.start()
	sinktest.Wait(t, "it is held after a restart, too", func() bool { return d.held() == 3 })
	sinktest.Wait(t, "the strike is over", func() bool {
		for _, s := range d.states() {
			if len(s.Pending) > 0 && s.Pending[0].Draft.Alert.Annotations["status"] == string(event.StatusClosed) {
				return true
			}
		}
		return false
	})
	d.state("coup", 2, event.SeverityCritical, event.StatusClosed)
	d.wantTold("the end of the coup", "desk/webhook-0 coup:1", "desk/webhook-0 march:1", "desk/webhook-0 sit-in:1",
		"desk/webhook-1 coup:1", "desk/webhook-1 march:1", "desk/webhook-1 sit-in:1")
	sinktest.Wait(t, "nothing is held any more", func() bool { return d.held() == 0 })
}

// TestNoticeInhibits: while a region is blind, by two alerters.
func TestNoticeInhibits(t *testing.T) {
	t.Parallel()
	b := bustest.Start(t)
	d := open(t, b, inhibiting)
	open(t, b, inhibiting)
	blind := event.Notice{ID: "blind", Kind: event.NoticeRegionBlind, Region: "ferghana-valley", Severity: event.SeverityHigh, Summary: "Blind", Since: time.Now()}
	d.notice(blind)
	d.wantTold("the notice", "desk/webhook-0 blind:1", "desk/webhook-1 blind:1")
	d.state("march", 1, event.SeverityModerate, event.StatusOpen)
	sinktest.Wait(t, "the march is held", func() bool { return d.held() == 1 })
	if s := d.states(); len(s) > 0 {
		for _, one := range s {
			if standing, _ := one.Stands("march", 1, time.Now()); standing != group.Unknown && standing != group.Inhibited {
				t.Errorf("it stands as %s", standing)
			}
		}
	}
	blind.Over = time.Now()
	d.notice(blind)
	sinktest.Wait(t, "the march is told", func() bool {
		told := d.tellings()
		return len(told) > 3 && told[1] == "desk/webhook-0 march:1"
	})
}

// TestInhibitionEndsWithItsRule: a rule that is removed holds nothing any more.
func TestInhibitionEndsWithItsRule(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), inhibiting)
	d.state("coup", 1, event.SeverityCritical, event.StatusOpen)
	d.state("march", 1, event.SeverityLow, event.StatusOpen)
	sinktest.Wait(t, "the march is held", func() bool { return d.held() == 1 })
	d.set(atOnce)
	d.inhibitor.SetRules(d.config.Load().Inhibitions())
	d.wantTold("the march", "desk/webhook-0 coup:1", "desk/webhook-0 march:1", "desk/webhook-1 coup:1", "desk/webhook-1 march:1")
}
