package assess

import (
	"slices"
	"testing"

	"faultline/pkg/event"
)

// Whom people are in the street for is not whom they are against, and who denies a deed
// behind it did not do it.
func TestSakesAndDenials(t *testing.T) {
	e := engine(t, `
lists:
  marchers: {en: [=protesters]}
  gunmen: {en: [=gunmen]}
  forces: {en: [=army, =police]}
  house: {en: ["=airport"]}
slots: {marchers: actor, gunmen: actor, forces: actor, house: target}
agents: {en: ["=by"]}
indicators:
  - {id: street, title: t, category: protest, severity: high, points: 50, match: {en: ["=protesters ..1 (=demand|=rally|=march|=scuffle)"]}}
  - {id: taken, title: t, category: armed-clash, severity: high, points: 50, match: {en: ["=captured ~4 <actor:@forces> ~4 <target:@house>", "=captured ..2 <target:@house>"]}}`)
	for _, c := range []struct{ text, actor, target string }{
		{"Protesters demand release of the governor.", "Protesters", ""},
		{"Protesters rally behind the governor.", "Protesters", ""},
		{"Protesters march for a minister.", "Protesters", ""},
		{"Protesters march against a minister.", "Protesters", "minister"},
		{"Protesters scuffle with a minister.", "Protesters", "minister"},
		{"Gunmen captured airport, army denies.", "Gunmen", "airport"},
		{"Army captured airport, gunmen say.", "Army", "airport"},
		{"Captured airport by army.", "army", "airport"},
	} {
		a := e.AssessAs("en", event.Item{Title: c.text})
		if len(a.Findings) != 1 {
			t.Errorf("%q: findings %+v", c.text, a.Findings)
			continue
		}
		if s := a.Findings[0].Slots; words(s.Actor) != c.actor || words(s.Target) != c.target {
			t.Errorf("%q: %q and %q, want %q and %q", c.text, words(s.Actor), words(s.Target), c.actor, c.target)
		}
	}
}

// Who did it to whom by what stands around the words for it: "between", "of", another
// verb, the noun that a word only describes, and another sentence.
func TestSides(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct{ language, title, text, id, actor, target string }{
		{"en", "Mortar duels between government forces and a band of rebels went on by the weir", "", "shelling-airstrike", "government forces", "rebels"},
		{"en", "Heavy fighting between militants and border guards closed the pass", "", "firefight", "militants", "border guards"},
		{"ru", "Возобновились бои между армией и повстанцами", "", "firefight", "армией", "повстанцами"},
		{"en", "Shots were fired between the mosque and the market", "", "shots-heard", "", ""},
		{"en", "The ambush of soldiers on the ridge road went unpunished", "", "armed-group-attack", "", "soldiers"},
		{"en", "Rebels have taken a villager into their custody at the ferry", "", "abduction", "Rebels", "villager"},
		{"en", "Gunmen torched a police van in the square", "", "armed-group-attack", "Gunmen", "police van"},
		{"en", "Warplanes attacked a rebel-held suburb of the port", "", "shelling-airstrike", "Warplanes", "suburb"},
		{"en", "Warplanes attacked a rebel-held suburb of the port", "", "armed-group-attack", "", ""},
		{"en", "Rebel-led troops attacked a village by the port", "", "armed-group-attack", "Rebel", "village"},
		{"en", "Masked gunmen have shot a teacher dead at the ford", "", "killed-in-violence", "", "teacher"},
		{"en", "Police fired dozens of tear gas shells at students", "", "crowd-dispersal", "Police", "students"},
		{"en", "A constable was killed and four others were injured in a bomb blast", "", "killed-in-violence", "", "constable"},
		{"en", "Motorbike raiders leave nine dead in a hamlet by the ford", "", "armed-group-attack", "Motorbike raiders", ""},
		{"en", "Shops looted as families were packing", "", "riot", "", ""},
		{"en", "Villagers fled from soldiers and burnt a bus", "", "riot", "Villagers", ""},
		{"en", "Youths went from door to door in two quarters of the port and torched nine houses of Uzbek families", "", "minority-attacked", "Youths", "Uzbek families"},
		{"ru", "Рота отказалась выполнять приказ, пишут родственники солдат", "", "mutiny", "Рота", ""},
		{"en", "Two guards were killed at the weir, the militants escaped", "", "security-operation", "", ""},
		{"ru", "Двое сторожей убиты у плотины, боевики скрылись", "", "security-operation", "", ""},
		{"en", "Rebel cadres killed the manager of a quarry", "", "killed-in-violence", "", ""},
		{"en", "An army soldier sustained injuries in a grenade attack", "", "wounded-in-violence", "", "army soldier"},
		{"en", "Riot police cleared students from the square", "", "riot", "", ""},
		{"en", "Town hall stormed at night", "A crowd of herders stormed the town hall of the valley before dawn.", "building-seized", "crowd of herders", "Town hall"},
		{"en", "Town hall stormed at night", "Soldiers stormed a depot by the river before dawn.", "building-seized", "", "Town hall"},
	} {
		var actor, target string
		a := e.AssessAs(c.language, event.Item{Title: c.title, Text: c.text})
		for i := range a.Findings {
			if f := &a.Findings[i]; f.Indicator == c.id {
				if f.Slots.Actor != nil {
					actor = f.Slots.Actor.Text
				}
				if f.Slots.Target != nil {
					target = f.Slots.Target.Text
				}
			}
		}
		if actor != c.actor || target != c.target {
			t.Errorf("%q: %s by %q to %q, want %q to %q; findings %+v", c.title, c.id, actor, target, c.actor, c.target, a.Findings)
		}
	}
}

// Nothing is done to who only tells of it, behind a comma.
func TestWhoOnlySpeaksIsNoTarget(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct {
		language, text string
		seized         bool
	}{
		{"en", "Troops stormed the gunmen's hideout, the interior ministry said.", false},
		{"en", "Border guards captured two gunmen, the ministry of defence in Osh said.", false},
		{"ru", "Военные захватили базу боевиков, сообщили в министерстве обороны.", false},
		{"en", "Gunmen stormed the interior ministry, the governor's office said.", true},
		{"en", "Gunmen, police said, stormed the interior ministry and said nothing.", true},
		{"ru", "Боевики захватили министерство, сообщили в администрации области.", true},
	} {
		a := e.AssessAs(c.language, event.Item{Text: c.text})
		if got := slices.ContainsFunc(a.Findings, func(f event.Finding) bool { return f.Indicator == "building-seized" }); got != c.seized {
			t.Errorf("%q: a building is seized: %v, want %v", c.text, got, c.seized)
		}
	}
}
