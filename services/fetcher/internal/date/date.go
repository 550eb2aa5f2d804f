// Package date reads the dates of feeds: RFC 822 and RFC 3339 as they should be,
// and what people and programs write in their place.
package date

import (
	"strings"
	"time"

	"faultline/pkg/event"
)

// longest bounds what is looked at; no date is longer.
const longest = 128

// Parse reads a date and returns it in UTC. A date without a zone, or with one
// that nobody knows, is taken as UTC; one without a time as midnight. What
// cannot be (25:61, 31 February) is no date.
func Parse(s string) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}, false
	}
	if len(s) > longest {
		s = s[:longest]
	}
	if t, ok := parseISO(s); ok {
		return t, true
	}
	if t, ok := parseNumber(s); ok {
		return t, true
	}
	return parseWords(s)
}

// The bounds of what a date can be.
const (
	// Skew is how far a feed's clock may be ahead of ours.
	Skew = 5 * time.Minute
	// firstYear is the year before which no feed was published (the first, of
	// 1997, told older things, but not much older): earlier dates are zero values
	// and faults of programs.
	firstYear = 1995
)

// Clamp says when an item was published as far as that can be true, and how far
// to trust it. raw is what Parse gave, ok as well.
//
// A date in the future beyond Skew is moved to the time of the fetch: nobody can
// have published later. A date before 1995 says nothing (year 1 and 1970 are the
// zero values of programs), so it counts as none: the time of the fetch stands
// in. Any date between is the feed's, however old: old news stays old.
func Clamp(raw time.Time, ok bool, fetched time.Time) (time.Time, event.PublishedSource) {
	switch {
	case !ok || raw.Year() < firstYear:
		return fetched, event.PublishedFetched
	case raw.After(fetched.Add(Skew)):
		return fetched, event.PublishedClamped
	}
	return raw, event.PublishedFeed
}

// moment is a date in parts, as far as they were found.
type moment struct {
	year, month, day     int
	hour, minute, second int
	nanosecond           int
	offset               int    // seconds east of UTC
	zone                 string // whose name said so, where no number did
}

// time is the moment in UTC, unless it cannot be.
func (m moment) time() (time.Time, bool) {
	if m.month < 1 || m.month > 12 || m.day < 1 || m.day > days(m.year, m.month) || m.year < 1 || m.year > 9999 {
		return time.Time{}, false
	}
	midnight := m.hour == 24 && m.minute == 0 && m.second == 0
	if m.hour > 23 && !midnight || m.minute > 59 || m.second > 60 {
		return time.Time{}, false
	}
	t := time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute, m.second, m.nanosecond, time.UTC)
	if m.zone == "ALMT" && !t.Before(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)) {
		m.offset -= 3600 // since then all of Kazakhstan has the time of its west
	}
	return t.Add(-time.Duration(m.offset) * time.Second), true
}

// days is the number of days in a month.
func days(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
