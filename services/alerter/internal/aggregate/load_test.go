package aggregate

import (
	"fmt"
	"testing"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

// Of a story with many reports those are restored that an index keeps: the first and the latest of
// those by which further ones are found.
func TestRestoreWhatIsKept(t *testing.T) {
	i := &event.Incident{ID: "i", Status: event.StatusOpen}
	for n := range 2 * story.MaxProfiles {
		r := event.Report{Item: fmt.Sprint(n), Title: fmt.Sprint("Report ", n), Severity: event.SeverityLow, Signature: []uint32{1}}
		if n%4 == 3 {
			r.CopyOf = "0"
		}
		i.Reports = append(i.Reports, r)
	}
	items := func() (all []string) {
		for _, r := range restore(story.NewProfiler(), i) {
			if all = append(all, r.item); r.profile == nil {
				t.Errorf("%s has no profile", r.item)
			}
		}
		return all
	}
	equal(t, "of many", fmt.Sprint(items()), "[0 5 6 8 9 10]")
	i.Reports = i.Reports[:5]
	equal(t, "of few", fmt.Sprint(items()), "[0 1 2 4]")
	i.Status = event.StatusClosed
	equal(t, "of one that is over", fmt.Sprint(items()), "[]")
}
