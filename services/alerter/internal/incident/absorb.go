package incident

import (
	"cmp"
	"slices"
	"time"

	"faultline/pkg/event"
)

// maxMerged bounds the list of incidents that became part of one.
const maxMerged = 64

// Earlier orders two incidents of one story: the one opened first stays, of
// those opened at once that with the lower id.
func Earlier(a, b *event.Incident) (first, second *event.Incident) {
	if b.Opened.Before(a.Opened) || b.Opened.Equal(a.Opened) && b.ID < a.ID {
		return b, a
	}
	return a, b
}

// Absorb returns the incident's next revision with the reports of another one
// in it that tells the same story. It returns nil when that was done already.
// Neither of the two given is changed.
func Absorb(c Config, old, other *event.Incident, now time.Time) *event.Incident {
	if slices.Contains(old.Merged, other.ID) {
		return nil
	}
	i := next(old, now)
	i.Merged = append(slices.Clone(old.Merged[max(0, len(old.Merged)-maxMerged+1):]), other.ID)
	at := len(i.Reports) - 1
	for _, r := range other.Reports {
		if find(i, r.Item) < 0 {
			r.Before = cmp.Or(r.Before, other.ID)
			i.Reports = append(i.Reports, r)
		}
	}
	i.ReportCount = max(old.ReportCount, len(old.Reports)) + max(other.ReportCount, len(other.Reports))
	i.Categories = joinedSet(i.Categories, other.Categories, len(event.Categories()))
	i.Entities = joinedSet(i.Entities, other.Entities, maxEntities)
	i.Regions = joinedSet(i.Regions, other.Regions, maxRegions)
	if i.Region == Unplaced {
		i.Region = other.Region
	}
	rederive(old, i)
	at = min(at+1, len(i.Reports)-1)
	i.Change = event.Change{Kind: event.ChangeReport, Report: at, Merged: other.ID}
	reasons := texts(escalations(old, i, at))
	if len(reasons) > 0 {
		i.Change.Kind = event.ChangeEscalated
	}
	// First, as it explains to readers of both why they read some of it again.
	i.Change.Reasons = append([]string{"the same story as incident " + other.ID}, reasons...)
	renew(i)
	trim(c, i)
	return i
}

// Yield closes an incident that became part of another one; nil when it is
// closed already.
func Yield(old *event.Incident, into string, now time.Time) *event.Incident {
	if old.Status == event.StatusClosed {
		return nil
	}
	i := Close(old, "part of incident "+into, now)
	i.MergedInto = into
	return i
}
