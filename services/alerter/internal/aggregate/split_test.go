package aggregate

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/sinktest"
	"faultline/services/alerter/internal/story"
)

func items(i event.Incident) string {
	var out []string
	for _, r := range i.Reports {
		out = append(out, r.Item)
	}
	return strings.Join(out, " ")
}

// joined opens one incident with first, second and a copy of second.
func joined(t *testing.T, a *Aggregator, b *bus.Bus) (id string) {
	t.Helper()
	take(t, a, 1, first())
	take(t, a, 2, second())
	take(t, a, 3, told("e", "epsilon", second().Item.Title, "(Valley Wire) - "+second().Item.Text))
	id = story.ID("a")
	if got := items(latest(t, b)[id]); got != "a b e" {
		t.Fatalf("one incident with three reports wanted, got %q", got)
	}
	return id
}

// A report that is split off takes its copies along, and what comes of it later
// goes to the new incident; nothing merges the two again.
func TestSplit(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	running(t, a)
	id := joined(t, a, b)
	part, rest, err := Split(t.Context(), b, id, []string{"b"}, desk(event.DeskSplit))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "reports of the new one", items(*part), "b e")
	equal(t, "reports of the old one", items(*rest), "a")
	equal(t, "where it came from", part.SplitFrom, id)
	equal(t, "where they went", strings.Join(rest.Split, " "), part.ID)
	equal(t, "independent sources", rest.Corroboration.Independent, 1)
	sinktest.Wait(t, "the aggregator sees both", func() bool { return a.opened() == 2 })
	equal(t, "changes", kinds(t, b), "new escalated reworded new desk")

	revised := second()
	revised.Item.Revision, revised.Item.Title, revised.ID = 2, revised.Item.Title+" (updated)", "b-2"
	take(t, a, 4, revised)
	take(t, a, 5, third())
	last := latest(t, b)
	equal(t, "title of the revised report", last[part.ID].Reports[0].Title, revised.Item.Title)
	if len(last) != 2 || last[id].MergedInto+last[part.ID].MergedInto != "" || len(last[id].Reports)+len(last[part.ID].Reports) != 4 {
		t.Errorf("two incidents with four reports wanted: %q and %q of %d", items(last[id]), items(last[part.ID]), len(last))
	}
	if err := a.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "open after a sweep", a.opened(), 2)
	again, _, err := Split(t.Context(), b, id, []string{"b"}, desk(event.DeskSplit))
	if err == nil || !strings.Contains(err.Error(), "has none of these reports") {
		t.Errorf("splitting again: %v, %v", again, err)
	}
}

// Whoever splits an incident and dies before the reports have left the old one
// leaves that to the aggregator: to the one that runs, or to the next one.
func TestSplitterDies(t *testing.T) {
	for name, watching := range map[string]bool{"while the aggregator runs": true, "before it starts": false} {
		t.Run(name, func(t *testing.T) {
			b := bustest.Start(t)
			a := newAggregator(t, b)
			id := joined(t, a, b)
			if watching {
				running(t, a)
			}
			bucket, err := b.Bucket(t.Context(), bus.IncidentState)
			if err != nil {
				t.Fatal(err)
			}
			halfSplit(t, bucket, id)
			if !watching {
				a = newAggregator(t, b)
				if err := a.sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			sinktest.Wait(t, "the reports leave", func() bool { return items(latest(t, b)[id]) == "a" })
			equal(t, "reports of the new one", items(latest(t, b)[story.ID("b")]), "b e")
			late := second()
			late.Item.Revision, late.ID = 2, "b-2"
			take(t, a, 9, late)
			equal(t, "revision of the moved report", latest(t, b)[story.ID("b")].Reports[0].Revision, 2)
		})
	}
}

// revision is what the outlet of second says later: more people are hurt.
func revision() *event.Assessment {
	x := second()
	x.Item.Revision, x.ID, x.Severity = 2, "b-2", event.SeverityCritical
	x.Item.Title += " (updated)"
	return x
}

// What an outlet revises while its report is on the way from one incident to the
// other reaches the new one, whoever ends the split.
func TestRevisedWhileSplit(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *bus.Bus, string){
		"the one who splits": func(t *testing.T, b *bus.Bus, id string) {
			t.Helper()
			part, rest, err := Split(t.Context(), b, id, []string{"b"}, desk(event.DeskSplit))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "revision it returns", part.Reports[0].Revision, 2)
			equal(t, "reports it returns", items(*rest), "a")
		},
		"the next aggregator": func(t *testing.T, b *bus.Bus, _ string) {
			t.Helper()
			if err := newAggregator(t, b).sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := bustest.Start(t)
			a := newAggregator(t, b)
			id := joined(t, a, b)
			halfSplit(t, a.bucket, id)
			take(t, a, 4, revision())
			equal(t, "revision in the old one", latest(t, b)[id].Reports[1].Revision, 2)
			end(t, b, id)
			last := latest(t, b)
			part := last[story.ID("b")]
			equal(t, "reports of the old one", items(last[id]), "a")
			equal(t, "reports of the new one", items(part), "b e")
			equal(t, "revision", part.Reports[0].Revision, 2)
			equal(t, "severity", part.Severity, event.SeverityCritical)
			equal(t, "change", part.Change.Kind, event.ChangeEscalated)
			equal(t, "severity of the old one", last[id].Severity, event.SeverityHigh)
		})
	}
}

// Where the aggregator is faster with a part of the split, or with all that is left of it,
// what it wrote is returned.
func TestSplitAsItStands(t *testing.T) {
	for name, faster := range map[string]func(*testing.T, *Aggregator, string){
		"the revision is carried": func(t *testing.T, a *Aggregator, id string) {
			t.Helper()
			old, err := existing(t.Context(), a.bucket, id)
			if err != nil {
				t.Fatal(err)
			}
			if carried, _, err := reviseOnce(t.Context(), a.bucket, story.ID("b"), carrying(old)); err != nil || carried == nil {
				t.Fatalf("carried %v, %v", carried, err)
			}
		},
		"the split is ended": func(t *testing.T, a *Aggregator, _ string) {
			t.Helper()
			if err := newAggregator(t, a.bus).sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := bustest.Start(t)
			a := newAggregator(t, b)
			id := joined(t, a, b)
			halfSplit(t, a.bucket, id)
			split, err := existing(t.Context(), a.bucket, story.ID("b"))
			if err != nil {
				t.Fatal(err)
			}
			take(t, a, 4, revision())
			faster(t, a, id)
			part, rest, err := endSplit(t.Context(), b, a.bucket, split)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "revision of the moved report", part.Reports[0].Revision, 2)
			equal(t, "severity", part.Severity, event.SeverityCritical)
			equal(t, "reports of the new one", items(*part), "b e")
			equal(t, "reports of the old one", items(*rest), "a")
		})
	}
}

// A revision that comes before the aggregator has heard of the split goes to the new
// incident alone.
func TestRevisedBeforeSplitIsSeen(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	id := joined(t, a, b)
	if _, _, err := Split(t.Context(), b, id, []string{"b"}, desk(event.DeskSplit)); err != nil {
		t.Fatal(err)
	}
	take(t, a, 4, revision())
	equal(t, "changes", kinds(t, b), "new escalated reworded new desk escalated")
	last := latest(t, b)
	equal(t, "reports of the old one", items(last[id]), "a")
	equal(t, "revision in the new one", last[story.ID("b")].Reports[0].Revision, 2)
}

// halfSplit is what is on disk when the splitter dies after its first write.
func halfSplit(t *testing.T, bucket *bus.Bucket, id string) {
	t.Helper()
	old, _, err := lookUp(t.Context(), bucket, id)
	if err != nil {
		t.Fatal(err)
	}
	part, err := incident.Part(old, []string{"b"}, desk(event.DeskSplit))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := reviseOnce(t.Context(), bucket, part.ID, parting(part)); err != nil {
		t.Fatal(err)
	}
}

// What two incidents were merged for can be undone: the one that was closed
// opens again under its own id.
func TestSplitUndoesAMerge(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	running(t, a)
	one, two := separated(t, a)
	take(t, a, 1, third())
	if merged := latest(t, b)[two].MergedInto; merged != one {
		t.Fatalf("%s was to be merged, is in %q", two, merged)
	}
	part, rest, err := Split(t.Context(), b, one, []string{"b"}, desk(event.DeskSplit))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "id", part.ID, two)
	equal(t, "merged into", part.MergedInto, "")
	equal(t, "merged", len(rest.Merged), 0)
	sinktest.Wait(t, "both are open", func() bool { return a.opened() == 2 })
	if err := a.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	take(t, a, 2, told("f", "zeta", third().Item.Title+" today", third().Item.Text))
	last := latest(t, b)
	if last[one].Status != event.StatusOpen || last[two].Status != event.StatusOpen || len(last) != 2 {
		t.Errorf("both are to stay open: %s %s of %d", last[one].Status, last[two].Status, len(last))
	}
}

func TestSplitRefused(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	running(t, a)
	id := joined(t, a, b)
	for want, wanted := range map[string][]string{
		"none of these reports": {"x"},
		"nothing would be left": {"a", "b"},
		"opened incident":       {"a"},
	} {
		if _, _, err := Split(t.Context(), b, id, wanted, desk(event.DeskSplit)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", wanted, err, want)
		}
	}
	if _, _, err := Split(t.Context(), b, "nowhere", []string{"a"}, desk(event.DeskSplit)); !errors.Is(err, bus.ErrNotFound) {
		t.Errorf("an incident that is not there: %v", err)
	}
	equal(t, "changes", kinds(t, b), "new escalated reworded")
}

// Concurrent splits of one incident leave each report in one incident.
func TestSplitsAtOnce(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	running(t, a)
	id := joined(t, a, b)
	take(t, a, 4, third())
	errs := make(chan error, 2)
	for _, item := range []string{"b", "d"} {
		go func() {
			_, _, err := Split(t.Context(), b, id, []string{item}, desk(event.DeskSplit))
			errs <- err
		}()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	sinktest.Wait(t, "three incidents are open", func() bool { return a.opened() == 3 })
	sinktest.Wait(t, "each report is in one incident", func() bool {
		newest := map[string]event.Incident{} // by revision: two writers may publish in another order than they wrote
		for _, i := range published(t, b) {
			if i.Revision > newest[i.ID].Revision {
				newest[i.ID] = i
			}
		}
		var all []string
		for _, i := range newest {
			all = append(all, strings.Fields(items(i))...)
		}
		slices.Sort(all)
		return strings.Join(all, " ") == "a b d e"
	})
}
