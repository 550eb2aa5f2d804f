package classifier

import (
	"slices"
	"strings"
	"testing"

	"faultline/pkg/event"
)

// Places decides what Assess decides, and says why each region has the story.
func TestPlacesIsAssess(t *testing.T) {
	set := shipped(t)
	for _, c := range []struct{ title, text, regions, why string }{
		{"Clashes in Jalalabad near Osh", "Police closed roads.", "kyrgyzstan-south ferghana-valley kyrgyzstan central-asia", "holds Jalal-Abad"},
		{"Clashes in Osh spread to Andijan", "Police closed roads.", "kyrgyzstan-south ferghana-valley kyrgyzstan central-asia uzbekistan", "holds Andijan, which the title names"},
		{"Bread is dear", "A plain text.", "unplaced", "no place stands out"},
		{"Clashes in Montevideo", "Police closed roads.", "unplaced", "no region of regions.yaml holds Montevideo"},
	} {
		item := event.Item{Title: c.title, Text: c.text, Language: "en"}
		x, a := set.Places(item), set.Assess(item)
		var ids, reasons []string
		for _, r := range x.Regions {
			ids, reasons = append(ids, r.ID), append(reasons, r.Why)
		}
		if got := strings.Join(ids, " "); got != c.regions || !strings.Contains(strings.Join(reasons, "; "), c.why) {
			t.Errorf("%s: %s (%s), want %s (%s)", c.title, got, strings.Join(reasons, "; "), c.regions, c.why)
		}
		if (x.Main == nil) != (a.Main == nil) || x.Main != nil && *x.Main != *a.Main {
			t.Errorf("%s: explained %v, assessed %v", c.title, x.Main, a.Main)
		}
		if len(a.Regions) > 0 && !slices.Equal(ids, a.Regions) {
			t.Errorf("%s: explained %v, assessed %v", c.title, ids, a.Regions)
		}
		if x.Language != "en" {
			t.Errorf("language %q", x.Language)
		}
	}
}

func TestPlacesUsesTheOutletsCountry(t *testing.T) {
	set := shipped(t)
	for country, want := range map[string]string{"KG": "KG", "AF": "AF"} {
		x := set.Places(event.Item{Title: "Shots in Jalalabad", Language: "en", Source: event.Source{Country: country}})
		if x.Main == nil || x.Main.Country != want {
			t.Errorf("an outlet of %s: %v", country, x.Main)
		}
	}
}
