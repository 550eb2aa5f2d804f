package alert_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/sinktest"

	"github.com/rivo/uniseg"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "",
		"plain":                  "plain",
		"  a \t\n\r b  ":         "a b",
		"a\u2028b\u2029c":        "a b c",
		"a\u00a0b\u3000c":        "a b c",
		"a\x00b\x1bc\u0085d":     "abc d",
		"\u202Ea\u202Cb\u2066c":  "abc",
		"a\u200bb\u200dc\ufeff":  "abc",
		"\u00adsoft":             "soft",
		"\u3164\u2800x":          "x",
		"\xff\xfeok\xed\xa0\x80": "ok",
		"Бакиев уехал":           "Бакиев уехал",
		"é":                      "é",
	} {
		if got := alert.Clean(in, 100); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
	if got := alert.Clean("e"+strings.Repeat("\u0301", 900), 100); len(got) > 20 {
		t.Errorf("stacked marks pass: %d bytes", len(got))
	}
}

func TestCut(t *testing.T) {
	for _, tc := range []struct {
		in    string
		limit int
		want  string
	}{
		{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"a bcd", 3, "a…"}, {"жжжж", 4, "жжжж"}, {"жжжжж", 4, "жжж…"},
		{"🇰🇬🇰🇿🇺🇿", 3, "🇰🇬🇰🇿🇺🇿"}, {"🇰🇬🇰🇿🇺🇿🇹🇯", 3, "🇰🇬🇰🇿…"}, {"éééé", 3, "éé…"}, {"x", 1, "x"}, {"xy", 1, "…"},
	} {
		if got := alert.Cut(tc.in, tc.limit); got != tc.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", tc.in, tc.limit, got, tc.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("Governor \u202Ekidnapped", 10)
	f.Add("👩‍👩‍👧‍👦\r\n\x00", 1)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = 1 + limit&0xff
		got := alert.Clean(text, limit)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\r\n\x00\u202e") || uniseg.GraphemeClusterCount(got) > limit {
			t.Errorf("Clean(%q, %d) = %q", text, limit, got)
		}
		if again := alert.Clean(got, limit); again != got {
			t.Errorf("cleaning %q again gives %q", got, again)
		}
	})
}

func TestSafeURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://www.news.example/a?b=c&d=e#f": "https://www.news.example/a?b=c&d=e#f news.example",
		"http://h.example":                     "http://h.example h.example",
		"https://bank.example@evil.example/":   "https://evil.example/ evil.example",
		"https://u:p@h.example/":               "https://h.example/ h.example",
		`https://h.example/a?x=<b>"'|]()`:      "https://h.example/a?x=%3Cb%3E%22%27%7C%5D%28%29 h.example",
		"https://medium.example/@me/x":         "https://medium.example/%40me/x medium.example",
		"https://h.example/при вет":            "https://h.example/%D0%BF%D1%80%D0%B8%20%D0%B2%D0%B5%D1%82 h.example",
		"https://h.example/a?q=п":              "https://h.example/a?q=%D0%BF h.example",
		"javascript:alert(1)":                  " ",
		"data:text/html,x":                     " ",
		"//h.example/x":                        " ",
		"https:///x":                           " ",
		"/relative":                            " ",
		"https://h.example/\nx":                " ",
		"":                                     " ",
		"https://h.example/" + strings.Repeat("a", 3000): " ",
	} {
		address, host := alert.SafeURL(in)
		if got := address + " " + host; got != want {
			t.Errorf("SafeURL(%.60q) = %q, want %q", in, got, want)
		}
	}
}

func TestLabels(t *testing.T) {
	got := alert.Labels(sinktest.Incident())
	want := map[string]string{
		"alertname": "official-abducted", "incident": "0123456789abcdef0123456789abcdef", "region": "ferghana-valley", "country": "KG", "place": "Osh",
		"category": "kidnapping", "severity": "high", "certainty": "Possible", "language": "en", "change": "new",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	drill := sinktest.Incident()
	drill.Exercise, drill.Place, drill.Region = true, nil, "unplaced"
	got = alert.Labels(drill)
	if got["exercise"] != "true" || got["place"] != "unplaced" {
		t.Errorf("got %v", got)
	}
	drill.Place, drill.Country = &event.Place{Name: "Osh\u202e", Country: "KG"}, ""
	if got = alert.Labels(drill); got["place"] != "Osh" || got["country"] != "KG" {
		t.Errorf("got %v", got)
	}
}

func TestAnnotations(t *testing.T) {
	a, reports := alert.New(sinktest.Escalated()).Tell(func(string) bool { return false })
	for name, want := range map[string]string{
		"summary":    "Governor kidnapped as crowd storms offices in Osh",
		"what":       "An official is abducted or held hostage",
		"evidence":   "+60 official-abducted “Governor kidnapped”",
		"score":      "91",
		"place":      "Osh, KG · 40.528°N 72.799°E",
		"casualties": "1 killed, at least 60 injured",
		"sources":    "Example News (B)\nOther Wire (A)",
		"support":    "2 independent sources, credibility 2 (probably true), certainty Likely",
		"change":     "second independent source; severity up to critical",
		"links": "https://www.other.example/world/osh Other Wire (A), other.example\n" +
			"https://news.example.kg/osh?id=17&lang=en Example News (B), news.example.kg",
		"published": "2010-05-14T09:30:00Z",
		"times":     "published 14 May 09:30:00 · seen 09:30:10 · assessed 09:30:10 · incident 09:40:11 UTC",
		"exercise":  "",
	} {
		if got := a.Annotations[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if len(reports) != 2 || a.GeneratorURL != "https://www.other.example/world/osh" || a.Revision != 2 || !a.EndsAt.IsZero() {
		t.Errorf("reports %v, alert %+v", reports, a)
	}
	if !a.Times.Incident.Equal(sinktest.Escalated().Updated) || a.Times.Seen.IsZero() {
		t.Errorf("times %+v", a.Times)
	}
}

func TestAssertionsAreNamed(t *testing.T) {
	in := sinktest.Incident()
	in.Reports[0].Findings[1].Guard = "court"
	a := alert.New(in).Alert
	if got := a.Annotations["what"]; got != "An official is abducted or held hostage\nA government building is stormed\nhypothetical: Civil war" {
		t.Errorf("what is %q", got)
	}
	if got := a.Annotations["evidence"]; !strings.Contains(got, "“crowd storms offices” (guard: court)\n+4 civil-war “could slide into war” (hypothetical)") {
		t.Errorf("evidence is %q", got)
	}
}

// A message begins with that by which it is routed, and says why its severity is below what
// its score lets expect.
func TestLeadAndBound(t *testing.T) {
	in := sinktest.Incident()
	in.Indicator = "building-stormed"
	in.Reports[0].Capped = true
	a := alert.New(in).Alert
	if got := a.Annotations["what"]; got != "A government building is stormed\nAn official is abducted or held hostage\nhypothetical: Civil war" {
		t.Errorf("what is %q", got)
	}
	if got := a.Annotations["bound"]; got != "its gravest finding is high" {
		t.Errorf("bound is %q", got)
	}
	in.Reports[0].Denies = true
	if got := alert.New(in).Alert.Annotations["bound"]; got != "" {
		t.Errorf("a report that denies it bounds: %q", got)
	}
	in.Reports[0].Denies, in.Score = false, 90
	if got := alert.New(in).Alert.Annotations["bound"]; got != "" {
		t.Errorf("a report that gives less bounds: %q", got)
	}
}

// Who did it to whom and whose word it is stand beside what happened, cleaned.
func TestWhoDidIt(t *testing.T) {
	in := sinktest.Incident()
	f := &in.Reports[0].Findings[0]
	f.Slots = event.Slots{Actor: &event.Slot{Evidence: event.Evidence{Text: "gunmen\x07"}}, Target: &event.Slot{Evidence: event.Evidence{Text: "the\u202egovernor"}}}
	f.Attribution = &event.Attribution{Source: "official", Evidence: event.Evidence{Text: "police\nsaid"}}
	what := func() string {
		first, _, _ := strings.Cut(alert.New(in).Alert.Annotations["what"], "\n")
		return first
	}
	if got := what(); got != "An official is abducted or held hostage: gunmen → thegovernor (official: “police said”)" {
		t.Errorf("what is %q", got)
	}
	f.Attribution = &event.Attribution{Source: "hearsay", Evidence: event.Evidence{Text: "allegedly"}}
	if got := what(); got != "An official is abducted or held hostage: gunmen → thegovernor (“allegedly”)" {
		t.Errorf("what is %q", got)
	}
	f.Attribution, f.Slots = nil, event.Slots{Target: &event.Slot{Evidence: event.Evidence{Text: "governor"}}}
	if got := what(); got != "An official is abducted or held hostage: governor" {
		t.Errorf("what is %q", got)
	}
}

// Of what several indicators say of the same words an alert tells the one that says most, and
// names the others with the points that they gave. The dead are left to the toll.
func TestTheSameIsToldOnce(t *testing.T) {
	in := sinktest.Incident()
	at := func(start, end int) []event.Evidence {
		return []event.Evidence{{Field: event.FieldTitle, Start: start, End: end, Text: in.Reports[0].Title[start:end]}}
	}
	r := &in.Reports[0]
	r.Title = "Gunmen kidnap governor, two guards killed"
	codes := map[string]string{"acled": "Abduction/forced disappearance"}
	gunmen := &event.Slot{Kind: "armed-group", Evidence: event.Evidence{Field: event.FieldTitle, End: 6, Text: "Gunmen"}}
	r.Findings = []event.Finding{
		{Indicator: "abduction", Title: "People are abducted", Category: "kidnapping", Severity: event.SeverityHigh, Assertion: event.Asserted, Points: 50, Codes: codes, Evidence: at(0, 22), Slots: event.Slots{Actor: gunmen}},
		{Indicator: "official-abducted", Title: "An official is abducted or held hostage", Category: "kidnapping", Severity: event.SeverityCritical, Assertion: event.Asserted, Points: 60, Codes: codes, Evidence: at(7, 22)},
		{Indicator: "killed-number", Title: "People killed", Category: "casualties", Severity: event.SeverityHigh, Assertion: event.Asserted, Points: 30, Evidence: at(24, 41)},
	}
	r.Casualties = event.Casualties{Killed: &event.Count{Min: 2, Max: 2, Evidence: &at(24, 41)[0]}}
	a := alert.New(in).Alert.Annotations
	if got := a["what"]; got != "An official is abducted or held hostage: by Gunmen" {
		t.Errorf("what is %q", got)
	}
	if got := a["evidence"]; got != "+60 official-abducted “kidnap governor”, also +50 abduction\n+30 killed-number “two guards killed”" {
		t.Errorf("evidence is %q", got)
	}
	r.Findings = r.Findings[2:]
	if got := alert.New(in).Alert.Annotations["what"]; got != "People killed" {
		t.Errorf("with nothing but the dead, what is %q", got)
	}
}

// A region is named by its title; what is placed in none says so, and what has no place
// has said it.
func TestRegionInWords(t *testing.T) {
	in := sinktest.Incident()
	for _, c := range []struct {
		region, title, want string
		nowhere             bool
	}{
		{"ferghana-valley", "Ferghana\nValley", "Ferghana Valley", false}, {"ferghana-valley", "", "ferghana-valley", false},
		{alert.Unplaced, "", alert.Elsewhere, false}, {alert.Unplaced, "", "", true}, {"ferghana-valley", "Ferghana Valley", "Ferghana Valley", true},
	} {
		in.Region = c.region
		if c.nowhere {
			in.Place = nil
		}
		d := alert.New(in)
		d.Name(c.title)
		if got := d.Alert.Annotations["region"]; got != c.want || d.Alert.Labels["region"] != c.region {
			t.Errorf("%+v: %q, label %q", c, got, d.Alert.Labels["region"])
		}
		in.Place = sinktest.Incident().Place
	}
}

func TestLinkNamesItsOutlet(t *testing.T) {
	for outlet, want := range map[string]string{"": "https://news.example/a news.example", "Wire (B)": "https://news.example/a Wire (B), news.example", "News.Example": "https://news.example/a news.example"} {
		if got := alert.LinkTo("https://news.example/a", outlet); got != want {
			t.Errorf("%q: %q", outlet, got)
		}
	}
	if got := alert.LinkTo("javascript:alert(1)", "Wire"); got != "" {
		t.Errorf("%q", got)
	}
}

// The link of a report that another incident had before says which, in front of its host; not
// the name of its outlet, and not where it came back to the incident that it was in.
func TestLinkOfAMergedReportSaysWhereItWasTold(t *testing.T) {
	in := sinktest.Incident()
	in.ID = "0123456789abcdef"
	in.Reports = []event.Report{
		{Item: "a", URL: "https://www.a.example/1", Source: event.Source{Title: "A", Reliability: "B"}},
		{Item: "b", URL: "https://b.example/1", Source: event.Source{Title: "B"}, Denies: true, Before: "fedcba9876543210"},
		{Item: "c", URL: "https://c.example/1", Source: event.Source{Feed: "c"}, Before: "short"},
		{Item: "d", URL: "https://d.example/1", Source: event.Source{Feed: "d"}, Before: in.ID},
	}
	in.Change = event.Change{Kind: event.ChangeReport, Report: 1}
	d := alert.New(in)
	var got []string
	for _, l := range d.Links {
		got = append(got, l.Text)
	}
	want := []string{"B, denies it, told in incident fedcba9876, b.example", "d, d.example", "c, told in incident short, c.example", "A (B), a.example"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if d.Alert.Annotations["outlet"] != "B, denies it" || strings.Contains(d.Alert.Annotations["sources"], "told in") {
		t.Errorf("outlet %q, sources %q", d.Alert.Annotations["outlet"], d.Alert.Annotations["sources"])
	}
}

func TestSparseIncident(t *testing.T) {
	for _, in := range []event.Incident{
		{},
		{ID: "x", Category: "protest", Indicator: "march", Reports: []event.Report{{Source: event.Source{Feed: "f"}, Findings: []event.Finding{{Indicator: "march"}}}}, Change: event.Change{Report: 9}},
		{ID: "y", Place: &event.Place{Name: "Null"}, Change: event.Change{Report: -1, Kind: event.ChangeClosed}, Updated: time.Unix(100, 0), Exercise: true},
	} {
		a, _ := alert.New(in).Tell(func(string) bool { return false })
		for name, value := range a.Labels {
			if value == "" {
				t.Errorf("label %s is empty", name)
			}
		}
		for name, value := range a.Annotations {
			if value == "" {
				t.Errorf("annotation %s is empty", name)
			}
		}
		if in.Exercise && !strings.HasPrefix(a.Annotations["summary"], "EXERCISE: ") {
			t.Errorf("summary is %q", a.Annotations["summary"])
		}
		if headline := a.Annotations["headline"]; in.Exercise && headline != "" && !strings.HasPrefix(headline, "EXERCISE: ") {
			t.Errorf("headline is %q", headline)
		}
		if (in.Change.Kind == event.ChangeClosed) == a.EndsAt.IsZero() {
			t.Errorf("ends at %s", a.EndsAt)
		}
	}
}

func TestCasualties(t *testing.T) {
	in := sinktest.Incident()
	in.Casualties = event.Casualties{Killed: &event.Count{Min: 3, Max: 5}, Injured: &event.Count{}, Missing: &event.Count{Min: 24}, Detained: &event.Count{Min: 2, Max: 2}, Displaced: &event.Count{Min: 1000, Over: true}}
	want := "3 to 5 killed, 0 injured, at least 24 missing, 2 detained, more than 1000 displaced"
	if got := alert.New(in).Alert.Annotations["casualties"]; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestManyReports(t *testing.T) {
	in := sinktest.Incident()
	first := in.Reports[0]
	for i := range 60 {
		r := first
		r.Item, r.URL = fmt.Sprintf("item%028d", i), fmt.Sprintf("https://h%d.example/x", i)
		r.Source.Title = fmt.Sprintf("Outlet %d", i)
		r.CopyOf = first.Item
		r.PublishedSource = event.PublishedFetched
		in.Reports = append(in.Reports, r)
	}
	in.Change.Report = 60
	a, reports := alert.New(in).Tell(func(string) bool { return false })
	if n := strings.Count(a.Annotations["links"], "\n") + 1; n != 10 || a.Annotations["more_links"] != "30" || len(reports) != 40 {
		t.Errorf("%d links, %s more, %d told", n, a.Annotations["more_links"], len(reports))
	}
	if !strings.HasSuffix(a.Annotations["sources"], "and 55 more") || !strings.Contains(a.Annotations["sources"], "Outlet 0 (B), copy") {
		t.Errorf("sources are %q", a.Annotations["sources"])
	}
	if !strings.HasPrefix(a.Annotations["times"], "published about ") {
		t.Errorf("times are %q", a.Annotations["times"])
	}
	again, reports := alert.New(in).Tell(func(string) bool { return true })
	if again.Annotations["links"] != "" || len(reports) != 0 {
		t.Errorf("old links are told again: %q", again.Annotations["links"])
	}
}

func TestSouthWest(t *testing.T) {
	in := sinktest.Incident()
	in.Place.Lat, in.Place.Lon = -12.5, -77.04
	if got := alert.New(in).Alert.Annotations["place"]; got != "Osh, KG · 12.500°S 77.040°W" {
		t.Errorf("got %q", got)
	}
}
