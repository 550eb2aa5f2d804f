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

// lately are those of an incident that are not too old.
func lately(old *event.Incident, now time.Time) swings {
	return slices.DeleteFunc(slices.Clone(old.Swings), func(s event.Swing) bool { return now.Sub(s.At) > swingWindow })
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

// news is a reason to tell of a change: in words, of which swing, if it can be one, and the value
// that is told.
type news struct {
	text, of string
	value    int
}

func texts(all []news) (out []string) {
	for _, n := range all {
		out = append(out, n.text)
	}
	return out
}

// part parts what was not told lately from what was, which swings on in the incident.
func (s swings) part(all []news, i *event.Incident) (fresh, before []string) {
	for _, n := range all {
		if n.of == "" || !s.has(n.of, n.value) {
			fresh = append(fresh, n.text)
			continue
		}
		before = append(before, n.text+", as before")
		i.Swings = swings(i.Swings).note(n.of, i.Updated)
	}
	return fresh, before
}

// note remembers values as told until now. The one given is not changed.
func (s swings) note(of string, now time.Time, values ...int) swings {
	w := event.Swing{Of: of, At: now}
	if at := slices.IndexFunc(s, func(w event.Swing) bool { return w.Of == of }); at >= 0 {
		w.Values = slices.Clone(s[at].Values)
		s = slices.Delete(slices.Clone(s), at, at+1)
	}
	for _, v := range values {
		switch {
		case slices.Contains(w.Values, v):
		case len(w.Values) < maxSwingValues:
			w.Values = append(w.Values, v)
		case v < slices.Min(w.Values):
			w.Values[slices.Index(w.Values, slices.Min(w.Values))] = v
		case v > slices.Max(w.Values):
			w.Values[slices.Index(w.Values, slices.Max(w.Values))] = v
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
	now, r := i.Updated, &i.Reports[at]
	if i.Severity.Rank() < old.Severity.Rank() {
		s = s.note(swingSeverity, now, old.Severity.Rank())
	}
	if old.Corroboration.Independent >= 2 && i.Corroboration.Independent < 2 {
		s = s.note(swingSources, now, 2)
	}
	before, after := counts(&old.Casualties), counts(&i.Casualties)
	for kind, name := range tolls {
		switch was, is := *before[kind], *after[kind]; {
		case was == nil || is != nil && is.Min >= was.Min:
		case is == nil:
			s = s.note(name, now, was.Min)
		default:
			s = s.note(name, now, was.Min, is.Min)
		}
	}
	if returns(old, r) {
		s = s.note(stoodAgain+r.Source.Feed, now, 1)
	}
	k := find(old, r.Item)
	if r.Withdrawn && tells(old, r.Source.Feed) {
		s = s.note(takenBack+r.Source.Feed, now, 1)
	}
	if k < 0 {
		return s
	}
	o := &old.Reports[k]
	if o.Place != nil && precise(o.Place) && (r.Place == nil || r.Place.GeonameID != o.Place.GeonameID) {
		s = s.note(swingPlace, now, o.Place.GeonameID)
	}
	if release(o) != nil && (release(r) == nil || freesAll(o) && !freesAll(r)) {
		s = s.note(swingReleased, now, extent(o))
	}
	if corrects(o) && !corrects(r) {
		s = s.note(headed+r.Source.Feed+" "+r.Item, now, 1)
	}
	return s
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
