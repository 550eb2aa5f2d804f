package incident

import (
	"fmt"
	"slices"
	"strings"

	"faultline/pkg/event"
	"faultline/services/alerter/internal/story"
)

// news is a reason to tell of a change.
type news struct {
	kind event.ChangeKind // of the change, if nothing louder is news
	text string
	// of is what can swing, and value what is told of it; empty for what cannot.
	of    string
	value int
	// edit says that the report was edited: that need not be said besides.
	edit bool
}

func texts(all []news) (out []string) {
	for _, n := range all {
		out = append(out, n.text)
	}
	return out
}

// change says what the report at index at brought to the incident, given how
// the incident was, and notes there what swings. revised is set when the report was known in another
// revision. What only goes back and forth is kept, and no news.
func change(old, i *event.Incident, at int, revised bool) event.Change {
	r := &i.Reports[at]
	told := lately(old, i.Updated)
	i.Swings = told.fell(old, i, at)
	fresh, again := told.part(slices.Concat(releases(old, r), raises(old, i, at, told), corrections(old, i, at)), i) // the loudest first
	if len(fresh) > 0 && fresh[0].kind == event.ChangeReleased {                                                     // who was detained for it is not what is told
		detained := func(n news) bool { return strings.HasPrefix(n.text, "detained") }
		fresh, again = slices.DeleteFunc(fresh, detained), slices.DeleteFunc(again, detained)
	}
	edited, all := edits(old, r), slices.Concat(fresh, again)
	switch {
	case len(all) == 0:
		kind, reasons := further(r, edited, revised)
		return event.Change{Kind: kind, Reasons: reasons, Report: at}
	case slices.ContainsFunc(all, func(n news) bool { return n.edit }):
		edited = nil
	}
	c := event.Change{Kind: event.ChangeReworded, Reasons: append(texts(all), edited...), Report: at}
	if len(fresh) > 0 {
		c.Kind = fresh[0].kind
	}
	return c
}

// raises are the escalations by a report that tells something. When its outlet stands by what it had taken back
// they are news, once, whatever was told before.
func raises(old, i *event.Incident, at int, told swings) []news {
	r := &i.Reports[at]
	if r.Denies {
		return nil
	}
	up := escalations(old, i, at)
	if returns(old, r) && !told.has(stoodAgain+r.Source.Feed, 1) {
		for n := range up {
			up[n].of = ""
		}
	}
	return up
}

// further is what a report is that brings no news.
func further(r *event.Report, edited []string, revised bool) (event.ChangeKind, []string) {
	name := sourceName(r.Source)
	switch {
	case len(edited) > 0:
		return event.ChangeReworded, edited
	case revised:
		return event.ChangeReworded, []string{"the report by " + name + " was judged by other rules"}
	case r.CopyOf != "":
		return event.ChangeReworded, []string{name + " carries a copy of a known report"}
	case r.Denies:
		return event.ChangeReport, []string{"further denial by " + name}
	case r.Presumed:
		return event.ChangeReport, []string{"report by " + name + " in another language, presumed to be of this by place, time and kind of event"}
	}
	return event.ChangeReport, []string{"further report by " + name}
}

// edits is the reason that an outlet edited its report, if it did.
func edits(old *event.Incident, r *event.Report) []string {
	if at := find(old, r.Item); at >= 0 && r.Revision > old.Reports[at].Revision {
		return []string{sourceName(r.Source) + " revised its report"}
	}
	return nil
}

// escalations are the reasons why the change deserves a message.
func escalations(old, i *event.Incident, at int) (out []news) {
	r := &i.Reports[at]
	add := func(text, of string, value int) {
		out = append(out, news{kind: event.ChangeEscalated, text: text, of: of, value: value})
	}
	own := func(of string) string { // what another outlet brings is no swing
		if voice(old, r) {
			return of
		}
		return ""
	}
	if i.Severity.Rank() > old.Severity.Rank() {
		add(fmt.Sprintf("severity up from %s to %s", old.Severity, i.Severity), own(swingSeverity), i.Severity.Rank())
	}
	tollsUp(old, i, add)
	for _, c := range i.Categories {
		if !slices.Contains(old.Categories, c) {
			add("new category: "+c, "", 0)
		}
	}
	if p := newPlace(old, r); p != "" {
		add("new place: "+p, swingPlace, r.Place.GeonameID)
	}
	if old.Region == Unplaced && i.Region != Unplaced {
		add("place now known: region "+i.Region, "", 0)
	}
	if old.Corroboration.Independent < 2 && i.Corroboration.Independent >= 2 {
		add("second independent source: "+sourceName(r.Source), own(swingSources), 2)
	}
	return out
}

// tolls are the names of the numbers of people, in the order of counts.
var tolls = [5]string{"killed", "injured", "missing", "detained", "displaced"}

// tollsUp compares the least numbers of people, kind by kind. A first number
// is news as well, unless the incident opens with it.
func tollsUp(old, i *event.Incident, add func(text, of string, value int)) {
	before, after := counts(&old.Casualties), counts(&i.Casualties)
	for kind, name := range tolls {
		was, is := *before[kind], *after[kind]
		switch {
		case is == nil || is.Min == 0:
		case was == nil:
			add(fmt.Sprintf("%s: %s", name, is), name, is.Min)
		case is.Min > was.Min:
			add(fmt.Sprintf("%s up from %s to %s", name, was, is), name, is.Min)
		}
	}
}

// newPlace is the name of the report's place when the incident had precise
// places and this is none of them, nor near one.
func newPlace(old *event.Incident, r *event.Report) string {
	if r.Place == nil || !precise(r.Place) {
		return ""
	}
	known := false
	for at := range old.Reports {
		p := old.Reports[at].Place
		if p == nil || !precise(p) {
			continue
		}
		if known = true; story.SameArea(p, r.Place) {
			return ""
		}
	}
	if !known {
		return ""
	}
	return r.Place.Name
}

func openReason(i *event.Incident) string {
	return "first report, by " + sourceName(i.Reports[0].Source)
}

// sourceName is what a reader knows the source by.
func sourceName(s event.Source) string {
	for _, name := range []string{s.Title, s.Feed} {
		if name = strings.TrimSpace(name); name != "" {
			return story.Lead(name, 80)
		}
	}
	return "an unnamed source"
}
