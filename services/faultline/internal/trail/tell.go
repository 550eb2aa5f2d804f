package trail

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"faultline/pkg/event"
	"faultline/services/faultline/internal/card"
)

// Tell says the trail in sentences, a line each.
func (t *Trail) Tell() []string {
	lines := t.fetched()
	lines = append(lines, t.assessed()...)
	switch {
	case t.Heard() || t.Assessment != nil && t.Assessment.Relevant:
	case len(t.Denies()) > 0:
		return append(lines, "denial     "+t.unheard())
	default:
		return lines
	}
	lines = append(lines, t.grouped()...)
	return append(lines, t.notified()...)
}

func when(at time.Time) string { return at.UTC().Format("2 Jan 15:04:05 UTC") }

func (t *Trail) fetched() (lines []string) {
	first := &t.Items[0]
	lines = append(lines, fmt.Sprintf("fetched    %s from feed %s: %q", when(first.Seen), first.Source.Feed, event.Mark(first.Exercise, first.Title)))
	lines = append(lines, fmt.Sprintf("           id %s, %s", first.ID, cmp.Or(first.URL, "no link")))
	switch first.PublishedSource {
	case event.PublishedFetched:
		lines = append(lines, "           the feed gave no date")
	case event.PublishedClamped:
		lines = append(lines, fmt.Sprintf("           the feed's date could not be true and was taken as %s", when(first.Published)))
	}
	if first.TextSource == event.TextArticle {
		lines = append(lines, "           its text is that of the page it links to")
	}
	for _, item := range t.Items[1:] {
		lines = append(lines, fmt.Sprintf("revised    %s, revision %d: %q", when(item.Seen), item.Revision, event.Mark(item.Exercise, item.Title)))
	}
	for _, item := range t.Elsewhere {
		lines = append(lines, fmt.Sprintf("also in    feed %s, as item %s", item.Source.Feed, item.ID))
	}
	return lines
}

func (t *Trail) assessed() (lines []string) {
	a := t.Assessment
	if a == nil {
		if lag := t.Classifier.lag("classifier"); lag != "" {
			return append([]string{"assessed   not yet: " + lag}, t.again()...)
		}
		return append([]string{"assessed   yes, and nothing in it was kept: no phrase of the rules of then counted"}, t.again()...)
	}
	verdict := "not relevant"
	if a.Relevant {
		verdict = fmt.Sprintf("relevant, %s", a.Severity)
	}
	verdict = event.Mark(a.Item.Exercise, verdict)
	lines = append(lines, fmt.Sprintf("assessed   %s: %s, score %d, language %s, rule set %s", when(a.Assessed), verdict, a.Score, a.Language, a.Ruleset))
	for _, f := range event.Tell(a.Findings, a.Casualties) {
		lines = append(lines, "           "+t.finding(&f.Finding))
		for _, same := range f.Also {
			lines = append(lines, "             of the same words "+t.finding(&same))
		}
	}
	switch {
	case a.Relevant:
	case t.Heard():
		lines = append(lines, "           no alert by itself, and held against the incident that it is about")
	case len(a.Findings) > 0:
		lines = append(lines, "           no alert: "+card.WhyQuiet(a))
	}
	return append(append(lines, "           "+where(a)), t.again()...)
}

// finding says what a finding is, what it gave, and by what words.
func (t *Trail) finding(f *event.Finding) string {
	said := fmt.Sprintf("%s %s, %.0f points", f.Assertion, f.Indicator, f.Points)
	if len(f.Evidence) > 0 {
		said += fmt.Sprintf(", “%s”", f.Evidence[0].Text)
	}
	if f.Guard != "" {
		said += ", demoted by the guard " + t.guard(f)
	}
	return said
}

// guard is the guard of a finding, with the words and their place if the rules at hand
// still have it there.
func (t *Trail) guard(f *event.Finding) string {
	if now := t.Guards[f.Indicator]; strings.HasPrefix(now, f.Guard+" ") {
		return now
	}
	return f.Guard
}

// dropped says what counted for nothing in an item that alerted.
func (t *Trail) dropped() (lines []string) {
	for i, m := range t.Dropped {
		if i == mostMatches {
			return append(lines, fmt.Sprintf("           and %d phrases more; faultline rules explain shows all", len(t.Dropped)-mostMatches))
		}
		lines = append(lines, "           besides "+m)
	}
	return lines
}

// fault says a fault of the configuration in a line.
func fault(what, text string) string {
	first, rest, more := strings.Cut(strings.TrimSpace(text), "\n")
	if more {
		first += fmt.Sprintf(" (and %d more)", strings.Count(rest, "\n")+1)
	}
	return what + " cannot be read, and nothing is told by them: " + first + "; faultline check --config DIR lists all faults"
}

// lag says why a service is not done with a message, "" when it is.
func (s *Step) lag(service string) string {
	switch {
	case s.GivenUp != "":
		return fmt.Sprintf("the %s gave it up: %s; see faultline dlq list", service, s.GivenUp)
	case !s.Begun:
		return fmt.Sprintf("no %s has ever run on this server", service)
	case s.Done < s.Sequence:
		return fmt.Sprintf("the %s is done up to message %d of its stream, and this is %d", service, s.Done, s.Sequence)
	}
	return ""
}

// mostMatches is how many phrases are told of an item that did not alert.
const mostMatches = 8

// again says what the rules at hand make of an item that did not alert.
func (t *Trail) again() (lines []string) {
	g := t.Again
	switch {
	case t.RulesFault != "":
		return []string{"           " + fault("the rules at hand", t.RulesFault)}
	case g == nil:
		return t.dropped()
	}
	verdict := "no alert"
	if g.Relevant {
		verdict = "an alert"
	}
	lines = append(lines, fmt.Sprintf("           by the rules of %s, as they are now (%s): %s, score %d, language %s", g.Rules, g.Ruleset, verdict, g.Score, cmp.Or(g.Language, "unknown")))
	if len(g.Matches) == 0 {
		lines = append(lines, "           no phrase of them occurs in it")
	}
	for i, m := range g.Matches {
		if i == mostMatches {
			return append(lines, fmt.Sprintf("           and %d phrases more; faultline rules explain shows all", len(g.Matches)-mostMatches))
		}
		lines = append(lines, "           "+m)
	}
	return lines
}

func where(a *event.Assessment) string {
	if a.Main == nil {
		return "no place: it goes to the region unplaced"
	}
	return fmt.Sprintf("place %s, %s; regions %s", a.Main.Name, a.Main.Country, cmp.Or(strings.Join(a.Regions, ", "), "none that is watched"))
}

func (t *Trail) grouped() (lines []string) {
	if len(t.Incidents) > 0 {
		for _, i := range t.Incidents {
			lines = append(lines, i.tell()...)
		}
		return lines
	}
	if t.Items[0].Backlog {
		return []string{"incident   none: the item was old already when its feed was first fetched"}
	}
	if lag := t.Aggregator.lag("alerter"); lag != "" {
		return []string{"incident   none yet: " + lag}
	}
	return []string{"incident   none that is still kept: the alerter is done with the item, and the stream of incidents no longer has it"}
}

// unheard says why a denial was held against nothing.
func (t *Trail) unheard() string {
	of := "of " + strings.Join(t.Denies(), ", ")
	if p := t.Assessment.Main; p != nil {
		of += " in " + p.Name + ", " + p.Country
	}
	lag := t.Aggregator.lag("alerter")
	switch {
	case t.Items[0].Backlog:
		return of + ", held against nothing: the item was old already when its feed was first fetched"
	case lag != "":
		return of + ", not heard yet: " + lag
	case t.Assessment.Main == nil:
		return of + ", held against nothing: it names no place to look for an incident by, and is like none in its words"
	}
	return of + ", held against nothing: no incident of this kind was open there when it came, nor opened within hours"
}

// standing is the status, or what the incident became part of.
func (i *Incident) standing() string {
	if i.MergedInto != "" {
		return "merged into " + i.MergedInto
	}
	return string(i.Status)
}

func (i *Incident) tell() (lines []string) {
	lines = append(lines, fmt.Sprintf("incident   %s (%s, %s, %s, region %s): %q", i.ID, i.standing(), i.Severity, card.Count(i.Reports, "report"), i.Region, event.Mark(i.Exercise, i.Headline)))
	if i.CopyOf != "" {
		lines = append(lines, "           it repeats item "+i.CopyOf+" almost word for word and confirms nothing")
	}
	if i.Stance != "" {
		lines = append(lines, "           its report there: "+i.Stance)
	}
	for _, c := range i.Changes {
		said := "           it made the incident " + string(c.Kind)
		switch c.Kind {
		case event.ChangeReport, event.ChangeReworded:
			said = "           it added nothing that deserves a message (" + string(c.Kind) + ")"
		}
		if len(c.Reasons) > 0 {
			said += ": " + strings.Join(c.Reasons, "; ")
		}
		lines = append(lines, said)
	}
	for _, a := range i.Desk {
		lines = append(lines, fmt.Sprintf("desk       %s %s", when(a.At), a.String()))
	}
	return append(lines, i.routed()...)
}

// routed says who was to hear of the latest change that the item brought.
func (i *Incident) routed() (lines []string) {
	if i.Brought == nil {
		return nil
	}
	for at, r := range i.Routes {
		said := "nobody hears of it there: the receiver has no channel"
		if len(r.Channels) > 0 {
			said = i.stands(&r)
		}
		lines = append(lines, fmt.Sprintf("routed     to %s (%s): %s", r.Receiver, cmp.Or(strings.Join(r.Channels, ", "), "no channel"), said))
		if at == len(i.Routes)-1 || i.Routes[at+1].Group != r.Group { // those above have the same
			lines = append(lines, fmt.Sprintf("           group %s, by %s", r.Group, i.RoutedBy))
		}
	}
	if len(lines) == 0 && i.RoutedBy != "" {
		return []string{fmt.Sprintf("routed     nowhere: no route of %s asks for a change of the kind %q", i.RoutedBy, i.Brought.Change.Kind)}
	}
	return lines
}

func (i *Incident) stands(r *Route) string {
	switch r.State {
	case "told":
		return "in the message of " + when(r.Time)
	case "sending":
		return "in the message that is being written since " + when(r.Time)
	case "waiting":
		return "waits for the group's next message, " + when(r.Time)
	case "muted":
		return "muted by a time interval of the route until " + when(r.Time)
	case "silenced":
		return "silenced until " + when(r.Time)
	case "inhibited":
		return "held back by an inhibit rule while a greater incident is open"
	}
	if lag := i.Router.lag("alerter"); lag != "" {
		return "not there yet: " + lag
	}
	return "the group does not know it: the routes were others then, or the group has forgotten"
}

func (t *Trail) notified() (lines []string) {
	if t.RoutesFault != "" {
		lines = append(lines, "routed     "+fault("the routes at hand", t.RoutesFault))
	}
	told := len(lines)
	for _, n := range t.Notifications {
		said := fmt.Sprintf("notified   %s by %s (%s), queued %s", n.Receiver, n.Channel, n.Reason, when(n.Created))
		switch n.State {
		case "sent":
			said += ", sent " + when(n.At)
		case "":
			said += ", not tried yet"
		default:
			said += ", " + n.State + " since " + when(n.At)
		}
		if n.Error != "" {
			said += ": " + n.Error
		}
		if n.PutBack > 0 {
			said += "; put back"
			if n.GivenUp != "" {
				said += " after it was " + n.GivenUp
			}
		}
		if n.Created.Before(t.Items[0].Seen) {
			said += "; from before this item was fetched: about an earlier report of the story"
		}
		lines = append(lines, said)
	}
	if len(lines) == told && len(t.Incidents) > 0 {
		lines = append(lines, "notified   nobody")
	}
	return lines
}
