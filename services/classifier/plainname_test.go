package classifier

import (
	"strings"
	"testing"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/rule"
	"faultline/services/classifier/internal/token"
)

// capitals are names whose stems may be those of everyday words, by script.
func capitals() map[string]string {
	const latin = "Riyadh Beirut Algiers Tunis Rabat Paris Madrid Rome Berlin Moscow Ankara Tehran Kabul Baku Tashkent Dushanbe Bishkek Astana Doha Manama Muscat Sanaa Amman Havana Lima Quito Kingston Georgetown Freetown Nice Split Male Monaco Valletta Apia Suva Lome Praia"
	const cyrillic = "Эр-Рияд Бейрут Алжир Тунис Рабат Париж Мадрид Рим Берлин Москва Анкара Тегеран Кабул Баку Ташкент Душанбе Бишкек Астана Доха Манама Маскат Сана Амман Гавана Лима Кито Мале Апиа Сува Ломе Прая Минск Киев Рига Осло"
	const arabic = "الرياض بيروت الجزائر تونس الرباط باريس مدريد روما برلين موسكو أنقرة طهران كابل باكو طشقند دوشنبه بيشكك الدوحة المنامة مسقط صنعاء عمان هافانا ليما"
	return map[string]string{
		"en": latin, "fr": latin, "es": latin, "tr": latin, "ru": cyrillic, "ky": cyrillic, "kk": cyrillic, "tg": cyrillic, "uz": latin + " " + cyrillic, "ar": arabic,
	}
}

// countries are the names that CLDR has for them in a language.
func countries(code string) (names []string) {
	namer := display.Regions(language.MustParse(code))
	if namer == nil {
		return nil
	}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if region, err := language.ParseRegion(string([]rune{a, b})); err == nil && region.IsCountry() {
				names = append(names, namer.Name(region))
			}
		}
	}
	return names
}

// The plain name of a country or capital is no context: cut to its stem it must
// not be a guard's word, in any language.
func TestPlainNamesFireNoGuard(t *testing.T) {
	r := shipped(t)
	doc, matcher := &token.Document{}, phrase.Matcher{}
	for code, list := range capitals() {
		program := r.engine.Rules().Program(code)
		names := append(strings.Fields(list), countries(code)...)
		if len(names) < 20 || program.Language != code {
			t.Fatalf("%s: %d names, program %q", code, len(names), program.Language)
		}
		for _, name := range names {
			program.Lexicon().Read(doc, name, "")
			matcher.Match(program.Program, &doc.Title, nil, func(phrase.ID) bool { return true })
			for _, h := range matcher.Hits {
				if o := &program.Owners[h.Phrase]; o.Role == rule.RoleGuard {
					t.Errorf("%s: %s fires the guard %s by %s (%s)", code, name, r.engine.Rules().Guards[o.Index].Name, o.Text, o.Position())
				}
			}
		}
	}
}
