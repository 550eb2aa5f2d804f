package deliver

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
	"faultline/services/alerter/internal/group"
	"faultline/services/alerter/internal/notify"
)

// The most notifications that are folded into one message, and the most
// incidents that one names: mail has room, a chat shows one screen. What is not
// named is counted.
const (
	maxFolded    = 500
	namedInChat  = 20
	namedInFlood = 80 // of critical ones, however short their lines get
	namedInMail  = 500
	countedNames = 3 // regions in the sentence that counts
)

// leave lets notifications wait for the next message that tell of a critical incident
// which this one has no room to name: others may be counted, but no critical one. The
// one with the first goes in any case.
func (l *lane) leave(tries []*try, now time.Time) {
	open := unfinished(tries)
	if len(open) < 2 || !slices.ContainsFunc(open, (*try).critical) {
		return
	}
	for _, t := range open { // as will be said when it is sent: it takes room
		t.remarks.Delayed = delay(t.n, now)
	}
	sender := l.sender.Load()
	n := fold(open, named(sender.Kind), now)
	shown := map[string]bool{}
	for _, a := range n.Alerts[:sender.Room(n, now)] {
		shown[a.Incident] = true
	}
	first := n.Alerts[0].Incident
	for _, t := range open {
		hidden := func(a event.Alert) bool { return critical(a) && !shown[a.Incident] }
		if slices.ContainsFunc(t.n.Alerts, hidden) && !slices.ContainsFunc(t.n.Alerts, func(a event.Alert) bool { return a.Incident == first }) {
			t.end(bus.Postpone(lookEvery, errNoRoom))
		}
	}
}

func critical(a event.Alert) bool {
	return a.Labels["severity"] == string(event.SeverityCritical) && a.EndsAt.IsZero()
}

// critical reports whether a try that is not over tells of a critical incident.
func (t *try) critical() bool { return !t.over && slices.ContainsFunc(t.n.Alerts, critical) }

// fold makes one message of several: each incident once, as it stands last, the
// worst first and of those what goes on, the first to be opened before others, of which the first named are shown. Its id is the same whenever
// the same notifications are folded.
func fold(members []*try, named int, now time.Time) event.Notification {
	first := members[0].n
	out := event.Notification{
		Receiver: first.Receiver, Integration: first.Integration, GroupKey: "digest", Reason: group.ReasonNew,
		RepeatInterval: first.RepeatInterval, Created: first.Created, Exercise: true,
	}
	ids, latest := make([]string, 0, len(members)), map[string]event.Alert{}
	for _, t := range members {
		ids = append(ids, t.n.ID)
		out.Exercise = out.Exercise && t.n.Exercise
		if t.n.Created.Before(out.Created) {
			out.Created = t.n.Created
		}
		for _, a := range t.n.Alerts {
			a = remark(a, t.remarks)
			if have, ok := latest[a.Incident]; ok {
				a = newer(have, a)
			}
			latest[a.Incident] = a
		}
	}
	out.ID = event.NewID(append([]string{"digest"}, ids...)...)
	out.Thread = out.ID
	out.Alerts = slices.SortedFunc(maps.Values(latest), func(a, b event.Alert) int {
		return cmp.Or(alert.WorstFirst(a, b), endedLast(a, b), a.StartsAt.Compare(b.StartsAt), cmp.Compare(a.Incident, b.Incident))
	})
	// What became part of another incident is told with that one.
	out.Alerts = slices.DeleteFunc(out.Alerts, func(a event.Alert) bool {
		_, told := latest[a.Annotations["merged_into"]]
		return told
	})
	criticals := 0
	for _, a := range out.Alerts {
		if critical(a) {
			criticals++
		}
	}
	describe(&out, max(named, min(criticals, namedInFlood)), late(members, now))
	return out
}

// endedLast orders alerts of one severity: so many are named as are critical and go on, and one
// that has ended must not take the place of one of these.
func endedLast(a, b event.Alert) int {
	return cmp.Compare(a.EndsAt.Compare(time.Time{}), b.EndsAt.Compare(time.Time{}))
}

// remark says of one alert what is otherwise said of a message.
func remark(a event.Alert, r notify.Remarks) event.Alert {
	a.Annotations = maps.Clone(a.Annotations)
	if a.Annotations == nil {
		a.Annotations = map[string]string{}
	}
	if r.Repeat != "" {
		a.Annotations["repeat"] = r.Repeat
	}
	if r.Delayed != "" {
		a.Annotations["delayed"] = r.Delayed
	}
	return a
}

// newer is the later of two alerts of one incident. It stays new to its readers,
// also when it has ended meanwhile, and a doubt about the earlier one remains, as does
// that it was made of another one's reports.
func newer(a, b event.Alert) event.Alert {
	if b.Revision < a.Revision {
		a, b = b, a
	}
	b.Labels = maps.Clone(b.Labels)
	if a.Labels["change"] == string(event.ChangeNew) {
		b.Labels["change"] = a.Labels["change"]
	}
	if a.EndsAt.IsZero() {
		b.EndsAt = a.EndsAt
	}
	if b.Times.Seen.IsZero() { // no report brought the later change
		b.Times = a.Times
	}
	for _, lasting := range []string{"repeat", "split"} {
		if said := a.Annotations[lasting]; said != "" && b.Annotations[lasting] == "" {
			b.Annotations[lasting] = said
		}
	}
	return b
}

// rank orders alerts by their severity, the worst first.
func rank(a event.Alert) int { return -event.Severity(a.Labels["severity"]).Rank() }

// describe counts the incidents of a digest in a sentence that every template
// can show, and keeps those that are named.
func describe(n *event.Notification, named int, late string) {
	if len(n.Alerts) < 2 {
		return
	}
	digest := fmt.Sprintf("%d incidents: %s", len(n.Alerts), counts(n.Alerts, severity, len(event.Severities()), rank))
	if slices.ContainsFunc(n.Alerts, held) {
		digest = "Catch-up: " + digest
	}
	if regions := counts(n.Alerts, region, countedNames, nil); regions != "" {
		digest += "; " + regions
	}
	if late != "" {
		digest += "; the oldest is late: " + strings.ToLower(late[:1]) + strings.TrimSuffix(late[1:], ".")
	}
	if left := n.Alerts[min(named, len(n.Alerts)):]; len(left) > 0 {
		n.Alerts = n.Alerts[:named]
		n.Alerts[named-1].Annotations["omitted"] = fmt.Sprintf("%d more incidents: %s", len(left), counts(left, severity, len(event.Severities()), rank))
	}
	for i := range n.Alerts {
		a := n.Alerts[i].Annotations
		a["digest"] = digest
		a["links"], _, _ = strings.Cut(a["links"], "\n") // one each
		if a["links"] == "" {                            // its readers have it, but not in this message
			a["links"] = alert.LinkTo(n.Alerts[i].GeneratorURL, a["outlet"])
		}
	}
}

func severity(a event.Alert) string { return a.Labels["severity"] }

// region is where an alert is of, in the words of messages; "" for a notice of no region.
func region(a event.Alert) string {
	if name := a.Annotations["region"]; name != "" {
		return name
	}
	if a.Labels["region"] == alert.Unplaced {
		return "without a place"
	}
	return a.Labels["region"]
}

// counts says how often the values of alerts occur: "3 critical, 20 high". The
// order is that of rank, or the most frequent first.
func counts(alerts []event.Alert, of func(event.Alert) string, limit int, rank func(event.Alert) int) string {
	type entry struct {
		value     string
		n, ranked int
	}
	byValue := map[string]*entry{}
	for _, a := range alerts {
		value := of(a)
		if value == "" {
			continue
		}
		if byValue[value] == nil {
			byValue[value] = &entry{value: value}
			if rank != nil {
				byValue[value].ranked = rank(a)
			}
		}
		byValue[value].n++
	}
	all := slices.SortedFunc(maps.Values(byValue), func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.ranked, b.ranked), cmp.Compare(b.n, a.n), cmp.Compare(a.value, b.value))
	})
	var parts []string
	for i, e := range all {
		if i == limit {
			parts = append(parts, fmt.Sprintf("%d other", len(all)-limit))
			break
		}
		parts = append(parts, fmt.Sprintf("%d %s", e.n, e.value))
	}
	return strings.Join(parts, ", ")
}

// late is the delay to say of a digest: that of its oldest part.
func late(members []*try, now time.Time) string {
	oldest := members[0]
	for _, t := range members[1:] {
		if t.n.Created.Before(oldest.n.Created) {
			oldest = t
		}
	}
	return delay(oldest.n, now)
}
