package card

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/rivo/uniseg"

	"faultline/pkg/event"
)

func TestToll(t *testing.T) {
	exactly := func(n int) *event.Count { return &event.Count{Min: n, Max: n} }
	for want, c := range map[string]event.Casualties{
		"":                             {},
		"3 killed":                     {Killed: exactly(3)},
		"at least 3 killed":            {Killed: &event.Count{Min: 3}},
		"3 to 7 missing":               {Missing: &event.Count{Min: 3, Max: 7}},
		"1 killed, 2 injured":          {Injured: exactly(2), Killed: exactly(1)},
		"4 detained, 9000 displaced":   {Displaced: exactly(9000), Detained: exactly(4)},
		"at least 1 injured, 1 killed": {},
	} {
		if strings.HasPrefix(want, "at least 1 injured") {
			c.Injured, c.Killed = &event.Count{Min: 1}, exactly(1)
			want = "1 killed, at least 1 injured" // the dead come first
		}
		if got := Toll(c); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// rows are the lines of a card without its frame.
func rows(card string) string {
	var out []string
	for line := range strings.SplitSeq(card, "\n") {
		out = append(out, strings.TrimSpace(strings.TrimPrefix(line, "│")))
	}
	return strings.Join(out, "\n")
}

func TestTimes(t *testing.T) {
	at := time.Date(2026, 3, 2, 15, 30, 0, 0, time.FixedZone("KGT", 6*3600))
	for want, change := range map[string]func(*event.Incident){
		"published 2026-03-02 09:30:00Z, seen 2026-03-02 09:31:00Z, incident 1.5s later": func(*event.Incident) {},
		"published unknown (none), seen 2026-03-02 09:31:00Z, incident 1.5s later": func(i *event.Incident) {
			i.Reports[0].Times.Published, i.Reports[0].PublishedSource = time.Time{}, "none"
		},
		"published 2026-03-02 09:30:00Z, seen unknown":              func(i *event.Incident) { i.Reports[0].Times.Seen = time.Time{} },
		"published 2026-03-02 09:30:00Z, seen 2026-03-02 09:31:00Z": func(i *event.Incident) { i.Updated = at },
		"": func(i *event.Incident) { i.Reports = nil },
	} {
		i := &event.Incident{Updated: at.Add(time.Minute + 1500*time.Millisecond), Reports: []event.Report{
			{PublishedSource: event.PublishedFeed, Times: event.Times{Published: at, Seen: at.Add(time.Minute)}}}}
		change(i)
		if got := times(i); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPlaceRow(t *testing.T) {
	for want, i := range map[string]event.Incident{
		"unplaced":                       {Region: "central-asia"},
		"Osh, KG":                        {Place: &event.Place{Name: "Osh", Country: "KG"}},
		"Osh, KG · kyrgyzstan-south":     {Place: &event.Place{Name: "Osh", Country: "KG"}, Region: "kyrgyzstan-south"},
		"Kyrgyzstan, KG":                 {Place: &event.Place{Name: "Kyrgyzstan", Country: "KG"}, Region: "unplaced"},
		"Fergana Valley, KG · ferghana ": {Place: &event.Place{Name: "Fergana Valley", Country: "KG"}, Region: "ferghana "},
	} {
		if got := Place(&i); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestWhatNamesEachIndicatorOnce(t *testing.T) {
	finding := func(title string, a event.Assertion) event.Finding { return event.Finding{Title: title, Assertion: a} }
	i := &event.Incident{Reports: []event.Report{
		{Findings: []event.Finding{finding("Mutiny", event.Asserted), finding("Coup", event.Denied), finding("", event.Asserted)}},
		{Findings: []event.Finding{finding("Mutiny", event.Asserted), finding("Riot", event.Asserted)}},
	}}
	if got := strings.Join(few(What(i)), "; "); got != "Mutiny; Riot" {
		t.Errorf("got %q", got)
	}
	slot := func(text string) *event.Slot { return &event.Slot{Evidence: event.Evidence{Text: text}} }
	i.Reports[1].Findings[0].Slots = event.Slots{Actor: slot("soldiers"), Target: slot("the garrison")}
	i.Reports[1].Findings[1].Slots, i.Reports[1].Findings[1].Category = event.Slots{Target: slot("shops")}, "riot"
	if got := strings.Join(few(What(i)), "; "); got != "Mutiny (soldiers → the garrison); Riot (against shops)" {
		t.Errorf("got %q", got)
	}
	i.Reports[1].Findings[0].Slots = event.Slots{}
	for n := range 6 {
		i.Reports[0].Findings = append(i.Reports[0].Findings, finding(fmt.Sprint("T", n), event.Asserted))
	}
	if got := strings.Join(few(What(i)), "; "); got != "Mutiny; T0; T1; T2; T3; and 3 more" {
		t.Errorf("got %q", got)
	}
}

// What one report tells better, another one's lesser word for it does not tell again.
func TestWhatIsToldOnceOfAllReports(t *testing.T) {
	at := []event.Evidence{{Field: event.FieldTitle, End: 10}}
	finding := func(title string, severity event.Severity, points float64) event.Finding {
		return event.Finding{Indicator: title, Title: title, Category: "armed-attack", Severity: severity, Assertion: event.Asserted, Points: points, Evidence: at}
	}
	dead := finding("People killed", event.SeverityHigh, 30)
	dead.Category = "casualties"
	i := &event.Incident{Reports: []event.Report{
		{Findings: []event.Finding{finding("Attack", event.SeverityHigh, 50)}},
		{Findings: []event.Finding{finding("Attack", event.SeverityHigh, 50), finding("Assassination", event.SeverityCritical, 45), dead},
			Casualties: event.Casualties{Killed: &event.Count{Min: 1, Max: 1, Evidence: &at[0]}}},
	}}
	if got := strings.Join(What(i), "; "); got != "Assassination" {
		t.Errorf("got %q", got)
	}
	if got := Evidence(&i.Reports[1]); len(got) != 2 || got[0] != "+45.0  Assassination: “”, also +50.0 Attack" {
		t.Errorf("got %q", got)
	}
	i.Reports = []event.Report{
		{Findings: []event.Finding{finding("Attack", event.SeverityHigh, 50), finding("Clash", event.SeverityHigh, 45)}},
		{Findings: []event.Finding{finding("Attack", event.SeverityHigh, 25), finding("Clash", event.SeverityHigh, 45)}},
	}
	if got := strings.Join(What(i), "; "); got != "Attack" {
		t.Errorf("two that each tell the other one better: got %q", got)
	}
	i.Reports[0].Findings[1].Title = "Attack"
	if got := strings.Join(What(&event.Incident{Reports: i.Reports[:1]}), "; "); got != "Attack" {
		t.Errorf("two of one title: got %q", got)
	}
}

// The evidence is that of the report that brought the change, the weightiest
// first.
func TestEvidenceOrderAndBound(t *testing.T) {
	i := incident()
	i.Change.Report = 0
	i.Reports[0].Findings = nil
	for n, points := range []float64{1, -3, 20.5, 7, 7.2, 0, 3} {
		i.Reports[0].Findings = append(i.Reports[0].Findings, event.Finding{
			Indicator: fmt.Sprint("i", n), Points: points, Assertion: event.Asserted, Evidence: []event.Evidence{{Text: "w"}}})
	}
	text := rows(Render(i, Options{Width: 80}))
	last := -1
	for _, want := range []string{"evidence +20.5 i2: “w”", "+7.2 i4", "+7.0 i3", "+3.0 i6", "+1.0 i0", "and 2 more"} {
		at := strings.Index(text, want)
		if at <= last {
			t.Fatalf("%q is missing or out of order in\n%s", want, text)
		}
		last = at
	}
	if strings.Contains(text, "i1") || i.Reports[0].Findings[0].Indicator != "i0" {
		t.Errorf("the weightless are shown, or the incident was changed:\n%s", text)
	}
}

func TestSourcesSayHowManyAndHowSure(t *testing.T) {
	i := incident()
	text := rows(Render(i, Options{Width: 110}))
	for _, want := range []string{"sources  Wire (B) https://wire.example/1", "vesti, a copy https://vesti.example/2", "support  2 independent sources, credibility 2 (probably true), certainty Likely"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if strings.Contains(text, "against") {
		t.Errorf("somebody denies it in\n%s", text)
	}
}

// Who denies it, or took it back, is shown apart, however many tell it.
func TestSourcesSayWhoDeniesIt(t *testing.T) {
	i := incident()
	for range 6 {
		i.Reports = append(i.Reports, i.Reports[0])
	}
	denial := i.Reports[1]
	denial.Source.Feed, denial.Source.Owner, denial.CopyOf, denial.Denies = "police", "state: Kyrgyzstan", "", true
	i.Reports = append(i.Reports, denial)
	i.Reports[1].Denies, i.Reports[1].Withdrawn = true, true
	i.Corroboration.Denied = 1
	text := rows(Render(i, Options{Width: 90}))
	for _, want := range []string{"and 2 more", "against  vesti, a copy, taken back https://vesti.example/2", "police, state-controlled, denies it https://vesti.example/2", "2 independent sources, denied by 1 source"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

func TestSeverityHasItsColour(t *testing.T) {
	for severity, style := range map[event.Severity]string{
		event.SeverityCritical: red, event.SeverityHigh: red, event.SeverityModerate: amber, event.SeverityLow: green,
	} {
		i := incident()
		i.Severity, i.Exercise = severity, false
		first, _, _ := strings.Cut(Render(i, Options{Color: true, Width: 100}), "\n")
		if want := "\x1b[" + style + "m" + strings.ToUpper(string(severity)) + "  building-seizure, kidnapping\x1b[0m"; !strings.Contains(first, want) {
			t.Errorf("%s: %q is missing in %q", severity, want, first)
		}
	}
}

// Every text of an incident comes from a feed: none of it may reach the
// terminal as a command, or make the card longer than it should be.
func TestFault98HostileTextIsInert(t *testing.T) {
	evil := "x\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp\u2066\u061c\u2029\u200b\r\n\x00" + strings.Repeat("é👩‍👩‍👧‍👦", 200)
	i := incident()
	i.Headline, i.Place.Name, i.Region, i.Change.Reasons = evil, evil, evil, []string{evil, evil}
	i.Reports[1].Source.Title, i.Reports[1].URL = evil, evil
	i.Reports[1].Findings[1].Title, i.Reports[1].Findings[1].Indicator = evil, evil
	i.Reports[1].Findings[1].Evidence[0].Text = evil
	card := Render(i, Options{Width: 80})
	for _, r := range card {
		if r != '\n' && (unicode.IsControl(r) || r == 0x061C || r >= 0x2028 && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x200B) {
			t.Fatalf("%U is in the card", r)
		}
	}
	if n := strings.Count(card, "\n"); n > 60 {
		t.Errorf("the card has %d lines", n)
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"", 10, ""}, {"one", 10, "one"}, {"one two", 7, "one two"}, {"one two", 6, "one|two"}, {"  one   two  ", 20, "one two"},
		{"unbreakable a", 5, "unbreakable|a"}, {"a unbreakable", 5, "a|unbreakable"}, {"北京 北京", 8, "北京|北京"}, {"北京 北京", 9, "北京 北京"},
	} {
		if got := strings.Join(Wrap(c.text, c.width), "|"); got != c.want {
			t.Errorf("%q in %d columns: got %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestEveryWidthHolds(t *testing.T) {
	for width := 0; width <= 200; width += 20 {
		_, body, _ := strings.Cut(Render(incident(), Options{Width: width}), "\n") // the heading is one line
		for line := range strings.SplitSeq(body, "\n") {
			if w := uniseg.StringWidth(line); w > max(width, 40)+2 {
				t.Errorf("%d columns for %d: %s", w, width, line)
			}
		}
	}
}

func TestCount(t *testing.T) {
	for want, n := range map[string]int{"0 reports": 0, "1 report": 1, "2 reports": 2} {
		if got := Count(n, "report"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
