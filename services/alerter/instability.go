package alerter

import (
	"context"
	"sync"
	"time"

	"faultline/pkg/bus"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/instability"

	"github.com/prometheus/client_golang/prometheus"
)

// indices keeps the instability index of each region and shows it to Prometheus.
// It is computed anew from INCIDENTS at each start, and stored nowhere.
type indices struct {
	bus    *bus.Bus
	reader *incident.Reader // of INCIDENTS

	mu    sync.Mutex
	index *instability.Index // nil until it is read

	value, category, usual, surge, change *prometheus.Desc
}

func newIndices(b *bus.Bus, r *incident.Reader) *indices {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &indices{
		bus:      b,
		reader:   r,
		value:    desc("faultline_region_instability_index", "Sum over the incidents of a region by severity and credibility, halved each day.", "region"),
		category: desc("faultline_region_instability_category", "What the incidents of a category contribute to the index of a region.", "region", "category"),
		usual:    desc("faultline_region_instability_usual", "Mean of the index at full hours, weighted with a half-life of 14 days; 0 until a week is known.", "region"),
		surge:    desc("faultline_region_surge", "How many deviations the index lies above its mean; 0 until a week is known.", "region"),
		change:   desc("faultline_region_instability_change", "How much the index rose in 24 hours.", "region"),
	}
}

// Run reads the incidents of the index's span and follows them until ctx ends.
// What is read at first is not shown before it is complete.
func (x *indices) Run(ctx context.Context) error {
	from := bus.Start{Since: time.Now().Add(-instability.Span)}
	index := instability.New(from.Since)
	err := x.bus.Replay(ctx, bus.Incidents, nil, from, func(_ context.Context, d *bus.Delivery) error {
		if in, err := incident.Head(d.Data); err == nil {
			index.Observe(in, d.Published)
		}
		from = bus.Start{Sequence: d.Sequence + 1}
		return nil
	})
	if ctx.Err() != nil || err != nil {
		return bus.Stopped(ctx, err)
	}
	x.mu.Lock()
	x.index = index
	x.mu.Unlock()
	return x.bus.Tail(ctx, bus.Incidents, nil, from, func(_ context.Context, d *bus.Delivery) error {
		in, err := x.reader.Read(d.Sequence, d.Data)
		if err != nil {
			return nil //nolint:nilerr // said by the router, which makes a dead letter of it
		}
		x.mu.Lock()
		defer x.mu.Unlock()
		index.Observe(*in, d.Published)
		return nil
	})
}

// regions are the indices of all regions, as far as they are read.
func (x *indices) regions(at time.Time) (all []instability.Region, read bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.index == nil {
		return nil, false
	}
	return x.index.Regions(at), true
}

// Describe implements prometheus.Collector.
func (x *indices) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{x.value, x.category, x.usual, x.surge, x.change} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (x *indices) Collect(ch chan<- prometheus.Metric) {
	regions, _ := x.regions(time.Now())
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	for _, r := range regions {
		gauge(x.value, r.Value, r.ID)
		gauge(x.usual, r.Usual, r.ID)
		gauge(x.surge, r.Surge, r.ID)
		gauge(x.change, r.Change, r.ID)
		for category, value := range r.ByCategory {
			gauge(x.category, value, r.ID, category)
		}
	}
}
