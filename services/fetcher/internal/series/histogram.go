package series

import (
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Histogram is a histogram by feed, like Vec.
type Histogram struct {
	desc   *prometheus.Desc
	limits []float64 // upper, rising
	mu     sync.Mutex
	feeds  map[string]*tally
}

// tally is a feed's histogram.
type tally struct {
	buckets []uint64 // how many were up to each limit and above the one before; the last one has the rest
	sum     float64
	begun   int64 // in nanoseconds since 1970
}

// NewHistogram returns a histogram by feed with these upper limits, which must rise.
func NewHistogram(name, help string, limits []float64) *Histogram {
	return &Histogram{desc: prometheus.NewDesc(name, help, []string{feedLabel}, nil), limits: limits, feeds: map[string]*tally{}}
}

// Observe counts a value of a feed.
func (h *Histogram) Observe(feed string, value float64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.feeds[feed]
	if t == nil {
		t = &tally{buckets: make([]uint64, len(h.limits)+1), begun: time.Now().UnixNano()}
		h.feeds[feed] = t
	}
	at, _ := slices.BinarySearch(h.limits, value)
	t.buckets[at]++
	t.sum += value
}

// Forget removes a feed's histogram.
func (h *Histogram) Forget(feed string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.feeds, feed)
}

// Describe implements prometheus.Collector.
func (h *Histogram) Describe(to chan<- *prometheus.Desc) { to <- h.desc }

// Collect implements prometheus.Collector.
func (h *Histogram) Collect(to chan<- prometheus.Metric) {
	for _, o := range h.outlines() {
		to <- o
	}
}

func (h *Histogram) outlines() []*outline {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]*outline, 0, len(h.feeds))
	for feed, t := range h.feeds {
		all = append(all, &outline{h, feed, tally{slices.Clone(t.buckets), t.sum, t.begun}})
	}
	return all
}

// outline is what a feed's histogram was at a moment.
type outline struct {
	of   *Histogram
	feed string
	tally
}

// Desc implements prometheus.Metric.
func (o *outline) Desc() *prometheus.Desc { return o.of.desc }

// Write implements prometheus.Metric.
func (o *outline) Write(out *dto.Metric) error {
	name, count := feedLabel, uint64(0)
	buckets := make([]*dto.Bucket, len(o.of.limits))
	for i, n := range o.buckets {
		if count += n; i < len(buckets) {
			upTo := count
			buckets[i] = &dto.Bucket{CumulativeCount: &upTo, UpperBound: &o.of.limits[i]}
		}
	}
	out.Label = []*dto.LabelPair{{Name: &name, Value: &o.feed}}
	out.Histogram = &dto.Histogram{SampleCount: &count, SampleSum: &o.sum, Bucket: buckets, CreatedTimestamp: timestamppb.New(time.Unix(0, o.begun))}
	return nil
}
