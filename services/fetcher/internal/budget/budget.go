// Package budget shares a bounded number of requests among feeds. It is pure.
package budget

import "math"

// Want is what a feed would use if there were no bound.
type Want struct {
	Rate   float64 // requests per minute
	Weight float64 // how much a minute of delay of its news matters; positive
}

// Level is the level of Grant at which all wants together get limit requests
// per minute: infinite when that is enough for all.
//
// The delay of news is least when a feed is asked in proportion to the square
// root of its weight times the rate of its news (Sia, Cho and Cho, Efficient
// Monitoring Algorithm for Fast News Alerts, IEEE TKDE 19, 2007), for which
// what it wants stands here; and no feed needs more than it wants.
func Level(wants []Want, limit float64) float64 {
	if total(wants, math.Inf(1)) <= limit {
		return math.Inf(1)
	}
	low, high := 0.0, 1.0
	for total(wants, high) < limit {
		high *= 2
	}
	for range 50 { // to the precision of a float
		if middle := (low + high) / 2; total(wants, middle) < limit {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

func total(wants []Want, level float64) (sum float64) {
	for _, w := range wants {
		sum += w.Grant(level)
	}
	return sum
}

// Grant is what a feed gets at a level, in requests per minute.
func (w Want) Grant(level float64) float64 {
	return min(w.Rate, level*math.Sqrt(w.Weight*w.Rate))
}
