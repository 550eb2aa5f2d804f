package place

import (
	"math"
	"strings"
	"testing"

	"faultline/pkg/event"
)

func mainPlace(t *testing.T, cases [][3]string) {
	t.Helper()
	for _, c := range cases {
		if got := short(find(c[0], c[1], "").Main); got != c[2] {
			t.Errorf("%q, %q: main place %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

// What a country has abroad is where it acts, and says nothing where that is
// when nothing else does.
func TestStoryIsNotWherePlanesComeFrom(t *testing.T) {
	mainPlace(t, [][3]string{
		{"US planes hit the old quarter again", "", "unplaced"},
		{"US warplanes strike Iraq", "", "Iraq/IQ"},
		{"Turkey-backed fighters enter Idlib", "", "Idlib/SY.12"},
		{"Saudi-led coalition pulls out of Yemen's Aden", "", "Aden/YE.02"},
		{"ВВС США нанесли удар по складу", "", "unplaced"},
		{"Посольство США в Бишкеке закрыто", "", "Bishkek/KG.01"},
		{"Sudan army seizes power", "", "Sudan/SD"},
	})
}

// A name that places of several countries bear says nothing alone, and what else the
// text or the outlet says decides.
func TestStoryOfAnAmbiguousNameHasNoPlaceAlone(t *testing.T) {
	mainPlace(t, [][3]string{
		{"Clashes in the Libyan capital Tripoli", "", "Tripoli/LY.77"},
		{"Столкновения в ливийской столице Триполи", "", "Tripoli/LY.77"},
		{"اندلعت اشتباكات بالعاصمة الليبية طرابلس", "", "Tripoli/LY.77"},
		{"Clashes in the capital, Tripoli sources say", "", "unplaced"},
		{"Explosion in Jalalabad", "", "unplaced"},
		{"Celalabad'da patlama", "", "unplaced"},
		{"انفجار في جلال آباد", "", "unplaced"},
		{"Explosion in Valencia", "", "unplaced"},
		{"Explosion in León", "", "unplaced"},
		{"Explosión en Granada", "", "unplaced"}, // not the country, either
		{"Explosion in Grenada", "", "Grenada/GD"},
		{"Explosion in Barcelona", "", "Barcelona/ES.56"}, // Venezuela's is less known
		{"Explosion in Tripoli", "", "unplaced"},
		{"Explosion in San José", "", "unplaced"},
		{"Explosion in Hyderabad", "", "unplaced"},
		{"Explosion in Cordoba", "", "unplaced"},
		{"Explosion in Córdoba", "", "unplaced"},
		{"Взрыв в Триполи", "", "unplaced"},
		{"Explosion in Hyderabad", "Police in Sindh came.", "Hyderābād/PK.05"},
		{"Explosion in Tripoli", "Beirut sent soldiers.", "Tripoli/LB.09"},
		{"Explosion in London", "", "London/GB.ENG"}, // Ontario's is much smaller
		{"Explosion in Alexandria", "", "Alexandria/EG.06"},
		{"Explosion in Springfield", "", "Springfield/US.IL"}, // which one is open, but not the country
		{"Explosion in Athens", "", "Athens/GR.ESYE31"},
		{"Explosion in Jalalabad", "Soldiers came from Osh.", "Jalal-Abad/KG.03"},
		{"Explosion in Jalalabad", "Soldiers came from Bishkek.", "Jalal-Abad/KG.03"},
		{"Explosion in Jalalabad", "Kabul sent soldiers.", "Jalalabad/AF.18"},
		{"Kyrgyz soldiers enter Jalalabad", "", "Jalal-Abad/KG.03"},
		{"Explosion in Jalalabad, Afghanistan", "", "Jalalabad/AF.18"},
	})
	for outlet, want := range map[string]string{"KG": "Jalal-Abad/KG.03", "AF": "Jalalabad/AF.18", "FR": "unplaced"} {
		if got := short(find("Explosion in Jalalabad", "", outlet).Main); got != want {
			t.Errorf("in an outlet of %s: main place %s, want %s", outlet, got, want)
		}
	}
}

// Georgia is the American state beside its towns and its governor, and the country alone, beside
// its own towns and with what only countries have.
func TestStoryOfACountryAndAStateOfOneName(t *testing.T) {
	mainPlace(t, [][3]string{
		{"Police shoot two in Georgia", "Shops in Atlanta and Savannah shut.", "Atlanta/US.GA"},
		{"Georgia protesters clash with police in Atlanta", "", "Atlanta/US.GA"},
		{"Georgia Gov. Kemp orders a curfew", "", "Georgia/US.GA"},
		{"Georgia's governor orders a curfew", "", "Georgia/US.GA"},
		{"Protests in Georgia", "", "Georgia/GE"},
		{"Protests in Georgia", "Crowds filled Tbilisi and Batumi.", "Tbilisi/GE.51"},
		{"Russian troops enter Georgia", "They came from South Ossetia.", "South Ossetia/GE.73"},
		{"Georgia's parliament votes", "Protesters met in Atlanta, too.", "Georgia/GE"},
	})
}

func TestStoryPrefersWhatStandsOut(t *testing.T) {
	mainPlace(t, [][3]string{
		{"Shots in Osh", "In Bishkek the government met.", "Osh/KG.08"},                                       // the title before the lead
		{"", "Shots fell in Osh. The government met in Bishkek.", "Osh/KG.08"},                                // the lead before what follows
		{"", "Kyrgyzstan mourns. Shots fell in Osh.", "Osh/KG.08"},                                            // a town before its country
		{"", "Osh Region is shut after shots fell in Osh.", "Osh/KG.08"},                                      // and before its region
		{"", "Kyrgyzstan mourns.", "Kyrgyzstan/KG"},                                                           // the country if there is nothing else
		{"Unrest in Kyrgyzstan", "He spoke. He ate. He slept. He rose. He saw Osh once.", "Kyrgyzstan/KG"},    // not what is mentioned in passing
		{"", "Russia, China and Iran met in Osh.", "Osh/KG.08"},                                               // the place of three countries' talks
		{"Tajikistan: Khorog shut", "Afghanistan, Pakistan and China watch Tajikistan.", "Khorog/TJ.01"},      // not the most countries
		{"", "Ministers met in Osh; Osh again; Osh. In Naryn snow fell.", "Osh/KG.08"},                        // repeated
		{"Bishkek, Kyrgyzstan", "", "Bishkek/KG.01"},                                                          // the outer place adds nothing
		{"Clashes in Jalalabad", "Kyrgyz soldiers came. Kyrgyz police came from Osh.", "Jalal-Abad/KG.03"},    // its people say which
		{"Взрыв в Ташкенте", "Президент Узбекистана прибыл в Самарканд.", "Tashkent/UZ.13"},                   // in Russian
		{"Events in Central Asia", "Shots fell in Osh.", "Osh/KG.08"},                                         // an area of many countries has none
		{"", "The Kyrgyz parliament fell. He ate. He slept. He rose. He saw Minsk.", "Kyrgyzstan/KG"},         // a people in the lead
		{"", "He ate. He slept. He rose. He saw Minsk. Kyrgyz songs. Kazakh songs. Uzbek songs.", "unplaced"}, // nothing in the lead
	})
}

func TestDatelines(t *testing.T) {
	mainPlace(t, [][3]string{
		{"", "BISHKEK (Agency) - Shots fell in Osh.", "Osh/KG.08"},
		{"", "BISHKEK — Shots fell in Osh.", "Osh/KG.08"},
		{"", "BISHKEK: Shots fell in Osh.", "Osh/KG.08"},
		{"", "GHAZNI, Afghanistan, Feb. 3 (Xinhua) -- Shots fell in Herat.", "Herat/AF.11"},
		{"Shots (Osh) - three hurt", "", "Osh/KG.08"},
		{"", "BISHKEK – Shots fell in Osh.", "Osh/KG.08"},
		{"", "Bishkek, Kyrgyzstan (Agency) -- Shots fell in Batken.", "Batken/KG.09"},
		{"", "МОСКВА, 5 мая. /Агентство/. В Грозном взрыв.", "Grozny/RU.12"},
		{"", "МОСКВА /Агентство/. В Грозном взрыв.", "Grozny/RU.12"},
		{"", "МОСКВА. В Грозном взрыв.", "Moscow/RU.48"}, // no agency follows
		{"", "Bishkek fell silent - Osh did not.", "Osh/KG.08"},
		{"", "BISHKEK; in Osh shots fell (again).", "Osh/KG.08"},
		{"", "Shots fell.\nBISHKEK (Agency) - Osh is shut.", "Bishkek/KG.01"},
	})
}

// The main place is one of the mentions, no surer than that one is, but for a
// country that only its people stand for.
func TestMainPlaceIsAMention(t *testing.T) {
	for _, c := range [][2]string{
		{"Shots in Osh", "In Bishkek the government met. Osh is in Kyrgyzstan."},
		{"", report},
		{"", "Fire broke out in Paris, Texas. The mayor of Paris was in Dallas."},
		{"Взрыв в Ташкенте", "Президент Узбекистана прибыл в Самарканд."},
	} {
		r := find(c[0], c[1], "")
		if r.Main == nil {
			t.Fatalf("%q: no main place", c)
		}
		found := false
		for _, m := range r.Mentions {
			if m.Evidence == r.Main.Evidence {
				found = m.GeonameID == r.Main.GeonameID && r.Main.Confidence <= m.Confidence
			}
		}
		if !found {
			t.Errorf("%q: %+v is none of %s", c, r.Main, render(r.Mentions))
		}
	}
	p := find("Kyrgyz opposition storms parliament", "", "").Main
	if p == nil || p.Confidence != .3 || p.Text != "Kyrgyz" || p.Field != event.FieldTitle || p.GeonameID == 0 {
		t.Errorf("a people's country: %+v", p)
	}
}

func TestConfidenceIsAShareInHundredths(t *testing.T) {
	for _, text := range []string{report, strings.Repeat("Springfield, Paris and Kabul. ", 50), "В Оше, Ташкенте, Кабуле и Грозном.", "Georgia, Jordan and Chad."} {
		r := find("Shots in Osh", text, "KG")
		for _, p := range append(r.Mentions, *r.Main) {
			if p.Confidence <= 0 || p.Confidence > 1 || math.Abs(p.Confidence*100-math.Round(p.Confidence*100)) > 1e-9 {
				t.Errorf("%s: confidence %v", p.Name, p.Confidence)
			}
			if math.Abs(p.Lat) > 90 || math.Abs(p.Lon) > 180 || p.Name == "" {
				t.Errorf("%+v is nowhere", p)
			}
		}
	}
}

// Mentions are in order of position, the title's first, and do not overlap.
func TestMentionsAreInOrder(t *testing.T) {
	title := "Osh, Bishkek and New York"
	r := find(title, report, "")
	last, field := 0, event.FieldTitle
	for _, p := range r.Mentions {
		if p.Field != field {
			last, field = 0, p.Field
		}
		if field == event.FieldTitle && p.Field == event.FieldText || p.Start < last {
			t.Errorf("%s at %d of the %s comes too late", p.Name, p.Start, p.Field)
		}
		last = p.End
	}
	if len(r.Mentions) < 10 || r.Mentions[2].Name != "New York" || r.Mentions[3].Field != event.FieldText {
		t.Errorf("got %s", render(r.Mentions))
	}
}

func TestOutletBreaksTies(t *testing.T) {
	const text = "The night was quiet in %."
	for _, c := range []struct{ name, outlet, want string }{
		{"Birmingham", "", "Birmingham/GB.ENG"}, {"Birmingham", "US", "Birmingham/US.AL"},
		{"Cambridge", "", "Cambridge/GB.ENG"}, {"Cambridge", "US", "Cambridge/US.MA"},
		{"Paris", "US", "Paris/FR.11"}, // an outlet's country is a hint, no proof
		{"Bishkek", "US", "Bishkek/KG.01"},
	} {
		if got := render(find("", strings.Replace(text, "%", c.name, 1), c.outlet).Mentions); got != c.want {
			t.Errorf("%s in an outlet of %q: %s, want %s", c.name, c.outlet, got, c.want)
		}
	}
}

// TestEveryOuterCountry puts every country behind a town that it has, so that
// none of their names hides the town or is read as part of it.
func TestEveryOuterCountry(t *testing.T) {
	g, _ := shipped()
	capitals := map[uint16]int{}
	for i := range g.sites {
		if nation := g.areas[g.sites[i].area].nation; g.sites[i].kind == capital && nation != 0 {
			capitals[nation] = i
		}
	}
	tried, wrong := 0, 0
	for nation, at := range capitals {
		home := g.national[nation]
		if home < 0 || g.name(home) == g.name(at) {
			continue
		}
		tried++
		text := "He lives in " + g.name(at) + ", " + g.name(home) + ", with his family."
		got := find("", text, "").Mentions
		if len(got) != 2 || got[0].GeonameID != int(g.sites[at].id) || got[1].Country != got[0].Country {
			wrong++
			t.Logf("%s: found %s", text, render(got))
		}
	}
	if tried < 180 || wrong*33 > tried {
		t.Errorf("%d of %d capitals with their countries went wrong, want 3 %% at most", wrong, tried)
	}
}

// A film and a person of a town's name are no places, and what only says whose side somebody
// is on, or whose planes come, brings no region in: its confidence is below that.
func TestHeroesPeopleAndSides(t *testing.T) {
	mentions(t, [][2]string{
		{"Batman film opens", ""},
		{"A bomb killed two policemen in Batman.", "Batman/TR.76"},
		{"A van hit Mary", ""},
		{"Police clashed with protesters in Mary.", "Mary/TM.05"},
		{"A storm hit Atlanta", "Atlanta/US.GA"},
		{"The Berlin film festival opened", "Berlin/DE.16"},
	})
	for _, c := range []struct {
		title string
		below bool
	}{{"Turkey-backed rebels shell Idlib", true}, {"US planes bomb Idlib", true}, {"Turkey shells Idlib", false}} {
		if got := find(c.title, "", "").Mentions[0].Confidence; got < 0.6 != c.below {
			t.Errorf("%q: confidence %v", c.title, got)
		}
	}
}
