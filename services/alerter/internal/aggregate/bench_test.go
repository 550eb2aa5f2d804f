package aggregate

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/incident"
)

func BenchmarkHandle(b *testing.B) {
	server := bustest.Start(b)
	a := newAggregator(b, server)
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 10_000 {
		take(b, a, uint64(n+1), benchStory(r, n))
	}
	if a.cache.open < 9_000 {
		b.Fatalf("%d open incidents", a.cache.open)
	}
	b.ResetTimer()
	for n := range b.N {
		take(b, a, uint64(10_001+n), benchStory(r, 10_000+n))
	}
}

// benchStory is a text of 200 words of its own, of one of 2,500 towns: what many report of one
// kind from one town within the hour is one affair.
func benchStory(r *rand.Rand, n int) *event.Assessment {
	var text strings.Builder
	for range 200 {
		fmt.Fprintf(&text, "%c%c%c%c%c ", 'a'+r.IntN(20), "aeiou"[r.IntN(5)], 'b'+r.IntN(20), "aeiou"[r.IntN(5)], 'c'+r.IntN(20))
	}
	x := told(fmt.Sprint("item", n), fmt.Sprint("feed", n%200), text.String()[:60], text.String())
	town := n % 2500
	x.Main.GeonameID, x.Main.Name, x.Main.Text = town+1, fmt.Sprint("Town", town), fmt.Sprint("Town", town)
	x.Places = []event.Place{*x.Main}
	return x
}

// BenchmarkAnswer opens an incident beside 10,000 others while as many denials wait as may,
// all of the country and of its kind of event.
func BenchmarkAnswer(b *testing.B) {
	a := newAggregator(b, bustest.Start(b))
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 10_000 {
		x := benchStory(r, n)
		a.cache.index.Add(x.Item.ID, x.Item.ID, a.profiler.Profile(x))
	}
	for n := range maxWaiting {
		denial := inRussian()
		denial.Item.ID, denial.Main = fmt.Sprint("denial", n), &event.Place{GeonameID: 1527592, Name: "Naryn", Country: "KG", Admin1: "05"}
		a.wait(denial)
	}
	if len(a.waiting) != maxWaiting {
		b.Fatalf("%d denials wait", len(a.waiting))
	}
	report := benchStory(r, 0)
	opened := incident.Open(incident.Default(), report, nil, noon)
	a.cache.index.Add(opened.ID, report.Item.ID, a.profiler.Profile(report))
	for b.Loop() {
		if err := a.answer(b.Context(), opened, report); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRecall reads back which denials wait among 50,000 assessments of six hours, of which
// one in a hundred is one.
func BenchmarkRecall(b *testing.B) {
	server := bustest.Start(b)
	r := rand.New(rand.NewPCG(1, 2))
	var all []bus.Message
	for n := range 50_000 {
		x := benchStory(r, n)
		if n%100 == 0 {
			x = denying(x.Item.ID, "vesti", "en", x.Item.Title, x.Item.Text)
		}
		data, err := event.Encode(x)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, bus.Message{Subject: bus.AssessmentSubject("KG", "none"), ID: x.ID, Data: data})
	}
	if _, err := server.PublishAll(b.Context(), all); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		a := newAggregator(b, server)
		if err := a.recall(b.Context(), &bus.Delivery{Sequence: 50_001}, other()); err != nil {
			b.Fatal(err)
		}
		if len(a.waiting) != min(maxWaiting, maxRecalled/100) {
			b.Fatalf("%d denials wait", len(a.waiting))
		}
	}
}
