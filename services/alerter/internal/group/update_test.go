package group_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/group"
)

// told is a group with channels that edit, which told a first revision of incident a.
func told(t *testing.T) *group.State {
	t.Helper()
	s := newGroup()
	s.Edits = true
	s.Land(draft("a", 1, event.ChangeNew), true, begin())
	flush(t, &s, begin().Add(30*time.Second))
	return &s
}

// refresh plans and completes a flush and returns what it says to a channel that edits.
func refresh(t *testing.T, s *group.State, at time.Time) (tells, edits []event.Notification) {
	t.Helper()
	if !s.Plan(50, at) {
		t.Fatalf("nothing to flush at %s; next at %s", at, s.Next())
	}
	tells, edits = s.Notifications([]string{"webhook-0", "slack-0"}), s.Refreshments([]string{"slack-0"})
	s.Done(s.Sending.Number)
	return tells, edits
}

// What is not to be told is shown, by a clock of its own that delays no telling.
func TestUpdatesDelayNoTelling(t *testing.T) {
	s := told(t)
	at := begin().Add(10 * time.Minute)
	s.Land(draft("a", 2, event.ChangeReport), false, at)
	if want := at.Add(30 * time.Second); !s.Next().Equal(want) {
		t.Fatalf("next %s, want group_wait: %s", s.Next(), want)
	}
	tells, edits := refresh(t, s, s.Next())
	if len(tells) != 0 || len(edits) != 1 || !edits[0].Update || edits[0].Reason != group.ReasonUpdate || edits[0].Alerts[0].Revision != 2 {
		t.Fatalf("tells %+v, edits %+v", tells, edits)
	}
	if links := edits[0].Alerts[0].Annotations["links"]; strings.Count(links, "\n") != 1 {
		t.Errorf("the new message lacks links of the old one: %q", links)
	}
	s.Land(draft("a", 3, event.ChangeEscalated), true, at.Add(40*time.Second))
	if want := at.Add(70 * time.Second); !s.Next().Equal(want) {
		t.Errorf("an escalation after an update comes at %s, want %s", s.Next(), want)
	}
}

// Updates wait for group_interval between each other, and the latest wins.
func TestUpdatesAreGathered(t *testing.T) {
	s := told(t)
	at := begin().Add(10 * time.Minute)
	s.Land(draft("a", 2, event.ChangeReport), false, at)
	refresh(t, s, s.Next())
	shown := s.Updated
	s.Land(draft("a", 4, event.ChangeReworded), false, at.Add(time.Minute))
	s.Land(draft("a", 3, event.ChangeReport), false, at.Add(2*time.Minute))
	if want := shown.Add(5 * time.Minute); !s.Next().Equal(want) {
		t.Fatalf("next %s, want group_interval: %s", s.Next(), want)
	}
	if _, edits := refresh(t, s, s.Next()); len(edits) != 1 || edits[0].Alerts[0].Revision != 4 {
		t.Errorf("got %+v", edits)
	}
}

// An escalation is told to all channels and put in the place of the message in those
// that edit; what waited to be shown goes with it.
func TestTellingBringsUpToDate(t *testing.T) {
	s := told(t)
	at := begin().Add(10 * time.Minute)
	s.Land(draft("a", 2, event.ChangeReport), false, at)
	s.Land(draft("a", 3, event.ChangeEscalated), true, at)
	tells, edits := refresh(t, s, s.Next())
	if len(tells) != 2 || len(edits) != 1 || edits[0].Alerts[0].Revision != 3 || len(s.Updates) != 0 {
		t.Fatalf("%d tell, %d edit, %d wait", len(tells), len(edits), len(s.Updates))
	}
	if edits[0].After != tells[0].ID && edits[0].After != tells[1].ID {
		t.Errorf("the edit is to come after %s", edits[0].After)
	}
	if got := edits[0].Alerts[0].Labels["change"]; got != "escalated" {
		t.Errorf("the message says %s", got)
	}
	ids := []string{tells[0].ID, tells[1].ID, edits[0].ID}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 3 {
		t.Errorf("ids %q", ids)
	}
	if s.Land(draft("b", 1, event.ChangeNew), true, at); len(s.Updates) != 0 {
		t.Error("what nobody knows is brought up to date")
	}
}

// The end of an incident is shown, a first message is not, and without a channel that
// edits nothing is.
func TestWhatIsShown(t *testing.T) {
	s := told(t)
	s.Land(draft("a", 2, event.ChangeClosed), false, begin().Add(time.Hour))
	if _, edits := refresh(t, s, s.Next()); len(edits) != 1 || edits[0].Alerts[0].EndsAt.IsZero() {
		t.Errorf("the end: %+v", edits)
	}
	s.Land(draft("unknown", 2, event.ChangeReport), false, begin().Add(time.Hour))
	if len(s.Updates) != 0 {
		t.Error("an incident that was never told is to be edited")
	}
	s = told(t)
	s.Edits = false
	s.Land(draft("a", 2, event.ChangeReport), false, begin().Add(time.Hour))
	if len(s.Updates) != 0 {
		t.Error("no channel edits, and yet an update waits")
	}
}

// A flush that was planned says the same after a crash, and many updates are bounded.
func TestUpdatesSurviveAndAreBounded(t *testing.T) {
	s := newGroup()
	s.Edits = true
	for i := range 30 {
		s.Land(draft(fmt.Sprint(i), 1, event.ChangeNew), true, begin())
	}
	flush(t, &s, begin().Add(30*time.Second))
	for i := range 30 {
		s.Land(draft(fmt.Sprint(i), 2, event.ChangeReport), false, begin().Add(time.Hour+time.Duration(i)))
	}
	if len(s.Updates) != 10 || s.Updates[9].Draft.Alert.Incident != "29" {
		t.Fatalf("%d updates wait", len(s.Updates))
	}
	if !s.Plan(50, begin().Add(2*time.Hour)) {
		t.Fatal("nothing to flush")
	}
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var again group.State
	if err := json.Unmarshal(data, &again); err != nil {
		t.Fatal(err)
	}
	for i, n := range s.Refreshments([]string{"slack-0"}) {
		if other := again.Refreshments([]string{"slack-0"})[i]; other.ID != n.ID || !other.Created.Equal(n.Created) {
			t.Errorf("update %d became %s, was %s", i, other.ID, n.ID)
		}
	}
	if got := s.Notifications([]string{"slack-0"}); got != nil {
		t.Errorf("tells %+v", got)
	}
}
