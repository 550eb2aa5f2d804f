package deliver_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
	"faultline/services/alerter/internal/deliver"
	"faultline/services/alerter/internal/sinktest"
)

// A message that a program behind a webhook chokes on keeps no other from it, whatever it tells of, also one that
// comes when that was all that waited.
func TestFaultOneThatIsNeverTakenKeepsNoOther(t *testing.T) {
	t.Parallel()
	for _, critical := range []bool{false, true} {
		t.Run(fmt.Sprint(critical), func(t *testing.T) {
			t.Parallel()
			sink := sinktest.HTTP(t)
			sink.AnswerEach(func(m sinktest.Message) sinktest.Answer {
				if strings.Contains(m.Body, "Crowd 003") {
					return sinktest.Answer{Status: 500}
				}
				return sinktest.Answer{}
			})
			d := open(t, bustest.Start(t), nobody, func(o *deliver.Options) { o.MaxPause, o.AckWait = 4*time.Second, 15*time.Second })
			const all, choking = 100, 3
			for i := range all {
				d.severe("webhook-0", i, critical && i == choking, time.Now())
			}
			d.set(webhook(sink))
			count := func(outcome string) float64 { return d.count("desk", "webhook-0", outcome) }
			sinktest.Wait(t, "all others are sent", func() bool { return count("sent") == all-1 })
			before := count("failed")
			sinktest.Wait(t, "it failed again and again", func() bool { return count("failed") == before+3 })
			began := time.Now()
			d.severe("webhook-0", all, true, time.Now())
			sinktest.Wait(t, "another one is sent", func() bool { return count("sent") == all })
			if took := time.Since(began); took > 2500*time.Millisecond {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// What has waited for too long is given up though a channel is away for so long, and critical news go first.
func TestFaultTooOldIsGivenUpBehindCriticalNews(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.Answer(sinktest.Always(sinktest.Answer{Status: 503}))
	d := open(t, bustest.Start(t), nobody, func(o *deliver.Options) { o.MaxPause, o.AckWait = time.Second, 15*time.Second })
	d.giveUp = 3 * time.Second
	const mild = 40
	for i := range mild {
		d.severe("webhook-0", i, false, time.Now())
	}
	d.set(webhook(sink))
	next := mild
	sinktest.Wait(t, "it failed", func() bool { return d.count("desk", "webhook-0", "failed") > 0 })
	for began := time.Now(); d.count("desk", "webhook-0", "expired") < mild; next++ {
		if time.Since(began) > 15*time.Second {
			t.Fatalf("%v are given up", d.count("desk", "webhook-0", "expired"))
		}
		d.severe("webhook-0", next, true, time.Now())
		sinktest.Never(t, "", 500*time.Millisecond, func() bool { return false })
	}
	given := map[string]bool{}
	for _, l := range d.deadLetters() {
		given[l.Subject] = true
	}
	if len(given) < mild || len(sink.Messages()) > 0 {
		t.Errorf("%d dead letters, %d messages", len(given), len(sink.Messages()))
	}
}

// A channel that is back and refuses for good what waited refuses it in one go: what is refused says nothing of
// the others, and they are not handed out again for each.
func TestFaultRefusedInOneGo(t *testing.T) {
	t.Parallel()
	sink := sinktest.HTTP(t)
	sink.Answer(func(n int) sinktest.Answer {
		if n == 1 {
			return sinktest.Answer{Status: 503}
		}
		return sinktest.Answer{Status: 400}
	})
	d := open(t, bustest.Start(t), nobody, func(o *deliver.Options) { o.AckWait = 15 * time.Second })
	const all = 150
	for i := range all {
		d.severe("webhook-0", i, false, time.Now())
	}
	d.set(webhook(sink))
	sinktest.Wait(t, "all are refused", func() bool { return d.count("desk", "webhook-0", "rejected") == all })
	sinktest.Wait(t, "all are dead letters", func() bool { return len(d.deadLetters()) == all })
	most := 0
	for _, l := range d.deadLetters() {
		most = max(most, l.Deliveries)
	}
	if most > 10 {
		t.Errorf("one was handed out %d times", most)
	}
}
