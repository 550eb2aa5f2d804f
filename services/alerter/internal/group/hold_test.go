package group_test

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/group"
)

func always(h group.Hold) func(map[string]string) group.Hold {
	return func(map[string]string) group.Hold { return h }
}

// What is inhibited waits and is looked at again, also when nobody says that its
// source has ended.
func TestInhibitedWaits(t *testing.T) {
	s, now := newGroup(), begin()
	s.Land(draft("a", 1, event.ChangeNew), true, now)
	by := always(group.Hold{Inhibited: "greater"})
	if !s.HoldBack(by, now) || s.HoldBack(by, now.Add(time.Minute)) {
		t.Error("it changes when it is inhibited, and only then")
	}
	if got, _ := s.Stands("a", 1, now.Add(time.Minute)); got != group.Inhibited || !s.Holds() {
		t.Errorf("it stands as %s", got)
	}
	next := s.Next()
	if !next.After(now.Add(time.Minute)) || next.After(now.Add(10*time.Minute)) {
		t.Errorf("looked at again at %s", next)
	}
	if !s.HoldBack(by, next) || !s.Next().After(next) {
		t.Error("it is not looked at a second time")
	}
	if s.Plan(50, now.Add(time.Minute)) {
		t.Error("it was told")
	}
	if !s.HoldBack(always(group.Hold{}), next) || s.Holds() || !s.Plan(50, next) || s.Sending.Alerts[0].Incident != "a" {
		t.Errorf("it is not told once it is free: %+v", s)
	}
}

// What began and ended while it was inhibited is counted with the next message
// and not told; what its readers knew already is.
func TestInhibitedAndOver(t *testing.T) {
	for name, known := range map[string]bool{"never told": false, "told before": true} {
		s, now := newGroup(), begin()
		if known {
			s.Land(draft("a", 1, event.ChangeNew), true, now)
			flush(t, &s, now.Add(time.Minute))
		}
		s.Land(draft("a", 2, event.ChangeEscalated), true, now)
		s.Land(draft("b", 1, event.ChangeNew), true, now)
		s.HoldBack(always(group.Hold{Inhibited: "greater"}), now)
		over := draft("a", 3, event.ChangeClosed)
		over.Alert.Annotations["status"] = string(event.StatusClosed)
		s.Land(over, false, now)
		at := now.Add(time.Hour)
		if s.HoldBack(always(group.Hold{}), at); !s.Plan(50, at) {
			t.Fatalf("%s: nothing is told", name)
		}
		said := s.Sending.Alerts[len(s.Sending.Alerts)-1].Annotations["omitted"]
		if known && (len(s.Sending.Alerts) != 2 || said != "") || !known && (len(s.Sending.Alerts) != 1 || said == "") {
			t.Errorf("%s: %d alerts, omitted %q", name, len(s.Sending.Alerts), said)
		}
	}
}

// An open incident is not repeated while it is inhibited.
func TestInhibitedIsNotRepeated(t *testing.T) {
	s, now := newGroup(), begin()
	s.Land(draft("a", 1, event.ChangeNew), true, now)
	flush(t, &s, now.Add(time.Minute))
	repeat := s.Next()
	s.HoldBack(always(group.Hold{Inhibited: "greater"}), repeat)
	if s.Plan(50, repeat) || !s.Next().After(repeat) {
		t.Error("it is repeated")
	}
	s.HoldBack(always(group.Hold{}), repeat.Add(time.Hour))
	if !s.Plan(50, repeat.Add(time.Hour)) || s.Sending.Reason != group.ReasonRepeat {
		t.Error("it is not repeated afterwards")
	}
}

// What somebody has in hand is told when it changes, and not repeated.
func TestAcknowledgedIsNotRepeated(t *testing.T) {
	s, now := newGroup(), begin()
	s.Land(draft("a", 1, event.ChangeNew), true, now)
	flush(t, &s, now.Add(time.Minute))
	repeat := s.Next()
	ack := draft("a", 2, event.ChangeDesk)
	ack.Alert.Annotations["acknowledged"] = "2026-01-01T00:00:00Z"
	s.Land(ack, false, now.Add(2*time.Minute))
	if s.Plan(50, repeat) {
		t.Error("it is repeated")
	}
	s.Land(draft("a", 3, event.ChangeEscalated), true, repeat)
	if at := repeat.Add(time.Hour); !s.Plan(50, at) || s.Sending.Alerts[0].Revision != 3 {
		t.Fatal("the escalation is not told")
	}
	s.Done(s.Sending.Number)
	if !s.Plan(50, s.Next()) || s.Sending.Reason != group.ReasonRepeat {
		t.Error("it is not repeated after the escalation")
	}
}

// Who reads late of something is told what held it back, and since when.
func TestHeldSaysWhy(t *testing.T) {
	for want, held := range map[string]func(*group.State, time.Time){
		"":                                  func(*group.State, time.Time) {},
		"by a silence since ":               func(s *group.State, now time.Time) { s.HoldBack(always(group.Hold{Silenced: now.Add(time.Hour)}), now) },
		"while a greater incident was open": func(s *group.State, now time.Time) { s.HoldBack(always(group.Hold{Inhibited: "b"}), now) },
		"by the route's quiet hours since ": func(s *group.State, now time.Time) { s.Hold(now.Add(time.Hour)) },
	} {
		s, now := newGroup(), begin()
		s.Land(draft("a", 1, event.ChangeNew), true, now)
		held(&s, now)
		at := now.Add(2 * time.Hour)
		s.HoldBack(always(group.Hold{}), at)
		if !s.Plan(50, at) {
			t.Fatalf("%q: nothing is told", want)
		}
		if got := s.Sending.Alerts[0].Annotations["held"]; (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("it says %q, want %q", got, want)
		}
		s.Done(s.Sending.Number)
		s.Land(draft("b", 1, event.ChangeNew), true, at)
		if !s.Plan(50, at.Add(2*time.Hour)) || s.Sending.Alerts[0].Annotations["held"] != "" {
			t.Errorf("%q is said of what came later", want)
		}
	}
}
