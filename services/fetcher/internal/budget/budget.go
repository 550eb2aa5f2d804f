// Package budget shares a bounded number of requests among feeds. It is pure.
package budget

import "math"

// Want is what a feed would use if there were no bound.
type Want struct {
	Rate   float64 // requests per minute
	Weight float64 // how much a minute of delay of its news matters; positive
}

// Weight is the weight of a feed that is a source of a watched region, or of
// another one.
func Weight(watched bool) float64 {
	if watched {
		return 4
	}
	return 1
}

// Level is the level of Grant at which all wants together get limit requests
// per minute: infinite when that is enough for all.
//
// The delay of news is least when a feed is asked in proportion to the square
// root of its weight times the rate of its news (Sia, Cho and Cho, Efficient
// Monitoring Algorithm for Fast News Alerts, IEEE TKDE 19, 2007), for which
// what it wants stands here; and no feed needs more than it wants.
//
// The total is a concave function of the level that consists of straight pieces,
// so Newton's method begun at 0 finds it from below, in as many passes as kinds
// of feeds come to have all they want: a handful.
func Level(wants []Want, limit float64) float64 {
	most := 0.0
	for _, w := range wants {
		most += w.Rate
	}
	if most <= limit {
		return math.Inf(1)
	}
	for level := 0.0; ; {
		full, slope := 0.0, 0.0 // what the satisfied use, and the others per level
		for _, w := range wants {
			if root := math.Sqrt(w.Weight * w.Rate); level*root >= w.Rate {
				full += w.Rate
			} else {
				slope += root
			}
		}
		next := (limit - full) / slope
		if next <= level || math.IsNaN(next) { // where rounding has the last word
			return level
		}
		level = next
	}
}

// Grant is what a feed gets at a level, in requests per minute.
func (w Want) Grant(level float64) float64 {
	return min(w.Rate, level*math.Sqrt(w.Weight*w.Rate))
}
