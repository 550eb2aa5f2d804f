package notify

import (
	"fmt"
	"slices"

	"github.com/prometheus/alertmanager/matcher/compat"
	"github.com/prometheus/alertmanager/pkg/labels"
)

// Matchers choose alerts by their labels, in the words of alerting.yaml.
type Matchers labels.Matchers

// NameIncidents puts the id that whole finds in the place of each that matchers name an
// incident by.
func (all Matchers) NameIncidents(whole func(wanted string) (id string, err error)) (err error) {
	for _, m := range all {
		if m.Name == "incident" && m.Value != "" && (m.Type == labels.MatchEqual || m.Type == labels.MatchNotEqual) {
			if m.Value, err = whole(m.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

// ParseMatchers reads one or more matchers: severity=~"high|critical".
func ParseMatchers(text string) (Matchers, error) {
	m, err := compat.Matchers(text, "digest")
	if err != nil {
		return nil, fmt.Errorf("%q is no matcher: %w", text, err)
	}
	return Matchers(m), nil
}

// Matches reports whether all of them match.
func (m Matchers) Matches(alert map[string]string) bool {
	return labels.Matchers(m).Matches(LabelSet(alert))
}

// Names reports whether one of them asks for a label.
func (m Matchers) Names(label string) bool {
	return slices.ContainsFunc(m, func(one *labels.Matcher) bool { return one.Name == label })
}
