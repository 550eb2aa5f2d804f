package place

import (
	"strings"
	"testing"
)

// confident returns how sure the only mention of a text is, 0 without one.
func confident(t *testing.T, text string) float64 {
	t.Helper()
	got := find("", text, "").Mentions
	if len(got) > 1 {
		t.Fatalf("%s: found %s, want one place at most", text, render(got))
	}
	if len(got) == 0 {
		return 0
	}
	return got[0].Confidence
}

// Each word that speaks for a place makes it surer than the bare name is, and
// each that speaks against one less sure.
func TestEveryCueCounts(t *testing.T) {
	for name, c := range map[string]struct{ surer, less string }{
		"a preposition":         {"He was in Denver.", "He was Denver."},
		"in Russian":            {"Он был в Ош.", "Он был, Ош."},
		"the kind before":       {"He saw the town of Denver.", "He saw Denver."},
		"the kind behind":       {"He saw Denver Airport.", "He saw Denver."},
		"an office behind":      {"He saw Denver police.", "He saw Denver stay."},
		"the compass":           {"He saw downtown Denver.", "He saw cheap Denver."},
		"a person's title":      {"He saw Denver.", "He saw Mrs Denver."},
		"a Russian title":       {"Он видел, Ош.", "Он видел, министр Ош."},
		"a given name":          {"He saw Denver.", "He saw Michael Denver."},
		"an initial":            {"He saw Denver.", "He saw J. Denver."},
		"a particle":            {"He saw Denver.", "He saw Van Denver."},
		"another name before":   {"He saw Denver.", "He saw Zblorg Denver."},
		"another name behind":   {"He saw Denver.", "He saw Denver Zblorg."},
		"a club":                {"He saw Denver.", "He saw Denver Broncos."},
		"a verb of saying":      {"He saw Denver.", "He saw why Denver said so."},
		"half of a name":        {"He saw Denver.", "He saw Denver-Zblorg."},
		"university of":         {"He came to the city of Denver.", "He came to the University of Denver."},
		"a short title":         {"He saw Osh.", "He saw Mr Osh."},
		"everyday words":        {"He came to Nice.", "He calls that Nice."},
		"at a sentence's start": {"He came to Reading.", "Reading helps."},
	} {
		if surer, less := confident(t, c.surer), confident(t, c.less); surer <= less {
			t.Errorf("%s: %q has %v, %q has %v", name, c.surer, surer, c.less, less)
		}
	}
}

// A town in the genitive behind its mayor is the town; a name in the title's case is a person's.
func TestRulerOfATown(t *testing.T) {
	mentions(t, [][2]string{
		{"Похищен мэр Оша.", "Osh/KG.08"},
		{"Убит губернатор Баткена, сообщили власти.", "Batken/KG.09"},
		{"Мэр Бишкека похищен неизвестными.", "Bishkek/KG.01"},
		{"Глава Нарына ранен.", "Naryn/KG.04"},
		{"Похищен мэр Кара-Суу.", "Kara-Suu/KG.08"},
		{"Мэр Алматы уволен.", "Almaty/KZ.02"},
		{"Задержан мэр Ош.", ""},
		{"Прибыл министр Ош.", ""},
		{"Премьер-министр Казахстана прибыл.", "Kazakhstan/KZ"},
		{"Взорвана машина мэра Токмока.", "Tokmok/KG.02"},
		{"Речь президента Обамы.", ""},
		{"Встреча с президентом Линкольном.", ""},
	})
}

func TestAbbreviations(t *testing.T) {
	mentions(t, [][2]string{
		{"He was in Mobile, Ala., on Friday.", "Mobile/US.AL, Alabama/US.AL"},
		{"Lebanon, Pa., is small.", "Lebanon/US.PA, Pennsylvania/US.PA"},
		{"In Ill. it snowed.", "Illinois/US.IL"},
		{"Ill. health kept him.", ""},
		{"Ill health kept him.", ""},
		{"us and them", ""},
		{"US troops and U.S. troops.", "United States/US, United States/US"},
		{"г. Ош, обл. центр", "Osh/KG.08"},
	})
}

func TestContainmentInEverySpelling(t *testing.T) {
	for _, text := range []string{"Moscow, Idaho", "Moscow (Idaho)", "Moscow - Idaho", "Moscow in Idaho", "Moscow Idaho", "Moscow,Idaho"} {
		if got := render(find("", "He went to "+text+" on Friday.", "").Mentions); got != "Moscow/US.ID, Idaho/US.ID" {
			t.Errorf("%s: got %s", text, got)
		}
	}
	mentions(t, [][2]string{
		{"He left Idaho's Moscow.", "Idaho/US.ID, Moscow/US.ID"},
		{"He left Idaho’s Moscow.", "Idaho/US.ID, Moscow/US.ID"},
		{"He left Moscow, the capital of Russia; Idaho was far.", "Moscow/RU.48, Russia/RU, Idaho/US.ID"},
		{"He left Russia, Moscow and Idaho.", "Russia/RU, Moscow/RU.48, Idaho/US.ID"},
		{"Paris in Texas, not Paris in France.", "Paris/US.TX, Texas/US.TX, Paris/FR.11, France/FR"},
		{"В городе Ош (Киргизия) тихо.", "Osh/KG.08, Kyrgyzstan/KG"},
		{"Kabul, Idaho", "Kabul/AF.13, Idaho/US.ID"},
	})
}

// One occurrence that is clearly a person, or clearly a place, speaks for the
// others.
func TestOccurrencesAgree(t *testing.T) {
	for text, want := range map[string]string{
		"Mr. Houston left. Then Houston spoke.":                            "",
		"The police of Houston left. Houston is quiet. It rains, Houston.": "Houston/US.TX, Houston/US.TX, Houston/US.TX",
		"Michael Dallas, Mr. Dallas, left. Dallas slept.":                  "",
		"Michael Dallas was seen in Dallas, Texas.":                        "Dallas/US.TX, Texas/US.TX",
	} {
		if got := render(find("", text, "").Mentions); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestStyles(t *testing.T) {
	for title, want := range map[string]string{
		"TROOPS ENTER OSH AS CROWDS GROW":       "Osh/KG.08",
		"Troops Enter Osh As Angry Crowds Grow": "Osh/KG.08",
		"Troops enter Osh as angry crowds grow": "Osh/KG.08",
		"troops enter osh as angry crowds grow": "",
		"US TROOPS LEAVE THEIR BASE IN MANAS":   "Manas airport/KG.02",
		"US troops leave their base in Manas":   "United States/US, Manas airport/KG.02",
		"GIVE US BREAD, WORKERS SHOUT":          "",
		"Nice Weather Keeps Many Tourists Away": "",
		"Nice mayor keeps many tourists away":   "Nice/FR.93",
	} {
		if got := render(find(title, "", "").Mentions); got != want {
			t.Errorf("%s: got %q, want %q", title, got, want)
		}
	}
}

func TestAdjectivesNeedTheirNoun(t *testing.T) {
	mentions(t, [][2]string{
		{"В Ошской области тихо.", "Osh Region/KG.08"},
		{"В Ошской, Чуйской и Нарынской областях тихо.", "Osh Region/KG.08, Chuy/KG.02, Naryn Region/KG.04"},
		{"В Ошской городской больнице тихо.", ""},
		{"В Ошской. Областью правит он.", ""},
		{"В Ошской и других больницах тихо.", ""},
	})
}

// A cue must fit into its place in the set, and every word of the lists be
// there once only for its cue.
func TestCueWordsAreDistinct(t *testing.T) {
	bits := cue(0)
	for c, words := range cueWords() {
		if c&(c-1) != 0 || bits&c != 0 || c == givenName {
			t.Errorf("the cue %b is no bit of its own", c)
		}
		bits |= c
		seen := map[string]bool{}
		for w := range strings.FieldsSeq(words) {
			if seen[w] {
				t.Errorf("%q is listed twice for the cue %b", w, c)
			}
			seen[w] = true
		}
	}
}
