package state

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/fetcher/internal/feed"
	"faultline/services/fetcher/internal/poll"
)

func noon() time.Time { return time.Date(2010, 5, 24, 12, 0, 0, 0, time.UTC) }

// entry is an item of the feed's own date, that many minutes before noon.
func entry(guid, title string, minutes int) feed.Entry {
	return feed.Entry{
		GUID: guid, Title: title, Text: "text of " + title, Keys: []string{"g" + guid, "t" + title},
		Published: noon().Add(-time.Duration(minutes) * time.Minute), PublishedSource: event.PublishedFeed,
	}
}

func undated(guid, title string, at time.Time) feed.Entry {
	e := entry(guid, title, 0)
	e.Published, e.PublishedSource = at, event.PublishedFetched
	return e
}

func doc(entries ...feed.Entry) *feed.Document { return &feed.Document{Items: entries} }

func fetched(at time.Time) Fetch { return Fetch{Feed: "f", Time: at, Window: time.Hour} }

// told writes changes as "title/revision/backlog".
func told(changes []Change) string {
	var parts []string
	for _, c := range changes {
		parts = append(parts, fmt.Sprintf("%s/%d/%t", c.Entry.Title, c.Revision, c.Backlog))
	}
	return strings.Join(parts, " ")
}

func take(t *testing.T, s *State, d *feed.Document, at time.Time, want string) []Change {
	t.Helper()
	changes, changed := s.Take(d, fetched(at))
	if got := told(changes); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(changes) > 0 && !changed {
		t.Error("there are changes, but the state is said to be unchanged")
	}
	return changes
}

func TestFault35FirstFetch(t *testing.T) {
	var s State
	clamped := entry("c", "clamped", 5)
	clamped.PublishedSource = event.PublishedClamped
	take(t, &s, doc(entry("n", "now", 1), clamped, entry("h", "hour", 59), entry("o", "old", 61), undated("u", "undated", noon())), noon(),
		"old/0/true hour/0/false clamped/0/true now/0/false undated/0/true")
	if !s.Begun.Equal(noon()) || len(s.Items) != 5 || !s.Item.Equal(noon().Add(-time.Minute)) || s.Gap.Round(time.Minute) != 30*time.Minute {
		t.Errorf("got %+v", s)
	}
}

func TestTakeOnlyWhatIsNew(t *testing.T) {
	var s State
	first := take(t, &s, doc(entry("a", "A", 10)), noon(), "A/0/false")
	if changes, changed := s.Take(doc(entry("a", "A", 10)), fetched(noon().Add(time.Minute))); len(changes) > 0 || changed {
		t.Errorf("the same again: got %v, %t", changes, changed)
	}
	later := noon().Add(time.Hour)
	take(t, &s, doc(undated("x", "X", later), entry("b", "B", 5), entry("a", "A", 10)), later, "B/0/false X/0/false")
	edited := entry("a", "A", 10)
	edited.Text = "other words"
	second := take(t, &s, doc(entry("b", "B", 5), edited), later.Add(time.Minute), "A/1/false")
	if second[0].ID != first[0].ID || !second[0].First.Equal(noon()) || second[0].Hash == first[0].Hash {
		t.Errorf("got %+v after %+v", second[0], first[0])
	}
	take(t, &s, doc(entry("b", "B", 5), edited, undated("x", "X", later)), later.Add(2*time.Minute), "") // X came back
}

func TestFault34AnUndatedItemKeepsItsDate(t *testing.T) {
	var s State
	take(t, &s, doc(entry("a", "A", 1)), noon(), "A/0/false")
	seen := noon().Add(time.Minute)
	take(t, &s, doc(undated("u", "U", seen)), seen, "U/0/false")
	edited := undated("u", "U", seen.Add(time.Hour))
	edited.Text = "other words"
	got := take(t, &s, doc(edited), seen.Add(time.Hour), "U/1/false")
	if !got[0].Entry.Published.Equal(seen) {
		t.Errorf("published %s, want %s", got[0].Entry.Published, seen)
	}
}

func TestFault30ItemsAreKnownAgainByTheirKeys(t *testing.T) {
	var s State
	first := take(t, &s, doc(entry("g1", "Same title", 1)), noon(), "Same title/0/false")
	take(t, &s, doc(entry("g2", "Same title", 1)), noon().Add(time.Minute), "")
	if s.Items[0].ID != first[0].ID || s.Items[0].Keys[0] != "gg2" {
		t.Errorf("got %+v", s.Items)
	}
}

func TestTakeCountsOneOfTwoThatAreAlike(t *testing.T) {
	var s State
	other := entry("a", "A", 1)
	other.Text = "other words"
	for i := range 3 {
		want := ""
		if i == 0 {
			want = "A/0/false"
		}
		take(t, &s, doc(entry("a", "A", 1), other), noon().Add(time.Duration(i)*time.Minute), want)
	}
}

func TestFault31TextsThatAlwaysDifferAreCalmed(t *testing.T) {
	var s State
	revisions := 0
	for i := range 120 { // two hours
		e := entry("a", "A", 1)
		e.Text = fmt.Sprint("visitors: ", i)
		changes, _ := s.Take(doc(e), fetched(noon().Add(time.Duration(i)*time.Minute)))
		revisions += len(changes)
	}
	if want := 1 + freeRevisions + 3; revisions != want {
		t.Errorf("%d revisions in two hours, want %d", revisions, want)
	}
}

func TestTakePartialDocuments(t *testing.T) {
	var s State
	cut := doc(entry("a", "A", 300))
	cut.Partial = true
	take(t, &s, cut, noon(), "A/0/true")
	if s.Flag != FlagPartial || !s.Begun.IsZero() {
		t.Errorf("got %+v", s)
	}
	whole := s
	take(t, &whole, doc(entry("b", "B", 300), entry("a", "A", 300)), noon(), "B/0/true")
	cut.Items = append(cut.Items, entry("c", "C", 300))
	take(t, &s, cut, noon(), "C/0/true")
	if s.Begun.IsZero() {
		t.Error("a feed that is always cut never begins")
	}
	var nothing State
	none := doc()
	none.Partial = true
	take(t, &nothing, none, noon(), "")
	if !nothing.Begun.IsZero() {
		t.Error("a document cut before its first item counts as the first fetch")
	}
	take(t, &nothing, doc(entry("a", "A", 300)), noon(), "A/0/true")
}

func TestTakeEmptyFeed(t *testing.T) {
	var s State
	if _, changed := s.Take(doc(), fetched(noon())); !changed || s.Flag != FlagEmpty || s.Begun.IsZero() {
		t.Errorf("got %+v, %t", s, changed)
	}
	take(t, &s, doc(undated("a", "A", noon())), noon().Add(time.Minute), "A/0/false")
	if s.Flag != "" {
		t.Errorf("flag %q", s.Flag)
	}
}

func TestTakeForgets(t *testing.T) {
	var s State
	for i := range 400 {
		at := noon().Add(time.Duration(i) * time.Minute)
		e := entry(fmt.Sprint(i), fmt.Sprint("T", i), 0)
		e.Published = at
		s.Take(doc(e), fetched(at))
	}
	if want := 1 + 2 + keepExtra; len(s.Items) != want {
		t.Errorf("%d items are remembered, want %d", len(s.Items), want)
	}
	if s.Gap != time.Minute && s.Gap != 0 {
		t.Errorf("gap %s", s.Gap)
	}
	s.Take(doc(entry("new", "N", 0)), fetched(noon().Add(40*day)))
	if len(s.Items) != 1 {
		t.Errorf("%d items are remembered after 40 days", len(s.Items))
	}
	var large State
	var entries []feed.Entry
	for i := range 1000 {
		entries = append(entries, entry(fmt.Sprint(i), fmt.Sprint("T", i), i))
	}
	large.Take(doc(entries...), fetched(noon()))
	for i := range entries {
		entries[i] = entry(fmt.Sprint("b", i), fmt.Sprint("B", i), i)
	}
	large.Take(doc(entries...), fetched(noon()))
	large.Take(doc(entry("z", "Z", 0)), fetched(noon()))
	data, err := large.Encode()
	if err != nil || len(data) > 900<<10 || len(large.Items) != 103 {
		t.Errorf("%d items, %d bytes, %v", len(large.Items), len(data), err)
	}
}

func TestTakeRemembersTheLastSightByDay(t *testing.T) {
	var s State
	s.Take(doc(entry("a", "A", 0)), fetched(noon()))
	if _, changed := s.Take(doc(entry("a", "A", 0)), fetched(noon().Add(2*day))); !changed || s.Items[0].Last != noon().Add(2*day).Unix() {
		t.Errorf("got %+v, %t", s.Items, changed)
	}
}

func TestRepublish(t *testing.T) {
	var s State
	changes := take(t, &s, doc(entry("a", "A", 1), entry("b", "B", 2)), noon(), "B/0/false A/0/false")
	s.Republish(&changes[1], 3)
	if changes[1].Revision != 3 || s.Items[0].Revision != 3 || s.Items[1].Revision != 0 {
		t.Errorf("got %+v, %+v", changes, s.Items)
	}
}

func TestFailuresAndSuccess(t *testing.T) {
	var s State
	s.Fail(noon(), "dns", 0)
	s.Fail(noon().Add(time.Minute), "dns", 0)
	if s.Class != "dns" || s.Failures != 2 {
		t.Error("the class is news once")
	}
	s.Said = "dns"
	if s.Fail(noon().Add(2*time.Minute), "http_503", time.Hour); s.Said != "dns" || s.Failures != 3 || !s.Since.Equal(noon()) {
		t.Errorf("got %+v", s)
	}
	now := noon().Add(32 * time.Minute)
	if got := s.Asleep(now); got != 30*time.Minute {
		t.Errorf("asleep for %s", got)
	}
	if f := s.Facts(now, 0); f.Failures != 3 || f.RetryAfter != 30*time.Minute {
		t.Errorf("got %+v", f)
	}
	if !s.Succeed(now) || s.Failures != 0 || s.Class != "" || !s.Since.IsZero() || s.Asleep(now) != 0 || !s.Success.Equal(now) {
		t.Errorf("got %+v", s)
	}
	if later := now.Add(48 * time.Hour); s.Succeed(later) || !s.Success.Equal(later) {
		t.Errorf("a success after a success is worth a write, or is not known: %s", s.Success)
	}
}

func TestEnd(t *testing.T) {
	s := State{URL: "u", Config: "c"}
	s.Fail(noon(), "http_410", 0)
	s.End(noon())
	if got := s.Asleep(noon().Add(day)); got != poll.GoneRecheck-day {
		t.Errorf("asleep for %s", got)
	}
	if got := s.Asleep(noon().Add(-30 * time.Minute)); got != poll.GoneRecheck {
		t.Errorf("by a clock that is behind, asleep for %s", got)
	}
	if got := s.Asleep(noon().Add(-365 * day)); got != 0 {
		t.Errorf("after the clock was set back, asleep for %s: it would be for a year", got)
	}
	s.Adopt("u", "c")
	if s.Gone.IsZero() {
		t.Error("the end is forgotten")
	}
	s.Adopt("u", "other")
	if !s.Gone.IsZero() || s.Failures != 0 || s.Config != "other" {
		t.Errorf("after an edit: %+v", s)
	}
}

func TestAdoptAnotherAddress(t *testing.T) {
	var s State
	s.Adopt("one", "c1")
	s.ETag, s.Hash = "e", "h"
	take(t, &s, doc(entry("a", "A", 1)), noon(), "A/0/false")
	s.Adopt("two", "c2")
	if s.ETag != "" || s.Hash != "" || s.URL != "two" || s.Config != "c2" || !s.Begun.IsZero() || len(s.Items) != 1 {
		t.Errorf("got %+v", s)
	}
	take(t, &s, doc(entry("a", "A", 1), entry("o", "old", 100)), noon().Add(time.Minute), "old/0/true")
}

func TestFacts(t *testing.T) {
	s := State{Gap: time.Minute, TTL: time.Hour, Item: noon().Add(-time.Hour), SkipHours: []int{12}, SkipDays: []time.Weekday{time.Sunday}}
	want := poll.Facts{Gap: time.Minute, Silence: time.Hour, Hint: time.Hour, Idle: true}
	if got := s.Facts(noon(), time.Minute); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	want = poll.Facts{Gap: time.Minute, Silence: 2 * time.Hour, Hint: 2 * time.Hour}
	if got := s.Facts(noon().Add(time.Hour), 2*time.Hour); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := s.Facts(noon().Add(-day-time.Hour), 0); !got.Idle || got.Silence != 0 {
		t.Errorf("on a Sunday: got %+v", got)
	}
}

func TestEncodeAndDecode(t *testing.T) {
	var s State
	s.Adopt("u", "c")
	take(t, &s, doc(entry("a", "A", 1), undated("b", "B", noon())), noon(), "A/0/false B/0/true")
	s.ETag, s.MovedTo = `"e"`, "v"
	data, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(data)
	if err != nil || len(got.Items) != 0 {
		t.Errorf("the items were read before they are needed: %+v, %v", got, err)
	}
	if same, err := got.Encode(); err != nil || !bytes.Equal(same, data) {
		t.Errorf("stored without its items being read:\n%s, %v\nwant\n%s", same, err, data)
	}
	s.Version = version
	if err := errors.Join(got.Recall(), got.Recall()); err != nil || !reflect.DeepEqual(got, s) {
		t.Errorf("got\n%+v, %v\nwant\n%+v", got, err, s)
	}
	if _, err := Decode([]byte(`{"version":3}`)); !errors.Is(err, ErrVersion) {
		t.Errorf("a newer version: got %v", err)
	}
	if _, err := Decode([]byte(`{`)); err == nil {
		t.Error("damaged JSON was read")
	}
	if zero, err := Decode([]byte(`{}`)); err != nil || zero.URL != "" {
		t.Errorf("got %+v, %v", zero, err)
	}
}

func TestAHeadIsStoredOnlyWithItsItems(t *testing.T) {
	t.Parallel()
	var s State
	s.Adopt("u", "c")
	take(t, &s, doc(entry("a", "A", 1)), noon(), "A/0/false")
	whole, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	stored, err := Decode(whole)
	if err != nil {
		t.Fatal(err)
	}
	head := stored.Head()
	if !head.IsHead() || stored.IsHead() || head.Adopt("u", "c") {
		t.Errorf("got %+v of %+v", head, stored)
	}
	if _, err := head.Encode(); err == nil || head.Recall() == nil {
		t.Error("a state was used without its items")
	}
	if moved := head; !moved.Adopt("v", "c") || !moved.IsHead() {
		t.Errorf("at another address: %+v", moved)
	}
	head.Complete(stored)
	if again, err := head.Encode(); err != nil || !bytes.Equal(again, whole) {
		t.Errorf("got\n%s, %v\nwant\n%s", again, err, whole)
	}
}

// What looks like the beginning of the items is none within a text, and the list
// that version 1 wrote is read.
func TestDecodeFindsTheItems(t *testing.T) {
	in, err := State{URL: `u,"packed":"x`, ETag: `"}`, Items: []Known{{ID: `,"packed":"`, Keys: []string{`"}`}}}}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		string(in):                                    `u,"packed":"x/1`,
		`{"items":[{"id":"a"}],"url":"u"}`:            "u/1",
		`{"version":1,"url":"","items":[{"id":"a"}]}`: "/1",
		`{"url":"u","items":[]}`:                      "u/0",
		`{"url":"u","items":null}`:                    "u/0",
		`{"url":"u","packed":""}`:                     "u/0",
	} {
		s, err := Decode([]byte(text))
		if err := errors.Join(err, s.Recall()); err != nil || fmt.Sprint(s.URL, "/", len(s.Items)) != want {
			t.Errorf("%s: got %+v, %v", text, s, err)
		}
	}
	if _, err := Decode([]byte(`{"url":"u","items":[{"id":5}]}`)); err == nil {
		t.Error("a damaged list was read")
	}
	if s, err := Decode(in); err != nil || !s.Adopt("v", "") || s.Recall() != nil || len(s.Items) != 1 {
		t.Errorf("another address, the same items: %+v, %v", s, err)
	}
}

func TestTellKnowsTheTextsOfOtherArticles(t *testing.T) {
	s := State{Items: []Known{{ID: "a"}, {ID: "b"}}}
	for _, c := range [][2]string{{"a", "x"}, {"a", "x"}, {"unknown", "y"}} {
		if !s.Tell(c[0], c[1]) {
			t.Errorf("the text %s of %s is refused", c[1], c[0])
		}
	}
	if s.Tell("b", "x") || s.Items[1].Article != "" {
		t.Error("another item's text is taken")
	}
	data, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(data)
	if err := errors.Join(err, again.Recall()); err != nil || again.Tell("b", "x") || !again.Tell("b", "z") {
		t.Errorf("after it was stored: %+v, %v", again, err)
	}
}

// An item with the mark of a known one is that one, whatever is read from it.
func TestMarkedItemsAreKnown(t *testing.T) {
	var s State
	marked := func(title string, mark uint64) feed.Entry {
		e := entry("a", title, 10)
		e.Mark = mark
		return e
	}
	take(t, &s, doc(marked("A", 7)), noon(), "A/0/false")
	if known := s.Marked(); !known(7) || known(8) || known(0) {
		t.Error("the mark is not remembered, or too many are")
	}
	take(t, &s, doc(marked("A, read otherwise", 7)), noon().Add(time.Minute), "")
	take(t, &s, doc(marked("B", 8)), noon().Add(2*time.Minute), "B/1/false")
	if known := s.Marked(); known(7) || !known(8) {
		t.Error("the mark is not that of the latest revision")
	}
}

// An item whose text was not read is the one with its mark, even if it is known by what another
// one had, and never one without a text.
func TestUnreadItemsAreThoseWithTheirMark(t *testing.T) {
	var s State
	marked := func(guid string, mark uint64, keys ...string) feed.Entry {
		e := entry(guid, guid, 10)
		e.Mark, e.Keys = mark, keys
		return e
	}
	unread := func(e feed.Entry) feed.Entry {
		e.Text, e.Unread = "", true
		return e
	}
	take(t, &s, doc(marked("a", 7, "1"), marked("b", 8, "2")), noon(), "a/0/false b/0/false")
	for name, d := range map[string]*feed.Document{
		"as they were":            doc(unread(marked("a", 7, "1")), unread(marked("b", 8, "2"))),
		"by each other's keys":    doc(unread(marked("a", 7, "2")), unread(marked("b", 8, "1"))),
		"by none that are known":  doc(unread(marked("a", 7, "3")), unread(marked("b", 8, "4"))),
		"one of them twice":       doc(unread(marked("a", 7, "1")), unread(marked("a", 7, "5"))),
		"with a mark of nobody's": doc(unread(marked("c", 9, "6"))),
	} {
		t.Run(name, func(t *testing.T) {
			was := s
			take(t, &was, d, noon().Add(time.Minute), "")
			if len(was.Items) != 2 {
				t.Errorf("%d items are known", len(was.Items))
			}
		})
	}
}

// A revision that is put off is not forgotten: its mark is not known yet.
func TestPutOffRevisionHasNoMark(t *testing.T) {
	var s State
	at := noon()
	for i := range freeRevisions + 2 {
		e := entry("a", fmt.Sprint(i), 10)
		e.Mark = uint64(i + 1)
		at = at.Add(time.Minute)
		s.Take(doc(e), fetched(at))
	}
	if s.Items[0].Revision != freeRevisions || s.Marked()(freeRevisions+2) {
		t.Fatalf("got %+v", s.Items[0])
	}
	e := entry("a", fmt.Sprint(freeRevisions+1), 10)
	e.Mark = freeRevisions + 2
	take(t, &s, doc(e), at.Add(calmRevision), fmt.Sprintf("%d/%d/false", freeRevisions+1, freeRevisions+1))
}
