package sim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"faultline/pkg/event"
	"faultline/services/fetcher/internal/feed"
)

// outlet is what stands behind one feed: when it publishes, and how its server
// answers.
type outlet struct {
	random *rand.Rand
	region int
	host   int
	rate   float64       // items per hour, on average
	offset time.Duration // of its clock from UTC
	burst  float64       // part of its items that come several at a time

	temper  temper
	latency time.Duration // its usual time to answer
	ttl     time.Duration // how long it asks to be left alone
	downs   []span        // when it cannot be reached

	drawn time.Time   // up to when its items are known
	ahead []time.Time // those not published yet, in order
	// count is how many items it has published, shown the times of those in its
	// document, the oldest first.
	count int
	shown []time.Time
}

// temper is how honest a server is about changes.
type temper byte

const (
	honest  temper = iota // answers 304
	plain                 // sends the same document again
	rebuilt               // sends another document with the same items
	dead                  // answers 404, always
	gone                  // answers 410, always
)

// span is a stretch of time.
type span struct{ from, to time.Time }

func (s span) has(t time.Time) bool { return !t.Before(s.from) && t.Before(s.to) }

// Figures of the world. They are assumptions: nobody has counted the feeds of
// the world. Those of a feed are drawn independently.
const (
	// The rate is log-normal with this median and spread, from one a week to one
	// a minute: a few wires and many that bring little.
	medianPerDay = 4
	spread       = 1.6
	fewest       = 1.0 / 7 / 24
	most         = 60

	regions     = 40
	windowItems = 10 // in a document

	platforms  = 50  // hosts that carry many feeds
	onPlatform = 0.3 // part of the feeds that they carry
)

func newOutlet(i, feeds int, seed uint64, start time.Time) *outlet {
	r := rand.New(rand.NewPCG(seed, uint64(i)))
	o := &outlet{random: r, region: r.IntN(regions), host: platforms + i, drawn: start}
	o.rate = min(max(medianPerDay*math.Exp(spread*r.NormFloat64())/24, fewest), most)
	o.offset = time.Duration(o.region%24) * time.Hour
	if r.Float64() < onPlatform {
		o.host = r.IntN(min(platforms, max(1, feeds/100)))
	}
	if r.Float64() < 0.2 {
		o.burst = 0.3
	}
	o.temper = pick(r, 0.7, 0.225, 0.05, 0.02, 0.005)
	o.latency = time.Duration(float64(300*time.Millisecond) * math.Exp(0.8*r.NormFloat64()))
	if r.Float64() < 0.02 { // slow
		o.latency *= 20
	}
	if r.Float64() < 0.15 {
		o.ttl = time.Hour
	}
	if r.Float64() < 0.05 { // not reliable
		at := start.Add(time.Duration(r.Int64N(int64(24 * time.Hour))))
		o.downs = append(o.downs, span{at, at.Add(time.Duration(1+r.IntN(6)) * 30 * time.Minute)})
	}
	o.past(start)
	return o
}

// pick draws a temper by its share.
func pick(r *rand.Rand, shares ...float64) temper {
	x := r.Float64()
	for i, share := range shares {
		if x -= share; x < 0 {
			return temper(i)
		}
	}
	return honest
}

// past fills the document with what came before the start, at most four weeks of it.
func (o *outlet) past(start time.Time) {
	for h := 1; h <= 28*24 && len(o.shown) < windowItems; h++ {
		of := o.draw(start.Add(-time.Duration(h)*time.Hour), 1)
		o.shown = append(of, o.shown...)
	}
	o.shown = o.shown[max(0, len(o.shown)-windowItems):]
	o.count = len(o.shown)
}

// draw is what is published in the hour that begins at from, in order: a Poisson
// process whose rate follows the outlet's day and week, times a factor.
func (o *outlet) draw(from time.Time, factor float64) (times []time.Time) {
	local := from.Add(o.offset)
	factor *= 1 - 0.85*math.Cos(2*math.Pi*(float64(local.Hour())-3)/24) // least at three at night
	if day := local.Weekday(); day == time.Saturday || day == time.Sunday {
		factor *= 0.6
	}
	for left := o.rate * factor; ; {
		if left -= o.random.ExpFloat64(); left < 0 {
			break
		}
		at := from.Add(time.Duration(o.random.Float64() * float64(time.Hour)))
		times = append(times, at)
		for o.random.Float64() < o.burst {
			at = at.Add(time.Duration(1+o.random.IntN(20)) * time.Second)
			times = append(times, at)
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// publish brings the document up to date and returns what came since it was
// asked last, and how many of that left the document before.
func (o *outlet) publish(now time.Time, news *news) (came []time.Time, missed int) {
	for !o.drawn.After(now) {
		o.ahead = append(o.ahead, o.draw(o.drawn, news.factor(o.region, o.drawn))...)
		o.drawn = o.drawn.Add(time.Hour)
	}
	slices.SortFunc(o.ahead, time.Time.Compare) // a burst may reach into the next hour
	n, _ := slices.BinarySearchFunc(o.ahead, now.Add(1), time.Time.Compare)
	came, o.ahead = o.ahead[:n:n], o.ahead[n:]
	o.count += n
	o.shown = append(o.shown, came...)
	o.shown = o.shown[max(0, len(o.shown)-windowItems):]
	return came, max(0, n-windowItems)
}

// document is what a reader would make of the feed now.
func (o *outlet) document() *feed.Document {
	d := &feed.Document{Format: "rss", Title: "Outlet", TTL: o.ttl, Items: make([]feed.Entry, 0, len(o.shown))}
	for i := len(o.shown) - 1; i >= 0; i-- {
		name := strconv.Itoa(o.count - len(o.shown) + i)
		d.Items = append(d.Items, feed.Entry{
			GUID: name, Title: name, Keys: []string{name}, Published: o.shown[i], PublishedSource: event.PublishedFeed,
		})
	}
	return d
}

// news is what happens in the world: in its region everybody publishes more.
type news struct{ events [regions][]happening }

type happening struct {
	span
	factor float64
}

func newNews(seed uint64, start time.Time, length time.Duration) *news {
	n, r := &news{}, rand.New(rand.NewPCG(seed, math.MaxUint64))
	for range max(1, int(length.Hours()/2)) {
		from := start.Add(time.Duration(r.IntN(max(1, int(length.Hours())))) * time.Hour)
		at := span{from, from.Add(time.Duration(1+r.IntN(3)) * time.Hour)}
		region := r.IntN(regions)
		n.events[region] = append(n.events[region], happening{at, 4 + 8*r.Float64()})
	}
	return n
}

// factor is by how much more a region's outlets publish.
func (n *news) factor(region int, at time.Time) float64 {
	for _, e := range n.events[region] {
		if e.has(at) {
			return e.factor
		}
	}
	return 1
}

// id names the i-th feed.
func id(i int) string { return fmt.Sprintf("feed-%06d", i) }
