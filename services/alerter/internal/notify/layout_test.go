package notify_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/digest"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// layout is a kind of message, which the templates lay out in a way of its own.
type layout struct {
	name   string
	number int // of the incidents, or notices, that it tells of
	texts  int // that each of them takes, in as many of its places
	// incidents are those that it tells of, but for what feeds write in them.
	incidents func(number int) []event.Incident
	// tell makes the message for a channel of them, and of the texts that they were
	// spoiled with.
	tell func(t *testing.T, channel string, incidents []event.Incident, texts [][]string) event.Notification
}

// places are how many texts fill one incident, each in other places. The first layout has
// each text in all of them.
const places = 8

// layouts are all kinds of messages.
func layouts() []layout {
	one := func(in event.Incident) func(int) []event.Incident {
		return func(int) []event.Incident { return []event.Incident{in} }
	}
	elsewhere, drill := sinktest.Incident(), sinktest.Incident()
	elsewhere.Region, drill.Exercise = alert.Unplaced, true
	return []layout{
		{"new", 1, 1, one(sinktest.Incident()), plainly},
		{"elsewhere", 1, places, one(elsewhere), plainly},
		{"exercise", 1, places, one(drill), plainly},
		{"escalated", 1, places, one(sinktest.Escalated()), plainly},
		{"corrected", 1, places, one(corrected()), plainly},
		{"denied", 1, places, one(sinktest.Denied()), plainly},
		{"acknowledged", 1, places, one(acknowledged()), plainly},
		{"closed", 1, places, one(closed()), plainly},
		{"several", 2, places, many, grouped},
		{"group", 5, 1, many, grouped},
		{"storm", 20, 1, many, storm},
		{"flood", 40, 1, many, storm}, // of which mail makes a list
		{"digest", 30, 1, many, daily},
		{"notice", 1, 4, many, troubles(false)},
		{"notice-over", 1, 4, many, troubles(true)},
		{"notices", 20, 1, many, troubles(false)},
	}
}

// alike reports whether the layout is that of another one with other words of ours in it: "elsewhere"
// and "closed" are those of "new", "corrected" of "escalated", and "group" of "storm".
func (l layout) alike() bool {
	return slices.Contains([]string{"elsewhere", "closed", "corrected", "group"}, l.name)
}

// over reports whether the layout says that something is over, which not every channel is told.
func (l layout) over() bool { return l.name == "closed" || l.name == "notice-over" }

// send delivers the layout with these texts in it, none for one unspoiled, and returns what
// the channel took, and the links that are the outlets' own. It took nothing if it is not told of such.
func (l layout) send(t *testing.T, i *notify.Integration, sink *sinktest.Sink, texts ...string) (m *sinktest.Message, own []string) {
	t.Helper()
	incidents, each := l.incidents(l.number), make([][]string, l.number)
	if len(texts) > 0 {
		each = slices.Collect(slices.Chunk(texts, l.texts))
		for at := range incidents {
			incidents[at] = spoil(incidents[at], each[at]...)
		}
	}
	before := len(sink.Messages())
	got := i.Send(t.Context(), l.tell(t, i.Name, incidents, each), notify.Remarks{}, sinktest.Now())
	switch got.Outcome {
	case notify.Skipped:
		return nil, nil
	case notify.Sent:
		return &sink.Messages()[before], ownLinks(incidents...)
	}
	t.Fatalf("%s with %.40q: %s %v", i, texts, got.Outcome, got.Err)
	return nil, nil
}

// sinkOf is the sink that a channel sends to.
func sinkOf(i *notify.Integration, http, smtp *sinktest.Sink) *sinktest.Sink {
	if i.Kind == "email" {
		return smtp
	}
	return http
}

// corrected is the incident after its outlet lowered the toll.
func corrected() event.Incident {
	in := sinktest.Escalated()
	in.Change = event.Change{Kind: event.ChangeCorrected, Reasons: []string{"Example News corrects its report", "injured down from at least 60 to 16"}}
	in.Casualties.Injured = &event.Count{Min: 16, Max: 16}
	in.Reports[0].Revision, in.Revision = 1, 3
	return in
}

// acknowledged is the incident after somebody took it in hand.
func acknowledged() event.Incident {
	in := sinktest.Incident()
	at := sinktest.Now().Add(5 * time.Minute)
	in.Desk = []event.DeskAction{{Kind: event.DeskAcknowledged, By: "aida", Comment: "calling the embassy", At: at}}
	in.Acknowledged, in.Updated, in.Revision = at, at, 2
	in.Change = event.Change{Kind: event.ChangeDesk, Reasons: []string{in.Desk[0].String()}}
	return in
}

// closed is the incident after nothing more was heard of it.
func closed() event.Incident {
	in := sinktest.Escalated()
	in.Status, in.Updated, in.Revision = event.StatusClosed, in.Updated.Add(48*time.Hour), 3
	in.Change = event.Change{Kind: event.ChangeClosed, Reasons: []string{"no report for 48h"}}
	return in
}

// many are n incidents. Among five or more are a story that comes again, one that has
// ended, and one without a place.
func many(n int) (all []event.Incident) {
	for i := range n {
		in := sinktest.Incident()
		in.ID = fmt.Sprintf("%032d", i)
		in.Headline = fmt.Sprintf("%s (%d)", in.Headline, i)
		switch again := sinktest.Escalated(); {
		case n < 5:
		case i%5 == 0:
			in.Change, in.Severity = again.Change, again.Severity
		case i%5 == 2:
			in.Change, in.Status = closed().Change, event.StatusClosed
		case i%5 == 3:
			in.Place, in.Country, in.Casualties = nil, "", event.Casualties{}
		}
		all = append(all, in)
	}
	return all
}

func plainly(_ *testing.T, channel string, incidents []event.Incident, _ [][]string) event.Notification {
	return notification(channel, incidents...)
}

// grouped tells incidents of a region together, one of which was held back.
func grouped(_ *testing.T, channel string, incidents []event.Incident, _ [][]string) event.Notification {
	n := notification(channel, incidents...)
	n.GroupLabels = map[string]string{"region": incidents[0].Region}
	n.Alerts[1].Annotations["held"] = "Held back by a silence since 14 May 08:10 UTC."
	return n
}

// storm tells incidents as a flood of them is told: with their number, one link each, and
// how many are left out.
func storm(t *testing.T, channel string, incidents []event.Incident, texts [][]string) event.Notification {
	n := grouped(t, channel, incidents, texts)
	n.GroupKey, n.GroupLabels = "digest", nil
	for _, a := range n.Alerts {
		a.Annotations["digest"] = "312 incidents: 4 critical, 308 high; 300 Ferghana Valley, 12 without a place"
		a.Annotations["links"], _, _ = strings.Cut(a.Annotations["links"], "\n")
	}
	n.Alerts[len(n.Alerts)-1].Annotations["omitted"] = "292 more incidents: 292 high"
	return n
}

// daily is the digest of a day with these incidents, three a region, and with feeds in trouble.
func daily(t *testing.T, channel string, incidents []event.Incident, texts [][]string) event.Notification {
	t.Helper()
	d, problems := digest.New(digest.Config{Name: "daily", Schedule: "0 7 * * *", TimeZone: "Asia/Bishkek", Receiver: "all"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	l := d.NewLedger(func(string) string { return "" })
	var index []digest.Region
	for i, in := range incidents {
		in.Region = fmt.Sprintf("region-%02d", i/3)
		if i%3 == 0 {
			index = append(index, digest.Region{ID: in.Region, Value: 12.2, Change: 3.1, Usual: 8})
		}
		l.Incident(in)
		l.Notice(trouble(i, texts[i]))
	}
	until := sinktest.Now()
	a := l.Tell("fedcba9876543210fedcba9876543210", until.Add(-24*time.Hour), until, index)
	return event.Notification{ID: "d", Thread: "d", Receiver: "all", Integration: channel, GroupKey: "digest:daily", Created: until, Alerts: []event.Alert{a}}
}

// trouble is a feed that went quiet, with texts in the places that have something of the feed.
func trouble(number int, texts []string) event.Notice {
	text := inTurn(texts)
	return event.Notice{
		ID: fmt.Sprintf("%032d", number), Kind: event.NoticeFeedQuiet, Feed: fmt.Sprintf("wire%d", number) + text(), Country: "KG", Severity: event.SeverityLow,
		Summary: fmt.Sprintf("Wire %d", number) + text() + " has gone quiet", Detail: "Nothing new since 24 May 04:00 UTC, where 23 items were to be expected." + text(),
		Remedy: "open the outlet's site" + text(), Since: sinktest.Now(),
	}
}

// inTurn gives the texts one after the other, again and again, each after a space; "" for none.
func inTurn(texts []string) func() string {
	at := 0
	return func() string {
		if len(texts) == 0 {
			return ""
		}
		at++
		return " " + texts[(at-1)%len(texts)]
	}
}

// troubles are notices of feeds together, of their beginning or their end.
func troubles(over bool) func(*testing.T, string, []event.Incident, [][]string) event.Notification {
	return func(_ *testing.T, channel string, _ []event.Incident, texts [][]string) event.Notification {
		var drafts []alert.Draft
		for i := range texts {
			n := trouble(i, texts[i])
			if over {
				n.Over, n.Detail, n.Remedy = n.Since.Add(time.Hour), "", ""
				n.Summary = strings.ReplaceAll(n.Summary, "has gone quiet", "is in order again")
			}
			drafts = append(drafts, alert.Notice(n))
		}
		n := telling(channel, drafts...)
		n.GroupLabels = map[string]string{"alertname": string(event.NoticeFeedQuiet)}
		return n
	}
}

// TestEveryLayoutIsDelivered: only what is over is kept from some channels, as they are set.
func TestEveryLayoutIsDelivered(t *testing.T) {
	http, smtp := sinktest.HTTP(t), sinktest.SMTP(t)
	untold := []string{"email-0", "slack-1", "matrix-0", "ntfy-0"}
	for _, i := range loadAll(t, http.URL, smtp.URL).Receivers()[0].Integrations {
		for _, l := range layouts() {
			m, _ := l.send(t, i, sinkOf(i, http, smtp))
			if told := !l.over() || !slices.Contains(untold, i.Name); told != (m != nil) {
				t.Errorf("%s, %s: delivered %v, want %v", i, l.name, m != nil, told)
			}
		}
	}
}
