package route_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"faultline/deploy"
	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/group"
	incidents "faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/inhibit"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/route"
	"faultline/services/alerter/internal/sinktest"
)

// desk is a bus with a running router.
type desk struct {
	t         *testing.T
	bus       *bus.Bus
	config    atomic.Pointer[notify.Config]
	quiet     atomic.Pointer[time.Time] // until when everything is silenced; nil for nothing
	unknown   atomic.Int32              // how often nobody can say what is silenced
	router    *route.Router
	inhibitor *inhibit.Store
	stop      func()
}

func (d *desk) silenced(context.Context, map[string]string) (until time.Time, by []string, err error) {
	if d.unknown.Add(-1) >= 0 {
		return time.Time{}, nil, errors.New("the silences cannot be read")
	}
	if end := d.quiet.Load(); end != nil && time.Now().Before(*end) {
		return *end, []string{"1"}, nil
	}
	return time.Time{}, nil, nil
}

func prepare(t *testing.T, b *bus.Bus, alerting string) *desk {
	t.Helper()
	d := &desk{t: t, bus: b}
	d.set(alerting)
	return d
}

func open(t *testing.T, b *bus.Bus, alerting string) *desk {
	t.Helper()
	d := prepare(t, b, alerting)
	d.start()
	return d
}

func (d *desk) start() {
	d.t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	reader := &incidents.Reader{}
	i, err := inhibit.New(d.t.Context(), inhibit.Options{Bus: d.bus, Reader: reader, Router: route.Consumer, Logger: quiet, Changed: func(ctx context.Context) error { return d.router.Recheck(ctx) }})
	if err != nil {
		d.t.Fatal(err)
	}
	r, err := route.New(d.t.Context(), route.Options{Bus: d.bus, Reader: reader, Config: d.config.Load, Silenced: d.silenced, Inhibitor: i, Logger: quiet})
	if err != nil {
		d.t.Fatal(err)
	}
	d.router, d.inhibitor = r, i
	i.SetRules(d.config.Load().Inhibitions())
	ctx, cancel := context.WithCancel(d.t.Context())
	done := make(chan error, 2)
	go func() { done <- i.Run(ctx) }()
	go func() { done <- r.Run(ctx) }()
	d.stop = sync.OnceFunc(func() {
		cancel()
		if err := errors.Join(<-done, <-done); err != nil {
			d.t.Errorf("the router ended with %v", err)
		}
	})
	d.t.Cleanup(d.stop)
}

func (d *desk) set(alerting string) {
	d.t.Helper()
	dir := config.NewDir(config.Layer{Name: "test", FS: fstest.MapFS{"alerting.yaml": {Data: []byte(alerting)}}}, config.Layer{Name: "(shipped)", FS: deploy.Config()})
	c, err := notify.Load(dir, notify.Options{})
	if err != nil {
		d.t.Fatal(err)
	}
	d.config.Store(c)
}

// incident is revision n of an incident, with n reports.
func incident(id string, n int, kind event.ChangeKind) event.Incident {
	in := sinktest.Incident()
	in.ID, in.Revision, in.Headline = id, n, "Headline of "+id
	first := in.Reports[0]
	in.Reports = nil
	for i := range n {
		r := first
		r.Item, r.URL = event.NewID(id, fmt.Sprint(i)), fmt.Sprintf("https://news.example/%s/%d", id, i)
		in.Reports = append(in.Reports, r)
	}
	in.Change = event.Change{Kind: kind, Report: n - 1, Reasons: []string{fmt.Sprintf("reason %d", n)}}
	if kind == event.ChangeQuiet {
		in.Status = event.StatusQuiet
	}
	return in
}

func (d *desk) publish(incidents ...event.Incident) {
	d.t.Helper()
	for _, in := range incidents {
		data, err := event.Encode(&in)
		if err != nil {
			d.t.Fatal(err)
		}
		if _, err := d.bus.Publish(d.t.Context(), bus.Message{Subject: bus.IncidentSubject(in.Region, in.ID), Data: data}); err != nil {
			d.t.Fatal(err)
		}
	}
}

// told are the notifications so far.
func (d *desk) told() (all []event.Notification) {
	d.t.Helper()
	err := d.bus.Replay(d.t.Context(), bus.Notifications, nil, bus.Start{}, func(_ context.Context, m *bus.Delivery) error {
		var n event.Notification
		if err := event.Decode(m.Data, &n); err != nil {
			return err
		}
		all = append(all, n)
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// tellings are "receiver/integration incident:revision" of everything told.
func (d *desk) tellings() (all []string) {
	d.t.Helper()
	for _, n := range d.told() {
		for _, a := range n.Alerts {
			all = append(all, fmt.Sprintf("%s/%s %s:%d", n.Receiver, n.Integration, a.Incident, a.Revision))
		}
	}
	slices.Sort(all)
	return all
}

// states are the groups as the router takes them.
func (d *desk) states() (all []group.State) {
	d.t.Helper()
	far, err := d.bus.Progress(d.t.Context(), bus.Incidents, route.Consumer)
	if err != nil && !errors.Is(err, bus.ErrNotFound) {
		d.t.Fatal(err)
	}
	bucket, err := d.bus.Bucket(d.t.Context(), bus.GroupState)
	if err != nil {
		d.t.Fatal(err)
	}
	err = bucket.Each(d.t.Context(), func(e bus.Entry) error {
		var s group.State
		if err := json.Unmarshal(e.Value, &s); err != nil {
			return err
		}
		s.Handed(far.Has)
		all = append(all, s)
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all
}

// settled waits until every change was routed.
func (d *desk) settled(what string, want int) {
	d.t.Helper()
	sinktest.Wait(d.t, fmt.Sprintf("%s: %d notifications", what, want), func() bool { return len(d.told()) >= want })
}

const receivers = `
receivers:
- name: desk
  webhook_configs: [{url: 'http://127.0.0.1:1/a'}, {url: 'http://127.0.0.1:1/b'}]
- name: other
  webhook_configs: [{url: 'http://127.0.0.1:1/c'}]
- name: nobody
`

const atOnce = `
route:
  receiver: desk
  group_by: [incident]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 30d
  routes:
  - {matchers: ['change=~"report|reworded|quiet|closed"'], receiver: nobody}
` + receivers

func TestAtOnceToEveryIntegration(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), atOnce)
	d.publish(incident("a", 1, event.ChangeNew))
	d.settled("new", 2)
	want := []string{"desk/webhook-0 a:1", "desk/webhook-1 a:1"}
	if got := d.tellings(); !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
	n := d.told()[0]
	if n.GroupKey != `{}:{incident="a"}` || n.Reason != group.ReasonFirst || n.GroupLabels["incident"] != "a" || n.RepeatInterval != 30*24*time.Hour {
		t.Errorf("got %+v", n)
	}
}

func TestSameChangeAgainIsToldOnce(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), atOnce)
	for range 3 {
		d.publish(incident("a", 1, event.ChangeNew))
	}
	d.publish(incident("b", 1, event.ChangeNew))
	d.settled("new", 4)
	sinktest.Never(t, "more was told", 500*time.Millisecond, func() bool { return len(d.told()) > 4 })
}

func TestIntervalAndNewLinksOnly(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), atOnce)
	d.publish(incident("a", 1, event.ChangeNew))
	d.settled("new", 2)
	start := d.told()[0].Created
	d.stop() // so that both land in one go
	d.publish(incident("a", 2, event.ChangeEscalated), incident("a", 3, event.ChangeReworded))
	d.start()
	d.settled("escalated and reworded", 4)
	n := d.told()[2]
	if gap := n.Created.Sub(start); gap < time.Second {
		t.Errorf("group_interval is 1 s, the second message came after %s", gap)
	}
	a := n.Alerts[0]
	if n.Reason != group.ReasonNew || a.Revision != 3 || a.Labels["change"] != "escalated" {
		t.Errorf("got %+v", n)
	}
	if links := a.Annotations["links"]; strings.Count(links, "https://") != 2 || strings.Contains(links, "/a/0") {
		t.Errorf("links %q", links)
	}
}

func TestGroupsCollect(t *testing.T) {
	t.Parallel()
	d := prepare(t, bustest.Start(t), `
route: {receiver: other, group_by: [region], group_wait: 1s, group_interval: 1s, repeat_interval: 30d}
`+receivers)
	d.publish(incident("a", 1, event.ChangeNew), incident("b", 1, event.ChangeNew), incident("a", 2, event.ChangeEscalated))
	elsewhere := incident("c", 1, event.ChangeNew)
	elsewhere.Region = "xinjiang"
	d.publish(elsewhere)
	d.start() // when all of it is there
	d.settled("both regions", 2)
	want := []string{"other/webhook-0 a:2", "other/webhook-0 b:1", "other/webhook-0 c:1"}
	if got := d.tellings(); !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
}

func TestRepeatsUntilQuiet(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), strings.Replace(atOnce, "repeat_interval: 30d", "repeat_interval: 1s", 1))
	d.publish(incident("a", 1, event.ChangeNew))
	d.settled("new and repeated", 4)
	if n := d.told()[2]; n.Reason != group.ReasonRepeat || n.Alerts[0].Annotations["links"] != "" {
		t.Errorf("got %+v", n)
	}
	d.publish(incident("a", 2, event.ChangeQuiet))
	sinktest.Wait(t, "the group hears of the quiet", func() bool {
		s := d.states()
		return len(s) == 1 && s[0].Known["a"].Seen == 2 && s[0].Sending == nil
	})
	count := len(d.told())
	sinktest.Never(t, "a quiet incident was repeated", 1700*time.Millisecond, func() bool { return len(d.told()) > count })
}

// Who was told of something grave hears that nobody stands by it, in the same group, and is
// not reminded of it.
func TestWhatIsNoLongerGraveIsToldWhereItWas(t *testing.T) {
	d := open(t, bustest.Start(t), lowered)
	first, last := incident("a", 1, event.ChangeNew), incident("a", 2, event.ChangeCorrected)
	first.Severity, first.Corroboration.Certainty = event.SeverityHigh, "Likely"
	last.Severity, last.Corroboration.Certainty = event.SeverityLow, "Unlikely"
	last.Change.Severity, last.Change.Certainty = event.SeverityHigh, "Likely"
	d.publish(first)
	d.settled("grave", 1)
	d.publish(last)
	d.settled("lowered", 4)
	want := []string{"desk/webhook-0 a:2", "desk/webhook-1 a:2", "other/webhook-0 a:1", "other/webhook-0 a:2"}
	if got := d.tellings(); !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
	for _, n := range d.told() {
		if n.Receiver == "other" && n.GroupLabels["severity"] != "high" {
			t.Errorf("told in another group: %v", n.GroupLabels)
		}
	}
	sinktest.Wait(t, "it is stored that all is told", func() bool {
		return !slices.ContainsFunc(d.states(), func(s group.State) bool { return s.Sending != nil })
	})
	for _, s := range d.states() {
		if s.Known["a"].Last != nil {
			t.Errorf("it will be repeated: %+v", s)
		}
	}
}

// Who would hear of it by the routes of before and of now hears of it once.
func TestWhatIsNoLongerGraveIsToldOnce(t *testing.T) {
	d := open(t, bustest.Start(t), strings.Replace(lowered, "receiver: other", "receiver: desk", 1))
	first, last := incident("a", 1, event.ChangeNew), incident("a", 2, event.ChangeCorrected)
	first.Severity, first.Corroboration.Certainty = event.SeverityHigh, "Likely"
	last.Severity, last.Corroboration.Certainty = event.SeverityLow, "Unlikely"
	last.Change.Severity, last.Change.Certainty = event.SeverityHigh, "Likely"
	d.publish(first)
	d.settled("grave", 2)
	d.publish(last)
	d.settled("lowered", 4)
	sinktest.Never(t, "it was told twice", 2*time.Second, func() bool { return len(d.told()) > 4 })
	want := []string{"desk/webhook-0 a:1", "desk/webhook-0 a:2", "desk/webhook-1 a:1", "desk/webhook-1 a:2"}
	if got := d.tellings(); !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
}

const lowered = `
route:
  receiver: desk
  group_by: [incident, severity]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 30d
  routes:
  - {receiver: other, matchers: ['severity="high"', 'certainty="Likely"']}
` + receivers

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), strings.Replace(atOnce, "receiver: desk", "receiver: nobody", 1))
	d.publish(incident("a", 1, event.ChangeNew))
	sinktest.Never(t, "something was stored", 300*time.Millisecond, func() bool { return len(d.states()) > 0 })
	if len(d.told()) != 0 {
		t.Error("something was told")
	}
}

// TestReceiverIsRenamed: what waited for the old name takes the new routes.
func TestReceiverIsRenamed(t *testing.T) {
	t.Parallel()
	const waiting = "route: {receiver: %s, group_by: [region], group_wait: %s, group_interval: 1s, repeat_interval: 30d}\nreceivers: [{name: %[1]s, webhook_configs: [{url: 'http://127.0.0.1:1/x'}]}]\n"
	d := open(t, bustest.Start(t), fmt.Sprintf(waiting, "before", "1h"))
	d.publish(incident("a", 1, event.ChangeNew), incident("b", 1, event.ChangeNew))
	sinktest.Wait(t, "both landed", func() bool { s := d.states(); return len(s) == 1 && len(s[0].Pending) == 2 })
	d.set(fmt.Sprintf(waiting, "after", "1s"))
	s := d.states()[0]
	s.Wait = 0 // as if the hour were over
	d.release(s)
	d.settled("by the new name", 1)
	want := []string{"after/webhook-0 a:1", "after/webhook-0 b:1"}
	if got := d.tellings(); !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
}

// TestStorm lands many changes of many incidents in few groups at once.
func TestStorm(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), `
route:
  receiver: nobody
  routes:
  - {matchers: ['severity="high"'], receiver: other, group_by: [region], group_wait: 1s, group_interval: 1s, continue: true}
  - {matchers: ['severity="high"'], receiver: desk, group_by: ['...'], group_wait: 0s}
`+receivers)
	const n = 80
	for i := range n {
		d.publish(incident(fmt.Sprintf("i%03d", i), 1, event.ChangeNew))
	}
	sinktest.Wait(t, "everything is told", func() bool { return len(d.tellings()) >= 3*n })
	sinktest.Never(t, "more was told", 1200*time.Millisecond, func() bool { return len(d.tellings()) > 3*n })
	if all := d.tellings(); len(slices.Compact(all)) != 3*n {
		t.Error("something was told twice")
	}
	digests := 0
	for _, m := range d.told() {
		if m.Receiver == "other" {
			digests++
		}
		if len(m.Alerts) > 25 {
			t.Errorf("a message of %d incidents", len(m.Alerts))
		}
	}
	if digests > 20 {
		t.Errorf("%d digests for %d incidents", digests, n)
	}
}

// TestFullGroupMakesNewsWait: a group near the limit of a stored value takes no
// more until it has flushed; nothing is lost.
func TestFullGroupMakesNewsWait(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), `
route: {receiver: other, group_by: [region], group_wait: 1s, group_interval: 1s, repeat_interval: 30d}
`+receivers)
	const n = 12
	for i := range n {
		in := incident(fmt.Sprintf("i%02d", i), 40, event.ChangeNew)
		for j := range in.Reports {
			in.Reports[j].URL += "?" + strings.Repeat("x", 1800)
		}
		d.publish(in)
	}
	sinktest.Wait(t, "all are told", func() bool { return len(d.tellings()) >= n })
	if all := d.tellings(); len(all) != n || len(slices.Compact(all)) != n {
		t.Errorf("told %v", all)
	}
	if messages := len(d.told()); messages < 2 {
		t.Errorf("%d message: the group was never full", messages)
	}
}

func TestUnreadableIncidentIsADeadLetter(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), atOnce)
	if _, err := d.bus.Publish(t.Context(), bus.Message{Subject: bus.IncidentSubject("r", "x"), Data: []byte(`{"schema":"incident/9"}`)}); err != nil {
		t.Fatal(err)
	}
	letters := func() (n int) {
		if err := d.bus.DeadLetters(t.Context(), func(bus.DeadLetter) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	sinktest.Wait(t, "it is a dead letter", func() bool { return letters() == 1 })
	d.publish(incident("a", 1, event.ChangeNew))
	d.settled("the next one", 2)
}

// A group whose stored value is damaged holds up no change: it becomes a dead letter.
func TestDamagedGroupMakesDeadLetters(t *testing.T) {
	t.Parallel()
	d := open(t, bustest.Start(t), atOnce)
	d.publish(incident("a", 1, event.ChangeNew))
	sinktest.Wait(t, "the first is done with", func() bool {
		n, err := d.bus.Settled(t.Context(), bus.Incidents, route.Consumer)
		return err == nil && n == 1
	})
	for _, s := range d.states() {
		if _, err := d.bus.Publish(t.Context(), bus.Message{Subject: "$KV." + bus.GroupState + "." + bus.Token(s.ID), Data: []byte("\x28\xb5\x2f\xfd\x00damaged")}); err != nil {
			t.Fatal(err)
		}
	}
	d.publish(incident("a", 2, event.ChangeEscalated))
	sinktest.Wait(t, "it is a dead letter", func() bool {
		n := 0
		if err := d.bus.DeadLetters(t.Context(), func(l bus.DeadLetter) error {
			if l.Stream == bus.Incidents {
				n++
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return n == 1
	})
	d.publish(incident("b", 1, event.ChangeNew))
	sinktest.Wait(t, "the next one is told", func() bool {
		return slices.ContainsFunc(d.tellings(), func(s string) bool { return strings.Contains(s, " b:1") })
	})
}
