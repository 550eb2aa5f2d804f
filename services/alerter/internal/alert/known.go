package alert

import (
	"maps"
	"slices"

	"faultline/pkg/event"
)

// LabelNames are the labels that an alert can have, of an incident or of a notice,
// sorted.
func LabelNames() []string {
	names := named(event.Incident{})
	maps.Copy(names, namedNotice(event.Notice{}))
	return slices.Sorted(maps.Keys(names))
}

// Values are the only values that some labels can have.
func Values() map[string][]string {
	return map[string][]string{
		"severity":  texts(event.Severities()),
		"category":  append(event.Categories(), CategorySources, CategorySurge),
		"change":    texts(event.ChangeKinds()),
		"certainty": {"Observed", "Likely", "Possible", "Unlikely", "Unknown"},
		"exercise":  {"true"},
	}
}

func texts[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, one := range all {
		out[i] = string(one)
	}
	return out
}
