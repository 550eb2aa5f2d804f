package date

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"faultline/pkg/event"
)

// Every day of a century's worth of years in which the rules of leap years show,
// in five notations.
func TestEveryDayOfLeapYears(t *testing.T) {
	for _, year := range []int{1996, 2000, 2009, 2012, 2100} {
		for day := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
			for _, in := range []string{
				day.Format("2006-01-02"), day.Format("20060102"), day.Format("2 January 2006"), day.Format("02.01.2006"),
				fmt.Sprintf("%04d-%03d", year, day.YearDay()),
			} {
				if got, ok := Parse(in); !ok || !got.Equal(day) {
					t.Fatalf("Parse(%q) = %v, %v, want %v", in, got, ok, day)
				}
			}
		}
	}
}

func TestDaysThatNoMonthHas(t *testing.T) {
	refuse(t,
		"2009-02-29", "2100-02-29", "29 Feb 2009", "29.02.2009", "20090229", "2009-366",
		"2010-04-31", "31 November 2010", "31.06.2010", "2010-00-10", "2010-10-00", "2010-10-32",
		"0000-01-01", "2010-05-", "2010-x",
	)
	check(t, []sample{
		{"2012-366", "2012-12-31T00:00:00Z"},
		{"2000-02-29", "2000-02-29T00:00:00Z"},
		{"29 февраля 2012", "2012-02-29T00:00:00Z"},
		{"2010-05-13T24:00:00Z", "2010-05-14T00:00:00Z"},
		{"2010-12-31T24:00Z", "2011-01-01T00:00:00Z"},
		{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"}, // a leap second
	})
}

// RFC 2822, section 4.3: 00 to 49 is of this century, 50 to 999 is added to 1900.
func TestYearsOfFewerDigits(t *testing.T) {
	for written, want := range map[string]int{"00": 2000, "10": 2010, "49": 2049, "50": 1950, "99": 1999, "110": 2010, "103": 2003} {
		in := "13 May " + written + " 18:30 GMT"
		if got, ok := Parse(in); !ok || got.Year() != want {
			t.Errorf("Parse(%q) = %v, %v, want the year %d", in, got, ok, want)
		}
	}
}

// Twelve hours: noon and midnight are where people go wrong.
func TestHalvesOfTheDay(t *testing.T) {
	for written, want := range map[string]string{
		"12:00 AM": "00:00", "12:59 am": "00:59", "1:00 AM": "01:00", "11:59 AM": "11:59",
		"12:00 PM": "12:00", "12:30 pm": "12:30", "1:00 PM": "13:00", "11:59 p.m.": "23:59", "9:05 a.m.": "09:05",
		"18:30 PM": "18:30", // of 24 hours already
		"6:30 ÖÖ":  "06:30",
	} {
		in := "May 13, 2010 " + written
		if got, ok := Parse(in); !ok || got.Format("15:04") != want {
			t.Errorf("Parse(%q) = %v, %v, want %s", in, got, ok, want)
		}
	}
}

// Each name of the table is read as its month when it stands in a date, in
// capitals as well.
func TestEveryMonthNameInADate(t *testing.T) {
	for name, m := range months {
		if strings.HasSuffix(name, ".") || strings.IndexFunc(name, func(r rune) bool { return '0' <= r && r <= '9' }) >= 0 {
			continue
		}
		for _, in := range []string{"13 " + name + " 2010", "13 " + name + " 2010 18:30", "2010 " + name + " 13"} {
			got, ok := Parse(in)
			if !ok || int(got.Month()) != int(m) || got.Day() != 13 || got.Year() != 2010 {
				t.Errorf("Parse(%q) = %v, %v, want month %d", in, got, ok, m)
			}
		}
	}
}

// The endings of Kyrgyz and Kazakh go, other languages' words do not become
// months by losing letters.
func TestDeclinedMonths(t *testing.T) {
	for name, want := range map[string]int{
		"мартта": 3, "майда": 5, "апрелде": 4, "июнда": 6, "сентябрда": 9, "қазанда": 10,
		"понедельник": 0, "четверг": 0, "marching": 0, "дом": 0, "": 0, "د": 0,
	} {
		if got := month(name); got != want {
			t.Errorf("month(%q) = %d, want %d", name, got, want)
		}
	}
}

// Fractions of every length; what is finer than a nanosecond is dropped.
func TestFractions(t *testing.T) {
	for digits := 1; digits <= 12; digits++ {
		in := "2010-05-13T18:30:00." + "123456789999"[:digits] + "Z"
		want := 0
		for i, scale := 0, 100_000_000; i < min(digits, 9); i, scale = i+1, scale/10 {
			want += (i + 1) * scale
		}
		if got, ok := Parse(in); !ok || got.Nanosecond() != want {
			t.Errorf("Parse(%q) = %d ns, %v, want %d", in, got.Nanosecond(), ok, want)
		}
	}
}

// Seconds since 1970 are told from milliseconds, microseconds and written-out dates
// by their length alone.
func TestNumbersByLength(t *testing.T) {
	moment := time.Date(2010, 5, 13, 18, 30, 0, 0, time.UTC)
	for in, want := range map[string]time.Time{
		fmt.Sprint(moment.Unix()):      moment,
		fmt.Sprint(moment.UnixMilli()): moment,
		fmt.Sprint(moment.UnixMicro()): moment,
		"999999999":                    time.Unix(999999999, 0),
		"/Date(1273775400000)/":        moment,
		"/Date(1273775400000-0500)/":   moment, // the zone is only for showing
		"201005131830":                 moment,
		"20100513183000":               moment,
	} {
		if got, ok := Parse(in); !ok || !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("Parse(%q) = %v, %v, want %v", in, got, ok, want)
		}
	}
	refuse(t, "12345678", "12345678901", "123456789012345", "12345678901234567", "-1273775400", "1e9", "/Date(x)/", "/Date()/", "201013131830", "201005132530")
}

// Only the first 128 bytes are looked at: a date of megabytes costs nothing, and
// what stands behind changes nothing.
func TestOnlyTheHeadIsRead(t *testing.T) {
	head := "Thu, 13 May 2010 18:30:00 GMT" + strings.Repeat(" ", longest)
	check(t, []sample{{head + "garbage 99 99 99", at}, {"\r\n\t " + at + " \n", at}})
	refuse(t, strings.Repeat("9", 5<<20), strings.Repeat("x", longest)+" 13 May 2010", strings.Repeat("1:", 1<<20), strings.Repeat("\xff", 4096))
}

// A date and nothing but noise around it: what means nothing is passed over.
func TestNoiseAroundDates(t *testing.T) {
	check(t, []sample{
		{"Published: 13 May 2010, 18:30", at},
		{"[13.05.2010 | 18:30]", at},
		{"13 May 2010 — 18:30", at},
		{"13 May 2010 • 18:30 • GMT", at},
		{"le 13 mai 2010 à 18h30", at},
		{"1st May 2010", "2010-05-01T00:00:00Z"},
		{"May 22nd, 2010", "2010-05-22T00:00:00Z"},
		{"3rd of May, 2010", "2010-05-03T00:00:00Z"},
		{"1er mai 2010", "2010-05-01T00:00:00Z"},
		{"15-го мая 2010", "2010-05-15T00:00:00Z"},
	})
}

// Three bare numbers are a date only when something a date is written with stands
// between them.
func TestNumbersThatAreNoDate(t *testing.T) {
	refuse(t, "10 20 30", "1:2:3", "13.05", "13/2010", "32.05.2010", "13.13.2010", "2010.13.13", "31/31/2010")
	check(t, []sample{
		{"2010.05.13", "2010-05-13T00:00:00Z"},
		{"2010 05 13", "2010-05-13T00:00:00Z"},
		{"12/31/2010", "2010-12-31T00:00:00Z"},
		{"31/12/2010", "2010-12-31T00:00:00Z"},
		{"1/2/10", "2010-01-02T00:00:00Z"},
		{"1.2.10", "2010-02-01T00:00:00Z"},
		{"13-05-2010", "2010-05-13T00:00:00Z"},
		{"05-06-2010", "2010-06-05T00:00:00Z"},
	})
}

// FAULTS 34: whatever the feed writes, the item's time is none after the fetch
// by more than the skew, and never before feeds were.
func TestFault34ClampedTimesStayInTheWindow(t *testing.T) {
	fetched := time.Date(2010, 5, 13, 18, 30, 0, 0, time.UTC)
	for _, s := range []string{
		"", "soon", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-1400", "0001-01-01T00:00:00+1400",
		"2010-05-15T18:30:00Z", "0", "1", "999999999", "253402300799000", "1994-12-31", "1995-01-01", "2010-05-13T18:35:00Z", "2010-05-13T18:35:01Z", "25:61",
	} {
		raw, ok := Parse(s)
		got, from := Clamp(raw, ok, fetched)
		if got.After(fetched.Add(Skew)) || got.Year() < firstYear {
			t.Errorf("%q is clamped to %v", s, got)
		}
		if from == event.PublishedFeed && !got.Equal(raw) || from != event.PublishedFeed && !got.Equal(fetched) {
			t.Errorf("%q: %v by %s", s, got, from)
		}
		if again, second := Clamp(got, true, fetched); !again.Equal(got) || second != event.PublishedFeed {
			t.Errorf("%q: clamping %v again gives %v by %s", s, got, again, second)
		}
	}
}

// The bounds to the second.
func TestClampBounds(t *testing.T) {
	fetched := time.Date(2010, 5, 13, 18, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		raw  time.Time
		from event.PublishedSource
	}{
		{fetched.Add(Skew + time.Nanosecond), event.PublishedClamped},
		{fetched.Add(Skew), event.PublishedFeed},
		{fetched, event.PublishedFeed},
		{time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC), event.PublishedFeed},
		{time.Date(1994, 12, 31, 23, 59, 59, 0, time.UTC), event.PublishedFetched},
		{time.Time{}, event.PublishedFetched},
	} {
		if _, from := Clamp(c.raw, true, fetched); from != c.from {
			t.Errorf("Clamp(%v) is by %s, want %s", c.raw, from, c.from)
		}
		if got, from := Clamp(c.raw, false, fetched); from != event.PublishedFetched || !got.Equal(fetched) {
			t.Errorf("Clamp(%v, false) = %v by %s", c.raw, got, from)
		}
	}
}

// Dates in one notation sort as they are told: what is later is later.
func TestOrderIsKept(t *testing.T) {
	last := time.Time{}
	start := time.Date(2009, 12, 31, 22, 0, 0, 0, time.UTC)
	for minute := range 300 {
		in := start.Add(time.Duration(minute) * time.Minute).Format("Mon, 2 Jan 2006 15:04 MST")
		got, ok := Parse(in)
		if !ok || !got.After(last) {
			t.Fatalf("Parse(%q) = %v, not after %v", in, got, last)
		}
		last = got
	}
}

// Both notations tell the same moment, for every hour of a day and its minutes.
func TestClockNotationsAgree(t *testing.T) {
	for minute := 0; minute < 24*60; minute += 7 {
		want := time.Date(2010, 5, 13, minute/60, minute%60, 0, 0, time.UTC)
		for _, layout := range []string{
			"2006-01-02T15:04", "2006-01-02 15:04", "20060102T1504", "2 Jan 2006 15:04", "2 Jan 2006 3:04 PM", "Jan 2, 2006, 3:04PM",
			"2.1.2006 15:04", "15:04 2.1.2006", "02/Jan/2006:15:04", "200601021504",
		} {
			in := want.Format(layout)
			if got, ok := Parse(in); !ok || !got.Equal(want) {
				t.Errorf("Parse(%q) = %v, %v, want %v", in, got, ok, want)
			}
		}
	}
}

// Readers share the tables.
func TestParseFromManyGoroutines(t *testing.T) {
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 50 {
				if got, ok := Parse("13 мая 2010, 21:30 МСК"); !ok || got.Format(time.RFC3339) != at {
					t.Errorf("Parse = %v, %v", got, ok)
				}
			}
		})
	}
	wait.Wait()
}
