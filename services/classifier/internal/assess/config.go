// Package assess decides what an item says: which indicators it shows, how it
// stands to them, how many people were hurt, where, and how much all that
// weighs. It is a pure function of the item and the compiled rules.
package assess

import (
	"errors"
	"fmt"

	"faultline/pkg/event"
)

// Config is how findings are weighed.
type Config struct {
	// Threshold is the score from which an item with an asserted finding is
	// relevant.
	Threshold int `yaml:"threshold"`
	// Severity are the scores from which an item has each severity; it is never above that of
	// its gravest asserted finding.
	Severity Thresholds `yaml:"severity"`
	// Position multiplies points by where the evidence stands.
	Position Position `yaml:"position"`
	// Assertion multiplies points by how the text stands to the finding.
	Assertion Stance `yaml:"assertion"`
}

// Thresholds are the least scores of the severities.
type Thresholds struct {
	Low      int `yaml:"low"`
	Moderate int `yaml:"moderate"`
	High     int `yaml:"high"`
	Critical int `yaml:"critical"`
}

// Position weighs title, lead (the first LeadWords words of the text) and the
// rest.
type Position struct {
	Title     float64 `yaml:"title"`
	Lead      float64 `yaml:"lead"`
	Body      float64 `yaml:"body"`
	LeadWords int     `yaml:"lead_words"`
}

// Stance weighs the assertions; asserted is 1.
type Stance struct {
	Denied       float64 `yaml:"denied"`
	Historical   float64 `yaml:"historical"`
	Planned      float64 `yaml:"planned"`
	Hypothetical float64 `yaml:"hypothetical"`
}

// Default is the weighing that the shipped rules are written for.
func Default() Config {
	return Config{
		Threshold: 20,
		Severity:  Thresholds{Low: 20, Moderate: 40, High: 60, Critical: 85},
		Position:  Position{Title: 1, Lead: 0.8, Body: 0.4, LeadWords: 60},
		Assertion: Stance{Denied: 0.1, Historical: 0.1, Planned: 0.4, Hypothetical: 0.3},
	}
}

// Validate reports values that make no sense, each as "key: message; remedy".
func (c Config) Validate() error {
	var faults []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	check(0 < c.Threshold && c.Threshold <= 100, "threshold: %d is not between 1 and 100; write the score from which an item is an alert, 20 as shipped", c.Threshold)
	s := c.Severity
	check(0 < s.Low && s.Low < s.Moderate && s.Moderate < s.High && s.High < s.Critical && s.Critical <= 100,
		"severity: the scores %d, %d, %d, %d do not rise from 1 to 100; write low, moderate, high and critical in this order, as 20, 40, 60 and 85", s.Low, s.Moderate, s.High, s.Critical)
	for _, f := range []struct {
		key   string
		value float64
	}{
		{"position.title", c.Position.Title}, {"position.lead", c.Position.Lead}, {"position.body", c.Position.Body},
		{"assertion.denied", c.Assertion.Denied}, {"assertion.historical", c.Assertion.Historical},
		{"assertion.planned", c.Assertion.Planned}, {"assertion.hypothetical", c.Assertion.Hypothetical},
	} {
		check(0 <= f.value && f.value <= 1, "%s: %g is not between 0 and 1; write the share that a finding keeps, such as 0.4", f.key, f.value)
	}
	check(0 < c.Position.LeadWords, "position.lead_words: %d is not above 0; write how many words are the lead, 60 as shipped", c.Position.LeadWords)
	return errors.Join(faults...)
}

func (c Config) assertionFactor(a event.Assertion) float64 {
	switch a {
	case event.Denied:
		return c.Assertion.Denied
	case event.Historical:
		return c.Assertion.Historical
	case event.Planned:
		return c.Assertion.Planned
	case event.Hypothetical:
		return c.Assertion.Hypothetical
	}
	return 1
}
