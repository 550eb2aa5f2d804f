package story

import (
	"slices"

	"faultline/pkg/event"
)

// sign is an asserted indicator and its category.
type sign struct {
	hash     uint64
	category string
}

// anybody is the kind of target that whoever else may be of as well: a mayor is one of the
// people in one language's rules, and an official in another's.
const anybody = "people"

// assassination is the indicator of somebody who was killed for who it is.
const assassination = "assassination"

// maxSigns bounds the indicators that are compared.
const maxSigns = 16

func (f *Profile) setCategories(t table, categories []string, findings []event.Finding) {
	f.set = t.set(categories)
	f.fits = t.reach(f.set)
	f.category = Strongest(findings).Category
	for i := range findings {
		x := &findings[i]
		s := sign{hashString(x.Indicator), x.Category}
		if x.Assertion != event.Asserted || len(f.signs) == maxSigns || slices.Contains(f.signs, s) {
			continue
		}
		f.signs = append(f.signs, s)
		f.slain = f.slain || x.Indicator == assassination
		if target := x.Slots.Target; target != nil && target.Kind != "" && target.Kind != anybody {
			f.targets = append(f.targets, mix(s.hash^hashString(target.Kind)))
		}
	}
	f.targets = sorted(f.targets)
}

// shows reports whether one of the asserted indicators is of the category.
func (f *Profile) shows(category string) bool {
	return slices.ContainsFunc(f.signs, func(s sign) bool { return s.category == category })
}
