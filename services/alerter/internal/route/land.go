package route

import (
	"context"
	"maps"
	"slices"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/notify"

	"golang.org/x/sync/errgroup"
)

// When many changes wait they are landed together, so that a group is written
// once for all of its own; different groups wait for the disk side by side.
// Together they have not much more than togetherBytes, so that a group has room
// for them or for none.
const (
	maxTogether   = 32
	togetherBytes = 100_000
	sideBySide    = 32
)

// incidents lands changes of incidents, and those that wait behind the first.
func (r *Router) incidents(ctx context.Context, d *bus.Delivery, more func(int) []*bus.Delivery) []error {
	deliveries := append([]*bus.Delivery{d}, more(int(min(d.Pending, maxTogether-1)))...)
	errs := make([]error, len(deliveries))
	var drafts []draft
	bytes := 0
	for i, d := range deliveries {
		in, err := r.Reader.Read(d.Sequence, d.Data)
		if err != nil {
			errs[i] = bus.Permanent(err)
			continue
		}
		if err := r.Inhibitor.Reach(ctx, bus.Incidents, d.Sequence); err != nil {
			errs[i] = err
			continue
		}
		told := alert.New(*in)
		told.Name(r.Config().Region(in.Region))
		drafts = append(drafts, draft{told, d.Sequence, d.Published, &errs[i]})
		if bytes += len(d.Data); bytes > togetherBytes {
			r.tell(ctx, drafts)
			drafts, bytes = nil, 0
		}
	}
	r.tell(ctx, drafts)
	return errs
}

// notice lands what the watch itself has to tell, like a change of an incident.
func (r *Router) notice(ctx context.Context, d *bus.Delivery) (err error) {
	var n event.Notice
	if err := event.Decode(d.Data, &n); err != nil {
		return bus.Permanent(err)
	}
	if err := r.Inhibitor.Reach(ctx, bus.Notices, d.Sequence); err != nil {
		return err
	}
	r.tell(ctx, []draft{{alert.Notice(n), 0, time.Time{}, &err}})
	return err
}

// draft is a change on its way, and where to say what became of it.
type draft struct {
	alert.Draft
	sequence uint64    // of a change in INCIDENTS; 0 for a notice
	stored   time.Time // when that was put there
	err      *error
}

// landing is what a group is to take in, in the order that it came.
type landing struct {
	id     string
	route  group.Route // that the latest change to be told came by
	labels map[string]string
	all    []landed
	tells  bool // one of them at least is to be told
}

// landed is a change; one that is not to be told only brings up to date what the
// group has of its incident. That is gone from it when others tell of the incident now.
type landed struct {
	draft
	tell, gone bool
	// arrived is how it is told if the group does not know the incident; nil where it is
	// told as it is, or not.
	arrived *alert.Draft
}

// tell lands changes in every group that is to tell them, in those that would
// have told another change of the same incident, and in those that told it when it stood
// otherwise: what they have waiting is brought up to date, what they repeat ends with it.
func (r *Router) tell(ctx context.Context, drafts []draft) {
	cfg := r.Config()
	landings := landings(cfg, drafts)
	errs := make([]error, len(landings))
	var g errgroup.Group
	g.SetLimit(sideBySide)
	for i, l := range landings {
		g.Go(func() error { errs[i] = r.land(ctx, cfg, l); return nil })
	}
	g.Wait() //nolint:errcheck // each landing has its own error
	for i, l := range landings {
		for _, d := range l.all {
			*d.err = bus.Join(*d.err, errs[i])
		}
	}
}

// landings sorts changes by the groups that they concern.
func landings(cfg *notify.Config, drafts []draft) []*landing {
	byID := map[string]*landing{}
	var order []*landing
	in := func(id string) *landing {
		l := byID[id]
		if l == nil {
			l = &landing{id: id}
			byID[id] = l
			order = append(order, l)
		}
		return l
	}
	for _, d := range drafts {
		told := map[string]bool{}
		for _, t := range Tellings(cfg, d.Draft) {
			id := t.Route.ID(t.Labels)
			if told[id] {
				continue
			}
			told[id] = true
			if receiver, ok := cfg.Receiver(t.Route.Receiver); !ok || len(receiver.Integrations) == 0 {
				continue // nobody listens: there is nothing to remember
			}
			l := in(id)
			l.route, l.labels, l.tells = t.Route, t.Labels, true
			l.all = append(l.all, landed{draft: d, tell: true, arrived: t.Arrived})
		}
		hear := func(ids []string, gone bool) {
			for _, id := range ids {
				if !told[id] {
					told[id] = true
					l := in(id)
					l.all = append(l.all, landed{draft: d, gone: gone})
				}
			}
		}
		hear(others(cfg, d.Alert.Labels, match(cfg, d.Alert.Labels)), false)
		for _, was := range d.Formerly {
			hear(groups(match(cfg, was), was), true)
			hear(others(cfg, was, match(cfg, was)), true)
		}
	}
	return order
}

// groups are the ids of the groups that an alert with these labels is in.
func groups(routes []group.Route, labels map[string]string) (ids []string) {
	for _, r := range routes {
		ids = append(ids, r.ID(r.Labels(labels)))
	}
	return ids
}

// Telling is a route that an alert takes, with the labels of its group there.
type Telling struct {
	Route  group.Route
	Labels map[string]string
	// Arrived is what the group is told if it does not know the incident, which concerns it
	// only since this change; nil for a change that the route tells anyhow.
	Arrived *alert.Draft
}

// Tellings are the routes of an alert, in the order of the tree. Of one that is less grave
// than it was they are those of before, and then those of now to receivers that these do not
// reach: the others hear of it in the group that told it before.
func Tellings(cfg *notify.Config, d alert.Draft) (all []Telling) {
	was := match(cfg, d.Was)
	for _, r := range was {
		all = append(all, Telling{Route: r, Labels: r.Labels(d.Was)})
	}
	for _, r := range match(cfg, d.Alert.Labels) {
		if !slices.ContainsFunc(was, func(o group.Route) bool { return o.Receiver == r.Receiver }) {
			all = append(all, Telling{Route: r, Labels: r.Labels(d.Alert.Labels)})
		}
	}
	return append(all, arrivals(cfg, d, all)...)
}

// arrivals are the routes that an incident comes to by a change that no route tells, as one asks
// for certainty="Observed" and a third source brings no news: they would never hear of it. Receivers
// that a route of now or of before reaches know it, and are left out.
func arrivals(cfg *notify.Config, d alert.Draft, told []Telling) (all []Telling) {
	arrived, ok := d.Arrived()
	if !ok {
		return nil
	}
	known := map[string]bool{}
	for _, t := range told {
		known[t.Route.Receiver] = true
	}
	for _, was := range d.Formerly {
		was = maps.Clone(was)
		for _, kind := range []event.ChangeKind{event.ChangeNew, event.ChangeEscalated} {
			was["change"] = string(kind)
			for _, r := range match(cfg, was) {
				known[r.Receiver] = true
			}
		}
	}
	for _, r := range match(cfg, arrived.Alert.Labels) {
		if !known[r.Receiver] {
			known[r.Receiver] = true
			all = append(all, Telling{r, r.Labels(arrived.Alert.Labels), &arrived})
		}
	}
	return all
}

func match(cfg *notify.Config, labels map[string]string) []group.Route {
	var routes []group.Route
	if len(labels) == 0 {
		return nil
	}
	for _, r := range cfg.Match(labels) {
		routes = append(routes, group.Route(r))
	}
	return routes
}

// others are the groups that would tell of any other kind of change of the same
// incident; those of the given routes are left out where the change makes no difference.
func others(cfg *notify.Config, labels map[string]string, routes []group.Route) (ids []string) {
	var kinds []string
	for _, kind := range event.ChangeKinds() {
		kinds = append(kinds, string(kind))
	}
	other := maps.Clone(labels)
	for kind, r := range cfg.Others(labels, "change", kinds) {
		route := group.Route(r)
		known := func(o group.Route) bool {
			return o.Key == route.Key && o.Receiver == route.Receiver && o.ByAll == route.ByAll && slices.Equal(o.GroupBy, route.GroupBy)
		}
		if !route.By("change") && slices.ContainsFunc(routes, known) {
			continue
		}
		other["change"] = kind
		ids = append(ids, route.ID(route.Labels(other)))
	}
	return ids
}

// land takes changes into their group and, when the group does not wait, flushes
// it in the same write.
func (r *Router) land(ctx context.Context, cfg *notify.Config, l *landing) error {
	limit := noLimit
	if l.tells {
		limit = maxLanding
	}
	var s stored
	if !l.begins() {
		var err error
		if s, err = r.load(ctx, l.id); err != nil {
			return err
		}
	}
	s, err := r.update(ctx, l.id, s, limit, func(s *group.State) (bool, error) {
		now := time.Now()
		changed := l.take(cfg, s, now)
		if !l.tells {
			return changed, nil
		}
		sending := s.Sending != nil
		planned, err := r.plan(ctx, cfg, s, now)
		if s.Sending != nil && !sending {
			s.Sending.Brought, s.Sending.BroughtAt = l.latest()
		}
		return changed || planned, err
	})
	switch {
	case err != nil || s.ID == "":
		return err
	case l.tells:
		return r.settle(ctx, s)
	}
	return r.schedule(ctx, s, time.Time{})
}

// latest is the sequence of the latest change that is taken in, and when that was stored. It is
// acknowledged once all of them are where they have to go.
func (l *landing) latest() (sequence uint64, stored time.Time) {
	for _, d := range l.all {
		if d.sequence >= sequence {
			sequence, stored = d.sequence, d.stored
		}
	}
	return sequence, stored
}

// begins reports whether the group is about one incident and this its first change: then
// it is not there yet, but for one that comes again.
func (l *landing) begins() bool {
	return l.tells && l.labels["incident"] != "" && l.all[0].tell && l.all[0].Alert.Revision == 1 && l.all[0].Alert.Labels["change"] == string(event.ChangeNew)
}

// take takes the changes into the group and reports whether any was new to it.
func (l *landing) take(cfg *notify.Config, s *group.State, now time.Time) (changed bool) {
	for _, d := range l.all {
		if d.tell {
			if s.ID == "" {
				*s = group.New(l.route, l.labels, now)
			}
			s.Adopt(l.route)
		}
		s.Edits = len(editing(cfg, s.Receiver)) > 0
		switch {
		case s.ID == "":
		case d.gone:
			changed = s.Leave(d.Draft, now) || changed
		case d.arrived != nil && !s.Knows(d.Alert.Incident):
			changed = s.Land(*d.arrived, true, now) || changed
		case d.arrived != nil:
			changed = s.Land(d.Draft, false, now) || changed
		default:
			changed = s.Land(d.Draft, d.tell, now) || changed
		}
	}
	return changed
}
