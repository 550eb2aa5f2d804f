package notify

import "time"

// Read reports whether people read the channel, one message at a time, and not
// machines.
func (i *Integration) Read() bool {
	switch i.Kind {
	case "webhook", "alertmanager", "pagerduty", "opsgenie", "victorops", "incidentio", "sns", "jira":
		return false
	}
	return true
}

// Deadline is how long one try takes at most.
func (i *Integration) Deadline() time.Duration { return i.deadline }

// Idempotent reports whether readers of the channel are spared a repeat: the
// webhook by its Idempotency-Key, mail by its Message-Id, Matrix by the id of the
// transaction, an Alertmanager by the labels, the paging services by the group's
// key.
func (i *Integration) Idempotent() bool {
	switch i.Kind {
	case "webhook", "email", "matrix", "alertmanager", "pagerduty", "opsgenie", "victorops", "incidentio":
		return true
	}
	return false
}
