package date

import (
	"testing"
	"time"

	"faultline/pkg/event"
	"faultline/services/fetcher/internal/costtest"
)

// at is the moment that most of the dates here tell.
const at = "2010-05-13T18:30:00Z"

// sample is a date as written and what it means.
type sample struct{ in, want string }

func check(t *testing.T, samples []sample) {
	t.Helper()
	for _, c := range samples {
		got, ok := Parse(c.in)
		want, err := time.Parse(time.RFC3339Nano, c.want)
		if err != nil {
			t.Fatal(err)
		}
		if !ok || !got.Equal(want) {
			t.Errorf("Parse(%q) = %v, %v, want %v", c.in, got, ok, want)
		}
		if got.Location() != time.UTC {
			t.Errorf("Parse(%q) is not in UTC", c.in)
		}
	}
}

// RFC 822 and 2822, and how they are missed.
func TestParseRFC822(t *testing.T) {
	check(t, []sample{
		{"Thu, 13 May 2010 18:30:00 +0000", at},
		{"Thu, 13 May 2010 18:30:00 GMT", at},
		{"Thu, 13 May 2010 18:30:00 UT", at},
		{"Thu, 13 May 2010 18:30:00 Z", at},
		{"13 May 2010 18:30 GMT", at},
		{"13 May 10 18:30:00 GMT", at},
		{"Thursday, 13-May-10 18:30:00 GMT", at},
		{"Thu May 13 18:30:00 2010", at},
		{"Thu May 13 18:30:00 UTC 2010", at},
		{"Thu May 13 18:30:00 +0000 2010", at},
		{"May 13, 2010 6:30 PM", at},
		{"May 13th, 2010, 6:30pm", at},
		{"13. May 2010, 18:30", at},
		{"13May2010 18:30:00", at},
		{"Thu,13 May 2010 18:30:00GMT", at},
		{"Thu, 13 May 2010 18:30:60 GMT", "2010-05-13T18:31:00Z"},
		{"Wed, 12 May 2010 24:00:00 GMT", "2010-05-13T00:00:00Z"},
		{"Thu, 13 May 2010 12:05 AM", "2010-05-13T00:05:00Z"},
		{"Thu, 13 May 2010 18:30:00:000 GMT", at},
		{"Thu, 13 May 2010 18:30:00.250 GMT", "2010-05-13T18:30:00.25Z"},
		{"Thu, 13 May 2010 18:30:", at},
		{"13 May 2010", "2010-05-13T00:00:00Z"},
		{"May 2010", "2010-05-01T00:00:00Z"},
		{"13 May 98 18:30 GMT", "1998-05-13T18:30:00Z"},
		{"Mon, 13 May 2010 18:30:00 GMT", at}, // a wrong day of the week
	})
}

// Zones, by number and by name.
func TestParseZones(t *testing.T) {
	check(t, []sample{
		{"Fri, 14 May 2010 00:30:00 +0600", at},
		{"Fri, 14 May 2010 00:30:00 +06:00", at},
		{"Fri, 14 May 2010 00:30:00 GMT+6", at},
		{"Fri, 14 May 2010 00:30:00 GMT+0600 (KGT)", at},
		{"Fri, 14 May 2010 00:30:00 UTC+06:00", at},
		{"Thu, 13 May 2010 14:30:00 −0400", at},
		{"Fri, 14 May 2010 00:30:00 KGT", at},
		{"Fri, 14 May 2010 00:30:00 ALMT", at},
		{"Fri, 14 May 2010 00:00:00 IST", at},
		{"Thu, 13 May 2010 22:30:00 MSD", at},
		{"Thu, 13 May 2010 21:30:00 MSK", at},
		{"Thu, 13 May 2010 23:30:00 UZT", at},
		{"Thu, 13 May 2010 23:30:00 TJT", at},
		{"Thu, 13 May 2010 23:00:00 AFT", at},
		{"Fri, 14 May 2010 00:15:00 NPT", at},
		{"Thu, 13 May 2010 14:30:00 EDT", at},
		{"Thu, 13 May 2010 13:30:00 EST", at},
		{"Thu, 13 May 2010 20:30:00 CEST", at},
		{"Thu, 13 May 2010 18:30:00 XYZT", at}, // unknown: as UTC
		{"Thu, 13 May 2010 18:30:00 A", at},    // military: RFC 2822 says it means nothing
		{"Thu, 13 May 2010 18:30:00 +9900", at},
		{"Sun, 28 Mar 2010 02:30:00 CET", "2010-03-28T01:30:00Z"}, // in the gap of the summer time
	})
}

// RFC 3339 and the forms of ISO 8601.
func TestParseISO(t *testing.T) {
	check(t, []sample{
		{"2010-05-13T18:30:00Z", at},
		{"2010-05-13t18:30:00z", at},
		{"2010-05-14T00:30:00+06:00", at},
		{"2010-05-14T00:30:00+0600", at},
		{"2010-05-14T00:30:00+06", at},
		{"2010-05-14T00:30:00+06:0", at},
		{"2010-05-14 00:30:00 +0600", at},
		{"2010-05-14 00:30:00 KGT", at},
		{"2010-05-13T18:30:00", at},
		{"2010-05-13T18:30", at},
		{"2010-05-13T18:30Z", at},
		{"2010-05-13 18:30", at},
		{"2010-05-13 6:30", "2010-05-13T06:30:00Z"},
		{"2010-05-13T18", "2010-05-13T18:00:00Z"},
		{"2010-05-13T18:30:00.123456789Z", "2010-05-13T18:30:00.123456789Z"},
		{"2010-05-13T18:30:00,5Z", "2010-05-13T18:30:00.5Z"},
		{"2010-05-13", "2010-05-13T00:00:00Z"},
		{"2010/05/13", "2010-05-13T00:00:00Z"},
		{"2010-5-3", "2010-05-03T00:00:00Z"},
		{"2010-05", "2010-05-01T00:00:00Z"},
		{"2010", "2010-01-01T00:00:00Z"},
		{"20100513", "2010-05-13T00:00:00Z"},
		{"20100513T183000Z", at},
		{"20100513T1830Z", at},
		{"2010-133", "2010-05-13T00:00:00Z"},
		{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
		{"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
	})
}

// Seconds and digits without separators.
func TestParseNumbers(t *testing.T) {
	check(t, []sample{
		{"1273775400", at},
		{"1273775400.25", at},
		{"1273775400000", at},
		{"1273775400000000", at},
		{"/Date(1273775400000+0600)/", at},
		{"201005131830", at},
		{"20100513183000", at},
	})
}

// Numbers with points, slashes and dashes.
func TestParseSeparators(t *testing.T) {
	check(t, []sample{
		{"13.05.2010 18:30", at},
		{"13.05.2010, 18:30:00", at},
		{"18:30 13.05.2010", at},
		{"18:30 13-05-2010", at},
		{"13/05/2010 18:30", at},
		{"05/13/2010 18:30", at},
		{"05/06/2010", "2010-05-06T00:00:00Z"}, // both could be: month first
		{"05-13-2010", "2010-05-13T00:00:00Z"},
		{"13.05.10 18:30", at},
		{"2010年5月13日 18:30", at},
	})
}

// Names of months in other languages.
func TestParseLanguages(t *testing.T) {
	check(t, []sample{
		{"13 мая 2010 18:30", at},
		{"Чт, 13 мая 2010 21:30:00 МСК", at},
		{"13 май 2010, 18:30", at},
		{"13 сентября 2010 г. 18:30", "2010-09-13T18:30:00Z"},
		{"2010-ж. 13-майда 18:30", at},
		{"13 janv. 2010 18:30", "2010-01-13T18:30:00Z"},
		{"jeudi 13 mai 2010 18h30", at},
		{"jeu., 13 août 2010 18:30", "2010-08-13T18:30:00Z"},
		{"mar. 4 mayo 2010 18:30", "2010-05-04T18:30:00Z"}, // a Tuesday, not March
		{"13 de mayo de 2010 18:30", at},
		{"Do, 13 Mai 2010 18:30:00 +0000", at},
		{"13. März 2010", "2010-03-13T00:00:00Z"},
		{"13 Mayıs 2010 Perşembe 18:30", at},
		{"13 Ağu 2010 6:30 ÖS", "2010-08-13T18:30:00Z"},
		{"13 мамыр 2010 18:30", at},
		{"13 травня 2010 18:30", at},
		{"13 مايو 2010 18:30", at},
		{"13 maggio 2010 18:30", at},
	})
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{
		"", " ", "yesterday", "2 hours ago", "13", "13 May", "12345", "99999999999999999999", "1/2", "2010-13-01", "2010-02-30",
		"Thu, 13 May 2010 25:61:00 GMT", "2010-05-13T25:61:00Z", "31 Feb 2010", "0 May 2010", "2010-400", "2010-000",
		"2010-05-x", "201013", "1273775400x",
		"12345678901 May 2010", "13 May 2010 18:99", "20101399999999", "1 2 3", "May 1 2 3", "10:00", "+0600",
	} {
		if got, ok := Parse(s); ok {
			t.Errorf("Parse(%q) = %v, want nothing", s, got)
		}
	}
}

func TestClamp(t *testing.T) {
	fetched := time.Date(2010, 5, 13, 18, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		raw  time.Time
		ok   bool
		want time.Time
		from event.PublishedSource
	}{
		{"as the feed says", fetched.Add(-time.Hour), true, fetched.Add(-time.Hour), event.PublishedFeed},
		{"old news stays old", fetched.AddDate(-9, 0, 0), true, fetched.AddDate(-9, 0, 0), event.PublishedFeed},
		{"a clock that is ahead a little", fetched.Add(Skew), true, fetched.Add(Skew), event.PublishedFeed},
		{"two days ahead", fetched.Add(48 * time.Hour), true, fetched, event.PublishedClamped},
		{"year 9999", time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), true, fetched, event.PublishedClamped},
		{"year 1", time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), true, fetched, event.PublishedFetched},
		{"1970", time.Unix(0, 0), true, fetched, event.PublishedFetched},
		{"none", time.Time{}, false, fetched, event.PublishedFetched},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, from := Clamp(c.raw, c.ok, fetched)
			if !got.Equal(c.want) || from != c.from {
				t.Errorf("Clamp = %v, %s, want %v, %s", got, from, c.want, c.from)
			}
		})
	}
}

func TestMonthsOfAllLanguagesAgree(t *testing.T) {
	for name, m := range months {
		if m < 1 || m > 12 {
			t.Errorf("%q is month %d", name, m)
		}
	}
	for i, full := range []string{"january", "февраля", "mars", "nisan", "mai", "июнь", "липня", "август", "setembro", "қазан", "kasım", "grudnia"} {
		if month(full) != i+1 {
			t.Errorf("month(%q) = %d, want %d", full, month(full), i+1)
		}
	}
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{
		"Thu, 13 May 2010 18:30:00 +0600", "2010-05-13T18:30:00.5Z", "13 мая 2010", "1273775400", "05/13/2010", "/Date(1)/", "18:30 1-2-3", "GMT+", "12h30",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var got time.Time
		var ok bool
		costtest.Bound(t, func() { got, ok = Parse(s) })
		if !ok {
			if !got.IsZero() {
				t.Fatalf("Parse(%q) = %v without success", s, got)
			}
			return
		}
		// A zone can carry the first and last day over the edge of the calendar.
		if y := got.Year(); y < 0 || y > 10000 || got.Location() != time.UTC {
			t.Fatalf("Parse(%q) = %v", s, got)
		}
		again, ok := Parse(got.Format(time.RFC3339Nano))
		if y := got.Year(); y >= 1 && y <= 9999 && (!ok || !again.Equal(got)) {
			t.Fatalf("Parse(%q) = %v, but reading that gives %v", s, got, again)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for _, s := range []string{"Thu, 13 May 2010 18:30:00 +0600", "2010-05-13T18:30:00Z", "13 мая 2010, 18:30"} {
		b.Run(s, func(b *testing.B) {
			for b.Loop() {
				Parse(s)
			}
		})
	}
}
