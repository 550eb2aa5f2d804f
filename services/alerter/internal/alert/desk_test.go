package alert_test

import (
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/sinktest"
)

// What no report brought has no times of a report: it would look as late as the report
// is old. A split and a merge bring reports that were there.
func TestTimesOfWhatNoReportBrought(t *testing.T) {
	at := sinktest.Now().Add(26 * time.Hour)
	for kind, tc := range map[event.ChangeKind]struct {
		action      event.DeskKind
		times, done string
	}{
		event.ChangeDesk:      {event.DeskAcknowledged, "reported 14 May 09:30:10 · acknowledged 15 May 11:30:12 · sent 11:30:13 UTC", "acknowledged"},
		event.ChangeQuiet:     {"", "reported 14 May 09:30:10 · quiet 15 May 11:30:12 · sent 11:30:13 UTC", ""},
		event.ChangeClosed:    {event.DeskClosed, "reported 14 May 09:30:10 · closed 15 May 11:30:12 · sent 11:30:13 UTC", ""},
		event.ChangeNew:       {event.DeskSplit, "reported 14 May 09:30:10 · split 15 May 11:30:12 · sent 11:30:13 UTC", ""},
		event.ChangeEscalated: {event.DeskMerged, "reported 14 May 09:30:10 · merged 15 May 11:30:12 · sent 11:30:13 UTC", ""},
	} {
		in := sinktest.Incident()
		in.Change, in.Updated = event.Change{Kind: kind}, at
		if tc.action != "" {
			in.Desk = []event.DeskAction{{Kind: tc.action, By: "aida", At: at}}
		}
		a := alert.New(in).Alert
		alert.Sent(a.Annotations, at.Add(time.Second))
		if a.Annotations["times"] != tc.times || a.Annotations["done"] != tc.done {
			t.Errorf("%s: times %q, done %q", kind, a.Annotations["times"], a.Annotations["done"])
		}
		if want := (event.Times{Incident: at}); a.Times != want {
			t.Errorf("%s: times %+v", kind, a.Times)
		}
	}
}

// Nor has a merge that nobody at the desk asked for.
func TestTimesOfAMergeByItself(t *testing.T) {
	in := sinktest.Incident()
	in.Updated = sinktest.Now().Add(3 * time.Minute)
	in.Change = event.Change{Kind: event.ChangeEscalated, Merged: "another", Reasons: []string{"the same story as incident another"}}
	a := alert.New(in).Alert
	if got, want := a.Annotations["times"], "reported 14 May 09:30:10 · merged 09:33:12 UTC"; got != want {
		t.Errorf("times %q, want %q", got, want)
	}
	if want := (event.Times{Incident: in.Updated}); a.Times != want {
		t.Errorf("it looks as late as its reports are old: %+v", a.Times)
	}
}

// A time without a date is of the day before it.
func TestTimesNameTheDayOnce(t *testing.T) {
	in := sinktest.Incident()
	in.Updated = sinktest.Now().Add(20 * time.Hour)
	a := alert.New(in).Alert
	alert.Sent(a.Annotations, in.Updated.Add(365*24*time.Hour))
	if got, want := a.Annotations["times"], "published 14 May 09:30:00 · seen 09:30:10 · assessed 09:30:10 · incident 15 May 05:30:12 · sent 15 May 05:30:12 UTC"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	bare := map[string]string{"summary": "a notice"}
	if alert.Sent(bare, sinktest.Now()); bare["times"] != "" || bare["sent"] == "" {
		t.Errorf("got %v", bare)
	}
}
