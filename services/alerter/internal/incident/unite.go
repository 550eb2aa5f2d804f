package incident

import (
	"fmt"
	"slices"

	"faultline/pkg/event"
)

// Unite returns the next revision of an incident with the reports of another one in it,
// because somebody says that both tell one story; nil when it has them all. Neither of
// the two given is changed: see Leave.
func Unite(keep, gone *event.Incident, a event.DeskAction) (*event.Incident, error) {
	if err := separate(keep, gone); err != nil {
		return nil, err
	}
	late := func(r event.Report) bool {
		at := find(keep, r.Item)
		return at < 0 || newer(&r, &keep.Reports[at])
	}
	base, other := *keep, *gone
	desk := slices.Clone(keep.Desk[max(0, len(keep.Desk)-maxActions+1):])
	if slices.Contains(keep.Merged, gone.ID) { // but for what came to the other one since
		other.Reports = slices.DeleteFunc(slices.Clone(gone.Reports), func(r event.Report) bool { return !late(r) })
		other.ReportCount = len(other.Reports)
		if len(other.Reports) == 0 {
			return nil, nil
		}
		base.Merged = slices.DeleteFunc(slices.Clone(keep.Merged), func(id string) bool { return id == gone.ID })
	}
	base.Reports = slices.DeleteFunc(slices.Clone(keep.Reports), func(r event.Report) bool {
		at := find(gone, r.Item)
		return at >= 0 && newer(&gone.Reports[at], &r)
	})
	i := Absorb(Default(), &base, &other, a.At)
	i.Split = slices.DeleteFunc(slices.Clone(i.Split), func(id string) bool { return id == gone.ID })
	if i.SplitFrom == gone.ID {
		i.SplitFrom = ""
	}
	a.At = i.Updated
	i.Desk = append(desk, a)
	if i.Change.Kind == event.ChangeReport {
		i.Change.Kind = event.ChangeDesk
	}
	i.Change.Reasons[0] = a.String() + ": incident " + gone.ID // which Absorb says in its own words
	return i, nil
}

// separate returns why two incidents cannot be made one; nil if they can.
func separate(keep, gone *event.Incident) error {
	switch {
	case keep.ID == gone.ID:
		return fmt.Errorf("both are incident %s; name two", keep.ID)
	case keep.MergedInto != "":
		return fmt.Errorf("incident %s became part of %s; name that one", keep.ID, keep.MergedInto)
	case keep.Status == event.StatusClosed:
		return fmt.Errorf("incident %s is closed; reopen it first", keep.ID)
	case gone.Status == event.StatusClosed:
		return fmt.Errorf("incident %s is closed; reopen it first", gone.ID)
	case keep.Exercise != gone.Exercise:
		return fmt.Errorf("one of %s and %s is a drill; a drill is never part of the news", keep.ID, gone.ID)
	}
	return nil
}

// Leave closes an incident whose reports another one has, because somebody said so.
func Leave(old *event.Incident, into string, a event.DeskAction) *event.Incident {
	i := Yield(old, into, a.At)
	if i == nil {
		return nil
	}
	a.At = i.Updated
	i.Desk = append(slices.Clone(old.Desk[max(0, len(old.Desk)-maxActions+1):]), a)
	i.Change.Reasons = append([]string{a.String()}, i.Change.Reasons...)
	return i
}

// Loose returns the next revision of an incident that was split off, as one that was not:
// nothing keeps it apart from what it came from any more. nil for one that was not.
func Loose(old *event.Incident, into string, a event.DeskAction) *event.Incident {
	if old.SplitFrom == "" {
		return nil
	}
	i := next(old, a.At)
	a.At = i.Updated
	i.SplitFrom = ""
	i.Desk = append(slices.Clone(old.Desk[max(0, len(old.Desk)-maxActions+1):]), a)
	i.Change = event.Change{Kind: event.ChangeDesk, Reasons: []string{a.String() + ": into incident " + into}, Report: old.Change.Report}
	return i
}
