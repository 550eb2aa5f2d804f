package story

import (
	"cmp"
	"slices"
	"time"

	"faultline/pkg/event"
)

// commonKind is the share of stories from which a category is too common for a denial
// to be of the one that is open in the town: it must deny the same indicator.
const commonKind = 0.05

// Denial builds the profile of what an assessment denies, as if it were told: the event
// is looked for by that, in whatever words and language.
func (p *Profiler) Denial(a *event.Assessment) *Profile {
	told := *a
	told.Findings, told.Categories = slices.Clone(a.Findings), slices.Clone(a.Categories)
	for i := range told.Findings {
		f := &told.Findings[i]
		if f.Assertion == event.Denied {
			f.Assertion = event.Asserted
			told.Categories = append(told.Categories, f.Category)
		}
	}
	return p.Profile(&told)
}

// Denied are the stories that a denial can be of, the best first: the same kind of event
// in one town, or in one region where both name one of the people, offices or groups that
// the rules know, or of one of them wherever it is told, told no longer before the denial than reports of one story are apart.
// f is of Profiler.Denial.
func (x *Index) Denied(f *Profile) []Match {
	if len(f.signs) == 0 {
		return nil // nothing to look by
	}
	var found []candidate
	for _, e := range x.stories {
		if c := x.candidate(f, e); len(c.reports) > 0 {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, candidate.compare) // the latest first
	found = found[:min(len(found), maxDenied)]
	chance := x.chance(f)
	for i := range found {
		x.weigh(f, &found[i], chance)
	}
	slices.SortFunc(found, candidate.compare)
	var out []Match
	for _, c := range found[:min(len(found), maxStories)] {
		if c.Score >= leastDenied {
			out = append(out, c.Match)
		}
	}
	return out
}

// Denies reports whether a denial can be of one story. f is of Profiler.Denial.
func (x *Index) Denies(f *Profile, id string) bool {
	e := x.stories[id]
	if e == nil || len(f.signs) == 0 {
		return false
	}
	c := x.candidate(f, e)
	x.weigh(f, &c, x.chance(f))
	return c.Score >= leastDenied
}

const (
	// maxDenied is how many stories a denial is compared with.
	maxDenied = 64
	// leastDenied is the likeness from which one of a kind, a town and a time is what is
	// denied: in other words and languages little else is in common, and others that are
	// named speak against it.
	leastDenied = 0.15
)

// sought is the category of what is about somebody, and of no place: capitals of two
// countries speak of it.
const sought = "extradition"

// candidate is a story that a denial can be of.
type candidate struct {
	Match
	reports   []*told // those that can be what is denied
	indicator bool    // what is denied is what one of them tells, and not only of its kind
	latest    time.Time
}

// compare orders candidates: the better one first.
func (c candidate) compare(o candidate) int {
	if c.indicator != o.indicator {
		return cmp.Compare(truth(o.indicator), truth(c.indicator))
	}
	return cmp.Or(cmp.Compare(o.Score, c.Score), o.latest.Compare(c.latest), cmp.Compare(c.ID, o.ID))
}

// candidate is the story with those of its reports that can be what f denies.
func (x *Index) candidate(f *Profile, e *entry) candidate {
	c := candidate{Match: Match{ID: e.id}}
	for _, t := range e.profiles {
		if t.exercise != f.exercise {
			continue
		}
		report := t.open(&x.first)
		if !x.timely(f, report) || !f.sameKind(report) || !nearby(f, report) || f.contradicts(report) {
			continue
		}
		c.reports = append(c.reports, t)
		c.indicator = c.indicator || f.sharesSign(report)
		if t.time.After(c.latest) {
			c.latest = t.time
		}
	}
	return c
}

// weigh compares the denial with the reports of a candidate, as if it were of their place,
// and keeps the most alike. One that repeats a report's sentences may name other people and
// numbers than those who told it.
func (x *Index) weigh(f *Profile, c *candidate, chance float64) {
	for _, t := range c.reports {
		there, report := *f, t.open(&x.first)
		there.place, there.placeIDs = report.place, report.placeIDs
		l := x.knowledge.compare(x.config, &there, report, chance)
		if l.Conflict != "" {
			l.Score = x.config.Same
		}
		if l.Score > c.Score {
			c.Item, c.Likeness = t.item, l
		}
	}
}

// timely reports whether a report was told before its denial, and not long before.
// Outlets date what they write by hours wrong, and some tell on what is denied already.
func (x *Index) timely(denial, report *Profile) bool {
	if denial.time.IsZero() || report.time.IsZero() {
		return true
	}
	after := denial.time.Sub(report.time)
	return after >= -soon && after <= x.config.Window
}

// nearby reports whether a denial is of where the report is: of the town, or of a region
// that is named as the town, or it names one of those of whom the report tells in the region.
func nearby(denial, report *Profile) bool {
	switch where := relate(denial.place, report.place); {
	case where >= areaNear:
		return true
	case where == areaRegion:
		return namesake(denial.place, report.place) || common(denial.entities, report.entities) > 0
	}
	return denial.shows(sought) && report.shows(sought) && common(denial.entities, report.entities) > 0
}

// namesake reports whether one of two places of a region is named as the other, with a
// word more: "Osh", "Osh Region".
func namesake(a, b *event.Place) bool {
	short, long := words(a.Name, 8), words(b.Name, 8)
	if len(short) > len(long) {
		short, long = long, short
	}
	same := func(a, b word) bool { return a.text == b.text }
	return len(short) > 0 && len(short) < len(long) && slices.EqualFunc(short, long[:len(short)], same)
}

// sameKind reports whether what f denies is what the report tells: by the same
// indicator, or in a category in which hardly ever two events are told of one town.
func (f *Profile) sameKind(report *Profile) bool {
	return f.sharesSign(report) || report.category != "" && usual(report.category) < commonKind && f.shows(report.category)
}

// sharesSign reports whether both show one indicator. That people were killed is denied
// of much that happened all the same: it has to be what the report is about.
func (f *Profile) sharesSign(o *Profile) bool {
	return slices.ContainsFunc(f.signs, func(s sign) bool {
		return slices.Contains(o.signs, s) && (s.category != "casualties" || o.category == s.category)
	})
}

// contradicts reports whether two reports of one kind and town are of two events by what
// they name: another day, or another kind of target.
func (f *Profile) contradicts(o *Profile) bool {
	return disjoint(f.titleDates, o.titleDates) || f.sharesSign(o) && disjoint(f.targets, o.targets)
}
