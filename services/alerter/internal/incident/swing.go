package incident

import (
	"slices"
	"time"

	"faultline/pkg/event"
)

const (
	// swingWindow is how long what was told and no longer holds is remembered, from when it last
	// came or went: within it, that it comes back is no news.
	swingWindow = time.Hour
	// maxSwings and maxSwingValues bound what an incident remembers of what swings.
	maxSwings      = 16
	maxSwingValues = 8
)

// swings are what of an incident went up and down lately. Only what fell is in them, so most
// incidents have none.
type swings []event.Swing

// lately are those of an incident that are not too old. An earlier build stored some of which it
// had forgotten what was told.
func lately(old *event.Incident, now time.Time) swings {
	return slices.DeleteFunc(slices.Clone(old.Swings), func(s event.Swing) bool { return now.Sub(s.At) > swingWindow || len(s.Values) == 0 })
}

// has reports whether a value was told lately. Of more values than are kept it is all between them.
func (s swings) has(of string, value int) bool {
	at := slices.IndexFunc(s, func(w event.Swing) bool { return w.Of == of })
	if at < 0 {
		return false
	}
	values := s[at].Values
	if of == swingSeverity { // what was told to be worse covers it
		return value <= slices.Max(values)
	}
	return slices.Contains(values, value) ||
		len(values) == maxSwingValues && value >= slices.Min(values) && value <= slices.Max(values)
}

// part parts what was not told lately from what was, which swings on in the incident.
func (s swings) part(all []news, i *event.Incident) (fresh, again []news) {
	for _, n := range all {
		if n.of == "" || !s.has(n.of, n.value) {
			fresh = append(fresh, n)
			continue
		}
		n.text += ", as before"
		again = append(again, n)
		i.Swings = swings(i.Swings).note(n.of, i.Updated, n.value)
	}
	return fresh, again
}

// note remembers values as told until now, in order; of too many it is the least, the greatest and some
// between. The one given is not changed.
func (s swings) note(of string, now time.Time, values ...int) swings {
	w := event.Swing{Of: of, At: now}
	if at := slices.IndexFunc(s, func(w event.Swing) bool { return w.Of == of }); at >= 0 {
		w.Values = slices.Sorted(slices.Values(s[at].Values))
		s = slices.Delete(slices.Clone(s), at, at+1)
	}
	for _, v := range values {
		at, known := slices.BinarySearch(w.Values, v)
		switch last := len(w.Values) - 1; {
		case known:
		case len(w.Values) < maxSwingValues:
			w.Values = slices.Insert(w.Values, at, v)
		case at == 0:
			w.Values[0] = v
		case at > last:
			w.Values[last] = v
		}
	}
	return append(s[max(0, len(s)-maxSwings+1):], w)
}

// What swings besides the numbers of people, which are under their names.
const (
	swingSeverity = "severity"
	swingSources  = "sources"
	swingPlace    = "place"
	swingReleased = "released"
	takenBack     = "taken back by " // a feed
	stoodAgain    = "told again by "
	headed        = "headed as a correction by "
)

// fell adds to what swings what an incident lost by the report at index at.
func (s swings) fell(old, i *event.Incident, at int) swings {
	note := func(of string, values ...int) { s = s.note(of, i.Updated, values...) }
	if i.Severity.Rank() < old.Severity.Rank() {
		note(swingSeverity, old.Severity.Rank())
	}
	if old.Corroboration.Independent >= 2 && i.Corroboration.Independent < 2 {
		note(swingSources, 2)
	}
	before, after := counts(&old.Casualties), counts(&i.Casualties)
	for kind, name := range tolls {
		switch was, is := *before[kind], *after[kind]; {
		case was == nil:
		case is == nil:
			note(name, was.Min)
		case is.Min < was.Min:
			note(name, was.Min, is.Min)
		}
	}
	r := &i.Reports[at]
	if returns(old, r) {
		note(stoodAgain+r.Source.Feed, 1)
	}
	if r.Withdrawn && tells(old, r.Source.Feed) {
		note(takenBack+r.Source.Feed, 1)
	}
	if k := find(old, r.Item); k >= 0 {
		dropped(&old.Reports[k], r, note)
	}
	return s
}

// dropped notes what a report no longer says in its new revision.
func dropped(old, r *event.Report, note func(of string, values ...int)) {
	if old.Place != nil && precise(old.Place) && (r.Place == nil || r.Place.GeonameID != old.Place.GeonameID) {
		note(swingPlace, old.Place.GeonameID)
	}
	if release(old) != nil && (release(r) == nil || freesAll(old) && !freesAll(r)) {
		note(swingReleased, extent(old))
	}
	if corrects(old) && !corrects(r) {
		note(headed+r.Source.Feed+" "+r.Item, 1)
	}
}

// extent is 2 for a report that all who were held are free, 1 for one of a part of them.
func extent(r *event.Report) int {
	if freesAll(r) {
		return 2
	}
	return 1
}

// returns reports whether by a report its outlet stands by what it had taken back.
func returns(old *event.Incident, r *event.Report) bool {
	return !r.Denies && voice(old, r) && !tells(old, r.Source.Feed)
}

// voice reports whether the outlet of a report had a say in an incident before: what another one
// brings is never a swing.
func voice(old *event.Incident, r *event.Report) bool {
	return slices.ContainsFunc(old.Reports, func(o event.Report) bool { return o.Source.Feed == r.Source.Feed })
}
