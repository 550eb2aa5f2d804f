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

func TestAttributive(t *testing.T) {
	for _, c := range []struct {
		language, before, word string
		want                   bool
	}{
		{"en", "the", "ousted", true}, {"en", "of", "ousted", true}, {"en", "crowd", "ousted", false}, {"en", "the", "seizure", false},
		{"ru", "адвокат", "свергнутого", true}, {"ru", "сторонники", "захватили", false}, {"ru", "", "домой", false}, {"tr", "the", "ousted", false},
	} {
		if got := Attributive(c.language, c.before, c.word); got != c.want {
			t.Errorf("%s: %q after %q: %t", c.language, c.word, c.before, got)
		}
	}
}

func TestNoun(t *testing.T) {
	if !Noun("interpreter") || Noun("stormed") || Noun("near") || Noun("last") || Noun("who") {
		t.Error("nouns are not verbs in the past, prepositions or short words")
	}
}

// What says where is told from whom it was done to, and who says so from who did it.
func TestAroundAndSays(t *testing.T) {
	for language, word := range map[string]string{"en": "near", "ru": "у", "fr": "près", "es": "cerca", "ar": "قرب", "tg": "назди", "tr": "yakınında", "ky": "жанында", "kk": "маңында", "uz": "yaqinida"} {
		if !Around(language, word) || Around(language, "") || Around(language, word[:1]) || Around("de", word) {
			t.Errorf("%s: Around is wrong about %q, its first byte or no word", language, word)
		}
	}
	for _, c := range []struct {
		language, word string
		says, article  bool
	}{{"en", "said", true, false}, {"en", "the", false, true}, {"ru", "заявили", true, false}, {"ru", "у", false, false}, {"fr", "que", true, false}, {"fr", "les", false, true}, {"es", "que", true, false}, {"es", "los", false, true}, {"tr", "dedi", false, false}} {
		if Says(c.language, c.word) != c.says || Article(c.language, c.word) != c.article {
			t.Errorf("%s %q: says %t, article %t", c.language, c.word, Says(c.language, c.word), Article(c.language, c.word))
		}
	}
}
