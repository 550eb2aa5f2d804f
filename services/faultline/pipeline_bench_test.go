package faultline

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"faultline/deploy"
	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/alerter"
	"faultline/services/classifier"
)

// benchItems is how many items one run of a pipeline benchmark takes through.
const benchItems = 4000

// newsItems are items of about 2 kB, a quarter of which tell of unrest, each of
// its own.
func newsItems(n int) []event.Item {
	r := rand.New(rand.NewPCG(1, 2))
	towns := strings.Fields("Osh Bishkek Naryn Talas Batken Karakol Tokmok Khujand Dushanbe Kulob Tashkent Samarkand Bukhara Namangan Andijan Nukus Almaty Astana Shymkent Taraz Aktau Kabul Herat Kandahar Kunduz Baku Ganja Tbilisi Kutaisi Yerevan Gyumri Lahore Quetta Peshawar Karachi")
	filler := strings.Fields("the council of the district met on the question how roads schools and the harvest are to be paid for this year while traders said that business was slow and the weather service expects a mild week with some rain in the valley")
	items := make([]event.Item, n)
	for i := range items {
		town, number := towns[r.IntN(len(towns))], 3+r.IntN(4000)
		title := fmt.Sprintf("Council of %s discusses the budget for %d", town, number)
		if i%4 == 0 {
			title = fmt.Sprintf([]string{"Gunmen clash with police in %s, %d wounded", "Protesters storm the regional administration in %s, %d detained", "Bomb attack in %s injures %d people", "%s: %d people wounded as soldiers open fire on demonstrators"}[r.IntN(4)], town, number)
		}
		var text strings.Builder
		text.WriteString(title + ". ")
		for text.Len() < 1800 {
			text.WriteString(filler[r.IntN(len(filler))] + " ")
		}
		now := time.Now().UTC()
		items[i] = event.Item{ID: event.NewID("bench", fmt.Sprint(i)), Title: title, Text: text.String(), TextSource: "feed", Language: "en",
			Source: event.Source{Feed: fmt.Sprintf("feed-%d", i%200), Owner: fmt.Sprintf("owner-%d", i%200), Country: "KG"},
			URL:    fmt.Sprintf("https://news.example/%d", i), Published: now, PublishedSource: event.PublishedFeed, FirstSeen: now, Seen: now}
	}
	return items
}

func publishItems(b *testing.B, to *bus.Bus, items []event.Item) {
	b.Helper()
	byFeed := map[string][]bus.Message{}
	for i := range items {
		data, err := event.Encode(&items[i])
		if err != nil {
			b.Fatal(err)
		}
		feed := items[i].Source.Feed
		byFeed[feed] = append(byFeed[feed], bus.Message{Subject: bus.ItemSubject(feed), ID: items[i].ID, Data: data})
	}
	for _, messages := range byFeed {
		if _, err := to.PublishAll(b.Context(), messages); err != nil {
			b.Fatal(err)
		}
	}
}

// told follows incidents and notifications until every change has been told.
type told struct {
	mu        sync.Mutex
	changes   int
	latest    map[string]int // incident to its last revision
	notified  map[string]int
	stored    int
	want      int
	everybody chan struct{}
	once      sync.Once
}

func (t *told) incident(_ context.Context, d *bus.Delivery) error {
	var i event.Incident
	if err := event.Decode(d.Data, &i); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.changes++
	t.latest[i.ID] = max(t.latest[i.ID], i.Revision)
	t.look()
	return nil
}

func (t *told) notification(_ context.Context, d *bus.Delivery) error {
	var n event.Notification
	if err := event.Decode(d.Data, &n); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stored++
	for _, a := range n.Alerts {
		t.notified[a.Incident] = max(t.notified[a.Incident], a.Revision)
	}
	t.look()
	return nil
}

func (t *told) look() {
	if t.changes < t.want {
		return
	}
	for id, revision := range t.latest {
		if t.notified[id] < revision {
			return
		}
	}
	t.once.Do(func() { close(t.everybody) })
}

// pipeline takes the items from the stream to stored notifications, which a
// webhook takes.
func pipeline(b *testing.B, options ...bustest.Option) {
	sink := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	b.Cleanup(sink.Close)
	conf := b.TempDir()
	alerting := "route: {receiver: hook, group_by: [incident], group_wait: 0s, group_interval: 1s, repeat_interval: 72h}\nreceivers: [{name: hook, webhook_configs: [{url: '" + sink.URL + "'}]}]\n"
	if err := os.WriteFile(filepath.Join(conf, "alerting.yaml"), []byte(alerting), 0o600); err != nil {
		b.Fatal(err)
	}
	dir := config.NewDir(config.Layer{Name: conf, FS: os.DirFS(conf)}, config.Layer{Name: "(shipped)", FS: deploy.Config()})
	rules, err := classifier.Load(b.Context(), dir, config.Section{})
	if err != nil {
		b.Fatal(err)
	}
	items, relevant := newsItems(benchItems), 0
	for _, item := range items {
		if rules.Assess(item).Relevant {
			relevant++
		}
	}
	for b.Loop() {
		b.StopTimer()
		server := bustest.Start(b, options...)
		classify, err := classifier.New(b.Context(), classifier.Options{Config: dir, Bus: server, Registerer: prometheus.NewRegistry()})
		if err != nil {
			b.Fatal(err)
		}
		alert, err := alerter.New(b.Context(), alerter.Options{Config: dir, Bus: server, Registerer: prometheus.NewRegistry()})
		if err != nil {
			b.Fatal(err)
		}
		t := &told{latest: map[string]int{}, notified: map[string]int{}, want: relevant, everybody: make(chan struct{})}
		ctx, stop := context.WithCancel(b.Context())
		ended := make(chan error, 4)
		for _, run := range []func(context.Context) error{classify.Run, alert.Run,
			func(ctx context.Context) error { return server.Tail(ctx, bus.Incidents, nil, bus.Start{}, t.incident) },
			func(ctx context.Context) error {
				return server.Tail(ctx, bus.Notifications, nil, bus.Start{}, t.notification)
			}} {
			go func() { ended <- run(ctx) }()
		}
		b.StartTimer()
		began := time.Now()
		publishItems(b, server, items)
		select {
		case <-t.everybody:
		case <-time.After(2 * time.Minute):
			b.Fatalf("%d of %d changes, %d notifications after two minutes", t.changes, t.want, t.stored)
		}
		b.ReportMetric(benchItems/time.Since(began).Seconds(), "items/s")
		b.ReportMetric(float64(t.stored), "notifications")
		b.StopTimer()
		stop()
		if err := errors.Join(<-ended, <-ended, <-ended, <-ended); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// transport is what the same items cost when nobody reads them: publish,
// consume, acknowledge.
func transport(b *testing.B, options ...bustest.Option) {
	items := newsItems(benchItems)
	for b.Loop() {
		b.StopTimer()
		server := bustest.Start(b, options...)
		var mu sync.Mutex
		seen, all := 0, make(chan struct{})
		ctx, stop := context.WithCancel(b.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- server.Consume(ctx, bus.Consumer{Stream: bus.Items, Durable: "bench", Workers: 16}, func(context.Context, *bus.Delivery) error {
				mu.Lock()
				defer mu.Unlock()
				if seen++; seen == benchItems {
					close(all)
				}
				return nil
			})
		}()
		b.StartTimer()
		began := time.Now()
		publishItems(b, server, items)
		<-all
		b.ReportMetric(benchItems/time.Since(began).Seconds(), "items/s")
		b.StopTimer()
		stop()
		if err := <-ended; err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}

// BenchmarkPipeline compares the way from a published item to a stored
// notification with the bare transport of the same items, on the same kind of
// server.
func BenchmarkPipeline(b *testing.B) {
	b.Run("interval/transport", func(b *testing.B) { transport(b) })
	b.Run("interval/pipeline", func(b *testing.B) { pipeline(b) })
	b.Run("always/transport", func(b *testing.B) { transport(b, bustest.SyncAlways()) })
	b.Run("always/pipeline", func(b *testing.B) { pipeline(b, bustest.SyncAlways()) })
}
