package faultline

import (
	"strings"
	"testing"

	"faultline/pkg/event"
	"faultline/services/classifier"
)

func decisions() *classifier.PlacesExplanation {
	osh := event.Place{Evidence: event.Evidence{Field: event.FieldTitle, Text: "Osh"}, Name: "Osh", Country: "KG", Admin1: "08", Confidence: 0.9}
	x := &classifier.PlacesExplanation{Language: "en", Regions: []classifier.RegionReason{{ID: "valley", Why: "holds Osh"}}}
	x.Main = &osh
	x.Countries = []classifier.PlaceReason{{Why: "Kyrgyzstan", Weight: 4}}
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		x.Sites = append(x.Sites, classifier.PlaceReason{Why: name, Weight: 1})
	}
	senses := []classifier.PlaceSense{{Name: "Osh", Country: "KG", Admin1: "08", Kind: "town", Share: 0.75, Reasons: []classifier.PlaceReason{{Why: "population", Weight: 7.25}, {Why: "nearby", Weight: -1}}}}
	for range 5 {
		senses = append(senses, classifier.PlaceSense{Name: "Elsewhere", Kind: "area", Share: 0.05})
	}
	x.Names = []classifier.PlaceName{
		{Evidence: event.Evidence{Field: event.FieldText, Text: "Nice\x1b[2J"}, LeftOut: "everyday", Mention: []classifier.PlaceReason{{Why: "small", Weight: -3}}},
		{Evidence: osh.Evidence, Place: &osh, Position: "title", Worth: 4, Senses: senses},
	}
	return x
}

// Places come first, what was left out after them, and nothing of a hostile
// text reaches the terminal.
func TestPlacesText(t *testing.T) {
	got := placesText(decisions(), false, 80)
	last := -1
	for _, want := range []string{
		"story  Osh (KG.08)  confidence 0.90\n", "places: a 1.00, b 1.00, c 1.00, d 1.00, e 1.00\n", "  region valley: holds Osh\n",
		"“Osh” in the title (title, worth 4.00) is Osh (KG.08)  confidence 0.90\n", " 75 %  Osh (KG.08), town\n", "+7.25 population, -1 nearby\n",
		"  5 %  Elsewhere, area\n", "and 2 less likely\n", "in the text is left out: everyday\n    -3 small\n",
	} {
		at := strings.Index(got, want)
		if at <= last {
			t.Fatalf("%q is missing or too early in\n%s", want, got)
		}
		last = at
	}
	if strings.ContainsRune(got, 0x1b) {
		t.Errorf("an escape sequence of the text: %q", got)
	}
}

func TestPlacesTextInColour(t *testing.T) {
	got := placesText(decisions(), true, 80)
	for _, want := range []string{"\x1b[1;33mOsh (KG.08)\x1b[0m", "\x1b[1;31meveryday\x1b[0m", "\x1b[32mOsh (KG.08)\x1b[0m"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
}

// Reasons are wrapped to the terminal, below the first.
func TestPlacesTextIsWrapped(t *testing.T) {
	x := decisions()
	for range 20 {
		x.Names[0].Mention = append(x.Names[0].Mention, classifier.PlaceReason{Why: "another reason", Weight: 1})
	}
	lines := 0
	for _, line := range strings.Split(placesText(x, false, 60), "\n") {
		if strings.Contains(line, "another reason") {
			lines++
			if len(line) > 61 || !strings.HasPrefix(line, "    ") {
				t.Errorf("line of %d bytes: %q", len(line), line)
			}
		}
	}
	if lines < 5 {
		t.Errorf("%d lines", lines)
	}
}

func TestPlacesTextWithoutPlace(t *testing.T) {
	x := &classifier.PlacesExplanation{Regions: []classifier.RegionReason{{ID: "unplaced", Why: "in doubt"}}}
	if got, want := placesText(x, false, 80), "story  unplaced\n  region unplaced: in doubt\n\nThe text has no name that the gazetteer knows.\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
