package region

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"faultline/pkg/config"
	"faultline/pkg/event"
)

// The order of the file must not decide which region comes first, but for
// regions of one size.
func TestSizeDecidesNotTheFile(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(strings.TrimPrefix(valley, "regions:\n"), "\n"), "\n")
	osh := &event.Place{Name: "Osh", Country: "KG", Admin1: "08"}
	for range lines {
		lines = append(lines[1:], lines[0])
		set, err := Load(dirOf("regions:\n"+strings.Join(lines, "\n")+"\n"), someCountries{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(set.Of(nil, osh), " "); got != "south valley kyrgyzstan" {
			t.Errorf("in the order\n%s\ngot %s", strings.Join(lines, "\n"), got)
		}
	}
	set, err := Load(dirOf("regions:\n  - {id: b, title: B, admin1: [KG.08]}\n  - {id: a, title: A, admin1: [KG.08]}\n"), someCountries{})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(set.Of(nil, osh), " "); got != "b a" {
		t.Errorf("regions of one size: got %s, want the order of the file", got)
	}
}

func TestNoRegionTwice(t *testing.T) {
	set, err := Load(dirOf("regions:\n  - {id: a, title: A, countries: [KG], admin1: [KG.08], places: [Osh]}\n"), someCountries{})
	if err != nil {
		t.Fatal(err)
	}
	osh := event.Place{Evidence: event.Evidence{Field: event.FieldTitle}, Name: "Osh", Country: "KG", Admin1: "08", Confidence: titleConfidence}
	if got := set.Of([]event.Place{osh, osh}, &osh); !slices.Equal(got, []string{"a"}) {
		t.Errorf("got %v", got)
	}
}

func TestEmptyFileIsASetOfNothing(t *testing.T) {
	for _, text := range []string{"", "regions: []\n", "# none yet\n"} {
		set, err := Load(dirOf(text), someCountries{})
		if err != nil || len(set.All()) != 0 || len(set.Of(nil, &event.Place{Country: "KG"})) != 0 {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// What All returns is the caller's own.
func TestAllIsACopyAndOfIsConcurrent(t *testing.T) {
	set, err := Load(dirOf(valley), someCountries{})
	if err != nil {
		t.Fatal(err)
	}
	set.All()[0].ID = "spoilt"
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 100 {
				if got := set.Of(nil, &event.Place{Country: "KG"}); !slices.Equal(got, []string{"kyrgyzstan"}) {
					t.Errorf("got %v", got)
				}
			}
		})
	}
	group.Wait()
}

func TestFaultPositionsAreExact(t *testing.T) {
	for text, want := range map[string]string{
		"regions:\n  - id: a\n    title: A\n    admin1:\n      - KG.08\n      - KG.8\n": `desk/regions.yaml:6:9: there is no first-level area "KG.8"; write country and GeoNames code, as in KG.08`,
		"regions:\n  - id: a\n    title: A\n    countries: [kg]\n":                      `desk/regions.yaml:4:17: there is no country "kg"; write the two letters of ISO 3166-1, as in KG`,
		"regions:\n  - id: unplaced\n    title: A\n    places: [x]\n":                   `desk/regions.yaml:2:9: "unplaced" is the name for stories without a region; choose another id`,
		"regions:\n  - id: a\n    title: A\n    places: [x, y, x]\n":                    `desk/regions.yaml:4:20: "x" is listed twice; remove one of the two`,
	} {
		_, err := Load(dirOf(text), someCountries{})
		var faults config.Errors
		if !errors.As(err, &faults) || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
