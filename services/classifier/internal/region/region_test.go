package region

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/place"
	"faultline/services/classifier/internal/token"
)

// someCountries is a gazetteer with two countries, three areas and few names.
type someCountries struct{}

func (someCountries) Named(name string) bool {
	return slices.Contains([]string{"Fergana Valley", "Osh", "x", "y"}, name)
}

func (someCountries) Knows(country, admin1 string) bool {
	return slices.Contains([]string{"KG.", "KG.03", "KG.08", "UZ.", "UZ.01"}, country+"."+admin1)
}

func dirOf(text string) *config.Dir {
	return config.NewDir(config.Layer{Name: "desk", FS: fstest.MapFS{File: {Data: []byte(text)}}})
}

const valley = `regions:
  - {id: kyrgyzstan, title: Kyrgyzstan, countries: [KG]}
  - {id: uzbekistan, title: Uzbekistan, countries: [UZ]}
  - {id: south, title: The south, admin1: [KG.03, KG.08]}
  - {id: valley, title: The valley, admin1: [KG.03, KG.08, UZ.01], places: [Fergana Valley]}
`

func TestOf(t *testing.T) {
	set, err := Load(dirOf(valley), someCountries{})
	if err != nil {
		t.Fatal(err)
	}
	at := func(field, name, country, admin1 string, confidence float64) event.Place {
		return event.Place{Evidence: event.Evidence{Field: field}, Name: name, Country: country, Admin1: admin1, Confidence: confidence}
	}
	osh, bishkek := at("text", "Osh", "KG", "08", 1), at("text", "Bishkek", "KG", "01", 1)
	country, area := at("text", "Kyrgyzstan", "KG", "", 1), at("text", "Fergana Valley", "KG", "", 1)
	for _, c := range []struct {
		name   string
		places []event.Place
		main   *event.Place
		want   string
	}{
		{"smallest first", nil, &osh, "south valley kyrgyzstan"},
		{"outside the named areas", nil, &bishkek, "kyrgyzstan"},
		{"the country only", nil, &country, "kyrgyzstan"},
		{"an area by its name", nil, &area, "valley kyrgyzstan"},
		{"places of the text do not count", []event.Place{at("text", "Andijan", "UZ", "01", 1)}, &bishkek, "kyrgyzstan"},
		{"places of the title do", []event.Place{at("title", "Andijan", "UZ", "01", 1)}, &bishkek, "kyrgyzstan valley uzbekistan"},
		{"unless they are a guess", []event.Place{at("title", "Andijan", "UZ", "01", .57)}, &bishkek, "kyrgyzstan"},
		{"no main place, no region", []event.Place{at("title", "Osh", "KG", "08", 1)}, nil, ""},
		{"a place that nobody watches", nil, &event.Place{Name: "Paris", Country: "FR", Admin1: "11"}, ""},
		{"a place without a country", nil, &event.Place{Name: "Europe"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(set.Of(c.places, c.main), " "); got != c.want {
				t.Errorf("Of = %q, want %q", got, c.want)
			}
		})
	}
}

func TestTitleAndAll(t *testing.T) {
	set, err := Load(dirOf(valley), someCountries{})
	if err != nil {
		t.Fatal(err)
	}
	if got := set.Title("south"); got != "The south" {
		t.Errorf("Title(south) = %q", got)
	}
	if got := set.Title("elsewhere"); got != "elsewhere" {
		t.Errorf("Title of an unknown region = %q, want the id", got)
	}
	if all := set.All(); len(all) != 4 || all[0].ID != "kyrgyzstan" {
		t.Errorf("All = %v, want the four in the order of the file", all)
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", "regions:\n  - {id: a, title: A, country: [KG]}\n", "desk/regions.yaml:2:"},
		{"no id", "regions:\n  - title: A\n    countries: [KG]\n", "2:5: the region has no id; give it one"},
		{"bad id", "regions:\n  - id: A b\n    title: A\n    countries: [KG]\n", `2:9: region id "A b" has other characters; use small letters`},
		{"reserved id", "regions:\n  - {id: unplaced, title: A, countries: [KG]}\n", "choose another id"},
		{"same id", "regions:\n  - {id: a, title: A, countries: [KG]}\n  - {id: a, title: B, countries: [UZ]}\n", `3:10: region id "a" is used twice; give each`},
		{"no title", "regions:\n  - {id: a, countries: [KG]}\n", `region "a" has no title`},
		{"nothing in it", "regions:\n  - {id: a, title: A}\n", "holds nothing"},
		{"unknown country", "regions:\n  - {id: a, title: A, countries: [KG, KX]}\n", `2:39: there is no country "KX"; write the two letters`},
		{"unknown area", "regions:\n  - {id: a, title: A, admin1: [KG.99]}\n", `there is no first-level area "KG.99"`},
		{"country for an area", "regions:\n  - {id: a, title: A, admin1: [KG]}\n", `there is no first-level area "KG"`},
		{"unknown place", "regions:\n  - {id: a, title: A, places: [Osh, Osh Valey]}\n", `2:37: there is no place "Osh Valey"; write a name as faultline places shows it`},
		{"twice", "regions:\n  - {id: a, title: A, countries: [KG, KG]}\n", `"KG" is listed twice`},
		{"empty", "regions:\n  - {id: a, title: A, places: [\"\"]}\n", "the entry is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(dirOf(c.text), someCountries{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	_, err := Load(dirOf("regions:\n  - {id: a, countries: [XX]}\n  - {title: B, admin1: [YY.1]}\n"), someCountries{})
	var faults config.Errors
	if !errors.As(err, &faults) || len(faults) != 4 {
		t.Errorf("got %v, want four faults", err)
	}
}

func TestNoFile(t *testing.T) {
	_, err := Load(config.NewDir(config.Layer{Name: "desk", FS: fstest.MapFS{}}), someCountries{})
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want one that wraps fs.ErrNotExist", err)
	}
}

// TestShipped loads the shipped file with the real gazetteer, so that a code
// that GeoNames does not have cannot be shipped, and looks at some stories.
func TestShipped(t *testing.T) {
	gazetteer, err := place.Load()
	if err != nil {
		t.Fatal(err)
	}
	set, err := Load(config.NewDir(config.Layer{Name: "(shipped)", FS: deploy.Config()}), gazetteer)
	if err != nil {
		t.Fatal(err)
	}
	lexicon := token.NewLexicon(gazetteer.Vocabulary(), nil)
	for text, want := range map[string]string{
		"Protesters seized the governor's office in Osh.":           "kyrgyzstan-south ferghana-valley kyrgyzstan central-asia",
		"В Бишкеке прошёл митинг.":                                  "kyrgyzstan-north kyrgyzstan central-asia",
		"Shots were fired across the border in the Fergana Valley.": "ferghana-valley kyrgyzstan central-asia",
		"Gunmen killed three policemen in Grozny.":                  "north-caucasus russia caucasus",
		"A bomb went off in Quetta.":                                "balochistan pakistan",
		"Fighting was reported in Nagorno-Karabakh.":                "karabakh azerbaijan south-caucasus caucasus",
		"Police clashed with demonstrators in Urumqi.":              "xinjiang",
		"Soldiers were ambushed in Hakkari.":                        "turkey-east turkey",
		"The parliament met in Paris.":                              "",
		"Nothing is said of any place.":                             "",
	} {
		var doc token.Document
		lexicon.Read(&doc, "", text)
		found := gazetteer.Find(&doc, place.Context{})
		if got := strings.Join(set.Of(found.Mentions, found.Main), " "); got != want {
			t.Errorf("%s: regions %q, want %q", text, got, want)
		}
	}
}
