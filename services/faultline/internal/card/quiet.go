package card

import (
	"fmt"
	"slices"
	"strings"

	"faultline/pkg/event"
)

// WhyQuiet says why an assessment is no alert, "" of one that is, or that has no
// finding. Its categories are those of the findings that count as asserted, which
// those that a guard demotes below half do not.
func WhyQuiet(a *event.Assessment) string {
	if a.Relevant || len(a.Findings) == 0 {
		return ""
	}
	if len(a.Categories) > 0 {
		return fmt.Sprintf("the score of %d is below the threshold (classifier.threshold)", a.Score)
	}
	var guards []string
	for _, f := range a.Findings {
		if f.Assertion == event.Asserted && f.Guard != "" && !slices.Contains(guards, f.Guard) {
			guards = append(guards, f.Guard)
		}
	}
	switch len(guards) {
	case 0:
		return "nothing that was found is asserted"
	case 1:
		return "what is asserted is behind the guard " + guards[0]
	}
	return "what is asserted is behind the guards " + strings.Join(guards, ", ")
}
