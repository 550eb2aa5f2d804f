package assess

import (
	"slices"
	"sort"
	"strings"
	"time"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/lang"
	"faultline/services/classifier/internal/phrase"
	"faultline/services/classifier/internal/quantity"
	"faultline/services/classifier/internal/rule"
	"faultline/services/classifier/internal/token"
)

// cueHit is a cue with the block of cues it belongs to.
type cueHit struct {
	phrase.Hit
	block     int32
	sentence  int32
	assertion event.Assertion
	after     bool
}

// stance is how the text stands to a match, and the words that say so.
type stance struct {
	assertion  event.Assertion
	start, end int32 // tokens of the cue; equal when there is none
}

// dropPseudo removes cues that are part of a phrase which only looks like one,
// unless they hold more than that phrase, or of a number: "not less than 12".
func (r *run) dropPseudo(f *fieldRun) {
	f.cues = slices.DeleteFunc(f.cues, func(c cueHit) bool {
		for _, n := range f.numbers {
			if int32(n.Start) <= c.Start && c.End <= int32(n.End) {
				return true
			}
		}
		return slices.ContainsFunc(f.pseudo, func(p phrase.Hit) bool {
			within := c.Start <= p.Start && p.End <= c.End && p.End-p.Start < c.End-c.Start
			return p.Start < c.End && c.Start < p.End && !within && r.assertionOf(r.program.Owners[p.Phrase].Index) == c.assertion
		})
	})
}

func (r *run) assertionOf(block int32) event.Assertion { return r.engine.rules.Cues[block].Assertion }

// stance looks for cues around a match. kinds are those that apply, nil is all;
// the first of denied, historical, planned and hypothetical wins.
func (r *run) stance(f *fieldRun, h *phrase.Hit, kinds []event.Assertion, otherwise event.Assertion) stance {
	sentence := f.sentence(h)
	cues := f.cuesIn(sentence, sentence+1)
	for _, kind := range [...]event.Assertion{event.Denied, event.Historical, event.Planned, event.Hypothetical} {
		if kinds != nil && !slices.Contains(kinds, kind) {
			continue
		}
		for i := range cues {
			c := &cues[i]
			if c.assertion == kind && r.speaks(f, c, h, sentence) {
				return stance{kind, c.Start, c.End}
			}
		}
		if kind == event.Denied {
			if at := r.undone(f, h); at >= 0 {
				return stance{kind, at, at + 1}
			}
		}
		if kind == event.Historical {
			if at := r.pastYear(f, h); at >= 0 {
				return stance{kind, at, at + 1}
			}
		}
		if kind == event.Hypothetical && f.asks(h) && !r.presumed(f, h) {
			return stance{kind, h.End - 1, h.End - 1}
		}
	}
	return stance{assertion: otherwise}
}

// cuesIn returns the cues of the sentences from first to last: they are found
// sentence by sentence.
func (f *fieldRun) cuesIn(first, last int32) []cueHit {
	from := sort.Search(len(f.cues), func(i int) bool { return f.cues[i].sentence >= first })
	to := from
	for to < len(f.cues) && f.cues[to].sentence <= last {
		to++
	}
	return f.cues[from:to]
}

// speaks reports whether a cue speaks of a match in the sentence, not of a
// number alone.
func (r *run) speaks(f *fieldRun, c *cueHit, h *phrase.Hit, sentence int32) bool {
	switch block := &r.engine.rules.Cues[c.block]; {
	case block.Previous:
		return c.sentence == sentence+1 && r.opens(f, c)
	case block.Continues:
		return c.sentence == sentence && c.Start <= h.Start && r.opens(f, c) && r.pastBefore(f, sentence)
	case block.Numbers:
		return false
	}
	return c.sentence == sentence && r.reaches(f, c, h)
}

// opens reports whether a cue begins within its reach of the beginning of its
// sentence.
func (r *run) opens(f *fieldRun, c *cueHit) bool {
	return int(c.Start-f.Sentences[c.sentence]) < r.engine.rules.Cues[c.block].Reach
}

// pastBefore reports whether what was told before a sentence was in a past year:
// the sentence before it names one, or goes on where one that does left off.
func (r *run) pastBefore(f *fieldRun, sentence int32) bool {
	for s := sentence - 1; s >= max(0, sentence-longestTale); s-- {
		if past, dated := r.dated(f, s); dated {
			return past
		}
		if !slices.ContainsFunc(f.cuesIn(s, s), func(c cueHit) bool { return r.engine.rules.Cues[c.block].Continues && r.opens(f, &c) }) {
			return false
		}
	}
	return false
}

// Limits of a story told sentence by sentence.
const (
	longestTale  = 8  // sentences from the one that names a year
	reachOfDated = 60 // words from the beginning of that one in which the year is looked for
)

// dated reports whether a sentence says in which year it is, and whether that is
// past.
func (r *run) dated(f *fieldRun, sentence int32) (past, dated bool) {
	from, to := f.SentenceBounds(sentence)
	for i := from; i < min(to, from+reachOfDated); i++ {
		if year := r.program.Numbers.When(f.Field, i, from, to); year != 0 {
			past, dated = year < r.presentYear(), true
		}
	}
	return past, dated
}

// recalled reports whether a number in the match is not of the event at hand: a
// cue for numbers speaks of it.
func (r *run) recalled(f *fieldRun, h *phrase.Hit) bool {
	sentence := f.sentence(h)
	return slices.ContainsFunc(f.cuesIn(sentence, sentence), func(c cueHit) bool {
		return r.engine.rules.Cues[c.block].Numbers && r.reaches(f, &c, h)
	})
}

// reaches reports whether a cue in the sentence of a match speaks of it: on its
// side or around it, near enough, with no terminator between, and not made of the
// match's own words, but for a preposition that ends the one and begins the other:
// "a year after" of "after a wave of protests".
func (r *run) reaches(f *fieldRun, c *cueHit, h *phrase.Hit) bool {
	if r.engine.rules.Cues[c.block].Last && !r.ends(f, c) {
		return false
	}
	if rest := around(c, h); rest >= 0 {
		return !r.stopped(f, c.block, h.End, rest)
	}
	if overlapsWords(h, c.Start, c.End) {
		return !c.after && c.Start < h.Start && c.End == h.Start+1 && lang.Leads(r.program.Language, r.small(f, h.Start))
	}
	from, to := c.End, h.Start // the words between
	if c.after {
		from, to = h.End, c.Start
	}
	if inside := h.Start <= c.Start && c.End <= h.End; inside {
		return true
	}
	if c.after && c.Start < h.End || !c.after && c.Start > h.Start {
		return false
	}
	if int(to-from) > r.engine.rules.Cues[c.block].Reach {
		return false
	}
	return !r.terminated(f, c, from, to)
}

// ends reports whether nothing goes on behind a cue: its sentence ends there, punctuation
// follows, or who says so, as headlines without a comma have it: "mutiny rumours false say police".
func (r *run) ends(f *fieldRun, c *cueHit) bool {
	_, to := f.SentenceBounds(c.sentence)
	return int(c.End) >= to || f.Tokens[c.End].Has(token.Break) || lang.Says(r.program.Language, r.small(f, c.End))
}

// around returns the first word behind a match of a cue that stands around it,
// "reports of a mutiny dismissed"; -1 if it does not, or shares a word with it.
func around(c *cueHit, h *phrase.Hit) int32 {
	if !c.after || c.Start >= h.Start || c.End <= h.End || c.End-c.Start > 64 {
		return -1
	}
	rest := int32(-1)
	for i := c.End - 1; i >= h.Start; i-- {
		switch spoken := c.Words>>(i-c.Start)&1 == 1; {
		case spoken && overlapsWords(h, i, i+1):
			return -1
		case spoken && i >= h.End:
			rest = i
		}
	}
	return rest
}

// overlapsWords reports whether a word of the match lies within the tokens
// [from, to).
func overlapsWords(h *phrase.Hit, from, to int32) bool {
	for i := max(from, h.Start); i < min(to, h.End); i++ {
		if k := i - h.Start; k >= 64 || h.Words>>k&1 == 1 {
			return true
		}
	}
	return false
}

// terminated reports whether the tokens [from, to) hold a terminator of the
// cue's block, or a semicolon, colon, dash or bracket, for some blocks also a comma,
// stands before one of them or before what follows them. A verdict that stands alone
// behind a colon or a dash speaks of what is before it: "Mutiny in the fort: untrue".
func (r *run) terminated(f *fieldRun, c *cueHit, from, to int32) bool {
	block := &r.engine.rules.Cues[c.block]
	alone := block.Last && c.End-c.Start <= longestVerdict
	for i := from; i <= to && int(i) < len(f.Tokens); i++ {
		switch t := &f.Tokens[i]; {
		case t.Has(token.Clause):
			if !alone || i != c.Start {
				return true
			}
		case block.Comma && t.Has(token.Break):
			return true
		}
	}
	return r.stopped(f, c.block, from, to)
}

// longestVerdict is how many words a verdict that stands alone has at most.
const longestVerdict = 2

// stopped reports whether the tokens [from, to) hold a terminator of the block.
func (r *run) stopped(f *fieldRun, block, from, to int32) bool {
	words := r.program.Terminators[block]
	for i := from; i < to; i++ {
		if slices.ContainsFunc(words, func(w phrase.Test) bool { return w.Matches(&f.Tokens[i]) }) {
			return true
		}
	}
	return slices.ContainsFunc(f.terminators, func(t phrase.Hit) bool {
		o := &r.program.Owners[t.Phrase]
		return (o.Role == rule.RoleTurn || o.Index == block) && from <= t.Start && t.End <= to
	})
}

// asks reports whether a question mark follows the match in its sentence.
func (f *fieldRun) asks(h *phrase.Hit) bool {
	_, to := f.SentenceBounds(f.sentence(h))
	end := len(f.Source)
	if to < len(f.Tokens) {
		end = int(f.Tokens[to].Start)
	}
	from := int(f.Tokens[h.End-1].End)
	rest := f.Source[from:min(end, from+maxQuestion)]
	return strings.Contains(rest, "?") || strings.Contains(rest, "؟")
}

// presumed reports whether a question takes what the match says for granted: a
// word that is no hypothetical cue, such as who or why, stands before its end.
func (r *run) presumed(f *fieldRun, h *phrase.Hit) bool {
	sentence := f.sentence(h)
	return slices.ContainsFunc(f.pseudo, func(p phrase.Hit) bool {
		return p.Start < h.End && f.sentence(&p) == sentence && r.assertionOf(r.program.Owners[p.Phrase].Index) == event.Hypothetical
	})
}

// maxQuestion is how far, in bytes, the mark of a question is looked for.
const maxQuestion = 400

// How many words away "in 1990" makes a match historical. What the text behind its
// first sentence tells from a year on, it tells of that year to the sentence's end.
const (
	reachOfYear = 8
	reachOfPast = 40
)

// pastYear returns the token of a year before the item's that dates the match; -1 if there is none. Without a date of
// the item the latest year it names is the present, but for one that heads a sentence: no
// news is told so.
func (r *run) pastYear(f *fieldRun, h *phrase.Hit) int32 {
	from, to := f.SentenceBounds(f.sentence(h))
	reach := reachOfYear
	if from > 0 || quantity.Heads(f.Field, from, from, to) {
		reach = reachOfPast
	}
	for i := max(from, int(h.Start)-reach-2); i < min(to, int(h.End)+reachOfYear+2); i++ {
		year := r.program.Numbers.When(f.Field, i, from, to)
		if year == 0 || year >= r.presentYear() && !(r.item.Published.IsZero() && quantity.Heads(f.Field, i, from, to)) {
			continue
		}
		if r.dates(f, from, int32(i), h) {
			return int32(i)
		}
	}
	return -1
}

// dates reports whether a year at token i belongs to the match: it opens the
// sentence, or no punctuation stands between them but that before a clause that
// tells of the year: "in 2016, when gunmen stormed the hospital".
func (r *run) dates(f *fieldRun, from int, i int32, h *phrase.Hit) bool {
	low, high := i+1, h.Start
	if i >= h.End {
		low, high = h.End, i-1
	}
	opens := int(i)-from <= 3 && i < h.Start
	tells := i < h.Start && f.Tokens[low].Has(token.Break) && lang.Clause(r.program.Language, "", r.small(f, low))
	heads := quantity.Heads(f.Field, int(i), from, int(h.End))
	if heads || from > 0 && (opens || tells) {
		return high-low <= reachOfPast && !r.turnBetween(f, low, high)
	}
	if high-low > reachOfYear {
		return false
	}
	if opens {
		return true
	}
	for k := low; k <= high; k++ {
		if f.Tokens[k].Has(token.Break) {
			return false
		}
	}
	return true
}

// turnBetween reports whether the sentence turns to another statement among the
// tokens [from, to).
func (r *run) turnBetween(f *fieldRun, from, to int32) bool {
	for i := from; i < to; i++ {
		if slices.ContainsFunc(r.program.Turns, func(w phrase.Test) bool { return w.Matches(&f.Tokens[i]) }) || r.turnsAt(f, i) {
			return true
		}
	}
	return false
}

// presentYear is the first year that is not past: that of the item, or the one
// before in the first three months. Only texts of no feed have no date; when they
// were written is not known, least of all by the clock of whoever reads them.
func (r *run) presentYear() int {
	if r.present != 0 {
		return r.present
	}
	if p := r.item.Published; !p.IsZero() {
		r.present = p.Year()
		if p.Month() <= time.March {
			r.present--
		}
		return r.present
	}
	r.present = r.latestYear()
	return r.present
}

// firstFeeds is the year before which no text can be that came to be read here.
const firstFeeds = 1980

// latestYear is the latest year that the item names.
func (r *run) latestYear() int {
	latest := firstFeeds
	for i := range r.scratch.fields {
		for k := range r.scratch.fields[i].Tokens {
			latest = max(latest, quantity.Year(r.scratch.fields[i].Field, k))
		}
	}
	return latest
}
