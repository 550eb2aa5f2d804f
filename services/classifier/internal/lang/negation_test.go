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
		{"tr", "yağmalamadı", true, false}, {"tr", "yağmalanmadı", true, false}, {"tr", "yağmaladı", false, false}, {"tr", "bombalamadı", true, false}, {"tr", "saldırmayacak", true, false}, {"tr", "gömmedi", true, false}, {"tr", "tamamladı", false, false}, {"tr", "tamamlanmadı", true, false}, {"tr", "damadı", false, false},
		{"uz", "talanmadi", true, false}, {"uz", "бомбаламади", true, false}, {"uz", "qamamadi", true, false}, {"uz", "бомбалади", false, false},
		{"ky", "таланбады", true, false}, {"ky", "аткылабады", true, false}, {"ky", "сабабады", true, false}, {"ky", "аткылады", false, false}, {"ky", "чыкпайт", true, true},
		{"kk", "атқыламады", true, false}, {"kk", "тоналмады", true, false}, {"kk", "қамамады", true, false}, {"kk", "атқылады", false, false},
		{"tg", "намекунанд", true, false}, {"tg", "набурданд", true, false},
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
