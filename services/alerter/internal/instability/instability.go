// Package instability turns incidents into one number for each region: how much
// is going on there, beside how much usually does. It is pure; the caller gives
// the time.
//
// The index of a region is the sum over its incidents of
//
//	weight(severity) x trust(credibility) x 2^(-age / 24 h)
//
// where age counts from the last change that brought something: a first report or
// an escalation. One that became part of another incident counts no more. It has no
// upper bound; one critical, confirmed incident of this moment makes 20.
//
// What is usual is an exponentially weighted mean and deviation of the index at
// every full hour, with a half-life of 14 days (Roberts 1959; the variance after
// Finch 2009). The surge is how many deviations the index lies above the mean. A region
// that was quiet so far has an index of 0 in every hour since the first incident of all.
package instability

import (
	"maps"
	"math"
	"slices"
	"time"

	"faultline/pkg/event"
)

const (
	// HalfLife is how long it takes until an incident counts half.
	HalfLife = 24 * time.Hour
	// Span is how far back incidents are needed to know what is usual: two
	// half-lives of the mean, and the incidents that were counted then.
	Span = 35 * 24 * time.Hour

	usualHalfLife = 14 * 24 // samples: hours
	// enough is how many samples make a usual: a week.
	enough = 7 * 24
	// least is the smallest deviation that is believed: one incident of low
	// severity is no surge, however quiet the region is.
	least = 1.0
	// day is how many samples there are from a day ago to the latest one.
	day = 25
	// Surging is from how many deviations on, and while the index rises over a day, a
	// region is in a surge; see docs/operation.md, FaultlineRegionSurge.
	Surging = 4.0
	// SurgeLasts is how long that must be so, and SurgeEnds how long not, until it is said.
	SurgeLasts = 10 * time.Minute
	SurgeEnds  = time.Hour
	// negligible is what is no longer counted.
	negligible = 0.01
	// late is how long after a revision an earlier one may still come.
	late = time.Hour
)

// weight is what a new incident of a severity counts.
func weight(s event.Severity) float64 {
	switch s {
	case event.SeverityCritical:
		return 20
	case event.SeverityHigh:
		return 8
	case event.SeverityModerate:
		return 3
	case event.SeverityLow:
		return 1
	}
	return 0
}

// trust is what a report of a credibility counts, by the Admiralty code: 1
// confirmed to 5 improbable, 6 for what cannot be judged.
func trust(credibility int) float64 {
	switch credibility {
	case 1:
		return 1
	case 2:
		return 0.9
	case 3:
		return 0.7
	case 4:
		return 0.4
	case 5:
		return 0.1
	}
	return 0.5
}

// Index is the indices of all regions. Its zero value is not usable: see New.
type Index struct {
	now     time.Time
	hours   int              // full ones since the first incident of all
	sums    map[key]float64  // as they are now
	shares  map[string]share // by incident
	regions map[string]*usual
}

type key struct{ region, category string }

// share is what one incident counts, as it was at a time.
type share struct {
	value      float64
	at         time.Time
	revision   int       // of the incident
	heard      time.Time // when that was observed
	regions    []string
	categories []string
}

// usual is what is known of a region's past.
type usual struct {
	mean, variance float64
	samples        int
	day            [day]float64 // the latest samples, by samples modulo day
}

// New is an index of nothing, at a time.
func New(at time.Time) *Index {
	return &Index{now: at, sums: map[key]float64{}, shares: map[string]share{}, regions: map[string]*usual{}}
}

// Observe takes in a change of an incident, at a time not before the one before.
// Drills are not counted, nor is a revision that comes after a later one.
func (x *Index) Observe(in event.Incident, at time.Time) {
	x.Advance(at)
	if in.Exercise {
		return
	}
	old, known := x.shares[in.ID]
	if known && in.Revision < old.revision {
		return
	}
	if known {
		x.add(old, -x.left(old))
	}
	value, since := weight(in.Severity)*trust(in.Corroboration.Credibility), x.now
	if in.MergedInto != "" {
		value = 0 // kept, so that an earlier revision does not bring it back
	}
	switch news := in.Change.Kind == event.ChangeNew || in.Change.Kind == event.ChangeEscalated; {
	case news:
	case known:
		since = old.at
	case !in.Opened.IsZero() && in.Opened.Before(since): // its news is older than what is remembered
		since = in.Opened
	}
	s := share{value: value, at: since, revision: in.Revision, heard: x.now, regions: regionsOf(in), categories: in.Categories}
	if len(s.categories) == 0 {
		s.categories = []string{in.Category}
	}
	x.shares[in.ID] = s
	x.add(s, x.left(s))
}

func regionsOf(in event.Incident) []string {
	if len(in.Regions) > 0 {
		return in.Regions
	}
	return []string{in.Region}
}

// left is what a share counts now.
func (x *Index) left(s share) float64 { return s.value * decay(x.now.Sub(s.at)) }

func decay(age time.Duration) float64 { return math.Exp2(-float64(age) / float64(HalfLife)) }

// add adds to the regions of a share, evenly over its categories.
func (x *Index) add(s share, value float64) {
	for _, region := range s.regions {
		if x.regions[region] == nil {
			x.regions[region] = &usual{samples: x.hours}
		}
		for _, category := range s.categories {
			x.sums[key{region, category}] += value / float64(len(s.categories))
		}
	}
}

// Advance brings the index to a time, and samples it at every full hour on the way.
// A time before the present one changes nothing.
func (x *Index) Advance(to time.Time) {
	for hour := x.now.Truncate(time.Hour).Add(time.Hour); !hour.After(to); hour = hour.Add(time.Hour) {
		x.age(hour)
		if len(x.regions) > 0 {
			x.hours++
		}
		for region, value := range x.totals() {
			x.regions[region].sample(value)
		}
		x.forget()
	}
	if to.After(x.now) {
		x.age(to)
	}
}

func (x *Index) age(to time.Time) {
	factor := decay(to.Sub(x.now))
	for k := range x.sums {
		x.sums[k] *= factor
	}
	x.now = to
}

// forget drops what no longer counts.
func (x *Index) forget() {
	maps.DeleteFunc(x.shares, func(_ string, s share) bool { return x.left(s) < negligible && x.now.Sub(s.heard) > late })
	maps.DeleteFunc(x.sums, func(_ key, value float64) bool { return value < negligible/100 })
}

// totals are the sums of all regions that were ever seen.
func (x *Index) totals() map[string]float64 {
	totals := make(map[string]float64, len(x.regions))
	for region := range x.regions {
		totals[region] = 0
	}
	for k, value := range x.sums {
		totals[k.region] += value
	}
	return totals
}

// sample takes in the index at a full hour.
func (u *usual) sample(value float64) {
	u.day[u.samples%day] = value
	u.samples++
	// At first a plain mean: a weighted one would remember its beginning for weeks.
	alpha := max(1-math.Exp2(-1.0/usualHalfLife), 1/float64(u.samples))
	difference := value - u.mean
	u.mean += alpha * difference
	u.variance = (1 - alpha) * (u.variance + alpha*difference*difference)
}

// Region is the index of one region.
type Region struct {
	ID    string
	Value float64
	// ByCategory adds up to Value.
	ByCategory map[string]float64
	// Usual is the mean that Value is compared with, Surge how many deviations it
	// lies above; both are 0 until a week is known.
	Usual, Surge float64
	// Change is how much Value rose in 24 hours.
	Change float64
}

// Surges reports whether far more is going on than usual, and more than a day ago.
func (r Region) Surges() bool { return r.Surge > Surging && r.Change > 0 }

// Regions are all regions at a time, by id.
func (x *Index) Regions(at time.Time) []Region {
	x.Advance(at)
	totals := x.totals()
	out := make([]Region, 0, len(totals))
	for _, id := range slices.Sorted(maps.Keys(totals)) {
		u := x.regions[id]
		r := Region{ID: id, Value: totals[id], ByCategory: map[string]float64{}, Change: totals[id]}
		if u.samples >= day {
			r.Change -= u.day[u.samples%day]
		}
		if u.samples >= enough {
			r.Usual = u.mean
			r.Surge = (r.Value - u.mean) / max(math.Sqrt(u.variance), least)
		}
		for k, value := range x.sums {
			if k.region == id {
				r.ByCategory[k.category] = value
			}
		}
		out = append(out, r)
	}
	return out
}
