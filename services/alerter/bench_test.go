package alerter_test

import (
	"context"
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
	at   []time.Time
	more chan struct{}
}

func (a *arrivals) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	now := time.Now()
	a.mu.Lock()
	a.at = append(a.at, now)
	a.mu.Unlock()
	select {
	case a.more <- struct{}{}:
	default:
	}
	r.Body.Close() //nolint:errcheck // nothing was written to it
}

func (a *arrivals) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.at)
}

// wait returns once n have arrived.
func (a *arrivals) wait(b *testing.B, n int) {
	b.Helper()
	late := time.After(2 * time.Minute)
	for a.count() < n {
		select {
		case <-a.more:
		case <-late:
			b.Fatalf("%d of %d arrived in two minutes", a.count(), n)
		}
	}
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
		d := newDesk(b, options...)
		b.StartTimer()
		began, cpu := time.Now(), processorTime(b)
		sent := publishEvery(b, d.server, messages, every)
		d.sink.wait(b, n)
		b.ReportMetric(float64(n)/time.Since(began).Seconds(), "incidents/s")
		b.ReportMetric((processorTime(b)-cpu).Seconds()*1000/float64(n), "cpu-ms/incident")
		if every > 0 {
			reportDelays(b, sent, d.sink.at)
		}
		b.StopTimer()
		d.end(b)
		b.StartTimer()
	}
}

// BenchmarkFurther takes further reports of a story each, all at once, until all have changed their
// incidents: a storm is mostly these.
func BenchmarkFurther(b *testing.B) {
	const stories, tellings = 250, 4
	for _, durability := range []struct {
		name    string
		options []bustest.Option
	}{{"interval", nil}, {"always", []bustest.Option{bustest.SyncAlways()}}} {
		b.Run(durability.name, func(b *testing.B) {
			first := benchAssessments(b, stories)
			for b.Loop() {
				b.StopTimer()
				d := newDesk(b, durability.options...)
				publishEvery(b, d.server, first, 0)
				d.sink.wait(b, stories)
				further := furtherReports(b, first, tellings)
				b.StartTimer()
				began, cpu := time.Now(), processorTime(b)
				publishEvery(b, d.server, further, 0)
				awaitChanges(b, d.server, stories*(1+tellings))
				b.ReportMetric(float64(len(further))/time.Since(began).Seconds(), "reports/s")
				b.ReportMetric((processorTime(b)-cpu).Seconds()*1000/float64(len(further)), "cpu-ms/report")
				b.StopTimer()
				d.end(b)
				b.StartTimer()
			}
		})
	}
}

// furtherReports are the same stories as told by further outlets, in words of their own.
func furtherReports(b *testing.B, first []bus.Message, tellings int) (out []bus.Message) {
	b.Helper()
	for n := range tellings {
		for i, m := range first {
			var a event.Assessment
			if err := event.Decode(m.Data, &a); err != nil {
				b.Fatal(err)
			}
			a.ID, a.Item.ID = event.NewID("further", fmt.Sprint(n), fmt.Sprint(i)), event.NewID("further", fmt.Sprint(n), fmt.Sprint(i))
			a.Item.Source.Feed = fmt.Sprint("other", n, "-", i%200)
			a.Item.Source.Owner = a.Item.Source.Feed
			words := strings.Fields(a.Item.Text)
			a.Item.Text = strings.Join(words[n*10:], " ")
			a.Item.Title += fmt.Sprintf(" as outlet %d has it", n)
			data, err := event.Encode(&a)
			if err != nil {
				b.Fatal(err)
			}
			out = append(out, bus.Message{Subject: m.Subject, ID: a.ID, Data: data})
		}
	}
	return out
}

// awaitChanges waits until so many changes of incidents are on the stream.
func awaitChanges(b *testing.B, server *bus.Bus, n int) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), 2*time.Minute)
	defer cancel()
	seen := 0
	err := server.Tail(ctx, bus.Incidents, nil, bus.Start{}, func(context.Context, *bus.Delivery) error {
		if seen++; seen == n {
			cancel()
		}
		return nil
	})
	if err != nil || seen < n {
		b.Fatalf("%d of %d changes: %v", seen, n, err)
	}
}

// BenchmarkOpen is what an incident costs beside more and more that are open: a thousand at
// a time, all at once.
func BenchmarkOpen(b *testing.B) {
	const block = 1_000
	messages := benchAssessments(b, 10*block)
	for b.Loop() {
		d := newDesk(b)
		for open := 0; open < len(messages); open += block {
			cpu := processorTime(b)
			publishEvery(b, d.server, messages[open:open+block], 0)
			d.sink.wait(b, open+block)
			if open%(3*block) == 0 {
				b.ReportMetric((processorTime(b)-cpu).Seconds()*1000/block, fmt.Sprintf("cpu-ms/incident-from-%d", open))
			}
		}
		d.end(b)
	}
}

// desk is an alerter with a webhook as its one channel.
type desk struct {
	sink   *arrivals
	server *bus.Bus
	end    func(*testing.B)
}

func newDesk(b *testing.B, options ...bustest.Option) *desk {
	b.Helper()
	sink := &arrivals{more: make(chan struct{}, 1)}
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
	return &desk{sink, server, func(b *testing.B) {
		stop()
		web.Close()
		if err := <-ended; err != nil {
			b.Fatal(err)
		}
	}}
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

// BenchmarkReady starts an alerter over 10,000 open incidents, until it says that it
// is ready.
func BenchmarkReady(b *testing.B) {
	const open = 10_000
	server := bustest.Start(b)
	dir := files(map[string]string{"alerting.yaml": "route: {receiver: nobody, group_by: [incident]}\nreceivers: [{name: nobody}]\n" +
		"inhibit_rules: [{source_matchers: [severity=critical], target_matchers: [severity=low], equal: [region]}]\n"})
	if _, err := server.PublishAll(b.Context(), benchAssessments(b, open)); err != nil {
		b.Fatal(err)
	}
	start := func() (*alerter.Service, func()) {
		s, err := alerter.New(b.Context(), alerter.Options{Config: dir, Bus: server, Registerer: prometheus.NewRegistry()})
		if err != nil {
			b.Fatal(err)
		}
		ctx, cancel := context.WithCancel(b.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx) }()
		return s, func() {
			cancel()
			if err := <-ended; err != nil {
				b.Fatal(err)
			}
		}
	}
	wait := func(what string, until func() bool) {
		for deadline := time.Now().Add(2 * time.Minute); !until(); <-time.After(time.Millisecond) {
			if time.Now().After(deadline) {
				b.Fatal(what)
			}
		}
	}
	_, stop := start()
	wait("the incidents are not routed", func() bool {
		done, err := server.Settled(b.Context(), bus.Incidents, alerter.Routes)
		return err == nil && done >= open
	})
	stop()
	for b.Loop() {
		began, cpu := time.Now(), processorTime(b)
		s, stop := start()
		wait("it is not ready", func() bool { return s.Ready() == nil })
		b.ReportMetric(time.Since(began).Seconds(), "s-to-ready")
		b.ReportMetric((processorTime(b) - cpu).Seconds(), "cpu-s-to-ready")
		b.StopTimer()
		stop()
		b.StartTimer()
	}
}
