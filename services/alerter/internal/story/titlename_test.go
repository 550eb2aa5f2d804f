package story

import (
	"slices"
	"strings"
	"testing"
)

// Titles that name others are of other stories, however much their words are alike;
// where only one names somebody, it is half as much.
func TestTitlesThatNameOthers(t *testing.T) {
	body := " has congratulated the head of the neighbouring republic on the anniversary of independence and wished the people of the republic peace and prosperity, the press service of the administration reported."
	wish := func(title, who string) *Profile {
		return profile(report{title: title, text: "The leader " + who + body, lang: "en"})
	}
	tests := []struct {
		name          string
		a, b          *Profile
		told, missing float64
	}{
		{"nobody in common", wish("Osmonov congratulates neighbours", "Osmonov"), wish("Rahimi congratulates neighbours", "Rahimi"), 0, 1},
		{"the same one", wish("Osmonov congratulates neighbours", "Osmonov"), wish("Neighbours hear from Osmonov", "Osmonov"), 1, 0},
		{"one of two", wish("Greetings of Osmonov and Rahimi", "Osmonov"), wish("Greetings of Osmonov", "Osmonov"), 0.75, 0.25},
		{"only one title names", wish("Osmonov congratulates neighbours", "Osmonov"), wish("Neighbours congratulated", "Rahimi"), 0, 0.5},
		{"capitals for their own sake", wish("Leader Congratulates Happy Neighbours Again", "Osmonov"), wish("Osmonov congratulates neighbours", "Osmonov"), 0.5, 0},
		{"the first word of a sentence", wish("Greetings were sent", "Osmonov"), wish("Rahimi congratulates neighbours", "Rahimi"), 0, 0.5},
		{"neither title names anybody", wish("Greetings were sent", "Osmonov"), wish("Neighbours congratulated", "Rahimi"), 0, 0},
	}
	for _, test := range tests {
		told, missing := titled(test.a, test.b)
		if told != test.told || missing != test.missing {
			t.Errorf("%s: told %v, missing %v, want %v and %v", test.name, told, missing, test.told, test.missing)
		}
		if told2, missing2 := titled(test.b, test.a); told2 != told || missing2 != missing {
			t.Errorf("%s: the other way round %v and %v", test.name, told2, missing2)
		}
	}
}

// Who has a first name in one report only is named in the other all the same; of two people, one
// beside the other, each is.
func TestTitleNamesInFull(t *testing.T) {
	of := func(title, text string) *Profile { return profile(report{title: title, text: text, lang: "ru"}) }
	tests := []struct {
		name    string
		a, b    *Profile
		missing float64
	}{
		{"the surname alone", of("Мэр города Асан Тойчубеков уходит с поста", "Он проработал семь лет."), of("Мэр города уходит", "Решение Тойчубекова поддержал совет."), 0},
		{"somebody else", of("Мэр города Асан Тойчубеков уходит с поста", "Он проработал семь лет."), of("Мэр города уходит", "Решение Сагынбаева поддержал совет."), 0.5},
		{"one of two people", of("Мэр города встретил Тойчубекова, Сагынбаева и других", "Они говорили о воде."), of("Мэр ведет встречу", "Он принял Сагынбаева."), 0.25},
	}
	for _, test := range tests {
		if _, missing := titled(test.a, test.b); missing != test.missing {
			t.Errorf("%s: missing %v, want %v", test.name, missing, test.missing)
		}
	}
}

// An inflected name, and one that is cited in the text alone, is named.
func TestTitleNamesAreInflected(t *testing.T) {
	a := profile(report{title: "Президент принял Тойчубекова", text: "Глава государства принял министра Марата Тойчубекова и обсудил с ним подготовку к зиме.", lang: "ru"})
	b := profile(report{title: "В столице прошло совещание с Сагынбаевым", text: "О подготовке к зиме Сагынбаев говорил с Тойчубековым, сообщила пресс-служба.", lang: "ru"})
	if told, missing := titled(a, b); told != 0.5 || missing != 0.5 {
		t.Errorf("told %v, missing %v", told, missing)
	}
}

// The cases of a name are one name, and names that end as cases do are whole.
func TestNamesWithoutTheirCase(t *testing.T) {
	for _, same := range [][]string{
		{"тойчубеков", "тойчубекова", "тойчубекову", "тойчубековым", "тойчубековых"},
		{"раимбекский", "раимбекского", "раимбекскому", "раимбекским"},
		{"сагынбаев", "сагынбаеву", "сагынбаевым", "сагынбаевыми"},
		{"якуп", "якупом"}, {"азамат", "азаматом"}, {"турар", "тураром"},
		{"газпром", "газпрома", "газпрому"}, {"салих", "салиха"}, {"адем", "адема"},
	} {
		for _, name := range same[1:] {
			if skeleton(uninflected("ru", name)) != skeleton(uninflected("ru", same[0])) {
				t.Errorf("%s and %s are two", same[0], name)
			}
			if stem(name, "ru") != stem(same[0], "ru") && strings.Contains(name, "ев") {
				t.Errorf("%s and %s have the stems %s and %s", same[0], name, stem(same[0], "ru"), stem(name, "ru"))
			}
		}
	}
	if got := uninflected("ky", "токомбаевым"); got != "токомбаевым" {
		t.Errorf("in Kyrgyz: %s", got)
	}
}

// Somebody whom both reports cite may speak of other things in each, so that the name counts half.
func TestNamesOfSpeakersCountLess(t *testing.T) {
	statement := func(verb string) *Profile {
		return profile(report{lang: "ru", title: "О планах на зиму", text: "К зиме готовы все котельные, " + verb + " министр энергетики Тойчубеков. Уголь завозят с осени."})
	}
	k := newKnowledge()
	cited := k.gather(statement("сообщил"), statement("заявил"), areaUnknown)
	named := k.gather(statement("сообщил"), statement("доволен"), areaUnknown)
	if cited[byNames] == 0 || cited[byNames] >= named[byNames] {
		t.Errorf("cited by both %v, by one %v", cited[byNames], named[byNames])
	}
}

// The number in the name of a model or an illness counts nothing.
func TestNumbersOfModelsAreNoCounts(t *testing.T) {
	f := profile(report{lang: "en", title: "MiG-29 crashes", text: "A MiG-29 fell on a road near the base, 34 kilometres off. COVID\u201119 is not to blame, nor are the AK-47s of 15 recruits."})
	for n, want := range map[uint64]bool{29: false, 19: false, 47: false, 34: true, 15: true} {
		if slices.Contains(f.numbers, n) != want {
			t.Errorf("%d among the numbers: %t", n, !want)
		}
	}
}

// Bulletins of one title for different days are two stories, whatever else they share.
func TestBulletinsOfDifferentDays(t *testing.T) {
	forecast := func(day string) report {
		return report{title: "Weather forecast for " + day + " October", lang: "en",
			text: "Forecasters of the hydrological service expect light snow in the mountain passes, ice on the roads and seven degrees of frost at night in the valleys of the republic."}
	}
	k := newKnowledge()
	a, b := profile(forecast("8")), profile(forecast("9"))
	if l := k.compare(Default(), a, b, 0); l.Conflict != "day" || l.Score != 0 {
		t.Errorf("8 and 9 October: %+v", l)
	}
	if l := k.compare(Default(), a, profile(forecast("8")), 0); l.Conflict != "" || l.Score < 0.5 {
		t.Errorf("8 October twice: %+v", l)
	}
}

// Two titles that quote the names of different contests tell two stories, however much their words
// are alike; one name in another case is one name, and speech is no name.
func TestTitlesThatQuoteOthers(t *testing.T) {
	tests := []struct {
		lang, a, b string
		other      bool
	}{
		{"ru", "Открыто голосование в конкурсе «Родники»", "Открыто голосование в конкурсе «Звонкие голоса»", true},
		{"ru", "Клуб «Родники» победил", "Победа клуба \"Родников\"", false},
		{"ru", "Клуб «Родники» победил «Искру»", "«Искра» проиграла", false},
		{"ru", "Клуб «Родники» победил", "Клуб из Каракола победил", false},
		{"ru", "Тренер «Родников» после игры: «не ожидал»", "Тренер: «старались», «Родники» победили", false},
		{"ru", "Тренер: «Мы ждали этой победы очень долго»", "Клуб «Родники» победил", false},
		{"ky", "«Булак» сынагы башталды", "„Жаңырык“ сынагы башталды", true},
		{"en", "Coach: “We won it”", "“Springs” club has won", false},
	}
	for _, test := range tests {
		a, b := profile(report{title: test.a, lang: test.lang}), profile(report{title: test.b, lang: test.lang})
		e := newKnowledge().gather(a, b, relate(nil, nil))
		if other := e[noQuoted] == 1; other != test.other {
			t.Errorf("%s / %s: of other names %t, want %t", test.a, test.b, other, test.other)
		}
	}
}

func profile(r report) *Profile { return NewProfiler().Profile(r.assessment("one")) }

// Tajik and Turkic languages write their cases in one with a name, Turkish behind an apostrophe.
func TestNamesOfOtherLanguagesWithoutTheirCase(t *testing.T) {
	for _, test := range []struct{ lang, written, name string }{
		{"tg", "Раҳимзодаро", "раҳимзода"}, {"tg", "Зуҳро", "зуҳро"},
		{"ky", "Осмоновдун", "осмонов"}, {"ky", "Айдарбекке", "айдарбек"}, {"ky", "Сыдыковага", "сыдыкова"}, {"ky", "Султан", "султан"},
		{"kk", "Серікбайдың", "серікбай"}, {"kk", "Әлиевті", "әлиев"},
		{"uz", "Karimovning", "karimov"}, {"uz", "Yoʻldoshevga", "yoldoshev"}, {"uz", "Dilshoda", "dilshoda"},
		{"tr", "Yılmaz'ın", "yilmaz"}, {"tr", "Aydın'dan", "aydin"}, {"tr", "O'nun", "onun"},
		{"en", "O'Neill", "oneill"},
	} {
		if got := words(test.written, 1)[0].name(test.lang); got != test.name {
			t.Errorf("%s %s: %q, want %q", test.lang, test.written, got, test.name)
		}
	}
}

// A title's adjective of a district or a court is nobody's name; that of a family is.
func TestAdjectivesAreNobody(t *testing.T) {
	for title, want := range map[string]int{
		"Взрыв в Октябрьском районе города":     0,
		"Дело передано в Северный суд столицы":  0,
		"Президент принял Жумабекского в Киеве": 2,
		"Суд над Токтогульским отложен":         1,
	} {
		f := profile(report{title: title, text: "Подробности неизвестны.", lang: "ru"})
		if len(f.titleNames) != want {
			t.Errorf("%s: %d names, want %d", title, len(f.titleNames), want)
		}
	}
}
