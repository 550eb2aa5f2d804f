package aggregate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/story"

	"golang.org/x/sync/errgroup"
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
	if err := a.flush(ctx); err != nil { // without what could not be published before nothing is done
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
// notes how each ended. It returns those whose incident another process has opened
// meanwhile: they are to be decided anew.
func (a *Aggregator) round(ctx context.Context, deliveries []*bus.Delivery, todo []int, errs []error) (again []int) {
	clear(a.failed)
	opened := make([]string, len(deliveries))
	for _, i := range todo {
		opened[i], errs[i] = a.take(ctx, deliveries[i])
	}
	err := a.flush(ctx)
	for _, i := range todo {
		failed := a.failed[opened[i]]
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

// take decides about one assessment and stores what comes of it, but for an incident
// that it opens, whose id it returns: that is stored by the next flush, which publishes all
// of it.
func (a *Aggregator) take(ctx context.Context, d *bus.Delivery) (opened string, err error) {
	var assessment event.Assessment
	if err := event.Decode(d.Data, &assessment); err != nil {
		return "", bus.Permanent(err)
	}
	start := time.Now()
	if err := a.follow(ctx, d, &assessment); err != nil {
		return "", err
	}
	opened, err = a.insist(ctx, &assessment)
	a.metrics.duration.Observe(time.Since(start).Seconds())
	if err == nil {
		a.last = max(a.last, d.Sequence)
	}
	return opened, err
}

// follow reads the bucket and the denials that wait again when another process handled
// assessments since this one last did: then the cache does not know of them.
func (a *Aggregator) follow(ctx context.Context, d *bus.Delivery, x *event.Assessment) error {
	first := a.last == 0
	if d.Sequence <= a.last || !first && d.Sequence == a.last+1 {
		return nil // delivered again, or the next one
	}
	if !first || time.Since(a.synced) >= justNow {
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
func (a *Aggregator) insist(ctx context.Context, x *event.Assessment) (opened string, err error) {
	for range maxTries {
		if opened, err = a.try(ctx, x); !errors.Is(err, errAgain) {
			break
		}
	}
	return opened, err
}

// justNow is shorter than the time in which a pinned consumer changes hands:
// what another process wrote was written before.
const justNow = 2 * time.Second

// try decides about an assessment and stores the incident, to be published. One that it
// opens it returns.
func (a *Aggregator) try(ctx context.Context, x *event.Assessment) (opened string, err error) {
	plan, err := a.decide(ctx, x)
	if err != nil {
		return "", err
	}
	if plan == nil {
		a.wait(x)
		return "", nil
	}
	switch {
	case !plan.write: // delivered again
		a.publish(plan.incident, plan.value)
		return "", a.answer(ctx, plan.incident, x)
	case plan.revision == 0:
		a.open(plan)
		return plan.incident.ID, a.answer(ctx, plan.incident, x) // a first report shows nothing of two stories
	}
	if err := a.store(ctx, plan); err != nil {
		return "", err
	}
	a.publish(plan.incident, plan.value)
	if plan.profile == nil {
		return "", nil // nor does a copy
	}
	return "", a.tryMerge(ctx, plan.incident.ID, plan.profile)
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
		return newPlan(incident.Open(c, x, profile.Signature, now), 0, x.Item.ID, profile)
	}
	return nil, nil
}

// join plans to merge an assessment into an incident that exists.
func (a *Aggregator) join(ctx context.Context, x *event.Assessment, match story.Match, profile *story.Profile) (*plan, error) {
	entry, old, err := a.read(ctx, match.ID)
	if err != nil {
		return nil, err
	}
	known := incident.Has(old, x)
	switch {
	case known == incident.Same:
		return &plan{incident: old, value: entry.Value}, nil
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
	return a.merged(entry, old, x, text, profile)
}

// merged plans to store an incident with an assessment in it. What copies a report, or denies
// what others tell, is not compared with further ones; a report that was edited until it tells
// nothing is, as it is stored.
func (a *Aggregator) merged(entry bus.Entry, old *event.Incident, x *event.Assessment, text incident.Text, profile *story.Profile) (*plan, error) {
	i := incident.Merge(*a.config.Load(), old, x, text, a.clock())
	switch r := &i.Reports[i.Change.Report]; {
	case !finds(r):
		profile = nil
	case r.Denies || !x.Relevant:
		profile = a.profiler.Restore(i, r)
	}
	return newPlan(i, entry.Revision, x.Item.ID, profile)
}

// read gets an incident from the bucket. What another process wrote there is
// adopted and, as that one may have died before, published.
func (a *Aggregator) read(ctx context.Context, id string) (bus.Entry, *event.Incident, error) {
	if slices.ContainsFunc(a.outbox, func(c change) bool { return c.opens && c.incident.ID == id }) {
		if err := a.flush(ctx); err != nil {
			return bus.Entry{}, nil, err
		}
	}
	entry, err := a.bucket.Get(ctx, id)
	if errors.Is(err, bus.ErrNotFound) {
		a.cache.forget(id)
		return entry, nil, errAgain
	}
	if err != nil {
		return entry, nil, err
	}
	i, err := incident.Decode(entry.Value)
	if err != nil {
		return entry, nil, fmt.Errorf("reading incident %s: %w", id, err)
	}
	if s := a.cache.known[id]; s == nil || s.revision != entry.Revision {
		a.cache.adopt(i, entry.Revision)
		a.publish(i, entry.Value)
	}
	return entry, i, nil
}

func newPlan(i *event.Incident, revision uint64, item string, profile *story.Profile) (*plan, error) {
	value, err := event.Encode(i)
	if err != nil {
		return nil, err
	}
	return &plan{incident: i, value: value, write: true, revision: revision, item: item, profile: profile}, nil
}

// store writes the incident to the bucket, then to the cache. Its change before
// must be on the stream by then: the bucket keeps the latest only.
func (a *Aggregator) store(ctx context.Context, p *plan) error {
	if slices.ContainsFunc(a.outbox, func(c change) bool { return c.incident.ID == p.incident.ID }) {
		if err := a.flush(ctx); err != nil {
			return err
		}
	}
	revision, err := a.bucket.Put(ctx, p.incident.ID, p.value, p.revision)
	if errors.Is(err, bus.ErrConflict) {
		if _, _, err := a.read(ctx, p.incident.ID); err != nil {
			return err
		}
		return errAgain
	}
	if err != nil {
		return err
	}
	a.know(p, revision)
	return nil
}

// know notes the incident of a plan in the cache.
func (a *Aggregator) know(p *plan, revision uint64) {
	a.cache.note(p.incident, revision)
	if p.profile != nil && !incident.Over(p.incident) {
		a.cache.index.Add(p.incident.ID, p.item, p.profile)
	}
}

// message is an incident as it goes on the stream. The message id is the incident's
// revision: publishing it twice makes one message.
func message(i *event.Incident, value []byte) bus.Message {
	return bus.Message{Subject: bus.IncidentSubject(i.Region, i.ID), ID: fmt.Sprintf("%s-%d", i.ID, i.Revision), Data: value}
}

// change is an incident on its way to the stream.
type change struct {
	incident *event.Incident
	value    []byte
	opens    bool // it is new, and not in the bucket yet
}

// publish leaves an incident as it is in the bucket to the next flush.
func (a *Aggregator) publish(i *event.Incident, value []byte) {
	a.outbox = append(a.outbox, change{incident: i, value: value})
}

// open leaves a new incident to the next flush, which stores it with the others.
func (a *Aggregator) open(p *plan) {
	a.know(p, 0)
	a.outbox = append(a.outbox, change{incident: p.incident, value: p.value, opens: true})
}

// flush stores what was opened and puts what was left to it on the stream, in order as far
// as PublishAll keeps it: a reader that has a later revision of an incident ignores an earlier one.
// Whoever left something is done once it returns nil. What could not be published stays, for
// the next flush: the bucket may hold a later change by the time that its assessment comes
// again.
func (a *Aggregator) flush(ctx context.Context) error {
	a.storeOpened(ctx)
	messages := make([]bus.Message, len(a.outbox))
	for i, c := range a.outbox {
		messages[i] = message(c.incident, c.value)
	}
	acks, err := a.bus.PublishAll(ctx, messages)
	for i, ack := range acks {
		if !ack.Duplicate {
			a.metrics.changes.WithLabelValues(string(a.outbox[i].incident.Change.Kind)).Inc()
		}
	}
	a.outbox = slices.Delete(a.outbox, 0, len(acks))
	return err
}

// storeOpened writes the new incidents to the bucket, side by side. One that cannot be
// written is forgotten, and opened again when its assessment comes again: failed says why,
// whoever asked for the flush. One that another process has opened is adopted.
func (a *Aggregator) storeOpened(ctx context.Context) {
	all := a.outbox
	revisions, errs := make([]uint64, len(all)), make([]error, len(all))
	var group errgroup.Group
	for i, c := range all {
		if c.opens {
			group.Go(func() error {
				revisions[i], errs[i] = a.bucket.Put(ctx, c.incident.ID, c.value, 0)
				return nil
			})
		}
	}
	group.Wait() //nolint:errcheck // each has its own error
	a.outbox = nil
	for i, c := range all {
		switch {
		case errs[i] != nil:
			a.cache.forget(c.incident.ID)
			a.failed[c.incident.ID] = errs[i]
			continue
		case c.opens:
			a.cache.known[c.incident.ID].revision = revisions[i]
			c.opens = false
		}
		a.outbox = append(a.outbox, c)
	}
	for i, c := range all {
		if errors.Is(errs[i], bus.ErrConflict) {
			_, _, err := a.read(ctx, c.incident.ID)
			a.failed[c.incident.ID] = errors.Join(errs[i], err)
		}
	}
}
