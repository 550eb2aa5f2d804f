package incident

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

func action(kind event.DeskKind) event.DeskAction {
	return event.DeskAction{Kind: kind, By: "night desk", Comment: "a drill", At: noon.Add(2 * time.Hour)}
}

func act(t *testing.T, old *event.Incident, kind event.DeskKind) *event.Incident {
	t.Helper()
	before := encode(t, old)
	i, err := Act(old, action(kind))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "the old one", encode(t, old), before)
	equal(t, "revision", i.Revision, old.Revision+1)
	equal(t, "updated", i.Updated, noon.Add(2*time.Hour))
	equal(t, "who did what", i.Desk[len(i.Desk)-1], action(kind))
	return i
}

func TestActions(t *testing.T) {
	i := act(t, open(build("a")), event.DeskAcknowledged)
	equal(t, "acknowledged", i.Acknowledged, noon.Add(2*time.Hour))
	equal(t, "change", i.Change.Kind, event.ChangeDesk)
	equal(t, "reasons", i.Change.Reasons, []string{"acknowledged by night desk: a drill"})
	i = act(t, i, event.DeskMuted)
	i = act(t, i, event.DeskClosed)
	equal(t, "status", i.Status, event.StatusClosed)
	equal(t, "change", i.Change.Kind, event.ChangeClosed)
	equal(t, "over", Over(i), false)
	i = act(t, i, event.DeskReopened)
	equal(t, "status", i.Status, event.StatusOpen)
	equal(t, "dismissed", i.Dismissed.IsZero(), true)
	equal(t, "in hand after it was opened again", i.Acknowledged.IsZero(), true)
	equal(t, "actions", len(i.Desk), 4)
	equal(t, "aged at once", Age(Default(), i, noon.Add(25*time.Hour)) == nil, true)
	for range 60 {
		i = act(t, i, event.DeskMuted)
	}
	equal(t, "actions that are kept", len(i.Desk), maxActions)
}

// Somebody's clock may be behind the alerter's, or before it: an incident's time does not go
// back for it, and is that of the action all the same, by which alerters know one.
func TestFaultClocksThatDiffer(t *testing.T) {
	old := open(build("a"))
	old.Updated = noon.Add(3 * time.Hour)
	i, err := Act(old, action(event.DeskAcknowledged)) // an hour before that
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "updated", i.Updated, old.Updated)
	equal(t, "at", i.Desk[0].At, old.Updated)
	equal(t, "acknowledged", i.Acknowledged, old.Updated)
	equal(t, "updated by what ages it", Close(i, "idle", noon).Updated, old.Updated)
	equal(t, "updated by a report", Merge(Default(), i, build("b"), Text{}, noon).Updated, old.Updated)
}

func TestFaultActionsThatCannotBe(t *testing.T) {
	shut := Close(open(build("a")), "no report", noon)
	merged := open(build("b"))
	merged.MergedInto = "other"
	for name, c := range map[string]struct {
		old  *event.Incident
		kind event.DeskKind
		want string
	}{
		"open already":     {open(build("a")), event.DeskReopened, "is open"},
		"closed already":   {shut, event.DeskClosed, "is closed; reopen it first"},
		"over":             {shut, event.DeskAcknowledged, "is closed; reopen it first"},
		"part of another":  {merged, event.DeskAcknowledged, "became part of other; name that one"},
		"a mute of a past": {shut, event.DeskMuted, "is closed; reopen it first"},
	} {
		if i, err := Act(c.old, action(c.kind)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v", name, i, err)
		}
	}
}

// What somebody closed stays closed while its story only repeats itself, and opens
// with news.
func TestClosedByTheDesk(t *testing.T) {
	shut := act(t, open(build("a", killed(1), owned("same"))), event.DeskClosed)
	same := merge(shut, build("b", killed(1), owned("same")))
	equal(t, "a further report", same.Status, event.StatusClosed)
	equal(t, "it is in the incident", len(same.Reports), 2)
	news := merge(same, build("c", killed(9), owned("same")))
	equal(t, "a higher toll", news.Status, event.StatusOpen)
	equal(t, "kind", news.Change.Kind, event.ChangeEscalated)
	equal(t, "still dismissed", news.Dismissed.IsZero(), true)
	if said := strings.Join(news.Change.Reasons, "; "); !strings.Contains(said, "open again, was closed on ") {
		t.Errorf("it does not say that it was closed: %s", said)
	}
	over := Close(open(build("a", killed(1), owned("same"))), "no report", noon)
	equal(t, "closed by time", Over(over), true)
}

// An acknowledgement is for what was known then.
func TestEscalationEndsAcknowledgement(t *testing.T) {
	i := act(t, open(build("a", killed(1), owned("same"))), event.DeskAcknowledged)
	equal(t, "a further report", merge(i, build("b", killed(1), owned("same"))).Acknowledged.IsZero(), false)
	equal(t, "a higher toll", merge(i, build("c", killed(9), owned("same"))).Acknowledged.IsZero(), true)
}
