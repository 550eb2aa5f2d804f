package notify_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"testing"
	"time"

	"faultline/services/alerter/internal/notify"
	"faultline/services/alerter/internal/sinktest"
)

// A receiver that follows docs/delivery.md accepts what we sign, and a signature
// holds for one body and one time.
func TestWebhooksAreSigned(t *testing.T) {
	const secret = "0123456789abcdef"
	sink := sinktest.HTTP(t)
	alerting := "route: {receiver: desk}\nreceivers: [{name: desk, webhook_configs: [{url: '" + sink.URL + "/webhook'}]}]\n"
	for _, signed := range []bool{true, false} {
		o := notify.Options{Deadline: 2 * time.Second}
		if signed {
			o.WebhookSecret = secret
		}
		c, err := notify.Load(dir(alerting), o)
		if err != nil {
			t.Fatal(err)
		}
		n := notification("webhook-0", sinktest.Incident())
		if r := c.Receivers()[0].Integrations[0].Send(t.Context(), n, notify.Remarks{}, time.Now()); r.Outcome != notify.Sent {
			t.Fatalf("got %+v", r)
		}
		messages := sink.Messages()
		m := messages[len(messages)-1]
		if !signed {
			if m.Header["X-Faultline-Signature"] != nil {
				t.Error("signed without a secret")
			}
			continue
		}
		timestamp := m.Header["X-Faultline-Timestamp"][0]
		seconds, err := strconv.ParseInt(timestamp, 10, 64)
		if err != nil || time.Since(time.Unix(seconds, 0)).Abs() > 5*time.Minute {
			t.Errorf("timestamp %q: %v", timestamp, err)
		}
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(timestamp + "." + m.Body))
		if got, want := m.Header["X-Faultline-Signature"][0], "v1="+hex.EncodeToString(mac.Sum(nil)); got != want {
			t.Errorf("signature %s, want %s", got, want)
		}
	}
}
