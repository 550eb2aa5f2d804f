package digest

import (
	"strings"
	"testing"
	"time"
)

func daily() Config { return Config{Name: "daily", Schedule: "0 7 * * *", Receiver: "desk"} }

func TestFaultDigestsThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		change    func(*Config)
		key, want string
	}{
		"no name":       {func(c *Config) { c.Name = "" }, "name", "no name of a digest"},
		"a long name":   {func(c *Config) { c.Name = strings.Repeat("x", 41) }, "name", "no name"},
		"a dotted name": {func(c *Config) { c.Name = "a.b" }, "name", "no name"},
		"nobody":        {func(c *Config) { c.Receiver = "" }, "receiver", "nobody gets it"},
		"a zone":        {func(c *Config) { c.TimeZone = "Osh/Bazaar" }, "time_zone", "no time zone"},
		"this machine":  {func(c *Config) { c.TimeZone = "Local" }, "time_zone", "no time zone"},
		"no schedule":   {func(c *Config) { c.Schedule = "" }, "schedule", "empty"},
		"four fields":   {func(c *Config) { c.Schedule = "7 * * *" }, "schedule", "5 fields"},
		"seconds":       {func(c *Config) { c.Schedule = "0 0 7 * * *" }, "schedule", "5 fields"},
		"an hour":       {func(c *Config) { c.Schedule = "0 25 * * *" }, "schedule", "25"},
		"a zone within": {func(c *Config) { c.Schedule = "TZ=Asia/Bishkek 0 7 * * *" }, "schedule", "a zone stands in time_zone"},
		"a span, aloud": {func(c *Config) { c.Schedule = "@EVERY 1h" }, "schedule", ""},
		"a span":        {func(c *Config) { c.Schedule = "@every 1h" }, "schedule", "a span is no time of day"},
		"a day":         {func(c *Config) { c.Schedule = "0 7 30 2 *" }, "schedule", "never comes"},
		"matchers":      {func(c *Config) { c.Matchers = []string{"severity=high", "severity"} }, "matchers[1]", "is no matcher"},
		"a change":      {func(c *Config) { c.Matchers = []string{"change=new"} }, "matchers[0]", `no label "change"`},
	} {
		bad := daily()
		c.change(&bad)
		_, faults := New(bad)
		if len(faults) != 1 || faults[0].Key != c.key || !strings.Contains(faults[0].Message, c.want) || faults[0].Remedy == "" {
			t.Errorf("%s: %+v, want %s: %s", name, faults, c.key, c.want)
		}
	}
	for _, schedule := range []string{"@daily", "@weekly", "@monthly", "@midnight", "30 6 * * MON-FRI", "0 */6 * * *", "0 8 1,15 * *", "0 8 1 may *", "0 8 1 jan-jul *", "@yearly"} {
		good := daily()
		good.Schedule, good.TimeZone, good.Matchers = schedule, "Asia/Bishkek", []string{`severity=~"high|critical"`, `region!="unplaced"`}
		if _, faults := New(good); len(faults) > 0 {
			t.Errorf("%s: %v", schedule, faults)
		}
	}
}

// The clock is the zone's, also where it is set on or back in the night.
func TestNextByTheClock(t *testing.T) {
	for name, c := range map[string]struct {
		schedule, zone, after string
		want                  []string
	}{
		"utc":        {"0 7 * * *", "", "2026-05-01T07:00:00Z", []string{"2026-05-02T07:00:00Z", "2026-05-03T07:00:00Z"}},
		"east":       {"0 7 * * *", "Asia/Bishkek", "2026-05-01T00:59:00Z", []string{"2026-05-01T01:00:00Z", "2026-05-02T01:00:00Z"}},
		"weekly":     {"0 8 * * MON", "Europe/Berlin", "2026-10-20T00:00:00Z", []string{"2026-10-26T07:00:00Z", "2026-11-02T07:00:00Z"}},
		"set on":     {"30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", []string{"2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"}},
		"set back":   {"30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", []string{"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}},
		"every hour": {"0 * * * *", "Europe/Berlin", "2026-10-24T23:30:00Z", []string{"2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z"}},
		"half hours": {"0 7 * * *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", []string{"2026-04-04T20:30:00Z"}},
	} {
		config := daily()
		config.Schedule, config.TimeZone = c.schedule, c.zone
		d, faults := New(config)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		at, err := time.Parse(time.RFC3339, c.after)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			if at = d.Next(at); at.Format(time.RFC3339) != want {
				t.Errorf("%s: %s, want %s", name, at.Format(time.RFC3339), want)
			}
		}
	}
}
