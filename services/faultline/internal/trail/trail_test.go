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

// denial is of a riot and a coup in Osh.
func denial() event.Assessment {
	a := relevant("aaaaaaaa")
	a.Relevant, a.Findings = false, []event.Finding{
		{Indicator: "riot", Category: "riot", Assertion: event.Denied}, {Indicator: "mob", Category: "riot", Assertion: event.Denied},
		{Indicator: "coup", Category: "coup", Assertion: event.Denied}, {Indicator: "rally", Category: "protest", Assertion: event.Planned},
	}
	return a
}

func TestWhereTheTextIsFrom(t *testing.T) {
	for source, want := range map[string]bool{event.TextFeed: false, event.TextArticle: true} {
		in := item("aaaaaaaa", "wire", "https://example.org/1", 0)
		in.TextSource = source
		x := begin(t, NewSearch("aaaaaaaa", ""), in)
		if got := told(x); strings.Contains(got, "its text is that of the page it links to") != want {
			t.Errorf("%s: %s", source, got)
		}
	}
}

// Of the same words each finding has its line, those that say no more below the one that does.
func TestTheSameWordsStandTogether(t *testing.T) {
	x := begin(t, NewSearch("aaaaaaaa", ""), item("aaaaaaaa", "wire", "https://example.org/1", 0))
	a, at := relevant("aaaaaaaa"), []event.Evidence{{Field: event.FieldTitle, End: 16, Text: "kidnap the mayor"}}
	a.Findings = []event.Finding{
		{Indicator: "abduction", Category: "kidnapping", Severity: event.SeverityHigh, Assertion: event.Asserted, Points: 50, Codes: map[string]string{"acled": "Abduction"}, Evidence: at},
		{Indicator: "riot", Category: "riot", Severity: event.SeverityHigh, Assertion: event.Denied, Points: 5},
		{Indicator: "official-abducted", Category: "kidnapping", Severity: event.SeverityCritical, Assertion: event.Asserted, Points: 60, Codes: map[string]string{"acled": "Abduction"}, Evidence: at},
	}
	x.Assess(a, 1)
	want := "           asserted official-abducted, 60 points, “kidnap the mayor”\n" +
		"             of the same words asserted abduction, 50 points, “kidnap the mayor”\n           denied riot, 5 points\n"
	if got := told(x); !strings.Contains(got, want) {
		t.Errorf("%q is missing in\n%s", want, got)
	}
}

func TestWholeWay(t *testing.T) {
	x := begin(t, NewSearch("what was typed", "https://www.example.org/1/"), item("other", "wire", "https://example.org/2", 0),
		item("aaaaaaaa", "wire", "https://example.org/1", 0), item("aaaaaaaa", "wire", "https://example.org/1", 1), item("bbbbbbbb", "daily", "https://example.org/1", 0))
	x.Assess(relevant("other"), 1)
	x.Assess(relevant("aaaaaaaa"), 2)
	reports := []event.Report{{Item: "zzz"}, {Item: "aaaaaaaa", CopyOf: "zzz"}}
	x.Incident(event.Incident{ID: "i0", Reports: reports[:1]}, 1)
	x.Incident(event.Incident{ID: "i1", Headline: "Clash", Region: "south", Severity: event.SeverityHigh, Status: event.StatusOpen, Reports: reports, Change: event.Change{Kind: event.ChangeEscalated, Report: 1, Reasons: []string{"killed: 3"}}}, 1)
	x.Incident(event.Incident{ID: "i1", Headline: "Clash", Region: "south", Severity: event.SeverityHigh, Status: event.StatusOpen, Reports: append(reports, event.Report{}), Change: event.Change{Kind: event.ChangeReport, Report: 2}}, 1)
	x.Notify(event.Notification{ID: "n0", Receiver: "desk", Alerts: []event.Alert{{Incident: "i0"}}})
	x.Notify(event.Notification{ID: "n1", Receiver: "desk", Integration: "slack-0", Reason: "first", Created: noon, Alerts: []event.Alert{{Incident: "i1"}}})
	x.Notifications[0].State, x.Notifications[0].At = "sent", noon
	again := event.Notification{ID: "n2", Receiver: "desk", Integration: "webhook-0", Reason: "first", Created: noon, Alerts: []event.Alert{{Incident: "i1"}}}
	x.Notify(again)
	x.Notify(again) // put back
	x.Notifications[1].State, x.Notifications[1].At, x.Notifications[1].GivenUp = "sent", noon, "refused 2026-05-14 11:00:00: it answers 404"
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
		"notified   desk by webhook-0 (first), queued 14 May 12:00:00 UTC, sent 14 May 12:00:00 UTC; put back after it was refused 2026-05-14 11:00:00: it answers 404",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if len(x.Incidents) != 1 || len(x.Notifications) != 2 || strings.Contains(got, "i0") {
		t.Errorf("an incident of others is taken for the item's:\n%s", got)
	}
}

// A guard is told with its place and words, what was dropped with the reason, and a
// configuration that cannot be read with its first fault, beside all that is stored.
func TestByTheRulesAtHand(t *testing.T) {
	guard := "film (languages/en/guards.yaml:12) at “novel”"
	incident := event.Incident{ID: "i", Reports: []event.Report{{Item: "aaaaaaaa"}}, Status: event.StatusOpen, Change: event.Change{Kind: event.ChangeNew}}
	for _, c := range []struct {
		name        string
		build       func(*Trail)
		want, never string
	}{
		{"where a guard stands", func(x *Trail) { x.Guards = map[string]string{"forces-clash": guard} }, "demoted by the guard " + guard + "\n", "cannot be read"},
		{"another guard by now", func(x *Trail) { x.Guards = map[string]string{"forces-clash": "sport (x) at “match”"} }, "demoted by the guard film\n", "sport"},
		{"dropped", func(x *Trail) { x.Dropped = []string{"riot “riot” matched: dropped by guard film"} }, "           besides riot “riot” matched: dropped by guard film", "more"},
		{"much dropped", func(x *Trail) { x.Dropped = make([]string, 12) }, "and 4 phrases more", "cannot be read"},
		{"faulty rules", func(x *Trail) { x.RulesFault = "rules/a.yaml:1:1: bad\nb\nc" }, "the rules at hand cannot be read, and nothing is told by them: rules/a.yaml:1:1: bad (and 2 more); faultline check", "besides"},
		{"faulty routes", func(x *Trail) { x.RoutesFault = "alerting.yaml:1:1: bad" }, "routed     the routes at hand cannot be read, and nothing is told by them: alerting.yaml:1:1: bad; faultline check", "besides"},
	} {
		x := begin(t, NewSearch("aaaaaa", ""), item("aaaaaaaa", "wire", "", 0))
		x.Assess(relevant("aaaaaaaa"), 1)
		x.Incident(incident, 1)
		c.build(x)
		got := told(x)
		for _, want := range []string{c.want, "asserted forces-clash, 50 points", "incident   i (open", "it made the incident new", "notified   nobody"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: no %q in\n%s", c.name, want, got)
			}
		}
		if strings.Contains(got, c.never) {
			t.Errorf("%s: %q in\n%s", c.name, c.never, got)
		}
	}
}

// A drill is marked in every line that could be taken for news.
func TestDrillsAreMarked(t *testing.T) {
	drill := item("aaaaaaaa", "wire", "", 0)
	drill.Exercise = true
	x := begin(t, NewSearch("aaaaaaaa", ""), drill)
	a := relevant("aaaaaaaa")
	a.Item = drill
	x.Assess(a, 1)
	x.Incident(event.Incident{ID: "i", Headline: "Clash", Exercise: true, Status: event.StatusClosed, MergedInto: "j", Reports: []event.Report{{Item: "aaaaaaaa"}}}, 1)
	for _, want := range []string{
		`from feed wire: "EXERCISE: Clash in Osh"`, "assessed   14 May 12:00:00 UTC: EXERCISE: relevant, high", `incident   i (merged into j, `, `: "EXERCISE: Clash"`,
	} {
		if got := told(x); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// A message from before the item was fetched tells of an earlier report, and says so.
func TestMessagesAboutEarlierReports(t *testing.T) {
	x := begin(t, NewSearch("aaaaaaaa", ""), item("aaaaaaaa", "wire", "", 0))
	x.Assess(relevant("aaaaaaaa"), 1)
	x.Incident(event.Incident{ID: "i", Reports: []event.Report{{Item: "zzz"}, {Item: "aaaaaaaa"}}, Status: event.StatusOpen, Change: event.Change{Kind: event.ChangeReport, Report: 1}}, 1)
	x.Notify(event.Notification{ID: "n0", Receiver: "early", Created: noon.Add(-time.Minute), Alerts: []event.Alert{{Incident: "i"}}})
	x.Notify(event.Notification{ID: "n1", Receiver: "late", Created: noon.Add(time.Minute), Alerts: []event.Alert{{Incident: "i"}}})
	for line := range strings.Lines(told(x)) {
		if strings.HasPrefix(line, "notified") && strings.Contains(line, "about an earlier report of the story") != strings.Contains(line, "early") {
			t.Error(line)
		}
	}
	if got := told(x); strings.Count(got, "notified") != 2 {
		t.Error(got)
	}
}

func TestWhyNot(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(*Trail)
		want  string
	}{
		{"not assessed", func(x *Trail) { x.Classifier = Step{Sequence: 9, Done: 7, Begun: true} }, "assessed   not yet: the classifier is done up to message 7 of its stream, and this is 9"},
		{"no classifier", func(*Trail) {}, "assessed   not yet: no classifier has ever run on this server"},
		{"given up", func(x *Trail) { x.Classifier = Step{Sequence: 9, Done: 9, Begun: true, GivenUp: "panic"} }, "not yet: the classifier gave it up: panic; see faultline dlq list"},
		{"nothing found", func(x *Trail) {
			x.Classifier, x.Again = Step{Sequence: 9, Done: 9, Begun: true}, &Again{Rules: "conf", Ruleset: "abc"}
		}, "assessed   yes, and nothing in it was kept: no phrase of the rules of then counted\n" +
			"           by the rules of conf, as they are now (abc): no alert, score 0, language unknown\n           no phrase of them occurs in it"},
		{"revised, nothing found", func(x *Trail) {
			x.Assess(event.Assessment{Item: x.Items[0], Assessed: noon}, 1)
			x.Again = &Again{Matches: make([]string, 10)}
		}, "and 2 phrases more; faultline rules explain"},
		{"an alert by now", func(x *Trail) {
			x.Classifier, x.Again = Step{Sequence: 1, Done: 1, Begun: true}, &Again{Relevant: true, Score: 60, Matches: []string{"riot “riot” matched"}}
		}, "an alert, score 60, language unknown\n           riot “riot” matched"},
		{"denied", func(x *Trail) {
			x.Assess(event.Assessment{Item: x.Items[0], Findings: []event.Finding{{Indicator: "riot", Assertion: event.Denied}}}, 1)
		}, "           no alert: nothing that was found is asserted"},
		{"a denial that is heard", func(x *Trail) {
			x.Assess(event.Assessment{Item: x.Items[0], Score: 6, Findings: []event.Finding{{Indicator: "riot", Assertion: event.Denied}}}, 1)
			x.Incident(event.Incident{ID: "i", Reports: []event.Report{{Item: "zzz"}, {Item: "aaaaaaaa", Denies: true}}, Status: event.StatusOpen, Severity: event.SeverityHigh, Region: "south", Headline: "Riot",
				Change: event.Change{Kind: event.ChangeDenied, Report: 1, Reasons: []string{"the ministry denies it: riot"}}}, 1)
			x.Notify(event.Notification{Receiver: "desk", Integration: "slack-0", Reason: "denied", Created: noon, Alerts: []event.Alert{{Incident: "i"}}})
		}, "           no alert by itself, and held against the incident that it is about\n           no place: it goes to the region unplaced\n" +
			"incident   i (open, high, 2 reports, region south): \"Riot\"\n           its report there: denies it\n           it made the incident denied: the ministry denies it: riot\nnotified   desk by slack-0 (denied)"},
		{"a denial of nothing", func(x *Trail) {
			x.Assess(denial(), 1)
			x.Aggregator = Step{Sequence: 1, Done: 1, Begun: true}
		}, "denial     of riot, coup in Osh, KG, held against nothing: no incident of this kind was open there when it came, nor opened within hours"},
		{"a denial without a place", func(x *Trail) {
			a := denial()
			a.Main = nil
			x.Assess(a, 1)
			x.Aggregator = Step{Sequence: 1, Done: 1, Begun: true}
		}, "denial     of riot, coup, held against nothing: it names no place to look for an incident by, and is like none in its words"},
		{"an old denial", func(x *Trail) { x.Items[0].Backlog = true; x.Assess(denial(), 1) }, "held against nothing: the item was old already"},
		{"a denial that waits", func(x *Trail) {
			x.Assess(denial(), 1)
			x.Aggregator = Step{Sequence: 9, Done: 7, Begun: true}
		}, "in Osh, KG, not heard yet: the alerter is done up to message 7"},
		{"no place", func(x *Trail) { x.Assess(event.Assessment{Item: x.Items[0]}, 1) }, "no place: it goes to the region unplaced"},
		{"backlog", func(x *Trail) { x.Items[0].Backlog = true; x.Assess(relevant("aaaaaaaa"), 1) }, "old already when its feed was first fetched"},
		{"no incident", func(x *Trail) { x.Assess(relevant("aaaaaaaa"), 1) }, "incident   none yet: no alerter has ever run"},
		{"aged out", func(x *Trail) {
			x.Assess(relevant("aaaaaaaa"), 1)
			x.Aggregator = Step{Sequence: 1, Done: 1, Begun: true}
		}, "incident   none that is still kept"},
		{"no route", func(x *Trail) {
			x.Assess(relevant("aaaaaaaa"), 1)
			x.Incident(event.Incident{ID: "i", Reports: []event.Report{{Item: "aaaaaaaa"}}, Change: event.Change{Kind: event.ChangeReworded}}, 1)
		}, "it added nothing that deserves a message (reworded)\nnotified   nobody"},
		{"delivery fails", func(x *Trail) {
			x.Assess(relevant("aaaaaaaa"), 1)
			x.Incident(event.Incident{ID: "i", Reports: []event.Report{{Item: "aaaaaaaa"}}}, 1)
			x.Notify(event.Notification{Receiver: "desk", Alerts: []event.Alert{{Incident: "i"}}})
			x.Notifications[0].State, x.Notifications[0].Error = "pending", "500"
		}, "pending since 1 Jan 00:00:00 UTC: 500"},
		{"undated", func(x *Trail) { x.Items[0].PublishedSource = event.PublishedFetched }, "the feed gave no date"},
		{"false date", func(x *Trail) { x.Items[0].PublishedSource = event.PublishedClamped }, "could not be true and was taken as 14 May"},
	} {
		x := begin(t, NewSearch("aaaaaa", ""), item("aaaaaaaa", "wire", "", 0))
		c.build(x)
		if got := told(x); !strings.Contains(got, c.want) {
			t.Errorf("%s: no %q in\n%s", c.name, c.want, got)
		}
	}
}

// begin is the trail of what a search finds among items.
func begin(t *testing.T, s *Search, items ...event.Item) *Trail {
	t.Helper()
	for i, item := range items {
		s.Item(item, uint64(i+1))
	}
	x, err := s.Trail()
	if err != nil || x == nil {
		t.Fatalf("%v, %v", x, err)
	}
	return x
}

// Each standing of a change with a receiver has its sentence.
func TestRouted(t *testing.T) {
	for want, r := range map[string]Route{
		"to desk (no channel): nobody hears of it there: the receiver has no channel":                 {},
		"to desk (slack-0): in the message of 14 May 12:00:00 UTC":                                    {Channels: []string{"slack-0"}, State: "told"},
		"in the message that is being written since 14 May":                                           {Channels: []string{"a"}, State: "sending"},
		"waits for the group's next message, 14 May 12:00:00 UTC\n           group {}, by alert.yaml": {Channels: []string{"a"}, State: "waiting"},
		"muted by a time interval of the route until 14 May":                                          {Channels: []string{"a"}, State: "muted"},
		"silenced until 14 May": {Channels: []string{"a"}, State: "silenced"},
		"not there yet: the alerter is done up to message 3 of its stream, and this is 4": {Channels: []string{"a"}, State: "unknown"},
	} {
		x := begin(t, NewSearch("aaaaaa", ""), item("aaaaaaaa", "wire", "", 0))
		x.Assess(relevant("aaaaaaaa"), 1)
		x.Incident(event.Incident{ID: "i", Reports: []event.Report{{Item: "aaaaaaaa"}}, Change: event.Change{Kind: event.ChangeNew}}, 4)
		r.Receiver, r.Group, r.Time = "desk", "{}", noon
		x.Incidents[0].Routes, x.Incidents[0].RoutedBy = []Route{r}, "alert.yaml"
		x.Incidents[0].Router.Begun, x.Incidents[0].Router.Done = true, 3
		if got := told(x); !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// Each route is told with its own group; those with one in a row share the line.
func TestRoutedIntoSeveralGroups(t *testing.T) {
	x := begin(t, NewSearch("aaaaaa", ""), item("aaaaaaaa", "wire", "", 0))
	x.Assess(relevant("aaaaaaaa"), 1)
	x.Incident(event.Incident{ID: "i", Reports: []event.Report{{Item: "aaaaaaaa"}}, Change: event.Change{Kind: event.ChangeNew}}, 4)
	x.Incidents[0].RoutedBy = "alert.yaml"
	for _, group := range []string{"{}:a", "{}:a", "{}/{b}:c"} {
		x.Incidents[0].Routes = append(x.Incidents[0].Routes, Route{Receiver: "desk", Group: group})
	}
	const line = "routed     to desk (no channel): nobody hears of it there: the receiver has no channel\n"
	want := line + line + "           group {}:a, by alert.yaml\n" + line + "           group {}/{b}:c, by alert.yaml"
	if got := told(x); !strings.Contains(got, want) {
		t.Errorf("no\n%s\nin\n%s", want, got)
	}
}

func TestRoutedNowhere(t *testing.T) {
	x := begin(t, NewSearch("aaaaaa", ""), item("aaaaaaaa", "wire", "", 0))
	x.Assess(relevant("aaaaaaaa"), 1)
	x.Incident(event.Incident{ID: "i", Reports: []event.Report{{Item: "aaaaaaaa"}}, Change: event.Change{Kind: event.ChangeReworded}}, 4)
	x.Incidents[0].RoutedBy = "alert.yaml"
	if got, want := told(x), `routed     nowhere: no route of alert.yaml asks for a change of the kind "reworded"`; !strings.Contains(got, want) {
		t.Errorf("no %q in\n%s", want, got)
	}
}

func TestFind(t *testing.T) {
	for wanted, found := range map[string]bool{"aaaaaaaa": true, "aaaaaa": true, "aaaaa": false, "": false, "bbbbbb": false} {
		s := NewSearch(wanted, "")
		s.Item(item("aaaaaaaa", "wire", "https://example.org/1", 0), 1)
		if x, err := s.Trail(); err != nil || (x != nil) != found {
			t.Errorf("%q finds %v, %v, want %t", wanted, x, err, found)
		}
	}
	for link, found := range map[string]bool{"https://example.org/1": true, "http://www.example.org/1/": true, "https://example.org/10": false, "": false} {
		s := NewSearch("x", link)
		s.Item(item("aaaaaaaa", "wire", "https://example.org/1", 0), 1)
		s.Item(item("bbbbbbbb", "wire", "", 0), 2)
		if x, err := s.One(); err != nil || (x != nil) != found {
			t.Errorf("%q finds %v, %v, want %t", link, x, err, found)
		}
	}
}

// Nobody's word may land on the item of another: what means several is refused
// and lists them.
func TestAmbiguous(t *testing.T) {
	first, second := item("aaaaaa11", "wire", "https://example.org/1", 0), item("aaaaaa12", "daily", "https://example.org/1", 0)
	for _, c := range []struct {
		wanted, link string
		trail, one   string // the errors, "" for none
	}{
		{"aaaaaa", "", "the ids of 2 items begin with aaaaaa; give more of the one that is meant\n  aaaaaa11  feed wire: \"Clash in Osh\"\n  aaaaaa12  feed daily: ", "the ids of 2 items"},
		{"aaaaaa1", "", "the ids of 2 items", "the ids of 2 items"},
		{"aaaaaa11", "", "", ""},
		{"example.org/1", "https://example.org/1", "", "2 items have the link example.org/1; give the id of the one that is meant\n  aaaaaa11  feed wire"},
	} {
		s := NewSearch(c.wanted, c.link)
		s.Item(first, 1)
		s.Item(second, 2)
		s.Item(first, 3)
		x, err := s.Trail()
		_, one := s.One()
		for want, err := range map[string]error{c.trail: err, c.one: one} {
			if (want == "") != (err == nil) || err != nil && !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%s: %v, want %q", c.wanted, err, want)
			}
		}
		if c.trail == "" && (len(x.Items) != 2 || x.Classifier.Sequence != 3) {
			t.Errorf("%s: %+v", c.wanted, x)
		}
	}
	many := &Ambiguous{Wanted: "x", Items: make([]event.Item, 25)}
	if !strings.HasSuffix(many.Error(), "\n  and 5 more") {
		t.Errorf("a long list: %v", many)
	}
}

// Items with the link of one that was found by its id are told, earlier ones
// as well, each once.
func TestElsewhere(t *testing.T) {
	x := begin(t, NewSearch("bbbbbbbb", ""), item("bbbbbbbb", "daily", "https://example.org/1", 0))
	for _, other := range []event.Item{item("aaaaaaaa", "wire", "https://example.org/1", 0), item("aaaaaaaa", "wire", "https://example.org/1", 1), item("bbbbbbbb", "daily", "https://example.org/1", 0), item("c", "wire", "", 0)} {
		x.Other(other)
	}
	if len(x.Elsewhere) != 1 || !strings.Contains(told(x), "also in    feed wire, as item aaaaaaaa") {
		t.Errorf("elsewhere %+v", x.Elsewhere)
	}
}
