package date

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// refuse asserts that none of the strings is a date, and that the time given with
// the refusal is the zero one.
func refuse(t *testing.T, all ...string) {
	t.Helper()
	for _, s := range all {
		if got, ok := Parse(s); ok || !got.IsZero() {
			t.Errorf("Parse(%q) = %v, %v, want nothing", s, got, ok)
		}
	}
}

// Every abbreviation of the table must be read in both notations, and mean the
// same in both.
func TestEveryZoneIsReadInBothNotations(t *testing.T) {
	for name, hours := range zoneHours {
		want := time.Date(2010, 5, 13, 18, 30, 0, 0, time.UTC).Add(-time.Duration(hours * float64(time.Hour)))
		for _, in := range []string{"Thu, 13 May 2010 18:30:00 " + name, "13 May 2010 18:30:00 (" + name + ")"} {
			if got, ok := Parse(in); !ok || !got.Equal(want) {
				t.Errorf("Parse(%q) = %v, %v, want %v", in, got, ok, want)
			}
		}
		if strings.IndexFunc(name, func(r rune) bool { return r > 'Z' }) >= 0 {
			continue // the strict notation has ASCII names only
		}
		in := "2010-05-13 18:30:00 " + strings.ToLower(name)
		if got, ok := Parse(in); !ok || !got.Equal(want) {
			t.Errorf("Parse(%q) = %v, %v, want %v", in, got, ok, want)
		}
	}
}

// No zone of the table is farther from UTC than any zone there is.
func TestZonesAreOnEarth(t *testing.T) {
	for name, hours := range zoneHours {
		if hours < -12 || hours > 14 {
			t.Errorf("%s is %v hours from UTC", name, hours)
		}
		if quarters := hours * 4; quarters != float64(int(quarters)) {
			t.Errorf("%s is %v hours from UTC: zones differ by quarters of hours", name, hours)
		}
		if name != strings.ToUpper(name) {
			t.Errorf("%s is never found: names are looked up in capitals", name)
		}
	}
}

// The offset in numbers says it better than a name, wherever the name stands.
func TestNumericZoneOutranksName(t *testing.T) {
	check(t, []sample{
		{"Fri, 14 May 2010 00:30:00 +0600 IST", at},
		{"Fri, 14 May 2010 00:30:00 +06:00 (EST)", at},
		{"Fri, 14 May 2010 00:30:00 UTC +06:00", at},
		{"Fri May 14 00:30:00 GMT+0600 2010", at},
		{"Thu, 13 May 2010 12:30:00 GMT-0600 (Central Standard Time)", at},
		{"2010-05-14T00:30:00 GMT+06:00", at},
		{"2010-05-13T14:30:00−04:00", at},
	})
}

// A round trip over all offsets in steps of a quarter of an hour.
func TestEveryOffset(t *testing.T) {
	want := time.Date(2010, 5, 13, 18, 30, 0, 0, time.UTC)
	for quarter := -12 * 4; quarter <= 14*4; quarter++ {
		local := want.In(time.FixedZone("", quarter*15*60))
		for _, layout := range []string{time.RFC3339, time.RFC1123Z, "2006-01-02T15:04:05-0700", "02 Jan 06 15:04 -0700", time.RubyDate} {
			in := local.Format(layout)
			if got, ok := Parse(in); !ok || !got.Equal(want) {
				t.Errorf("Parse(%q) = %v, %v, want %v", in, got, ok, want)
			}
		}
	}
}

// At the edge: 15 hours still counts, beyond it the offset is nonsense and the
// time is taken as UTC.
func TestOffsetsBeyondTheEarth(t *testing.T) {
	check(t, []sample{
		{"2010-05-14T08:30:00+14:00", at},
		{"2010-05-14T09:30:00+15:00", at},
		{"2010-05-13T18:30:00+15:01", at},
		{"2010-05-13T18:30:00+0660", at},
		{"2010-05-13T18:30:00-2300", at},
		{"Thu, 13 May 2010 18:30:00 -9999", at},
		{"2010-05-14T00:30:00+6", at},
		{"2010-05-14T00:00:00+5.30", at},
	})
	// A zone that nobody knows, or of which nothing is left, is taken as UTC.
	check(t, []sample{{"2010-05-13T18:30:00+", at}, {"2010-05-13T18:30:00 XYZT", at}})
	refuse(t, "2010-05-13T18:30:00+06:")
}

// Military letters were defined the wrong way round; RFC 2822 reads all of them as
// UTC.
func TestEveryMilitaryLetterIsUTC(t *testing.T) {
	for c := 'B'; c <= 'Z'; c++ {
		if c == 'P' { // pm
			continue
		}
		in := fmt.Sprintf("Thu, 13 May 2010 18:30:00 %c", c)
		check(t, []sample{{in, at}})
	}
}

// FAULTS 34: the abbreviations of Central Asia, the gap of the summer time, and
// times that are none.
func TestFault34ZonesAndImpossibleTimes(t *testing.T) {
	check(t, []sample{
		{"Sun, 28 Mar 2010 02:30:00 MSK", "2010-03-27T23:30:00Z"},
		{"Sun, 28 Mar 2010 02:30:00 +0300", "2010-03-27T23:30:00Z"},
		{"Sun, 14 Mar 2010 02:30:00 EST", "2010-03-14T07:30:00Z"},
		{"13 мая 2010, 00:30 KGT", "2010-05-12T18:30:00Z"},
		{"Thu, 13 May 2010 00:30:00 IST", "2010-05-12T19:00:00Z"},
	})
	refuse(t, "13 мая 2010 25:61", "Thu, 13 May 2010 24:00:01 GMT", "2010-05-13T24:30:00Z", "2010-05-13T18:60:00Z", "13 May 2010 18:30:61")
}

// Almaty is an hour nearer to UTC since 1 March 2024, and its zone has kept its name.
func TestAlmatyChangedItsOffset(t *testing.T) {
	check(t, []sample{
		{"Thu, 29 Feb 2024 22:59:59 ALMT", "2024-02-29T16:59:59Z"},
		{"Fri, 01 Mar 2024 00:00:00 ALMT", "2024-02-29T19:00:00Z"},
		{"2026-05-14 00:30:00 almt", "2026-05-13T19:30:00Z"},
		{"14 мая 2026, 00:30 ALMT", "2026-05-13T19:30:00Z"},
		{"Thu, 14 May 2026 00:30:00 ALMT +0600", "2026-05-13T18:30:00Z"},
		{"Thu, 14 May 2026 00:30:00 +0600 (ALMT)", "2026-05-13T18:30:00Z"},
		{"2026-05-14T00:30:00 ALMT+06:00", "2026-05-13T18:30:00Z"},
	})
}

// A zone that is no letter of the alphabet is none, and changes nothing.
func TestUnknownZones(t *testing.T) {
	for _, name := range []string{"", "XYZ", "УУ", "msk", "GMT+"} {
		if offset, ok := zone(name); ok || offset != 0 {
			t.Errorf("zone(%q) = %d, %v", name, offset, ok)
		}
	}
}
