package aggregate

import (
	"runtime"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
	"faultline/services/alerter/internal/story"

	"golang.org/x/sync/errgroup"
)

// loading takes in incidents of the bucket in the order in which they are read. What they say is read
// side by side, as that is most of the work. While it lasts the cache is its own.
type loading struct {
	a       *Aggregator
	readers errgroup.Group
	order   chan *loaded
	over    chan struct{} // closed when the last one was taken in
}

// loaded is one of them.
type loaded struct {
	entry    bus.Entry
	incident *event.Incident
	reports  []finding
	err      error
	read     chan struct{} // closed when the above is there
}

func (a *Aggregator) load() *loading {
	l := &loading{a: a, order: make(chan *loaded, maxTogether), over: make(chan struct{})}
	l.readers.SetLimit(runtime.GOMAXPROCS(0))
	go func() {
		defer close(l.over)
		for one := range l.order {
			<-one.read
			l.take(one)
		}
	}()
	return l
}

// add takes in one more.
func (l *loading) add(e bus.Entry) {
	one := &loaded{entry: e, read: make(chan struct{})}
	l.order <- one
	l.readers.Go(func() error {
		defer close(one.read)
		if one.incident, one.err = incident.Decode(e.Value); one.err == nil {
			one.reports = restore(l.a.profiler, one.incident)
		}
		return nil
	})
}

func (l *loading) take(one *loaded) {
	if one.err != nil {
		// It cannot be part of anything we do; the operator has to look.
		l.a.log.Error("incident cannot be read", "incident", one.entry.Key, "err", one.err)
		return
	}
	l.a.cache.place(one.incident, one.entry.Revision, one.reports)
	if l.a.share != nil {
		l.a.share(one.incident)
	}
}

// end returns when all are taken in.
func (l *loading) end() {
	close(l.order)
	<-l.over
}

// finding is a report by which further ones of its incident are found.
type finding struct {
	item    string
	profile *story.Profile
}

// restore makes the profiles of the reports of an incident that an index keeps.
func restore(p *story.Profiler, i *event.Incident) (all []finding) {
	if incident.Over(i) {
		return nil
	}
	var reports []*event.Report
	for k := range i.Reports {
		if r := &i.Reports[k]; finds(r) {
			reports = append(reports, r)
		}
	}
	for k, r := range reports {
		if k == 0 || k > len(reports)-story.MaxProfiles { // the first and the latest
			all = append(all, finding{r.Item, p.Restore(i, r)})
		}
	}
	return all
}
