package trail

import (
	"fmt"
	"strings"
	"time"

	"faultline/pkg/event"
)

// Tell says the trail in sentences, a line each.
func (t *Trail) Tell() []string {
	lines := t.fetched()
	lines = append(lines, t.assessed()...)
	if t.Assessment == nil || !t.Assessment.Relevant {
		return lines
	}
	lines = append(lines, t.grouped()...)
	return append(lines, t.notified()...)
}

func when(at time.Time) string { return at.UTC().Format("2 Jan 15:04:05 UTC") }

func (t *Trail) fetched() (lines []string) {
	first := &t.Items[0]
	lines = append(lines, fmt.Sprintf("fetched    %s from feed %s: %q", when(first.Seen), first.Source.Feed, first.Title))
	lines = append(lines, fmt.Sprintf("           id %s, %s", first.ID, orElse(first.URL, "no link")))
	switch first.PublishedSource {
	case event.PublishedFetched:
		lines = append(lines, "           the feed gave no date")
	case event.PublishedClamped:
		lines = append(lines, fmt.Sprintf("           the feed's date could not be true and was taken as %s", when(first.Published)))
	}
	for _, item := range t.Items[1:] {
		lines = append(lines, fmt.Sprintf("revised    %s, revision %d: %q", when(item.Seen), item.Revision, item.Title))
	}
	for _, item := range t.Elsewhere {
		lines = append(lines, fmt.Sprintf("also in    feed %s, as item %s", item.Source.Feed, item.ID))
	}
	return lines
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (t *Trail) assessed() (lines []string) {
	a := t.Assessment
	if a == nil {
		return []string{"assessed   not yet: the classifier has not come to it, or gave it up (see faultline dlq list)"}
	}
	verdict := "not relevant"
	if a.Relevant {
		verdict = fmt.Sprintf("relevant, %s", a.Severity)
	}
	lines = append(lines, fmt.Sprintf("assessed   %s: %s, score %d, language %s, rule set %s", when(a.Assessed), verdict, a.Score, a.Language, a.Ruleset))
	for _, f := range a.Findings {
		said := fmt.Sprintf("           %s %s, %.0f points", f.Assertion, f.Indicator, f.Points)
		if len(f.Evidence) > 0 {
			said += fmt.Sprintf(", “%s”", f.Evidence[0].Text)
		}
		if f.Guard != "" {
			said += ", demoted by the guard " + f.Guard
		}
		lines = append(lines, said)
	}
	if len(a.Findings) == 0 {
		lines = append(lines, "           no phrase of the rules occurs in it")
	} else if !a.Relevant {
		lines = append(lines, "           an alert needs an asserted finding and the threshold's score; faultline rules explain shows the phrases")
	}
	return append(lines, "           "+where(a))
}

func where(a *event.Assessment) string {
	if a.Main == nil {
		return "no place: it goes to the region unplaced"
	}
	return fmt.Sprintf("place %s, %s; regions %s", a.Main.Name, a.Main.Country, orElse(strings.Join(a.Regions, ", "), "none that is watched"))
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
	return []string{"incident   none yet: the alerter has not come to it, gave it up (see faultline dlq list), or the incident has aged out"}
}

func (i *Incident) tell() (lines []string) {
	lines = append(lines, fmt.Sprintf("incident   %s (%s, %s, %d reports, region %s): %q", i.ID, i.Status, i.Severity, i.Reports, i.Region, i.Headline))
	if i.CopyOf != "" {
		lines = append(lines, "           it repeats item "+i.CopyOf+" almost word for word and confirms nothing")
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
	return lines
}

func (t *Trail) notified() (lines []string) {
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
		lines = append(lines, said)
	}
	if len(lines) == 0 && len(t.Incidents) > 0 {
		lines = append(lines, "notified   nobody: no route takes it, its group waits, or it is muted; see alerting.yaml")
	}
	return lines
}
