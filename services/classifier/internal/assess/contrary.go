package assess

import (
	"strings"

	"faultline/services/classifier/internal/lang"
	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/token"
)

// besideVerb is how many words from a verb its agent begins at most: "killed by
// masked gunmen", "убит неизвестными боевиками".
const besideVerb = 2

// contrary reports whether grammar gives the match the opposite sense: whom its
// phrase takes for the actor is acted upon, or the other way round. "Rebels were
// attacked" is no attack by rebels, and "a soldier killed by rebels" no blow at them.
// A passive that the phrase itself spells out is what it means.
func (r *run) contrary(f *fieldRun, h *phrase.Hit) bool {
	var actor, target *phrase.Slot
	for i := range h.Slots {
		switch s := &h.Slots[i]; s.Name {
		case phrase.Actor:
			actor = s
		case phrase.Target:
			target = s
		}
	}
	if actor != nil && (r.passed(f, h, actor) || r.suffers(f, h, actor) || r.oblique(f, actor) || r.holds(f, actor)) {
		return true
	}
	return target != nil && (r.doer(f, h, target) || r.kept(f, h, target))
}

// kept reports whether a word that is not of the phrase says of a match's target that
// something is theirs: "забрали у водителя машину" takes no driver.
func (r *run) kept(f *fieldRun, h *phrase.Hit, target *phrase.Slot) bool {
	before := target.Start - 1
	return before > h.Start && !allWords(h, before, before+1) && !f.Tokens[target.Start].Has(token.Break) &&
		lang.Kept(r.program.Language, r.small(f, before))
}

// holds reports whether a match's actor only says whose a place is, "a rebel-held
// suburb". Who is led by somebody ("rebel-led troops") is of theirs and acts.
func (r *run) holds(f *fieldRun, actor *phrase.Slot) bool {
	at := actor.End
	if r.program.Language != "en" || int(at) >= len(f.Tokens) || !f.Tokens[at].Has(token.Hyphen) {
		return false
	}
	word := r.small(f, at)
	return word != "led" && lang.Participle(word)
}

// oblique reports whether the case of a match's actor says that they do nothing:
// "полиция увезла боевиков" tells of no deed of theirs.
func (r *run) oblique(f *fieldRun, actor *phrase.Slot) bool {
	before := ""
	if actor.Start > 0 && !f.Tokens[actor.Start].Has(token.Break) {
		before = r.small(f, actor.Start-1)
	}
	return lang.Oblique(r.program.Language, before, r.small(f, r.noun(f, actor.Start, actor.End)))
}

// suffers reports whether the case of a match's actor says that the verb acts upon it:
// "убиты боевики" is not "убит боевиками".
func (r *run) suffers(f *fieldRun, h *phrase.Hit, actor *phrase.Slot) bool {
	language := r.program.Language
	if lang.Accusative(language, r.small(f, actor.End-1)) {
		return true
	}
	if lang.VerbLast(language) || !lang.HasInstrumental(language) || r.inAgentCase(f, actor.Start, actor.End) {
		return false
	}
	verb := verbBefore(h, actor.Start)
	return verb >= h.Start && lang.Suffered(language, "", r.small(f, verb))
}

// verbBefore is the last word of the phrase that the match has before a token, behind
// at most so many others; h.Start-1 if there is none.
func verbBefore(h *phrase.Hit, token int32) int32 {
	verb := token - 1
	for verb >= h.Start && !allWords(h, verb, verb+1) {
		verb--
	}
	if token-verb > besideVerb+1 {
		return h.Start - 1
	}
	return verb
}

// passed reports whether the gap of a match passes over what makes its verb, behind
// the actor, a passive.
func (r *run) passed(f *fieldRun, h *phrase.Hit, actor *phrase.Slot) bool {
	language := r.program.Language
	for i := actor.End; i+1 < h.End; i++ {
		if allWords(h, i, i+1) || !lang.Passive(language, r.small(f, i)) {
			continue
		}
		verb := i + 1
		if verb+1 < h.End && !allWords(h, verb, verb+1) && strings.HasSuffix(r.small(f, verb), "ly") {
			verb++
		}
		return allWords(h, verb, verb+1) && !strings.HasSuffix(r.small(f, verb), "ing")
	}
	return false
}

// doer reports whether a target behind the verb of a match is its agent, by the word
// beside it or by its case.
func (r *run) doer(f *fieldRun, h *phrase.Hit, target *phrase.Slot) bool {
	verb := verbBefore(h, target.Start)
	if verb < h.Start {
		return false
	}
	if r.inAgentCase(f, target.Start, target.End) {
		return lang.Suffered(r.program.Language, "", r.small(f, verb))
	}
	from, to := verb+1, target.Start
	for i := from; i <= to; i++ {
		if f.Tokens[i].Has(token.Break) {
			return false
		}
	}
	if lang.VerbLast(r.program.Language) {
		from, to = target.End, min(target.End+1, int32(len(f.Tokens)))
	}
	for i := from; i < to; i++ {
		for _, test := range r.program.Agents {
			if test.Matches(&f.Tokens[i]) {
				return true
			}
		}
	}
	return false
}

// noun is the word of the tokens [start, end) whose case is that of all: the first that
// describes no other, "вооруженными людьми в масках".
func (r *run) noun(f *fieldRun, start, end int32) int32 {
	for i := start; i < end && !lang.VerbLast(r.program.Language); i++ {
		if !lang.Attributive(r.program.Language, "", r.small(f, i)) {
			return i
		}
	}
	return end - 1
}
