package assess

import (
	"testing"
	"time"

	"faultline/pkg/event"
)

// A slot of the shipped rules has a whole noun phrase or nothing: no part of a title,
// no road to where nothing happened, nobody who only says so, and no victim who did it.
func TestSlotsOfShippedRules(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct{ language, text, indicator, actor, target string }{
		{"en", "Armed men kidnap deputy mayor of Jalal-Abad.", "official-abducted", "Armed men", "deputy mayor"},
		{"en", "Gunmen abduct the deputy interior minister.", "official-abducted", "Gunmen", "deputy interior minister"},
		{"ru", "Неизвестные похитили заместителя мэра Джалал-Абада.", "official-abducted", "Неизвестные", "заместителя мэра"},
		{"uz", "Noma'lum shaxslar hokim o'rinbosarini o'g'irlab ketdi.", "official-abducted", "Noma'lum shaxslar", "hokim o'rinbosarini"},
		{"fr", "Des hommes armés enlèvent l'adjoint au maire.", "abduction", "hommes armés", "adjoint au maire"},
		{"es", "Hombres armados secuestran al vicegobernador.", "abduction", "Hombres armados", "vicegobernador"},
		{"ru", "Протестующие захватили здание областной администрации.", "building-seized", "Протестующие", "здание областной администрации"},
		{"ru", "Боевики захватили губернатора.", "official-abducted", "Боевики", "губернатора"},
		{"en", "Demonstrators block the road to the airport.", "road-blockade", "Demonstrators", ""},
		{"ru", "Протестующие перекрыли дорогу к аэропорту.", "road-blockade", "Протестующие", ""},
		{"ru", "Пограничники открыли огонь у села Ак-Сай.", "shooting-attack", "Пограничники", ""},
		{"en", "Gunmen attack village near army base, killing six farmers.", "attack-on-forces", "Gunmen", "village"},
		{"en", "Gunmen attack village near army base, killing six farmers.", "killed-in-violence", "", "six farmers"},
		{"en", "Rebels shelled a village, killing four.", "killed-in-violence", "", ""},
		{"en", "Gunmen attack bank in Talas, kill four.", "killed-in-violence", "", ""},
		{"ru", "Боевики напали на село, убиты четверо.", "killed-in-violence", "", ""},
		{"en", "Rebels killed in clash with army.", "killed-in-violence", "", "Rebels"},
		{"en", "The State Committee for National Security said Kyrgyz border guards were the first to open fire.", "cross-border-violence", "Kyrgyz border guards", ""},
		{"en", "Protesters said they had seized the town hall.", "building-seized", "Protesters", "town hall"},
		{"en", "The rebels said soldiers had shelled the village.", "shelling-airstrike", "soldiers", "village"},
	} {
		a := e.Assess(event.Item{Language: c.language, Text: c.text, Published: time.Date(2026, 6, 12, 0, 0, 0, 0, time.UTC)})
		found := false
		for _, f := range a.Findings {
			if f.Indicator != c.indicator {
				continue
			}
			found = true
			if actor, target := words(f.Slots.Actor), words(f.Slots.Target); actor != c.actor || target != c.target {
				t.Errorf("%q: %s: %q and %q, want %q and %q", c.text, c.indicator, actor, target, c.actor, c.target)
			}
		}
		if !found {
			t.Errorf("%q: no %s (%s)", c.text, c.indicator, stances(a))
		}
		check(t, a)
	}
}

// Nobody loots arms by being armed, and nobody abducts a building.
func TestArmedMenLootNoArms(t *testing.T) {
	e := shipped(t)
	for text, language := range map[string]string{
		"Qurolli shaxslar hokimni o'g'irlab ketdi.": "uz",
		"Қарулы адамдар әкімді ұрлап кетті.":        "kk",
		"Вооружённые люди захватили здание мэрии.":  "ru",
	} {
		a := e.AssessAs(language, event.Item{Text: text})
		for _, f := range a.Findings {
			if f.Indicator == "arms-looted" || language == "ru" && f.Category == "kidnapping" {
				t.Errorf("%q: %s: %+v", text, f.Indicator, f.Evidence)
			}
		}
		check(t, a)
	}
}
