package story

// titled are the buildings and the people that a title names; who holds an office is one of
// the people.
func (names thingNames) titled(lang string, head []word, places map[string]bool) (sites, persons []uint64) {
	for i, w := range head {
		n, ok := names.named(bare(lang, w.text), bare(lang, following(head[i+1:])))
		switch {
		case !ok || w.number >= 0 || places[w.text]:
		case n.kind == mayor || n.kind == governor || n.kind == people:
			persons = append(persons, n.index)
		case n.kind == site:
			sites = append(sites, n.index)
		}
	}
	return sorted(sites), sorted(persons)
}

// otherTarget is how far two reports are of different targets: 1 when their titles name
// different buildings or different people, and neither report those of the other's title. Of
// attacks it is less when one title's are such as many stories name, or when one title names
// the scene and the other report only in its text, and another.
func otherTarget(a, b *Profile) float64 {
	sites, persons := unlike(a, b, a.titleSites, b.titleSites, site), unlike(a, b, a.titlePeople, b.titlePeople, people, mayor, governor)
	if persons < 1 && max(killed(a), killed(b)) > 1 { // of several a title names whom it will
		persons = 0
	}
	part := max(sites, persons)
	if part == 1 || !a.violent() || !b.violent() {
		return float64(int(part))
	}
	return max(part, otherScene(a, b), otherScene(b, a))
}

// The parts of what speaks against reports of one target.
const (
	usualTarget = 0.8 // one of the two targets is such as many stories name
	inText      = 0.5 // one of the two scenes stands in the text alone
)

// killed is how many dead a report counts, 0 when it does not.
func killed(f *Profile) int {
	if f.casualties.Killed == nil {
		return 0
	}
	return f.casualties.Killed.Min
}

// unlike is 1 when what two titles name differs, and is not what many stories name.
func unlike(a, b *Profile, ofA, ofB []uint64, kinds ...kindOfThing) float64 {
	if len(ofA) == 0 || len(ofB) == 0 {
		return 0
	}
	for _, kind := range kinds {
		if common(ofA, b.things[kind])+common(ofB, a.things[kind]) > 0 {
			return 0
		}
	}
	switch rareA, rareB := common(ofA, a.rare) > 0, common(ofB, b.rare) > 0; {
	case rareA && rareB:
		return 1
	case rareA || rareB:
		return usualTarget
	}
	return 0
}

// otherScene is inText when a's title names the scene, and b only in its text, and another.
func otherScene(a, b *Profile) float64 {
	if len(b.titleSites) > 0 || common(a.titleSites, a.rare) == 0 {
		return 0
	}
	theirs := b.things[site]
	return inText * truth(common(theirs, b.rare) > 0 && common(theirs, a.things[site]) == 0)
}

// sameTarget reports whether two titles name one building or one kind of people.
func sameTarget(a, b *Profile) bool {
	return common(a.titleSites, b.titleSites)+common(a.titlePeople, b.titlePeople) > 0
}
