package rule

import (
	"cmp"
	"maps"
	"slices"

	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/lang"
)

// LanguageFile is one file under languages/: the words of one language for
// rules that stand in other files. Whoever knows a language can write and
// review its files without touching the rules; a language may have several,
// but each rule gets its words of a language in one place.
type LanguageFile struct {
	// Language is the BCP 47 base language of all phrases and examples.
	Language string `yaml:"language"`
	// Lists, Guards and Entities hold phrases by the name of the list, the
	// guard or the entity that they belong to.
	Lists    map[string][]string `yaml:"lists"`
	Guards   map[string][]string `yaml:"guards"`
	Entities map[string][]string `yaml:"entities"`
	// Attributions are by the kind of source.
	Attributions map[string][]string `yaml:"attributions"`
	// Cues are blocks of their own beside those of the rules.
	Cues []LanguageCues `yaml:"cues"`
	// Indicators, Casualties and Composites are by id.
	Indicators map[string]LanguageRule `yaml:"indicators"`
	Casualties map[string]LanguageRule `yaml:"casualties"`
	Composites map[string]LanguageRule `yaml:"composites"`
	// Tests are whole items, as in rule files, but in this language unless they
	// say otherwise.
	Tests []Test `yaml:"tests"`
}

// LanguageRule is what a rule says in one language. Composites have examples
// only.
type LanguageRule struct {
	Match    []string `yaml:"match"`
	Lead     []string `yaml:"lead"` // indicators only
	Unless   []string `yaml:"unless"`
	Examples Examples `yaml:"examples"`
}

// LanguageCues is a block of Cues in one language.
type LanguageCues struct {
	Assertion   event.Assertion `yaml:"assertion"`
	Reach       int             `yaml:"reach"` // words
	Comma       bool            `yaml:"comma"`
	Numbers     bool            `yaml:"numbers"`
	Last        bool            `yaml:"last"`
	Previous    bool            `yaml:"previous"`
	Continues   bool            `yaml:"continues"`
	Before      []string        `yaml:"before"`
	After       []string        `yaml:"after"`
	Pseudo      []string        `yaml:"pseudo"`
	Terminators []string        `yaml:"terminators"`
}

// translation puts the words of one language file into the rules they are for.
type translation struct {
	pack     *pack
	file     *config.File
	language string
}

// addLanguage adds a language file. The rule files have been read before.
func (p *pack) addLanguage(file *config.File, f *LanguageFile) {
	t := translation{p, file, f.Language}
	if !lang.Possible(f.Language) {
		p.language(t.at("$.language"), "", f.Language)
		return
	}
	t.words("$.lists.", "list", f.Lists, func(name string, s source, words []string) bool {
		return translate(p.lists, name, func(l *located[Phrases]) bool { return t.give(&l.source, &l.value, s, "", words) })
	})
	t.words("$.guards.", "guard", f.Guards, func(name string, s source, words []string) bool {
		return translate(p.guards, name, func(l *located[Guard]) bool { return t.give(&l.source, &l.value.Match, s, ".match", words) })
	})
	t.words("$.entities.", "entity", f.Entities, func(id string, s source, words []string) bool {
		i := slices.IndexFunc(p.entities, func(l located[Entity]) bool { return l.value.ID == id })
		return i >= 0 && t.give(&p.entities[i].source, &p.entities[i].value.Names, s, ".names", words)
	})
	t.words("$.attributions.", "kind of source", f.Attributions, func(name string, s source, words []string) bool {
		return translate(p.attributions, name, func(l *located[Phrases]) bool { return t.give(&l.source, &l.value, s, "", words) })
	})
	t.rules(f)
	t.cues(f.Cues)
	for i := range f.Tests {
		f.Tests[i].Language = cmp.Or(f.Tests[i].Language, f.Language)
	}
	p.tests = appendAll(p.tests, file, "$.tests", f.Tests)
}

// translate changes the value of a name, if there is one.
func translate[T any](in map[string]located[T], name string, change func(*located[T]) bool) bool {
	l, ok := in[name]
	if !ok {
		return false
	}
	ok = change(&l)
	in[name] = l
	return ok
}

func (t translation) at(path string) source { return source{file: t.file, path: path} }

// words gives each name of a section its words, and reports names that nothing
// has.
func (t translation) words(under, what string, section map[string][]string, give func(name string, s source, words []string) bool) {
	for _, name := range sortedNames(section) {
		s := t.at(under + name)
		if !give(name, s, section[name]) && !t.pack.partial {
			t.pack.fail(s.errorf("", "write the name of a "+what+" that the rules define", "unknown %s %q", what, name))
		}
	}
}

// give adds the phrases of the language to those that a rule has. It reports
// true unless there was nothing to add to.
func (t translation) give(to *source, all *Phrases, from source, part string, words []string) bool {
	if len(words) == 0 {
		return true
	}
	if have := (*all)[t.language]; len(have) > 0 {
		t.pack.fail(from.errorf("", "keep the words of a language in one file", "its phrases in %q stand already in %s", t.language, to.in(t.language, part).at()))
		return true
	}
	*all = with(*all, t.language, words)
	t.note(to, from)
	return true
}

// note remembers that a rule has words of the language in this file.
func (t translation) note(to *source, from source) { to.packs = with(to.packs, t.language, from) }

// with returns the map with one entry more.
func with[M ~map[string]V, V any](m M, key string, value V) M {
	out := maps.Clone(m)
	if out == nil {
		out = M{}
	}
	out[key] = value
	return out
}

// rules adds the phrases and examples of indicators, casualty rules and
// composites.
func (t translation) rules(f *LanguageFile) {
	p := t.pack
	for _, id := range sortedNames(f.Indicators) {
		i := slices.IndexFunc(p.indicators, func(l located[Indicator]) bool { return l.value.ID == id })
		if s := t.at("$.indicators." + id); t.known(s, i, "indicator", id) {
			l := &p.indicators[i]
			t.rule(&l.source, s, f.Indicators[id], ruleParts{&l.value.Match, &l.value.Lead, &l.value.Unless, &l.value.Examples})
		}
	}
	for _, id := range sortedNames(f.Casualties) {
		i := slices.IndexFunc(p.casualties, func(l located[Casualty]) bool { return l.value.ID == id })
		if s := t.at("$.casualties." + id); t.known(s, i, "casualty rule", id) {
			l := &p.casualties[i]
			t.rule(&l.source, s, f.Casualties[id], ruleParts{&l.value.Match, nil, &l.value.Unless, &l.value.Examples})
		}
	}
	for _, id := range sortedNames(f.Composites) {
		i := slices.IndexFunc(p.composites, func(l located[Composite]) bool { return l.value.ID == id })
		if s := t.at("$.composites." + id); t.known(s, i, "composite", id) {
			l := &p.composites[i]
			t.rule(&l.source, s, f.Composites[id], ruleParts{nil, nil, nil, &l.value.Examples})
		}
	}
}

func (t translation) known(s source, i int, what, id string) bool {
	if i < 0 && !t.pack.partial {
		t.pack.fail(s.errorf("", "write the id of one that the rules define", "unknown %s %q", what, id))
	}
	return i >= 0
}

// ruleParts are the parts of a rule that a language file adds to; nil are
// those that such a rule does not have.
type ruleParts struct {
	match, lead, unless *Phrases
	examples            *map[string]Examples
}

func (t translation) rule(to *source, from source, r LanguageRule, parts ruleParts) {
	if _, ok := to.packs[t.language]; ok {
		t.pack.fail(from.errorf("", "keep the words of a language in one file", "its words in %q stand already in %s", t.language, to.packs[t.language].at()))
		return
	}
	for _, part := range []struct {
		name  string
		to    *Phrases
		words []string
	}{{".match", parts.match, r.Match}, {".lead", parts.lead, r.Lead}, {".unless", parts.unless, r.Unless}} {
		if part.to == nil && len(part.words) > 0 {
			t.pack.fail(from.errorf(part.name, "remove it", "such a rule has no %s phrases", part.name[1:]))
		} else if len(part.words) > 0 {
			t.give(to, part.to, from, part.name, part.words)
		}
	}
	if len(r.Examples.Fires)+len(r.Examples.Quiet) > 0 {
		*parts.examples = with(*parts.examples, t.language, r.Examples)
		t.note(to, from)
	}
}

// cues adds the blocks of cues.
func (t translation) cues(blocks []LanguageCues) {
	in := func(words []string) Phrases {
		if len(words) == 0 {
			return nil
		}
		return Phrases{t.language: words}
	}
	for i, b := range blocks {
		s := t.at(config.Index("$.cues", i))
		s.packs = map[string]source{t.language: t.at(s.path)}
		t.pack.cues = append(t.pack.cues, located[Cues]{s, Cues{Assertion: b.Assertion, Reach: b.Reach, Comma: b.Comma, Numbers: b.Numbers, Last: b.Last, Previous: b.Previous, Continues: b.Continues,
			Before: in(b.Before), After: in(b.After), Pseudo: in(b.Pseudo), Terminators: in(b.Terminators)}})
	}
}
