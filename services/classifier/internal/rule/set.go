package rule

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/token"
)

// Set is a compiled rule set. It is immutable.
type Set struct {
	Hash       string // of the files it was read from
	Indicators []IndicatorRule
	Casualties []CasualtyRule
	Guards     []GuardRule
	Cues       []Cues
	// Sources are the kinds of source that attributions name, sorted.
	Sources    []string
	Composites []CompositeRule
	Entities   []Entity
	Tests      []TestCase
	programs   map[string]*Program
	lists      []kind            // by Owner.Index
	labels     map[string]string // what alerts call those of a list, as far as files say
	slots      map[string]string // what lists and classes are in phrases that name no slots
	filters    map[string]tuning // by rule, disabled ones as well
	ids        []string          // of all rules, disabled ones as well
}

// IndicatorRule is an indicator with the guards that apply to it.
type IndicatorRule struct {
	Indicator
	Guarded []bool // by guard
	tuning
	source
}

// CasualtyRule is a casualty rule with the guards that apply to it.
type CasualtyRule struct {
	Casualty
	Guarded []bool
	tuning
	source
}

// GuardRule is a guard with its name.
type GuardRule struct {
	Guard
	Name string
	source
}

// CompositeRule is a composite with its condition.
type CompositeRule struct {
	Composite
	Condition Condition
	tuning
	source
}

// TestCase is a test with its place.
type TestCase struct {
	Test
	source
}

// Item is the test as an item of an outlet.
func (t Test) Item() event.Item {
	return event.Item{Title: t.Title, Text: t.Text, Language: t.Language, Published: t.Published.Time, Source: event.Source{Country: t.Country}}
}

// Item is the example as an item of an outlet.
func (e Example) Item() event.Item {
	return event.Item{Title: e.Title, Text: e.Text, Published: e.Published.Time, Source: event.Source{Country: e.Country}}
}

// At is where the rule stands: "rules/x.yaml:12".
func (s source) At() string { return s.at() }

// AtExample is where an example stands, "rules/x.yaml:12:9"; list is "fires" or "quiet".
func (s source) AtExample(language, list string, i int) string {
	at := s.in(language, ".examples")
	at.path += "." + list
	at = at.element(i)
	return fmt.Sprintf("%s:%d", at.at(), at.file.At(at.where()).Column)
}

// Files are all rule, entity and language files of a configuration, read and not
// yet compiled.
type Files struct{ pack *pack }

// Read reads the files. Their errors are config.Errors, all of them at once.
func Read(dir *config.Dir) (Files, error) {
	p, err := readPack(dir)
	return Files{p}, err
}

// IDs are those of the rules that the files have, sound or not.
func (f Files) IDs() []string { return f.pack.ids() }

// Load reads the files and compiles them.
func Load(dir *config.Dir, v *token.Vocabulary) (*Set, error) {
	files, err := Read(dir)
	if err != nil {
		return nil, err
	}
	return files.Compile(v)
}

// Compile compiles the files, once. Words of the texts that are in the vocabulary
// will carry its ids. Errors of the files are config.Errors, all of them at once.
func (f Files) Compile(v *token.Vocabulary) (*Set, error) {
	p := f.pack
	p.complete()
	set := &Set{Hash: p.hash()}
	set.fill(p)
	set.programs = p.compile(v)
	if err := p.errors.Err(); err != nil {
		return nil, err
	}
	return set, nil
}

// ReadTests reads a file of tests of the rules. Faults of the file are
// config.Errors.
func (s *Set) ReadTests(file config.File) ([]TestCase, error) {
	if key, line := ruleKey(file.Data); key != "" {
		return nil, config.Errors{{Path: file.Path, Line: line, Column: 1, Message: "it has " + key + ":, so it is a file of rules, and only files with nothing but tests: can be named",
			Remedy: "to run the examples and tests of the rules, name no file: faultline rules test --config DIR"}}
	}
	var f TestFile
	if err := file.Decode(&f); err != nil {
		return nil, err
	}
	p := &pack{tests: appendAll(nil, &file, "$.tests", f.Tests)}
	if p.checkTests(s.ids); len(p.errors) > 0 {
		return nil, p.errors
	}
	cases := make([]TestCase, len(p.tests))
	for i, l := range p.tests {
		cases[i] = TestCase{l.value, l.source}
	}
	return cases, nil
}

// ruleKey is the first key of a file that only files of rules have, with its line; "" when
// there is none.
func ruleKey(data string) (key string, at int) {
	keys := reflect.TypeFor[File]()
	for line := range strings.Lines(data) {
		at++
		name, _, found := strings.Cut(line, ":")
		for i := range keys.NumField() {
			if key := keys.Field(i).Tag.Get("yaml"); found && key == name && key != "tests" {
				return key, at
			}
		}
	}
	return "", 0
}

func (p *pack) hash() string {
	h := sha256.New()
	for _, f := range p.files {
		fmt.Fprintf(h, "%s %d\n", f.Name, len(f.Data))
		h.Write([]byte(f.Data))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

func (s *Set) fill(p *pack) {
	s.ids, s.filters = p.ids(), map[string]tuning{}
	for _, name := range sortedNames(p.lists) {
		s.lists = append(s.lists, kind{name, p.slot(name)})
	}
	s.labels = map[string]string{}
	for name := range p.labels {
		s.labels[name] = p.labels[name].value
	}
	s.slots = map[string]string{}
	for name := range p.slots {
		s.slots[name] = p.slot(name)
	}
	for _, f := range p.filters {
		s.filters[f.value.Indicator] = p.tuning(f.value.Indicator)
	}
	for _, name := range sortedNames(p.guards) {
		l := p.guards[name]
		s.Guards = append(s.Guards, GuardRule{l.value, name, l.source})
	}
	for _, l := range p.indicators {
		s.Indicators = append(s.Indicators, IndicatorRule{l.value, s.guarded(l.value.Category, l.value.Guards, l.value.NoGuards), s.filters[l.value.ID], l.source})
	}
	for _, l := range p.casualties {
		s.Casualties = append(s.Casualties, CasualtyRule{l.value, s.guarded("casualties", l.value.Guards, l.value.NoGuards), s.filters[l.value.ID], l.source})
	}
	s.Sources = sortedNames(p.attributions)
	for _, l := range p.cues {
		s.Cues = append(s.Cues, l.value)
	}
	for _, l := range p.composites {
		s.Composites = append(s.Composites, CompositeRule{l.value, p.condition(l), s.filters[l.value.ID], l.source})
	}
	for _, l := range p.entities {
		s.Entities = append(s.Entities, l.value)
	}
	for _, l := range p.tests {
		s.Tests = append(s.Tests, TestCase{l.value, l.source})
	}
}

// guarded says which guards apply to an indicator of a category.
func (s *Set) guarded(category string, also, never []string) []bool {
	out := make([]bool, len(s.Guards))
	for i, g := range s.Guards {
		applies := g.Default && (len(g.Categories) == 0 || slices.Contains(g.Categories, category))
		out[i] = (applies || slices.Contains(also, g.Name)) && !slices.Contains(never, g.Name)
	}
	return out
}

// Tuning says what filters do to a rule for items of a feed, each with its
// place. Words that they exclude are not among it.
func (s *Set) Tuning(id, feed string) []string { return s.filters[id].said(feed) }

// Kind is the list or class that a phrase puts its words into, and the slot
// that those are for; both are "" for phrases of other roles.
func (s *Set) Kind(o *Owner) (name, slot string) {
	switch o.Role {
	case RoleList:
		return s.lists[o.Index].name, s.lists[o.Index].slot
	case RoleClass:
		class := s.Entities[o.Index].Classes[o.Class].Class
		return class, s.slots[class]
	}
	return "", ""
}

// Label is what alerts call those of a list or class beside words of the rules.
func (s *Set) Label(kind string) string {
	return cmp.Or(s.labels[kind], strings.ReplaceAll(kind, "-", " "))
}

// kind is a list with what its words are in phrases that name no slots.
type kind struct{ name, slot string }

// Program returns the rules for texts in a language.
func (s *Set) Program(language string) *Program {
	if p, ok := s.programs[language]; ok {
		return p
	}
	return s.programs[""]
}

// Languages are those that the rules are written in, sorted.
func (s *Set) Languages() []string {
	names := sortedNames(s.programs)
	return slices.DeleteFunc(names, func(l string) bool { return l == "" })
}
