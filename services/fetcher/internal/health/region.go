package health

import (
	"slices"
	"time"
)

// leastSources is how many sources a region must have to be called blind: with
// one, the feed's own state says it all.
const leastSources = 2

// Blind judges a region by the records of its sources. It is blind when more
// than half of them are not Fine. since is when that came true, whatever became
// of the others after: all who see the same records say the same time.
func Blind(sources []Record) (since time.Time, blind bool) {
	var down []time.Time
	for _, s := range sources {
		if s.Current() != Fine {
			down = append(down, s.Since)
		}
	}
	most := len(sources)/2 + 1
	if len(sources) < leastSources || len(down) < most {
		return time.Time{}, false
	}
	slices.SortFunc(down, time.Time.Compare)
	return down[most-1], true
}
