package aggregate

import (
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/story"
)

// third tells the story of first and second in words of both.
func third() *event.Assessment {
	return told("d", "delta", "Governor Asanov expelled as supporters of ousted Bakiyev storm Jalalabad administration",
		"Several hundred supporters of ousted president Kurmanbek Bakiyev stormed the administration building of Jalalabad region on Friday and expelled governor Bektur Asanov.")
}

// separated opens an incident each for two reports of one story, as if they had
// not been recognised as such.
func separated(t *testing.T, a *Aggregator) (one, two string) {
	t.Helper()
	a.mu.Lock() // of an aggregator that may be running
	defer a.mu.Unlock()
	for n, x := range []*event.Assessment{first(), second()} {
		f := a.profiler.Profile(x)
		p, err := newPlan(incident.Open(incident.Default(), x, f.Signature, noon.Add(time.Duration(n)*time.Second)), 0, x.Item.ID, f)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.store(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		a.publish(p.incident, p.value)
	}
	if err := a.flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	return story.ID("a"), story.ID("b")
}

// latest is the last published revision of each incident.
func latest(t *testing.T, b *bus.Bus) map[string]event.Incident {
	t.Helper()
	out := map[string]event.Incident{}
	for _, i := range published(t, b) {
		if i.Revision > out[i.ID].Revision {
			out[i.ID] = i
		}
	}
	return out
}

// A report that shows two open incidents to be one merges them: the earlier one
// has all reports, the other one says where they went, and what comes later goes
// to the one that stays.
func TestMergeOfIncidents(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	one, two := separated(t, a)
	take(t, a, 1, third())
	last := latest(t, b)
	equal(t, "reports", len(last[one].Reports), 3)
	equal(t, "merged", last[one].Merged[0], two)
	equal(t, "status of the one that stays", last[one].Status, event.StatusOpen)
	equal(t, "merged into", last[two].MergedInto, one)
	equal(t, "status of the other", last[two].Status, event.StatusClosed)
	equal(t, "open", a.cache.open, 1)
	again := second()
	again.ID, again.Item.Revision, again.Item.Text = "later", 1, again.Item.Text+" Police did not step in."
	take(t, a, 2, again)
	if got := latest(t, b); got[two].Revision != last[two].Revision || got[one].Revision != last[one].Revision+1 {
		t.Errorf("a revision went to revision %d of the incident that stays and %d of the other", got[one].Revision, got[two].Revision)
	}
}

// Whoever dies after the reports were taken over leaves an open incident behind:
// the next aggregator closes it, and puts nothing into it until then.
func TestCrashWithinMerge(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	one, two := separated(t, a)
	entry, x, err := a.read(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	_, y, err := a.read(t.Context(), two)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newPlan(incident.Absorb(incident.Default(), x, y, noon.Add(time.Minute)), entry.Revision, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.store(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	next := newAggregator(t, b)
	take(t, next, 1, third())
	equal(t, "reports of the one that stays", len(latest(t, b)[one].Reports), 3)
	equal(t, "status before the sweep", latest(t, b)[two].Status, event.StatusOpen)
	if err := next.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "status", latest(t, b)[two].Status, event.StatusClosed)
	equal(t, "merged into", latest(t, b)[two].MergedInto, one)
	changes := kinds(t, b)
	if err := next.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "changes of a second sweep", kinds(t, b), changes)
}

// A merge on what another process has changed since is left to the next report.
func TestMergeLosesTheRace(t *testing.T) {
	b := bustest.Start(t)
	a, quicker := newAggregator(t, b), newAggregator(t, b)
	one, two := separated(t, a)
	if err := quicker.sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	take(t, quicker, 1, third())
	before := kinds(t, b)
	if err := a.tryMerge(t.Context(), one, alike(t, a, one, two)); err != nil {
		t.Fatal(err)
	}
	equal(t, "changes", kinds(t, b), before)
	equal(t, "reports", len(latest(t, b)[one].Reports), 3)
	equal(t, "merged into", latest(t, b)[two].MergedInto, one)
}

// alike adds the third report to the story of the first, so that the index takes that and
// the second for one.
func alike(t *testing.T, a *Aggregator, one, two string) *story.Profile {
	t.Helper()
	f := a.profiler.Profile(third())
	a.cache.index.Add(one, "d", f)
	if twin, ok := a.cache.index.Twin(one, f); !ok || twin != two {
		t.Fatalf("the twin of %s is %q, want %s", one, twin, two)
	}
	return f
}

// A merge that cannot be stored changes nothing: the next report shows again that the two
// are one story.
func TestMergeThatCannotBeStored(t *testing.T) {
	server := bustest.StartServer(t)
	a := newAggregator(t, server.Bus())
	one, two := separated(t, a)
	f := alike(t, a, one, two)
	stream, err := server.JetStream().Stream(t.Context(), "KV_"+bus.IncidentState)
	if err != nil {
		t.Fatal(err)
	}
	config, largest := stream.CachedInfo().Config, 0
	for _, id := range []string{one, two} {
		m, err := stream.GetLastMsgForSubject(t.Context(), "$KV."+bus.IncidentState+"."+id)
		if err != nil {
			t.Fatal(err)
		}
		largest = max(largest, len(m.Data))
	}
	limited := config
	limited.MaxMsgSize = int32(largest + 100) // headers included; an incident with both reports has more
	if _, err := server.JetStream().UpdateStream(t.Context(), limited); err != nil {
		t.Fatal(err)
	}
	if err := a.tryMerge(t.Context(), one, f); err == nil {
		t.Fatal("it was stored")
	}
	if twin, _ := a.cache.index.Twin(one, f); twin != two || a.cache.index.Len() != 2 {
		t.Errorf("the twin is %q now, of %d stories", twin, a.cache.index.Len())
	}
	if _, err := server.JetStream().UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	if err := a.alone(t.Context(), func() error { return a.tryMerge(t.Context(), one, f) }); err != nil {
		t.Fatal(err)
	}
	equal(t, "merged into", latest(t, server.Bus())[two].MergedInto, one)
	equal(t, "stories", a.cache.index.Len(), 1)
}
