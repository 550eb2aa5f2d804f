package date

import (
	"strings"
	"time"
)

// cursor reads a string from left to right.
type cursor struct {
	s string
	i int
}

func (c *cursor) peek() byte {
	if c.i < len(c.s) {
		return c.s[c.i]
	}
	return 0
}

// take passes over one of the bytes in set.
func (c *cursor) take(set string) bool {
	if c.i < len(c.s) && strings.IndexByte(set, c.s[c.i]) >= 0 {
		c.i++
		return true
	}
	return false
}

// digits reads exactly n digits, or from 1 to -n of them.
func (c *cursor) digits(n int) (value int, ok bool) {
	most := max(n, -n)
	start := c.i
	for c.i < len(c.s) && c.i-start < most && '0' <= c.s[c.i] && c.s[c.i] <= '9' {
		value = value*10 + int(c.s[c.i]-'0')
		c.i++
	}
	got := c.i - start
	if got == 0 || n > 0 && got != n {
		c.i = start
		return 0, false
	}
	return value, true
}

func (c *cursor) spaces() {
	for c.take(" \t\u00a0") {
	}
}

// parseISO reads RFC 3339, the W3C profile of ISO 8601 with its shorter forms,
// and their usual variants: a space for the T, a comma for the point, no colon or no
// minutes in the zone, ordinal dates.
func parseISO(s string) (time.Time, bool) {
	c := &cursor{s: s}
	year, ok := c.digits(4)
	if !ok {
		return time.Time{}, false
	}
	m := moment{year: year, month: 1, day: 1}
	if !c.isoDay(&m) {
		return time.Time{}, false
	}
	c.spaces()
	if c.take("Tt") || c.i > 4 && c.peek() >= '0' && c.peek() <= '9' {
		c.spaces()
		if !c.clock(&m) {
			return time.Time{}, false
		}
	}
	c.spaces()
	if !c.zone(&m) {
		return time.Time{}, false
	}
	c.spaces()
	if c.i < len(c.s) {
		return time.Time{}, false
	}
	return m.time()
}

// isoDay reads what follows the year: -MM-DD, -MM, MMDD, -DDD, or nothing.
func (c *cursor) isoDay(m *moment) bool {
	if c.i == len(c.s) {
		return true
	}
	if !c.take("-/") {
		rest := &cursor{s: c.s, i: c.i}
		month, ok := rest.digits(2)
		day, ok2 := rest.digits(2)
		if !ok || !ok2 || rest.peek() >= '0' && rest.peek() <= '9' {
			return false
		}
		m.month, m.day, c.i = month, day, rest.i
		return true
	}
	start := c.i
	if yday, ok := c.digits(3); ok && (c.peek() < '0' || c.peek() > '9') {
		if yday < 1 || yday > 366 {
			return false
		}
		t := time.Date(m.year, 1, yday, 0, 0, 0, 0, time.UTC)
		m.month, m.day = int(t.Month()), t.Day()
		return t.Year() == m.year
	}
	c.i = start
	var ok bool
	if m.month, ok = c.digits(-2); !ok {
		return false
	}
	if !c.take("-/") {
		return c.i == len(c.s)
	}
	m.day, ok = c.digits(-2)
	return ok
}

// clock reads hh, hh:mm, hhmm, hh:mm:ss, hhmmss with a fraction.
func (c *cursor) clock(m *moment) bool {
	var ok bool
	if m.hour, ok = c.digits(2); !ok {
		if m.hour, ok = c.digits(1); !ok || c.peek() != ':' {
			return false
		}
	}
	colon := c.take(":")
	if m.minute, ok = c.digits(2); !ok {
		return !colon
	}
	if colon && !c.take(":") {
		return true
	}
	if m.second, ok = c.digits(2); !ok {
		return !colon
	}
	if c.take(".,") {
		c.fraction(m)
	}
	return true
}

// fraction reads the digits of a second's fraction.
func (c *cursor) fraction(m *moment) {
	scale := int(time.Second)
	for c.i < len(c.s) && '0' <= c.s[c.i] && c.s[c.i] <= '9' {
		scale /= 10
		m.nanosecond += int(c.s[c.i]-'0') * scale
		c.i++
	}
}

// zone reads Z, a name, +hh:mm, +hhmm, +hh, or nothing.
func (c *cursor) zone(m *moment) bool {
	start := c.i
	for c.i < len(c.s) && (c.s[c.i]|0x20 >= 'a' && c.s[c.i]|0x20 <= 'z') {
		c.i++
	}
	if c.i > start {
		name := strings.ToUpper(c.s[start:c.i])
		offset, ok := zone(name)
		if !ok {
			return false
		}
		m.offset, m.zone = offset, name
	}
	sign := c.peek()
	if sign == 0xE2 && strings.HasPrefix(c.s[c.i:], "−") { // U+2212 MINUS SIGN
		c.i += len("−") - 1
		sign = '-'
	}
	if sign != '+' && sign != '-' {
		return true
	}
	c.i++
	offset, ok := c.offset()
	if sign == '-' {
		offset = -offset
	}
	m.offset, m.zone = offset, ""
	return ok
}

// farthest is the zone farthest from UTC (Kiribati has 14 hours), as hhmm.
const farthest = 1500

// offset reads the digits of a zone in seconds.
func (c *cursor) offset() (int, bool) {
	start := c.i
	n, ok := c.digits(-4)
	if !ok {
		return 0, false
	}
	switch c.i - start {
	case 1, 2:
		n *= 100
		if c.take(":.") {
			minutes, ok := c.digits(-2)
			if !ok {
				return 0, false
			}
			n += minutes
		}
	}
	if n > farthest || n%100 > 59 {
		return 0, true // no such zone: better a date that is some hours off than none
	}
	return n/100*3600 + n%100*60, true
}

// parseNumber reads seconds, milliseconds or microseconds since 1970, and digits
// without separators: YYYYMMDDhhmm and YYYYMMDDhhmmss.
func parseNumber(s string) (time.Time, bool) {
	if v, ok := strings.CutPrefix(s, "/Date("); ok { // as .NET serialises
		s = strings.TrimRight(v, ")/ ")
		if i := strings.LastIndexAny(s, "+-"); i > 0 {
			s = s[:i]
		}
	}
	whole, _, _ := strings.Cut(s, ".")
	c := &cursor{s: whole}
	n, ok := c.digits(-18)
	if !ok || c.i < len(whole) {
		return time.Time{}, false
	}
	switch len(whole) {
	case 9, 10:
		return time.Unix(int64(n), 0).UTC(), true
	case 13:
		return time.UnixMilli(int64(n)).UTC(), true
	case 16:
		return time.UnixMicro(int64(n)).UTC(), true
	case 12, 14:
		return parseDigits(whole)
	}
	return time.Time{}, false
}

// parseDigits reads YYYYMMDDhhmm and YYYYMMDDhhmmss.
func parseDigits(s string) (time.Time, bool) {
	c := &cursor{s: s}
	var m moment
	m.year, _ = c.digits(4)
	m.month, _ = c.digits(2)
	m.day, _ = c.digits(2)
	if !c.clock(&m) {
		return time.Time{}, false
	}
	return m.time()
}
