package lang

import "testing"

func TestAuxiliary(t *testing.T) {
	if !Auxiliary("fr", "ont", "tué") || Auxiliary("fr", "sont", "tués") || Auxiliary("es", "a", "herido") || !Auxiliary("en", "have", "seized") || Auxiliary("en", "have", "died") || Auxiliary("en", "have", "suffered") {
		t.Error("avoir makes the French past, être and other languages do not")
	}
}

func TestPassive(t *testing.T) {
	for language, word := range map[string]string{"en": "were", "fr": "été", "es": "fueron"} {
		if !Passive(language, word) || Passive("ru", word) || Passive(language, "had") {
			t.Errorf("%s: %s", language, word)
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

func TestSeizes(t *testing.T) {
	if !Seizes("задержали") || Seizes("задержаны") || Seizes("напали") || !Has("have") || Has("were") || !HeldAs("hostage") || HeldAs("priest") {
		t.Error("verbs of what is done to people, and as what they are held")
	}
}
