package state

import (
	"fmt"
	"testing"
	"time"

	"faultline/services/fetcher/internal/feed"
	"faultline/services/fetcher/internal/push"
)

func pushed(at time.Time) Fetch {
	f := fetched(at)
	f.Pushed = true
	return f
}

// long is a document of n items, the newest first.
func long(n int) *feed.Document {
	d := doc()
	for i := range n {
		d.Items = append(d.Items, entry(fmt.Sprint(i), fmt.Sprint("story ", i), i))
	}
	return d
}

// A hub may send what is new alone: what the document lacks has not left the
// feed, and must not be news when the next poll brings it.
func TestAPushedDocumentForgetsNothing(t *testing.T) {
	var s State
	s.Take(long(600), fetched(noon()))
	s.TTL, s.Flag, s.Gap = time.Hour, FlagPartial, time.Minute
	for i := range 20 {
		changes, changed := s.Take(doc(entry(fmt.Sprint("new", i), fmt.Sprint("new ", i), 0)), pushed(noon().Add(time.Second)))
		if len(changes) != 1 || !changed || changes[0].Backlog {
			t.Fatalf("push %d: %+v", i, changes)
		}
	}
	if len(s.Items) != 620 {
		t.Errorf("%d items are known", len(s.Items))
	}
	if s.TTL != time.Hour || s.Flag != FlagPartial || s.Gap != time.Minute {
		t.Errorf("a piece of the feed taught of the whole: %+v", s)
	}
	if changes, _ := s.Take(long(600), fetched(noon().Add(time.Minute))); len(changes) != 0 {
		t.Errorf("the poll repeats %d items", len(changes))
	}
	for range 3 {
		s.Take(long(1000), fetched(noon()))
		s.Take(doc(entry("x", "x", 0)), pushed(noon()))
	}
	if len(s.Items) > 2*keepAtMax+1 {
		t.Errorf("the memory is not bounded: %d", len(s.Items))
	}
}

func TestTheSamePushTwice(t *testing.T) {
	var s State
	s.Take(doc(entry("a", "A", 1)), fetched(noon()))
	d := doc(entry("b", "B", 0), entry("a", "A", 1))
	if changes, _ := s.Take(d, pushed(noon())); told(changes) != "B/0/false" {
		t.Errorf("got %s", told(changes))
	}
	if changes, changed := s.Take(d, pushed(noon())); len(changes) != 0 || changed {
		t.Errorf("got %s, changed %t", told(changes), changed)
	}
	if changes, changed := s.Take(doc(), pushed(noon())); len(changes) != 0 || changed || s.Flag != "" {
		t.Errorf("an empty one: %s, changed %t, flag %q", told(changes), changed, s.Flag)
	}
}

// Who is first with the news shows whether polls are needed as often.
func TestPingsProveThemselves(t *testing.T) {
	var s State
	s.Take(doc(entry("a", "A", 60)), fetched(noon()))
	for i, step := range []struct {
		f      Fetch
		newest string
		want   bool
	}{
		{pushed(noon()), "a", false}, // nothing new
		{pushed(noon()), "b", true},
		{fetched(noon()), "b", true}, // the poll finds what was pushed
		{fetched(noon()), "c", false},
		{pushed(noon()), "c", false}, // late
		{pushed(noon()), "d", true},
	} {
		s.Take(doc(entry(step.newest, step.newest, 0)), step.f)
		if got := !s.Pushed.IsZero(); got != step.want {
			t.Errorf("step %d: %t", i, got)
		}
	}
}

func TestOffers(t *testing.T) {
	var s State
	one := []push.Endpoint{{Kind: push.WebSub, Hub: "https://hub.example/", Topic: "https://outlet.example/"}}
	for i, step := range []struct {
		offer []push.Endpoint
		want  bool
	}{{nil, false}, {one, true}, {one, false}, {nil, true}} {
		if got := s.Offers(step.offer); got != step.want {
			t.Errorf("step %d: %t", i, got)
		}
	}
	s.Offers(one)
	data, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Decode(data); err != nil || len(got.Offer) != 1 || got.Offer[0] != one[0] {
		t.Errorf("got %+v, %v", got.Offer, err)
	}
	s.URL, s.Pushed = "https://outlet.example/", noon()
	if s.Adopt("https://other.example/", ""); s.Offer != nil || !s.Pushed.IsZero() {
		t.Errorf("what another address offered: %+v", s)
	}
}
