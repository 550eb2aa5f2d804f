package lang

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// A text in two languages is in that of most of its letters, and one stray
// letter, as in a name, changes nothing.
func TestMixedTexts(t *testing.T) {
	russian := "По данным милиции, в столкновениях на юге страны погибли два человека, еще десятки ранены, сообщает агентство. "
	english := "Police said that two people were killed in clashes in the south and dozens were wounded. "
	for _, c := range []struct{ declared, title, text, want string }{
		{"", "Clashes in Osh", russian, "ru"},
		{"", "Столкновения", english + english, "en"},
		{"", "", russian + "Жээнбеков и Өмүрбек. " + russian, "ru"},
		{"", "", russian + "Twitter, Facebook, Telegram. ", "ru"},
		{"", "", english + "Бишкек. ", "en"},
		{"ky", "", russian + russian, "ru"},
		{"uz", "", russian + russian, "ru"},
		{"ru", "", english, "en"},
		{"en", "", russian, "ru"},
		{"", "", "12345 !?", ""},
		{"kk", "", "12345 !?", "kk"},
		{"EN-us", "", "", "en"},
		{"", "", strings.Repeat(" ", 10_000), ""},
		{"", "", "\xff\xfe\xd0", ""},
		{"", "", "МВД", "ru"},
		{"", "", "US", "en"},
		{"", "奥什 Osh clashes between the people and police", "", "en"},
	} {
		if got := Detect(c.declared, c.title, c.text); got != c.want {
			t.Errorf("Detect(%q, %q, %.40q) = %q, want %q", c.declared, c.title, c.text, got, c.want)
		}
	}
}

// Only the beginning of a text is looked at, even when the cut is within a
// character.
func TestSampleIsBounded(t *testing.T) {
	for pad := range 4 {
		text := strings.Repeat("a", pad) + strings.Repeat("ж", sample)
		if got := Detect("", "", text); got != "ru" {
			t.Errorf("with %d letters before: %q", pad, got)
		}
	}
	english := strings.Repeat("the people of the country said that ", 40)
	if got := Detect("", "", english+strings.Repeat("в столкновениях погибли люди ", 1000)); got != "en" {
		t.Errorf("what comes after the sample decides: %q", got)
	}
}

// A stem is never empty and never of other letters.
func TestStems(t *testing.T) {
	for code, groups := range map[string][]string{
		"en": {"clash clashes clashed clashing", "protest protests protested protesting", "kidnap kidnaps", "soldier soldiers", "attack attacks attacked"},
		"ru": {"столкновение столкновения столкновений столкновениях", "милиция милиции милицией", "губернатор губернатора губернаторы", "убита убиты"},
		"de": {"soldat soldaten", "protest proteste protesten"},
		"fr": {"manifestation manifestations", "soldat soldats"},
		"es": {"protesta protestas", "soldado soldados"},
	} {
		stem := Stemmer(code)
		for _, group := range groups {
			words := strings.Fields(group)
			for _, w := range words {
				if s := stem(w); s != stem(words[0]) || s == "" || !utf8.ValidString(s) {
					t.Errorf("%s: the stem of %q is %q, of %q %q", code, w, s, words[0], stem(words[0]))
				}
			}
		}
	}
	for _, code := range []string{"fa", "ur", "az", "zh", "xx"} {
		if Stemmer(code) != nil {
			t.Errorf("%s has a stemmer", code)
		}
	}
}
