package lang

import "testing"

// What a word is for who did what to whom, by language.
func TestWordsOfNounPhrases(t *testing.T) {
	for _, c := range []struct {
		name     string
		yes, no  string
		language string
		test     func(language, word string) bool
	}{
		{"links", "of", "by", "en", Links}, {"links", "des", "par", "fr", Links}, {"links", "del", "por", "es", Links}, {"links nothing", "", "of", "ru", Links},
		{"describes", "masked", "stormed", "en", Describes}, {"describes", "недовольных", "тысячи", "ru", Describes}, {"describes nothing", "", "masqué", "fr", Describes},
		{"is of a people", "афганской", "афганцы", "ru", Named},
		{"within", "inside", "by", "en", Within}, {"within", "в", "у", "ru", Within}, {"within", "dans", "par", "fr", Within}, {"within", "en", "por", "es", Within},
		{"within", "في", "من", "ar", Within}, {"within", "дар", "аз", "tg", Within}, {"within nothing", "", "da", "uz", Within},
		{"during", "amid", "at", "en", During}, {"during", "pendant", "à", "fr", During}, {"during", "durante", "a", "es", During}, {"during", "خلال", "من", "ar", During},
		{"during", "дар", "аз", "tg", During}, {"during nothing", "", "в", "ru", During},
		{"where", "köyünde", "köyü", "tr", Where}, {"where", "shaharda", "shahar", "uz", Where}, {"where", "кыштагында", "кыштагы", "ky", Where}, {"where from", "ауылынан", "ауылы", "kk", Where},
		{"a victim", "kidnapped", "marched", "en", Victim}, {"no victim", "", "kidnapped", "fr", Victim},
		{"relates", "investigating", "attacked", "en", Relates}, {"relates", "осудил", "напал", "ru", Relates}, {"relates", "enquête", "attaque", "fr", Relates},
		{"relates", "inspeccionan", "atacan", "es", Relates}, {"relates", "يدين", "يهاجم", "ar", Relates}, {"relates", "soruşturuyor", "saldırdı", "tr", Relates},
		{"relates", "айыптады", "кол", "ky", Relates}, {"relates", "айыптады", "шабуыл", "kk", Relates}, {"relates", "qoraladi", "hujum", "uz", Relates},
		{"relates", "маҳкум", "ҳамла", "tg", Relates}, {"relates nothing", "", "condemned", "", Relates},
	} {
		if c.yes != "" && !c.test(c.language, c.yes) || c.test(c.language, c.no) {
			t.Errorf("%s: %s: %q should, %q should not", c.language, c.name, c.yes, c.no)
		}
	}
}

func TestJuxtaposed(t *testing.T) {
	for _, c := range []struct {
		language, first, second string
		want                    bool
	}{
		{"en", "taliban", "fighters", true}, {"ar", "مسلحو", "طالبان", true}, {"ar", "الجيش", "طالبان", false},
		{"tg", "ҷангиёни", "толибон", true}, {"tg", "толибон", "полис", false}, {"ky", "талибан", "согушкерлери", true}, {"ky", "талибан", "милицияга", false},
	} {
		if got := Juxtaposed(c.language, c.first, c.second); got != c.want {
			t.Errorf("%s: %s %s: %v", c.language, c.first, c.second, got)
		}
	}
	if !HeadLast("en") || !HeadLast("tr") || HeadLast("tg") || HeadLast("fr") {
		t.Error("what they are stands last in English and the Turkic languages alone")
	}
}

func TestObject(t *testing.T) {
	for _, c := range []struct {
		language, before, word string
		want                   bool
	}{
		{"es", "al", "presidente", true}, {"es", "el", "presidente", false}, {"tg", "", "ҳокимро", true}, {"uz", "", "hokimni", true}, {"uz", "", "hokim", false},
		{"ky", "", "губернаторду", true}, {"kk", "", "әкімді", true}, {"kk", "", "әкім", false}, {"en", "to", "president", false},
	} {
		if got := Object(c.language, c.before, c.word); got != c.want {
			t.Errorf("%s: %s %s: %v", c.language, c.before, c.word, got)
		}
	}
	if !Seizes("задержали") || Seizes("задержаны") || Seizes("напали") || !Has("have") || Has("were") || !HeldAs("hostage") || HeldAs("priest") {
		t.Error("verbs of what is done to people, and as what they are held")
	}
	if !Noun("interpreter") || Noun("stormed") || Noun("near") || Noun("last") || Noun("who") {
		t.Error("nouns are not verbs in the past, prepositions or short words")
	}
}
