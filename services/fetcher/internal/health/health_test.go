package health

import (
	"testing"
	"time"
)

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * hour
)

func start() time.Time { return time.Date(2010, 5, 24, 10, 0, 0, 0, time.UTC) }

// silent is a feed whose silence is improbable by all that is known of it.
func silent() Facts {
	return Facts{Silence: 10 * hour, Expected: 20, Pauses: 2, Arrivals: 100, Watched: 20 * day}
}

func TestJudge(t *testing.T) {
	with := func(change func(*Facts)) Facts {
		f := silent()
		change(&f)
		return f
	}
	for name, c := range map[string]struct {
		facts Facts
		want  State
	}{
		"nothing known":       {Facts{}, Fine},
		"silent":              {silent(), Quiet},
		"rebuilt":             {with(func(f *Facts) { f.Rebuilt = 10 }), Stale},
		"rebuilt a few times": {with(func(f *Facts) { f.Rebuilt = 9 }), Quiet},
		"rebuilt, with news":  {Facts{Rebuilt: 1000}, Fine},
		"could be chance":     {with(func(f *Facts) { f.Expected = 13 }), Fine},
		"paused so before":    {with(func(f *Facts) { f.Pauses = 1.4 }), Fine},
		"two hours":           {with(func(f *Facts) { f.Silence = 2 * hour }), Fine},
		"few arrivals":        {with(func(f *Facts) { f.Arrivals = 19 }), Fine},
		"no weekend seen":     {with(func(f *Facts) { f.Watched = 7 * day }), Fine},
		"two failures":        {Facts{Failures: 2}, Fine},
		"three failures":      {with(func(f *Facts) { f.Failures = 3 }), Failing},
		"empty":               {with(func(f *Facts) { f.Empty = true }), Empty},
		"empty and failing":   {Facts{Empty: true, Failures: 3}, Failing},
		"gone":                {Facts{Gone: true, Failures: 9}, Gone},
	} {
		if got := Judge(c.facts); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// step is a moment, and whether it is to tell something.
type step struct {
	after time.Duration
	facts Facts
	told  bool
	state State
}

func play(t *testing.T, r *Record, steps []step) {
	t.Helper()
	for i, s := range steps {
		told, changed := r.Step(s.facts, start().Add(s.after))
		if told != s.told || r.Current() != s.state || told && !changed {
			t.Errorf("step %d: told %v, stored %v, %s; want %v, %s", i, told, changed, r.Current(), s.told, s.state)
		}
	}
}

func TestEachChangeIsToldOnce(t *testing.T) {
	failing := Facts{Failures: 4}
	var r Record
	play(t, &r, []step{
		{0, Facts{}, false, Fine},
		{minute, failing, false, Fine},
		{4 * minute, failing, false, Fine},
		{6 * minute, failing, true, Failing},
		{7 * minute, failing, false, Failing},
		{60 * minute, Facts{}, false, Failing}, // read again
		{69 * minute, Facts{}, false, Failing},
		{70 * minute, Facts{}, true, Fine},
		{80 * minute, Facts{}, false, Fine},
	})
	if r.Since != start().Add(60*minute) {
		t.Errorf("in order since %s", r.Since)
	}
	var quiet Record
	play(t, &quiet, []step{
		{0, silent(), false, Fine}, // noted
		{minute, silent(), true, Quiet},
		{hour, silent(), false, Quiet},
		{2 * hour, Facts{Gone: true}, true, Gone},
		{3 * hour, Facts{Empty: true}, false, Gone},
		{4 * hour, Facts{Empty: true}, false, Gone}, // the third problem in a row takes longer
		{6 * hour, Facts{Empty: true}, true, Empty},
	})
}

func TestFlappingIsDamped(t *testing.T) {
	var r Record
	told := 0
	for i := range 48 * 4 { // half an hour down, half an hour up, for four days
		now := start().Add(time.Duration(i) * 30 * minute)
		facts := Facts{Failures: 4 * (i % 2)}
		for range 3 {
			if yes, _ := r.Step(facts, now); yes {
				told++
			}
			now = now.Add(9 * minute)
		}
	}
	if told == 0 || told > 20 {
		t.Errorf("told %d times of 96 failures", told)
	}
	// After a week in order the next failure is told as soon as the first one.
	at := start().Add(11 * day)
	r.Step(Facts{}, at.Add(-8*hour))
	r.Step(Facts{}, at.Add(-hour))
	if r.Current() != Fine {
		t.Fatalf("it is %s after days in order", r.Current())
	}
	r.Step(Facts{Failures: 3}, at)
	if yes, _ := r.Step(Facts{Failures: 3}, at.Add(6*minute)); !yes {
		t.Error("it is still damped a week later")
	}
}

func TestAPassingTroubleIsNotTold(t *testing.T) {
	var r Record
	play(t, &r, []step{{0, Facts{Failures: 3}, false, Fine}, {4 * minute, Facts{}, false, Fine}, {6 * minute, Facts{Failures: 3}, false, Fine}, {10 * minute, Facts{Failures: 3}, false, Fine}})
	if !r.Wait() || r.Wait() {
		t.Error("what was pending is forgotten once")
	}
	play(t, &r, []step{{12 * minute, Facts{Failures: 5}, false, Fine}})
	if _, changed := r.Step(Facts{Failures: 6}, start().Add(13*minute)); changed {
		t.Error("nothing changed, and it is stored")
	}
	if _, changed := r.Step(Facts{}, start().Add(14*minute)); !changed {
		t.Error("what was pending is over, and it is not stored")
	}
}

// What was pending by a clock that was years ahead is told once that clock is right.
func TestFault57ATroubleNotedByAClockThatWasAhead(t *testing.T) {
	var r Record
	failing := Facts{Failures: 3}
	r.Step(failing, start().Add(10*365*day))
	r.Flaps, r.Faded = 1, start().Add(10*365*day)
	if told, changed := r.Step(failing, start()); told || !changed {
		t.Errorf("told %t, changed %t", told, changed)
	}
	if told, _ := r.Step(failing, start().Add(11*minute)); !told || !r.Since.Equal(start()) {
		t.Errorf("not told, or of %s", r.Since)
	}
}

func TestBlind(t *testing.T) {
	at := func(h int) time.Time { return start().Add(time.Duration(h) * hour) }
	up := Record{}
	down := func(h int, s State) Record { return Record{State: s, Since: at(h)} }
	for name, c := range map[string]struct {
		sources []Record
		blind   bool
		since   time.Time
	}{
		"no source":           {nil, false, time.Time{}},
		"the only one":        {[]Record{down(1, Quiet)}, false, time.Time{}},
		"half":                {[]Record{down(1, Quiet), up}, false, time.Time{}},
		"both":                {[]Record{down(3, Quiet), down(1, Failing)}, true, at(3)},
		"three of five":       {[]Record{down(5, Gone), up, down(1, Stale), up, down(2, Empty)}, true, at(5)},
		"four of five":        {[]Record{down(5, Gone), up, down(1, Stale), down(9, Quiet), down(2, Empty)}, true, at(5)},
		"in order by its own": {[]Record{{State: Fine, Since: at(1)}, down(1, Quiet)}, false, time.Time{}},
	} {
		since, blind := Blind(c.sources)
		if blind != c.blind || !since.Equal(c.since) {
			t.Errorf("%s: %v since %s", name, blind, since)
		}
	}
}
