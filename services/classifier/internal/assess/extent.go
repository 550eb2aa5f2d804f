package assess

import (
	"faultline/services/classifier/internal/lang"
)

// whole is the filler with the rest of its noun phrase, which a longer mention of
// the same slot knows: of "deputy" it makes "deputy mayor". It stays clear of the
// other filler, and of where somebody was taken from: "акими үйүнөн уурдалды", the
// akim from home.
func (s *slotSearch) whole(f, other filler, as part) filler {
	if f.none() {
		return f
	}
	for i := range s.cast.parties {
		p := &s.cast.parties[i]
		apart := other.none() || p.end <= other.start || other.end <= p.start
		if p.part == as && apart && p.start <= f.start && f.end <= p.end && p.end-p.start > f.end-f.start && (p.end == f.end || !lang.From(s.run.program.Language, s.word(int(p.end)-1))) {
			f.start, f.end = p.start, p.end
		}
	}
	return f
}

// trim gives up whom a phrase takes for the one acted upon, where the words are a
// part of who acts ("men" of "armed men") or say where it was ("near the base").
func (s *slotSearch) trim() {
	f := &s.target
	if f.none() {
		return
	}
	if !s.suffers(f) && s.acts(f, 1) {
		s.target = filler{}
		return
	}
	if s.clauseBefore(f) || s.unfit(f) && !s.speaks(f) || f.start > s.c.hit.Start && (s.occasion(f) || s.fareOtherwise(f)) {
		s.target = filler{}
		return
	}
	if s.actor.none() && s.agent(f) {
		s.actor, s.target = *f, filler{}
		return
	}
	at := int(f.start) - 1
	for at > s.from && lang.Article(s.run.program.Language, s.word(at)) {
		at--
	}
	if s.beside(at, at+1, f) && !allWords(&s.c.hit, int32(at), int32(at+1)) {
		s.target = filler{}
	}
}

// agent reports whether a filler within the match, behind what was done, is who did
// it: "kidnapped by gunmen".
func (s *slotSearch) agent(f *filler) bool {
	return f.start > s.c.hit.Start && s.acts(f, 0) && s.marked(f)
}

// clauseBefore reports whether a filler within the match, behind what was done,
// belongs to another clause: nobody killed the gunmen of "12 were killed when gunmen
// attacked".
func (s *slotSearch) clauseBefore(f *filler) bool {
	return s.run.clauseBetween(s.c.field, &s.c.hit, s.c.hit.Start+1, f.start)
}

// acts reports whether the words of a filler, or a mention that holds at least so
// many more, are of who acts.
func (s *slotSearch) acts(f *filler, more int32) bool {
	for i := range s.cast.parties {
		if p := &s.cast.parties[i]; p.part == acting && p.start <= f.start && f.end <= p.end && p.end-p.start >= f.end-f.start+more {
			return true
		}
	}
	return false
}

// subject reports whether a filler opens the match as the one who acts: in "gunmen
// attack a bank, kill four" it is not gunmen whom somebody killed.
func (s *slotSearch) subject(f *filler) bool {
	behind, start := s.c.hit.End-f.end, f.start
	if start > s.c.hit.Start { // "rebel cadres", but not of "rebel cadres died"
		if int(f.end) < s.to && lang.Endures(s.run.program.Language, s.word(int(f.end))) {
			return false
		}
		start = s.nounPhrase(*f).start
	}
	return start <= s.c.hit.Start && f.end > s.c.hit.Start && (behind > 1 || behind == 1 && s.run.program.Language == "en") && s.acts(f, 0) && !s.suffers(f)
}

// beside reports whether a word for where something is stands among the tokens
// [start, end) before a filler, or behind it in a language that puts it there.
func (s *slotSearch) beside(start, end int, f *filler) bool {
	language := s.run.program.Language
	if lang.VerbLast(language) && int(f.end) < s.to && lang.Around(language, s.word(int(f.end))) {
		return true
	}
	for i := max(start, s.from); i < end; i++ {
		if lang.Around(language, s.word(i)) {
			return true
		}
	}
	return false
}

// themselves reports whether the tokens [start, end) begin with a word for those who
// say it: "rebels said they had seized the town" tells of rebels.
func (s *slotSearch) themselves(start, end int) bool {
	for i := start; i < min(start+2, end); i++ {
		if lang.Pronoun(s.run.program.Language, s.word(i)) {
			return true
		}
	}
	return false
}

// isPlace reports whether the words of a filler are in a list of places.
func (s *slotSearch) isPlace(f *filler) bool {
	return s.cast.holds(f, "strongpoint", "government-building", "base")
}
