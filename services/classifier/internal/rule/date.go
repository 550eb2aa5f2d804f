package rule

import (
	"fmt"
	"time"

	"faultline/pkg/config"
)

// Date is a day, written 2010-05-14. The zero Date is no date.
type Date struct{ time.Time }

// UnmarshalText reads a day, or the first of a month or year.
func (d *Date) UnmarshalText(text []byte) error {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, string(text)); err == nil {
			d.Time = t
			return nil
		}
	}
	return fmt.Errorf("%q is not a date; write it as 2010-05-14", text)
}

// UnmarshalYAML is UnmarshalText with the position of a fault.
func (d *Date) UnmarshalYAML(unmarshal func(any) error) error { return config.ReadText(unmarshal, d) }

// Period is from one day to another, both included; a zero end is open.
type Period struct {
	From Date `yaml:"from"`
	To   Date `yaml:"to"`
}

// Holds reports whether the moment lies within the period. An unknown (zero)
// moment lies within every period.
func (p Period) Holds(at time.Time) bool {
	if at.IsZero() {
		return true
	}
	return (p.From.IsZero() || !at.Before(p.From.Time)) && (p.To.IsZero() || at.Before(p.To.AddDate(0, 0, 1)))
}
