package story

import (
	"fmt"
	"testing"
	"time"

	"faultline/pkg/event"
)

// found makes asserted findings of pairs of indicator and category.
func found(pairs ...string) []event.Finding {
	var out []event.Finding
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, event.Finding{Indicator: pairs[i], Category: pairs[i+1], Assertion: event.Asserted, Points: float64(50 - i)})
	}
	return out
}

func categoriesOf(findings []event.Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, f.Category)
	}
	return out
}

func signed(findings []event.Finding) *Profile {
	f := &Profile{}
	f.setCategories(newTable(event.Categories()), categoriesOf(findings), findings)
	return f
}

var (
	hostage = []string{"official-abducted", "kidnapping", "hostages-held", "kidnapping"}
	bombing = []string{"bombing", "armed-attack", "killed-in-violence", "casualties", "killed-number", "casualties"}
)

func TestRareIndicatorsWeighMore(t *testing.T) {
	k := newKnowledge()
	of := func(findings []event.Finding) float64 { return k.signs(signed(findings), signed(findings)) }
	common, rare := of(found(bombing...)), of(found(hostage...))
	if common > 0.02 {
		t.Errorf("a bombing with people killed, as told of many a town, weighs %.3f", common)
	}
	if rare < 0.05 {
		t.Errorf("an official held hostage weighs %.3f", rare)
	}
	if both := of(found(append(hostage, "building-seized", "building-seizure")...)); both < rare+0.1 {
		t.Errorf("a seized building besides adds %.3f to %.3f", both-rare, rare)
	}
	if other := k.signs(signed(found(hostage...)), signed(found(bombing...))); other != 0 {
		t.Errorf("reports that share nothing weigh %.3f", other)
	}
	if all := of(found("coup", "coup", "mutiny", "mutiny", "secession", "secession", "base", "base-status", "asylum", "extradition")); all != 1 {
		t.Errorf("there is no upper bound: %.3f", all)
	}
	for range 300 { // a land where governors are kidnapped all the time
		k.learn(signed(found(hostage...)))
	}
	if now := of(found(hostage...)); now > rare/4 {
		t.Errorf("what was told 300 times weighs %.3f, and %.3f before", now, rare)
	}
}

// TestSecondCrisisOrSameCrisis: the same wordings are one story or two by what
// the rules saw in them.
func TestSecondCrisisOrSameCrisis(t *testing.T) {
	first := report{lang: "en", place: osh(), title: "Armed men hold the regional court in Osh",
		text: "Armed men entered the regional court in Osh at noon and hold those who were inside. Shots could be heard. Police closed the streets around the court."}
	second := report{lang: "en", place: osh(), after: 20 * time.Minute, title: "One dead as police exchange fire with gunmen in Osh",
		text: "Police exchanged fire with gunmen in the centre of Osh for an hour. One person died and 12 were taken to hospital, a doctor said."}
	story := func(after time.Duration, indicators ...string) bool {
		g, findings := NewGrouper(Default()), found(indicators...)
		var ids []string
		for i, r := range []report{first, second} {
			if i == 1 {
				r.after += after
			}
			a := r.assessment([]string{"one", "two"}[i])
			a.Findings, a.Categories = findings, categoriesOf(findings)
			ids = append(ids, g.Add(a))
		}
		return ids[0] == ids[1]
	}
	rare := append(append([]string{}, hostage...), "building-seized", "building-seizure")
	if !story(0, rare...) {
		t.Error("a hostage crisis in one town within minutes is told as two")
	}
	if story(24*time.Hour, rare...) {
		t.Error("in little but the same indicators a day later it is still one")
	}
	if story(0, bombing...) {
		t.Error("two bombings in one town within minutes are told as one")
	}
}

// TestSituation: one kind of event in one town within hours is one situation, the
// more the sooner.
func TestSituation(t *testing.T) {
	at := func(after time.Duration, findings []event.Finding) *Profile {
		f := signed(findings)
		f.time = time.Date(2010, 5, 14, 9, 0, 0, 0, time.UTC).Add(after)
		return f
	}
	seized, marched := found("building-seized", "building-seizure"), found("street-protest", "protest")
	now := at(0, seized)
	for name, c := range map[string]struct {
		other    *Profile
		where    area
		from, to float64
	}{
		"a seized building at once":       {at(0, seized), areaSame, 0.95, 1},
		"a march at once":                 {at(0, marched), areaSame, 0, 0},
		"a seized building after 3 hours": {at(3*time.Hour, seized), areaNear, 0.45, 0.5},
		"the next day":                    {at(24*time.Hour, seized), areaSame, 0, 0},
		"somewhere in the region":         {at(0, seized), areaRegion, 0, 0},
		"without a date":                  {signed(seized), areaSame, 0, 0},
	} {
		if got := situation(now, c.other, c.where); got < c.from || got > c.to {
			t.Errorf("%s: %.2f, want %.2f to %.2f", name, got, c.from, c.to)
		}
	}
	if got := situation(at(0, seized), at(0, found("street-protest", "protest", "building-seized", "building-seizure")), areaSame); got != 1 {
		t.Errorf("a march that seizes a building, and a seized building: %.2f", got)
	}
}

// TestChance: how many stories of a kind and town are to be expected depends on how
// many of the kind and of the town there are, and on how rare the kind is at all.
func TestChance(t *testing.T) {
	p := NewProfiler()
	seized := func(n int, place *event.Place) *Profile {
		r := vocabulary(n)
		r.category, r.indicator, r.place = "building-seizure", "building-seized", place
		return p.Profile(r.assessment(fmt.Sprint(n)))
	}
	bombed := vocabulary(1)
	bombed.category, bombed.indicator = "armed-attack", "bombing"
	quiet := NewIndex(Default())
	rare, usual := quiet.chance(seized(1, osh())), quiet.chance(p.Profile(bombed.assessment("b")))
	if rare >= usual || surprise(rare) != 1 || surprise(usual) > 0.5 {
		t.Errorf("when nothing is known, a seized building is expected %.3f times, a bombing %.3f times", rare, usual)
	}
	if got := quiet.chance(seized(1, nil)); got != 0 {
		t.Errorf("without a place: %.3f", got)
	}
	first, second := vocabulary(2), vocabulary(3)
	first.category, first.place, second.category, second.place = "protest", osh(), "protest", osh()
	quiet.Add("1", "1", p.Profile(first.assessment("1")))
	if got := quiet.chance(p.Profile(bombed.assessment("b"))); got > usual {
		t.Errorf("one story of the town makes another one usual there: %.3f after %.3f", got, usual)
	}
	quiet.Add("2", "2", p.Profile(second.assessment("2")))
	if got := quiet.chance(p.Profile(bombed.assessment("b"))); got < 2*usual {
		t.Errorf("two stories of the town: %.3f after %.3f", got, usual)
	}
	busy := NewIndex(Default())
	for n := range 200 {
		f := seized(n, []*event.Place{osh(), talas()}[n%2])
		busy.Add(fmt.Sprint(n), fmt.Sprint(n), f)
	}
	there, elsewhere := busy.chance(seized(1, osh())), busy.chance(seized(1, kabul()))
	if surprise(there) != 0 || elsewhere >= there/50 {
		t.Errorf("among 100 in the town: %.2f; among none: %.2f", there, elsewhere)
	}
	for n := range 200 {
		busy.Remove(fmt.Sprint(n))
	}
	if got := busy.chance(seized(1, osh())); got != rare || len(busy.kinds)+len(busy.towns) != 0 {
		t.Errorf("after all were removed: %.3f, %v, %v", got, busy.kinds, busy.towns)
	}
}

func TestSituationCountsWhereItSurprises(t *testing.T) {
	k, p := newKnowledge(), NewProfiler()
	first := report{lang: "en", place: osh(), category: "building-seizure", indicator: "building-seized", title: "Crowd holds the tax office in Osh",
		text: "A crowd went into the tax office in Osh in the morning."}
	second := first.but(func(r *report) {
		r.title, r.text = "Demonstrators take Osh revenue building", "Demonstrators are inside the revenue building, and the staff has left."
		r.after = 30 * time.Minute
	})
	of := func(chance float64) float64 {
		return k.compare(Default(), p.Profile(second.assessment("two")), p.Profile(first.assessment("one")), chance).Score
	}
	if of(0.01) <= of(0.1) || of(0.1) <= of(1) || of(1) != of(5) {
		t.Errorf("one in a hundred, one in ten, one, five: %.2f, %.2f, %.2f, %.2f", of(0.01), of(0.1), of(1), of(5))
	}
}
