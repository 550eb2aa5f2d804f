package notify_test

import (
	"testing"

	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// The address of a webhook may be a template; one that is none is taken as it stands.
func TestWebhookAddressIsATemplate(t *testing.T) {
	sink := sinktest.HTTP(t)
	for address, want := range map[string]string{
		"/plain/{not}/a%20template": "/plain/{not}/a template",
		"/told/{{ .Receiver }}":     "/told/desk",
	} {
		c := load(t, "route: {receiver: desk}\nreceivers: [{name: desk, webhook_configs: [{url: '"+sink.URL+address+"'}]}]\n")
		n := notification("webhook-0", sinktest.Incident())
		n.Receiver = "desk"
		if r := c.Receivers()[0].Integrations[0].Send(t.Context(), n, notify.Remarks{}, sinktest.Now()); r.Outcome != notify.Sent {
			t.Fatalf("%s: %+v", address, r)
		}
		messages := sink.Messages()
		if got := messages[len(messages)-1].Path; got != want {
			t.Errorf("%s was sent to %s, want %s", address, got, want)
		}
	}
}
