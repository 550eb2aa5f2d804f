package group

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
)

// State is one group: what waits, what is being sent, and what its readers
// know. Its zero value is no group: use New.
type State struct {
	ID       string            `json:"id"`
	Receiver string            `json:"receiver"`
	Route    string            `json:"route"`
	Labels   map[string]string `json:"labels,omitempty"`
	Wait     time.Duration     `json:"wait"`
	Interval time.Duration     `json:"interval"`
	Repeat   time.Duration     `json:"repeat"`
	// Born tells this life of the group from an earlier one with the same id,
	// whose notifications may still be stored.
	Born time.Time `json:"born"`
	// Count is the number of flushes so far, and Thread that of the group.
	Count   int              `json:"count"`
	Thread  Thread           `json:"thread,omitzero"`
	Opening string           `json:"opening,omitempty"` // of an older build: that of its only thread
	Pending []Pending        `json:"pending,omitempty"`
	Sending *Flush           `json:"sending,omitempty"`
	Known   map[string]Known `json:"known,omitempty"` // by incident
	Flushed time.Time        `json:"flushed,omitzero"`
	Touched time.Time        `json:"touched,omitzero"`
	// Held puts off the next flush: the route is muted until then.
	Held time.Time `json:"held,omitzero"`
	// Dropped counts the incidents that the group had no room for, see Shrink.
	Dropped map[event.Severity]int `json:"dropped,omitempty"`
	// Hurry is set while a flush left something over for the next.
	Hurry bool `json:"hurry,omitempty"`
	// Edits is set while the receiver has a channel that edits: then what adds
	// nothing to be told waits in Updates, and Updated is when some of it was last
	// sent.
	Edits   bool      `json:"edits,omitempty"`
	Updates []Update  `json:"updates,omitempty"`
	Updated time.Time `json:"updated,omitzero"`
}

// Pending is an incident that waits for the next flush, as it stands.
type Pending struct {
	Draft  alert.Draft `json:"draft"`
	Landed time.Time   `json:"landed"`
	// Revisions are the changes that were to be told, all in this one.
	Revisions []int `json:"revisions"`
	// Silenced is when the silence ends that holds it back.
	Silenced time.Time `json:"silenced,omitzero"`
	// Inhibited is the open incident that holds it back in place of a silence;
	// Silenced is then when to look again.
	Inhibited string `json:"inhibited,omitempty"`
	// Excuse says what held it back, to those who read of it late.
	Excuse string `json:"excuse,omitempty"`
	// Gone is set while other groups tell of it, so that it is told and not repeated.
	Gone bool `json:"gone,omitempty"`
}

// Known is what the readers were told about an incident.
type Known struct {
	// Told is the highest revision that was to be told and has been; Seen the
	// highest there was.
	Told int `json:"told"`
	Seen int `json:"seen"`
	// Heard are the revisions that were told last: a lower one that comes late is
	// told as well, if it is none of them.
	Heard []int `json:"heard,omitempty"`
	// Critical is set once it was told as critical.
	Critical bool `json:"critical,omitempty"`
	// Flush is the number of the one that told it last, and Thread that of the incident, in
	// a group of several.
	Flush  int    `json:"flush,omitempty"`
	Thread Thread `json:"thread,omitzero"`
	// Reports are the beginnings of the ids of the reports whose links the
	// readers have.
	Reports []string  `json:"reports,omitempty"`
	At      time.Time `json:"at"`
	// Last is the alert to repeat while the incident is open, as it stands; Resumed
	// is since when, if that had ended meanwhile, and Silenced when the silence ends
	// that keeps it from being repeated.
	Last     *event.Alert `json:"last,omitempty"`
	Resumed  time.Time    `json:"resumed,omitzero"`
	Silenced time.Time    `json:"silenced,omitzero"`
}

// Flush is one notification to every integration of the receiver. It is stored
// before it is published, so that a second try after a crash says the same.
type Flush struct {
	Number  int           `json:"number"`
	Thread  Thread        `json:"thread,omitzero"`
	Reason  string        `json:"reason"`
	Created time.Time     `json:"created"`
	Alerts  []event.Alert `json:"alerts"`
	// Updates are incidents that are told already, as they stand, for the channels
	// that edit.
	Updates []event.Alert `json:"updates,omitempty"`
	// Brought is the sequence of the change in INCIDENTS that brought it about: once that is
	// acknowledged, the flush is published. 0: nothing tells but Done.
	Brought uint64 `json:"brought,omitempty"`
	// BroughtAt is when INCIDENTS stored that change: its sequence is that of another one if the
	// stream was made anew since. Zero in what an older build left.
	BroughtAt time.Time `json:"brought_at,omitzero"`
}

// What a state may hold, so that it stays below the size of a message.
const (
	maxPending = 100                // incidents; a group with more does not wait
	maxKnown   = 500                // incidents
	maxReports = 8000               // of all incidents together
	maxHeard   = 8                  // revisions of one incident
	maxRepeats = 20                 // alerts to repeat
	shortID    = 12                 // of a report's id
	keep       = 7 * 24 * time.Hour // how long a group without news remembers
)

// Alertmanager's reasons for a notification, in its words, and one of ours.
const (
	ReasonFirst        = "first notification"
	ReasonNew          = "new alerts added"
	ReasonSomeResolved = "some alerts resolved"
	ReasonAllResolved  = "all alerts resolved"
	ReasonRepeat       = "repeat interval elapsed"
	ReasonUpdate       = "message brought up to date" // ours
)

// New is an empty group under a route.
func New(r Route, labels map[string]string, now time.Time) State {
	s := State{ID: r.ID(labels), Labels: labels, Born: now, Touched: now}
	s.Adopt(r)
	return s
}

// Adopt takes over the timing of a route, which may have changed.
func (s *State) Adopt(r Route) {
	s.Receiver, s.Route, s.Wait, s.Interval, s.Repeat = r.Receiver, r.Key, r.Wait, r.Interval, r.Repeat
}

// Key is Alertmanager's group key.
func (s *State) Key() string { return s.Route + ":" + format(s.Labels) }

// Land takes in a change of an incident and reports whether it was new to the
// group. Taking in the same change again changes nothing. A change that is to
// be told waits for the next flush; any other one only brings up to date what
// waits or may be repeated.
func (s *State) Land(d alert.Draft, tell bool, now time.Time) bool {
	return s.land(d, tell, false, now)
}

// Leave is Land for a change of an incident that other groups tell of now: it is brought up to
// date, and repeated no more.
func (s *State) Leave(d alert.Draft, now time.Time) bool { return s.land(d, false, true, now) }

func (s *State) land(d alert.Draft, tell, gone bool, now time.Time) bool {
	i := slices.IndexFunc(s.Pending, func(p Pending) bool { return p.Draft.Alert.Incident == d.Alert.Incident })
	known, isKnown := s.Known[d.Alert.Incident]
	revision := d.Alert.Revision
	switch {
	case tell && (known.heard(revision) || i >= 0 && slices.Contains(s.Pending[i].Revisions, revision)):
		return false
	case tell && i < 0:
		s.Pending = append(s.Pending, Pending{Draft: known.late(d), Landed: now, Revisions: []int{revision}})
	case i >= 0:
		s.Pending[i].merge(d, tell)
	case !isKnown || revision <= known.Seen:
		return false
	}
	if i >= 0 && revision >= s.Pending[i].Draft.Alert.Revision {
		s.Pending[i].Gone = gone
	}
	if isKnown {
		if i < 0 && !tell {
			s.renew(d, now)
		}
		s.stand(d.Alert, known, tell, repeats(d.Alert) && !gone, now)
	}
	s.Touched = now
	return true
}

// heard reports whether a revision was told.
func (k *Known) heard(revision int) bool {
	return revision <= k.Told && (len(k.Heard) == 0 || slices.Contains(k.Heard, revision) || len(k.Heard) == maxHeard && revision < slices.Min(k.Heard))
}

// late is a change that comes after a later one was told: the incident as it stands,
// with what the change has to tell.
func (k *Known) late(d alert.Draft) alert.Draft {
	if k.Last == nil || d.Alert.Revision >= k.Last.Revision {
		return d
	}
	a := *k.Last
	a.Labels, a.Annotations = maps.Clone(a.Labels), maps.Clone(a.Annotations)
	a.Labels["change"], a.Annotations["change"] = d.Alert.Labels["change"], d.Alert.Annotations["change"]
	return alert.Draft{Alert: a, Links: d.Links}
}

// stand notes how an incident stands that the readers know, and whether it is to be
// repeated. One that is to be told is repeated as it was told last until then.
func (s *State) stand(a event.Alert, known Known, tell, repeat bool, now time.Time) {
	resumed := false
	switch {
	case a.Revision <= known.Seen: // late
	case !repeat:
		known.Last = nil
	case !tell:
		if resumed = known.Last == nil; resumed {
			known.Resumed = now
		}
		known.Last = &a
	}
	known.Seen = max(known.Seen, a.Revision)
	if s.Known[a.Incident] = known; resumed {
		s.prune()
	}
}

// merge brings a waiting incident up to date. What it has to tell stays: that
// it is new, that it escalated, and why.
func (p *Pending) merge(d alert.Draft, tell bool) {
	old, newer := p.Draft, d.Alert.Revision > p.Draft.Alert.Revision
	if newer {
		p.Draft = d
		p.Draft.Alert.Labels = maps.Clone(d.Alert.Labels)
		p.Draft.Alert.Annotations = maps.Clone(d.Alert.Annotations)
		p.Draft.Alert.Times = old.Alert.Times
	}
	kind := old.Alert.Labels["change"]
	reasons := old.Alert.Annotations["change"]
	if tell {
		p.Revisions = append(p.Revisions, d.Alert.Revision)
		if kind != string(event.ChangeNew) && d.Alert.Labels["change"] != string(event.ChangeReport) {
			kind = d.Alert.Labels["change"]
		}
		reasons = join(reasons, d.Alert.Annotations["change"])
	}
	p.Draft.Alert.Labels["change"] = kind
	p.Draft.Alert.Annotations["change"] = reasons
}

func join(a, b string) string {
	switch {
	case a == "" || a == b:
		return b
	case b == "":
		return a
	default:
		return a + "; " + b
	}
}

// Next is when the group has something to do: flush, repeat, bring up to date, or
// be forgotten.
func (s *State) Next() time.Time {
	if s.Sending != nil {
		return s.Sending.Created
	}
	times := slices.Concat(s.tellings(), s.repeats(), s.updates())
	if len(times) == 0 {
		return s.Touched.Add(keep)
	}
	return later(slices.MinFunc(times, time.Time.Compare), s.Held)
}

// tellings are the times from which each waiting incident may be told.
func (s *State) tellings() (times []time.Time) {
	for i := range s.Pending {
		times = append(times, later(s.flushOf(&s.Pending[i]), s.Pending[i].Silenced))
	}
	return times
}

// repeats are the times from which each open incident may be told again.
func (s *State) repeats() (times []time.Time) {
	for _, k := range s.Known {
		if k.Last != nil && !s.Hurry {
			times = append(times, later(later(s.Flushed, k.Resumed).Add(s.Repeat), k.Silenced))
		}
	}
	return times
}

// come reports whether one of the times has come.
func come(times []time.Time, now time.Time) bool {
	return slices.ContainsFunc(times, func(t time.Time) bool { return !now.Before(t) })
}

// flushOf is when a waiting incident is to be told if nobody silences it.
func (s *State) flushOf(p *Pending) time.Time {
	switch {
	case s.Hurry, len(s.Pending) >= maxPending && p.Silenced.IsZero():
		return s.Flushed
	case s.Flushed.IsZero(), s.breaksThrough(p):
		return p.Landed.Add(s.Wait)
	}
	return later(p.Landed.Add(s.Wait), s.Flushed.Add(s.Interval))
}

// breaksThrough reports whether an incident does not wait for group_interval: it is critical,
// and its readers do not know that. What they are told of it later waits as all does.
func (s *State) breaksThrough(p *Pending) bool {
	return critical(p.Draft.Alert) && !s.Known[p.Draft.Alert.Incident].Critical
}

func critical(a event.Alert) bool { return a.Labels["severity"] == string(event.SeverityCritical) }

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// Expired reports whether the group can be forgotten: nothing waits, nothing
// repeats, and nothing happened for a week.
func (s *State) Expired(now time.Time) bool {
	open := func(k Known) bool { return k.Last != nil }
	return s.Sending == nil && len(s.Pending) == 0 && len(s.Updates) == 0 && !slices.ContainsFunc(slices.Collect(maps.Values(s.Known)), open) && !now.Before(s.Touched.Add(keep))
}

// prune forgets the incidents that were told longest ago, beyond what a state
// may hold.
func (s *State) prune() {
	type entry struct {
		incident string
		known    Known
	}
	all := make([]entry, 0, len(s.Known))
	for incident, k := range s.Known {
		all = append(all, entry{incident, k})
	}
	slices.SortFunc(all, func(a, b entry) int {
		return cmp.Or(b.known.At.Compare(a.known.At), cmp.Compare(a.incident, b.incident))
	})
	reports, repeats := 0, 0
	for i, e := range all {
		reports += len(e.known.Reports)
		if i >= maxKnown || reports > maxReports {
			delete(s.Known, e.incident)
			continue
		}
		if e.known.Last == nil {
			continue
		}
		if repeats++; repeats > maxRepeats {
			e.known.Last = nil
			s.Known[e.incident] = e.known
		}
	}
}
