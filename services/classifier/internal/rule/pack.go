package rule

import (
	"cmp"
	"errors"
	"io/fs"
	"maps"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"faultline/pkg/config"
)

// Patterns of the files a pack is read from.
const (
	RuleFiles     = "rules/**/*.yaml"
	EntityFiles   = "entities/**/*.yaml"
	LanguageFiles = "languages/**/*.yaml"
)

// maxErrors is how many faults are told at once.
const maxErrors = 100

// located is a value with where it stands.
type located[T any] struct {
	source
	value T
}

// pack is all rule and entity files together, with the place of each part.
type pack struct {
	files        []config.File
	lists        map[string]located[Phrases]
	attributions map[string]located[Phrases]
	slots        map[string]located[string]
	labels       map[string]located[string]
	agents       located[Phrases]
	turns        located[Phrases]
	guards       map[string]located[Guard]
	indicators   []located[Indicator]
	cues         []located[Cues]
	partial      bool // a rule or entity file could not be read: what others name may be there
	broken       bool // a file could not be read: its rules are not there
	misnamed     bool // a file has a key at its left edge that there is not: what others name may be below it
	casualties   []located[Casualty]
	composites   []located[Composite]
	filters      []located[Filter]
	tests        []located[Test]
	entities     []located[Entity]
	classes      map[string]bool
	errors       config.Errors
}

// fail notes a fault.
func (p *pack) fail(e *config.Error) {
	if len(p.errors) < maxErrors {
		p.errors = append(p.errors, e)
	}
}

// readPack reads all files of a configuration and checks that names are unique.
func readPack(dir *config.Dir) (*pack, error) {
	p := &pack{lists: map[string]located[Phrases]{}, attributions: map[string]located[Phrases]{}, slots: map[string]located[string]{}, labels: map[string]located[string]{}, guards: map[string]located[Guard]{}, classes: map[string]bool{}}
	if err := each(p, dir, RuleFiles, p.addRules); err != nil {
		return nil, err
	}
	if err := each(p, dir, EntityFiles, p.addEntities); err != nil {
		return nil, err
	}
	p.partial = len(p.errors) > 0
	if err := each(p, dir, LanguageFiles, p.addLanguage); err != nil {
		return nil, err
	}
	if !p.broken {
		return p, nil // what was wrong is told with all that Compile finds
	}
	return p, p.errors.Err()
}

// content is a file with what it holds.
type content[T any] struct {
	file  *config.File // nil when there is none to read
	value T
	err   error
}

// each adds the files of a pattern in the order of their names. They are read side by
// side, which is most of the work.
func each[T any](p *pack, dir *config.Dir, pattern string, add func(*config.File, *T)) error {
	names, err := dir.Glob(pattern)
	if err != nil {
		return err
	}
	all := make([]content[T], len(names))
	sideBySide(len(names), func(i int) { all[i].read(dir, names[i]) })
	for i := range all {
		c := &all[i]
		if errors.Is(c.err, fs.ErrNotExist) {
			continue // removed since it was listed
		}
		if c.file != nil {
			p.files = append(p.files, *c.file)
		}
		var faults config.Errors
		switch {
		case faults.Take(c.err):
			add(c.file, &c.value)
		case len(faults) == 0:
			return c.err
		default:
			p.broken = true
		}
		p.misnamed = p.misnamed || slices.ContainsFunc(faults, func(e *config.Error) bool { return e.Column == 1 })
		p.errors = append(p.errors, faults...)
	}
	return nil
}

func (c *content[T]) read(dir *config.Dir, name string) {
	file, err := dir.Read(name)
	if err != nil {
		c.err = err
		return
	}
	c.file = &file
	c.err = file.Decode(&c.value)
}

// sideBySide does something n times on all processors.
func sideBySide(n int, do func(i int)) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		group.Go(func() error { do(i); return nil })
	}
	_ = group.Wait() // none fails
}

func (p *pack) addRules(file *config.File, f *File) {
	for _, name := range slices.Sorted(maps.Keys(f.Lists)) {
		addNamed(p, p.lists, "list", name, located[Phrases]{source{file: file, path: "$.lists." + name}, f.Lists[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(f.Slots)) {
		addNamed(p, p.slots, "slot of", name, located[string]{source{file: file, path: "$.slots." + name}, f.Slots[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(f.Labels)) {
		addNamed(p, p.labels, "label of", name, located[string]{source{file: file, path: "$.labels." + name}, f.Labels[name]})
	}
	if f.Agents != nil {
		p.addOnce(&p.agents, "agents", located[Phrases]{source{file: file, path: "$.agents"}, f.Agents})
	}
	if f.Turns != nil {
		p.addOnce(&p.turns, "turns", located[Phrases]{source{file: file, path: "$.turns"}, f.Turns})
	}
	for _, name := range slices.Sorted(maps.Keys(f.Attributions)) {
		addNamed(p, p.attributions, "kind of source", name, located[Phrases]{source{file: file, path: "$.attributions." + name}, f.Attributions[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(f.Guards)) {
		addNamed(p, p.guards, "guard", name, located[Guard]{source{file: file, path: "$.guards." + name}, f.Guards[name]})
	}
	p.indicators = appendAll(p.indicators, file, "$.indicators", f.Indicators)
	p.cues = appendAll(p.cues, file, "$.cues", f.Cues)
	p.casualties = appendAll(p.casualties, file, "$.casualties", f.Casualties)
	p.composites = appendAll(p.composites, file, "$.composites", f.Composites)
	p.filters = appendAll(p.filters, file, "$.filters", f.Filters)
	p.tests = appendAll(p.tests, file, "$.tests", f.Tests)
}

func addNamed[T any](p *pack, to map[string]located[T], what, name string, value located[T]) {
	if have, ok := to[name]; ok {
		p.fail(value.errorf("", "rename one of them", "the %s %q is defined already in %s", what, name, have.at()))
		return
	}
	to[name] = value
}

// addOnce takes words that only one file may have.
func (p *pack) addOnce(to *located[Phrases], what string, value located[Phrases]) {
	if to.value != nil {
		p.fail(value.errorf("", "put them into one file", "%s are defined already in %s", what, to.at()))
		return
	}
	*to = value
}

func appendAll[T any](to []located[T], file *config.File, path string, values []T) []located[T] {
	for i, v := range values {
		to = append(to, located[T]{source{file: file, path: config.Index(path, i)}, v})
	}
	return to
}

func (p *pack) addEntities(file *config.File, f *EntityFile) {
	p.entities = appendAll(p.entities, file, "$.entities", f.Entities)
	for _, e := range f.Entities {
		for _, c := range e.Classes {
			p.classes[c.Class] = true
		}
	}
}

// languages returns every language that any phrase is written in, sorted,
// without Any.
func (p *pack) languages() []string {
	seen := map[string]bool{}
	note := func(sets ...Phrases) {
		for _, s := range sets {
			for language := range s {
				seen[language] = true
			}
		}
	}
	for _, l := range p.lists {
		note(l.value)
	}
	for _, l := range p.attributions {
		note(l.value)
	}
	note(p.agents.value)
	note(p.turns.value)
	for _, g := range p.guards {
		note(g.value.Match, g.value.Unless)
	}
	for _, i := range p.indicators {
		note(i.value.Match, i.value.Lead, i.value.Unless)
	}
	for _, c := range p.cues {
		note(c.value.Before, c.value.After, c.value.Pseudo, c.value.Terminators)
	}
	for _, c := range p.casualties {
		note(c.value.Match, c.value.Unless)
	}
	for _, f := range p.filters {
		note(f.value.Exclude.Match)
	}
	for _, e := range p.entities {
		note(e.value.Names)
	}
	delete(seen, Any)
	return slices.Sorted(maps.Keys(seen))
}

// sortedNames gives maps a fixed order, so that a rule set compiles the same
// way every time.
func sortedNames[V any](m map[string]V) []string {
	return slices.SortedFunc(maps.Keys(m), cmp.Compare[string])
}
