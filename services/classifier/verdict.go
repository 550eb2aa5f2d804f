package classifier

import (
	"context"
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/suggest"
)

// verdicts counts by indicator how often an alarm was true and how often false,
// where the desk said so.
type verdicts struct {
	metric  *prometheus.GaugeVec
	counted map[subjectMatter][]suggest.Rule
}

// subjectMatter is what a word of the desk is about. The latest on the same holds.
type subjectMatter struct{ item, indicator string }

func newVerdicts(metric *prometheus.GaugeVec) verdicts {
	return verdicts{metric: metric, counted: map[subjectMatter][]suggest.Rule{}}
}

// count takes in a word of the desk. Which indicators had a part in the alarm is
// told by the rules of now: they need not be told again at each reload.
func (v verdicts) count(f event.Feedback, rules *Ruleset) {
	about := subjectMatter{f.Item.ID, f.Indicator}
	v.add(v.counted[about], -1)
	v.counted[about] = suggest.Tell([]Judged{{Item: f.Item, True: f.True, Indicator: f.Indicator}}, rules.Explain).Rules
	v.add(v.counted[about], 1)
}

func (v verdicts) add(rules []suggest.Rule, sign int) {
	for _, r := range rules {
		v.metric.WithLabelValues(r.Rule, "true").Add(float64(sign * r.True))
		v.metric.WithLabelValues(r.Rule, "false").Add(float64(sign * r.False))
	}
}

// followVerdicts counts what the desk says until ctx ends. Without the permission
// to read it only the metric is missing.
func (s *Service) followVerdicts(ctx context.Context) {
	v := newVerdicts(s.metrics.judged)
	err := s.options.Bus.Tail(ctx, bus.Feedback, nil, bus.Start{}, func(_ context.Context, d *bus.Delivery) error {
		var f event.Feedback
		if event.Decode(d.Data, &f) == nil { // faultline rules feedback tells what cannot be read
			v.count(f, s.live.Load())
		}
		return nil
	})
	if err != nil && !errors.Is(err, bus.ErrClosed) {
		s.options.Logger.Warn("what the desk says of alarms is not counted; does the NATS user have the permissions of deploy/nats/nats-server.conf?", "err", err)
	}
}
