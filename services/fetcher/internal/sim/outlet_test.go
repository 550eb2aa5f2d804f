package sim

import (
	"slices"
	"testing"
	"time"
)

func TestOutletsPublishByDayAndWeek(t *testing.T) {
	var night, noon, weekday, weekend, bursts int
	for i := range 300 {
		o := newOutlet(i, 300, 1, Start())
		if o.rate < fewest || o.rate > most || o.latency <= 0 {
			t.Fatalf("outlet %d: %+v", i, o)
		}
		o.offset, o.rate = 0, 5
		for h := range 7 * 24 {
			at := Start().Add(time.Duration(h) * time.Hour)
			times := o.draw(at, 1)
			if !slices.IsSortedFunc(times, time.Time.Compare) {
				t.Fatal("not in order")
			}
			for k := 1; k < len(times); k++ {
				bursts += one(times[k].Sub(times[k-1]) < 20*time.Second)
			}
			switch {
			case at.Weekday() == time.Saturday:
				weekend += len(times)
			case at.Weekday() == time.Thursday:
				weekday += len(times)
			}
			night += one(at.Hour() == 3) * len(times)
			noon += one(at.Hour() == 15) * len(times)
		}
	}
	if 5*night > noon || weekend > weekday*3/4 || bursts == 0 {
		t.Errorf("night %d, noon %d, Thursday %d, Saturday %d, bursts %d", night, noon, weekday, weekend, bursts)
	}
}

func TestADocumentHoldsTheLatest(t *testing.T) {
	o := newOutlet(1, 1, 3, Start())
	o.rate, o.burst = 30, 0
	n := &news{}
	before := o.count
	came, missed := o.publish(Start().Add(2*time.Hour), n)
	if o.count != before+len(came) || missed != max(0, len(came)-windowItems) || len(came) == 0 {
		t.Fatalf("%d came, %d missed, %d in all", len(came), missed, o.count)
	}
	if again, _ := o.publish(Start().Add(2*time.Hour), n); len(again) != 0 {
		t.Errorf("%d came twice", len(again))
	}
	d := o.document()
	if len(d.Items) != windowItems || !d.Items[0].Published.Equal(came[len(came)-1]) {
		t.Errorf("%d items, the first of %s", len(d.Items), d.Items[0].Published)
	}
	names := map[string]bool{}
	for _, e := range d.Items {
		names[e.GUID] = true
	}
	if len(names) != windowItems {
		t.Errorf("names repeat: %v", names)
	}
}

func TestNewsBreaksInARegion(t *testing.T) {
	n := newNews(1, Start(), 24*time.Hour)
	hours := 0
	for region := range regions {
		for h := range 24 {
			factor := n.factor(region, Start().Add(time.Duration(h)*time.Hour))
			if factor != 1 && (factor < 4 || factor > 12) {
				t.Errorf("a factor of %v", factor)
			}
			hours += one(factor > 1)
		}
	}
	if hours < 5 || hours > 100 {
		t.Errorf("breaking news in %d hours of regions", hours)
	}
}

func TestDelays(t *testing.T) {
	var d, other Delays
	if d.Quantile(0.5) != 0 || d.Mean() != 0 {
		t.Errorf("nothing: %s", d.String())
	}
	for i := range 1000 {
		d.add(time.Duration(i+1) * time.Second)
	}
	other.all(Start().Add(time.Hour), []time.Time{Start(), Start()})
	d.merge(&other)
	for q, want := range map[float64]time.Duration{0.01: 11 * time.Second, 0.5: 501 * time.Second, 0.9: 902 * time.Second, 1: time.Hour} {
		if got := d.Quantile(q); got < want*96/100 || got > want*104/100 {
			t.Errorf("quantile %v is %s, want about %s", q, got, want)
		}
	}
	if d.Count() != 1002 || d.Mean() < 500*time.Second || d.Mean() > 510*time.Second {
		t.Errorf("got %s", d.String())
	}
}
