package deliver_test

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/services/alerter/internal/sinktest"
)

// TestMarkedBefore: a notification that is delivered for the first time may have a mark of
// an earlier life. What was sent is not sent again, what the channel refused is; what may
// have arrived is marked as a repeat, and what another process may be sending now is left
// to it for five seconds before.
func TestMarkedBefore(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	d, created := open(t, bustest.Start(t), webhook(sink)), time.Now()
	marks, err := d.bus.Bucket(t.Context(), bus.SentMarks)
	if err != nil {
		t.Fatal(err)
	}
	for incident, mark := range map[string]string{
		"sent": `{"state":"sent","tries":1}`, "refused": `{"state":"refused","tries":1}`,
		"sending": `{"state":"sending","tries":1}`, "uncertain": `{"state":"uncertain","tries":1,"uncertain":1}`,
	} {
		if _, err := marks.Put(t.Context(), notification("desk", "webhook-0", incident, created).ID, []byte(mark), 0); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	for _, incident := range []string{"sending", "sent", "refused", "uncertain", "new"} {
		d.publish("desk", "webhook-0", incident, created)
	}
	sinktest.Wait(t, "what may be on its way is sent", func() bool { return about(sink, "sending") > 0 })
	if waited := time.Since(began); waited < 4*time.Second {
		t.Errorf("what another process may be sending was sent after %s", waited)
	}
	sinktest.Wait(t, "all are sent", func() bool { return d.count("desk", "webhook-0", "sent") == 4 })
	for incident, want := range map[string]int{"sent": 0, "refused": 1, "new": 1, "uncertain": 1, "sending": 1} {
		if got := about(sink, incident); got != want {
			t.Errorf("%s was sent %d times", incident, got)
		}
	}
	for _, m := range sink.Messages() {
		_, said, _ := strings.Cut(m.Body, "May be a repeat: ")
		said, _, _ = strings.Cut(said, ".")
		want := ""
		switch {
		case strings.Contains(m.Body, "Headline of sending"):
			want = "Faultline was stopped while it sent this"
		case strings.Contains(m.Body, "Headline of uncertain"):
			want = "an earlier try got no answer"
		}
		if said != want {
			t.Errorf("called a repeat because %q, want %q: %s", said, want, m.Body)
		}
	}
}
