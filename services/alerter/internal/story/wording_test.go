package story

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

// endings are sentences that any report of the outlets of a country may end with.
func endings(order ...int) string {
	all := [...]string{
		"Trams kept to their usual hours until the late evening.", "The ministry will hold a briefing at the end of the week.", "Pupils were told to stay with their parents for a day.",
		"Markets in the suburbs closed before it grew dark.", "Lawmakers asked both chambers for a special session.", "Engineers restored the lines by the next morning.",
		"Doctors asked people to give blood at three clinics.", "Snow is expected on the passes from Sunday night.",
	}
	var b strings.Builder
	for _, i := range order {
		b.WriteString(" " + all[i])
	}
	return b.String()
}

// taught is an index that knows a form of a title and a first sentence with many endings, from
// fifteen towns.
func taught(form func(town string) (title, first string)) (*Index, *Profiler) {
	x, p := NewIndex(Default()), NewProfiler()
	for n := range 15 {
		place := spot(900+n, "Town"+string(rune('a'+n)), fmt.Sprint("KG.", 20+n), 41, 70+float64(n))
		title, first := form(place.Name)
		order := []int{n % 8, (n + 3) % 8, (n*5 + 1) % 8, (n*3 + 2) % 8, (n + 5) % 8, (n*7 + 6) % 8}
		x.Add(fmt.Sprint("town", n), fmt.Sprint("town", n), p.Profile(formed(title, first, order, place).assessment(fmt.Sprint("town", n))))
	}
	return x, p
}

func formed(title, first string, order []int, place *event.Place) report {
	return report{title: title, text: first + endings(order...), lang: "en", place: place, named: place.Name, category: "building-seizure", indicator: "seized"}
}

// Two texts that begin with a form of many towns are not one by it, though nothing in them
// differs but what follows; those that begin alike in words of their own are.
func TestOneFormWithOtherEndings(t *testing.T) {
	form := func(town string) (title, first string) {
		return "Crowd enters the water works of " + town, "Some hundred men broke the gate of the water works of " + town + " and drove the guards away, a driver said."
	}
	own := func(town string) (title, first string) {
		return "Herders camp in the stadium of " + town, "Herders brought their sheep into the stadium of " + town + " and pitched their tents on the lawn, a neighbour said."
	}
	x, p := taught(form)
	for name, c := range map[string]struct {
		of   func(town string) (title, first string)
		want bool
	}{"a form": {form, false}, "own words": {own, true}} {
		title, first := c.of("Talas")
		one := p.Profile(formed(title, first, []int{0, 1, 2, 3, 4, 5}, talas()).assessment("one"))
		two := p.Profile(formed(title, first, []int{2, 1, 0, 5, 3, 6}, talas()).but(func(r *report) { r.after = 5 * time.Minute }).assessment("two"))
		w := compareWording(x.config, one, two)
		if w.copied || w.opening < oneOpening {
			t.Fatalf("%s: %+v is no form with another ending", name, w)
		}
		if got := x.knowledge.anew(one, two, w); got > 0 != c.want {
			t.Errorf("%s: %.2f", name, got)
		}
	}
}

// Sentences that many stories end with make no two texts one that begin differently, but all
// of them in one order do.
func TestEndingsOfManyStories(t *testing.T) {
	x, p := taught(func(town string) (title, first string) {
		return "Men block the road to " + town, "Men with tyres blocked the road to " + town + " and let no lorry pass."
	})
	one := formed("Herders camp in the stadium of Talas", "Herders brought four flocks of sheep into the stadium of Talas before it was day, pitched felt tents between the goals and said that the pastures above were under ice.", []int{0, 2, 1, 7, 4, 3, 6}, talas())
	for name, c := range map[string]struct {
		order []int
		want  bool
	}{"in one order": {[]int{0, 2, 1, 7, 4, 3, 6}, true}, "in another": {[]int{6, 1, 0, 4, 2, 3, 7}, false}} {
		other := formed("Flocks on the lawn", "Nobody will play football in Talas this weekend, as shepherds whose animals had found nothing to eat took over the ground and slept there.", c.order, talas())
		a, b := p.Profile(one.assessment("one")), p.Profile(other.assessment("two"))
		w := compareWording(x.config, a, b)
		if w.copied || w.opening >= oneOpening || rewritten((w.whole+w.lead)/2) == 0 {
			t.Fatalf("%s: %+v share no endings", name, w)
		}
		if got := x.knowledge.anew(a, b, w); got == 1 != c.want {
			t.Errorf("%s: %.2f of %+v, own %.2f", name, got, w, x.knowledge.ownLead(a, b))
		}
	}
}
