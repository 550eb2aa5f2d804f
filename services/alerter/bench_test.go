package alerter_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter"

	"github.com/prometheus/client_golang/prometheus"
)

// benchAssessments are n assessments of some 1,200 bytes of text, each of a story
// and a town of its own.
func benchAssessments(b *testing.B, n int) []bus.Message {
	b.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	out := make([]bus.Message, n)
	for i := range out {
		var text strings.Builder
		for range 200 {
			fmt.Fprintf(&text, "%c%c%c%c%c ", 'a'+r.IntN(20), "aeiou"[r.IntN(5)], 'b'+r.IntN(20), "aeiou"[r.IntN(5)], 'c'+r.IntN(20))
		}
		title := text.String()[:60]
		a := assessment(event.NewID("bench", fmt.Sprint(i)), fmt.Sprint("feed", i%200), title)
		a.Item.Text = text.String()
		place := event.Place{GeonameID: 1_000_000 + i, Name: fmt.Sprint("Town", i), Country: "KG", Admin1: "08", Lat: float64(i % 80), Lon: float64(i / 80), Confidence: 0.9}
		a.Places, a.Main = []event.Place{place}, &place
		data, err := event.Encode(&a)
		if err != nil {
			b.Fatal(err)
		}
		out[i] = bus.Message{Subject: bus.AssessmentSubject("KG", "kidnapping"), ID: a.ID, Data: data}
	}
	return out
}

// arrivals notes when each incident first reached the webhook.
type arrivals struct {
	mu   sync.Mutex
	want int
	at   []time.Time
	all  chan struct{}
}

func (a *arrivals) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	now := time.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.at = append(a.at, now); len(a.at) == a.want {
		close(a.all)
	}
	r.Body.Close() //nolint:errcheck // nothing was written to it
}

// BenchmarkIncidents takes assessments, each a new incident, to a webhook without
// a group_wait: all at once for the rate, or one every 20 ms for the delay.
func BenchmarkIncidents(b *testing.B) {
	for _, durability := range []struct {
		name    string
		options []bustest.Option
	}{{"interval", nil}, {"always", []bustest.Option{bustest.SyncAlways()}}} {
		b.Run("rate/"+durability.name, func(b *testing.B) { benchIncidents(b, 2000, 0, durability.options...) })
		b.Run("delay/"+durability.name, func(b *testing.B) { benchIncidents(b, 250, 20*time.Millisecond, durability.options...) })
	}
}

func benchIncidents(b *testing.B, n int, every time.Duration, options ...bustest.Option) {
	messages := benchAssessments(b, n)
	for b.Loop() {
		b.StopTimer()
		sink := &arrivals{want: n, all: make(chan struct{})}
		web := httptest.NewServer(sink)
		dir := files(map[string]string{"alerting.yaml": "route: {receiver: hook, group_by: [incident], group_wait: 0s, group_interval: 1m, repeat_interval: 72h}\nreceivers: [{name: hook, webhook_configs: [{url: '" + web.URL + "'}]}]\n"})
		server := bustest.Start(b, options...)
		s, err := alerter.New(b.Context(), alerter.Options{Config: dir, Bus: server, Registerer: prometheus.NewRegistry()})
		if err != nil {
			b.Fatal(err)
		}
		ctx, stop := context.WithCancel(b.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx) }()
		for s.Ready() != nil {
			runtime.Gosched()
		}
		b.StartTimer()
		began, cpu := time.Now(), processorTime(b)
		sent := publishEvery(b, server, messages, every)
		select {
		case <-sink.all:
		case <-time.After(2 * time.Minute):
			b.Fatalf("%d of %d arrived in two minutes", len(sink.at), n)
		}
		b.ReportMetric(float64(n)/time.Since(began).Seconds(), "incidents/s")
		b.ReportMetric((processorTime(b)-cpu).Seconds()*1000/float64(n), "cpu-ms/incident")
		if every > 0 {
			reportDelays(b, sent, sink.at)
		}
		b.StopTimer()
		stop()
		web.Close()
		if err := errors.Join(<-ended); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// publishEvery stores the messages, and returns when each was stored; every 0 is
// all at once.
func publishEvery(b *testing.B, to *bus.Bus, messages []bus.Message, every time.Duration) (sent []time.Time) {
	b.Helper()
	if every == 0 {
		if _, err := to.PublishAll(b.Context(), messages); err != nil {
			b.Fatal(err)
		}
		return nil
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for _, m := range messages {
		<-ticker.C
		if _, err := to.Publish(b.Context(), m); err != nil {
			b.Fatal(err)
		}
		sent = append(sent, time.Now())
	}
	return sent
}

func reportDelays(b *testing.B, sent, arrived []time.Time) {
	b.Helper()
	delays := make([]time.Duration, len(sent))
	for i := range sent {
		delays[i] = arrived[i].Sub(sent[i]) // they arrive in order
	}
	slices.Sort(delays)
	for _, q := range []struct {
		name string
		part float64
	}{{"p50-ms", 0.5}, {"p99-ms", 0.99}} {
		b.ReportMetric(float64(delays[int(q.part*float64(len(delays)-1))].Microseconds())/1000, q.name)
	}
}

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
