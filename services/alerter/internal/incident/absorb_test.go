package incident

import (
	"slices"
	"testing"
	"time"

	"faultline/pkg/event"
)

// twins are two incidents of one story: each with a report of its own, and one
// item in both.
func twins() (one, two *event.Incident) {
	c := Default()
	one = Open(c, build("a"), nil, noon)
	two = Merge(c, Open(c, build("b", killed(3)), nil, noon.Add(time.Minute)), build("c"), Text{}, noon.Add(2*time.Minute))
	return one, two
}

func TestAbsorb(t *testing.T) {
	one, two := twins()
	i := Absorb(Default(), one, two, noon.Add(time.Hour))
	var items []string
	for _, r := range i.Reports {
		items = append(items, r.Item)
	}
	equal(t, "items", len(items), 3)
	equal(t, "merged", i.Merged, []string{two.ID})
	equal(t, "id", i.ID, one.ID)
	equal(t, "revision", i.Revision, one.Revision+1)
	equal(t, "reports", i.ReportCount, 3)
	equal(t, "kind", i.Change.Kind, event.ChangeEscalated)
	equal(t, "what brought it", i.Change.Merged, two.ID)
	equal(t, "independent", i.Corroboration.Independent, 3)
	for _, want := range []string{"killed: 3", "the same story as incident " + two.ID} {
		if !slices.Contains(i.Change.Reasons, want) {
			t.Errorf("%q is no reason among %q", want, i.Change.Reasons)
		}
	}
	equal(t, "where they were before", []string{i.Reports[0].Before, i.Reports[1].Before, i.Reports[2].Before}, []string{"", two.ID, two.ID})
	if len(one.Reports) != 1 || one.Merged != nil || two.Reports[0].Before != "" {
		t.Error("the incident given was changed")
	}
	if again := Absorb(Default(), i, two, noon.Add(2*time.Hour)); again != nil {
		t.Errorf("absorbed twice: revision %d", again.Revision)
	}
}

// Of several incidents that a report was in, it names the one that told it.
func TestAbsorbWhatWasAbsorbed(t *testing.T) {
	one, two := twins()
	three := Open(Default(), build("d"), nil, noon.Add(-time.Minute))
	i := Absorb(Default(), three, Absorb(Default(), one, two, noon.Add(time.Hour)), noon.Add(2*time.Hour))
	var before []string
	for _, r := range i.Reports {
		before = append(before, r.Before)
	}
	equal(t, "where they were before", before, []string{"", one.ID, two.ID, two.ID})
}

// What has the same items adds none of them again, and nothing to tell.
func TestAbsorbTheSameReports(t *testing.T) {
	one, _ := twins()
	same := *one
	same.ID = "other"
	i := Absorb(Default(), one, &same, noon.Add(time.Hour))
	equal(t, "reports", len(i.Reports), 1)
	equal(t, "kind", i.Change.Kind, event.ChangeReport)
	equal(t, "report", i.Change.Report, 0)
}

// The list of what was merged, and the reports, stay within their bounds.
func TestAbsorbIsBounded(t *testing.T) {
	c := Default()
	c.MaxReports = 10
	i, _ := twins()
	for n := range 3 * maxMerged {
		other := Open(c, build(string(rune('à'+n))), nil, noon)
		if i = Absorb(c, i, other, noon); i == nil {
			t.Fatalf("the %d-th was absorbed before", n)
		}
		if i.Merged[len(i.Merged)-1] != other.ID {
			t.Fatalf("the %d-th is not the last", n)
		}
	}
	if len(i.Merged) != maxMerged || len(i.Reports) > 10 {
		t.Errorf("%d merged, %d reports", len(i.Merged), len(i.Reports))
	}
}

func TestYield(t *testing.T) {
	one, two := twins()
	i := Yield(two, one.ID, noon.Add(time.Hour))
	equal(t, "status", i.Status, event.StatusClosed)
	equal(t, "into", i.MergedInto, one.ID)
	equal(t, "reasons", i.Change.Reasons, []string{"part of incident " + one.ID})
	if again := Yield(i, one.ID, noon.Add(2*time.Hour)); again != nil {
		t.Errorf("closed twice: revision %d", again.Revision)
	}
}

// The first opened stays, whichever way they are asked for.
func TestEarlier(t *testing.T) {
	one, two := twins()
	for _, pair := range [][2]*event.Incident{{one, two}, {two, one}} {
		if first, second := Earlier(pair[0], pair[1]); first != one || second != two {
			t.Errorf("of %s and %s the first is %s", pair[0].ID, pair[1].ID, first.ID)
		}
	}
	two.Opened = one.Opened
	x, _ := Earlier(one, two)
	if y, _ := Earlier(two, one); x != y {
		t.Error("of two opened at once the first depends on the order")
	}
}
