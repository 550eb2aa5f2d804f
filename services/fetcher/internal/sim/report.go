package sim

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// Report is what a simulation found.
type Report struct {
	Counts
	Options Options
	// Unseen are items that no poll had found at the end.
	Unseen int
	// Hours are the requests of each hour, Peak the most of one minute after the
	// first hour.
	Hours []int
	Peak  int
	// Deciding is the CPU seconds of the fetchers' decisions, with the garbage
	// they make; 0 where the system does not say.
	Deciding float64
}

// Delays are those of all feeds.
func (r *Report) Delays() Delays {
	all := r.Watched
	all.merge(&r.Others)
	return all
}

// finish adds up.
func (w *world) finish() Report {
	r := w.report
	r.Options, r.Deciding = w.Options, w.deciding
	for i := range w.counts {
		r.add(&w.counts[i])
	}
	end := w.start.Add(w.Length)
	for _, f := range w.subjects {
		came, _ := f.publish(end, w.news)
		r.Unseen += len(came)
	}
	for at, n := range w.minutes {
		if r.Hours[at/60] += n; at >= 60 {
			r.Peak = max(r.Peak, n)
		}
	}
	return r
}

// Write prints reports side by side.
func Write(out io.Writer, reports ...Report) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, line := range lines() {
		fmt.Fprint(w, line.title)
		for i := range reports {
			fmt.Fprintf(w, "\t%s", line.value(&reports[i]))
		}
		fmt.Fprintln(w)
	}
	return w.Flush()
}

type line struct {
	title string
	value func(r *Report) string
}

func lines() []line {
	return []line{
		{"feeds", func(r *Report) string { return fmt.Sprint(r.Options.Feeds) }},
		{"fetcher.budget, requests per minute", func(r *Report) string {
			if r.Options.Budget == 0 {
				return "none"
			}
			return fmt.Sprintf("%.0f", r.Options.Budget)
		}},
		{"requests", func(r *Report) string { return fmt.Sprint(r.Polls) }},
		{"  per second: mean", func(r *Report) string { return fmt.Sprintf("%.1f", r.perSecond(r.Polls)) }},
		{"  per second: the busiest minute after the first hour", func(r *Report) string { return fmt.Sprintf("%.1f", float64(r.Peak)/60) }},
		{"  per feed and hour", func(r *Report) string {
			return fmt.Sprintf("%.2f", float64(r.Polls)/float64(r.Options.Feeds)/r.Options.Length.Hours())
		}},
		{"  answered 304", func(r *Report) string { return r.share(r.NotModified) }},
		{"  failed", func(r *Report) string { return r.share(r.Failed) }},
		{"  begun more than 1 s late", func(r *Report) string {
			return fmt.Sprintf("%s, at most %s", r.share(r.Late), r.Latest.Round(time.Millisecond))
		}},
		{"network", func(r *Report) string {
			return fmt.Sprintf("%.1f GB, %.2f Mbit/s", float64(r.Bytes)/1e9, 8*r.perSecond(r.Bytes)/1e6)
		}},
		{"items published", func(r *Report) string { return fmt.Sprint(r.Items) }},
		{"  missed: gone from the document before it was asked for", func(r *Report) string { return fmt.Sprint(r.Missed) }},
		{"publish to seen, all feeds", func(r *Report) string { all := r.Delays(); return all.String() }},
		{"  feeds of watched regions", func(r *Report) string { return r.Watched.String() }},
		{"  all other feeds", func(r *Report) string { return r.Others.String() }},
		{"waits of feeds in order", func(r *Report) string {
			return fmt.Sprintf("%s to %s, not asked for %s at most", short(r.Shortest), short(r.Longest), short(r.Alone))
		}},
		{"writes per second: schedules, firings and acknowledgements", func(r *Report) string { return fmt.Sprintf("%.1f", r.perSecond(3*(r.Polls+r.Slept))) }},
		{"  feed states", func(r *Report) string { return fmt.Sprintf("%.1f", r.perSecond(r.States)) }},
		{"  items", func(r *Report) string { return fmt.Sprintf("%.1f", r.perSecond(r.Items)) }},
		{"CPU of deciding, seconds per million polls", func(r *Report) string { return fmt.Sprintf("%.1f", 1e6*r.Deciding/float64(max(r.Polls, 1))) }},
	}
}

func (r *Report) perSecond(n int) float64 { return float64(n) / r.Options.Length.Seconds() }

func (r *Report) share(n int) string {
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(max(r.Polls, 1)))
}

// String is the distribution in one line.
func (d *Delays) String() string {
	return fmt.Sprintf("p50 %s, p90 %s, p99 %s, mean %s of %d items", short(d.Quantile(0.5)), short(d.Quantile(0.9)), short(d.Quantile(0.99)), short(d.Mean()), d.count)
}

// short is a duration as a reader wants it.
func short(d time.Duration) string {
	if d < time.Minute {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
