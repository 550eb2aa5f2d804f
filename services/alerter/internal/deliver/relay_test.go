package deliver_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
	"faultline/services/alerter/internal/deliver"
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

// What is critical is the first that a channel gets when it is back, though it was tried while the channel was
// away, as is what came while it was left alone; what is milder follows, each once.
func TestFault89CriticalGoesFirstWhenAChannelIsBack(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	var away atomic.Bool
	away.Store(true)
	sink.Answer(func(int) sinktest.Answer {
		if away.Load() {
			return sinktest.Answer{Status: 503}
		}
		return sinktest.Answer{}
	})
	d := open(t, bustest.Start(t), nobody, func(o *deliver.Options) { o.MaxPause, o.AckWait = 3*time.Second, 15*time.Second })
	const all, tried, late = 150, 20, 149
	for i := range all - 1 {
		d.severe("webhook-0", i, i == tried, time.Now().Add(-time.Hour))
	}
	d.set(webhook(sink))
	sinktest.Wait(t, "it failed twice", func() bool { return d.count("desk", "webhook-0", "failed") == 2 })
	away.Store(false)
	d.severe("webhook-0", late, true, time.Now())
	sinktest.Wait(t, "all are sent", func() bool { return d.count("desk", "webhook-0", "sent") == all })
	messages := sink.Messages()
	for at, i := range []int{tried, late} {
		if want := fmt.Sprintf("Crowd %03d", i); !strings.Contains(messages[at].Body, want) {
			t.Errorf("message %d is not %s: %s", at, want, messages[at].Body)
		}
	}
	told := map[string]int{}
	for _, m := range messages {
		told[regexp.MustCompile(`Crowd \d{3}`).FindString(m.Body)]++
	}
	if len(told) != all || len(messages) != all {
		t.Errorf("%d messages of %d incidents", len(messages), len(told))
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
