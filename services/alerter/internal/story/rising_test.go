package story

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

func TestSaysRising(t *testing.T) {
	rising := NewProfiler().rising
	for lang, title := range map[string]string{
		"en": "Death toll rises to 14", "ru": "Число погибших выросло до 14", "ky": "Каза болгондардын саны 14кө жетти", "kk": "Қаза тапқандар саны 14-ке жетті",
		"uz": "Qurbonlar soni 14 taga yetdi", "tg": "Шумораи кушташудагон то 14 афзуд", "tr": "Ölü sayısı 14'e yükseldi", "fr": "Le bilan s'alourdit à 14 morts",
		"es": "Sube a 14 la cifra de muertos", "ar": "ارتفاع حصيلة القتلى إلى 14",
	} {
		if !rising.any(words(title, 20)) {
			t.Errorf("%s: %q says nothing of rising", lang, title)
		}
	}
	for _, title := range []string{"Bomb kills 14", "Rosebud sold", "Число погибших уточняется", "Montero dimite"} {
		if rising.any(words(title, 20)) {
			t.Errorf("%q says that a number has grown", title)
		}
	}
}

// A title that says that the toll has risen is of the report with the lower one; it is not
// by a number that is lower, of another town, too late or of another kind of event.
func TestRising(t *testing.T) {
	first := report{title: "Blast in Osh kills 9", text: "A blast killed nine people.", lang: "en", place: osh(), category: "armed-attack", indicator: "bombing", killed: 9}
	later := first.but(func(r *report) { r.title, r.killed, r.after = "Toll of Osh blast climbs to 14", 14, 2*time.Hour })
	p := NewProfiler()
	for name, c := range map[string]struct {
		change func(*report)
		want   bool
	}{
		"higher":           {func(*report) {}, true},
		"lower":            {func(r *report) { r.killed = 7 }, false},
		"as high":          {func(r *report) { r.killed = 9 }, false},
		"more injured":     {func(r *report) { r.killed, r.injured = 9, 20 }, false},
		"another town":     {func(r *report) { r.place = batken() }, false},
		"two days later":   {func(r *report) { r.after = 48 * time.Hour }, false},
		"no such event":    {func(r *report) { r.category, r.indicator = "extradition", "handed-over" }, false},
		"in the title":     {func(r *report) { r.killed = 0 }, true},
		"far too many":     {func(r *report) { r.killed, r.title = 0, "Toll of Osh blast climbs to 900" }, false},
		"at once sixfold":  {func(r *report) { r.killed, r.after = 60, 10*time.Minute }, false},
		"sixfold in time":  {func(r *report) { r.killed = 60 }, true},
		"days, no people":  {func(r *report) { r.killed, r.title = 0, "Anger rises in Osh 14 days on" }, false},
		"says nothing":     {func(r *report) { r.title = "Blast in Osh kills 14" }, false},
		"counts no people": {func(r *report) { r.killed, r.title = 0, "Anger rises in Osh" }, false},
	} {
		f, g := p.Profile(first.assessment("1")), p.Profile(later.but(c.change).assessment("2"))
		where := whereabouts(f, g)
		if got := rising(f, g, where); got != c.want || got != rising(g, f, where) {
			t.Errorf("%s: %t, want %t in either order", name, got, c.want)
		}
	}
	both(t, first, later, true)
	wounded := first.but(func(r *report) {
		r.title, r.text, r.killed, r.injured = "Gunfire in Osh, 9 wounded", "Nine people were wounded in gunfire.", 0, 9
	})
	for name, c := range map[string]struct {
		killed, injured int
		want            bool
	}{"the wounded": {0, 14, true}, "the dead, whom nobody counted": {14, 31, false}, "the dead, and as many wounded as before": {14, 9, false}} {
		f, g := p.Profile(wounded.assessment("1")), p.Profile(later.but(func(r *report) { r.killed, r.injured = c.killed, c.injured }).assessment("2"))
		if got := rising(f, g, whereabouts(f, g)); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}

// What a title says it was done to speaks against a report whose title says another thing,
// unless either tells of both.
func TestOtherTarget(t *testing.T) {
	p := NewProfiler()
	told := func(lang, title, text string) *Profile {
		return p.Profile(&event.Assessment{Language: lang, Item: event.Item{ID: title, Title: title, Text: text}})
	}
	for _, c := range []struct {
		lang, a, b, text string
		want             bool
	}{
		{"en", "Blast at mosque", "Blast near ministry", "", true},
		{"en", "Blast at mosque", "Blast near ministry", "It was the second after one at a mosque.", false},
		{"en", "Mayor abducted", "Judge abducted", "", true},
		{"en", "Mayor abducted", "Judge abducted", "She was to try the mayor.", false},
		{"en", "Mayor abducted", "Relatives of mayor march to court", "", false},
		{"en", "Mayor abducted", "Gunmen abduct two", "", false},
		{"en", "Soldiers shot", "Women shot", "", false}, // every story has them
		{"ru", "Взрыв в мечети", "Взрыв у гостиницы", "", true},
		{"ru", "Похищен мэр", "Похищен судья", "", true},
		{"ky", "Базарда жарылуу", "Мектепте жарылуу", "", true},
		{"es", "Bomba en el mercado", "Bomba en una iglesia", "", true},
		{"ar", "انفجار في مسجد", "انفجار في فندق", "", true},
	} {
		a, b := told(c.lang, c.a, ""), told(c.lang, c.b, c.text)
		if got := otherTarget(a, b); got > 0 != c.want || got != otherTarget(b, a) {
			t.Errorf("%q and %q, %q: %v, want %t in either order", c.a, c.b, c.text, got, c.want)
		}
	}
	if f := told("en", strings.ToUpper("Gunmen take hotel"), ""); len(f.titleSites) != 1 {
		t.Errorf("in capitals: %v", f.titleSites)
	}
}
