package lang

import "testing"

func TestInstrumental(t *testing.T) {
	for _, c := range []struct {
		language, before, word string
		want                   bool
	}{
		{"ru", "похищен", "боевиками", true}, {"ru", "убит", "боевиком", true}, {"ru", "захвачено", "толпой", true}, {"ru", "занято", "армией", true}, {"ru", "", "неизвестным", true},
		{"ru", "с", "боевиками", false}, {"ru", "между", "бандами", false}, {"ru", "", "боевики", false}, {"ru", "", "боевиков", false}, {"ru", "", "полиции", false},
		{"tr", "vali", "kişilerce", true}, {"tr", "", "kişiler", false}, {"en", "by", "ами", false},
	} {
		if got := Instrumental(c.language, c.before, c.word); got != c.want {
			t.Errorf("%s: %q after %q: %t", c.language, c.word, c.before, got)
		}
	}
}

func TestOblique(t *testing.T) {
	for _, c := range []struct {
		language, before, word string
		want                   bool
	}{
		{"ru", "", "боевиков", true}, {"ru", "увезла", "боевиков", true}, {"ru", "вчера", "бандитов", true}, {"ru", "на", "протестующих", true}, {"ru", "", "боевика", true},
		{"ru", "отряд", "боевиков", false}, {"ru", "трое", "боевиков", false}, {"ru", "отдел", "боевиков", false},
		{"ru", "обстреляли", "полицию", true}, {"ru", "по", "боевикам", true}, {"ru", "удар", "боевикам", true},
		{"ru", "", "боевики", false}, {"ru", "увезена", "боевиками", false}, {"ru", "", "полиция", false}, {"en", "", "боевиков", false}, {"tr", "", "боевикам", false},
	} {
		if got := Oblique(c.language, c.before, c.word); got != c.want {
			t.Errorf("%s: %q after %q: %t", c.language, c.word, c.before, got)
		}
	}
	for word, want := range map[string]bool{"у": true, "для": true, "из": false} {
		if Kept("ru", word) != want || Kept("en", word) {
			t.Errorf("%s: %t", word, !want)
		}
	}
}

func TestFrom(t *testing.T) {
	for language, word := range map[string]string{"tr": "evinden", "uz": "uyidan", "ky": "үйүнөн", "kk": "үйінен"} {
		if !From(language, word) || From(language, word[:3]) || From("ru", word) {
			t.Errorf("%s: %s", language, word)
		}
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
}
