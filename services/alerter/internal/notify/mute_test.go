package notify_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"faultline/services/alerter/internal/notify"
)

const office = `
route:
  receiver: a
  routes:
  - {matchers: ['x="night"'], mute_time_intervals: [night]}
  - {matchers: ['x="office"'], active_time_intervals: [office]}
  - {matchers: ['x="berlin"'], mute_time_intervals: [berlin]}
  - {matchers: ['x="howe"'], active_time_intervals: [howe]}
  - {matchers: ['x="both"'], mute_time_intervals: [berlin, howe], active_time_intervals: [office, night]}
  - {matchers: ['x="dates"'], mute_time_intervals: [dates]}
  - {matchers: ['x="season"'], active_time_intervals: [season]}
  - {matchers: ['x="years"'], mute_time_intervals: [years]}
receivers: [{name: a}]
time_intervals:
- {name: night, time_intervals: [{times: [{start_time: '22:00', end_time: '24:00'}, {start_time: '00:00', end_time: '06:00'}], location: Asia/Bishkek}]}
- {name: office, time_intervals: [{times: [{start_time: '09:00', end_time: '17:00'}], weekdays: ['monday:friday'], location: Asia/Bishkek}]}
- {name: berlin, time_intervals: [{times: [{start_time: '01:30', end_time: '03:10'}], location: Europe/Berlin}, {weekdays: ['sunday'], location: Europe/Berlin}]}
- {name: howe, time_intervals: [{times: [{start_time: '02:10', end_time: '02:40'}, {start_time: '12:00', end_time: '12:01'}], location: Australia/Lord_Howe}]}
- {name: dates, time_intervals: [{days_of_month: ['-1'], months: ['february', 'december']}, {years: ['2027']}]}
- {name: season, time_intervals: [{months: ['may:september'], weekdays: ['monday:friday'], times: [{start_time: '09:00', end_time: '17:00'}], location: Europe/Berlin}]}
- {name: years, time_intervals: [{years: ['2026:2030']}]}
`

// mutedConfig has routes that are muted in all the ways that intervals can be written.
func mutedConfig(t testing.TB) *notify.Config {
	t.Helper()
	c, err := notify.Load(dir(office), notify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The end of a mute is the first minute in which the route is not muted, whatever its
// intervals are, and also on days on which clocks are set.
func TestTheEndOfAMuteIsItsFirstFreeMinute(t *testing.T) {
	c := mutedConfig(t)
	random := rand.New(rand.NewPCG(1, 2))
	days := []time.Time{
		time.Date(2026, 3, 28, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC), // the clocks of Berlin
		time.Date(2026, 4, 4, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 3, 0, 0, 0, 0, time.UTC), // of Lord Howe, by half an hour
		time.Date(2028, 2, 27, 0, 0, 0, 0, time.UTC), time.Date(2026, 12, 30, 0, 0, 0, 0, time.UTC), time.Date(2026, 5, 14, 0, 0, 0, 0, time.UTC),
	}
	for _, name := range []string{"night", "office", "berlin", "howe", "both", "dates", "season", "years"} {
		r, held := c.Match(map[string]string{"x": name})[0], 0
		for range 60 {
			now := days[random.IntN(len(days))].Add(time.Duration(random.IntN(48*3600)) * time.Second)
			until, muted, err := c.Muted(r, now)
			if err != nil {
				t.Fatal(err)
			}
			if !muted {
				continue
			}
			held++
			want, step := now.Truncate(time.Minute), time.Minute
			for still := true; still && want.Sub(now) < notify.MaxHold; {
				if want.Sub(now) > 48*time.Hour {
					step = 20 * time.Minute // what is muted for so long is free for longer
				}
				want = want.Add(step)
				if still, err = c.Mutes(r, want); err != nil {
					t.Fatal(err)
				}
			}
			for free := true; free && step > time.Minute; { // back to the first free minute
				still, err := c.Mutes(r, want.Add(-time.Minute))
				if free = !still; err != nil {
					t.Fatal(err)
				}
				if free {
					want = want.Add(-time.Minute)
				}
			}
			if want.Sub(now) > notify.MaxHold {
				want = now.Add(notify.MaxHold)
			}
			if !until.Equal(want) {
				t.Errorf("%s at %s: until %s, want %s", name, now, until, want)
			}
		}
		if held == 0 {
			t.Errorf("%s is never muted", name)
		}
	}
}

// The end of a mute is looked up for each notification that it holds back.
func BenchmarkMuted(b *testing.B) {
	c := mutedConfig(b)
	for name, at := range map[string]time.Time{"night": time.Date(2026, 5, 14, 16, 5, 20, 0, time.UTC), "office": time.Date(2026, 5, 15, 11, 5, 20, 0, time.UTC)} {
		r := c.Match(map[string]string{"x": name})[0]
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, muted, err := c.Muted(r, at); !muted || err != nil {
					b.Fatal(muted, err)
				}
			}
		})
	}
}
