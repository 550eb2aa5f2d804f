package aggregate

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/story"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

var noon = time.Date(2010, 5, 14, 12, 0, 0, 0, time.UTC)

// told is an assessment of a report about a building seized in Jalalabad.
func told(item, feed, title, text string) *event.Assessment {
	place := &event.Place{GeonameID: 1527534, Name: "Jalal-Abad", Country: "KG", Admin1: "03", Lat: 40.93, Lon: 73.0, Confidence: 0.9}
	place.Text = "Jalalabad"
	return &event.Assessment{
		ID: event.NewID(item, "0", "rules"),
		Item: event.Item{
			ID: item, Source: event.Source{Feed: feed, Title: strings.ToUpper(feed), Reliability: "C"}, Title: title, Text: text,
			Language: "en", Published: noon, PublishedSource: event.PublishedFeed, FirstSeen: noon, Seen: noon,
		},
		Language: "en", Relevant: true, Score: 60, Severity: event.SeverityHigh, Categories: []string{"building-seizure"},
		Findings: []event.Finding{{Indicator: "government-building-stormed", Category: "building-seizure", Assertion: event.Asserted, Points: 60}},
		Places:   []event.Place{*place}, Main: place, Regions: []string{"ferghana-valley"}, Assessed: noon,
	}
}

func first() *event.Assessment {
	return told("a", "alpha", "Bakiyev supporters retake governor's office in Jalalabad",
		"Several hundred supporters of the ousted president Kurmanbek Bakiyev stormed the regional administration in Jalalabad on Friday and put governor Bektur Asanov out.")
}

// second tells the same in other words.
func second() *event.Assessment {
	return told("b", "beta", "Crowd loyal to ousted Bakiyev storms Jalalabad administration, governor Asanov expelled",
		"Supporters of ousted president Bakiyev broke into the administration building of Jalalabad region on Friday. Governor Bektur Asanov was expelled from his office.")
}

// copied is the first one as another outlet reprints it.
func copied() *event.Assessment {
	x := first()
	c := told("c", "gamma", x.Item.Title, "JALALABAD (Valley Wire) - "+x.Item.Text)
	return c
}

// other is another story in the same city.
func other() *event.Assessment {
	x := told("o", "alpha", "Markets in Jalalabad close as electricity tariffs double",
		"Traders in Jalalabad kept their stalls shut to protest against new power tariffs, an association of small businesses announced.")
	x.Categories = []string{"price-unrest"}
	x.Findings = []event.Finding{{Indicator: "price-strike", Category: "price-unrest", Assertion: event.Asserted, Points: 40}}
	x.Severity, x.Score = event.SeverityLow, 40
	return x
}

func newAggregator(t testing.TB, b *bus.Bus) *Aggregator {
	t.Helper()
	a, err := New(t.Context(), Options{
		Bus: b, Config: incident.Default(), Logger: slog.New(slog.DiscardHandler), Registerer: prometheus.NewRegistry(),
	})
	if err != nil {
		t.Fatal(err)
	}
	a.clock = func() time.Time { return noon.Add(time.Minute) }
	if err := a.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// take hands an assessment to the aggregator as the n-th of the stream.
func take(t testing.TB, a *Aggregator, n uint64, x *event.Assessment) {
	t.Helper()
	if err := handleOne(t, a, delivery(t, n, x)); err != nil {
		t.Fatal(err)
	}
}

// handleOne hands over a delivery behind which nothing waits.
func handleOne(t testing.TB, a *Aggregator, d *bus.Delivery) error {
	t.Helper()
	errs := a.handle(t.Context(), d, func(int) []*bus.Delivery { return nil })
	if len(errs) != 1 {
		t.Fatalf("%d answers for one delivery", len(errs))
	}
	return errs[0]
}

func delivery(t testing.TB, n uint64, x *event.Assessment) *bus.Delivery {
	t.Helper()
	data, err := event.Encode(x)
	if err != nil {
		t.Fatal(err)
	}
	return &bus.Delivery{Data: data, Sequence: n, Attempt: 1, Published: time.Now()}
}

// published is everything on INCIDENTS.
func published(t *testing.T, b *bus.Bus) []event.Incident {
	t.Helper()
	var out []event.Incident
	err := b.Replay(t.Context(), bus.Incidents, nil, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		var i event.Incident
		if err := event.Decode(d.Data, &i); err != nil {
			return err
		}
		out = append(out, i)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// kinds are the changes published, in order.
func kinds(t *testing.T, b *bus.Bus) string {
	t.Helper()
	var out []string
	for _, i := range published(t, b) {
		out = append(out, string(i.Change.Kind))
	}
	return strings.Join(out, " ")
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestStoryBecomesOneIncident(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, first())
	take(t, a, 2, second())
	take(t, a, 3, copied())
	take(t, a, 4, other())
	equal(t, "changes", kinds(t, b), "new escalated reworded new")
	all := published(t, b)
	equal(t, "first incident", all[0].ID, all[2].ID)
	equal(t, "independent sources", all[2].Corroboration.Independent, 2)
	equal(t, "reports", len(all[2].Reports), 3)
	equal(t, "copy of", all[2].Reports[2].CopyOf, "a")
	equal(t, "region", all[0].Region, "ferghana-valley")
	if all[3].ID == all[0].ID {
		t.Error("another story of the same city went into the incident")
	}
	equal(t, "gauge", testutil.ToFloat64(a.metrics.incidents.WithLabelValues("ferghana-valley", "building-seizure", "high", "false")), 1)
	equal(t, "counter", testutil.ToFloat64(a.metrics.changes.WithLabelValues("new")), 2)
}

func TestRedeliveryChangesNothing(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, first())
	take(t, a, 2, second())
	take(t, a, 1, first())
	take(t, a, 2, second())
	equal(t, "changes", kinds(t, b), "new escalated")
}

func TestCrashBetweenBucketAndStream(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, first())
	x := second()
	p, err := a.decide(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.store(t.Context(), p); err != nil { // and dies here
		t.Fatal(err)
	}
	equal(t, "changes before", kinds(t, b), "new")

	after := newAggregator(t, b)
	equal(t, "changes after the restart", kinds(t, b), "new escalated")
	take(t, after, 2, x)
	take(t, after, 3, copied())
	equal(t, "changes after the redelivery", kinds(t, b), "new escalated reworded")
}

func TestCrashBeforeBucket(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	if _, err := a.decide(t.Context(), first()); err != nil { // and dies here
		t.Fatal(err)
	}
	after := newAggregator(t, b)
	take(t, after, 1, first())
	equal(t, "changes", kinds(t, b), "new")
}

func TestCrashBeforeAcknowledgement(t *testing.T) {
	b := bustest.Start(t)
	take(t, newAggregator(t, b), 1, first())
	after := newAggregator(t, b)
	take(t, after, 1, first())
	equal(t, "changes", kinds(t, b), "new")
	equal(t, "metric of a duplicate", testutil.ToFloat64(after.metrics.changes.WithLabelValues("new")), 0)
}

// TestUnpublishedRevisionOfAnother: the other process stored an escalation and
// died; this one stood by and gets the next report before the redelivery.
func TestUnpublishedRevisionOfAnother(t *testing.T) {
	b := bustest.Start(t)
	dying, standby := newAggregator(t, b), newAggregator(t, b)
	take(t, dying, 1, first())
	take(t, standby, 1, first())
	p, err := dying.decide(t.Context(), second())
	if err != nil {
		t.Fatal(err)
	}
	if err := dying.store(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	take(t, standby, 3, copied())
	take(t, standby, 2, second())
	equal(t, "changes", kinds(t, b), "new escalated reworded")
	all := published(t, b)
	for n, i := range all {
		equal(t, "revision", i.Revision, n+1)
	}
}

// TestIncidentOpenedByAnother: a process that stood by knows the incidents that
// were opened meanwhile.
func TestIncidentOpenedByAnother(t *testing.T) {
	b := bustest.Start(t)
	active, standby := newAggregator(t, b), newAggregator(t, b)
	take(t, active, 1, first())
	take(t, standby, 2, second())
	equal(t, "changes", kinds(t, b), "new escalated")
}

func TestTwoAggregatorsAtOnce(t *testing.T) {
	b := bustest.Start(t)
	one, two := newAggregator(t, b), newAggregator(t, b)
	take(t, one, 1, first())
	take(t, two, 1, first())
	// Both decide on the same state; the slower one must decide again.
	p, err := one.decide(t.Context(), second())
	if err != nil {
		t.Fatal(err)
	}
	take(t, two, 2, copied())
	if err := one.store(t.Context(), p); !errors.Is(err, errAgain) {
		t.Fatalf("storing on an old revision: %v", err)
	}
	take(t, one, 2, second())
	equal(t, "changes", kinds(t, b), "new reworded escalated")
	last := published(t, b)[2]
	equal(t, "reports", len(last.Reports), 3)
}

func TestSameItemOpenedTwice(t *testing.T) {
	b := bustest.Start(t)
	one, two := newAggregator(t, b), newAggregator(t, b)
	p, err := one.decide(t.Context(), first())
	if err != nil {
		t.Fatal(err)
	}
	take(t, two, 1, first())
	if err := one.store(t.Context(), p); !errors.Is(err, errAgain) {
		t.Fatalf("opening what is open: %v", err)
	}
	take(t, one, 1, first())
	equal(t, "changes", kinds(t, b), "new")
}

func TestIgnored(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	irrelevant, backlog, old := first(), first(), first()
	irrelevant.Relevant = false
	backlog.Item.Backlog = true
	old.Item.FirstSeen = noon.Add(-72 * time.Hour)
	take(t, a, 1, irrelevant)
	take(t, a, 2, backlog)
	take(t, a, 3, old)
	equal(t, "changes", kinds(t, b), "")
	err := handleOne(t, a, &bus.Delivery{Data: []byte(`{"schema":"assessment/9"}`), Sequence: 4})
	if !errors.Is(err, event.ErrVersion) {
		t.Errorf("unknown version: %v", err)
	}
}

func TestRevisionStaysWithItsIncident(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, first())
	x := told("a", "alpha", "Three wounded as Bakiyev supporters retake Jalalabad", "Everything in this text is new.")
	x.ID, x.Item.Revision = event.NewID("a", "1", "rules"), 1
	x.Casualties.Injured = &event.Count{Min: 3, Max: 3}
	take(t, a, 2, x)
	x = told("a", "alpha", "Sports: results", "Nothing of the kind.")
	x.ID, x.Item.Revision, x.Relevant, x.Severity = event.NewID("a", "2", "rules"), 2, false, event.SeverityNone
	take(t, a, 3, x)
	all := published(t, b)
	equal(t, "changes", kinds(t, b), "new escalated reworded")
	equal(t, "reason", all[1].Change.Reasons[0], "injured: 3")
	equal(t, "severity after the irrelevant revision", all[2].Severity, event.SeverityHigh)
	equal(t, "reports", len(all[2].Reports), 1)
}

func TestAgeing(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, first())
	at := func(d time.Duration) {
		t.Helper()
		a.clock = func() time.Time { return noon.Add(d) }
		if err := a.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	at(time.Hour)
	equal(t, "after an hour", kinds(t, b), "new")
	at(25 * time.Hour)
	at(26 * time.Hour)
	equal(t, "after a day", kinds(t, b), "new quiet")
	late := second()
	late.Item.Published, late.Item.FirstSeen = noon.Add(26*time.Hour), noon.Add(26*time.Hour)
	take(t, a, 2, late)
	equal(t, "a late report", published(t, b)[2].Status, event.StatusOpen)
	at(80 * time.Hour)
	equal(t, "after days", kinds(t, b), "new quiet escalated closed")
	equal(t, "open", a.cache.open, 0)
	third := copied()
	third.Item.Published, third.Item.FirstSeen = noon.Add(80*time.Hour), noon.Add(80*time.Hour)
	take(t, a, 3, third)
	equal(t, "behind the window", kinds(t, b), "new quiet escalated closed new")
	at(80*time.Hour + 8*24*time.Hour)
	at(81*time.Hour + 8*24*time.Hour)
	if _, err := a.bucket.Get(t.Context(), story.ID("a")); !errors.Is(err, bus.ErrNotFound) {
		t.Errorf("a closed incident stays in the bucket: %v", err)
	}
	if _, ok := a.cache.items["a"]; ok {
		t.Error("its items are still known")
	}
}

func TestRevisionOfClosedIncident(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, first())
	a.clock = func() time.Time { return noon.Add(50 * time.Hour) }
	if err := a.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	x := first()
	x.ID, x.Item.Revision, x.Item.Title = event.NewID("a", "1", "rules"), 1, "Again: Bakiyev supporters retake governor's office"
	take(t, a, 2, x)
	all := published(t, b)
	equal(t, "changes", kinds(t, b), "new closed reworded")
	equal(t, "status", all[2].Status, event.StatusClosed)
	x.ID, x.Item.Revision = event.NewID("a", "2", "rules"), 2
	x.Casualties.Killed = &event.Count{Min: 2, Max: 2}
	take(t, a, 3, x)
	equal(t, "status when people were killed", published(t, b)[3].Status, event.StatusOpen)
}

func TestTooManyOpen(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	c := incident.Default()
	c.MaxOpen = 1
	a.SetConfig(c)
	take(t, a, 1, first())
	a.clock = func() time.Time { return noon.Add(time.Hour) }
	take(t, a, 2, other())
	if err := a.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "changes", kinds(t, b), "new new closed")
	equal(t, "which", published(t, b)[2].ID, story.ID("a"))
}

func TestUnreadableIncident(t *testing.T) {
	b := bustest.Start(t)
	bucket, err := b.Bucket(t.Context(), bus.IncidentState)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bucket.Put(t.Context(), "damaged", []byte("{"), 0); err != nil {
		t.Fatal(err)
	}
	a := newAggregator(t, b)
	take(t, a, 1, first())
	equal(t, "changes", kinds(t, b), "new")
}

func TestGoneFromBucket(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, first())
	if err := a.bucket.Delete(t.Context(), story.ID("a"), 0); err != nil {
		t.Fatal(err)
	}
	take(t, a, 2, second())
	equal(t, "changes", kinds(t, b), "new new")
	a.last = 0
	take(t, a, 9, other())
	equal(t, "known", len(a.cache.known), 2)
}

func TestRun(t *testing.T) {
	b := bustest.Start(t)
	registry := prometheus.NewRegistry()
	a, err := New(t.Context(), Options{Bus: b, Config: incident.Default(), Logger: slog.New(slog.DiscardHandler), Registerer: registry})
	if err != nil {
		t.Fatal(err)
	}
	if a.Ready() == nil {
		t.Error("ready before anything was read")
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	now := time.Now()
	for _, x := range []*event.Assessment{first(), second(), other()} {
		x.Item.Published, x.Item.FirstSeen = now, now
		data, err := event.Encode(x)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.AssessmentSubject("KG", x.Categories[0]), ID: x.ID, Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	tail, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	seen := 0
	err = b.Tail(tail, bus.Incidents, nil, bus.Start{}, func(context.Context, *bus.Delivery) error {
		if seen++; seen == 3 {
			stop()
		}
		return nil
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	equal(t, "changes", kinds(t, b), "new escalated new")
	if err := a.Ready(); err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("run: %v", err)
	}
	for _, name := range []string{"faultline_incidents", "faultline_incident_changes_total", "faultline_aggregate_duration_seconds"} {
		if n, err := testutil.GatherAndCount(registry, name); err != nil || n == 0 {
			t.Errorf("metric %s: %d, %v", name, n, err)
		}
	}
}

func TestRegisteredTwice(t *testing.T) {
	b := bustest.Start(t)
	registry := prometheus.NewRegistry()
	o := Options{Bus: b, Config: incident.Default(), Logger: slog.New(slog.DiscardHandler), Registerer: registry}
	if _, err := New(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if _, err := New(t.Context(), o); err == nil {
		t.Error("metrics registered twice without an error")
	}
}
