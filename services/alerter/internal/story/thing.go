package story

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// naming is one way in which a thing is named.
type naming struct {
	thing
	index uint64 // of the thing
	stem  string
	next  string // how the next word begins, "" for any
	whole bool   // the stem is the word
}

// thingNames are the ways in which things are named, by the first letters of the word.
type thingNames map[string][]naming

// keyRunes is how many letters of a word its names are looked up by.
const keyRunes = 3

func newThingNames(list []thing) thingNames {
	out := thingNames{}
	for i, t := range list {
		for _, name := range strings.Fields(t.words) {
			n := naming{thing: t, index: uint64(i)}
			n.stem, n.next, _ = strings.Cut(name, "_")
			n.stem, n.whole = strings.CutPrefix(n.stem, "=")
			out[firstRunes(n.stem)] = append(out[firstRunes(n.stem)], n)
		}
	}
	return out
}

func firstRunes(text string) string {
	n := 0
	for i := range text {
		if n == keyRunes {
			return text[:i]
		}
		n++
	}
	return text
}

// find are the things that words of a language name, by kind, and those of the buildings and
// people that not every story names. Names of two words go before those of one.
func (names thingNames) find(lang string, ws []word, places map[string]bool) (out [thingKinds][]uint64, rare []uint64) {
	deputy := false // of whom the word names
	for i, w := range ws {
		if w.number >= 0 || places[w.text] {
			continue
		}
		next := bare(lang, following(ws[i+1:]))
		n, ok := names.named(bare(lang, w.text), next)
		if !ok && lang == "ar" {
			n, ok = names.named(unprefixed(w.text), next)
		}
		if ok = ok && !((n.kind == mayor || n.kind == governor) && (deputy || onlyCited(ws, i))); ok {
			out[n.kind] = append(out[n.kind], n.index)
			if n.kind <= people && !n.common || n.kind == mayor || n.kind == governor {
				rare = append(rare, n.index)
			}
		}
		deputy = ok && n.kind == people && n.next != ""
	}
	for kind := range out {
		out[kind] = sorted(out[kind])
	}
	return out, sorted(rare)
}

// onlyCited reports whether who holds the office that the i-th word names is only who it is known
// from: "a spokesman for the governor said", "according to the mayor", "пресс-служба губернатора".
func onlyCited(ws []word, i int) bool {
	for j := i - 1; j >= max(0, i-3) && ws[j].clause == ws[i].clause; j-- {
		if said := speech(ws[j].text); said == speaksAfter || said == speaksBeside && j == i-1 || beginsAs(ws[j].text, mouthpieces[:]) {
			return true
		}
	}
	if i+1 == len(ws) || ws[i+1].clause != ws[i].clause {
		return false
	}
	before := speech(ws[i+1].text)
	return before == speaksBefore || before == speaksBeside || beginsAs(ws[i+1].text, mouthpieces[:])
}

// mouthpieces is how the words begin for who speaks for somebody.
var mouthpieces = [...]string{"spokes", "press", "пресс", "басма", "баспасөз", "matbuot", "матбуот", "sözcü", "portavoz", "parole", "متحدث", "المتحدث", "الناطق"}

// following is the first word that is no "of"; "" when there is none.
func following(ws []word) string {
	if len(ws) > 1 && (ws[0].text == "de" || ws[0].text == "del") {
		return ws[1].text
	}
	if len(ws) == 0 {
		return ""
	}
	return ws[0].text
}

// named is the longest name that a word and the next one begin with.
func (names thingNames) named(text, next string) (best naming, ok bool) {
	all := names[firstRunes(text)]
	for i := range all {
		n := &all[i]
		if !strings.HasPrefix(text, n.stem) || n.whole && text != n.stem || !strings.HasPrefix(next, n.next) {
			continue
		}
		if !ok || len(n.stem)+len(n.next) > len(best.stem)+len(best.next) {
			best, ok = *n, true
		}
	}
	return best, ok
}

// any reports whether one of the words names something.
func (names thingNames) any(ws []word) bool {
	return slices.ContainsFunc(ws, func(w word) bool { _, ok := names.named(w.text, ""); return ok })
}

// bare is a word without what languages write in one with it: the article and the
// conjunctions and prepositions of Arabic, the elided article of French.
func bare(lang, text string) string {
	switch lang {
	case "ar":
		for _, prefix := range []string{"وال", "بال", "فال", "كال", "لل", "ال"} {
			if rest, ok := strings.CutPrefix(text, prefix); ok && utf8.RuneCountInString(rest) >= keyRunes {
				return rest
			}
		}
	case "fr":
		if len(text) > keyRunes && (text[0] == 'l' || text[0] == 'd') && strings.ContainsRune("aeiouhéèê", firstRune(text[1:])) {
			return text[1:]
		}
	}
	return text
}

// unprefixed is an Arabic word without the one letter that is written in one with it: and,
// in, for, so, like. It may be a letter of the word.
func unprefixed(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	if strings.ContainsRune("وبلفك", r) && utf8.RuneCountInString(text) > keyRunes {
		return bare("ar", text[size:])
	}
	return text
}

func firstRune(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}

// things is how far two reports name the same things: what they share, weighed by
// rarity, and the part of the kinds of which both name some that have none in common.
func (k *knowledge) things(a, b *Profile) (shared, apart float64) {
	var both, ofA, ofB, kinds, none float64
	for kind := range a.things {
		x, y := a.things[kind], b.things[kind]
		both, ofA, ofB = both+k.weighThings(x, y), ofA+k.weighThings(x, x), ofB+k.weighThings(y, y)
		if len(x) > 0 && len(y) > 0 && kindOfThing(kind) < means {
			kinds++
			none += truth(common(x, y) == 0)
		}
	}
	return both / max(leastThings, min(ofA, ofB)), none / max(1, kinds)
}

func (k *knowledge) weighThings(a, b []uint64) float64 {
	sum := 0.0
	each(a, b, func(i uint64) { sum += square(k.rarity(k.named[i])) })
	return sum
}

// taken is the category of those who were taken, or freed.
const taken = "kidnapping"

// captive is how far two reports are of one captive, taken or freed: one who holds an
// office that nobody else holds there, whenever it was, anybody else so far as such news
// are not to be expected. A town that is on no map is a name. Who was killed for an office
// is one as well.
func captive(a, b *Profile, where area, chance float64) float64 {
	shared := func(kind kindOfThing) bool { return common(a.things[kind], b.things[kind]) > 0 }
	near := where >= areaNear || where == areaUnknown && common(a.names, b.names) > 0
	switch {
	case a.slain && b.slain:
		return truth(near && shared(mayor) || (near || where == areaRegion) && shared(governor))
	case !a.shows(taken) || !b.shows(taken):
		return 0
	case near && shared(mayor) || (near || where == areaRegion) && shared(governor):
		return 1
	case near && shared(people):
		return surprise(chance)
	}
	return 0
}

// others reports whether both reports are of captives, and name them differently.
func others(a, b *Profile) bool {
	if !a.shows(taken) || !b.shows(taken) {
		return false
	}
	named, both := [2]int{}, 0
	for _, kind := range [...]kindOfThing{people, mayor, governor} {
		named[0], named[1] = named[0]+len(a.things[kind]), named[1]+len(b.things[kind])
		both += common(a.things[kind], b.things[kind])
	}
	return named[0] > 0 && named[1] > 0 && both == 0
}

// offices are the offices of a country whose holder may be a captive, to find reports by.
func (f *Profile) offices() []uint64 {
	if f.country == "" || !f.slain && !f.shows(taken) {
		return nil
	}
	var out []uint64
	for _, kind := range [...]kindOfThing{mayor, governor} {
		for _, h := range f.things[kind] {
			out = append(out, mix(h^hashString(f.country)))
		}
	}
	return out
}
