package classifier

import (
	"cmp"
	"log/slog"
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"faultline/pkg/event"
)

// Broad is an indicator that fires on far too many texts.
type Broad struct {
	Indicator string
	Language  string
	Share     float64 // of the texts, 0 to 1
}

// What makes an indicator over-broad: firing on more than this share of at
// least so many texts of one language that have nothing to do with it.
const (
	broadShare = 0.25
	broadTexts = 30
)

// Broad finds the indicators that fire on the examples of others: on more than
// a quarter of the sentences of their language. A word such as "said" would.
func (r *Ruleset) Broad() []Broad {
	texts, fired := map[string]int{}, map[Broad]int{}
	for i := range r.engine.Rules().Indicators {
		own := &r.engine.Rules().Indicators[i]
		for language, examples := range own.Examples {
			for _, x := range slices.Concat(examples.Fires, examples.Quiet) {
				texts[language]++
				a := r.engine.AssessAs(language, x.Item())
				for _, f := range a.Findings {
					if f.Indicator != own.ID {
						fired[Broad{Indicator: f.Indicator, Language: language}]++
					}
				}
			}
		}
	}
	var out []Broad
	for b, n := range fired {
		if b.Share = float64(n) / float64(texts[b.Language]); b.Share > broadShare && texts[b.Language] >= broadTexts {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, func(a, b Broad) int {
		return cmp.Or(cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Language, b.Language))
	})
	return out
}

// rateGuard watches how many items of a window each indicator fires on. A
// rule that suddenly fires on everything is a mistake in the rule rather than a
// world on fire; the desk is told, and the rule stays, for it may be the other.
type rateGuard struct {
	logger *slog.Logger
	gauge  *prometheus.GaugeVec

	mu    sync.Mutex
	items int
	hits  map[string]int
}

const (
	rateWindow = 500 // items
	rateShare  = 0.5
)

func newRateGuard(logger *slog.Logger, gauge *prometheus.GaugeVec) *rateGuard {
	return &rateGuard{logger: logger, gauge: gauge, hits: map[string]int{}}
}

// restart begins a new window: what other rules did is not counted.
func (g *rateGuard) restart() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.gauge.Reset()
	g.items = 0
	clear(g.hits)
}

// count notes an assessment and, at the end of each window, says which
// indicators fired on more than half of it.
func (g *rateGuard) count(a *event.Assessment) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.items++
	for i, f := range a.Findings {
		if !slices.ContainsFunc(a.Findings[:i], func(o event.Finding) bool { return o.Indicator == f.Indicator }) {
			g.hits[f.Indicator]++
		}
	}
	if g.items < rateWindow {
		return
	}
	g.gauge.Reset()
	for indicator, n := range g.hits {
		if share := float64(n) / float64(g.items); share > rateShare {
			g.gauge.WithLabelValues(indicator).Set(share)
			g.logger.Warn("an indicator fires on most items; is one of its phrases too broad?", "indicator", indicator, "share", share, "items", g.items)
		}
	}
	g.items = 0
	clear(g.hits)
}
