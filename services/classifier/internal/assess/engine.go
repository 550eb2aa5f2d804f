package assess

import (
	"strconv"
	"sync"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/lang"
	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/quantity"
	"faultline/services/classifier/internal/rule"
	"faultline/services/classifier/internal/token"
)

// Resolver finds the places of a document: every mention in order of position,
// the place of the story (nil if it has none), and the watched regions that
// place lies in. country is the outlet's, or "".
type Resolver func(doc *token.Document, country string) (places []event.Place, main *event.Place, regions []string)

// Engine assesses items. It is safe for concurrent use.
type Engine struct {
	rules   *rule.Set
	resolve Resolver
	config  Config
	ruleset string
	scratch sync.Pool // of *scratch
}

// New returns an engine. resolve may be nil: then nothing has a place. ruleset
// is the hash that assessments carry.
func New(rules *rule.Set, c Config, resolve Resolver, ruleset string) *Engine {
	return &Engine{rules: rules, resolve: resolve, config: c, ruleset: ruleset}
}

// Rules returns the compiled rules.
func (e *Engine) Rules() *rule.Set { return e.rules }

// scratch is what one assessment needs and the next can use again.
type scratch struct {
	run        run        // the assessment in hand
	item       event.Item // that it is of
	doc        token.Document
	fields     [2]fieldRun
	candidates []candidate
	arranged   []candidate // the candidates in another order
	findings   []finding
	guards     []guardState
	tied, best []candidate // of casualties
	fillers    []filler    // of the slot in hand
	casts      casts
	covering   []int // the guards that cover the item
	entities   []mentioned
	classes    []mentioned
	keys       []uint64 // of the candidates, to sort by
	order      []int    // of the findings
	facts      *facts   // nil until the first composite is asked
}

// Assess says what the rules say about an item. Its Assessed time is left to
// the caller.
func (e *Engine) Assess(item event.Item) event.Assessment {
	return e.run(item, "", nil)
}

// AssessAs assesses an item as one in a language, whatever its text looks like.
// With "" or rule.Any the language is told as by Assess.
func (e *Engine) AssessAs(language string, item event.Item) event.Assessment {
	return e.run(item, language, nil)
}

// run assesses an item and, with a non-nil trace, notes why.
func (e *Engine) run(item event.Item, language string, t *trace) event.Assessment {
	s, ok := e.scratch.Get().(*scratch)
	if !ok {
		s = &scratch{}
	}
	defer e.scratch.Put(s)
	return e.assess(s, item, language, t)
}

// assess is run with its own scratch.
func (e *Engine) assess(s *scratch, item event.Item, language string, t *trace) event.Assessment {
	s.item = item
	s.run = run{engine: e, scratch: s, item: &s.item, trace: t, candidates: s.candidates[:0], findings: s.findings[:0], entities: s.entities[:0], classes: s.classes[:0]}
	r := &s.run
	defer r.release()
	a := event.Assessment{
		Schema: event.AssessmentSchema, Item: item, Ruleset: e.ruleset, Severity: event.SeverityNone,
		ID: event.NewID(item.ID, strconv.Itoa(item.Revision), e.ruleset),
	}
	if a.Language = language; language == "" || language == rule.Any {
		a.Language = lang.Detect(item.Language, item.Title, item.Text)
	}
	r.program = e.rules.Program(a.Language)
	r.program.Lexicon().Read(&s.doc, item.Title, item.Text)
	r.match()
	if e.resolve != nil {
		a.Places, a.Main, a.Regions = e.resolve(&s.doc, item.Source.Country)
	}
	r.judge(&a)
	return a
}

// release leaves the scratch without pointers to what the caller got.
func (r *run) release() {
	clear(r.candidates)
	clear(r.findings)
	clear(r.entities)
	clear(r.classes)
	clear(r.scratch.tied)
	clear(r.scratch.best)
	r.scratch.candidates, r.scratch.findings = r.candidates[:0], r.findings[:0]
	r.scratch.entities, r.scratch.classes = r.entities[:0], r.classes[:0]
	r.scratch.casts.forget()
	r.scratch.item = event.Item{}
	*r = run{}
}

// run is one assessment in progress.
type run struct {
	engine  *Engine
	scratch *scratch
	item    *event.Item
	program *rule.Program
	trace   *trace

	guards     []guardState // by guard, over the whole item
	candidates []candidate
	findings   []finding
	entities   []mentioned // each once, where it is mentioned first
	classes    []mentioned
	slabs      slabs
	casualties event.Casualties
	present    int // the first year that is not past, 0 until it is asked for
}

// fieldRun is a field with what was found in it.
type fieldRun struct {
	*token.Field
	matcher     phrase.Matcher
	counts      []phrase.Mention
	numbers     []quantity.Number
	matches     []phrase.Hit // of indicators and casualties
	tested      []phrase.Hit // of indicators under test, when it is noted why
	vetoes      []phrase.Hit // unless phrases
	guards      []phrase.Hit
	lifted      []lift
	cues        []cueHit
	terminators []phrase.Hit
	pseudo      []phrase.Hit
	sources     []phrase.Hit // of attributions
}

// Limits of what is looked at in one field. Articles have a tenth of it.
const (
	maxMatches = 512
	maxOthers  = 512
)

// match finds all phrases in both fields.
func (r *run) match() {
	for i, f := range r.scratch.doc.Fields() {
		fr := &r.scratch.fields[i]
		fr.Field = f
		fr.counts, fr.numbers = fr.counts[:0], fr.numbers[:0]
		if r.program.UsesCounts() {
			fr.numbers = r.program.Numbers.Read(f, fr.numbers)
			for _, n := range fr.numbers {
				fr.counts = append(fr.counts, phrase.Mention{Start: int32(n.Start), End: int32(n.End)})
			}
		}
		fr.matcher.Match(r.program.Program, f, fr.counts, r.inForce)
		r.sort(fr)
		r.noteEntities(fr)
	}
}

// inForce reports whether a name or a membership holds on the item's date.
func (r *run) inForce(id phrase.ID) bool {
	o := &r.program.Owners[id]
	switch o.Role {
	case rule.RoleEntity:
		return r.engine.rules.Entities[o.Index].Valid.Holds(r.item.Published)
	case rule.RoleClass:
		m := r.engine.rules.Entities[o.Index].Classes[o.Class]
		return rule.Period{From: m.From, To: m.To}.Holds(r.item.Published)
	}
	return true
}

// sort puts the hits of a field where they are needed.
func (r *run) sort(f *fieldRun) {
	f.matches, f.tested, f.vetoes, f.guards, f.lifted = f.matches[:0], f.tested[:0], f.vetoes[:0], f.guards[:0], f.lifted[:0]
	f.cues, f.terminators, f.pseudo, f.sources = f.cues[:0], f.terminators[:0], f.pseudo[:0], f.sources[:0]
	for _, h := range f.matcher.Hits {
		switch o := &r.program.Owners[h.Phrase]; o.Role {
		case rule.RoleMatch, rule.RoleLead:
			if r.onlySpeaks(f, &h) {
				continue
			}
			if v := &r.engine.rules.Indicators[o.Index]; v.Status != rule.Testing || r.trace.tries(v.ID) {
				f.matches = appendMost(f.matches, h, maxMatches)
			} else if r.trace != nil {
				f.tested = appendMost(f.tested, h, maxMatches)
			}
		case rule.RoleCasualty:
			f.matches = appendMost(f.matches, h, maxMatches)
		case rule.RoleUnless, rule.RoleNotCounted:
			f.vetoes = appendMost(f.vetoes, h, maxOthers)
		case rule.RoleGuard:
			f.guards = appendMost(f.guards, h, maxOthers)
		case rule.RoleLifted:
			f.lifted = appendMost(f.lifted, lift{o.Index, f.sentence(&h)}, maxOthers)
		case rule.RoleBefore, rule.RoleAfter, rule.RoleOpening:
			f.cues = appendMost(f.cues, cueHit{h, o.Index, f.sentence(&h), r.assertionOf(o.Index), o.Role == rule.RoleAfter}, maxOthers)
		case rule.RoleTerminator, rule.RoleTurn:
			f.terminators = appendMost(f.terminators, h, maxOthers)
		case rule.RoleAttribution:
			f.sources = appendMost(f.sources, h, maxOthers)
		case rule.RolePseudo:
			f.pseudo = appendMost(f.pseudo, h, maxOthers)
		}
	}
	r.dropPseudo(f)
	r.dropExplained(f)
	r.dropLifted(f)
	f.sources = innermost(r.speakers(f))
}

func appendMost[T any](to []T, v T, limit int) []T {
	if len(to) >= limit {
		return to
	}
	return append(to, v)
}

// noteEntities collects the entities mentioned and the classes they are in.
func (r *run) noteEntities(f *fieldRun) {
	for _, m := range f.matcher.Mentions() {
		if m.Phrase < 0 {
			continue
		}
		o := &r.program.Owners[m.Phrase]
		switch o.Role {
		case rule.RoleEntity:
			r.entities = noteFirst(r.entities, mentioned{entity: o.Index}, f, m)
		case rule.RoleClass:
			r.classes = noteFirst(r.classes, mentioned{class: r.engine.rules.Entities[o.Index].Classes[o.Class].Class}, f, m)
		}
	}
}

// mentioned is an entity, by its index in rule.Set.Entities, or a class of them,
// and where the text mentions it.
type mentioned struct {
	entity   int32
	class    string
	evidence event.Evidence
}

// noteFirst adds what a mention is of unless it is there already.
func noteFirst(to []mentioned, what mentioned, f *fieldRun, m phrase.Mention) []mentioned {
	for i := range to {
		if to[i].entity == what.entity && to[i].class == what.class {
			return to
		}
	}
	what.evidence = f.evidence(m.Start, m.End)
	return append(to, what)
}

// sentence is the number of the sentence a hit stands in.
func (f *fieldRun) sentence(h *phrase.Hit) int32 { return f.Tokens[h.Start].Sentence }

// evidence is the span of tokens [start, end).
func (f *fieldRun) evidence(start, end int32) event.Evidence {
	from, to := f.Span(int(start), int(end))
	return event.Evidence{Field: f.Name, Start: from, End: to, Text: f.Source[from:to]}
}
