package alerter

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"faultline/deploy"
	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/instability"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// seismograph is a region's index in a time of its own, which two alerters look at.
type seismograph struct {
	t        *testing.T
	bus      *bus.Bus
	index    *instability.Index
	now      time.Time
	alerters []*surges
	n        int
}

// quietWeeks is one after two weeks with a small incident each day.
func quietWeeks(t *testing.T) *seismograph {
	t.Helper()
	dir := config.NewDir(config.Layer{Name: "mine", FS: fstest.MapFS{"alerting.yaml": {Data: []byte("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")}}}, config.Layer{Name: "(shipped)", FS: deploy.Config()})
	c, err := notify.Load(dir, notify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := &seismograph{t: t, bus: bustest.Start(t), now: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)}
	s.index = instability.New(s.now)
	for range 2 {
		s.alerters = append(s.alerters, s.alerter(c))
	}
	for range 14 {
		s.happens(event.SeverityLow, "protest")
		s.pass(24 * time.Hour)
	}
	return s
}

func (s *seismograph) alerter(c *notify.Config) *surges {
	x := newSurges(s.bus, &indices{}, func() *notify.Config { return c }, slog.New(slog.DiscardHandler))
	x.regions = func(at time.Time) ([]instability.Region, bool) { return s.index.Regions(at), true }
	return x
}

func (s *seismograph) happens(severity event.Severity, category string) {
	s.n++
	s.index.Observe(event.Incident{ID: fmt.Sprint(s.n), Revision: 1, Regions: []string{"ferghana-valley"}, Category: category, Severity: severity,
		Change: event.Change{Kind: event.ChangeNew}, Corroboration: event.Corroboration{Credibility: 1}}, s.now)
}

// pass lets time go by in steps of five minutes, at each of which the alerters look.
func (s *seismograph) pass(d time.Duration) {
	s.t.Helper()
	for end := s.now.Add(d); s.now.Before(end); s.now = s.now.Add(5 * time.Minute) {
		for _, a := range s.alerters {
			if err := a.look(s.t.Context(), s.now); err != nil {
				s.t.Fatal(err)
			}
		}
	}
}

func (s *seismograph) told() (all []event.Notice) {
	s.t.Helper()
	err := s.bus.Replay(s.t.Context(), bus.Notices, nil, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		var n event.Notice
		if err := event.Decode(d.Data, &n); err != nil {
			return err
		}
		all = append(all, n)
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// A surge is told once, when it has lasted, with what it is measured by and what makes it; its end once, when
// that has lasted; and the next one again.
func TestSurgeIsToldOnce(t *testing.T) {
	t.Parallel()
	s := quietWeeks(t)
	if all := s.told(); len(all) != 0 {
		t.Fatalf("told of quiet weeks: %+v", all)
	}
	s.happens(event.SeverityCritical, "coup")
	s.happens(event.SeverityHigh, "riot")
	s.pass(instability.SurgeLasts)
	if all := s.told(); len(all) != 0 {
		t.Fatalf("told before it lasts: %+v", all)
	}
	began := s.now.Add(-instability.SurgeLasts)
	s.pass(3 * time.Hour)
	all := s.told()
	if len(all) != 1 {
		t.Fatalf("told %+v", all)
	}
	n := all[0]
	if n.Kind != event.NoticeRegionSurge || n.Region != "ferghana-valley" || n.Severity != event.SeverityModerate || !n.Since.Equal(began) || !n.Over.IsZero() ||
		n.Summary != "Far more than usual is going on in Ferghana Valley" || n.Remedy != "faultline incidents list --region ferghana-valley shows what makes it" {
		t.Errorf("got %+v", n)
	}
	for _, part := range []string{"deviations above its mean of ", "half-life of 14 days", " in 24 hours", "It is made of: coup 19.", ", riot 8.0", ", protest "} {
		if !strings.Contains(n.Detail, part) {
			t.Errorf("no %q in %q", part, n.Detail)
		}
	}
	s.pass(4 * 24 * time.Hour)
	if all = s.told(); len(all) != 2 || all[1].ID != n.ID || all[1].Over.IsZero() || all[1].Over.Sub(n.Since) < 12*time.Hour || !strings.HasPrefix(all[1].Summary, "No more than usual") {
		t.Fatalf("told %+v", all)
	}
	for range 3 {
		s.happens(event.SeverityCritical, "coup")
	}
	s.pass(time.Hour)
	if all = s.told(); len(all) != 3 || all[2].ID == n.ID || !all[2].Over.IsZero() {
		t.Errorf("the next one is told as %+v", all)
	}
}

// What swings about the bound is told neither each time nor twice.
func TestSurgeDoesNotFlap(t *testing.T) {
	t.Parallel()
	s := quietWeeks(t)
	s.alerters[0].regions = func(at time.Time) ([]instability.Region, bool) {
		swing := 1.0
		if at.Minute() >= 30 {
			swing = -1
		}
		return []instability.Region{{ID: "ferghana-valley", Value: 9, Surge: instability.Surging + swing, Change: 1, ByCategory: map[string]float64{"riot": 9}}}, true
	}
	s.alerters[1].regions = s.alerters[0].regions
	s.pass(12 * time.Hour)
	if all := s.told(); len(all) != 1 {
		t.Errorf("told %+v", all)
	}
	s.alerters[0].known, s.alerters[1].known = map[string]*surge{}, map[string]*surge{} // both are started again
	s.pass(12 * time.Hour)
	if all := s.told(); len(all) != 1 {
		t.Errorf("told after a restart %+v", all)
	}
}

// A process that is started when a surge is over ends what another one left open.
func TestSurgeThatWasLeftOpenEnds(t *testing.T) {
	t.Parallel()
	s := quietWeeks(t)
	s.happens(event.SeverityCritical, "coup")
	s.pass(time.Hour)
	later := s.alerter(s.alerters[0].channels())
	s.alerters = nil
	s.pass(4 * 24 * time.Hour)
	s.alerters = []*surges{later}
	s.pass(2 * time.Hour)
	all := s.told()
	if len(all) != 2 || all[1].Over.IsZero() {
		t.Fatalf("told %+v", all)
	}
	if detail := all[1].Detail; !strings.Contains(detail, " deviations below its mean of ") || strings.Contains(detail, ", -") {
		t.Errorf("of a region that is quieter than usual it says %q", detail)
	}
}

// A server that does not answer is named in the log once, and asked again.
func TestFaultSurgeThatCannotBeTold(t *testing.T) {
	t.Parallel()
	s := quietWeeks(t)
	var log strings.Builder
	one := s.alerters[0]
	one.logger, one.every = slog.New(slog.NewTextHandler(&log, nil)), 10*time.Millisecond
	tries := 0
	ctx, cancel := context.WithCancel(t.Context())
	one.regions = func(time.Time) ([]instability.Region, bool) {
		one.known["north"] = &surge{above: true, since: time.Now().Add(-time.Hour)}
		if tries++; tries == 3 {
			cancel()
		}
		return []instability.Region{{ID: "north", Surge: 9, Change: 1}}, true
	}
	if err := s.bus.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := one.Run(ctx); err != nil || tries != 3 || strings.Count(log.String(), "level=WARN") != 1 {
		t.Errorf("%v, %d tries, the log says\n%s", err, tries, log.String())
	}
}

// The rule of Prometheus is the same.
func TestSurgeIsWhatTheRuleSays(t *testing.T) {
	rules, err := os.ReadFile("../../deploy/prometheus/rules/faultline.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, rule, _ := strings.Cut(string(rules), "- alert: FaultlineRegionSurge\n")
	for _, want := range []string{
		fmt.Sprintf("(faultline_region_surge) > %v and max by (region) (faultline_region_instability_change) > 0\n", instability.Surging),
		fmt.Sprintf("\n        for: %.0fm\n", instability.SurgeLasts.Minutes()), fmt.Sprintf("\n        keep_firing_for: %.0fh\n", instability.SurgeEnds.Hours()),
	} {
		if !strings.Contains(rule, want) {
			t.Errorf("the rule lacks %q", want)
		}
	}
}

// The desk is told by the routes of its news, not by those of the watch's own trouble.
func TestSurgeTakesTheRoutesOfNews(t *testing.T) {
	sink := sinktest.HTTP(t)
	s := quietWeeks(t)
	alerting := fmt.Sprintf("route:\n  receiver: desk\n  group_wait: 0s\n  routes: [{matchers: ['category=\"sources\"'], receiver: upkeep}]\nreceivers:\n- name: desk\n  webhook_configs: [{url: '%[1]s/desk'}]\n- name: upkeep\n  webhook_configs: [{url: '%[1]s/upkeep'}]\n", sink.URL)
	dir := config.NewDir(config.Layer{Name: "mine", FS: fstest.MapFS{"alerting.yaml": {Data: []byte(alerting)}}}, config.Layer{Name: "(shipped)", FS: deploy.Config()})
	service, err := New(t.Context(), Options{Config: dir, Bus: s.bus})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- service.Run(ctx) }()
	s.happens(event.SeverityCritical, "coup")
	s.pass(time.Hour)
	sinktest.Wait(t, "it is told", func() bool { return len(sink.Messages()) > 0 })
	m := sink.Messages()[0]
	for _, part := range []string{`"alertname":"RegionSurge"`, `"category":"surge"`, `"region":"ferghana-valley"`, `"severity":"moderate"`, "Far more than usual is going on in Ferghana Valley"} {
		if m.Path != "/desk" || !strings.Contains(m.Body, part) {
			t.Errorf("no %q in %s: %s", part, m.Path, m.Body)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
