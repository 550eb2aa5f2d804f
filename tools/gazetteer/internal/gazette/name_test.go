package gazette

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"faultline/tools/gazetteer/internal/source"
)

// Names that are called twice keep what holds for both.
func TestCallJoinsFlags(t *testing.T) {
	for _, c := range []struct {
		first, second, want Flags
	}{
		{Primary, Made, Primary}, {Made, Primary, Primary}, {Made, Made, Made}, {0, Made, 0}, {Made, 0, 0},
		{Everyday, Given, Everyday | Given}, {Primary, Everyday, Primary | Everyday}, {Made | Everyday, Primary, Primary | Everyday},
	} {
		g := New()
		p := g.Add(Place{Name: "Osh"})
		g.Call(p, "Osh", c.first)
		g.Call(p, "Osh", c.second)
		if got := g.Names["Osh"]; len(got) != 1 || got[0].Flags != c.want {
			t.Errorf("%b and %b give %v, want %b", c.first, c.second, got, c.want)
		}
	}
}

func TestCallLeavesOutWhatNoTextHas(t *testing.T) {
	g := New()
	p := g.Add(Place{Name: "Osh"})
	for _, name := range []string{"", "  ", "Osh/Ош", "Osh & Co?", "Sector 7", "Ошh", "a b c d e f g", strings.Repeat("Osh ", 30), "Osh\u200b [x]", "Osh: x", "Osh_1"} {
		g.Call(p, name, Primary)
	}
	if len(g.Names) != 0 {
		t.Errorf("called %v", g.Names)
	}
	for name, want := range map[string]string{"\u200eOsh\u200f": "Osh", "Kara\u00a0Suu": "Kara Suu", "N`Djamena": "N'Djamena", "Kara\u2011Suu": "Kara-Suu", "Os\u200bh": "Osh"} {
		g.Names = map[string][]Entry{}
		g.Call(p, name, Primary)
		if g.Names[want] == nil {
			t.Errorf("%q is called %v, want %q", name, g.Names, want)
		}
	}
}

// Cleaning and folding twice is the same as once, for any name.
func FuzzNames(f *testing.F) {
	for _, name := range []string{"Kara–Suu", "N'Djamena", "İstanbul", "Land's End", "Ёлка", "St. Louis", "'s's", "e\u0301", "U.S."} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		once := clean(name)
		if again := clean(once); again != once {
			t.Errorf("clean(%q) is %q, and again %q", name, once, again)
		}
		for _, w := range words(once) {
			if w == "" || strings.ContainsAny(w, " -.") {
				t.Errorf("%q has the word %q", name, w)
			}
		}
	})
}

func TestFoldOfOneWord(t *testing.T) {
	for w, want := range map[string]string{
		"Osh": "osh", "OSH": "osh", "Osh's": "osh", "OSH'S": "osh", "O'sh": "osh", "Ёж": "еж", "ЁЖ": "еж", "İzmir": "izmir", "Iğdır": "iğdir",
		"Şırnak": "şirnak", "Ж\u0301": "ж", "e\u0301": "é", "Qurʼan": "qurʼan", "": "", "'": "", "ŌSAKA": "ōsaka",
	} {
		if got := fold(w); got != want {
			t.Errorf("fold(%q) = %q, want %q", w, got, want)
		}
	}
}

func TestPlain(t *testing.T) {
	for s, want := range map[string]string{
		"Kök-Bulak": "Kok-Bulak", "Kŭlob": "Kulob", "Diyarbakır": "Diyarbakir", "Łódź": "Łodz", "Bełchatów": "Belchatow", "Tromsø": "Tromso", "Ørland": "Orland",
		"Gəncə": "Ganca", "Йошкар-Ола": "Йошкар-Ола", "Osh": "Osh", "": "", "N'Djaména": "N'Djamena",
	} {
		if got := plain(s); got != want {
			t.Errorf("plain(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestScripts(t *testing.T) {
	for s, want := range map[string][3]bool{ // Latin only, some Cyrillic, both
		"Osh": {true, false, false}, "Ош": {false, true, false}, "Oш": {false, true, true}, "Kŭlob'": {true, false, false},
		"Fargʻona": {true, false, false}, "12-3": {true, false, false}, "Αθήνα": {false, false, false}, "Көк": {false, true, false}, "": {true, false, false},
	} {
		if got := [3]bool{latin(s), cyrillic(s), mixed(s)}; got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

// Sort orders the places by id and moves what the names say with them.
func TestSortMovesTheNames(t *testing.T) {
	g := New()
	for _, p := range []Place{
		{ID: 9, Name: "Paris", Country: "US", Population: 25_000}, {ID: 3, Name: "Paris", Country: "FR", Population: 2_000_000},
		{Name: "Paris", Country: "ZZ", Population: 3_000_000}, {Name: "Paris", Country: "AA", Admin1: "2"}, {Name: "Paris", Country: "AA", Admin1: "1"},
	} {
		flags := Primary
		if p.Country == "ZZ" {
			flags = Everyday
		}
		g.Call(g.Add(p), "Paris", flags)
	}
	g.GivenNames = []string{"b", "a", "b"}
	g.Sort()
	var order, likely []string
	for _, p := range g.Places {
		order = append(order, p.Country+p.Admin1)
	}
	for _, e := range g.Names["Paris"] {
		likely = append(likely, g.Places[e.Place].Country+g.Places[e.Place].Admin1)
	}
	if want := "AA1 AA2 ZZ FR US"; strings.Join(order, " ") != want {
		t.Errorf("the places are in the order %v, want %s", order, want)
	}
	if want := "FR US AA1 AA2 ZZ"; strings.Join(likely, " ") != want {
		t.Errorf("Paris means %v, want %s: what is known by the name first, the biggest first", likely, want)
	}
	if !slices.Equal(g.GivenNames, []string{"a", "b"}) {
		t.Errorf("given names %v", g.GivenNames)
	}
}

func TestMagnitudeGrows(t *testing.T) {
	last := byte(0)
	for people := 1; people < 1<<31; people *= 2 {
		got := magnitude(people)
		if got <= last || magnitude(people-1) > got {
			t.Errorf("%d people have magnitude %d behind %d", people, got, last)
		}
		last = got
	}
}

// Every name of the gazette can be found by its words, or it would be for
// nothing in the file.
func TestEveryNameHasWords(t *testing.T) {
	g := built(t, sources())
	for name, entries := range g.Names {
		ws := words(name)
		if len(ws) == 0 || len(entries) == 0 {
			t.Errorf("%q has the words %q and means %v", name, ws, entries)
		}
		for _, w := range ws {
			if strings.ContainsFunc(w, unicode.IsUpper) || fold(w) != w {
				t.Errorf("%q has the word %q, which is not folded", name, w)
			}
		}
	}
}

func TestCountriesByAllTheirNames(t *testing.T) {
	g := built(t, sources())
	for name, want := range map[string]struct {
		place string
		flags Flags
	}{
		"United States": {"United States", Primary}, "US": {"United States", Caps}, "американский": {"", 0}, "American": {"United States", Demonym},
		"США": {"United States", Primary}, "Кыргызстан": {"Kyrgyzstan", Primary}, "Кыргызстанда": {"Kyrgyzstan", Made}, "Qirg'iziston": {"Kyrgyzstan", Primary},
		"Qirg'izistonda": {"Kyrgyzstan", Made}, "Uzbekistan": {"Uzbekistan", Primary}, "Киргизией": {"Kyrgyzstan", Made},
	} {
		entries := g.Names[name]
		if want.place == "" {
			if len(entries) != 0 {
				t.Errorf("%q means %v", name, entries)
			}
			continue
		}
		if len(entries) == 0 || g.Places[entries[0].Place].Name != want.place || entries[0].Flags != want.flags {
			t.Errorf("%q means %v, want %s with %b", name, entries, want.place, want.flags)
		}
	}
}

// What two spellings say of one place holds for both only if it widens what is
// found; what narrows it must be said by both.
func TestMergeOfFlags(t *testing.T) {
	for _, c := range []struct {
		first, second, want Flags
	}{
		{Primary, Made, Primary}, {Made, Made, Made}, {Caps, Caps, Caps}, {Caps, 0, 0}, {Adjective, Primary, Primary}, {Adjective, Adjective, Adjective},
		{Everyday, 0, Everyday}, {Given, Primary, Given | Primary}, {Demonym, Made, Demonym},
	} {
		n := &node{}
		n.merge([]Entry{{1, c.first}, {2, Primary}})
		n.merge([]Entry{{1, c.second}})
		if len(n.entries) != 2 || n.entries[0] != (Entry{1, c.want}) || n.entries[1] != (Entry{2, Primary}) {
			t.Errorf("%b and %b give %v, want %b", c.first, c.second, n.entries, c.want)
		}
	}
}

// names.tsv gives a place names of its languages, in their forms.
func TestNamesOfOtherLanguages(t *testing.T) {
	from := sources()
	from.Names = [][]string{
		{"KG", "ar", "قرغيزستان"}, {"KG.08", "uzc", "Ўш вилояти"}, {"10", "uzc", "Ўш"}, {"10", "tr", "Oş"}, {"10", "fr", "Och;Osch"}, {"30", "tg", "Тошканд"}, {"US", "ar", "مالي"},
	}
	g := built(t, from)
	for name, want := range map[string]struct {
		place string
		flags Flags
	}{
		"قرغيزستان": {"Kyrgyzstan", Primary}, "وقرغيزستان": {"Kyrgyzstan", Made}, "لقرغيزستان": {"Kyrgyzstan", Made},
		"Ўш вилояти": {"Osh Region", 0}, "Ўшда": {"Osh", Made}, "Oştan": {"Osh", Made}, "Och": {"Osh", Primary}, "D'Och": {"Osh", Made},
		"Тошканд": {"Tashkent", Primary}, "Тошкандро": {"Tashkent", Made},
	} {
		if got := g.find(t, name, want.place); got.Flags != want.flags {
			t.Errorf("%q: flags %b, want %b", name, got.Flags, want.flags)
		}
	}
	if e := g.find(t, "Ўш", "Osh Region"); e.Flags != Adjective {
		t.Errorf("the region's short name: %b", e.Flags)
	}
	if got := g.Names["مالي"]; len(got) != 0 {
		t.Errorf("an everyday word of Arabic means %v", got)
	}
}

// "Бишкек ош" is a road, "New York" in French the town and not the state.
func TestNamesThatAreLeftOut(t *testing.T) {
	from := sources()
	from.Cities[0].Alternates = append(from.Cities[0].Alternates, "Ош бишкек", "Osh bishkek", "Osh City")
	from.Cities[4].Name = "Texas" // a town that bears its region's name
	from.Areas = append(from.Areas, []string{"US.TX", "1", "31", "-99", "region", "State of Texas", ""})
	from.Catalogs["fr"] = source.Catalog{"US.TX": "Texas", "KG.08": "Région d'Och"}
	g := built(t, from)
	for _, name := range []string{"Ош бишкек", "Osh bishkek"} {
		if got := g.Names[name]; len(got) != 0 {
			t.Errorf("%q means %v", name, got)
		}
	}
	g.find(t, "Osh City", "Osh")
	g.find(t, "Région d'Och", "Osh Region")
	for _, e := range g.Names["Texas"] {
		if g.Places[e.Place].Kind == Region {
			t.Errorf("%q means the region as well: %v", "Texas", g.Names["Texas"])
		}
	}
}

func TestFoldAsTheTokenizer(t *testing.T) {
	for name, want := range map[string]string{
		"أوش": "اوش", "القاهرة": "القاهره", "بخارى": "بخاری", "بيشكيك": "بیشکیک", "قـرغيز": "قرغیز", "İstanbul": "istanbul",
	} {
		if got := fold(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if got := clean("Bey\u00adrut"); got != "Beyrut" {
		t.Errorf("a soft hyphen stays: %q", got)
	}
}
