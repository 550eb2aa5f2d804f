package quantity

import "testing"

// Ranges by endings, decimals, halves and magnitudes that only one end names.
func TestMagnitudes(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"ky", "30дан 40ка чейин адам", "30..40 30дан 40ка чейин"},
		{"ky", "отуздан кыркка чейин адам", "30..40 отуздан кыркка чейин"},
		{"ky", "30 менен 40тын ортосунда адам", "30..40 30 менен 40тын ортосунда"},
		{"ky", "30дан ашык киши, 40ка чейин", ">30 30дан ашык; 1..40 40ка чейин"},
		{"ky", "ондон ашык киши", ">10 ондон ашык"},
		{"ky", "1,5 миң адам, бир жарым миң адам", "1500..1500 1,5 миң; 1500..1500 бир жарым миң"},
		{"kk", "30-дан 40-қа дейін адам", "30..40 30-дан 40-қа дейін"},
		{"kk", "отыздан қырыққа дейін адам", "30..40 отыздан қырыққа дейін"},
		{"kk", "2,5 мың адам, бір жарым мың адам", "2500..2500 2,5 мың; 1500..1500 бір жарым мың"},
		{"uz", "30 dan 40 gacha odam", "30..40 30 dan 40 gacha"},
		{"uz", "30 tadan 40 tagacha odam, 50gacha odam", "30..40 30 tadan 40 tagacha; 1..50 50gacha"},
		{"uz", "30 дан 40 гача одам", "30..40 30 дан 40 гача"},
		{"uz", "oʻttizdan qirqqa qadar odam", "30..40 oʻttizdan qirqqa qadar"},
		{"uz", "1,5 ming kishi, bir yarim ming kishi, бир ярим минг киши", "1500..1500 1,5 ming; 1500..1500 bir yarim ming; 1500..1500 бир ярим минг"},
		{"tr", "30'dan 40'a kadar kişi", "30..40 30'dan 40'a kadar"},
		{"tr", "30 ila 40 kişi, 30 ile 40 arasında kişi", "30..40 30 ila 40; 30..40 30 ile 40 arasında"},
		{"tr", "50 kadar kişi, 50'ye kadar kişi", "50..50 50 kadar; 1..50 50'ye kadar"},
		{"tr", "1,5 milyon kişi, iki buçuk bin kişi", "1500000..1500000 1,5 milyon; 2500..2500 iki buçuk bin"},
		{"tg", "аз 30 то 40 нафар", "30..40 аз 30 то 40"},
		{"tg", "1,5 ҳазор нафар, якуним ҳазор нафар", "1500..1500 1,5 ҳазор; 1500..1500 якуним ҳазор"},
		{"ar", "ما بين 30 و40 شخصا", "30..40 ما بين 30 و40"},
		{"ar", "بين 30 و40 شخصا", "30..40 بين 30 و40"},
		{"ar", "بين ثلاثين وأربعين شخصا", "30..40 بين ثلاثين وأربعين"},
		{"ar", "1,5 مليون شخص، مليون ونصف شخص", "1500000..1500000 1,5 مليون; 1500000..1500000 مليون ونصف"},
		{"ar", "١٫٥ مليون شخص", "1500000..1500000 ١٫٥ مليون"},
		{"ru", "1,5 тысячи человек, 2.5 тыс. человек", "1500..1500 1,5 тысячи; 2500..2500 2.5 тыс"},
		{"ru", "полторы тысячи человек, полтора десятка человек", "1500..1500 полторы тысячи; 15..15 полтора десятка"},
		{"ru", "два с половиной миллиона человек, полмиллиона беженцев", "2500000..2500000 два с половиной миллиона; 500000..500000 полмиллиона"},
		{"ru", "от 10 до 15 тысяч человек, 10-15 тысяч человек", "10000..15000 от 10 до 15 тысяч; 10000..15000 10-15 тысяч"},
		{"ru", "от 1,5 до 2 тысяч человек", "1500..2000 от 1,5 до 2 тысяч"},
		{"ru", "от 900 до 2 тысяч человек", "900..2000 от 900 до 2 тысяч"},
		{"fr", "1,5 million de personnes, un million et demi", "1500000..1500000 1,5 million; 1500000..1500000 un million et demi"},
		{"fr", "entre cinquante et soixante morts, entre vingt et un et trente morts", "50..60 entre cinquante et soixante; 21..30 entre vingt et un et trente"},
		{"es", "entre cincuenta y sesenta muertos", "50..60 entre cincuenta y sesenta"},
		{"en", "between one hundred and two hundred people", "100..200 between one hundred and two hundred"},
		{"fr", "de 30 à 40 morts", "30..40 de 30 à 40"},
		{"es", "1,5 millones de personas, un millón y medio", "1500000..1500000 1,5 millones; 1500000..1500000 un millón y medio"},
		{"es", "medio millón de personas", "500000..500000 medio millón"},
		{"en", "1.5 million people, 2.5 thousand fled, 0.5 million fled", "1500000..1500000 1.5 million; 2500..2500 2.5 thousand; 500000..500000 0.5 million"},
		{"en", "1.250 million people, half a million people", "1250000..1250000 1.250 million; 500000..500000 half a million"},
		{"en", "two and a half million people, between 1.5 and 2 million people", "2500000..2500000 two and a half million; 1500000..2000000 between 1.5 and 2 million"},
		{"en", "between 10 and 15 thousand people", "10000..15000 between 10 and 15 thousand"},
		{"en", "$1.5 million, 1.5 million dollars, 2.5 men, 1.5 per cent, half of the men, 12 and a half men", "12..12 12"},
		{"ar", "وجرح عشرون في هجوم، 20 في المئة", "20..20 عشرون"},
		{"fr", "vingt blessés, 20 pour cent, vingt pour avoir manifesté", "20..20 vingt; 20..20 vingt"},
		{"es", "veinte por manifestarse, veinte por ciento", "20..20 veinte"},
		{"en", "1.5-2 million people", "1500000..2000000 1.5-2 million"},
	} {
		if got := numbers(c.language, c.text); got != c.want {
			t.Errorf("%s %q\n got %q\nwant %q", c.language, c.text, got, c.want)
		}
	}
}
