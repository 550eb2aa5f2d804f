package incident

import (
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

func merging(at time.Time) event.DeskAction {
	return event.DeskAction{Kind: event.DeskMerged, By: "desk", Comment: "one raid", At: at}
}

func TestUniteAndLeave(t *testing.T) {
	one, two := twins()
	before := encode(t, one) + encode(t, two)
	a := merging(noon.Add(time.Hour))
	i, err := Unite(one, two, a)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "reports", len(i.Reports), 3)
	equal(t, "merged", i.Merged, []string{two.ID})
	equal(t, "who did what", i.Desk, []event.DeskAction{a})
	equal(t, "by the desk", i.ByDesk(), true)
	equal(t, "kind", i.Change.Kind, event.ChangeEscalated)
	if want := "merged by desk: one raid: incident " + two.ID; !slices.Contains(i.Change.Reasons, want) || slices.ContainsFunc(i.Change.Reasons, func(r string) bool { return strings.Contains(r, "same story") }) {
		t.Errorf("reasons %q, want %q", i.Change.Reasons, want)
	}
	if again, err := Unite(i, two, a); again != nil || err != nil {
		t.Errorf("united twice: %+v, %v", again, err)
	}
	left := Leave(two, one.ID, a)
	equal(t, "status", left.Status, event.StatusClosed)
	equal(t, "into", left.MergedInto, one.ID)
	equal(t, "reasons", left.Change.Reasons, []string{"merged by desk: one raid", "part of incident " + one.ID})
	equal(t, "who did that", left.Desk, []event.DeskAction{a})
	if again := Leave(left, one.ID, a); again != nil {
		t.Errorf("left twice: %+v", again)
	}
	equal(t, "those given", encode(t, one)+encode(t, two), before)
}

// What adds nothing is told as what the desk did, and not aloud.
func TestUniteWithoutNews(t *testing.T) {
	one, _ := twins()
	same := *one
	same.ID = "other"
	i, err := Unite(one, &same, merging(noon.Add(time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "kind", i.Change.Kind, event.ChangeDesk)
	equal(t, "reasons", i.Change.Reasons, []string{"merged by desk: one raid: incident other"})
}

// What was split off is kept apart no longer, whichever of the two stays.
func TestUniteWhatWasSplit(t *testing.T) {
	old := bombed()
	part, err := Part(old, []string{"b"}, splitting(noon.Add(time.Minute)))
	if err != nil {
		t.Fatal(err)
	}
	rest := Rest(old, part)
	a := merging(noon.Add(time.Hour))
	loose := Loose(part, rest.ID, a)
	equal(t, "split from", loose.SplitFrom, "")
	equal(t, "reasons", loose.Change.Reasons, []string{"merged by desk: one raid: into incident old"})
	if Loose(loose, rest.ID, a) != nil || part.SplitFrom != "old" {
		t.Error("loosened twice, or the one given was changed")
	}
	for name, pair := range map[string][2]*event.Incident{"into the old one": {rest, loose}, "into the new one": {part, rest}} {
		i, err := Unite(pair[0], pair[1], a)
		if err != nil {
			t.Fatal(err)
		}
		if len(i.Reports) != 3 || i.SplitFrom != "" || slices.Contains(i.Split, pair[1].ID) || Apart(i, pair[1]) {
			t.Errorf("%s: %d reports, split from %q, split %v", name, len(i.Reports), i.SplitFrom, i.Split)
		}
	}
}

func TestUniteRefused(t *testing.T) {
	one, two := twins()
	closed, drill, absorbed := *two, *two, *one
	closed.Status, drill.Exercise = event.StatusClosed, true
	absorbed.MergedInto = "third"
	for want, pair := range map[string][2]*event.Incident{
		"name two":                {one, one},
		"became part of third":    {&absorbed, two},
		"is closed; reopen it":    {one, &closed},
		"closed; reopen it first": {&closed, one},
		"a drill is never part":   {one, &drill},
	} {
		if i, err := Unite(pair[0], pair[1], merging(noon)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, %v, want %q", i, err, want)
		}
	}
}
