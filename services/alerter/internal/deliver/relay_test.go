package deliver_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
	"faultline/services/alerter/internal/sinktest"
)

const nobody = "route: {receiver: desk}\nreceivers: [{name: desk}]\n"

// However much waits, a process that dies leaves one message in doubt: the one that it was
// sending.
func TestKilledWhileMuchWaits(t *testing.T) {
	t.Parallel()
	server := bustest.StartServer(t)
	sink := sinktest.HTTP(t)
	doomed := server.Bus()
	const all, last = 40, 15
	sink.Answer(func(n int) sinktest.Answer {
		if n == last {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			if err := doomed.Close(ctx); err == nil {
				t.Log("closed in time")
			}
		}
		return sinktest.Answer{}
	})
	first := open(t, doomed, nobody)
	first.bus = server.Bus()
	for i := range all {
		first.publish("desk", "webhook-0", fmt.Sprintf("i%03d", i), time.Now())
	}
	first.set(webhook(sink))
	sinktest.Wait(t, "some are sent", func() bool { return len(sink.Messages()) == last })
	first.stop()
	open(t, server.Bus(), webhook(sink))
	sinktest.Wait(t, "all are sent, and one again", func() bool { return len(sink.Messages()) == all+1 })
	sinktest.Never(t, "another came again", 1500*time.Millisecond, func() bool { return len(sink.Messages()) > all+1 })
	for i := range all {
		name := fmt.Sprintf("i%03d", i)
		if n := about(sink, name); n != 1 && (n != 2 || i != last-1) {
			t.Errorf("%s was sent %d times", name, n)
		}
	}
	for _, m := range sink.Messages() {
		if doubt := strings.Contains(m.Body, "May be a repeat"); doubt && !strings.Contains(m.Body, fmt.Sprintf("Headline of i%03d", last-1)) {
			t.Errorf("doubted without need: %s", m.Body)
		}
	}
}

// A channel that fails in the middle is left alone, and gets the rest later, once each.
func TestFailsWhileMuchWaits(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.Answer(func(n int) sinktest.Answer {
		if n == 5 || n == 6 {
			return sinktest.Answer{Status: 500}
		}
		return sinktest.Answer{}
	})
	d := open(t, bustest.Start(t), nobody)
	const all = 30
	for i := range all {
		d.publish("desk", "webhook-0", fmt.Sprintf("i%03d", i), time.Now())
	}
	d.set(webhook(sink))
	sinktest.Wait(t, "all are sent", func() bool { return d.count("desk", "webhook-0", "sent") == all })
	sinktest.Never(t, "one came twice", time.Second, func() bool { return len(sink.Messages()) > all })
	if failed := d.count("desk", "webhook-0", "failed"); failed != 2 {
		t.Errorf("%v tries failed, want 2", failed)
	}
}

// What is critical does not wait behind what came before it.
func TestCriticalGoesBeforeWhatWaits(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	d := open(t, bustest.Start(t), nobody)
	const others, criticals = 40, 4
	for i := range others + criticals {
		d.severe("webhook-0", i, i >= others, time.Now().Add(-time.Hour))
	}
	d.set(webhook(sink))
	sinktest.Wait(t, "all are sent", func() bool { return len(sink.Messages()) == others+criticals })
	for at, m := range sink.Messages() {
		want := fmt.Sprintf("Crowd %03d", (at+others)%(others+criticals))
		if !strings.Contains(m.Body, want) {
			t.Fatalf("message %d is not %s: %s", at, want, m.Body)
		}
	}
}
