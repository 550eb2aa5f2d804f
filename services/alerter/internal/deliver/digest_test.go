package deliver

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

var now = time.Unix(1_700_000_000, 0).UTC()

// told is a notification of one change of an incident.
func told(incident string, revision int, change event.ChangeKind, severity event.Severity) *try {
	return &try{n: event.Notification{
		ID: event.NewID(incident, fmt.Sprint(revision)), Receiver: "desk", Integration: "slack-0", Created: now,
		Alerts: []event.Alert{{
			Incident: incident, Revision: revision, Times: event.Times{Seen: now.Add(time.Duration(revision) * time.Second)},
			Labels:      map[string]string{"severity": string(severity), "region": "region-" + incident[:1], "change": string(change)},
			Annotations: map[string]string{"summary": incident, "links": "one\ntwo"},
		}},
	}}
}

func TestFoldHasEachIncidentOnceTheWorstFirst(t *testing.T) {
	doubtful := told("c1", 1, event.ChangeNew, event.SeverityCritical)
	doubtful.remarks = notify.Remarks{Repeat: "May be a repeat.", Delayed: "Delayed by 2 min."}
	closed := told("b1", 3, event.ChangeClosed, event.SeverityHigh)
	closed.n.Alerts[0].EndsAt = now
	members := []*try{told("a1", 1, event.ChangeNew, event.SeverityLow), told("b1", 1, event.ChangeNew, event.SeverityHigh), doubtful, closed,
		told("c1", 2, event.ChangeEscalated, event.SeverityCritical)}
	members[0].n.Created = now.Add(-3 * time.Hour)
	n := fold(members, 20, now)
	var order []string
	for _, a := range n.Alerts {
		order = append(order, fmt.Sprintf("%s/%d/%s", a.Incident, a.Revision, a.Labels["change"]))
	}
	if got := strings.Join(order, " "); got != "c1/2/new b1/3/new a1/1/new" {
		t.Errorf("got %s", got)
	}
	if n.Alerts[0].Annotations["repeat"] == "" || !n.Alerts[1].EndsAt.IsZero() || n.Alerts[0].Annotations["links"] != "one" {
		t.Errorf("got %+v", n.Alerts[:2])
	}
	const want = "3 incidents: 1 critical, 1 high, 1 low; 1 region-a, 1 region-b, 1 region-c; the oldest is late: delayed by 3 h 0 min"
	if got := n.Alerts[0].Annotations["digest"]; got != want || n.Exercise {
		t.Errorf("digest %q, exercise %v", got, n.Exercise)
	}
	if again := fold(members, 20, now); again.ID != n.ID || n.Thread != n.ID {
		t.Error("the same notifications make another digest")
	}
	if original := doubtful.n.Alerts[0].Annotations; original["repeat"] != "" || original["digest"] != "" || original["links"] != "one\ntwo" {
		t.Errorf("folding changed what is folded: %v", original)
	}
}

// That an incident was split from another one is said also when more came to it since.
func TestFoldKeepsThatAnIncidentWasSplit(t *testing.T) {
	part := told("a1", 1, event.ChangeNew, event.SeverityHigh)
	part.n.Alerts[0].Annotations["split"] = "was part of incident b1"
	n := fold([]*try{told("a1", 2, event.ChangeReport, event.SeverityHigh), part}, 20, now)
	if len(n.Alerts) != 1 || n.Alerts[0].Revision != 2 || n.Alerts[0].Annotations["split"] != "was part of incident b1" {
		t.Errorf("got %+v", n.Alerts)
	}
}

func TestFoldCountsWhatItDoesNotName(t *testing.T) {
	var members []*try
	for i := range 100 {
		severity := event.SeverityLow
		if i%10 == 0 {
			severity = event.SeverityHigh
		}
		members = append(members, told(fmt.Sprintf("%c%d", 'a'+i%5, i), 1, event.ChangeNew, severity))
	}
	n := fold(members, 20, now)
	last := n.Alerts[len(n.Alerts)-1].Annotations
	if len(n.Alerts) != 20 || last["omitted"] != "80 more incidents: 80 low" || !strings.HasPrefix(last["digest"], "100 incidents: 10 high, 90 low; 20 region-a, 20 region-b, 20 region-c, 2 other") {
		t.Errorf("%d alerts, %v", len(n.Alerts), last)
	}
}

// As many are named as are critical, and one that has ended takes the place of none of them.
func TestFoldNamesEachCriticalBeforeOnesThatEnded(t *testing.T) {
	var members []*try
	for i := range 30 {
		members = append(members, told(fmt.Sprintf("a%02d", i), 1, event.ChangeNew, event.SeverityCritical))
	}
	members[3].n.Alerts[0].EndsAt, members[7].n.Alerts[0].EndsAt = now, now
	n := fold(members, 20, now)
	if len(n.Alerts) != 28 || !strings.HasPrefix(n.Alerts[27].Annotations["omitted"], "2 more incidents: 2 critical") {
		t.Fatalf("%d alerts, %v", len(n.Alerts), n.Alerts[len(n.Alerts)-1].Annotations)
	}
	for _, a := range n.Alerts {
		if !a.EndsAt.IsZero() {
			t.Errorf("%s has ended, and is named in place of one that goes on", a.Incident)
		}
	}
}

func TestFoldOfOneIncidentIsNoDigest(t *testing.T) {
	n := fold([]*try{told("a1", 1, event.ChangeNew, event.SeverityLow), told("a1", 2, event.ChangeReport, event.SeverityLow)}, 20, now)
	if len(n.Alerts) != 1 || n.Alerts[0].Annotations["digest"] != "" || n.Alerts[0].Annotations["links"] != "one\ntwo" {
		t.Errorf("got %+v", n.Alerts)
	}
}

// What became part of another story is told with it; alone it is told by itself.
func TestFoldLeavesOutWhatWasMerged(t *testing.T) {
	gone := told("b1", 2, event.ChangeClosed, event.SeverityHigh)
	gone.n.Alerts[0].Annotations["merged_into"] = "a1"
	members := []*try{told("b1", 1, event.ChangeNew, event.SeverityHigh), gone, told("c1", 1, event.ChangeNew, event.SeverityLow)}
	if n := fold(members, 20, now); len(n.Alerts) != 2 {
		t.Errorf("without the other: %d alerts", len(n.Alerts))
	}
	n := fold(append(members, told("a1", 2, event.ChangeEscalated, event.SeverityHigh)), 20, now)
	if len(n.Alerts) != 2 || n.Alerts[0].Incident != "a1" || !strings.HasPrefix(n.Alerts[0].Annotations["digest"], "2 incidents: 1 high, 1 low") {
		t.Errorf("got %+v", n.Alerts)
	}
}

// Readers of a digest have a link of each story, also of those whose links they were
// given before.
func TestFoldGivesEachStoryALink(t *testing.T) {
	again := told("a1", 2, event.ChangeEscalated, event.SeverityHigh)
	delete(again.n.Alerts[0].Annotations, "links")
	again.n.Alerts[0].GeneratorURL = "https://www.news.example/a?b=(c)"
	unsafe := told("b1", 2, event.ChangeEscalated, event.SeverityLow)
	delete(unsafe.n.Alerts[0].Annotations, "links")
	unsafe.n.Alerts[0].GeneratorURL = "javascript:alert(1)"
	n := fold([]*try{again, unsafe}, 20, now)
	if a, b := n.Alerts[0].Annotations["links"], n.Alerts[1].Annotations["links"]; a != "https://www.news.example/a?b=%28c%29 news.example" || b != "" {
		t.Errorf("links %q and %q", a, b)
	}
}

// What no report brought is not late however old its report is, and keeps its place
// among its like.
func TestEndIsNotLate(t *testing.T) {
	closed := told("a1", 2, event.ChangeClosed, event.SeverityHigh)
	closed.n.Alerts[0].Times = event.Times{Incident: now}
	closed.n.Alerts[0].Landed = now
	if got := delay(closed.n, now.Add(time.Second)); got != "" {
		t.Errorf("the end of a story is %q", got)
	}
	n := fold([]*try{told("a1", 1, event.ChangeNew, event.SeverityHigh), closed}, 20, now)
	if n.Alerts[0].Times.Seen.IsZero() {
		t.Error("when its report was seen is forgotten")
	}
}

// Regions are counted by their titles; what is in none is not called placeless.
func TestDigestNamesRegions(t *testing.T) {
	of := func(region, title string) event.Alert {
		a := event.Alert{Labels: map[string]string{"region": region}, Annotations: map[string]string{}}
		if title != "" {
			a.Annotations["region"] = title
		}
		return a
	}
	all := []event.Alert{of("osh", "Southern Kyrgyzstan"), of("unplaced", alert.Elsewhere), of("unplaced", alert.Elsewhere), of("unplaced", ""), of("", "")}
	if got := counts(all, region, 3, nil); got != "2 outside the watched regions, 1 Southern Kyrgyzstan, 1 without a place" {
		t.Errorf("%q", got)
	}
}

// What counts the incidents of a flood is in our own words: feeds write no part of it, so
// that hostile text stands in a flood where it stands in a message of one incident.
func TestFoldCountsInOurOwnWords(t *testing.T) {
	const text = "<!channel> https://evil.example"
	var members []*try
	for i := range 100 {
		in := sinktest.Incident()
		in.ID = fmt.Sprintf("%032d", i)
		in.Headline, in.Place.Name, in.Change.Reasons = text, text, []string{text}
		in.Reports = slices.Clone(in.Reports)
		in.Reports[0].Title, in.Reports[0].Source.Title = text, text
		a, _ := alert.New(in).Tell(func(string) bool { return false })
		members = append(members, &try{n: event.Notification{ID: in.ID, Created: now, Alerts: []event.Alert{a}}})
	}
	n := fold(members, 20, now)
	if len(n.Alerts) != 20 {
		t.Fatalf("%d alerts", len(n.Alerts))
	}
	one, _ := alert.New(sinktest.Incident()).Tell(func(string) bool { return false })
	for _, a := range n.Alerts {
		for name, value := range a.Annotations {
			if _, known := one.Annotations[name]; !known && (strings.Contains(value, "channel") || strings.Contains(value, "evil")) {
				t.Errorf("%s is %q", name, value)
			}
		}
	}
	if last := n.Alerts[19].Annotations; last["digest"] == "" || last["omitted"] == "" {
		t.Errorf("it does not count: %v", last)
	}
}
