package story

import (
	"testing"
	"time"

	"faultline/pkg/event"
)

// Words say that an attack is a further one of its kind, in the ten languages; not that of
// its victims, of another matter, or of a place with such a name something is told.
func TestFurtherEvents(t *testing.T) {
	names := newThingNames(furtherList())
	for _, c := range []struct {
		lang, text string
		want       bool
	}{
		{"en", "Second bomb in Quetta", true},
		{"en", "Yet another deadly blast in Kabul", true},
		{"en", "Mosque bombed again", true},
		{"en", "New attack on convoy", true},
		{"en", "New York attack trial", false},
		{"en", "Second bomb suspect held", false},
		{"en", "Second day of attacks", false},
		{"en", "Blast: second victim dies", false},
		{"ru", "Ещё один взрыв в Карачи", true},
		{"ru", "Второй теракт за день", true},
		{"ru", "Снова взрыв на рынке", true},
		{"ru", "Новые подробности взрыва", false},
		{"ky", "Ошто экинчи жарылуу болду", true},
		{"kk", "Ақтөбеде тағы бір шабуыл", true},
		{"uz", "Termizda yana bir portlash", true},
		{"tg", "Таркиши дуюм дар Душанбе", true},
		{"tr", "Hakkari'de bir saldırı daha", true},
		{"tr", "Patlamada bir kişi daha öldü", false},
		{"fr", "Nouvelle attaque à Djibo", true},
		{"fr", "Un deuxième attentat", true},
		{"es", "Otro ataque en Cali", true},
		{"ar", "انفجار ثان في عدن", true},
	} {
		if got := names.saysFurther(c.lang, words(c.text, 40)); got != c.want {
			t.Errorf("%q: %t, want %t", c.text, got, c.want)
		}
	}
}

// One outlet's lower number at another scene is of another event, unless it corrects itself.
func TestFewerThere(t *testing.T) {
	p := NewProfiler()
	told := func(feed, title, text string, killed int, after time.Duration) *Profile {
		return p.Profile(&event.Assessment{
			Language: "en", Casualties: event.Casualties{Killed: &event.Count{Min: killed}},
			Item: event.Item{ID: title, Title: title, Text: text, Source: event.Source{Feed: feed}, Published: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC).Add(after)},
		})
	}
	first := told("one", "Bomb kills three", "It went off at a market.", 3, 0)
	for name, c := range map[string]struct {
		later *Profile
		want  bool
	}{
		"another scene":   {told("one", "Bomb kills two", "It went off at a bank.", 2, time.Hour), true},
		"the same":        {told("one", "Bomb kills two", "It went off at a market.", 2, time.Hour), false},
		"more":            {told("one", "Bomb kills four", "It went off at a bank.", 4, time.Hour), false},
		"another outlet":  {told("two", "Bomb kills two", "It went off at a bank.", 2, time.Hour), false},
		"a correction":    {told("one", "CORRECTED: Bomb kills two", "It went off at a bank.", 2, time.Hour), false},
		"a lower number":  {told("one", "Toll of bomb lowered to two", "It went off at a bank.", 2, time.Hour), false},
		"told before":     {told("one", "Bomb kills four", "It went off at a bank.", 4, -time.Hour), true},
		"without outlets": {told("", "Bomb kills two", "It went off at a bank.", 2, time.Hour), false},
	} {
		if got := fewerThere(first, c.later); got != c.want || got != fewerThere(c.later, first) {
			t.Errorf("%s: %t, want %t in either order", name, got, c.want)
		}
	}
}
