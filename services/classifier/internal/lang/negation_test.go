package lang

import "testing"

func TestNegated(t *testing.T) {
	for _, c := range []struct {
		language, word  string
		negated, undone bool
	}{
		{"tr", "öldürmedi", true, false}, {"tr", "kaçırmadığını", true, false}, {"tr", "etmedi", true, true}, {"tr", "öldürdü", false, false}, {"tr", "komedisi", false, false}, {"tr", "medine", false, false},
		{"uz", "o'ldirmagan", true, false}, {"uz", "ўлдирмади", true, false}, {"uz", "qilmadi", true, true}, {"uz", "qamadi", false, false}, {"uz", "oldi", false, false},
		{"ky", "уурдабады", true, false}, {"ky", "алышпады", true, true}, {"ky", "сабады", false, false}, {"ky", "алышты", false, false},
		{"kk", "ұрламады", true, false}, {"kk", "атпады", true, true}, {"kk", "қамады", false, false}, {"kk", "шабады", false, false}, {"kk", "атты", false, false},
		{"tg", "нарабуданд", true, false}, {"tg", "накарданд", true, true}, {"tg", "навишт", false, false},
		{"en", "medi", false, false}, {"ru", "нападали", false, false},
	} {
		if Negated(c.language, c.word) != c.negated || Undone(c.language, c.word) != c.undone {
			t.Errorf("%s %s: negated %t, undone %t", c.language, c.word, Negated(c.language, c.word), Undone(c.language, c.word))
		}
	}
}

func TestNegatedStem(t *testing.T) {
	if !NegatedStem("tr", "alınama") || !NegatedStem("uz", "tasdiqlanma") || !NegatedStem("ky", "ырастаба") || !NegatedStem("kk", "растама") {
		t.Error("a stem with the mark of negation is none")
	}
	if NegatedStem("tr", "kaçır") || NegatedStem("kk", "қама") || NegatedStem("tg", "кард") || NegatedStem("en", "ma") {
		t.Error("a stem without the mark of negation is one")
	}
}
