package event

import (
	"cmp"
	"fmt"
	"iter"
	"strconv"
	"time"
)

// Assessment is what the rules say about one revision of an item.
type Assessment struct {
	Schema Schema `json:"schema"`
	// ID is NewID(item id, revision, ruleset).
	ID   string `json:"id"`
	Item Item   `json:"item"`
	// Language is the language the rules of which were used (BCP 47).
	Language string `json:"language"`
	// Relevant means: at least one asserted finding, and Score at or above the
	// threshold.
	Relevant bool     `json:"relevant"`
	Score    int      `json:"score"` // 0 to 100
	Severity Severity `json:"severity"`
	// Capped means that the score alone would give a higher severity, and no asserted finding
	// is as grave.
	Capped bool `json:"capped,omitempty"`
	// Categories are those of the asserted findings, sorted.
	Categories []string   `json:"categories,omitempty"`
	Findings   []Finding  `json:"findings,omitempty"`
	Places     []Place    `json:"places,omitempty"` // every mention, in order of position
	Main       *Place     `json:"main,omitempty"`   // the place of the story; nil means unplaced
	Regions    []string   `json:"regions,omitempty"`
	Casualties Casualties `json:"casualties"`
	// Entities are the ids of the people, offices and groups mentioned
	// ("person:bakiyev"), sorted.
	Entities []string  `json:"entities,omitempty"`
	Ruleset  string    `json:"ruleset"` // hash of the compiled rule set
	Assessed time.Time `json:"assessed"`
}

// Severity orders assessments and incidents.
type Severity string

// The severities, lowest first.
const (
	SeverityNone     Severity = "none"
	SeverityLow      Severity = "low"
	SeverityModerate Severity = "moderate"
	SeverityHigh     Severity = "high"
	SeverityCritical Severity = "critical"
)

// Severities lists the severities, lowest first.
func Severities() []Severity {
	return []Severity{SeverityNone, SeverityLow, SeverityModerate, SeverityHigh, SeverityCritical}
}

// Rank is the severity's place in Severities, or -1 for an unknown one.
func (s Severity) Rank() int {
	for i, v := range Severities() {
		if s == v {
			return i
		}
	}
	return -1
}

// Assertion says how the text stands to what a finding names.
type Assertion string

// The assertions. Only Asserted findings make an alert on their own.
const (
	Asserted     Assertion = "asserted"
	Denied       Assertion = "denied"
	Hypothetical Assertion = "hypothetical"
	Planned      Assertion = "planned"
	Historical   Assertion = "historical"
)

// Categories lists the fixed ids of what Faultline watches for.
func Categories() []string {
	return []string{
		"armed-clash", "armed-attack", "casualties", "kidnapping", "protest", "riot", "crackdown",
		"building-seizure", "secession", "coup", "mutiny", "arms-hoarding", "base-status", "extradition",
		"ethnic-violence", "price-unrest", "spillover", "displacement",
	}
}

// Finding is one indicator that a text shows, with the words that show it.
type Finding struct {
	Indicator string    `json:"indicator"`
	Title     string    `json:"title,omitempty"`
	Category  string    `json:"category"`
	Severity  Severity  `json:"severity,omitempty"`
	Assertion Assertion `json:"assertion"`
	// Points is what the finding adds before the sum saturates: the rule's
	// points x assertion x position x guard.
	Points float64 `json:"points"`
	// Guard names the context guard that demoted the finding, if any.
	Guard    string            `json:"guard,omitempty"`
	Codes    map[string]string `json:"codes,omitempty"` // coding scheme ("acled", "plover") to code
	Evidence []Evidence        `json:"evidence"`
	// Slots are who did it and to whom, as far as the sentence of the first
	// evidence says.
	Slots Slots `json:"slots,omitzero"`
	// Attribution is whose word it is, as the sentence of the first evidence
	// says; nil when it does not say.
	Attribution *Attribution `json:"attribution,omitempty"`
}

// Releases reports whether the finding asserts that who was held is free: the code "released"
// in the scheme "outcome".
func (f *Finding) Releases() bool { return f.Assertion == Asserted && f.Codes["outcome"] == "released" }

// Attribution says who reports a finding.
type Attribution struct {
	// Source is the kind of source: "official", "media", "witness",
	// "armed-group", "unnamed", or "hearsay" for words of doubt that name no
	// source: allegedly.
	Source string `json:"source"`
	Evidence
}

// Slots are the parts of what happened; nil where the text does not say.
type Slots struct {
	Actor  *Slot `json:"actor,omitempty"`
	Target *Slot `json:"target,omitempty"`
	Weapon *Slot `json:"weapon,omitempty"`
	Place  *Slot `json:"place,omitempty"`
	// Mutual is set where either side does it to the other: two sides clash.
	Mutual bool `json:"mutual,omitempty"`
}

// Get returns the slot of a name of the rules, nil if it is not filled.
func (s Slots) Get(name string) *Slot {
	for n, slot := range s.All() {
		if n == name {
			return slot
		}
	}
	return nil
}

// All are the slots that are filled, by the names that rules give them.
func (s Slots) All() iter.Seq2[string, *Slot] {
	return func(yield func(string, *Slot) bool) {
		for _, f := range [...]struct {
			name string
			slot *Slot
		}{{"actor", s.Actor}, {"target", s.Target}, {"weapon", s.Weapon}, {"place", s.Place}} {
			if f.slot != nil && !yield(f.name, f.slot) {
				return
			}
		}
	}
}

// Len is how many slots are filled.
func (s Slots) Len() (n int) {
	for range s.All() {
		n++
	}
	return n
}

// Who names who did it and to whom, "" where the text does not say.
func (s Slots) Who() (actor, target string) {
	if s.Actor != nil {
		actor = s.Actor.Name()
	}
	if s.Target != nil {
		target = s.Target.Name()
	}
	return actor, target
}

// Slot is who did something, or to whom it was done.
type Slot struct {
	// Kind is the list or class of entities that the words are in: "crowd",
	// "armed-group", "security-forces", "official"; "" when they are in none.
	Kind string `json:"kind,omitempty"`
	// Label is what to call it beside words of the rules: the title of the entity
	// that the words name, or their kind, as rules are in English and an inflected
	// word of another language would stand there alone. "" where the words will do.
	Label string `json:"label,omitempty"`
	Evidence
}

// Name is the label, or else the words.
func (s *Slot) Name() string { return cmp.Or(s.Label, s.Text) }

// The fields of an item that evidence and places point into.
const (
	FieldTitle = "title"
	FieldText  = "text"
)

// Evidence is a span of an item: bytes Start to End of Field, which read Text.
type Evidence struct {
	Field string `json:"field"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// Place is a mention of a place and what it was resolved to.
type Place struct {
	Evidence
	GeonameID int     `json:"geoname_id"`
	Name      string  `json:"name"`
	Country   string  `json:"country"`          // ISO 3166-1 alpha-2
	Admin1    string  `json:"admin1,omitempty"` // GeoNames first-level code within the country
	Lat       float64 `json:"lat"`
	Lon       float64 `json:"lon"`
	// Confidence is 0 to 1.
	Confidence float64 `json:"confidence"`
}

// Casualties are the numbers a text gives for the event. A nil count means the
// text gives none.
type Casualties struct {
	Killed    *Count `json:"killed,omitempty"`
	Injured   *Count `json:"injured,omitempty"`
	Missing   *Count `json:"missing,omitempty"`
	Detained  *Count `json:"detained,omitempty"`
	Displaced *Count `json:"displaced,omitempty"`
}

// Counts are the kinds ("killed", "injured", "missing", "detained", "displaced")
// in this order, each with its count, which is nil when the text gives none.
func (c *Casualties) Counts() iter.Seq2[string, *Count] {
	return func(yield func(string, *Count) bool) {
		_ = yield("killed", c.Killed) && yield("injured", c.Injured) && yield("missing", c.Missing) &&
			yield("detained", c.Detained) && yield("displaced", c.Displaced)
	}
}

// Count is a number of people with its bounds: "12" is 12 to 12, "at least 12"
// has no upper bound (Max 0), "dozens" is 24 and more. Min is the number that the
// text says: of "more than 60" it is 60, with Over.
type Count struct {
	Min      int       `json:"min"`
	Max      int       `json:"max,omitempty"`
	Over     bool      `json:"over,omitempty"` // there are more than Min; Max is 0
	Evidence *Evidence `json:"evidence,omitempty"`
}

// String is the number with its bounds in words.
func (c Count) String() string {
	switch {
	case c.Over:
		return fmt.Sprintf("more than %d", c.Min)
	case c.Max == 0 && c.Min > 0:
		return fmt.Sprintf("at least %d", c.Min)
	case c.Max > c.Min:
		return fmt.Sprintf("%d to %d", c.Min, c.Max)
	}
	return strconv.Itoa(c.Min)
}
