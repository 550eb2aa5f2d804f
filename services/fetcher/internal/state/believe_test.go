package state

import (
	"testing"
	"time"
)

// A feed that brings nothing is asked without conditions now and then, the more seldom the
// longer it is silent; one that brings what it usually brings never.
func TestFault52Doubts(t *testing.T) {
	const longest = 15 * time.Minute
	still := func(silence, gap time.Duration) State {
		return State{ETag: `"e"`, Begun: noon().Add(-30 * day), Item: noon().Add(-silence), Gap: gap, Success: noon().Add(-longest)}
	}
	for _, c := range []struct {
		silence, gap time.Duration
		every        time.Duration // it is doubted once in this time on average; 0 for never
	}{
		{30 * time.Minute, time.Minute, 0},
		{90 * time.Minute, time.Minute, time.Hour},
		{6 * time.Hour, time.Minute, 3 * time.Hour},
		{6 * time.Hour, 8 * time.Hour, 0},
		{9 * time.Hour, 8 * time.Hour, 9 * time.Hour / 2},
		{20 * day, 8 * time.Hour, 12 * time.Hour},
		{2 * time.Hour, 0, time.Hour},
	} {
		s := still(c.silence, c.gap)
		part := 0.0
		if c.every > 0 {
			part = float64(longest) / float64(c.every)
		}
		if part > 0 && !s.Doubts(noon(), longest, part-1e-6) || s.Doubts(noon(), longest, part+1e-6) {
			t.Errorf("silent for %s with a gap of %s it is not doubted once in %s", c.silence, c.gap, c.every)
		}
	}
	empty := State{ETag: `"e"`, Begun: noon().Add(-6 * time.Hour), Success: noon().Add(-longest)}
	if !empty.Doubts(noon(), longest, .05) {
		t.Error("a feed that never had an item is never doubted")
	}
	if s := still(day, time.Minute); s.Doubts(noon().Add(-time.Hour), longest, 0) {
		t.Error("a clock that was set back raises doubts")
	}
	away := still(day, time.Minute)
	if away.Success = noon().Add(-day); away.Doubts(noon(), longest, .2) {
		t.Error("a feed that could not be asked for a day is more doubtful for it")
	}
	tried := still(day, time.Minute)
	if tried.Tried = noon(); tried.Doubts(noon(), longest, 0) {
		t.Error("a trial is disturbed by doubts")
	}
}

func TestFault52Believed(t *testing.T) {
	for want, s := range map[bool]State{false: {}, true: {LastModified: "x"}} {
		if s.Believed(noon()) != want {
			t.Errorf("%+v", s)
		}
	}
	s := State{ETag: `"e"`}
	if s.Convict(noon()) {
		t.Error("it lied although nothing was tried")
	}
	s.Tried = noon().Add(-29 * time.Minute)
	if s.Convict(noon()) || s.Tried.IsZero() || !s.Lied.IsZero() {
		t.Errorf("what a cache had kept was a lie: %+v", s)
	}
	back := State{Tried: noon().Add(day)}
	if !back.Convict(noon()) {
		t.Error("a clock that was set back leaves it on trial for ever")
	}
	s.Tried = noon().Add(-30 * time.Minute)
	if !s.Convict(noon()) || !s.Tried.IsZero() || s.Believed(noon().Add(29*day)) || s.Believed(noon().Add(-29*day)) || !s.Believed(noon().Add(30*day)) {
		t.Errorf("got %+v", s)
	}
}
