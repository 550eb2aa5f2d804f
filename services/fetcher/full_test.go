package fetcher

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
)

// FAULTS 65: while the stream of items takes nothing more, a feed's state stays where it
// was, and the fetcher goes on by itself when there is room: each item is there, once.
func TestFault65AFullStreamMovesNoState(t *testing.T) {
	t.Parallel()
	o := newOutlet(t)
	o.publish("/rss", article("a", "A", "x", 0))
	tuning := bus.DefaultTuning()
	tuning.Items.MaxBytes = 3000
	d := newDesk(t, "feeds: [{id: a, url: "+o.URL+"/rss, "+often+"}]", bustest.Tuning(tuning))
	r := d.start()
	d.next()
	eventually(t, "the state is stored", func() bool { return r.state("a").Hash != "" })
	before := r.state("a").Hash
	long := strings.Repeat("many words ", 300)
	o.publish("/rss", article("d", "D", long, 0), article("c", "C", long, 0), article("b", "B", long, 0), article("a", "A", "x", 0))
	eventually(t, "the feed with news is asked", func() bool { return o.requests("/rss") > 1 })
	quiet := time.After(1500 * time.Millisecond)
	for waiting := true; waiting; {
		select {
		case item := <-d.items:
			t.Fatalf("the full stream took %q", item.Title)
		case <-quiet:
			waiting = false
		}
	}
	if after := r.state("a").Hash; after != before {
		t.Error("the state moved on to what is not stored")
	}
	tuning.Items.MaxBytes = 1 << 20
	if err := d.bus.Apply(t.Context(), tuning); err != nil {
		t.Fatal(err)
	}
	titles := map[string]int{}
	for range 3 {
		titles[d.next().Title]++
	}
	if len(titles) != 3 || titles["B"] != 1 || titles["C"] != 1 || titles["D"] != 1 {
		t.Errorf("there are %v", titles)
	}
	eventually(t, "the state is of the new document", func() bool { return r.state("a").Hash != before })
	eventually(t, "the fetcher is ready", func() bool { return r.Ready() == nil })
}
