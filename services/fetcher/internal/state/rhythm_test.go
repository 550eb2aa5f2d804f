package state

import (
	"fmt"
	"testing"
	"time"

	"faultline/services/fetcher/internal/feed"
	"faultline/services/fetcher/internal/health"
)

// halfHourly is the document of a feed that publishes every half an hour, day and
// night, as it stands that many half hours after noon.
func halfHourly(n int) *feed.Document {
	d := &feed.Document{}
	for i := range 20 {
		d.Items = append(d.Items, entry(fmt.Sprint(n-i), fmt.Sprint("story ", n-i), -30*(n-i)))
	}
	return d
}

// after is so many half hours after noon.
func after(n int) time.Time { return noon().Add(time.Duration(n) * 30 * time.Minute) }

// watched is a feed that was read for so many half hours.
func watched(n int) *State {
	s := &State{}
	for i := range n + 1 {
		s.Take(halfHourly(i), fetched(after(i)))
		s.Succeed(after(i))
	}
	return s
}

const tenDays = 10 * 48

func TestAFeedGoesQuietByItsOwnMeasure(t *testing.T) {
	s := watched(tenDays)
	for hours, want := range map[int]health.State{0: health.Fine, 2: health.Fine, 6: health.Fine, 8: health.Quiet} {
		if got := health.Judge(s.Judged(after(tenDays + 2*hours))); got != want {
			t.Errorf("after %d hours of silence it is %s, want %s: %+v", hours, got, want, s.Judged(after(tenDays+2*hours)))
		}
	}
	if got := health.Judge(watched(48 * 3).Judged(after(48*3 + 20))); got != health.Fine {
		t.Errorf("a feed that is known for three days is %s", got)
	}
	s.Fail(after(tenDays+16), "timeout", 0)
	if got := health.Judge(s.Judged(after(tenDays + 16))); got != health.Fine {
		t.Errorf("silence while it cannot be read makes it %s", got)
	}
}

func TestTheSameItemsForEverAreStale(t *testing.T) {
	s := watched(tenDays)
	for i := 1; i <= 16; i++ { // the same items, in a document of other bytes
		s.Take(halfHourly(tenDays), fetched(after(tenDays+i)))
	}
	if got := health.Judge(s.Judged(after(tenDays + 16))); got != health.Stale || s.Rebuilt != 16 {
		t.Errorf("it is %s after %d documents", got, s.Rebuilt)
	}
	redated := halfHourly(tenDays)
	for i := range redated.Items {
		redated.Items[i].Published = after(tenDays + 17)
	}
	s.Take(redated, fetched(after(tenDays+17)))
	if got := health.Judge(s.Judged(after(tenDays + 17))); got != health.Stale {
		t.Errorf("with other dates on the same items it is %s", got)
	}
	s.Take(halfHourly(tenDays+18), fetched(after(tenDays+18)))
	if got := health.Judge(s.Judged(after(tenDays + 18))); got != health.Fine || s.Rebuilt != 0 {
		t.Errorf("with news it is %s, %d", got, s.Rebuilt)
	}
}

func TestAFeedThatWasEmptiedIsEmpty(t *testing.T) {
	var never State
	never.Take(doc(), fetched(noon()))
	s := watched(3)
	s.Take(doc(), fetched(after(4)))
	if never.Judged(noon()).Empty || !s.Judged(after(4)).Empty {
		t.Error("a feed that never had items is in order without any; one that had some is not")
	}
}

func TestAnotherAddressKeepsTheRhythmAndTheHealth(t *testing.T) {
	s := watched(48)
	s.Health.State = health.Quiet
	s.Adopt("https://example.org/new", "c")
	if s.Rhythm.Arrivals() < 40 || s.Health.State != health.Quiet {
		t.Errorf("got %+v", s.Rhythm)
	}
}

func TestQuietHoursAreAskedLess(t *testing.T) {
	var s State
	for day := range 21 { // ten items between noon and five
		s.Succeed(noon().Add(time.Duration(24*day-4) * time.Hour)) // read in vain
		for i := range 10 {
			at := noon().Add(time.Duration(day)*24*time.Hour + time.Duration(i)*30*time.Minute)
			s.Take(doc(entry(fmt.Sprint(day, i), fmt.Sprint("story ", day, i), -int(at.Sub(noon())/time.Minute))), fetched(at))
			s.Succeed(at)
		}
	}
	s.Gap = 2 * time.Hour // by the clock of the feed
	at := noon().Add(20 * 24 * time.Hour)
	busy, night := s.Facts(at.Add(2*time.Hour), 0), s.Facts(at.Add(14*time.Hour), 0)
	if busy.Gap > time.Hour || night.Gap < 4*time.Hour || night.Gap > 8*time.Hour {
		t.Errorf("a gap of %s in the afternoon and %s at night", busy.Gap, night.Gap)
	}
}
