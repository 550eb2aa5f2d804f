package deliver_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
	"faultline/services/alerter/internal/deliver"
	"faultline/services/alerter/internal/sinktest"
)

// The log tells of an outage of a channel when it begins and when it ends, not of
// each try.
func TestOutageIsOneWarning(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 503}))
	var log lines
	d := open(t, bustest.Start(t), fmt.Sprintf("route: {receiver: desk}\nreceivers:\n- name: desk\n  webhook_configs: [{url: '%s/webhook'}]\n", sink.URL),
		func(o *deliver.Options) { o.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	for i := range 10 {
		d.publish("desk", "webhook-0", fmt.Sprint(i), time.Now())
	}
	sinktest.Wait(t, "it failed often", func() bool { return d.count("desk", "webhook-0", "failed") >= 15 })
	if text := log.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, "level=WARN") || !strings.Contains(text, "integration=webhook-0") || !strings.Contains(text, "503") {
		t.Errorf("the log says:\n%s", text)
	}
	sink.Answer(sinktest.Always(sinktest.Answer{}))
	sinktest.Wait(t, "all is told", func() bool { return d.count("desk", "webhook-0", "sent") == 10 })
	if text := log.String(); strings.Count(text, "\n") != 2 || !strings.Contains(text, "level=INFO") || !strings.Contains(text, "tries=") {
		t.Errorf("the log says:\n%s", text)
	}
}
