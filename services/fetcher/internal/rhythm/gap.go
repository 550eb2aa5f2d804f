package rhythm

import (
	"slices"
	"time"
)

const (
	// recent is how many arrivals the gap is taken from.
	recent = 16
	// outlier is how many medians long a gap may be; a longer one counts as so
	// long.
	outlier = 4
	// latest is how many gaps tell at once that a feed has become faster.
	latest = 4
)

// Gap is the mean time by the feed's clock between the newest sixteen of the
// given times, 0 when there are too few to tell. Times within window of one
// another count once, and gaps are cut at four medians (a winsorized mean), so
// that neither a burst nor a pinned item of last year makes the figure. When the
// last four gaps are less than half as long, they count: news has broken.
func (p *Profile) Gap(times []time.Time, window time.Duration) time.Duration {
	sorted := merged(slices.SortedFunc(slices.Values(times), time.Time.Compare), window)
	sorted = sorted[max(0, len(sorted)-recent):]
	if len(sorted) < 2 {
		return 0
	}
	var gaps []time.Duration
	for i, t := range sorted[1:] {
		gaps = append(gaps, p.Span(sorted[i], t))
	}
	if len(gaps) > latest {
		if lately, all := winsorized(gaps[len(gaps)-latest:]), winsorized(gaps); 2*lately < all {
			return lately
		}
	}
	return winsorized(gaps)
}

func winsorized(of []time.Duration) time.Duration {
	gaps := slices.Sorted(slices.Values(of))
	limit, sum := outlier*gaps[len(gaps)/2], time.Duration(0)
	for _, g := range gaps {
		sum += min(g, limit)
	}
	return sum / time.Duration(len(gaps))
}
