package card

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rivo/uniseg"

	"faultline/pkg/event"
)

var update = flag.Bool("update", false, "write the golden files")

func incident() *event.Incident {
	seen := time.Date(2026, 3, 2, 10, 0, 5, 0, time.UTC)
	return &event.Incident{
		ID: "0123abcd", Revision: 2, Change: event.Change{Kind: event.ChangeEscalated, Reasons: []string{"second independent source"}, Report: 1},
		Region: "kyrgyzstan-north", Country: "KG", Place: &event.Place{Name: "Naryn", Country: "KG"},
		Headline: "Gunmen seize regional administration in Naryn, governor taken hostage, in a very long headline that needs a second line",
		Category: "kidnapping", Categories: []string{"building-seizure", "kidnapping"}, Severity: event.SeverityCritical, Score: 88,
		Casualties: event.Casualties{Killed: &event.Count{Min: 1, Max: 1}, Injured: &event.Count{Min: 12}, Detained: &event.Count{Min: 3, Max: 5}},
		Reports: []event.Report{
			{Source: event.Source{Feed: "wire", Title: "Wire", Reliability: "B"}, URL: "https://wire.example/1",
				Findings: []event.Finding{{Indicator: "official-abducted", Title: "An official is abducted", Assertion: event.Asserted}}},
			{Source: event.Source{Feed: "vesti"}, URL: "https://vesti.example/2", CopyOf: "x", PublishedSource: event.PublishedClamped,
				Times: event.Times{Published: seen.Add(-5 * time.Second), Seen: seen},
				Findings: []event.Finding{
					{Indicator: "mutiny-denied", Assertion: event.Denied, Points: 0, Evidence: []event.Evidence{{Text: "no mutiny"}}},
					{Indicator: "building-seized", Title: "A building is seized", Assertion: event.Asserted, Points: 55, Evidence: []event.Evidence{{Text: "захватили здание"}, {Text: "администрации"}}},
				}},
		},
		Corroboration: event.Corroboration{Independent: 2, Credibility: 2, Certainty: "Likely"},
		Updated:       seen.Add(40 * time.Millisecond), Exercise: true,
	}
}

// A card begins with that by which the incident goes, and says what bounds its severity.
func TestLeadAndBound(t *testing.T) {
	i := incident()
	i.Indicator, i.Severity = "building-seized", event.SeverityHigh
	i.Reports[1].Severity, i.Reports[1].Score, i.Reports[1].Capped = event.SeverityHigh, i.Score, true
	got := Render(i, Options{Width: 100})
	if first, second := strings.Index(got, "A building is seized"), strings.Index(got, "An official is abducted"); first < 0 || second < first || !strings.Contains(got, "its gravest finding is high") {
		t.Errorf("%s", got)
	}
}

func TestRender(t *testing.T) {
	many := incident()
	many.Corroboration = event.Corroboration{Independent: 1, Credibility: 3, Certainty: "Possible"}
	many.Place, many.Exercise, many.Severity, many.Change.Report = nil, false, event.SeverityModerate, 9
	for range 6 {
		many.Reports = append(many.Reports, many.Reports[0])
	}
	for name, got := range map[string]string{
		"escalated.txt": Render(incident(), Options{Width: 80}),
		"many.txt":      Render(many, Options{Width: 60}),
		"color.txt":     Render(incident(), Options{Width: 80, Color: true}),
	} {
		path := "testdata/" + name
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestRenderStaysInItsWidth(t *testing.T) {
	for line := range strings.SplitSeq(Render(incident(), Options{Width: 80}), "\n") {
		if w := uniseg.StringWidth(line); w > 82 {
			t.Errorf("%d columns: %s", w, line)
		}
	}
}

func TestPlainDropsWhatPlaysWithTerminals(t *testing.T) {
	if got := Plain("a\x1b[31mb\u202ec\u200bd\r\ne\u2066f\uFEFF\x9b"); got != "a[31mbcd ef" {
		t.Errorf("got %q", got)
	}
}
