// Package series holds metrics that have a value for each of thousands of feeds in little
// memory: some 75 bytes for a series, where prometheus.GaugeVec takes some 450. What a scrape
// needs besides is made for it and is garbage after it.
package series

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Vec is a metric with the label "feed", and perhaps a second one. It is used like a
// prometheus.GaugeVec or CounterVec, is safe for concurrent use, and must not be copied.
type Vec struct {
	desc   *prometheus.Desc
	kind   prometheus.ValueType
	labels []string // "feed", and perhaps another
	mu     sync.Mutex
	values map[key]value
}

// key is the feed and the value of the other label.
type key [2]string

// value is what a series has come to, and since when it is there, in nanoseconds since 1970.
type value struct {
	number float64
	begun  int64
}

const feedLabel = "feed"

// NewCounter returns a counter by feed and, where it is named, another label.
func NewCounter(name, help string, other ...string) *Vec {
	return newVec(prometheus.CounterValue, name, help, other)
}

// NewGauge returns a gauge by feed and, where it is named, another label.
func NewGauge(name, help string, other ...string) *Vec {
	return newVec(prometheus.GaugeValue, name, help, other)
}

func newVec(kind prometheus.ValueType, name, help string, other []string) *Vec {
	labels := append([]string{feedLabel}, other[:min(len(other), 1)]...)
	return &Vec{desc: prometheus.NewDesc(name, help, labels, nil), kind: kind, labels: labels, values: map[key]value{}}
}

// WithLabelValues is the series of a feed, or of a feed and the value of the other label. It is
// there from now on.
func (v *Vec) WithLabelValues(feed string, other ...string) Series {
	s := Series{v, key{feed}}
	copy(s.key[1:], other)
	s.Add(0)
	return s
}

// DeleteLabelValues removes a series.
func (v *Vec) DeleteLabelValues(feed string, other ...string) {
	k := key{feed}
	copy(k[1:], other)
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.values, k)
}

// Forget removes all series of a feed. It looks through those of all feeds where there is
// another label.
func (v *Vec) Forget(feed string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.labels) == 1 {
		delete(v.values, key{feed})
		return
	}
	for k := range v.values {
		if k[0] == feed {
			delete(v.values, k)
		}
	}
}

// Describe implements prometheus.Collector.
func (v *Vec) Describe(to chan<- *prometheus.Desc) { to <- v.desc }

// Collect implements prometheus.Collector.
func (v *Vec) Collect(to chan<- prometheus.Metric) {
	for _, s := range v.samples() {
		to <- s
	}
}

// samples are all series as they are now: whoever takes them may be slow.
func (v *Vec) samples() []*sample {
	v.mu.Lock()
	defer v.mu.Unlock()
	all := make([]sample, 0, len(v.values))
	list := make([]*sample, 0, len(v.values))
	for k, value := range v.values {
		all = append(all, sample{v, k, value})
		list = append(list, &all[len(all)-1])
	}
	return list
}

// Series is one of a Vec.
type Series struct {
	vec *Vec
	key key
}

// Inc adds one.
func (s Series) Inc() { s.Add(1) }

// Add adds n.
func (s Series) Add(n float64) { s.change(func(old float64) float64 { return old + n }) }

// Set replaces the value.
func (s Series) Set(number float64) { s.change(func(float64) float64 { return number }) }

func (s Series) change(to func(old float64) float64) {
	s.vec.mu.Lock()
	defer s.vec.mu.Unlock()
	v, ok := s.vec.values[s.key]
	if !ok {
		v.begun = time.Now().UnixNano()
	}
	v.number = to(v.number)
	s.vec.values[s.key] = v
}

// Describe implements prometheus.Collector.
func (s Series) Describe(to chan<- *prometheus.Desc) { s.vec.Describe(to) }

// Collect implements prometheus.Collector.
func (s Series) Collect(to chan<- prometheus.Metric) {
	s.vec.mu.Lock()
	value, ok := s.vec.values[s.key]
	s.vec.mu.Unlock()
	if ok {
		to <- &sample{s.vec, s.key, value}
	}
}

// sample is what a series was at a moment.
type sample struct {
	vec   *Vec
	key   key
	value value
}

// Desc implements prometheus.Metric.
func (s *sample) Desc() *prometheus.Desc { return s.vec.desc }

// Write implements prometheus.Metric. Labels are in the order of their names.
func (s *sample) Write(out *dto.Metric) error {
	pairs := make([]dto.LabelPair, len(s.vec.labels))
	out.Label = make([]*dto.LabelPair, len(pairs))
	for i := range pairs {
		pairs[i].Name, pairs[i].Value = &s.vec.labels[i], &s.key[i]
		out.Label[i] = &pairs[i]
	}
	if len(pairs) == 2 && s.vec.labels[1] < feedLabel {
		out.Label[0], out.Label[1] = out.Label[1], out.Label[0]
	}
	if s.vec.kind == prometheus.CounterValue {
		out.Counter = &dto.Counter{Value: &s.value.number, CreatedTimestamp: timestamppb.New(time.Unix(0, s.value.begun))}
	} else {
		out.Gauge = &dto.Gauge{Value: &s.value.number}
	}
	return nil
}
