package trail

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

var noon = time.Date(2026, 5, 14, 12, 0, 0, 0, time.UTC)

func item(id, feed, url string, revision int) event.Item {
	return event.Item{ID: id, URL: url, Title: "Clash in Osh", Revision: revision, Source: event.Source{Feed: feed}, Seen: noon, Published: noon, PublishedSource: event.PublishedFeed}
}

// told is what a trail says.
func told(t *Trail) string { return strings.Join(t.Tell(), "\n") }

func relevant(id string) event.Assessment {
	return event.Assessment{Item: item(id, "wire", "", 0), Relevant: true, Severity: event.SeverityHigh, Score: 60, Language: "en", Assessed: noon, Ruleset: "abc",
		Main: &event.Place{Name: "Osh", Country: "KG"}, Regions: []string{"south"},
		Findings: []event.Finding{{Indicator: "forces-clash", Assertion: event.Asserted, Points: 50, Guard: "film", Evidence: []event.Evidence{{Text: "Clash"}}}}}
}

func TestWholeWay(t *testing.T) {
	x := New("https://www.example.org/1/")
	x.Item(item("other", "wire", "https://example.org/2", 0))
	x.Item(item("aaaaaaaa", "wire", "https://example.org/1", 0))
	x.Item(item("aaaaaaaa", "wire", "https://example.org/1", 1))
	x.Item(item("bbbbbbbb", "daily", "https://example.org/1", 0))
	x.Assess(relevant("other"))
	x.Assess(relevant("aaaaaaaa"))
	reports := []event.Report{{Item: "zzz"}, {Item: "aaaaaaaa", CopyOf: "zzz"}}
	x.Incident(event.Incident{ID: "i0", Reports: reports[:1]})
	x.Incident(event.Incident{ID: "i1", Headline: "Clash", Region: "south", Severity: event.SeverityHigh, Status: event.StatusOpen, Reports: reports, Change: event.Change{Kind: event.ChangeEscalated, Report: 1, Reasons: []string{"killed: 3"}}})
	x.Incident(event.Incident{ID: "i1", Headline: "Clash", Region: "south", Severity: event.SeverityHigh, Status: event.StatusOpen, Reports: append(reports, event.Report{}), Change: event.Change{Kind: event.ChangeReport, Report: 2}})
	x.Notify(event.Notification{ID: "n0", Receiver: "desk", Alerts: []event.Alert{{Incident: "i0"}}})
	x.Notify(event.Notification{ID: "n1", Receiver: "desk", Integration: "slack-0", Reason: "first", Created: noon, Alerts: []event.Alert{{Incident: "i1"}}})
	x.Notifications[0].State, x.Notifications[0].At = "sent", noon
	got := told(x)
	for _, want := range []string{
		"fetched    14 May 12:00:00 UTC from feed wire: \"Clash in Osh\"\n           id aaaaaaaa, https://example.org/1",
		"revised    14 May 12:00:00 UTC, revision 1",
		"also in    feed daily, as item bbbbbbbb",
		"assessed   14 May 12:00:00 UTC: relevant, high, score 60, language en, rule set abc",
		"asserted forces-clash, 50 points, “Clash”, demoted by the guard film",
		"place Osh, KG; regions south",
		"incident   i1 (open, high, 3 reports, region south): \"Clash\"",
		"it repeats item zzz almost word for word",
		"it made the incident escalated: killed: 3",
		"notified   desk by slack-0 (first), queued 14 May 12:00:00 UTC, sent 14 May 12:00:00 UTC",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if len(x.Incidents) != 1 || len(x.Notifications) != 1 || strings.Contains(got, "i0") {
		t.Errorf("an incident of others is taken for the item's:\n%s", got)
	}
}

func TestWhyNot(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(*Trail)
		want  string
	}{
		{"not assessed", func(*Trail) {}, "assessed   not yet"},
		{"nothing found", func(x *Trail) { x.Assess(event.Assessment{Item: x.Items[0], Assessed: noon}) }, "no phrase of the rules occurs in it"},
		{"denied", func(x *Trail) {
			x.Assess(event.Assessment{Item: x.Items[0], Findings: []event.Finding{{Indicator: "riot", Assertion: event.Denied}}})
		}, "an alert needs an asserted finding"},
		{"no place", func(x *Trail) { x.Assess(event.Assessment{Item: x.Items[0]}) }, "no place: it goes to the region unplaced"},
		{"backlog", func(x *Trail) { x.Items[0].Backlog = true; x.Assess(relevant("aaaaaaaa")) }, "old already when its feed was first fetched"},
		{"no incident", func(x *Trail) { x.Assess(relevant("aaaaaaaa")) }, "incident   none yet"},
		{"no route", func(x *Trail) {
			x.Assess(relevant("aaaaaaaa"))
			x.Incident(event.Incident{ID: "i", Reports: []event.Report{{Item: "aaaaaaaa"}}, Change: event.Change{Kind: event.ChangeReworded}})
		}, "it added nothing that deserves a message (reworded)\nnotified   nobody: no route takes it"},
		{"delivery fails", func(x *Trail) {
			x.Assess(relevant("aaaaaaaa"))
			x.Incident(event.Incident{ID: "i", Reports: []event.Report{{Item: "aaaaaaaa"}}})
			x.Notify(event.Notification{Receiver: "desk", Alerts: []event.Alert{{Incident: "i"}}})
			x.Notifications[0].State, x.Notifications[0].Error = "pending", "500"
		}, "pending since 1 Jan 00:00:00 UTC: 500"},
		{"undated", func(x *Trail) { x.Items[0].PublishedSource = event.PublishedFetched }, "the feed gave no date"},
		{"false date", func(x *Trail) { x.Items[0].PublishedSource = event.PublishedClamped }, "could not be true and was taken as 14 May"},
	} {
		x := New("aaaaaa")
		x.Item(item("aaaaaaaa", "wire", "", 0))
		c.build(x)
		if got := told(x); !strings.Contains(got, c.want) {
			t.Errorf("%s: no %q in\n%s", c.name, c.want, got)
		}
	}
}

func TestOtherItems(t *testing.T) {
	for wanted, found := range map[string]bool{"aaaaaaaa": true, "aaaaaa": true, "aaaaa": false, "": false, "bbbbbb": false, "example.org/1": true, "http://example.org/1": true, "https://example.org/10": false} {
		x := New(wanted)
		x.Item(item("aaaaaaaa", "wire", "https://example.org/1", 0))
		if x.Found() != found {
			t.Errorf("%q finds the item: %t, want %t", wanted, x.Found(), found)
		}
	}
}
