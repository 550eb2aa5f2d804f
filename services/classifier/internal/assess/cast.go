package assess

import (
	"slices"

	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/quantity"
	"faultline/services/classifier/internal/rule"
)

// part is what somebody does in what happens, by the list that they are in.
type part uint8

const (
	bystander part = iota // of a list that says nothing of it
	acting
	sufferer // who is acted upon
	thing    // what a slot of another name is for
)

// partOf is the part that a slot is for.
func partOf(slot string) part {
	switch slot {
	case "":
		return bystander
	case phrase.Actor:
		return acting
	case phrase.Target:
		return sufferer
	}
	return thing
}

// party is a mention of a list or of a class of entities.
type party struct {
	start, end int32
	part       part
	kind       string // the list or class
}

// entityMention is a mention of an entity by one of its classes.
type entityMention struct {
	start, end int32
	entity     int32
}

// cast is who is mentioned in a sentence, in order, without numbers and what is no
// party to anything.
type cast struct {
	field    *fieldRun
	sentence int32
	parties  []party // who can fill a slot
	others   []party // bystanders
	entities []entityMention
	numbers  []quantity.Number // of the sentence
	phrases  []knownPhrase     // noun phrases that are the same for every match
	marks    []marking         // of fillers
}

// casts are those of the sentences that were last asked for: most articles have findings
// in fewer.
type casts struct {
	of   [8]cast
	next int // the one that goes
}

// forget lets go of the fields.
func (c *casts) forget() {
	for i := range c.of {
		c.of[i].field = nil
	}
}

// castOf is that of a sentence.
func (r *run) castOf(f *fieldRun, sentence int32) *cast {
	casts := &r.scratch.casts
	for i := range casts.of {
		if c := &casts.of[i]; c.field == f && c.sentence == sentence {
			return c
		}
	}
	c := &casts.of[casts.next]
	casts.next = (casts.next + 1) % len(casts.of)
	*c = cast{f, sentence, c.parties[:0], c.others[:0], c.entities[:0], f.numbersIn(sentence), c.phrases[:0], c.marks[:0]}
	mentions := f.matcher.MentionsIn(sentence)
	for i := range mentions {
		m := &mentions[i]
		if m.Phrase < 0 {
			continue
		}
		o := &r.program.Owners[m.Phrase]
		if o.Role == rule.RoleClass {
			c.entities = append(c.entities, entityMention{m.Start, m.End, o.Index})
		}
		c.add(m, r.engine.rules, o)
		for _, w := range r.program.Wider(m.Set) {
			c.add(m, r.engine.rules, &r.program.Owners[w.Phrase])
		}
	}
	return c
}

// add adds a mention as one of the list or class that a phrase puts it into.
func (c *cast) add(m *phrase.Mention, rules *rule.Set, o *rule.Owner) {
	kind, slot := rules.Kind(o)
	switch p := (party{m.Start, m.End, partOf(slot), kind}); {
	case p.part != bystander:
		c.parties = append(c.parties, p)
	case kind != "":
		c.others = append(c.others, p)
	}
}

// numbersIn are those of a sentence.
func (f *fieldRun) numbersIn(sentence int32) []quantity.Number {
	from, to := f.SentenceBounds(sentence)
	startsAt := func(n quantity.Number, at int) int { return n.Start - at }
	first, _ := slices.BinarySearchFunc(f.numbers, from, startsAt)
	end, _ := slices.BinarySearchFunc(f.numbers, to, startsAt)
	return f.numbers[first:end]
}

// anyIn reports whether somebody stands among the tokens [start, end).
func (c *cast) anyIn(start, end int32) bool {
	for i := range c.parties {
		if p := &c.parties[i]; p.start >= start && p.end <= end {
			return true
		}
	}
	return false
}

// holds reports whether a filler is a mention of one of some lists.
func (c *cast) holds(f *filler, kinds ...string) bool {
	for _, list := range [...][]party{c.parties, c.others} {
		for i := range list {
			if p := &list[i]; p.start == f.start && p.end == f.end && slices.Contains(kinds, p.kind) {
				return true
			}
		}
	}
	return false
}

// entity is the index of the entity that the first mention names of which something
// holds, -1 if there is none.
func (c *cast) entity(holds func(*entityMention) bool) int32 {
	for i := range c.entities {
		if m := &c.entities[i]; holds(m) {
			return m.entity
		}
	}
	return -1
}
