package place

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"faultline/services/classifier/internal/token"
)

// explain explains a text of an outlet that has no country.
func explain(t *testing.T, title, text string) Explanation {
	t.Helper()
	g, lexicon := shipped()
	doc := &token.Document{}
	lexicon.Read(doc, title, text)
	return g.Explain(doc, Context{})
}

// named returns the decision on the first occurrence of a name.
func named(t *testing.T, x Explanation, text string) Name {
	t.Helper()
	i := slices.IndexFunc(x.Names, func(n Name) bool { return n.Text == text })
	if i < 0 {
		t.Fatalf("no decision on %q", text)
	}
	return x.Names[i]
}

func why(list []Reason) string {
	var parts []string
	for _, r := range list {
		parts = append(parts, r.Why)
	}
	return strings.Join(parts, "; ")
}

// The explanation decides what Find decides, whatever the text.
func TestExplainIsFind(t *testing.T) {
	g, lexicon := shipped()
	for _, text := range []string{report, strings.Repeat(report, 3), "", "Nice. Mary. Georgia and Jordan; Paris, Texas.", "В Оше и Баткенской области."} {
		doc := &token.Document{}
		lexicon.Read(doc, "Crowd storms office in Jalal-Abad", text)
		found, x := g.Find(doc, Context{}), g.Explain(doc, Context{})
		var places []string
		for _, n := range x.Names {
			if n.Place != nil {
				places = append(places, n.Place.Name)
			}
		}
		var want []string
		for _, m := range found.Mentions {
			want = append(want, m.Name)
		}
		if !slices.Equal(places, want) || (x.Main == nil) != (found.Main == nil) || x.Main != nil && *x.Main != *found.Main {
			t.Errorf("explained %v with main place %v, found %v with %v", places, x.Main, want, found.Main)
		}
		if again := g.Find(doc, Context{}); len(again.Mentions) != len(found.Mentions) {
			t.Errorf("after an explanation: %d places, before: %d", len(again.Mentions), len(found.Mentions))
		}
	}
}

// The reasons of a mention add up to the decision, the shares of the senses to
// one, and the first sense is the one that was taken.
func TestReasonsAddUp(t *testing.T) {
	x := explain(t, "Crowd storms office in Jalal-Abad", report)
	if len(x.Names) < 20 {
		t.Fatalf("only %d names", len(x.Names))
	}
	for _, n := range x.Names {
		if n.Place == nil {
			continue
		}
		var shares float64
		for _, s := range n.Senses {
			shares += s.Share
		}
		if math.Abs(shares-1) > 0.06 || n.Senses[0].GeonameID != n.Place.GeonameID {
			t.Errorf("%s is %s: shares %.2f, first sense %s", n.Text, n.Place.Name, shares, n.Senses[0].Name)
		}
		if n.Text == "Bishkek" && !strings.Contains(why(n.Senses[0].Reasons), "a capital; its usual name") {
			t.Errorf("Bishkek: %s", why(n.Senses[0].Reasons))
		}
	}
}

func TestLeftOut(t *testing.T) {
	x := explain(t, "", "He met Michael Jordan. The Russian envoy left. Nice words were said to the University of Oxford. Mr. Houston sat.")
	for text, want := range map[string]string{
		"Jordan":  "a person",
		"Russian": "a people, or what belongs to a country: no mention of the place",
		"Nice":    "also an everyday word or a given name",
		"Oxford":  "an organisation of that place",
		"Houston": "a person",
	} {
		if n := named(t, x, text); n.LeftOut != want || n.Place != nil || n.Worth != 0 {
			t.Errorf("%s: %q, place %v, worth %v; want %q", text, n.LeftOut, n.Place, n.Worth, want)
		}
	}
	if x.Main != nil || len(x.Countries) > 1 {
		t.Errorf("main place %v, countries %v", x.Main, x.Countries)
	}
}

// What speaks for a sense of an ambiguous name is told: its neighbour, the other
// names of the country, the places nearby.
func TestReasonsOfSenses(t *testing.T) {
	for _, c := range []struct{ text, name, place, reason string }{
		{"Shots in Jalalabad, Afghanistan.", "Jalalabad", "AF", "the name beside it"},
		{"Shots in Jalalabad. Kabul and Kunar are quiet, said Afghanistan.", "Jalalabad", "AF", "names of that country"},
		{"Shots in Jalalabad. Osh and Uzgen are quiet.", "Jalalabad", "KG", "places nearby"},
		{"The Karaganda oblast is quiet.", "Karaganda", "KZ", "a word for regions behind it"},
		{"Washington condemned it.", "Washington", "US", "speaks as governments do"},
	} {
		n := named(t, explain(t, "", c.text), c.name)
		if n.Place == nil || n.Place.Country != c.place || !strings.Contains(why(n.Senses[0].Reasons), c.reason) {
			t.Errorf("%s: %+v, reasons %s", c.text, n.Place, why(n.Senses[0].Reasons))
		}
	}
}

func TestStoryIsExplained(t *testing.T) {
	x := explain(t, "Crowd in Osh", "BISHKEK (Agency) - Hundreds met.\nA second sentence. Talas is quiet. So is Naryn.")
	if x.Main == nil || x.Main.Name != "Osh" || x.Countries[0].Why != "Kyrgyzstan" || x.Sites[0].Why != "Osh" {
		t.Fatalf("main place %v, countries %v, places %v", x.Main, x.Countries, x.Sites)
	}
	for text, want := range map[string]string{"Osh": "title", "BISHKEK": "dateline", "Naryn": "body"} {
		if n := named(t, x, text); n.Position != want {
			t.Errorf("%s stands in the %s, want %s", text, n.Position, want)
		}
	}
	if last := len(x.Sites) - 1; last < 2 || x.Sites[last].Weight > x.Sites[0].Weight {
		t.Errorf("places %v", x.Sites)
	}
}

// Lists are lists in JSON, and empty ones too.
func TestExplanationAsJSON(t *testing.T) {
	data, err := json.Marshal(explain(t, "", "Nothing here."))
	if err != nil || string(data) != `{"names":[],"countries":[],"sites":[]}` {
		t.Errorf("%s, %v", data, err)
	}
	data, err = json.Marshal(explain(t, "", "Quiet in Osh."))
	for _, want := range []string{`"field":"text"`, `"text":"Osh"`, `"mention":[{"why":`, `"senses":[{"geoname_id":1527534`, `"kind":"seat of a region"`} {
		if err != nil || !strings.Contains(string(data), want) {
			t.Errorf("no %s in %s (%v)", want, data, err)
		}
	}
}

func TestHyphenBetweenTwoPlaces(t *testing.T) {
	for text, want := range map[string]string{
		"A blast shut the Bishkek-Naryn highway.":      "Bishkek/KG.01, Naryn/KG.04",
		"Talks on the Kazakhstan-China pipeline.":      "Kazakhstan/KZ, China/CN",
		"The road Osh–Batken is shut.":                 "Osh/KG.08, Batken/KG.09",
		"Clashes in Kyzyl-Kiya.":                       "Kyzyl-Kiya/KG.09",
		"The Sidney-Paris family won.":                 "",
		"Трасса Бишкек-Ош закрыта.":                    "Bishkek/KG.01, Osh/KG.08",
		"The Russian-Kazakh border is shut near Oral.": "Oral/KZ.07",
	} {
		if got := render(find("", text, "").Mentions); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// A name's own reading is no evidence for that reading, and a country that is
// named is weak evidence for its small towns.
func TestNamesDoNotSpeakForThemselves(t *testing.T) {
	for text, want := range map[string]string{
		"Storms hit Ohio and Columbus. Dublin lies near Westerville.":        "Ohio/US.OH, Columbus/US.OH, Dublin/US.OH, Westerville/US.OH",
		"London is quiet, the United States said.":                           "London/GB.ENG, United States/US",
		"Rome and Paris are quiet, America said. So are Chicago and Boston.": "Rome/IT.07, Paris/FR.11, United States/US, Chicago/US.IL, Boston/US.MA",
	} {
		if got := render(find("", text, "").Mentions); got != want {
			t.Errorf("%s\n\tgot  %s\n\twant %s", text, got, want)
		}
	}
}

func TestCountiesSayWhatTheyAre(t *testing.T) {
	for text, want := range map[string]string{
		"Laurel County leads.":                        "Laurel County/US.KY",
		"The sheriff of Metcalfe County, Ky., spoke.": "Metcalfe County/US.KY, Kentucky/US.KY",
	} {
		if got := render(find("", text, "").Mentions); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
