package alerter

import (
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

// Stories puts assessments into stories as the alerter puts relevant ones into
// incidents, without a bus and without an end of stories. It serves measuring
// and back-testing, and is not safe for concurrent use.
type Stories struct{ grouper *story.Grouper }

// NewStories returns a Stories that knows none yet.
func NewStories(c Config) *Stories { return &Stories{story.NewGrouper(c.Incidents.Story())} }

// StoriesOf returns a Stories that joins reports as the section "alerter" of faultline.yaml has it.
func StoriesOf(section config.Section) (*Stories, error) {
	c, faults := DefaultConfig(), config.Errors(nil)
	if err := section.Decode(&c); !faults.Take(err) {
		return nil, err
	}
	faults = append(faults, c.checkIncidents(section)...)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return NewStories(c), nil
}

// Add puts the assessment into the story that it tells, an earlier one or a new
// one. Assessments are taken in the order they are given; those without a date
// are compared as if of one time.
func (s *Stories) Add(a *event.Assessment) { s.grouper.Add(a) }

// Story is the id of the story of an item as it stands now. A later assessment
// can show that two stories are one; they then have the id of the earlier one.
func (s *Stories) Story(item string) string { return s.grouper.Story(item) }

// Explanation says how an assessment came to its story, or why it opened one.
type Explanation = story.Explanation

// Compared is what the comparison with the reports of a story gave.
type Compared = story.Compared

// Explain is Add, and says why.
func (s *Stories) Explain(a *event.Assessment) Explanation { return s.grouper.Explain(a) }
