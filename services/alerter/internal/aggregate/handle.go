package aggregate

import (
	"context"
	"errors"
	"fmt"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/story"
)

// maxTries is how often an assessment is decided anew because another process
// changed its incident in between.
const maxTries = 8

// errAgain means that what the decision was based on has changed.
var errAgain = errors.New("the incident was changed by another process")

// maxTogether is how many assessments that wait are taken in one go: what comes of
// them is published with one flush to the disk.
const maxTogether = 16

// handle takes an assessment, and those that wait behind it.
func (a *Aggregator) handle(ctx context.Context, d *bus.Delivery, more func(int) []*bus.Delivery) []error {
	deliveries := append([]*bus.Delivery{d}, more(int(min(d.Pending, maxTogether-1)))...)
	errs, todo := make([]error, len(deliveries)), make([]int, len(deliveries))
	for i := range todo {
		todo[i] = i
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.ready(ctx); err != nil { // without what could not be published before nothing is done
		for i := range errs {
			errs[i] = err
		}
		return errs
	}
	for tries := 0; len(todo) > 0 && tries < maxTries; tries++ {
		todo = a.round(ctx, deliveries, todo, errs)
	}
	return errs
}

// round takes those of the deliveries that are to do, publishes what comes of them, and
// notes how each ended. It returns those whose incident another process has changed
// meanwhile: they are to be decided anew.
func (a *Aggregator) round(ctx context.Context, deliveries []*bus.Delivery, todo []int, errs []error) (again []int) {
	clear(a.failed)
	changed := make([]string, len(deliveries))
	for _, i := range todo {
		changed[i], errs[i] = a.take(ctx, deliveries[i])
	}
	err := a.flush(ctx)
	for _, i := range todo {
		failed := a.failed[changed[i]]
		errs[i] = errors.Join(errs[i], failed, err)
		if errors.Is(failed, bus.ErrConflict) {
			again = append(again, i)
		}
	}
	return again
}

// alone does something while nobody else changes incidents, and publishes what comes
// of it. What could not be published before goes first: without it nothing is done.
func (a *Aggregator) alone(ctx context.Context, do func() error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.flush(ctx); err != nil {
		return err
	}
	return errors.Join(do(), a.flush(ctx))
}

// ready publishes what could not be published before, and reads what is not known for certain.
func (a *Aggregator) ready(ctx context.Context) error {
	if !a.doubtful {
		return a.flush(ctx)
	}
	if err := a.sync(ctx); err != nil {
		return fmt.Errorf("reading the incidents again: %w", err)
	}
	a.doubtful = false
	return nil
}

// take decides about one assessment. The incident that it opens or joins, whose id it returns, is
// stored by the next flush, which publishes it.
func (a *Aggregator) take(ctx context.Context, d *bus.Delivery) (changed string, err error) {
	var assessment event.Assessment
	if err := event.Decode(d.Data, &assessment); err != nil {
		return "", bus.Permanent(err)
	}
	start := time.Now()
	if err := a.follow(ctx, d, &assessment); err != nil {
		return "", err
	}
	changed, err = a.insist(ctx, &assessment)
	a.metrics.duration.Observe(time.Since(start).Seconds())
	if err == nil {
		a.last = max(a.last, d.Sequence)
	}
	return changed, err
}

// follow reads the bucket and the denials that wait again when another process handled
// assessments since this one last did: then the cache does not know of them. Before its first one
// the bucket says whether anybody has written since the start.
func (a *Aggregator) follow(ctx context.Context, d *bus.Delivery, x *event.Assessment) error {
	first := a.last == 0
	if d.Sequence <= a.last || !first && d.Sequence == a.last+1 {
		return nil // delivered again, or the next one
	}
	known := false
	if first {
		revision, err := a.bucket.Revision(ctx)
		if err != nil {
			return err
		}
		known = revision == a.upTo
	}
	if !known {
		if err := a.sync(ctx); err != nil {
			return fmt.Errorf("reading the incidents again: %w", err)
		}
	}
	if err := a.recall(ctx, d, x); err != nil {
		return fmt.Errorf("reading the denials that wait: %w", err)
	}
	return nil
}

// insist tries as long as others change what it decides about.
func (a *Aggregator) insist(ctx context.Context, x *event.Assessment) (changed string, err error) {
	for range maxTries {
		if changed, err = a.try(ctx, x); !errors.Is(err, errAgain) {
			break
		}
	}
	return changed, err
}

// try decides about an assessment and leaves the incident to the next flush. It returns which that
// is.
func (a *Aggregator) try(ctx context.Context, x *event.Assessment) (changed string, err error) {
	if a.doubtful { // since the last one: its story may be what is not known
		if err := a.ready(ctx); err != nil {
			return "", err
		}
	}
	plan, err := a.decide(ctx, x)
	if err != nil {
		return "", err
	}
	if plan == nil {
		a.wait(x)
		return "", nil
	}
	id := plan.incident.ID
	if !plan.write { // delivered again
		a.publish(plan.incident, plan.value)
		return "", a.answer(ctx, plan.incident, x)
	}
	if err := a.leave(ctx, plan); err != nil {
		return "", err
	}
	switch {
	case plan.revision == 0:
		return id, a.answer(ctx, plan.incident, x) // a first report shows nothing of two stories
	case plan.profile == nil:
		return id, nil // nor does a copy
	}
	return id, a.tryMerge(ctx, id, plan.profile)
}

// plan is what is to be done about an assessment.
type plan struct {
	incident *event.Incident
	value    []byte         // the incident encoded
	write    bool           // store it before it is published
	revision uint64         // that the bucket must have then; 0: the incident is new
	profile  *story.Profile // to add to the index; nil for a copy
	item     string
}

// decide finds the incident of an assessment. It returns nil when there is
// nothing to do.
func (a *Aggregator) decide(ctx context.Context, x *event.Assessment) (*plan, error) {
	now, c := a.clock(), *a.config.Load()
	a.cache.index.SetConfig(c.Story())
	if id, ok := a.cache.items[x.Item.ID]; ok {
		profile := a.profiler.Profile(x)
		return a.join(ctx, x, story.Match{ID: id}, profile)
	}
	news := incident.Admissible(c, x, now)
	if !news && !incident.Contradicts(c, x, now) {
		return nil, nil
	}
	profile := a.profiler.Profile(x)
	if !news || incident.Correction(x) {
		if p, err := a.contradict(ctx, x, profile, news); p != nil || err != nil {
			return p, err
		}
	}
	switch match, ok := a.cache.index.Find(profile); {
	case ok:
		return a.join(ctx, x, match, profile)
	case news:
		if p, err := a.reprint(ctx, x, profile); p != nil || err != nil {
			return p, err
		}
		return newPlan(incident.Open(c, x, profile.Signature, now), 0, x.Item.ID, profile)
	}
	return nil, nil
}

// join plans to merge an assessment into an incident that exists.
func (a *Aggregator) join(ctx context.Context, x *event.Assessment, match story.Match, profile *story.Profile) (*plan, error) {
	old, revision, err := a.latest(ctx, match.ID)
	if err != nil {
		return nil, err
	}
	known := incident.Has(old, x)
	switch {
	case known == incident.Same:
		value, err := event.Encode(old)
		return &plan{incident: old, value: value}, err
	case known == incident.Unknown && incident.Over(old):
		return nil, errAgain // closed in the meantime: read has told the index
	case known == incident.Unknown && match.Item == "":
		return nil, a.divided(ctx, old) // split off in the meantime
	case known == incident.Unknown && !incident.Joins(old, x):
		return nil, nil
	}
	text := incident.Text{Signature: profile.Signature, Presumed: match.Presumed}
	if match.Copy {
		text.CopyOf = match.Item
	}
	return a.merged(revision, old, x, text, profile)
}

// merged plans to store an incident with an assessment in it. What copies a report, or denies
// what others tell, is not compared with further ones; a report that was edited until it tells
// nothing is, as it is stored.
func (a *Aggregator) merged(revision uint64, old *event.Incident, x *event.Assessment, text incident.Text, profile *story.Profile) (*plan, error) {
	i := incident.Merge(*a.config.Load(), old, x, text, a.clock())
	switch r := &i.Reports[i.Change.Report]; {
	case !finds(r):
		profile = nil
	case r.Denies || !x.Relevant:
		profile = a.profiler.Restore(i, r)
	}
	return newPlan(i, revision, x.Item.ID, profile)
}

func newPlan(i *event.Incident, revision uint64, item string, profile *story.Profile) (*plan, error) {
	value, err := event.Encode(i)
	if err != nil {
		return nil, err
	}
	return &plan{incident: i, value: value, write: true, revision: revision, item: item, profile: profile}, nil
}
