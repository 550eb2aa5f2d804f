package alert_test

import (
	"testing"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/alert"
)

func TestArrived(t *testing.T) {
	t.Parallel()
	stood := func(certainty, indicator string) []event.Standing {
		return []event.Standing{{Severity: event.SeverityHigh, Certainty: "Unknown"}, {Severity: event.SeverityHigh, Certainty: certainty, Indicator: indicator}}
	}
	for name, c := range map[string]struct {
		kind   event.ChangeKind
		status event.Status
		before []event.Standing
		want   string // why it is told; empty for not
	}{
		"surer":                        {event.ChangeReport, event.StatusOpen, stood("Possible", "riot"), "certainty up from Possible to Likely; further report"},
		"less sure":                    {event.ChangeReport, event.StatusOpen, stood("Observed", "riot"), "certainty now Likely; further report"},
		"surer and of another name":    {event.ChangeReport, event.StatusOpen, stood("Possible", "protest"), "alertname now riot; certainty up from Possible to Likely; further report"},
		"a copy that makes it surer":   {event.ChangeReworded, event.StatusOpen, stood("Possible", "riot"), "certainty up from Possible to Likely; further report"},
		"a copy of another name":       {event.ChangeReworded, event.StatusOpen, stood("Likely", "protest"), ""},
		"it stood never otherwise":     {event.ChangeReport, event.StatusOpen, nil, ""},
		"somebody closed it":           {event.ChangeReport, event.StatusClosed, stood("Possible", "riot"), ""},
		"an escalation is told anyhow": {event.ChangeEscalated, event.StatusOpen, stood("Possible", "riot"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := event.Incident{
				ID: "1", Revision: 2, Status: c.status, Severity: event.SeverityHigh, Indicator: "riot", Formerly: c.before,
				Change: event.Change{Kind: c.kind, Reasons: []string{"further report"}}, Corroboration: event.Corroboration{Certainty: "Likely"},
			}
			d := alert.New(in)
			arrived, ok := d.Arrived()
			if ok != (c.want != "") || arrived.Alert.Annotations["change"] != c.want {
				t.Fatalf("%v, %q", ok, arrived.Alert.Annotations["change"])
			}
			if ok && (arrived.Alert.Labels["change"] != "escalated" || d.Alert.Labels["change"] != string(c.kind)) {
				t.Errorf("told as %q, the draft says %q", arrived.Alert.Labels["change"], d.Alert.Labels["change"])
			}
		})
	}
}
