// Package reason is what an explanation of an assessment says: every match with
// the product that its points are, and what was dropped and why.
package reason

import (
	"fmt"
	"strings"

	"faultline/pkg/event"
)

// Explanation is an assessment with the reasons for every point.
type Explanation struct {
	event.Assessment
	Matches []Match
	// Failures are composites whose condition could not be evaluated.
	Failures []string
	// Composites are those that held, with their conditions.
	Composites []string
	// Effective are the rules with a finding that counts: asserted, and not
	// demoted below half by a guard.
	Effective map[string]bool `json:"-"`
}

// Explain is what a rule set says of an item.
type Explain func(event.Item) Explanation

// Match is one match of a phrase of a rule and what became of it.
type Match struct {
	Rule     string // indicator or casualty rule
	Phrase   string // as the file has it
	Evidence event.Evidence
	Slots    map[string]event.Evidence
	// Base x Place x Stance x Factor = Points.
	Base, Place, Stance, Factor, Points float64
	Assertion                           event.Assertion
	Cue                                 event.Evidence // the words that changed the assertion; empty Text if none did
	Guard                               string
	GuardEvidence                       event.Evidence
	// Dropped says why the match counts for nothing: "unless" or "guard", with
	// the words in GuardEvidence, or InBody.
	Dropped string

	// At says where the phrase stands.
	At func() string `json:"-"`
}

// InBody is why a phrase for title and lead counts for nothing elsewhere.
const InBody = "body"

// Position is where the phrase stands: "rules/x.yaml:12". It reads the file
// anew, so it is for people only.
func (m Match) Position() string { return m.At() }

// String is the match in one line.
func (m Match) String() string {
	s := fmt.Sprintf("%q matched %q (%s): %s", m.Evidence.Text, m.Phrase, m.Position(), m.Assertion)
	if m.Cue.Text != "" {
		s += fmt.Sprintf(" by cue %q", m.Cue.Text)
	}
	if m.Guard != "" {
		s += fmt.Sprintf(", guard %s at %q", m.Guard, m.GuardEvidence.Text)
	}
	if m.Dropped != "" {
		s += fmt.Sprintf(", dropped by %s %q", m.Dropped, m.GuardEvidence.Text)
	}
	return s
}

// Counts reports whether the match gave its rule points.
func (m *Match) Counts() bool { return m.Dropped == "" && m.Points > 0 }

// Title is the item's, or the beginning of its text.
func Title(item *event.Item) string {
	if item.Title != "" {
		return item.Title
	}
	text := []rune(strings.Join(strings.Fields(item.Text), " "))
	if len(text) > 100 {
		return string(text[:100]) + "…"
	}
	return string(text)
}
