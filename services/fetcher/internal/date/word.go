package date

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// parseWords reads everything else: RFC 822 and its relatives, dates with month
// names in any of the languages of month, numbers with points and slashes. It
// collects what it recognises and needs not know the order.
func parseWords(s string) (time.Time, bool) {
	p := parser{cursor: cursor{s: s}, hour: -1}
	for p.i < len(p.s) {
		if !p.token() {
			return time.Time{}, false
		}
	}
	return p.finish()
}

// parser collects the parts of a date.
type parser struct {
	cursor
	m       moment
	hour    int // -1 until a time of day was seen
	named   bool
	zoned   bool
	numbers [4]number
	count   int
	tail    int // index after the last of them: a - there is no sign
	half    half
}

// half is the half of the day that a time of twelve hours is in.
type half uint8

const (
	unknown half = iota
	forenoon
	afternoon
)

// number is a number that may be a day, a month or a year.
type number struct {
	value, digits int
	sep           byte // that stands before it
}

// token reads one part; false means that it makes the whole impossible.
func (p *parser) token() bool {
	c := p.peek()
	switch {
	case '0' <= c && c <= '9':
		return p.number()
	case (c == '+' || c == '-') && p.hour >= 0 && p.i+1 < len(p.s) && digit(p.s[p.i+1]) && p.tail != p.i:
		return p.numericZone()
	case strings.HasPrefix(p.s[p.i:], "−") && p.hour >= 0:
		return p.numericZone()
	case c < utf8.RuneSelf && !letter(c):
		p.i++
		return true
	}
	return p.word()
}

func digit(c byte) bool  { return '0' <= c && c <= '9' }
func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// numericZone reads +0600. A colon or letters before it, as in "GMT+6", change
// nothing.
func (p *parser) numericZone() bool {
	var z moment
	if !p.zone(&z) {
		return false
	}
	p.m.offset, p.m.zone, p.zoned = z.offset, "", true
	return true
}

// number reads a time of day, or a number of the date.
func (p *parser) number() bool {
	start := p.i
	n := 0
	for p.i < len(p.s) && digit(p.s[p.i]) {
		n = n*10 + int(p.s[p.i]-'0')
		if p.i++; p.i-start > 9 {
			return false
		}
	}
	width := p.i - start
	if p.hour < 0 && width <= 2 && p.timeSeparator() {
		p.hour = n
		return p.minutes()
	}
	sep := byte(' ')
	if start > 0 {
		sep = p.s[start-1]
	}
	if p.count == len(p.numbers) {
		return true
	}
	p.numbers[p.count] = number{value: n, digits: width, sep: sep}
	p.count++
	p.tail = p.i
	// "1st", "2nd", "1er", "15-го": what is stuck to a day means nothing.
	if c := p.peek(); width <= 2 && letter(c) && c != 'T' && c != 't' {
		for p.i < len(p.s) && letter(p.s[p.i]) && !p.monthAhead() {
			p.i++
		}
	}
	return true
}

// monthAhead reports a month's name that follows the day without a space.
func (p *parser) monthAhead() bool {
	end := p.i
	for end < len(p.s) && letter(p.s[end]) {
		end++
	}
	return month(strings.ToLower(p.s[p.i:end])) > 0
}

// timeSeparator passes over what stands between hour and minute: a colon, or an h
// between digits as in French.
func (p *parser) timeSeparator() bool {
	rest := p.s[p.i:]
	if len(rest) >= 2 && (rest[0] == ':' || rest[0]|0x20 == 'h') && digit(rest[1]) {
		p.i++
		return true
	}
	return false
}

// minutes reads the rest of a time of day.
func (p *parser) minutes() bool {
	var ok bool
	if p.m.minute, ok = p.digits(-2); !ok {
		return false
	}
	if p.peek() == ':' {
		p.i++
		if p.m.second, ok = p.digits(-2); !ok {
			return true // "18:30:": a colon too many
		}
		if p.peek() == '.' || p.peek() == ',' {
			p.i++
			p.fraction(&p.m)
		} else if p.peek() == ':' { // 18:30:00:000
			p.i++
			p.fraction(&p.m)
		}
	}
	return p.hour <= 24 && p.m.minute < 60 && p.m.second <= 60
}

// word reads a name: a month, a zone, am or pm. Others, as the days of the week,
// mean nothing.
func (p *parser) word() bool {
	start := p.i
	for p.i < len(p.s) {
		r, n := utf8.DecodeRuneInString(p.s[p.i:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\'' && r != 'ʻ' {
			break
		}
		p.i += n
	}
	if p.i == start { // a symbol
		_, n := utf8.DecodeRuneInString(p.s[start:])
		p.i += n
		return true
	}
	w := strings.ToLower(p.s[start:p.i])
	// The last one counts: "mar. 4 mayo" begins with a Tuesday.
	if m := month(w); m > 0 {
		p.m.month, p.named = m, true
		return true
	}
	switch w {
	case "am", "a", "öö": // the last is Turkish, as ös
		p.half = forenoon
	case "pm", "p", "ös":
		p.half = afternoon
	default:
		p.zoneName(strings.ToUpper(p.s[start:p.i]))
	}
	return true
}

// zoneName takes a zone's abbreviation, if it is one and no offset in numbers was
// seen, which says it better.
func (p *parser) zoneName(w string) {
	if p.zoned || p.hour < 0 {
		return
	}
	if offset, ok := zone(w); ok {
		p.m.offset, p.m.zone = offset, w
		p.zoned = w != "GMT" && w != "UTC" && w != "UT" // "GMT+0600" has more to come
	}
}

// finish puts day, month and year together.
func (p *parser) finish() (time.Time, bool) {
	if p.hour >= 0 {
		p.m.hour = p.hour
		switch {
		case p.half == afternoon && p.hour < 12:
			p.m.hour += 12
		case p.half == forenoon && p.hour == 12:
			p.m.hour = 0
		}
	}
	ok := false
	if p.named {
		ok = p.namedDate()
	} else {
		ok = p.numericDate()
	}
	if !ok {
		return time.Time{}, false
	}
	return p.m.time()
}

// namedDate finds day and year beside a month's name.
func (p *parser) namedDate() bool {
	day, year := -1, -1
	for i, n := range p.numbers[:p.count] {
		switch {
		case n.digits >= 3 && year < 0, n.value > 31 && year < 0:
			year = i
		case day < 0 && n.value >= 1 && n.value <= 31 && n.digits <= 2:
			day = i
		case year < 0 && n.digits == 2:
			year = i
		}
	}
	if year < 0 {
		return false
	}
	p.m.year, p.m.day = p.numbers[year].year(), 1
	if day >= 0 {
		p.m.day = p.numbers[day].value
	} else if p.count > 1 {
		return false
	}
	return true
}

// year completes one of two digits as RFC 2822 does, section 4.3.
func (n number) year() int {
	switch {
	case n.digits <= 2 && n.value < 50:
		return 2000 + n.value
	case n.digits <= 3 && n.value < 1000:
		return 1900 + n.value
	}
	return n.value
}

// numericDate reads three numbers: year first, or day.month.year, or with slashes
// month/day/year unless that cannot be.
func (p *parser) numericDate() bool {
	if p.count < 3 {
		return false
	}
	a, b, c := p.numbers[0], p.numbers[1], p.numbers[2]
	switch {
	case a.digits == 4:
		p.m.year, p.m.month, p.m.day = a.value, b.value, c.value
	case b.sep == '/' && b.value > 12, b.sep == '/' && a.value <= 12, b.sep == '-' && a.value <= 12 && b.value > 12:
		p.m.month, p.m.day, p.m.year = a.value, b.value, c.year()
	default:
		p.m.day, p.m.month, p.m.year = a.value, b.value, c.year()
	}
	return b.sep == '/' || b.sep == '.' || b.sep == '-' || a.digits == 4
}
