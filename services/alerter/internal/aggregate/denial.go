package aggregate

import (
	"context"
	"errors"
	"fmt"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/story"
)

// contradict plans to hold what makes no alert by itself against the incident that it denies
// or takes back, and a correction against the one that its outlet told: the best of those that are
// open of its kind, there and then. Nil when there is none; news would open an incident then.
func (a *Aggregator) contradict(ctx context.Context, x *event.Assessment, profile *story.Profile, news bool) (*plan, error) {
	for _, match := range a.cache.index.Denied(a.profiler.Denial(x)) {
		entry, old, err := a.read(ctx, match.ID)
		if err != nil {
			return nil, err
		}
		if incident.Over(old) || !incident.Joins(old, x) || news && !incident.Corrects(old, x) {
			continue
		}
		text := incident.Text{Signature: profile.Signature, CopyOf: repeated(old, profile, a.config.Load().Copy)}
		return a.merged(entry.Revision, old, x, text, profile)
	}
	return nil, nil
}

// repeated is the item of the denial in an incident that a text repeats, "" if it repeats none.
func repeated(i *event.Incident, profile *story.Profile, least float64) string {
	for at := range i.Reports {
		r := &i.Reports[at]
		if r.Denies && len(r.Signature) > 0 && story.Jaccard(r.Signature, profile.Signature) >= least {
			return r.Item
		}
	}
	return ""
}

// answer holds those of the denials that wait that can be of it against the incident that a report has
// opened: against all others they were held when they came. It is asked again when the report is delivered
// again, so it leaves none that was not stored.
func (a *Aggregator) answer(ctx context.Context, opened *event.Incident, report *event.Assessment) error {
	held := func(denial *waiter) bool { return a.cache.items[denial.Item.ID] != "" }
	a.waiting.drop(held)
	for _, denial := range a.waiting.soon(report) {
		if denial.Main.Country != opened.Country {
			continue
		}
		if denial.profile == nil {
			denial.profile = a.profiler.Denial(denial.Assessment)
		}
		if !a.cache.index.Denies(denial.profile, opened.ID) {
			continue
		}
		changed, err := a.insist(ctx, denial.Assessment)
		if err == nil && changed != "" {
			err = errors.Join(a.flush(ctx), a.failed[changed])
		}
		if err != nil {
			return fmt.Errorf("holding the denial %s against it: %w", denial.Item.ID, err)
		}
	}
	a.waiting.drop(held)
	return nil
}

// wait keeps a denial that was held against nothing for the report that a slower feed may
// bring.
func (a *Aggregator) wait(x *event.Assessment) {
	a.waiting.keep(x, x.Main != nil && incident.Contradicts(*a.config.Load(), x, a.clock()))
}

// errReached ends the reading of a stream.
var errReached = errors.New("all that came before was read")

// maxRecalled is how many assessments are read to find the denials that wait, the latest: those
// of a day from a thousand feeds.
const maxRecalled = 20_000

// recall reads from the stream which denials wait that were delivered before an assessment to another
// process, or to this one in an earlier life. That costs a second of a core at most, once in the life of
// a process and when another one had its turn, and is done before the first decision, as that may be
// about what they deny: what comes meanwhile waits on the stream.
func (a *Aggregator) recall(ctx context.Context, d *bus.Delivery, x *event.Assessment) error {
	from := a.last + 1
	if d.Sequence > maxRecalled {
		from = max(from, d.Sequence-maxRecalled)
	}
	err := a.bus.Replay(ctx, bus.Assessments, nil, bus.Start{Sequence: from}, func(_ context.Context, past *bus.Delivery) error {
		switch {
		case past.Sequence >= d.Sequence:
			return errReached
		case x.Assessed.Sub(past.Published) > waitsFor: // and it was assessed before that
			return nil
		}
		var y event.Assessment
		if event.Decode(past.Data, &y) == nil && a.cache.items[y.Item.ID] == "" && !late(x, &y) { // what cannot be read its own delivery says
			a.wait(&y)
		}
		return nil
	})
	if errors.Is(err, errReached) {
		return nil
	}
	return err
}
