// Package rule reads rule and entity files, checks them and compiles them into
// what the assessment runs: one phrase program per language, and the tables
// that say what each phrase means.
package rule

import (
	"fmt"
	"slices"

	"faultline/pkg/config"
	"faultline/pkg/event"
)

// Any is the key under which phrases stand that fit every language.
const Any = "any"

// Phrases are phrases by language (BCP 47 base language, or Any).
type Phrases map[string][]string

// File is one file under rules/.
type File struct {
	Lists map[string]Phrases `yaml:"lists"`
	// Slots say what a list is in phrases that name no slots: actor or target.
	Slots map[string]string `yaml:"slots"`
	// Labels are what alerts call those of a list in a language that titles are not in;
	// the default is its name: "government building".
	Labels map[string]string `yaml:"labels"`
	// Agents are the words beside who did it in the passive, one word each: by,
	// par. A language without any says it by case. One file has them all.
	Agents Phrases `yaml:"agents"`
	// Turns are words with which a sentence turns to another statement: but,
	// meanwhile. They end the reach of every cue and attribution. One file has
	// them all.
	Turns      Phrases          `yaml:"turns"`
	Indicators []Indicator      `yaml:"indicators"`
	Guards     map[string]Guard `yaml:"guards"`
	Cues       []Cues           `yaml:"cues"`
	Casualties []Casualty       `yaml:"casualties"`
	Composites []Composite      `yaml:"composites"`
	Filters    []Filter         `yaml:"filters"`
	// Attributions are words that tell whose word a finding is, by the kind of
	// source: official, media, witness, armed-group, unnamed or hearsay.
	Attributions map[string]Phrases `yaml:"attributions"`
	Tests        []Test             `yaml:"tests"`
}

// Indicator is a sign of instability that a text can show.
type Indicator struct {
	ID       string         `yaml:"id" meant:"name"`                 // unique over all files: small letters, digits, hyphens
	Title    string         `yaml:"title" meant:"description,label"` // what alerts say
	Category string         `yaml:"category"`                        // one of the 18
	Severity event.Severity `yaml:"severity"`                        // the most it makes of an item
	// Points are 1 to 100, before position, assertion and guards.
	Points float64           `yaml:"points" meant:"score,weight"`
	Status Status            `yaml:"status"`
	Codes  map[string]string `yaml:"codes"`
	// Assertion is how the text stands to it when no cue applies.
	Assertion event.Assertion `yaml:"assertion"`
	// Cues are the kinds of cue that apply to it; nil means all.
	Cues []event.Assertion `yaml:"cues"`
	// Actors are lists that can do this, besides those whose slot is actor: an
	// official calls for autonomy.
	Actors []string `yaml:"actors"`
	// Targets are the lists that this is done to before those of other lists,
	// the likeliest first: an official is taken hostage rather than a building.
	Targets []string `yaml:"targets"`
	// Mutual says that both sides do it to each other: alerts name them side by side.
	Mutual bool `yaml:"mutual"`
	// Match are the phrases by language (en, ru, any) that show it.
	Match Phrases `yaml:"match" meant:"phrases,phrase,words,keywords,pattern,patterns,regex,any"`
	// Lead are phrases that count in the title and the lead only: words that
	// say little when a long text mentions them in passing.
	Lead Phrases `yaml:"lead"`
	// Unless are phrases that drop a match in their sentence.
	Unless Phrases `yaml:"unless" meant:"except,exclude,not"`
	// Guards apply besides the default ones, NoGuards never.
	Guards         []string            `yaml:"guards"`
	NoGuards       []string            `yaml:"no_guards"`
	FalsePositives string              `yaml:"falsepositives"`
	Examples       map[string]Examples `yaml:"examples"`
}

// Preference is the place of a list among Targets, behind them all for others.
func (i *Indicator) Preference(list string) int {
	if at := slices.Index(i.Targets, list); at >= 0 {
		return at
	}
	return len(i.Targets)
}

// Status says how far an indicator is trusted.
type Status string

// The statuses. A test indicator is matched and its examples are run, but it
// adds nothing to an assessment.
const (
	Stable  Status = "stable"
	Testing Status = "test"
)

// Examples are texts that must and must not show an indicator.
type Examples struct {
	Fires []Example `yaml:"fires"`
	Quiet []Example `yaml:"quiet"`
}

// Example is one text with what else must hold. In a file it is a string or a
// mapping.
type Example struct {
	Title     string            `yaml:"title"`
	Text      string            `yaml:"text"`
	Country   string            `yaml:"country"`
	Published Date              `yaml:"published"`
	Assertion event.Assertion   `yaml:"assertion"`
	Slots     map[string]string `yaml:"slots"`
}

// UnmarshalYAML reads a string as the text.
func (e *Example) UnmarshalYAML(unmarshal func(any) error) error {
	var text string
	if unmarshal(&text) == nil {
		*e = Example{Text: text}
		return nil
	}
	type plain Example
	return unmarshal((*plain)(e))
}

// Guard is a context in which words mean something else: a film, a match, an
// exercise.
type Guard struct {
	Title   string `yaml:"title"`
	Default bool   `yaml:"default"` // applies to every indicator that does not exclude it
	Scope   Scope  `yaml:"scope"`
	Reach   int    `yaml:"reach"` // words, for scope near
	Min     int    `yaml:"min"`   // different places in the text, for scope item
	// Factor multiplies the points; 0 drops the finding.
	Factor     float64  `yaml:"factor"`
	Categories []string `yaml:"categories"` // only findings of these; empty means all
	Match      Phrases  `yaml:"match"`
	// Unless are phrases beside which a word of Match, in their sentence, means
	// what it says: gunmen at a match are no sport.
	Unless Phrases `yaml:"unless"`
}

// Scope is how far a guard works.
type Scope string

// The scopes. A guard in the title covers the whole item in the first two; the last
// concerns what is read into its own words: riot police are no riot.
const (
	ScopeNear   Scope = "near"
	ScopeItem   Scope = "item"
	ScopeWithin Scope = "within"
)

// Cues are words that tell how the text stands to what is beside them, in the
// way of NegEx (Chapman et al. 2001) and ConText (Harkema et al. 2009).
type Cues struct {
	Assertion event.Assertion `yaml:"assertion"`
	Reach     int             `yaml:"reach"`   // words
	Comma     bool            `yaml:"comma"`   // a comma ends the reach as well
	Numbers   bool            `yaml:"numbers"` // they concern numbers only: not of the event at hand
	// Last says that those behind a finding count only where nothing goes on behind them:
	// "Kidnapping of mayor denied", not "police denied entry".
	Last bool `yaml:"last"`
	// Previous says that they open a sentence, within reach words, and speak of all that
	// the sentence before it names: "That is not true."
	Previous bool `yaml:"previous"`
	// Continues says that they open a sentence that goes on where the one before
	// it was, and make it past if that one tells of a past year: "The next day".
	Continues   bool    `yaml:"continues"`
	Before      Phrases `yaml:"before"`
	After       Phrases `yaml:"after"`
	Pseudo      Phrases `yaml:"pseudo"`
	Terminators Phrases `yaml:"terminators"`
}

// Casualty reads a number of people from a text.
type Casualty struct {
	ID       string         `yaml:"id"`
	Title    string         `yaml:"title"`
	Kind     Kind           `yaml:"kind"`
	Points   float64        `yaml:"points"`
	Severity event.Severity `yaml:"severity"`
	// Violent says that the words tell of violence by themselves.
	Violent bool `yaml:"violent"`
	// Count is the number when the phrase has no <n>: "a policeman was killed".
	Count    int                 `yaml:"count"`
	Codes    map[string]string   `yaml:"codes"`
	Guards   []string            `yaml:"guards"`
	NoGuards []string            `yaml:"no_guards"`
	Match    Phrases             `yaml:"match"`
	Unless   Phrases             `yaml:"unless"`
	Examples map[string]Examples `yaml:"examples"`
}

// Kind is what happened to the people a number counts.
type Kind string

// The kinds of casualty.
const (
	Killed    Kind = "killed"
	Injured   Kind = "injured"
	Missing   Kind = "missing"
	Detained  Kind = "detained"
	Displaced Kind = "displaced"
)

// Kinds lists the kinds of casualty, the gravest first.
func Kinds() []Kind { return []Kind{Killed, Injured, Missing, Detained, Displaced} }

// Composite is an indicator that follows from others.
type Composite struct {
	ID       string              `yaml:"id"`
	Title    string              `yaml:"title"`
	Category string              `yaml:"category"`
	Severity event.Severity      `yaml:"severity"`
	Points   float64             `yaml:"points"`
	Codes    map[string]string   `yaml:"codes"`
	When     string              `yaml:"when"`
	Examples map[string]Examples `yaml:"examples"`
}

// Filter tunes an indicator of another file.
type Filter struct {
	Indicator string   `yaml:"indicator"`
	Disable   bool     `yaml:"disable"`
	Override  Override `yaml:"override"`
	Exclude   Exclude  `yaml:"exclude"`
}

// Override replaces what it sets.
type Override struct {
	Points   *float64       `yaml:"points"`
	Severity event.Severity `yaml:"severity"`
	Status   Status         `yaml:"status"`
	Guards   []string       `yaml:"guards"`
}

// Exclude drops matches that stand in a sentence with one of the phrases, or
// come from one of the feeds.
type Exclude struct {
	Match Phrases  `yaml:"match"`
	Feeds []string `yaml:"feeds"`
}

// Test is a whole item with what the assessment must say.
type Test struct {
	Name      string `yaml:"name"`
	Title     string `yaml:"title"`
	Text      string `yaml:"text"`
	Language  string `yaml:"lang"`
	Country   string `yaml:"country"`
	Published Date   `yaml:"published"`
	Want      Want   `yaml:"want"`
}

// Want is what a test demands; what is left out is not looked at.
type Want struct {
	Relevant   *bool                      `yaml:"relevant"`
	Categories []string                   `yaml:"categories"` // all of these asserted
	Not        []string                   `yaml:"not"`        // none of these asserted
	Severity   event.Severity             `yaml:"severity"`
	Killed     *int                       `yaml:"killed"` // lowest bounds; 0 means none given
	Injured    *int                       `yaml:"injured"`
	Missing    *int                       `yaml:"missing"`
	Detained   *int                       `yaml:"detained"`
	Displaced  *int                       `yaml:"displaced"`
	Main       string                     `yaml:"main"`  // country of the main place, ISO 3166-1 alpha-2
	Place      string                     `yaml:"place"` // name of the main place
	Findings   map[string]event.Assertion `yaml:"findings"`
	Entities   []string                   `yaml:"entities"`
}

// TestFile is a file of tests alone, which a desk keeps beside its rules.
type TestFile struct {
	Tests []Test `yaml:"tests"`
}

// EntityFile is one file under entities/.
type EntityFile struct {
	Entities []Entity `yaml:"entities"`
}

// Entity is a person, an office, a group, a base or a building with its names.
type Entity struct {
	ID      string       `yaml:"id"`
	Title   string       `yaml:"title"`
	Classes []Membership `yaml:"classes"`
	Side    string       `yaml:"side"`
	Country string       `yaml:"country"`
	Valid   Period       `yaml:"valid"`
	Names   Phrases      `yaml:"names"`
}

// Membership says when an entity belongs to a class. In a file it is the
// class's name or a mapping.
type Membership struct {
	Class string `yaml:"class"`
	From  Date   `yaml:"from"`
	To    Date   `yaml:"to"`
}

// UnmarshalYAML reads a string as the class.
func (m *Membership) UnmarshalYAML(unmarshal func(any) error) error {
	var class string
	if unmarshal(&class) == nil {
		*m = Membership{Class: class}
		return nil
	}
	type plain Membership
	return unmarshal((*plain)(m))
}

// source is where a rule stands. Every phrase of every language has one, so that it
// is small: all parts of a file share it, and the elements of a list their path.
type source struct {
	file *config.File
	path string // YAML path
	nth  int32  // 1 for the first element of the list at path, 0 for the list
	// packs are where its words of other languages stand: see LanguageFile.
	packs map[string]source
}

// in is where a part of the rule (".match") stands for a language.
func (s source) in(language, part string) source {
	if p, ok := s.packs[language]; ok {
		return source{file: p.file, path: p.path + part}
	}
	return source{file: s.file, path: s.path + part + "." + language}
}

func (s source) errorf(path, remedy, format string, args ...any) *config.Error {
	return s.file.Errorf(s.where()+path, remedy, format, args...)
}

// where is the whole YAML path.
func (s source) where() string {
	if s.nth == 0 {
		return s.path
	}
	return index(s.path, int(s.nth-1))
}

// at is the position for people: "rules/x.yaml:12".
func (s source) at() string {
	return fmt.Sprintf("%s:%d", s.file.Path, s.file.At(s.where()).Line)
}
