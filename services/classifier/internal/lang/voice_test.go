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

func TestSuffered(t *testing.T) {
	for _, c := range []struct {
		language, before, word string
		want                   bool
	}{
		{"ru", "", "похищен", true}, {"ru", "", "захвачено", true}, {"ru", "", "убиты", true}, {"ru", "", "похитили", false}, {"ru", "", "члены", false}, {"ru", "", "убитых", false},
		{"tr", "", "kaçırıldı", true}, {"tr", "", "alındığını", true}, {"tr", "", "kaçırdı", false}, {"tr", "", "bildirdi", false},
		{"ky", "", "уурдалды", true}, {"ky", "", "алынган", true}, {"ky", "кол", "салды", false}, {"ky", "", "кылды", false},
		{"kk", "", "ұрланды", true}, {"kk", "", "алынды", true}, {"kk", "", "ұрлады", false},
		{"uz", "", "o'g'irlandi", true}, {"uz", "", "кетилди", true}, {"uz", "hujum", "qildi", false}, {"uz", "", "ketdi", false},
		{"tg", "рабуда", "шуд", true}, {"tg", "ворид", "шуданд", false}, {"tg", "", "рабуданд", false}, {"en", "was", "kidnapped", false},
	} {
		if got := Suffered(c.language, c.before, c.word); got != c.want {
			t.Errorf("%s: %q after %q: %t", c.language, c.word, c.before, got)
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
