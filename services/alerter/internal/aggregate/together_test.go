package aggregate

import (
	"context"
	"errors"
	"testing"

	"faultline/pkg/bus"
	"faultline/pkg/bus/bustest"
	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

// TestTakenTogether: what waits is taken in one go, each change of an incident is
// told, in order, and one that cannot be read holds up no other.
func TestTakenTogether(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	first := delivery(t, 1, first())
	first.Pending = 4
	rest := []*bus.Delivery{delivery(t, 2, other()), delivery(t, 3, second()), {Data: []byte("{"), Sequence: 4}, delivery(t, 5, copied())}
	errs := a.handle(t.Context(), first, func(n int) []*bus.Delivery { return rest[:n] })
	for i, err := range errs {
		if (err != nil) != (i == 3) {
			t.Errorf("delivery %d: %v", i, err)
		}
	}
	equal(t, "answers", len(errs), 5)
	equal(t, "changes", kinds(t, b), "new new escalated reworded")
}

// TestDiesWithSeveralStored: what was stored and not published is published by the
// next process.
func TestDiesWithSeveralStored(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	for i, x := range []*event.Assessment{first(), other()} {
		if _, err := a.take(t.Context(), delivery(t, uint64(i+1), x)); err != nil {
			t.Fatal(err)
		}
	}
	a.storeLeft(t.Context())
	equal(t, "changes before", kinds(t, b), "")
	after := newAggregator(t, b)
	equal(t, "changes after the restart", kinds(t, b), "new new")
	take(t, after, 1, first())
	take(t, after, 3, second())
	equal(t, "changes after more", kinds(t, b), "new new escalated")
}

// One that another process has opened meanwhile harms none that it is stored with: each is
// told once, and the later reports join what there is.
func TestOneOfSeveralIsOpenAlready(t *testing.T) {
	b := bustest.Start(t)
	one, two := newAggregator(t, b), newAggregator(t, b)
	take(t, two, 1, first())
	d := delivery(t, 1, first())
	d.Pending = 1
	more := []*bus.Delivery{delivery(t, 2, other())}
	if err := errors.Join(one.handle(t.Context(), d, func(int) []*bus.Delivery { return more })...); err != nil {
		t.Fatal(err)
	}
	equal(t, "changes", kinds(t, b), "new new")
	equal(t, "open", one.cache.open, 2)
	take(t, one, 3, second())
	equal(t, "changes after more", kinds(t, b), "new new escalated")
}

// inVain hands over two assessments when nothing can be stored any more: neither may be
// taken for done.
func inVain(t *testing.T, a *Aggregator, one, two *event.Assessment) {
	t.Helper()
	ended, end := context.WithCancel(t.Context())
	end()
	d := delivery(t, 1, one)
	d.Pending = 1
	more := []*bus.Delivery{delivery(t, 2, two)}
	for i, err := range a.handle(ended, d, func(int) []*bus.Delivery { return more }) {
		if err == nil {
			t.Errorf("delivery %d is taken for done", i)
		}
	}
}

// What could not be stored leaves nothing behind, and is opened when it comes again.
func TestOpenedInVain(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	inVain(t, a, first(), other())
	if a.cache.open != 0 || len(a.cache.known) != 0 || len(a.cache.items) != 0 || len(a.outbox) != 0 {
		t.Errorf("left behind: %d open, %d known, %d items, %d on their way", a.cache.open, len(a.cache.known), len(a.cache.items), len(a.outbox))
	}
	take(t, a, 2, other())
	take(t, a, 1, first())
	take(t, a, 3, second())
	equal(t, "changes", kinds(t, b), "new new escalated")
}

// What could not be stored is nobody's success, also where a later report of the same story
// asked for it to be stored.
func TestOpenedInVainForASecondReport(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	inVain(t, a, first(), second())
	equal(t, "changes", kinds(t, b), "")
	take(t, a, 1, first())
	take(t, a, 2, second())
	equal(t, "changes when both come again", kinds(t, b), "new escalated")
}

// An incident that can never be opened holds up none of those taken with it.
func TestOneCannotBeOpened(t *testing.T) {
	b := bustest.Start(t)
	a := newAggregator(t, b)
	taken := event.Incident{ID: story.ID("a"), Revision: 9, Status: event.StatusClosed, MergedInto: "elsewhere", Opened: noon, Updated: noon}
	value, err := event.Encode(&taken)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.bucket.Put(t.Context(), taken.ID, value, 0); err != nil {
		t.Fatal(err)
	}
	d := delivery(t, 1, first())
	d.Pending = 1
	more := []*bus.Delivery{delivery(t, 2, other())}
	errs := a.handle(t.Context(), d, func(int) []*bus.Delivery { return more })
	if errs[0] == nil || errs[1] != nil {
		t.Errorf("errors %v", errs)
	}
}

// What only place, time and kind of event join to an incident is told as that, and is no
// second source, also after a restart; what else it tells makes it one.
func TestPresumedReportConfirmsNothing(t *testing.T) {
	inRussian := func(item, feed, title, text string) *event.Assessment {
		x := told(item, feed, title, text)
		x.Language, x.Item.Language = "ru", "ru"
		return x
	}
	b := bustest.Start(t)
	take(t, newAggregator(t, b), 1, first())
	take(t, newAggregator(t, b), 2, inRussian("r", "vesti", "Захват в Джалал-Абаде", "Там сегодня захвачено здание."))
	take(t, newAggregator(t, b), 3, inRussian("s", "novosti", "Джалал-Абад: захвачено здание", "Очевидцы говорят о захвате, подробностей пока нет."))
	all := published(t, b)
	last := all[len(all)-1]
	equal(t, "changes", kinds(t, b), "new report escalated")
	equal(t, "incidents", last.ID, all[0].ID)
	for at, want := range []bool{false, true, true} {
		equal(t, last.Reports[at].Title+": presumed", last.Reports[at].Presumed, want)
	}
	equal(t, "sources of the first two", all[1].Corroboration.Independent, 1)
	equal(t, "sources", last.Corroboration.Independent, 2) // the two that tell it in Russian
	named := inRussian("n", "delo", "Сторонники Бакиева захватили администрацию в Джалал-Абаде", "Сторонники бывшего президента Курманбека Бакиева ворвались в администрацию, губернатор Бектур Асанов выведен из здания.")
	named.Entities = []string{"person:bakiyev"}
	take(t, newAggregator(t, b), 4, named)
	all = published(t, b)
	equal(t, "one that names the same people: presumed", all[len(all)-1].Reports[3].Presumed, false)
}
