package alert

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"faultline/pkg/event"
)

// Arrived is the draft as it is told to those whom the incident concerns only since its last
// change, though that tells the others nothing: a third source made it as certain as their route
// asks, or a further report gave it another name. It is false where there are none: when nothing
// changed that routes ask for, or it is over; of what was only edited or copied when it did not
// become more certain.
func (d Draft) Arrived() (Draft, bool) {
	kind := event.ChangeKind(d.Alert.Labels["change"])
	if len(d.Formerly) == 0 || kind != event.ChangeReport && kind != event.ChangeReworded || d.Alert.Annotations["status"] == string(event.StatusClosed) {
		return Draft{}, false
	}
	was, is := d.Formerly[len(d.Formerly)-1], d.Alert.Labels
	surer := sureness(is["certainty"]) > sureness(was["certainty"])
	if kind == event.ChangeReworded && !surer {
		return Draft{}, false
	}
	var reasons []string
	for _, name := range LabelNames() {
		switch {
		case was[name] == is[name]:
		case name == "certainty" && surer:
			reasons = append(reasons, fmt.Sprintf("certainty up from %s to %s", was[name], is[name]))
		default:
			reasons = append(reasons, fmt.Sprintf("%s now %s", name, is[name]))
		}
	}
	out := d
	out.Alert.Labels, out.Alert.Annotations = maps.Clone(is), maps.Clone(d.Alert.Annotations)
	out.Alert.Labels["change"] = string(event.ChangeEscalated)
	if said := d.Alert.Annotations["change"]; said != "" {
		reasons = append(reasons, said)
	}
	out.Alert.Annotations["change"] = strings.Join(reasons, "; ")
	return out, true
}

// sureness orders the values of certainty.
func sureness(certainty string) int {
	return slices.Index([]string{"Unlikely", "Unknown", "Possible", "Likely", "Observed"}, certainty)
}
