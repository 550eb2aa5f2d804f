package rhythm

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

const (
	minute = time.Minute
	hour   = time.Hour
	day    = 24 * hour
)

// monday is a Monday at midnight.
func monday() time.Time { return time.Date(2010, 5, 24, 0, 0, 0, 0, time.UTC) }

// office is an outlet that publishes every half an hour from 6 to 18 h on weekdays.
func office(from time.Time, days int) (times []time.Time) {
	for t := from; t.Before(from.Add(time.Duration(days) * day)); t = t.Add(30 * minute) {
		if t.Hour() >= 6 && t.Hour() < 18 && t.Weekday() != time.Saturday && t.Weekday() != time.Sunday {
			times = append(times, t)
		}
	}
	return times
}

// watch shows the times to a profile as they come, an hour at a time.
func watch(p *Profile, times []time.Time, from, to time.Time) {
	for now := from.Add(hour); !now.After(to); now = now.Add(hour) {
		var came []time.Time
		for _, t := range times {
			if t.After(now.Add(-hour)) && !t.After(now) {
				came = append(came, t)
			}
		}
		p.Observe(came, now, minute, true)
	}
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within {
		t.Errorf("%s: got %.3f, want %.3f", what, got, want)
	}
}

func TestLearnsHoursAndWeekdays(t *testing.T) {
	var p Profile
	watch(&p, office(monday(), 28), monday(), monday().Add(28*day))
	noon, night, sunday := monday().Add(28*day+12*hour), monday().Add(28*day+2*hour), monday().Add(27*day+12*hour)
	if p.Factor(noon) < 2 || p.Factor(night) > 0.5 || p.Factor(sunday) > 0.35 || p.Factor(sunday) >= p.Factor(noon)/8 {
		t.Errorf("noon %.2f, night %.2f, Sunday noon %.2f", p.Factor(noon), p.Factor(night), p.Factor(sunday))
	}
	near(t, "arrivals expected in a week", p.Expected(p.Span(monday().Add(21*day), monday().Add(28*day))), 120, 25)
	if p.Longest > 30*hour {
		t.Errorf("a weekend is %s long by the feed's clock", p.Longest)
	}
}

func TestStaysFlatWithoutEvidence(t *testing.T) {
	var none Profile
	if none.Factor(monday()) != 1 || none.Span(monday(), monday().Add(90*minute)) != 90*minute || none.Expected(hour) != 0 || none.Arrivals() != 0 {
		t.Error("a feed never seen has no rhythm")
	}
	var p Profile // six arrivals in an afternoon
	p.Observe(office(monday().Add(12*hour), 1)[:6], monday().Add(15*hour), minute, true)
	for h := range 24 {
		if f := p.Factor(monday().Add(time.Duration(h) * hour)); f < 0.75 || f > 1.34 {
			t.Errorf("hour %d has the factor %.2f", h, f)
		}
	}
	// A steady feed stays steady, however long it is watched.
	random := rand.New(rand.NewPCG(1, 2))
	var steady Profile
	var times []time.Time
	for at := monday(); at.Before(monday().Add(40 * day)); at = at.Add(time.Duration(random.ExpFloat64() * float64(20*minute))) {
		times = append(times, at)
	}
	watch(&steady, times, monday(), monday().Add(40*day))
	for h := range 24 * 7 {
		if f := steady.Factor(monday().Add(time.Duration(h) * hour)); f < 0.6 || f > 1.6 {
			t.Errorf("hour %d of the week has the factor %.2f", h, f)
		}
	}
	near(t, "arrivals expected in an hour", steady.Expected(hour), 3, 0.3)
}

func TestBurstsAndBackfillsAreNoRhythm(t *testing.T) {
	times := office(monday(), 14)
	var plain, burst, archive Profile
	watch(&plain, times, monday(), monday().Add(14*day))
	noisy := slices.Clone(times)
	for i := range 500 { // fifty stories at once, ten times
		noisy = append(noisy, times[10*(i%10)+1].Add(time.Duration(i/10)*time.Second))
	}
	watch(&burst, noisy, monday(), monday().Add(14*day))
	near(t, "arrivals with bursts", burst.Arrivals(), plain.Arrivals(), 1)

	watch(&archive, times, monday(), monday().Add(14*day))
	var old []time.Time
	for i := range 1000 {
		old = append(old, monday().Add(-day+time.Duration(i)*10*minute))
	}
	archive.Observe(append(old, monday().Add(20*day)), monday().Add(14*day+minute), minute, true) // and one of the future
	near(t, "arrivals with an archive", archive.Arrivals(), plain.Arrivals(), 0.1)
}

func TestFirstDocument(t *testing.T) {
	now := monday().Add(10 * day)
	var times []time.Time
	for i := range 30 {
		times = append(times, now.Add(-time.Duration(i)*hour))
	}
	var p, pinned, ancient Profile
	p.Observe(times, now, minute, false)
	pinned.Observe(append(slices.Clone(times), now.Add(-20*day), now.Add(-15*day)), now, minute, false)
	ancient.Observe(append(slices.Clone(times), now.Add(-3000*day)), now, minute, false)
	for name, got := range map[string]Profile{"plain": p, "pinned": pinned, "ancient": ancient} {
		if got.Begun != now.Add(-29*hour) || got.Last != now || math.Abs(got.Arrivals()-28.5) > 0.6 || got.Longest < 40*minute || got.Longest > 90*minute {
			t.Errorf("%s: %+v", name, got)
		}
	}
	var undated Profile
	undated.Observe(nil, now, minute, false)
	if !undated.Begun.IsZero() || !undated.Seen.IsZero() {
		t.Errorf("nothing was seen: %+v", undated)
	}
}

func TestATimeWithoutWatchIsNoSilence(t *testing.T) {
	var watched, away Profile
	times := office(monday(), 7)
	watch(&watched, times, monday(), monday().Add(7*day))
	away = watched
	back := monday().Add(14*day + 10*hour) // a week later, with nothing of it in the document
	came := []time.Time{back.Add(-hour), back.Add(-30 * minute), back}
	watched.Observe(came, back, minute, true)
	away.Observe(came, back, minute, false)
	if away.Longest > watched.Longest || away.Expected(hour) < 1.2*watched.Expected(hour) {
		t.Errorf("a week without watch counts as silence: longest %s and %s", away.Longest, watched.Longest)
	}
}

func TestOldEvidenceFades(t *testing.T) {
	var p Profile
	watch(&p, office(monday(), 14), monday(), monday().Add(14*day))
	before, longest := p.Arrivals(), p.Longest
	p.Observe(nil, monday().Add(14*day).Add(halfLife), minute, true)
	near(t, "half of the arrivals", p.Arrivals(), before/2, 0.1)
	near(t, "half of the longest pause", float64(p.Longest), float64(longest)/2, float64(minute))
}

func TestTheMemoryIsBounded(t *testing.T) {
	var p Profile
	watch(&p, office(monday(), 60), monday(), monday().Add(60*day))
	data, err := json.Marshal(p)
	if err != nil || len(data) > 1500 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	var again Profile
	if err := json.Unmarshal(data, &again); err != nil || again.Hours != p.Hours || again.Days != p.Days || !again.Last.Equal(p.Last) {
		t.Errorf("read back as %+v, %v", again, err)
	}
}

func TestGap(t *testing.T) {
	var flat Profile
	start := monday().Add(10 * hour)
	var times []time.Time
	for i := range 40 { // every minute lately, daily before
		step := minute
		if i > 20 {
			step = day
		}
		times = append(times, start.Add(-time.Duration(i)*step))
	}
	times[0], times[7] = times[7], times[0]
	for name, c := range map[string]struct {
		times  []time.Time
		window time.Duration
		want   time.Duration
	}{
		"faster lately":      {append(slices.Clone(times[25:35]), start, start.Add(minute), start.Add(2*minute), start.Add(3*minute), start.Add(4*minute)), time.Second, minute},
		"a little faster":    {[]time.Time{start, start.Add(hour), start.Add(2 * hour), start.Add(150 * minute), start.Add(3 * hour), start.Add(210 * minute), start.Add(4 * hour)}, time.Second, 40 * minute},
		"every minute":       {times, time.Second, minute},
		"one":                {times[:1], time.Second, 0},
		"none":               {nil, time.Second, 0},
		"one burst":          {[]time.Time{start, start, start.Add(time.Second)}, minute, 0},
		"with bursts":        {[]time.Time{start, start.Add(time.Second), start.Add(hour), start.Add(hour + time.Second), start.Add(2 * hour)}, minute, hour},
		"with a pinned item": {[]time.Time{start.Add(-900 * day), start, start.Add(hour), start.Add(2 * hour), start.Add(3 * hour)}, minute, 105 * minute},
	} {
		if got := flat.Gap(c.times, c.window); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
	var p Profile
	watch(&p, office(monday(), 28), monday(), monday().Add(28*day))
	weekend := []time.Time{monday().Add(25*day + 17*hour), monday().Add(28*day + 6*hour)}
	if got := p.Gap(weekend, minute); got > 30*hour {
		t.Errorf("from Friday evening to Monday morning it is %s by the feed's clock", got)
	}
}
