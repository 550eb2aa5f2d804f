package rule

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/lang"
	"faultline/services/classifier/internal/phrase"
)

// Defaults of what a file leaves out.
const (
	defaultGuardReach = 12
	defaultCueReach   = 8
	longestReach      = 60
)

// complete fills in defaults and checks every value that is not a phrase.
func (p *pack) complete() {
	ids := map[string]source{}
	for i := range p.indicators {
		p.completeIndicator(&p.indicators[i], ids)
	}
	for i := range p.casualties {
		p.completeCasualty(&p.casualties[i], ids)
	}
	for i := range p.composites {
		p.completeComposite(&p.composites[i], ids)
	}
	for _, name := range sortedNames(p.guards) {
		p.guards[name] = p.completeGuard(name, p.guards[name])
	}
	for i := range p.cues {
		p.completeCues(&p.cues[i])
	}
	p.checkLists()
	p.checkSlots()
	p.checkLabels()
	p.checkSources()
	p.checkEntities()
	p.applyFilters()
	p.checkTests(p.ids())
}

// unique checks an id and that nothing else has it.
func (p *pack) unique(s source, what, id string, ids map[string]source) {
	if !validID(id) {
		p.fail(s.errorf(".id", "use small letters, digits and hyphens", "the id %q of the %s is not valid", id, what))
		return
	}
	if have, ok := ids[id]; ok {
		p.fail(s.errorf(".id", "rename one of them", "the id %q is taken by %s", id, have.at()))
		return
	}
	ids[id] = s
}

// ValidID reports whether a rule can be called so.
func ValidID(id string) bool { return validID(id) }

func validID(id string) bool {
	return id != "" && len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	})
}

func (p *pack) completeIndicator(l *located[Indicator], ids map[string]source) {
	v := &l.value
	p.unique(l.source, "indicator", v.ID, ids)
	p.title(l.source, v.Title)
	p.category(l.source, v.Category)
	p.severity(l.source, v.Severity)
	p.points(l.source, v.Points, 1)
	v.Status = cmp.Or(v.Status, Stable)
	p.status(l.source, v.Status)
	v.Assertion = cmp.Or(v.Assertion, event.Asserted)
	p.assertion(l.source, ".assertion", v.Assertion, true)
	for i, c := range v.Cues {
		p.assertion(l.source, index(".cues", i), c, false)
	}
	p.guardNames(l.source, v.Guards, v.NoGuards)
	p.roles(l.source, ".actors", v.Actors)
	p.roles(l.source, ".targets", v.Targets)
	if len(v.Match)+len(v.Lead) == 0 {
		p.fail(l.errorf("", "add match: {en: [...]}", "the indicator %q has no phrases", v.ID))
	}
	p.examples(l.source, v.Examples)
}

func (p *pack) completeCasualty(l *located[Casualty], ids map[string]source) {
	v := &l.value
	p.unique(l.source, "casualty rule", v.ID, ids)
	p.severity(l.source, v.Severity)
	p.points(l.source, v.Points, 0)
	if !slices.Contains(Kinds(), v.Kind) {
		p.fail(l.errorf(".kind", "use killed, injured, missing, detained or displaced", "unknown kind %q", v.Kind))
	}
	p.guardNames(l.source, v.Guards, v.NoGuards)
	if len(v.Match) == 0 {
		p.fail(l.errorf("", "add match: {en: [...]}", "the casualty rule %q has no phrases", v.ID))
	}
	p.examples(l.source, v.Examples)
}

func (p *pack) completeComposite(l *located[Composite], ids map[string]source) {
	v := &l.value
	p.unique(l.source, "composite", v.ID, ids)
	p.category(l.source, v.Category)
	p.severity(l.source, v.Severity)
	p.points(l.source, v.Points, 0)
	p.examples(l.source, v.Examples)
}

// title wants what alerts call the rule.
func (p *pack) title(s source, title string) {
	if strings.TrimSpace(title) == "" {
		p.fail(s.errorf("", "add title: ..., a few words", "the rule has no title, which alerts show"))
	}
}

func (p *pack) category(s source, category string) {
	switch {
	case category == "":
		p.fail(s.errorf("", "add category: ..., one of "+strings.Join(event.Categories(), ", "), "the rule has no category"))
	case !slices.Contains(event.Categories(), category):
		p.fail(s.errorf(".category", "use one of "+strings.Join(event.Categories(), ", "), "unknown category %q", category))
	}
}

func (p *pack) severity(s source, severity event.Severity) {
	switch {
	case severity == "":
		p.fail(s.errorf("", "add severity: low, moderate, high or critical", "the rule has no severity"))
	case severity.Rank() < 1:
		p.fail(s.errorf(".severity", "use low, moderate, high or critical", "unknown severity %q", severity))
	}
}

func (p *pack) status(s source, status Status) {
	if status != Stable && status != Testing {
		p.fail(s.errorf(".status", "use stable or test", "unknown status %q", status))
	}
}

func (p *pack) points(s source, points, least float64) {
	if points < least || points > 100 {
		p.fail(s.errorf(".points", "use 1 to 100", "%g points are out of range", points))
	}
}

func (p *pack) assertion(s source, path string, a event.Assertion, asserted bool) {
	if slices.Contains(assertions(), a) || asserted && a == event.Asserted {
		return
	}
	remedy := "use denied, hypothetical, planned or historical"
	if asserted {
		remedy = "use asserted, denied, hypothetical, planned or historical"
	}
	p.fail(s.errorf(path, remedy, "unknown assertion %q", a))
}

// assertions lists those that cues can give, the strongest first.
func assertions() []event.Assertion {
	return []event.Assertion{event.Denied, event.Historical, event.Planned, event.Hypothetical}
}

// unlisted reports whether a name is of no list or class, as far as that is known.
func (p *pack) unlisted(name string) bool {
	_, ok := p.lists[name]
	return !ok && !p.classes[name] && !p.misnamed
}

// roles refuses names of what is no list or class.
func (p *pack) roles(s source, key string, names []string) {
	for i, name := range names {
		if p.unlisted(name) {
			p.fail(s.errorf(index(key, i), "write the name of a list or class", "unknown list %q", name))
		}
	}
}

func (p *pack) guardNames(s source, lists ...[]string) {
	for i, list := range lists {
		for k, name := range list {
			if _, ok := p.guards[name]; !ok && !p.misnamed {
				p.fail(s.errorf(index([]string{".guards", ".no_guards"}[i], k), known("guards", sortedNames(p.guards)), "unknown guard %q", name))
			}
		}
	}
}

func known(what string, names []string) string {
	if len(names) > 30 {
		names = append(slices.Clone(names[:30]), "...")
	}
	if len(names) == 0 {
		return "define it under " + what + ":"
	}
	return "known " + what + ": " + strings.Join(names, ", ")
}

func (p *pack) completeGuard(name string, l located[Guard]) located[Guard] {
	v := &l.value
	if !validID(name) {
		p.fail(l.errorf("", "use small letters, digits and hyphens", "the name %q of the guard is not valid", name))
	}
	v.Scope = cmp.Or(v.Scope, ScopeNear)
	if v.Scope != ScopeNear && v.Scope != ScopeItem && v.Scope != ScopeWithin {
		p.fail(l.errorf(".scope", "use near, item or within", "unknown scope %q", v.Scope))
	}
	if v.Factor < 0 || v.Factor >= 1 {
		p.fail(l.errorf(".factor", "use 0 (drop) to 0.9", "the factor %g demotes nothing", v.Factor))
	}
	v.Reach = p.reach(l.source, v.Reach, defaultGuardReach)
	v.Min = max(v.Min, 1)
	for i, c := range v.Categories {
		if !slices.Contains(event.Categories(), c) {
			p.fail(l.errorf(index(".categories", i), "use one of "+strings.Join(event.Categories(), ", "), "unknown category %q", c))
		}
	}
	if len(v.Match) == 0 {
		p.fail(l.errorf("", "add match: {en: [...]}", "the guard %q has no phrases", name))
	}
	return l
}

func (p *pack) reach(s source, reach, otherwise int) int {
	switch {
	case reach == 0:
		return otherwise
	case reach < 0 || reach > longestReach:
		p.fail(s.errorf(".reach", "use 1 to 60 words", "a reach of %d words is out of range", reach))
	}
	return reach
}

func (p *pack) completeCues(l *located[Cues]) {
	p.assertion(l.source, ".assertion", l.value.Assertion, false)
	l.value.Reach = p.reach(l.source, l.value.Reach, defaultCueReach)
	if len(l.value.Before) == 0 && len(l.value.After) == 0 {
		p.fail(l.errorf("", "add before: or after: phrases", "the cues have no phrases"))
	}
	if l.value.Numbers && l.value.Assertion != event.Historical {
		p.fail(l.errorf(".numbers", "write assertion: historical, or remove numbers", "cues for numbers tell what is past only"))
	}
	if l.value.Continues && l.value.Assertion != event.Historical {
		p.fail(l.errorf(".continues", "write assertion: historical, or remove continues", "cues that continue tell what is past only"))
	}
	if (l.value.Previous || l.value.Continues) && len(l.value.After) > 0 {
		p.fail(l.errorf(".after", "write the phrases under before", "cues that open a sentence stand before what they speak of"))
	}
	if l.value.Last && (len(l.value.Before) > 0 || len(l.value.After) == 0) {
		p.fail(l.errorf(".last", "write the phrases under after", "cues that end a statement stand behind what they speak of"))
	}
	if l.value.Previous && (l.value.Continues || l.value.Numbers) || l.value.Continues && l.value.Numbers {
		p.fail(l.errorf("", "make a block for each", "the cues are more than one of numbers, previous and continues"))
	}
}

func (p *pack) checkLists() {
	for _, name := range sortedNames(p.lists) {
		l := p.lists[name]
		if !validID(name) {
			p.fail(l.errorf("", "use small letters, digits and hyphens", "the name %q of the list is not valid", name))
		}
		if p.classes[name] {
			p.fail(l.errorf("", "rename the list, or put @class into it", "%q is both a list and an entity class", name))
		}
		if len(l.value) == 0 {
			p.fail(l.errorf("", "add {en: [...]}", "the list %q is empty", name))
		}
	}
}

// checkSlots refuses slots of what is no list or class, and other slots.
func (p *pack) checkSlots() {
	for _, name := range sortedNames(p.slots) {
		l := p.slots[name]
		if p.unlisted(name) {
			p.fail(l.errorf("", "write the name of a list or class", "unknown list %q", name))
		}
		if l.value != phrase.Actor && l.value != phrase.Target {
			p.fail(l.errorf("", "use actor or target", "unknown slot %q", l.value))
		}
	}
}

// checkLabels refuses labels of what is no list or class, and empty ones.
func (p *pack) checkLabels() {
	for _, name := range sortedNames(p.labels) {
		l := p.labels[name]
		if p.unlisted(name) {
			p.fail(l.errorf("", "write the name of a list or class", "unknown list %q", name))
		}
		if strings.TrimSpace(l.value) == "" {
			p.fail(l.errorf("", "write what alerts call them, or remove it", "the label of %q is empty", name))
		}
	}
}

// checkSources refuses kinds of source that nobody who reads an alert knows.
func (p *pack) checkSources() {
	known := []string{"official", "media", "witness", "armed-group", "unnamed", "hearsay"}
	for _, name := range sortedNames(p.attributions) {
		if !slices.Contains(known, name) {
			p.fail(p.attributions[name].errorf("", "use "+strings.Join(known, ", "), "unknown kind of source %q", name))
		}
	}
}

func (p *pack) checkEntities() {
	form := regexp.MustCompile(`^(person|office|group|base|building|party|force):[a-z0-9][a-z0-9-]*$`)
	seen := map[string]source{}
	for _, l := range p.entities {
		v := l.value
		if !form.MatchString(v.ID) {
			p.fail(l.errorf(".id", "write person:name, with person, office, group, base, building, party or force", "the id %q of the entity is not valid", v.ID))
		}
		if have, ok := seen[v.ID]; ok {
			p.fail(l.errorf(".id", "rename one of them", "the id %q is taken by %s", v.ID, have.at()))
		}
		seen[v.ID] = l.source
		if len(v.Names) == 0 {
			p.fail(l.errorf("", "add names: {en: [...]}", "the entity %q has no names", v.ID))
		}
		for i, c := range v.Classes {
			if !validID(c.Class) {
				p.fail(l.errorf(index(".classes", i), "use small letters, digits and hyphens", "the class %q is not valid", c.Class))
			}
		}
	}
}

// language refuses the code of a language that no text will ever be taken for.
func (p *pack) language(s source, path, code string) {
	if fault := impossible(s, path, code); fault != nil {
		p.fail(fault)
	}
}

func impossible(s source, path, code string) *config.Error {
	if lang.Possible(code) {
		return nil
	}
	return s.errorf(path, "use one of "+strings.Join(lang.Told(), ", "), "no text is ever taken for one in %q", code)
}

// examples checks that they have something to read.
func (p *pack) examples(s source, all map[string]Examples) {
	for _, language := range sortedNames(all) {
		if language != Any {
			p.language(s.in(language, ".examples"), "", language)
		}
		for _, set := range []struct {
			key  string
			list []Example
		}{{"fires", all[language].Fires}, {"quiet", all[language].Quiet}} {
			for i, e := range set.list {
				at := s.in(language, ".examples")
				at.path = index(at.path+"."+set.key, i)
				if e.Title == "" && e.Text == "" {
					p.fail(at.errorf("", "write a text", "the example is empty"))
				}
				if e.Assertion != "" {
					p.assertion(at, ".assertion", e.Assertion, true)
				}
			}
		}
	}
}

// checkTests checks the tests; ids are those of the rules.
func (p *pack) checkTests(ids []string) {
	for _, t := range p.tests {
		if t.value.Name == "" {
			p.fail(t.errorf("", "add name: ...", "the test has no name"))
		}
		if t.value.Language != "" {
			p.language(t.source, ".lang", lang.Base(t.value.Language))
		}
		for _, c := range slices.Concat(t.value.Want.Categories, t.value.Want.Not) {
			if !slices.Contains(event.Categories(), c) {
				p.fail(t.errorf(".want", "use one of "+strings.Join(event.Categories(), ", "), "unknown category %q", c))
			}
		}
		for _, id := range sortedNames(t.value.Want.Findings) {
			p.assertion(t.source, ".want.findings", t.value.Want.Findings[id], true)
			if !slices.Contains(ids, id) {
				p.fail(t.errorf(".want.findings", cmp.Or(config.DidYouMean(id, ids), "write the id of an indicator, a casualty rule or a composite"), "unknown indicator %q", id))
			}
		}
	}
}
