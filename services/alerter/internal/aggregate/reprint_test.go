package aggregate

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
)

// long is a report of more than fifty words.
func long(item, feed string) *event.Assessment {
	return told(item, feed, "Bakiyev supporters retake governor's office in Jalalabad",
		"Some 300 supporters of the ousted president Kurmanbek Bakiyev stormed the regional administration in Jalalabad on 14 May and put governor Bektur Asanov out. "+
			"They broke the gate with a lorry, tore down the portraits in the hall and hung a flag of their own from the balcony. Shopkeepers on the square closed their shutters. "+
			"A deputy of the city council said that talks about the return of the building had begun, and that nobody had been hurt.")
}

// daysLater is a report as it is first seen so much after noon.
func daysLater(x *event.Assessment, n int) *event.Assessment {
	later := noon.Add(time.Duration(n) * 24 * time.Hour)
	x.Item.Published, x.Item.FirstSeen, x.Item.Seen, x.Assessed = later, later, later, later
	return x
}

// over tells the long report, lets the incident end, and returns an aggregator that read that
// from the store, three days after noon.
func over(t *testing.T) *Aggregator {
	t.Helper()
	b := bustest.Start(t)
	a := newAggregator(t, b)
	take(t, a, 1, long("a", "alpha"))
	a.clock = func() time.Time { return noon.Add(50 * time.Hour) }
	if err := a.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	equal(t, "before", kinds(t, b), "new closed")
	equal(t, "known by its text", a.cache.past.Len(), 1)
	again := newAggregator(t, b)
	equal(t, "known by its text after a start", again.cache.past.Len(), 1)
	again.clock = func() time.Time { return noon.Add(72 * time.Hour) }
	return again
}

// What another outlet prints again days later is kept with the incident that told it, and
// tells nobody anything; what its editors add to it then does.
func TestReprintIsNoNews(t *testing.T) {
	a := over(t)
	reprint := daysLater(long("r", "gamma"), 3)
	reprint.Item.Text = "JALALABAD (Valley Wire) - " + reprint.Item.Text
	take(t, a, 2, reprint)
	equal(t, "a reprint", kinds(t, a.bus), "new closed reworded")
	all := published(t, a.bus)
	i := all[2]
	if i.Status != event.StatusClosed || len(i.Reports) != 2 || i.Reports[1].CopyOf != "a" || i.Corroboration.Independent != 1 || i.ID != all[0].ID {
		t.Errorf("got %+v", i)
	}
	take(t, a, 2, reprint) // delivered again
	equal(t, "the reprint again", len(published(t, a.bus)), 3)
	take(t, a, 3, daysLater(long("q", "delta"), 3))
	equal(t, "a further one", kinds(t, a.bus), "new closed reworded reworded")
	revised := daysLater(long("r", "gamma"), 3)
	revised.ID, revised.Item.Revision = event.NewID("r", "1", "rules"), 1
	revised.Casualties.Killed = &event.Count{Min: 2, Max: 2}
	take(t, a, 4, revised)
	equal(t, "one that has more to tell", kinds(t, a.bus), "new closed reworded reworded escalated")
	equal(t, "its incident", published(t, a.bus)[4].Status, event.StatusOpen)
	equal(t, "known by its text, as it is open", a.cache.past.Len(), 0)
}

// What may be of another event opens an incident.
func TestNoReprint(t *testing.T) {
	for name, change := range map[string]func(x *event.Assessment){
		"by the same outlet": func(x *event.Assessment) { x.Item.Source.Feed = "alpha" },
		"of other numbers":   func(x *event.Assessment) { x.Item.Text = strings.Replace(x.Item.Text, "300", "450", 1) },
		"of another day":     func(x *event.Assessment) { x.Item.Text = strings.Replace(x.Item.Text, "14 May", "17 May", 1) },
		"of another place": func(x *event.Assessment) {
			*x.Main = event.Place{GeonameID: 1, Name: "Batken", Country: "KG", Admin1: "09", Lat: 40.06, Lon: 70.82}
			x.Places[0] = *x.Main
		},
		"in a drill":           func(x *event.Assessment) { x.Item.Exercise = true },
		"in other words":       func(x *event.Assessment) { x.Item.Title, x.Item.Text = second().Item.Title, second().Item.Text },
		"with a new beginning": func(x *event.Assessment) { x.Item.Text = second().Item.Text + x.Item.Text[200:] },
	} {
		t.Run(name, func(t *testing.T) {
			a := over(t)
			x := daysLater(long("r", "gamma"), 3)
			change(x)
			take(t, a, 2, x)
			equal(t, "changes", kinds(t, a.bus), "new closed new")
		})
	}
}

// An incident that is not kept any more is told anew.
func TestReprintOfWhatIsForgotten(t *testing.T) {
	a := over(t)
	a.clock = func() time.Time { return noon.Add(12 * 24 * time.Hour) }
	for range 2 {
		if err := a.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "known by its text", a.cache.past.Len(), 0)
	take(t, a, 2, daysLater(long("r", "gamma"), 12))
	equal(t, "changes", kinds(t, a.bus), "new closed new")
}
