package place

import "testing"

func TestCutCase(t *testing.T) {
	for word, want := range map[string]struct {
		stem string
		bearing
	}{
		"ошто": {"ош", inside}, "оштон": {"ош", outOf}, "оштогу": {"ош", inside}, "баткенде": {"баткен", inside}, "алматыдағы": {"алматы", inside},
		"қазақстаннан": {"қазақстан", outOf}, "ankarada": {"ankara", inside}, "ankaradan": {"ankara", outOf}, "suriyedeki": {"suriye", inside}, "toshkent": {"toshkent", unsaid},
		"denver": {"denver", unsaid}, "да": {"", inside}, "": {"", unsaid},
	} {
		if stem, b := cutCase(word); stem != want.stem || b != want.bearing {
			t.Errorf("%s: %s %d, want %s %d", word, stem, b, want.stem, want.bearing)
		}
		if _, b := cutCase(word); b != unsaid && len(word) >= 6 && !mayHaveCase(word) {
			t.Errorf("%s has a case that is passed over", word)
		}
	}
}

// A case that says "in" counts as the word does, but only where a name is left without it.
func TestCasesCount(t *testing.T) {
	if in, of := confident(t, "Bugün Hakkari'de sakin."), confident(t, "Bugün Hakkari'nin sakin."); in <= of {
		t.Errorf("in: %v, of: %v", in, of)
	}
	mentions(t, [][2]string{
		{"He met Linda and Amanda Borda there.", ""},
		{"He flew to Kazakhstan.", "Kazakhstan/KZ"},
	})
}

// Where something is or goes counts more than where it comes from, and what is fired
// from a place happens elsewhere, if the text says where.
func TestStoryOfFire(t *testing.T) {
	mainPlace(t, [][3]string{
		{"Gunmen from Tajikistan attack post in Kyrgyzstan", "", "Kyrgyzstan/KG"},
		{"Police from Kyrgyzstan are in Tajikistan", "", "Tajikistan/TJ"},
		{"Residents leave Kyrgyzstan after shots in Osh", "", "Osh/KG.08"},
		{"Rockets launched from Tajikistan hit Osh", "", "Osh/KG.08"},
		{"Rockets launched from Tajikistan", "", "Tajikistan/TJ"}, // nothing says where they fell
		{"Rockets launched from Osh, officials in Bishkek say", "", "Bishkek/KG.01"},
		{"С территории Таджикистана обстреляли Ош", "", "Osh/KG.08"},
		{"Border shut", "Rockets launched from Tajikistan fell in Osh.", "Osh/KG.08"},
		{"Aid comes from Tajikistan", "Rockets fell.", "Tajikistan/TJ"}, // the fire is in another sentence
	})
}

// "De" stands before places in French and Spanish, and within people's names.
func TestGenitive(t *testing.T) {
	mentions(t, [][2]string{
		{"Les soldats se retirent de Kidal.", "Kidal/ML.10"},
		{"Rusia deja la base de Tartús.", "Russia/RU, Tartous/SY.14"},
		{"La police arrête Charles de Kidal.", ""},
		{"De Bamako à Gao.", "Bamako/ML.01, Gao/ML.09"},
	})
}

// A seat that bears its region's name says where another town lies, as the region would.
func TestSeatsAsRegions(t *testing.T) {
	mentions(t, [][2]string{
		{"Fighting in Daraa and in Daraa Governorate.", "Daraa/SY.06, Daraa/SY.06"},
		{"İki asker Uludere, Şırnak yolunda öldü.", "Uludere/TR.80, Şırnak/TR.80"},
	})
	for text, want := range map[string]int{"Fighting in Daraa.": 170905, "قتال في درعا": 170905, "Fighting in Sirnak.": 300640, "Şırnak’ta çatışma.": 300640} {
		if got := find("", text, "").Mentions; len(got) != 1 || got[0].GeonameID != want {
			t.Errorf("%s: %s, want id %d", text, render(got), want)
		}
	}
}

// The outlet's country does not make a town of another that was called so once.
func TestOutletsDoNotRename(t *testing.T) {
	for _, outlet := range []string{"", "KG", "KZ", "TR", "US"} {
		if got := render(find("", "The night was quiet in Talas.", outlet).Mentions); (got != "Talas/KG.06") != (outlet == "TR") {
			t.Errorf("outlet %q: %s", outlet, got)
		}
	}
}

// Names of countries of several words need only their first capital.
func TestSmallWordsOfCountries(t *testing.T) {
	mentions(t, [][2]string{
		{"Une caserne de Guinée équatoriale.", "Equatorial Guinea/GQ"},
		{"Un convoi en République centrafricaine.", "Central African Republic/CF"},
		{"A convoy in Guinea and Guinea-Bissau.", "Guinea/GN, Guinea-Bissau/GW"},
		{"В Гвинее и Гвинее-Бисау.", "Guinea/GN, Guinea-Bissau/GW"},
	})
}
