// Package digest is the desk's daily and weekly summaries: when each is due, and
// what it says of the incidents, regions and feeds of its period. It is pure; the
// caller gives the time and what happened.
package digest

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"faultline/pkg/config"
	"faultline/services/alerter/internal/notify"

	"github.com/netresearch/go-cron"
)

// Config is one digest.
type Config struct {
	// Name tells the digest from others and is in its title: letters, digits, "-"
	// and "_".
	Name string `yaml:"name"`
	// Schedule is when it is sent, in the five fields of cron (minute, hour, day,
	// month, weekday) or as @daily, @weekly or @monthly.
	Schedule string `yaml:"schedule"`
	// TimeZone is where the clock of the schedule hangs: Asia/Bishkek. UTC when
	// empty.
	TimeZone string `yaml:"time_zone"`
	// Receiver is the receiver of alerting.yaml that gets it.
	Receiver string `yaml:"receiver"`
	// Matchers choose the incidents that it tells of by their labels, as in
	// alerting.yaml: severity=~"high|critical". All of them without one.
	Matchers []string `yaml:"matchers"`
}

// Digest is a configured digest, ready to use.
type Digest struct {
	Config
	schedule cron.Schedule
	zone     *time.Location
	matchers notify.Matchers
}

// Problem is a setting that cannot be: Key is its name in the file.
type Problem struct{ Key, Message, Remedy string }

// New checks a digest, and says all that is wrong with it.
func New(c Config) (d *Digest, faults []Problem) {
	d = &Digest{Config: c}
	bad := func(wrong bool, key, remedy, format string, args ...any) {
		if wrong {
			faults = append(faults, Problem{key, fmt.Sprintf(format, args...), remedy})
		}
	}
	bad(!named(c.Name), "name", "write 1 to 40 letters, digits, - and _, such as daily", "%q is no name of a digest", c.Name)
	bad(c.Receiver == "", "receiver", "name a receiver of "+notify.File, "nobody gets it")
	var err error
	d.zone, err = time.LoadLocation(cmp.Or(c.TimeZone, "UTC"))
	bad(err != nil || c.TimeZone == "Local", "time_zone", "write a name such as Asia/Bishkek, or UTC", "%q is no time zone", c.TimeZone)
	d.schedule, err = parse(c.Schedule)
	if err == nil && (strings.Contains(c.Schedule, "=") || strings.HasPrefix(strings.ToLower(strings.TrimSpace(c.Schedule)), "@every")) { // TZ=Asia/Bishkek, @every 1h
		err = errors.New("a zone stands in time_zone, and a span is no time of day")
	}
	bad(err != nil, "schedule", `write minute, hour, day, month and weekday, such as "0 7 * * *", or @daily or @weekly`, "%q: %v", c.Schedule, err)
	if err == nil {
		bad(d.schedule.Next(time.Unix(0, 0)).IsZero(), "schedule", "write a day that there is", "%q never comes", c.Schedule)
	}
	for i, text := range c.Matchers {
		key := config.Index("matchers", i)
		m, err := notify.ParseMatchers(text)
		bad(err != nil, key, `write them as in `+notify.File+`: severity=~"high|critical"`, "%v", err)
		bad(m.Names("change"), key, `match severity, region or another label that lasts`, `an incident of a digest has no label "change"`)
		d.matchers = append(d.matchers, m...)
	}
	return d, faults
}

// parse reads the five fields of cron, or a word for them.
func parse(schedule string) (cron.Schedule, error) {
	p, err := cron.TryNewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor)
	if err != nil {
		return nil, fmt.Errorf("making the reader of schedules: %w", err)
	}
	return p.Parse(schedule)
}

func named(name string) bool {
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' {
			return false
		}
	}
	return name != "" && len(name) <= 40
}

// Clock is what decides when the digest is due, for telling whether it changed.
func (d *Digest) Clock() string { return d.Schedule + " " + d.zone.String() }

// Next is when the digest is due after a time. It is found on the face of the
// clock: a time of day that the clock skips in spring comes when that hour is over,
// and one that it shows twice in autumn comes once. (go-cron 0.9.1 counts hours
// instead, and misses a day where the clock is set by half of one.)
func (d *Digest) Next(after time.Time) time.Time {
	for face := on(after.In(d.zone), time.UTC); ; {
		if face = d.schedule.Next(face); face.IsZero() {
			return face
		}
		if next := first(face, d.zone); next.After(after) {
			return next.UTC()
		}
	}
}

// first is the first moment at which the clock of a zone shows a face.
func first(face time.Time, zone *time.Location) time.Time {
	t := on(face, zone)
	for _, back := range []time.Duration{time.Hour, time.Hour / 2} {
		if earlier := t.Add(-back); on(earlier.In(zone), time.UTC).Equal(face) {
			return earlier
		}
	}
	return t
}

// on is what the clock shows, in another zone.
func on(t time.Time, zone *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
}
