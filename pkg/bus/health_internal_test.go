package bus

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestStalls(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	after := func(seconds int) time.Time { return now.Add(time.Duration(seconds) * time.Second) }
	full := errors.New("disk full")
	var s stalls
	told := func(second int) bool { return s.check(after(second)) != nil }
	if told(0) {
		t.Error("told before anything failed")
	}
	s.failed(Items, after(0), full)
	if told(5) {
		t.Error("told after five seconds")
	}
	s.failed(Items, after(9), full)
	if err := s.check(after(12)); !errors.Is(err, full) || !strings.Contains(err.Error(), "ITEMS for 12s") {
		t.Errorf("after twelve seconds: %v", err)
	}
	if told(100) {
		t.Error("told long after the last failure")
	}
	s.failed(Items, after(100), full)
	if told(105) {
		t.Error("a new failure counts from the old one")
	}
	s.failed(Poll, after(100), full)
	s.worked(Items)
	if err := s.check(after(115)); err == nil || !strings.Contains(err.Error(), "POLL") {
		t.Errorf("another stream: %v", err)
	}
	s.worked(Poll)
	if told(115) {
		t.Error("told after it worked")
	}
}
