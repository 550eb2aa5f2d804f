package fetcher

import (
	"errors"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"faultline/services/fetcher/internal/health"
	"faultline/services/fetcher/internal/push"
	"faultline/services/fetcher/internal/series"
	"faultline/services/fetcher/internal/state"
)

// metrics are the fetcher's. Labels are feed ids, error classes and
// outcomes, all bounded; the series of a feed go with it.
type metrics struct {
	feeds     prometheus.Gauge
	fetches   *series.Vec
	duration  prometheus.Histogram
	bytes     prometheus.Counter
	items     *series.Vec
	articles  *prometheus.CounterVec
	success   *series.Vec
	failures  *series.Vec
	failure   *series.Vec
	interval  *series.Vec
	conflicts prometheus.Counter
	down      prometheus.Gauge
	health    *series.Vec
	quiet     *series.Vec
	relocated *series.Vec
	region    *prometheus.GaugeVec
	delay     *series.Histogram
	pings     *prometheus.CounterVec
	asked     *prometheus.CounterVec
	pushing   *series.Vec
	ill       sync.Map // of the feeds that have a series in failure the class; to look for it goes through those of all
}

func newMetrics(r prometheus.Registerer) (*metrics, error) {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	}
	m := &metrics{
		feeds:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "faultline_feeds", Help: "Feeds that are configured and not disabled."}),
		fetches: series.NewCounter("faultline_fetch_total", "Fetches by what came of them: new, unchanged, not_modified, partial, empty_feed, or an error class.", "outcome"),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "faultline_fetch_duration_seconds", Help: "Time from the request to the end of the document, redirects included.",
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 30},
		}),
		bytes:     prometheus.NewCounter(prometheus.CounterOpts{Name: "faultline_fetch_bytes_total", Help: "Bytes of documents as transferred."}),
		items:     series.NewCounter("faultline_items_total", "Items and revisions of items that were published."),
		articles:  counter("faultline_articles_total", "Articles of new items of feeds with full_text by what came of them: taken, or why the feed's text was published.", "outcome"),
		success:   series.NewGauge("faultline_feed_last_success_timestamp_seconds", "When the feed was last fetched without an error, in seconds since 1970."),
		failures:  series.NewGauge("faultline_feed_failures", "Failed fetches in a row; 0 for a feed in order."),
		failure:   series.NewGauge("faultline_feed_error", "1 for the error class a feed is failing with.", "class"),
		interval:  series.NewGauge("faultline_feed_poll_interval_seconds", "Time from the last poll of the feed to its next."),
		conflicts: prometheus.NewCounter(prometheus.CounterOpts{Name: "faultline_fetch_conflicts_total", Help: "Fetches that were dropped because another fetcher was faster."}),
		down:      prometheus.NewGauge(prometheus.GaugeOpts{Name: "faultline_network_down", Help: "1 while no feed beyond this machine's own network can be reached."}),
		health:    series.NewGauge("faultline_feed_health", "1 for the state the feed is in: ok, failing, empty, stale, quiet or gone; changes that do not last are left out.", "state"),
		quiet:     series.NewGauge("faultline_feed_quiet", "1 while nothing new comes from the feed although its rhythm says that something is due."),
		relocated: series.NewGauge("faultline_feed_moved", "1 for a feed that its outlet's server gives another address for good."),
		region:    gauge("faultline_region_blind", "1 while most sources of the region are quiet or cannot be read.", "region"),
		delay: series.NewHistogram("faultline_publish_to_seen_seconds", "Time from an outlet's publishing, by its own date, to the fetch that found the item.",
			[]float64{1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 4 * 3600}), // a native one takes 5 KB more of each feed
		pings:   counter("faultline_pings_total", "Requests of hubs, by what came of them: new, unchanged, light, bad_signature, unreadable, too_large, unknown, busy, failed.", "outcome"),
		asked:   counter("faultline_hub_requests_total", "Requests to hubs, by what came of them: taken, refused (by an rssCloud server), busy, or an error class.", "outcome"),
		pushing: series.NewGauge("faultline_feed_subscription", "1 for the state of the feed's subscription with a hub: asked, active, failed, denied or left.", "state"),
	}
	// There from the start, so that their rates are known before the first.
	m.articles.WithLabelValues(articleTaken)
	m.pings.WithLabelValues(outcomeNew)
	m.asked.WithLabelValues(outcomeTaken)
	return m, m.register(r)
}

func (m *metrics) register(r prometheus.Registerer) (err error) {
	for _, c := range []prometheus.Collector{
		m.feeds, m.fetches, m.duration, m.bytes, m.items, m.articles, m.success, m.failures, m.failure, m.interval, m.conflicts, m.down,
		m.health, m.quiet, m.relocated, m.region, m.delay, m.pings, m.asked, m.pushing,
	} {
		err = errors.Join(err, r.Register(c))
	}
	return err
}

// condition shows the state a feed is in, in place of the one before.
func (m *metrics) condition(feed string, before, s health.State) {
	m.health.DeleteLabelValues(feed, string(before))
	m.health.WithLabelValues(feed, string(s)).Set(1)
	quiet := 0.0
	if s == health.Quiet || s == health.Stale {
		quiet = 1
	}
	m.quiet.WithLabelValues(feed).Set(quiet)
}

// subscribed shows the state of a feed's subscription.
func (m *metrics) subscribed(feed string, s push.State) {
	m.pushing.Forget(feed)
	if s != "" {
		m.pushing.WithLabelValues(feed, string(s)).Set(1)
	}
}

func (m *metrics) blindness(region string, blind bool) {
	value := 0.0
	if blind {
		value = 1
	}
	m.region.WithLabelValues(region).Set(value)
}

func (m *metrics) fetched(feed, outcome string, took time.Duration) {
	m.fetches.WithLabelValues(feed, outcome).Inc()
	m.duration.Observe(took.Seconds())
}

func (m *metrics) healthy(feed string, now time.Time) {
	m.items.WithLabelValues(feed) // there before the first item of this process, so that its rise is one
	m.succeeded(feed, now)
	m.fine(feed)
}

// succeeded shows when the feed was last fetched without an error, if it ever was.
func (m *metrics) succeeded(feed string, at time.Time) {
	if !at.IsZero() {
		m.success.WithLabelValues(feed).Set(seconds(at))
	}
}

// fine shows that the feed is not failing.
func (m *metrics) fine(feed string) {
	m.failures.WithLabelValues(feed).Set(0)
	if class, was := m.ill.LoadAndDelete(feed); was {
		m.failure.DeleteLabelValues(feed, class.(string))
	}
}

func (m *metrics) failing(feed, class string, failures int) {
	m.failures.WithLabelValues(feed).Set(float64(failures))
	if before, was := m.ill.Load(feed); was && before != class {
		m.failure.DeleteLabelValues(feed, before.(string))
	}
	m.failure.WithLabelValues(feed, class).Set(1)
	m.ill.Store(feed, class) // last: what ends the failure meanwhile leaves it to the next fetch
}

// stored shows a feed by its state, whichever process polled it. The last success of one
// that fails is shown when the process first sees the feed; of one in order only its token
// knows, and it is shown with the first poll.
func (m *metrics) stored(feed string, st state.State, first bool) {
	if first && st.Class != "" {
		m.succeeded(feed, st.Success)
	}
	if st.MovedTo != "" {
		m.relocated.WithLabelValues(feed).Set(1)
	} else {
		m.relocated.DeleteLabelValues(feed)
	}
	if st.Class != "" {
		m.failing(feed, st.Class, st.Failures)
		return
	}
	m.fine(feed)
}

func (m *metrics) forget(feed string) {
	for _, v := range []*series.Vec{m.fetches, m.items, m.success, m.failures, m.failure, m.interval, m.health, m.quiet, m.relocated, m.pushing} {
		v.Forget(feed)
	}
	m.ill.Delete(feed)
	m.delay.Forget(feed)
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
