package group_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/sinktest"
)

// acted is revision n of incident a after somebody did something about it.
func acted(n int, kind event.DeskKind) alert.Draft {
	in := sinktest.Incident()
	in.ID, in.Revision, in.Headline = "a", n, "As it stands"
	in.Desk = []event.DeskAction{{Kind: kind, By: "aida", At: begin()}}
	in.Change = event.Change{Kind: event.ChangeDesk, Reasons: []string{in.Desk[0].String()}}
	if kind == event.DeskAcknowledged {
		in.Acknowledged = begin()
	}
	return alert.New(in)
}

func TestRepeatsResumeWhenAnIncidentIsOpenAgain(t *testing.T) {
	s := newGroup()
	s.Land(draft("a", 1, event.ChangeNew), true, begin())
	flush(t, &s, begin().Add(30*time.Second))
	at := begin().Add(time.Hour)
	s.Land(acted(2, event.DeskAcknowledged), false, at)
	if s.Next().Before(at.Add(24 * time.Hour)) {
		t.Fatalf("acknowledged, and yet due at %s", s.Next())
	}
	at = at.Add(24 * time.Hour)
	s.Land(acted(3, event.DeskReopened), false, at)
	if want := at.Add(route().Repeat); !s.Next().Equal(want) {
		t.Fatalf("next %s, want repeat_interval after it was opened again: %s", s.Next(), want)
	}
	n := flush(t, &s, s.Next())
	if a := n.Alerts[0]; n.Reason != group.ReasonRepeat || a.Revision != 3 || a.Annotations["summary"] != "As it stands" || a.Annotations["change"] != "still open, nothing new" {
		t.Errorf("got %+v", n)
	}
	if want := s.Flushed.Add(route().Repeat); !s.Next().Equal(want) {
		t.Errorf("next %s, want %s", s.Next(), want)
	}
}

// What a report did after the quiet is told by repeats again, also when the report
// itself is not told.
func TestRepeatsResumeAfterQuiet(t *testing.T) {
	s := newGroup()
	s.Land(draft("a", 1, event.ChangeNew), true, begin())
	flush(t, &s, begin().Add(30*time.Second))
	s.Land(draft("a", 2, event.ChangeQuiet), false, begin().Add(time.Hour))
	at := begin().Add(100 * time.Hour)
	s.Land(draft("a", 3, event.ChangeReport), false, at)
	s.Land(draft("a", 2, event.ChangeQuiet), false, at) // once more, late
	if want := at.Add(route().Repeat); !s.Next().Equal(want) {
		t.Errorf("next %s, want %s", s.Next(), want)
	}
}

// A change that comes after a later one was told is told as well, with the incident
// as it stands, and only once.
func TestLateChangeIsTold(t *testing.T) {
	s := newGroup()
	s.Land(draft("a", 1, event.ChangeNew), true, begin())
	flush(t, &s, s.Next())
	s.Land(draft("a", 3, event.ChangeReport), true, begin().Add(time.Hour))
	flush(t, &s, s.Next())
	for _, again := range []int{1, 3} {
		if s.Land(draft("a", again, event.ChangeEscalated), true, begin().Add(2*time.Hour)) {
			t.Fatalf("revision %d is taken for new", again)
		}
	}
	if !s.Land(draft("a", 2, event.ChangeEscalated), true, begin().Add(2*time.Hour)) {
		t.Fatal("the late change is dropped")
	}
	a := flush(t, &s, s.Next()).Alerts[0]
	if a.Revision != 3 || a.Labels["change"] != string(event.ChangeEscalated) || a.Annotations["change"] != "reason 2" {
		t.Errorf("got revision %d, %s (%s)", a.Revision, a.Labels["change"], a.Annotations["change"])
	}
	if s.Land(draft("a", 2, event.ChangeEscalated), true, begin().Add(3*time.Hour)) {
		t.Error("it is taken for new again")
	}
}

// What is remembered of told revisions has a bound, beyond which an old one counts
// as told.
func TestOldRevisionsCountAsTold(t *testing.T) {
	s := newGroup()
	for n := 2; n <= 40; n += 2 {
		s.Land(draft("a", n, event.ChangeEscalated), true, begin().Add(time.Duration(n)*time.Hour))
		flush(t, &s, s.Next())
	}
	if at := begin().Add(100 * time.Hour); s.Land(draft("a", 3, event.ChangeEscalated), true, at) || !s.Land(draft("a", 39, event.ChangeEscalated), true, at) {
		t.Error("3 must count as told, 39 not")
	}
	if n := len(s.Known["a"].Heard); n > 8 {
		t.Errorf("%d revisions are remembered", n)
	}
}

// What other groups tell of now is repeated no more, and takes no room from what is; it is again
// when this group is to tell of it again.
func TestWhatLeftIsNotRepeated(t *testing.T) {
	s := newGroup()
	at := begin()
	for i := range 21 { // one more than may be repeated
		s.Land(draft(fmt.Sprintf("%02d", i), 1, event.ChangeNew), true, at)
	}
	flush(t, &s, s.Next())
	repeated := func() (incidents []string) {
		for incident, k := range s.Known {
			if k.Last != nil {
				incidents = append(incidents, incident)
			}
		}
		slices.Sort(incidents)
		return incidents
	}
	before := repeated()
	for _, incident := range []string{"19", "20"} {
		s.Leave(draft(incident, 2, event.ChangeDenied), at)
		s.Leave(draft(incident, 3, event.ChangeReport), at)
	}
	want := slices.DeleteFunc(before, func(incident string) bool { return incident == "19" || incident == "20" })
	if got := repeated(); !slices.Equal(got, want) {
		t.Errorf("repeated are %v, want %v", got, want)
	}
	s.Land(draft("19", 4, event.ChangeReport), false, at)
	s.Leave(draft("19", 3, event.ChangeReport), at) // delivered again
	if got := repeated(); !slices.Equal(got, append(want, "19")) {
		t.Errorf("repeated are %v, want %v and 19", got, want)
	}
}

// What waits when other groups take over is told, and not repeated; nor does what is told late bring
// back the repeats of what was closed.
func TestWhatIsOverIsNotRepeated(t *testing.T) {
	s := newGroup()
	s.Land(draft("a", 1, event.ChangeNew), true, begin())
	s.Leave(draft("a", 2, event.ChangeReport), begin())
	flush(t, &s, s.Next())
	s.Land(draft("b", 1, event.ChangeNew), true, begin())
	flush(t, &s, s.Next())
	s.Land(draft("b", 3, event.ChangeClosed), true, begin())
	flush(t, &s, s.Next())
	s.Land(draft("b", 2, event.ChangeEscalated), true, begin())
	if a := flush(t, &s, s.Next()).Alerts; len(a) != 1 || a[0].Revision != 2 {
		t.Fatalf("told %+v", a)
	}
	for incident, k := range s.Known {
		if k.Last != nil {
			t.Errorf("%s is repeated: revision %d", incident, k.Last.Revision)
		}
	}
}
