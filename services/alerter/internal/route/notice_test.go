package route_test

import (
	"slices"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/sinktest"
)

func (d *desk) notice(n event.Notice) {
	d.t.Helper()
	data, err := event.Encode(&n)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.bus.Publish(d.t.Context(), bus.Message{Subject: bus.NoticeSubject(string(n.Kind), n.Feed+n.Host), Data: data}); err != nil {
		d.t.Fatal(err)
	}
}

// TestNoticesTakeTheRoutes: a notice is told once by the route that it matches,
// however often it comes, and so is the end of the trouble.
func TestNoticesTakeTheRoutes(t *testing.T) {
	d := open(t, bustest.Start(t), `
route:
  receiver: desk
  group_wait: 0s
  group_by: [incident]
  routes:
  - {receiver: upkeep, matchers: ['category="sources"', 'alertname!="FeedMoved"'], group_by: [alertname], group_interval: 1s}
receivers:
- {name: desk, webhook_configs: [{url: 'http://127.0.0.1:1/'}]}
- {name: upkeep, webhook_configs: [{url: 'http://127.0.0.1:1/'}]}
`)
	quiet := event.Notice{ID: "q", Kind: event.NoticeFeedQuiet, Feed: "wire", Severity: event.SeverityLow, Summary: "Wire has gone quiet", Since: time.Now()}
	over, moved := quiet, quiet
	over.Over, over.Summary = time.Now(), "Wire is in order again"
	moved.ID, moved.Kind = "m", event.NoticeFeedMoved
	for range 3 {
		d.notice(quiet)
	}
	d.notice(moved)
	sinktest.Wait(t, "both are told", func() bool { return len(d.tellings()) == 2 })
	for range 3 {
		d.notice(over)
	}
	d.notice(quiet) // late, and no news any more
	sinktest.Wait(t, "the end is told", func() bool { return len(d.tellings()) == 3 })
	want := []string{"desk/webhook-0 m:1", "upkeep/webhook-0 q:1", "upkeep/webhook-0 q:2"}
	for i, got := range d.tellings() {
		if got != want[i] {
			t.Errorf("told %q, want %q", d.tellings(), want)
		}
	}
	last := d.told()[len(d.told())-1]
	if last.GroupLabels["alertname"] != "FeedQuiet" || last.Alerts[0].EndsAt.IsZero() {
		t.Errorf("the end is told as %+v", last)
	}
}

// TestMachinesThatAreCutOffTogetherAreOneMessage, which names each: by a route like the shipped one, which
// waits for more of a kind.
func TestMachinesThatAreCutOffTogetherAreOneMessage(t *testing.T) {
	d := open(t, bustest.Start(t), `
route:
  receiver: desk
  group_wait: 0s
  routes: [{matchers: ['category="sources"'], group_by: [alertname], group_wait: 2s, group_interval: 2s}]
receivers: [{name: desk, webhook_configs: [{url: 'http://127.0.0.1:1/'}]}]
`)
	hosts := []string{"a", "b", "c"}
	for _, over := range []time.Time{{}, time.Now()} {
		for _, host := range hosts {
			d.notice(event.Notice{
				ID: host, Kind: event.NoticeNetworkDown, Host: host, Severity: event.SeverityModerate, Summary: "Feeds cannot be reached from " + host,
				Since: time.Now().Add(-time.Minute), Over: over,
			})
		}
		before := len(d.told())
		sinktest.Wait(t, "it is told", func() bool { return len(d.told()) > before })
	}
	told := d.told()
	if len(told) != 2 {
		t.Fatalf("%d messages: %q", len(told), d.tellings())
	}
	for i, n := range told {
		var names []string
		for _, a := range n.Alerts {
			if a.Labels["host"] != a.Incident || a.EndsAt.IsZero() != (i == 0) {
				t.Errorf("message %d: %+v", i, a)
			}
			names = append(names, a.Incident)
		}
		if slices.Sort(names); !slices.Equal(names, hosts) {
			t.Errorf("message %d names %q", i, names)
		}
	}
}

// A notice of a newer build is put aside, and those behind it are told.
func TestANoticeThatCannotBeReadIsADeadLetter(t *testing.T) {
	b := bustest.Start(t)
	d := open(t, b, "route: {receiver: desk, group_wait: 0s}\nreceivers: [{name: desk, webhook_configs: [{url: 'http://127.0.0.1:1/'}]}]\n")
	if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.NoticeSubject("FeedQuiet", "a"), Data: []byte(`{"schema":"notice/9"}`)}); err != nil {
		t.Fatal(err)
	}
	d.notice(event.Notice{ID: "q", Kind: event.NoticeFeedQuiet, Feed: "wire", Severity: event.SeverityLow, Summary: "Wire has gone quiet", Since: time.Now()})
	sinktest.Wait(t, "the other is told", func() bool { return len(d.tellings()) == 1 })
	letters := 0
	sinktest.Wait(t, "there is a dead letter", func() bool {
		letters = 0
		if err := b.DeadLetters(t.Context(), func(bus.DeadLetter) error { letters++; return nil }); err != nil {
			t.Error(err)
		}
		return letters == 1
	})
}
