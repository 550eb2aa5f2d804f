package story

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/event"
)

// corpus are reports that differ in every respect that is compared.
func corpus() []report {
	change := func(f func(*report)) report { return clash().but(f) }
	return []report{
		clash(),
		change(func(r *report) { r.title, r.text = "", "" }),
		change(func(r *report) { r.place = nil }),
		change(func(r *report) { r.place = karaSuu() }),
		change(func(r *report) { r.place = talas() }),
		change(func(r *report) { r.place = country() }),
		change(func(r *report) { r.place = kabul() }),
		change(func(r *report) { r.lang = "ru" }),
		change(func(r *report) { r.injured = 90 }),
		change(func(r *report) { r.killed = 3 }),
		change(func(r *report) { r.after = 20 * time.Hour }),
		change(func(r *report) { r.after = -47 * time.Hour }),
		change(func(r *report) { r.category, r.indicator = "protest", "rally" }),
		change(func(r *report) { r.category, r.indicator = "", "" }),
		change(func(r *report) { r.exercise = true }),
		change(func(r *report) { r.entities = []string{"person:x", "group:y"} }),
		change(func(r *report) { r.text = r.text[:len(r.text)/2] }),
		change(func(r *report) { r.text = strings.ReplaceAll(r.text, "14", "41") }),
		change(func(r *report) { r.text = strings.Repeat("слово ", 400) }),
		change(func(r *report) { r.title = strings.Repeat("x", 5000) }),
	}
}

// compared judges two reports by a fresh knowledge.
func compared(a, b report) Likeness {
	p, k := NewProfiler(), newKnowledge()
	f, g := p.Profile(a.assessment("a")), p.Profile(b.assessment("b"))
	f.settle(k)
	g.settle(k)
	return k.compare(Default(), f, g, 0)
}

// Whatever is compared, the figures are shares, and a conflict is no likeness.
func TestLikenessIsAShare(t *testing.T) {
	for i, a := range corpus() {
		for j, b := range corpus() {
			l := compared(a, b)
			for name, x := range map[string]float64{"score": l.Score, "words": l.Words} {
				if math.IsNaN(x) || x < 0 || x > 1.0000001 {
					t.Errorf("%d and %d: %s is %v", i, j, name, x)
				}
			}
			if l.Conflict != "" && (l.Score != 0 || l.Copy) {
				t.Errorf("%d and %d contradict each other in the %s, and score %v", i, j, l.Conflict, l.Score)
			}
			if l.Copy && l.Score != 1 {
				t.Errorf("%d and %d: a copy scores %v", i, j, l.Score)
			}
		}
	}
}

// It is the same which of two reports came first to us.
func TestLikenessIsSymmetric(t *testing.T) {
	for i, a := range corpus() {
		for j, b := range corpus() {
			x, y := compared(a, b), compared(b, a)
			if math.Abs(x.Score-y.Score) > 1e-9 || math.Abs(x.Words-y.Words) > 1e-9 || x.Copy != y.Copy || x.Conflict != y.Conflict {
				t.Errorf("%d and %d: %+v one way, %+v the other", i, j, x, y)
			}
		}
	}
}

// Every report that has words is a copy of itself.
func TestLikenessToItself(t *testing.T) {
	for i, a := range corpus() {
		if l := compared(a, a); !l.Copy && a.title+a.text != "" {
			t.Errorf("%d is not its own copy: %+v", i, l)
		}
	}
}

// A drill is never a report of what happened, though word for word the same.
func TestExerciseStaysApart(t *testing.T) {
	drill := clash().but(func(r *report) { r.exercise = true })
	if l := compared(clash(), drill); l != (Likeness{}) {
		t.Errorf("got %+v", l)
	}
	g := NewGrouper(Default())
	if a, b := g.Add(clash().assessment("a")), g.Add(drill.assessment("b")); a == b {
		t.Error("a drill joined a story")
	}
	if a, b := g.Add(drill.assessment("c")), ID("b"); a != b {
		t.Errorf("the copy of a drill is in %s, want %s", a, b)
	}
}

// The window is exact, both ways.
func TestWindowIsExact(t *testing.T) {
	window := Default().Window
	for _, after := range []time.Duration{window, -window} {
		if l := compared(clash(), clash().but(func(r *report) { r.after = after })); !l.Copy {
			t.Errorf("%v later: %+v", after, l)
		}
	}
	for _, after := range []time.Duration{window + 1, -window - 1} {
		if l := compared(clash(), clash().but(func(r *report) { r.after = after })); l != (Likeness{}) {
			t.Errorf("%v later: %+v", after, l)
		}
	}
}

// One wording, each specific changed alone, gives that conflict's name.
func TestConflictsAreNamed(t *testing.T) {
	for want, b := range map[string]report{
		"number": clash().but(func(r *report) {
			r.title, r.text, r.injured = strings.ReplaceAll(r.title, "14", "31"), strings.ReplaceAll(r.text, "14", "31"), 31
		}),
		"name": clash().but(func(r *report) { r.text = strings.ReplaceAll(r.text, "Marat Asylbekov", "Timur Dzholdoshov") }),
		"place": clash().but(func(r *report) {
			r.title, r.text, r.place = strings.ReplaceAll(r.title, "Osh", "Talas"), strings.ReplaceAll(r.text, "Osh", "Talas"), talas()
		}),
		"": clash(),
	} {
		if l := compared(clash(), b); l.Conflict != want {
			t.Errorf("want %q, got %+v", want, l)
		}
	}
}

// The bounds within which one wording with a higher toll is an update.
func TestRisen(t *testing.T) {
	c, p := Default(), NewProfiler()
	for _, x := range []struct {
		was, is int
		after   time.Duration
		want    bool
	}{
		{14, 15, c.Update, true}, {14, 15, c.Update - 1, false}, {14, 14, time.Hour, false}, {14, 13, time.Hour, false},
		{14, 66, time.Hour, true}, {14, 67, time.Hour, false}, {0, 5, time.Hour, false}, {1, 14, time.Hour, true}, {1, 15, time.Hour, false},
	} {
		old := p.Profile(clash().but(func(r *report) { r.injured = x.was }).assessment("a"))
		later := p.Profile(clash().but(func(r *report) { r.injured, r.after = x.is, x.after }).assessment("b"))
		if got, turned := risen(c, old, later), risen(c, later, old); got != x.want || turned != x.want {
			t.Errorf("from %d to %d after %v: %v and %v, want %v", x.was, x.is, x.after, got, turned, x.want)
		}
	}
}

// The set operations, against the plain way to say them.
func TestSortedSets(t *testing.T) {
	sets := [][]uint64{nil, {1}, {2}, {1, 2}, {1, 3}, {2, 3, 5, 8}, {1, 2, 3, 5, 8, 13}, {0, math.MaxUint64}}
	for _, a := range sets {
		for _, b := range sets {
			both := 0
			for _, x := range a {
				if slices.Contains(b, x) {
					both++
				}
			}
			if got := common(a, b); got != both || common(b, a) != both {
				t.Errorf("common(%v, %v) = %d, want %d", a, b, got, both)
			}
			share := 0.0
			if n := min(len(a), len(b)); n > 0 {
				share = float64(both) / float64(n)
			}
			if got := containment(a, b); got != share {
				t.Errorf("containment(%v, %v) = %v, want %v", a, b, got, share)
			}
			if got := differ(a, b); got != (both < len(a) && both < len(b)) {
				t.Errorf("differ(%v, %v) = %v", a, b, got)
			}
		}
	}
	if got := sorted([]uint64{3, 1, 3, 2, 1}); !slices.Equal(got, []uint64{1, 2, 3}) {
		t.Errorf("sorted gives %v", got)
	}
}

// A term of the title stays one when it stands in the text as well, and each term
// is there once.
func TestMergedTerms(t *testing.T) {
	got := merged([]term{{hash: 5}, {hash: 1, title: true}, {hash: 5, title: true}, {hash: 1}, {hash: 3}})
	if want := []term{{hash: 1, title: true}, {hash: 3}, {hash: 5, title: true}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := merged(nil); len(got) != 0 {
		t.Errorf("nothing gives %v", got)
	}
}

// The relation of places is symmetric, and grows with nearness.
func TestRelateIsSymmetric(t *testing.T) {
	places := []*event.Place{nil, osh(), karaSuu(), uzgen(), talas(), country(), kabul(), spot(1, "Null", "KG.08", 0, 0), spot(2, "Void", "", 0, 0)}
	for _, a := range places {
		for _, b := range places {
			if x, y := relate(a, b), relate(b, a); x != y {
				t.Errorf("%v and %v: %d one way, %d the other", a, b, x, y)
			}
			if SameArea(a, b) != (relate(a, b) >= areaNear) {
				t.Errorf("%v and %v: SameArea is %v", a, b, SameArea(a, b))
			}
		}
		if a != nil && relate(a, a) != areaSame {
			t.Errorf("%s is not where it is", a.Name)
		}
	}
	for name, c := range map[string]struct {
		lat, lon float64
		want     area
	}{
		"29 km": {40.53 + 29/111.2, 72.80, areaNear}, "31 km": {40.53 + 31/111.2, 72.80, areaRegion},
	} {
		if got := relate(osh(), spot(9, name, "KG.08", c.lat, c.lon)); got != c.want {
			t.Errorf("%s north: %d, want %d", name, got, c.want)
		}
	}
	border := spot(10, "Border", "UZ.01", 40.60, 72.80)
	if got := relate(osh(), border); got != areaNear {
		t.Errorf("over the border: %d", got)
	}
}

// Distances: none to itself, half round the world at most, also over the date line
// and the poles.
func TestKilometres(t *testing.T) {
	for _, c := range []struct{ latA, lonA, latB, lonB, want float64 }{
		{0, 0, 0, 0, 0}, {0, 0, 0, 180, 20015}, {90, 0, -90, 0, 20015}, {0, 179.5, 0, -179.5, 111.2}, {90, 0, 90, 120, 0}, {0, 0, 1, 0, 111.2}, {60, 0, 60, 1, 55.6},
	} {
		a, b := spot(1, "", "", c.latA, c.lonA), spot(2, "", "", c.latB, c.lonB)
		if got := kilometres(a, b); math.Abs(got-c.want) > 1 || math.Abs(got-kilometres(b, a)) > 1e-6 {
			t.Errorf("from %v,%v to %v,%v: %v km, want %v", c.latA, c.lonA, c.latB, c.lonB, got, c.want)
		}
	}
}

// FAULTS 86: one wire story from forty outlets is one story, in whatever order
// they come, and its copies teach nothing.
func TestFault86FortyOutlets(t *testing.T) {
	g := NewGrouper(Default())
	first := g.Add(clash().assessment("0"))
	for n := 1; n < 40; n++ {
		copied := clash().but(func(r *report) {
			r.title += fmt.Sprint(" - Outlet ", string(rune('A'+n%26)))
			r.after = time.Duration(n) * time.Minute
		})
		if got := g.Add(copied.assessment(fmt.Sprint(n))); got != first {
			t.Fatalf("outlet %d tells another story", n)
		}
	}
	if g.index.Len() != 1 || len(g.index.stories[first].profiles) != 1 {
		t.Errorf("%d stories, the first with %d profiles", g.index.Len(), len(g.index.stories[first].profiles))
	}
}

// FAULTS 87: an item of hostile size is profiled in bounds.
func TestFault87HostileItemIsBounded(t *testing.T) {
	a := clash().assessment("a")
	a.Item.Title, a.Item.Text = strings.Repeat("Word ", 100_000), strings.Repeat("Имя Фамилия 17 said ", 100_000)
	for n := range 10_000 {
		a.Places = append(a.Places, *spot(n+1, fmt.Sprint("Town", n), "KG.08", 40, 72))
		a.Entities = append(a.Entities, fmt.Sprint("person:", n))
		a.Findings = append(a.Findings, event.Finding{Indicator: fmt.Sprint(n), Category: "riot", Assertion: event.Asserted})
	}
	f := NewProfiler().Profile(a)
	if len(f.terms) > maxLeadWords*4/3+1 || len(f.signs) != maxSigns || len(f.Signature) != signatureSlots {
		t.Errorf("%d terms, %d signs, %d slots", len(f.terms), len(f.signs), len(f.Signature))
	}
	if l := newKnowledge().compare(Default(), f, f, 0); !l.Copy {
		t.Errorf("not like itself: %+v", l)
	}
}

// A profiler is shared by workers: many profiles at once are the same as one.
func TestProfilerIsShared(t *testing.T) {
	p := NewProfiler()
	want := p.Profile(clash().assessment("a"))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 10 {
				got := p.Profile(clash().assessment("a"))
				if !slices.Equal(got.Signature, want.Signature) || !slices.Equal(got.terms, want.terms) || !slices.Equal(got.names, want.names) {
					t.Error("the profile differs")
				}
			}
		})
	}
	wait.Wait()
}
