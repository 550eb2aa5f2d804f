package quantity

import "testing"

// A year or a day is no number of dozens: the word behind it is read alone.
func TestDatesAreNotMultiplied(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"en", "In 2026 hundreds were killed in clashes", "200..0 hundreds"},
		{"en", "By 1990 dozens had been killed", "24..0 dozens"},
		{"en", "On June 10 2010 hundreds were killed", "200..0 hundreds"},
		{"en", "On June 9 hundreds were killed", "200..0 hundreds"},
		{"en", "In 2010 tens of thousands fled", "20000..0 tens of thousands"},
		{"en", "At 10 dozens were killed", "10..10 10; 24..0 dozens"},
		{"en", "In 2010 thousand men died", "1000..1000 thousand"},
		{"ru", "В 2010 сотни человек были убиты", "200..0 сотни"},
		{"ru", "В 2010 тысячи человек бежали", "1000..1000 тысячи"},
		{"ky", "2010 жүздөгөн киши, 2010 миң киши", "200..0 жүздөгөн; 1000..1000 миң"},
		{"kk", "2010 жүздеген адам, 2010 мыңдаған адам", "200..0 жүздеген; 2000..0 мыңдаған"},
		{"uz", "2010 yuzlab odam, 2010 минглаб одам", "200..0 yuzlab; 2000..0 минглаб"},
		{"tg", "Дар 2010 садҳо нафар, дар 2010 ҳазор нафар", "200..0 садҳо; 1000..1000 ҳазор"},
		{"tr", "2010 yüzlerce kişi, 2010'da binlerce kişi", "200..0 yüzlerce; 2000..0 binlerce"},
		{"fr", "En 2010 des centaines de personnes, en 2010 mille personnes", "200..0 des centaines de; 1000..1000 mille"},
		{"es", "En 2010 cientos de personas, en 2010 decenas de personas", "200..0 cientos de; 20..0 decenas de"},
		{"ar", "في 2010 مئات الأشخاص", "200..0 مئات"},
		{"ar", "في عام ٢٠١٠ آلاف الأشخاص", "2000..0 آلاف"},
		// what is no date still multiplies
		{"en", "2 dozens of men, 5 hundred men, 1,900 thousand", "24..24 2 dozens; 500..500 5 hundred; 1900000..1900000 1,900 thousand"},
		{"ru", "2 сотни человек, 3 десятка, 150 тысяч человек", "200..200 2 сотни; 30..30 3 десятка; 150000..150000 150 тысяч"},
		{"ar", "10 آلاف شخص", "10000..10000 10 آلاف"},
	} {
		if got := numbers(c.language, c.text); got != c.want {
			t.Errorf("%s %q\n got %q\nwant %q", c.language, c.text, got, c.want)
		}
	}
}

// "Thirty of them" is one word in the Turkic languages.
func TestPossessiveNumbers(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"ky", "анын отузу өлдү, экиси жарадар", "30..30 отузу; 2..2 экиси"},
		{"ky", "жыйырма үчү, кырк бешөөсү", "23..23 жыйырма үчү; 45..45 кырк бешөөсү"},
		{"kk", "отызы қаза тапты, сегізі жараланды", "30..30 отызы; 8..8 сегізі"},
		{"uz", "oʻttiztasi oʻldi, иккиси ярадор", "30..30 oʻttiztasi; 2..2 иккиси"},
		{"tr", "otuzu öldü, ikisi ağır, üçü yaralandı", "30..30 otuzu; 2..2 ikisi; 3..3 üçü"},
		{"tr", "onu vurdular, yüzü yaralandı", ""}, // him, his face
	} {
		if got := numbers(c.language, c.text); got != c.want {
			t.Errorf("%s %q\n got %q\nwant %q", c.language, c.text, got, c.want)
		}
	}
}
