package deliver_test

import (
	"fmt"
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
	"faultline/services/alerter/internal/sinktest"
)

// BenchmarkDigest is one message of 300 notifications that wait for a chat, from when the
// channel is there until the last mark is written, on a server that flushes always.
func BenchmarkDigest(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		sink := sinktest.HTTP(b)
		d := openPaced(b, bustest.Start(b, bustest.SyncAlways()), nobody, 240)
		const all = 300
		for i := range all {
			d.publish("desk", "slack-0", fmt.Sprintf("i%03d", i), time.Now().Add(-time.Hour))
		}
		b.StartTimer()
		d.set(fmt.Sprintf("route: {receiver: desk}\nreceivers: [{name: desk, slack_configs: [{api_url: '%s/slack/x'}]}]\n", sink.URL))
		sinktest.Wait(b, "all is told", func() bool { return d.count("desk", "slack-0", "sent") == all })
		b.StopTimer()
		d.stop()
		b.StartTimer()
	}
}
