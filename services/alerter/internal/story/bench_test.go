package story

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

// crowd makes n different stories, all of one category and in the same city
// when spread is 1, else spread over so many cities.
func crowd(n, spread int) []*event.Assessment {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]*event.Assessment, n)
	for i := range out {
		place := spot(1000+i%spread, fmt.Sprint("Town", i%spread), fmt.Sprint("KG.", i%spread), 40+float64(i%spread)/7, 70)
		out[i] = report{
			title: prose(r, 9), text: prose(r, 220), lang: "en", place: place, named: place.Name,
			category: "armed-clash", indicator: "clash", injured: 1 + r.IntN(90), after: time.Duration(r.IntN(3600)) * time.Second,
		}.assessment(fmt.Sprint(i))
	}
	return out
}

// prose draws words so that a few are common and most are rare, as in a text.
func prose(r *rand.Rand, n int) string {
	var b strings.Builder
	zipf := rand.NewZipf(r, 1.3, 4, 20_000)
	for i := range n {
		fmt.Fprintf(&b, "%s ", word20000(zipf.Uint64()))
		if i%14 == 13 {
			b.WriteString(". ")
		}
	}
	return b.String()
}

func word20000(n uint64) string {
	const letters = "bcdfghklmnprstvz"
	var b strings.Builder
	for range 3 {
		b.WriteByte(letters[n%16])
		b.WriteByte("aeiou"[n%5])
		n /= 16
	}
	return b.String()
}

// BenchmarkFind looks for the story of a report that tells a new one, among more
// and more stories: in one city, in 50, and in a town of its own each.
func BenchmarkFind(b *testing.B) {
	for _, spread := range []int{1, 50, 1 << 20} {
		all := crowd(10_200, spread)
		p := NewProfiler()
		for _, open := range []int{500, 5_000, 10_000} {
			b.Run(fmt.Sprintf("%d stories in up to %d towns", open, spread), func(b *testing.B) {
				x := NewIndex(Default())
				for _, a := range all[:open] {
					x.Add(a.Item.ID, a.Item.ID, p.Profile(a))
				}
				var reports []*Profile
				for _, a := range all[10_000:] {
					reports = append(reports, p.Profile(a))
				}
				b.ResetTimer()
				for n := range b.N {
					x.Find(reports[n%len(reports)])
				}
			})
		}
	}
}

func BenchmarkProfile(b *testing.B) {
	a := crowd(1, 1)[0]
	p := NewProfiler()
	for range b.N {
		p.Profile(a)
	}
}

// BenchmarkHeld tells what an index takes for a story of one report, and how much of it the
// collector looks through.
func BenchmarkHeld(b *testing.B) {
	all := crowd(5_000, 50)
	p := NewProfiler()
	for range b.N {
		x := NewIndex(Default())
		before, scanned := held()
		for _, a := range all {
			x.Add(a.Item.ID, a.Item.ID, p.Profile(a))
		}
		after, scannedAfter := held()
		b.ReportMetric(float64(after-before)/float64(len(all)), "B/story")
		b.ReportMetric(float64(scannedAfter-scanned)/float64(len(all)), "scanned/story")
		runtime.KeepAlive(x)
	}
}

// held are the bytes in use, and those that the collector looks through.
func held() (inUse, scanned int64) {
	runtime.GC()
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/heap:bytes"}}
	metrics.Read(s)
	return int64(s[0].Value.Uint64()), int64(s[1].Value.Uint64())
}
