package story

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Explanation says how a report came to its story, or why it opened one.
type Explanation struct {
	Story    string    `json:"story"`    // the one it was put in, before what merged later
	Opened   bool      `json:"opened"`   // it is the first of its story
	Copy     bool      `json:"copy"`     // its text is that of a report of the story
	Presumed bool      `json:"presumed"` // see Likeness.Presumed
	Nearest  *Compared `json:"nearest"`  // the story it joined, else the nearest one; nil when there was none
	Bar      float64   `json:"bar"`      // the score from which it joins
	Missing  []string  `json:"missing"`  // what kept it from the nearest story, or a report from being more than presumed
}

// Compared is what the comparison with the reports of a story gave.
type Compared struct {
	Story    string  `json:"story"`
	Report   string  `json:"report"` // the item of the report that is most like it
	Score    float64 `json:"score"`  // of the story
	Alike    float64 `json:"alike"`  // of that report alone
	Looked   bool    `json:"looked"` // false: no word, name, number or event in a town leads from one to the other
	Evidence []Piece `json:"evidence"`
}

// Piece is one kind of evidence and the log-odds that it added.
type Piece struct {
	What    string  `json:"what"`
	LogOdds float64 `json:"log_odds"`
}

// Explain says what Find makes of the report and why. If no story shares enough with
// the report to be looked at, it is held against all.
func (x *Index) Explain(f *Profile) Explanation {
	f.settle(x.knowledge)
	out := Explanation{Opened: true, Bar: x.config.Same, Missing: []string{}}
	candidates, looked := x.candidates(f), true
	if len(candidates) == 0 {
		looked = false
		for _, e := range x.stories {
			if e.profiles[0].exercise == f.exercise {
				candidates = append(candidates, e)
			}
		}
		slices.SortFunc(candidates, func(a, b *entry) int { return cmp.Compare(a.id, b.id) })
	}
	chance := x.chance(f)
	var best Match
	for _, e := range candidates {
		if m := x.fit(f, e, chance); m.Score > best.Score {
			best = m
		}
	}
	if best.ID == "" {
		return out
	}
	t := x.stories[best.ID].mostLike(best.Item)
	report := t.open(&x.first)
	l, e := x.knowledge.weighUp(x.config, f, report, chance)
	out.Opened, out.Copy = !looked || best.Score < x.config.Same, best.Copy
	out.Presumed = best.Presumed && !out.Opened
	out.Nearest = &Compared{Story: best.ID, Report: t.item, Score: round(best.Score), Alike: round(l.Score), Looked: looked, Evidence: e.pieces()}
	if out.Opened || out.Presumed {
		out.Missing = missing{x.config, f, report, chance, e}.list(l)
	}
	return out
}

// mostLike is the report that a match names; the first when none is like at all.
func (e *entry) mostLike(item string) *told {
	return e.profiles[max(0, slices.IndexFunc(e.profiles, func(t *told) bool { return t.item == item }))]
}

func round(x float64) float64 { return math.Round(x*100) / 100 }

// pieces lists what counts, the weightiest first.
func (e evidence) pieces() []Piece {
	out, w, words := []Piece{}, weights(), evidenceWords()
	for kind, value := range e {
		if odds := w[kind] * value; math.Abs(odds) >= 0.005 {
			out = append(out, Piece{words[kind], round(odds)})
		}
	}
	slices.SortStableFunc(out, func(a, b Piece) int { return cmp.Compare(math.Abs(b.LogOdds), math.Abs(a.LogOdds)) })
	return out
}

// evidenceWords says what each kind of evidence is.
func evidenceWords() [evidenceKinds]string {
	return [evidenceKinds]string{
		byTitle: "words of the titles in common", byRare: "rare words in common", byText: "half of the text word for word the same", byNames: "names in common", noName: "no name in common", ownNames: "each names others",
		byTitleNames: "the other names whom the title names", noTitleName: "the other does not name whom the title names", noQuoted: "titles quote different names",
		bySpeakers: "the same people or bodies cited", noSpeaker: "different people or bodies cited", byNumbers: "numbers in common", noNumber: "no number in common", noTitleNumber: "titles with different numbers",
		byDate: "a day that both name", noTitleDate: "titles of different days", byMentions: "places in common", inCountry: "no town in common", inOther: "different countries",
		byEntities: "people, offices or groups of the rules in common", bySituation: "one kind of event in one town at one time", bySigns: "rare indicators in common in one town",
		numbersInPlace: "those numbers in one town and kind of event", categoryInPlace: "the same category in one town", byThings: "buildings, people and causes in common", noThing: "different buildings, people or causes",
		byTolls: "the same numbers of killed and of injured", byCaptive: "one captive", byRising: "a toll that has risen", noTarget: "titles with different buildings or people", noFurther: "one tells a further event of the kind", byOutlet: "one outlet counts fewer dead at another scene, and corrects nothing", noCaptive: "different captives", noTitleSpeaker: "titles in which different people speak",
		unfit: "categories of different events", tollApart: "tolls that cannot be one", foreign: "another language", days: "time between them",
	}
}

// missing says what two reports lack to be one story.
type missing struct {
	config Config
	a, b   *Profile
	chance float64
	e      evidence
}

func (m missing) list(l Likeness) []string {
	out := []string{}
	add := func(when bool, format string, args ...any) {
		if when {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	a, b, gap := m.a, m.b, apart(m.a, m.b)
	add(gap > m.config.Window, "they are %s apart, and stories are looked for within %s", span(gap), span(m.config.Window))
	add(l.Conflict != "", "the wording is one, but another %s stands in it: one form, and two events", l.Conflict)
	if len(out) > 0 {
		return out
	}
	m.place(add)
	m.kind(add)
	if a.language != b.language {
		add(m.e[byThings] == 0, "no building, person or cause that both name, of those the comparison knows in both languages")
	} else {
		add(m.e[byRare] < 0.2, "few rare words in common")
	}
	add(m.e[byNames] == 0, "no name in common")
	add(m.e[byNumbers] == 0, "no number in common")
	add(l.Score >= m.config.Same && !l.Presumed, "it is like that report, but not like the others of the story")
	return out
}

// place says what the places lack.
func (m missing) place(add func(when bool, format string, args ...any)) {
	a, b := m.a.place, m.b.place
	add(a == nil, "no place was recognised in this report")
	add(b == nil, "no place was recognised in the other report")
	if a != nil && b != nil && whereabouts(m.a, m.b) < areaNear {
		add(true, "this report is placed in %s, the other in %s", a.Name+" ("+a.Country+")", b.Name+" ("+b.Country+")")
	}
}

// kind says what the kinds of event lack, and what place, time and kind together do.
func (m missing) kind(add func(when bool, format string, args ...any)) {
	a, b := m.a, m.b
	one := a.shows(b.category) || b.shows(a.category)
	add(a.category == "", "the rules see no event in this report")
	add(b.category == "", "the rules see no event in the other report")
	add(a.category != "" && b.category != "" && !one, "the rules see %s in this report and %s in the other", a.category, b.category)
	if one && whereabouts(a, b) >= areaNear {
		add(apart(a, b) > soon, "they are %s apart: place and kind of event count for %s", span(apart(a, b)), span(soon))
		add(surprise(m.chance) < 0.5, "%s is so usual there that another one would be no surprise", a.category)
	}
}

// span is a duration in hours, or in minutes when it is shorter.
func span(d time.Duration) string {
	if d < time.Hour {
		return fmt.Sprintf("%.0f minutes", d.Minutes())
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", d.Hours()), ".0") + " hours"
}
