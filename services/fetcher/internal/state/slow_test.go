package state

import (
	"testing"
	"time"
)

// A feed that took long is slow for an hour, which is noted every ten minutes at most; another
// address is another feed.
func TestFault27SlowFeedsAreRemembered(t *testing.T) {
	s, now := State{URL: "https://outlet.example/rss"}, noon()
	if s.Took(now, 2*time.Second) || s.IsSlow(now) {
		t.Errorf("after two seconds: %+v", s)
	}
	if !s.Took(now, 4*time.Second) || !s.IsSlow(now.Add(59*time.Minute)) || s.IsSlow(now.Add(time.Hour)) {
		t.Errorf("after four seconds: %+v", s)
	}
	if s.Took(now.Add(9*time.Minute), 4*time.Second) || s.Took(now.Add(11*time.Minute), time.Millisecond) || !s.Slow.Equal(now) {
		t.Errorf("soon after: %+v", s)
	}
	if !s.Took(now.Add(11*time.Minute), 4*time.Second) {
		t.Error("eleven minutes later nothing is noted")
	}
	if back := now.Add(-24 * time.Hour); s.IsSlow(back) || !s.Took(back, 4*time.Second) || !s.IsSlow(back.Add(time.Minute)) {
		t.Errorf("after the clock was set back by a day: %+v", s)
	}
	s.Slow = now.Add(11 * time.Minute)
	data, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	stored, err := Decode(data)
	if err != nil || !stored.IsSlow(now.Add(time.Hour)) {
		t.Errorf("stored: %+v, %v", stored, err)
	}
	stored.Adopt(stored.URL, "poll: 1m")
	if head := stored.Head(); !head.IsSlow(now.Add(time.Hour)) {
		t.Errorf("asked in another way: %+v", head)
	}
	if stored.Adopt("https://outlet.example/new", ""); stored.IsSlow(now.Add(time.Hour)) {
		t.Errorf("at another address: %+v", stored)
	}
}
