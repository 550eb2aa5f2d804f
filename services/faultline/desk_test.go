package faultline

import (
	"context"
	"encoding/json"
	"os/user"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter"
)

// story is an open incident in the bucket and on the stream, as the alerter leaves
// it.
func story(t *testing.T, b *bus.Bus, in event.Incident) {
	t.Helper()
	in.Revision, in.Change.Kind = 1, event.ChangeNew
	if in.Status == "" {
		in.Status = event.StatusOpen
	}
	in.Reports = []event.Report{{Item: "item-of-" + in.ID, URL: "https://example.org/" + in.ID, Title: in.Headline, Source: event.Source{Title: "Wire"}}}
	in.Opened, in.Updated = time.Now().Add(-time.Hour), time.Now().Add(-time.Hour)
	data, err := event.Encode(&in)
	if err != nil {
		t.Fatal(err)
	}
	bucket, err := b.Bucket(t.Context(), bus.IncidentState)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bucket.Put(t.Context(), in.ID, data, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Publish(t.Context(), bus.Message{Subject: bus.IncidentSubject(in.Region, in.ID), Data: data}); err != nil {
		t.Fatal(err)
	}
}

// newsroom is a server with four incidents.
func newsroom(t *testing.T) *bus.Bus {
	t.Helper()
	server := bustest.StartServer(t, bustest.Listen())
	t.Setenv("FAULTLINE_NATS_URL", server.URL())
	t.Setenv("USER", "aida")
	b := server.Bus()
	story(t, b, event.Incident{ID: "aaaaaa1111111111", Region: "north", Severity: event.SeverityHigh, Headline: "A riot in the north"})
	story(t, b, event.Incident{ID: "bbbbbb1111111111", Region: "south", Severity: event.SeverityLow, Headline: "A march in the south"})
	story(t, b, event.Incident{ID: "bbbbbb2222222222", Region: "south", Severity: event.SeverityCritical, Headline: "A coup in the south"})
	story(t, b, event.Incident{ID: "cccccc1111111111", Region: "north", Status: event.StatusClosed, MergedInto: "aaaaaa1111111111", Headline: "The same riot"})
	return b
}

func TestDeskCommands(t *testing.T) {
	b := newsroom(t)
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"ack aaaaaa", exitOK, "aaaaaa1111111111  acknowledged by aida: A riot in the north"},
		{"ack cccccc1111111111 --author bek --comment yes", exitOK, "aaaaaa1111111111  acknowledged by bek: yes: A riot"},
		{"close https://www.example.org/bbbbbb1111111111#top --comment drill", exitOK, "bbbbbb1111111111  closed by aida: drill"},
		{"close bbbbbb1111111111 --comment drill", exitFailed, "incident bbbbbb1111111111 is closed; reopen it first"},
		{"mute bbbbbb1111111111 --comment known", exitFailed, "incident bbbbbb1111111111 is closed; reopen it first"},
		{"unmute bbbbbb1111111111", exitFailed, "has no silence of its own"}, // what was refused is not in force
		{"reopen item-of-bbbbbb1111111111", exitOK, "reopened by aida: A march"},
		{"reopen aaaaaa", exitFailed, "is open"},
		{"mute bbbbbb2222222222 --duration 2h --comment known", exitOK, "muted by aida until "},
		{"incidents list", exitOK, "open, muted until 2"},
		{"incidents show bbbbbb2222222222", exitOK, "incident   bbbbbb2222222222, open, muted until 2"},
		{"unmute bbbbbb2222222222", exitOK, "unmuted by aida"},
		{"silences add incident=bbbbbb2 --comment known", exitOK, `silenced until 2`},
		{"routes test incident=bbbbbb2 severity=critical", exitOK, "of aida: known; told then"},
		{"routes test incident=dddddd", exitOK, "whether a silence holds the alert back: no incident dddddd"},
		{"incidents show bbbbbb2222222222", exitOK, "incident   bbbbbb2222222222, open, muted until 2"},
		{"unmute bbbbbb2222222222", exitOK, "unmuted by aida"},
		{"silences add incident=bbbbbb --comment known", exitUsage, "2 incidents are meant by bbbbbb; give the id of the one"},
		{"silences add incident=dddddd --comment known", exitFailed, "no incident dddddd: no id begins so"},
		{"silences add incident!=aaa region=north --comment known", exitUsage, `"aaa" is too short to name an incident`},
		{"silences add incident=~aaaaaa.* region=north --comment known", exitOK, `: incident=~"aaaaaa.*", region="north"`},
		{"incidents show aaaaaa", exitOK, "incident   aaaaaa1111111111, open, acknowledged, silenced until 2"},
		{"unmute aaaaaa", exitFailed, "has no silence of its own; faultline silences list shows all, and faultline silences expire ends one"},
		{"unmute bbbbbb2222222222", exitFailed, "has no silence of its own; faultline silences list"},
		{"ack bbbbbb", exitUsage, "2 incidents are meant by bbbbbb; give the id of the one\n  bbbbbb1111111111  open: \"A march"},
		{"ack dddddd", exitFailed, "no incident dddddd: no id begins so, and no report has that id or link; faultline incidents list shows"},
		{"ack aaa", exitUsage, `"aaa" is too short to name an incident; write at least 6 digits of its id, as in 1f0c2a`},
		{"close aaaaaa", exitUsage, "the desk wants to know why; write it as --comment"},
		{"mute aaaaaa --comment x --duration 5s", exitUsage, "--duration 5s is too short"},
		{"mute aaaaaa --comment x --duration long", exitUsage, "--duration: "},
		{"mute aaaaaa --duration 4x", exitUsage, "write it as --comment\nfaultline: --duration: \"4x\" is no duration; write one such as 30s, 15m, 72h or 30d"},
		{"ack aaaaaa --author ", exitOK, "acknowledged by aida"},
		{"ack aaaaaa --comment " + strings.Repeat("x", 600), exitUsage, "more than 500 bytes"},
		{"incidents list --since often", exitUsage, "--since"},
		{"incidents list --region fergana-valley", exitUsage, `--region: no alert has region "fergana-valley"; did you mean "ferghana-valley"?`},
		{"incidents list --region unplaced", exitOK, "no incidents"},
		{"incidents list --severity bad", exitUsage, "must be one of low,moderate,high,critical"},
		{"incidents show dddddd", exitFailed, "no incident dddddd"},
	} {
		code, out, errs := call("", strings.Split(c.args, " ")...)
		if code != c.code || !strings.Contains(out+errs, c.want) {
			t.Errorf("%s: exit %d\n%s%s\nwant %s", c.args, code, out, errs, c.want)
		}
	}
	var changes []string
	err := b.Replay(t.Context(), bus.Incidents, []string{bus.IncidentFilter("bbbbbb1111111111")}, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		var in event.Incident
		err := event.Decode(d.Data, &in)
		changes = append(changes, string(in.Change.Kind)+" "+string(in.Status))
		return err
	})
	if err != nil || strings.Join(changes, ", ") != "new open, closed closed, desk open" {
		t.Errorf("the stream has %v: %v", changes, err)
	}
}

func TestIncidentsList(t *testing.T) {
	newsroom(t)
	for _, c := range []struct{ args, want, not string }{
		{"incidents list", "A coup in the south", "The same riot"},
		{"incidents list --status closed", "The same riot", "A coup"},
		{"incidents list --status closed", "merged into aaaaaa1111 ", "cccccc1111  closed"},
		{"incidents list --status all", "The same riot", "no incidents"},
		{"incidents list --status all", "A coup in the south", "no incidents"},
		{"incidents list --severity high", "A riot in the north", "A march"},
		{"incidents list --region south --severity low", "A march", "A riot"},
		{"incidents list --since 10m", "no incidents", "A riot"},
		{"incidents list --since 2h", "bbbbbb2222  open    critical  south   1        ", "item"},
	} {
		code, out, errs := call("", strings.Fields(c.args)...)
		if code != exitOK || !strings.Contains(out, c.want) || strings.Contains(out, c.not) {
			t.Errorf("%s: exit %d\n%s%s", c.args, code, out, errs)
		}
	}
	code, out, _ := call("", "incidents", "list", "--json")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var in event.Incident
	if err := json.Unmarshal([]byte(lines[0]), &in); code != exitOK || len(lines) != 3 || err != nil || in.Headline == "" {
		t.Errorf("exit %d, %d lines, %v: %s", code, len(lines), err, out)
	}
}

// An incident of a drill is marked wherever the desk meets it.
func TestDrillsAreMarkedForTheDesk(t *testing.T) {
	b := newsroom(t)
	story(t, b, event.Incident{ID: "dddddd1111111111", Region: "north", Exercise: true, Headline: "A drill in the north"})
	const marked = "EXERCISE: A drill in the north"
	for _, args := range []string{
		"incidents list", "incidents show dddddd", "ack dddddd", "mute dddddd --comment drill", "unmute dddddd", "close dddddd --comment drill", "reopen dddddd",
	} {
		code, out, errs := call("", strings.Fields(args)...)
		if code != exitOK || !strings.Contains(out, marked) || strings.Count(out, "EXERCISE") != 1 {
			t.Errorf("%s: exit %d\n%s%s", args, code, out, errs)
		}
	}
}

func TestIncidentsShow(t *testing.T) {
	newsroom(t)
	if code, out, errs := call("", "ack", "aaaaaa", "--comment", "calling \x1b[31m them"); code != exitOK {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	code, out, errs := call("", "incidents", "show", "aaaaaa")
	for _, want := range []string{
		"A riot in the north\nincident   aaaaaa1111111111, open, acknowledged, high", "support    1 report, single source", "report     ", `Wire: "A riot in the north"  https://example.org/aaaaaa1111111111`,
		"\nnew        ", "\ndesk       ", "acknowledged by aida: calling [31m them",
	} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("exit %d, no %q in\n%s%s", code, want, out, errs)
		}
	}
	code, out, _ = call("", "incidents", "show", "aaaaaa", "--json")
	var shown struct {
		ID      string
		Desk    []event.DeskAction
		History []struct{ Revision int }
	}
	if err := json.Unmarshal([]byte(out), &shown); code != exitOK || err != nil || len(shown.History) != 2 || len(shown.Desk) != 1 || shown.Desk[0].By != "aida" {
		t.Errorf("exit %d, %v: %s", code, err, out)
	}
}

// What is muted, and by whom, stands beside the status.
func TestStateTellsTheMute(t *testing.T) {
	now := time.Date(2026, 5, 14, 12, 0, 0, 0, time.UTC)
	old := []event.DeskAction{{Kind: event.DeskMuted, By: "aida", Until: now.Add(4 * time.Hour)}}
	for _, c := range []struct {
		in   event.Incident
		mute alerter.Mute
		want string
	}{
		{event.Incident{Status: event.StatusOpen, Acknowledged: now}, alerter.Mute{Until: now, By: "aida"}, "open, acknowledged, muted until 2026-05-14 12:00 by aida"},
		{event.Incident{Status: event.StatusQuiet}, alerter.Mute{Until: now, By: "be\x1b[31mk"}, "quiet, muted until 2026-05-14 12:00 by be[31mk"},
		{event.Incident{Status: event.StatusOpen}, alerter.Mute{Until: now, By: "aida", Wider: true}, "open, silenced until 2026-05-14 12:00 by aida"},
		{event.Incident{Status: event.StatusQuiet}, alerter.Mute{Until: now}, "quiet, muted until 2026-05-14 12:00 by nobody named"},
		{event.Incident{Status: event.StatusOpen, Desk: old}, alerter.Mute{}, "open"}, // ended elsewhere
		{event.Incident{Status: event.StatusClosed, MergedInto: "0123456789abcdef"}, alerter.Mute{}, "merged into 0123456789"},
	} {
		if got := state(&c.in, c.mute); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// An incident is shown with all that fired, in whose report and by which words.
func TestIncidentsShowTellsWhatFired(t *testing.T) {
	slot := func(text string) *event.Slot { return &event.Slot{Evidence: event.Evidence{Text: text}} }
	s := shownIncident{Incident: event.Incident{
		ID: "i1", Headline: "Clash in Osh", Status: event.StatusOpen, Severity: event.SeverityHigh, Score: 80, Region: "south", Categories: []string{"armed-clash", "mutiny"},
		Place: &event.Place{Name: "Osh", Country: "KG"}, Casualties: event.Casualties{Killed: &event.Count{Min: 2, Max: 2}}, Corroboration: event.Corroboration{Independent: 1, Denied: 1, Credibility: 3, Certainty: "Possible"},
		Reports: []event.Report{
			{Source: event.Source{Title: "Wire", Reliability: "B"}, Title: "Clash in Osh", Findings: []event.Finding{
				{Indicator: "forces-clash", Title: "Forces clash", Assertion: event.Asserted, Points: 50, Evidence: []event.Evidence{{Text: "fired on"}}, Slots: event.Slots{Actor: slot("soldiers"), Target: slot("police")}},
				{Indicator: "mutiny", Title: "A mutiny", Assertion: event.Asserted, Points: 60, Evidence: []event.Evidence{{Text: "mutinied"}, {Text: "the garrison"}}}}},
			{Source: event.Source{Feed: "daily"}, CopyOf: "x", Findings: []event.Finding{{Indicator: "of a copy", Assertion: event.Asserted}}},
			{Source: event.Source{Feed: "ministry"}, Denies: true, Findings: []event.Finding{{Indicator: "mutiny", Title: "A mutiny", Assertion: event.Denied, Evidence: []event.Evidence{{Text: "no mutiny"}}}}},
		},
	}}
	got := strings.Join(s.tell(alerter.Mute{}), "\n")
	for _, want := range []string{
		"where      Osh, KG · south\nwhat       A mutiny\n           Forces clash (soldiers → police)\nkinds      armed-clash, mutiny\ntoll       2 killed\nsupport    3 reports, single source, denied by 1 source, credibility 3 (possibly true), certainty Possible\n",
		"Wire (B): \"Clash in Osh\"  \n           +60.0  mutiny: “mutinied” … “the garrison”\n           +50.0  forces-clash: “fired on”\nreport",
		"daily, a copy: ", "ministry, denies it: ", "           +0.0  mutiny: “no mutiny” (denied)",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "of a copy") {
		t.Errorf("the words of a copy are told again:\n%s", got)
	}
}

// Somebody stands behind what is done, also where no variable says who.
func TestPerson(t *testing.T) {
	self, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ named, user, logname, want string }{
		{" bek ", "aida", "chol", "bek"}, {"", "aida", "chol", "aida"}, {"", "", "chol", "chol"}, {" ", " ", "", self.Username},
	} {
		t.Setenv("USER", c.user)
		t.Setenv("LOGNAME", c.logname)
		if got := person(c.named); got != c.want {
			t.Errorf("%+v: got %q", c, got)
		}
	}
}

func TestIncidentsSplit(t *testing.T) {
	b := newsroom(t)
	report := func(item, title string) event.Report {
		return event.Report{Item: item, URL: "https://example.org/" + item, Title: title, Source: event.Source{Title: "Wire"}, Regions: []string{"south"}}
	}
	in := event.Incident{ID: "eeeeee1111111111", Region: "north", Headline: "A bomb", Revision: 1, Status: event.StatusOpen, Categories: []string{"armed-attack"},
		Reports: []event.Report{report("item-of-one", "A bomb"), report("item-of-two", "Another bomb"), report("item-too", "A third")}}
	bucket, err := b.Bucket(t.Context(), bus.IncidentState)
	if err != nil {
		t.Fatal(err)
	}
	data, err := event.Encode(&in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bucket.Put(t.Context(), in.ID, data, 0); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"incidents split eeeeee item-of-two", exitUsage, "the desk wants to know why; write it as --comment"},
		{"incidents split eeeeee --comment x", exitUsage, "report"},
		{"incidents split eeeeee nothing --comment x", exitUsage, "has no report nothing; faultline incidents show eeeeee1111111111 lists its reports"},
		{"incidents split eeeeee item-o --comment x", exitUsage, "2 reports of incident eeeeee1111111111 are meant by item-o; give the id of the one: item-of-one, item-of-two"},
		{"incidents split eeeeee item-of-one item-of-two item-too --comment x", exitFailed, "nothing would be left of incident eeeeee1111111111"},
		{"incidents split eeeeee https://www.example.org/item-of-two --comment second", exitOK, "eeeeee1111111111  2 reports: A bomb\n"},
		{"incidents split eeeeee item-too --comment third", exitOK, "1 report, split by aida: third: A third\n"},
		{"incidents show item-of-two", exitOK, "was part of incident eeeeee1111111111, split by aida: second"},
		{"incidents list --region south", exitOK, "Another bomb"},
		{"incidents merge item-of-two eeeeee", exitUsage, "the desk wants to know why; write it as --comment"},
		{"incidents merge item-of-two --comment x", exitUsage, "into"},
		{"incidents merge item-of-two nothing --comment x", exitFailed, "no incident nothing"},
		{"incidents merge item-of-one eeeeee --comment x", exitUsage, "both are incident eeeeee1111111111 already; name two"},
		{"incidents merge item-of-two eeeeee --comment one", exitOK, "eeeeee1111111111  2 reports, merged by aida: one: A bomb\n"},
		{"incidents merge item-of-two eeeeee --comment one", exitUsage, "both are incident eeeeee1111111111 already; name two"},
		{"incidents show item-of-two", exitOK, "merged by aida: one"},
	} {
		code, out, errs := call("", strings.Split(c.args, " ")...)
		if code != c.code || !strings.Contains(out+errs, c.want) {
			t.Errorf("%s: exit %d\n%s%s\nwant %s", c.args, code, out, errs, c.want)
		}
	}
}
