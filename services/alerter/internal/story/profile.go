package story

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"faultline/pkg/event"
)

// LeadRunes is how much of a text the words are compared of: news puts who,
// what and where first, and what follows is background that many stories share.
const LeadRunes = 500

const (
	maxLeadWords = 160
	openingWords = 25
)

// Profile is what of a report is compared. Build it with Profiler.Profile.
type Profile struct {
	Signature []uint32

	country   string
	place     *event.Place
	called    []uint64 // the skeletons of its name, if it is no country
	placeIDs  []uint64 // settlements and regions mentioned, no countries
	set, fits categorySet
	category  string
	signs     []sign   // the asserted indicators
	targets   []uint64 // and to what kind of people or things each was done, sorted
	time      time.Time
	language  string
	exercise  bool
	nearest   float64 // the likeness to the story that Find found most like it
	presumed  bool    // to be of its story: see Likeness.Presumed
	updated   bool    // says of itself that it is an update
	rising    bool    // says in its title that a number has grown
	slain     bool    // somebody was assassinated

	terms                    []term // sorted by hash
	shingles                 []uint64
	opening                  []uint64 // of them, those of the title and the first words
	complete                 bool     // the lead is the whole text
	numbers                  []uint64 // sorted, without years
	dates                    []uint64 // days of months
	titleNumbers, titleDates []uint64 // those of the title
	titleYears               []uint64 // the years in it
	titleSpeakers            []uint64 // whom it has say something
	quoted                   []uint64 // words of names in quotation marks in it
	names                    []uint64
	spelt                    []uint64 // of Arabic, which has no capitals: all words that may be names, as those of other scripts are hashed
	titleNames               []titleName
	speakers, entities       []uint64
	cited                    []uint64             // of the speakers, those who are named
	things                   [thingKinds][]uint64 // that any language has words for, by their index
	titleSites, titlePeople  []uint64             // those of the title
	rare                     []uint64             // the buildings and people that not every story names
	casualties               event.Casualties
	outlet                   uint64 // its feed, 0: none
	title                    string
	further                  float64 // how far it says that it is of a further event of its kind

	// What is needed to find forms: the lead's shingles in order, with numbers
	// and places masked, and the term that stands at each word (0: none).
	phrases []uint64
	stems   []uint64
}

// term is a content word of title and lead.
type term struct {
	hash  uint64
	title bool

	form bool // part of a phrase that is told of many places
}

func (t term) compare(hash uint64) int { return cmp.Compare(t.hash, hash) }

// Profiler builds profiles. It may be shared.
type Profiler struct {
	table   table
	things  thingNames
	further thingNames
	rising  thingNames
	recalls recalling
	scratch sync.Pool // of *scratch
}

// scratch is what is needed while a text is read, and can be used again then.
type scratch struct {
	words []word
	stems stems
}

// NewProfiler returns a Profiler for the fixed categories.
func NewProfiler() *Profiler {
	return &Profiler{
		table: newTable(event.Categories()), things: newThingNames(thingList()), further: newThingNames(furtherList()), rising: newThingNames([]thing{{words: risingWords}}),
		recalls: newRecalling(), scratch: sync.Pool{New: func() any { return &scratch{} }},
	}
}

// Profile builds the profile of an assessment.
func (p *Profiler) Profile(a *event.Assessment) *Profile {
	f := &Profile{
		Signature: Signature(a.Item.Title + "\n" + stripUpdate(a.Item.Text)),
		time:      Time(&a.Item), exercise: a.Item.Exercise,
		casualties: a.Casualties, outlet: feedHash(a.Item.Source),
	}
	f.setPlace(a.Main)
	for _, m := range a.Places {
		if m.Admin1 != "" {
			f.placeIDs = append(f.placeIDs, placeID(&m))
		}
	}
	for _, e := range a.Entities {
		f.entities = append(f.entities, hashString(e))
	}
	f.setCategories(p.table, a.Categories, a.Findings)
	f.read(p, source{a.Language, a.Item.Title, a.Item.Text}, placeWords(a.Places, a.Main))
	f.finish()
	return f
}

// Restore builds the profile of a stored report, which has no more than the
// lead of its text. The incident's entities stand in for the report's.
func (p *Profiler) Restore(i *event.Incident, r *event.Report) *Profile {
	f := &Profile{
		Signature: r.Signature,
		time:      reportTime(r), exercise: i.Exercise,
		casualties: r.Casualties, presumed: r.Presumed, outlet: feedHash(r.Source),
	}
	place := r.Place
	if place == nil {
		place = i.Place
	}
	f.setPlace(place)
	if place != nil && place.Admin1 != "" {
		f.placeIDs = []uint64{placeID(place)}
	}
	for _, e := range i.Entities {
		f.entities = append(f.entities, hashString(e))
	}
	f.setCategories(p.table, i.Categories, r.Findings)
	f.read(p, source{r.Language, r.Title, r.Lead}, placeWords(nil, place))
	if utf8.RuneCountInString(r.Lead) > LeadRunes/2 {
		f.complete = false // cannot be known any more
	}
	f.finish()
	return f
}

// Time is when an item's story was told: the outlet's date, or when it was
// first seen if the outlet gave none.
func Time(item *event.Item) time.Time {
	if item.PublishedSource == event.PublishedFetched || item.Published.IsZero() {
		return item.FirstSeen
	}
	return item.Published
}

func reportTime(r *event.Report) time.Time {
	if r.PublishedSource == event.PublishedFetched || r.Times.Published.IsZero() {
		return r.Times.Seen
	}
	return r.Times.Published
}

// Strongest is the asserted finding that names the event: the one with the most
// points, weighed by category, the first of equals; the zero finding when there is none.
func Strongest(findings []event.Finding) event.Finding {
	var best event.Finding
	for _, f := range findings {
		if f.Assertion == event.Asserted && (best.Indicator == "" || f.Points*weight(f.Category) > best.Points*weight(best.Category)) {
			best = f
		}
	}
	return best
}

// weight says how well a category names an event that shows others too: a coup is
// more than the president that it holds, and the dead are what came of an attack.
func weight(category string) float64 {
	switch category {
	case "coup", "mutiny":
		return 4.0 / 3
	case "spillover":
		return 1.1
	case "casualties", "displacement":
		return 0.5
	}
	return 1
}

// feedHash stands for the feed of a source; 0 when it has none.
func feedHash(s event.Source) uint64 {
	if s.Feed == "" {
		return 0
	}
	return hashString(s.Feed)
}

func (f *Profile) setPlace(place *event.Place) {
	f.place = place
	if place == nil {
		return
	}
	f.country = place.Country
	if place.Admin1 == "" {
		return
	}
	for _, name := range []string{place.Name, place.Text} {
		for _, w := range words(name, 4) {
			if utf8.RuneCountInString(w.text) > 3 {
				f.called = append(f.called, skeleton(w.text))
			}
		}
	}
	f.called = sorted(f.called)
}

// source is what a report is read from, and the tag of its language.
type source struct{ tag, title, text string }

// read takes words, names, numbers, things and speakers from title and lead.
func (f *Profile) read(p *Profiler, from source, places map[string]bool) {
	title, text := from.title, from.text
	if f.updated = headsUpdate(title) || headsUpdate(text); f.updated {
		text = stripUpdate(text)
	}
	if from.tag == "uz" {
		title, text, places = latinUzbek(title), latinUzbek(text), latinWords(places)
	}
	lead := Lead(text, LeadRunes)
	f.complete = len(lead) == len(text)
	f.language = language(from.tag, title+" "+lead)
	use, _ := p.scratch.Get().(*scratch)
	defer p.scratch.Put(use)
	all := appendWords(use.words[:0], stripOutlet(title), maxLeadWords/3)
	head := len(all)
	all = appendWords(all, stripDateline(lead), maxLeadWords)
	use.words = all
	all = all[:head+p.recalls.news(all[head:])]
	body := all[head:]
	stems := stemmer{lang: f.language, known: &use.stems}
	f.phrases = shingles(masked(all, places))
	f.opening = sorted(slices.Clone(f.phrases[:min(len(f.phrases), head+openingWords)]))
	media := mediaWords(body)
	f.figures(all[:head], body)
	f.rising, f.title = p.rising.any(all[:head]), title
	f.things, f.rare = p.things.find(f.language, all, places)
	f.titleSites, f.titlePeople = p.things.titled(f.language, all[:head], places)
	if f.violent() {
		f.readFurther(p.further, all[:head], body)
	}
	f.stems, f.terms = make([]uint64, 0, len(all)), make([]term, 0, len(all))
	for i, w := range all {
		f.stems = append(f.stems, f.take(&stems, w, i < head, places[w.text]))
		switch {
		case f.language == "ar":
			f.spelt = appendSpelt(f.spelt, all[max(0, i-1)].text, w)
		case i >= head && isName(w) && !places[w.text] && !media[w.start]:
			f.names = append(f.names, skeleton(w.name(f.language)))
		}
	}
	f.titleNames, f.quoted = titleNames(f.language, all[:head], f.stems, f.names), stems.quoted(title)
	for _, w := range titleSpeakers(f.language, title, all[:head], places) {
		f.titleSpeakers = append(f.titleSpeakers, stems.hash(w.text))
	}
	for _, w := range speakers(body) {
		f.speakers = append(f.speakers, stems.hash(w.text))
		if isName(w) {
			f.cited = append(f.cited, skeleton(w.name(f.language)))
		}
	}
}

// correct takes over the numbers of the revision before, so that who tells those
// does not contradict the report, and how it came to its story.
func (f *Profile) correct(old *Profile) {
	f.presumed = old.presumed
	f.numbers = sorted(append(f.numbers, old.numbers...))
	f.titleNumbers = sorted(append(f.titleNumbers, old.titleNumbers...))
}

// take adds a content word to the terms and returns the term's hash, or 0. The
// names of places are no terms: the place counts as such.
func (f *Profile) take(stems *stemmer, w word, title, place bool) uint64 {
	if w.number >= 0 || place || utf8.RuneCountInString(w.text) < 3 || isStop(w.text) {
		return 0
	}
	t := term{hash: stems.hash(w.text), title: title}
	f.terms = append(f.terms, t)
	return t.hash
}

// masked are the hashes of words with numbers and places replaced, so that a phrase is the
// same wherever and of how many it is told.
func masked(ws []word, places map[string]bool) []uint64 {
	out := make([]uint64, len(ws))
	for i, w := range ws {
		if w.number >= 0 || places[w.text] {
			w = word{text: "#", number: -1}
		}
		out[i] = wordHash(w)
	}
	return out
}

// finish sorts what is merged later.
func (f *Profile) finish() {
	f.numbers = sorted(withCasualties(f.numbers, f.casualties))
	f.names, f.spelt, f.speakers, f.cited = sorted(f.names), sorted(f.spelt), sorted(f.speakers), sorted(f.cited)
	f.entities, f.placeIDs = sorted(f.entities), sorted(f.placeIDs)
	f.dates = sorted(f.dates)
	f.titleNumbers, f.titleDates, f.quoted = sorted(f.titleNumbers), sorted(f.titleDates), sorted(f.quoted)
	f.titleYears, f.titleSpeakers = sorted(f.titleYears), sorted(f.titleSpeakers)
	f.shingles = sorted(slices.Clone(f.phrases))
	f.terms = merged(f.terms)
}

// settled drops what is needed of a new report alone.
func (f *Profile) settled() { f.phrases, f.stems = nil, nil }

func sorted(s []uint64) []uint64 {
	slices.Sort(s)
	return slices.Compact(s)
}

// merged sorts terms by hash and joins equal ones.
func merged(terms []term) []term {
	slices.SortFunc(terms, func(a, b term) int { return a.compare(b.hash) })
	out := terms[:0]
	for _, t := range terms {
		if n := len(out); n > 0 && out[n-1].hash == t.hash {
			out[n-1].title = out[n-1].title || t.title
			continue
		}
		out = append(out, t)
	}
	return out
}

// withCasualties adds the counts of people, which may stand in words in the
// text ("two dozen").
func withCasualties(numbers []uint64, c event.Casualties) []uint64 {
	for _, n := range counts(c) {
		if n != nil && n.Min > 0 {
			numbers = append(numbers, rounded(uint64(n.Min)))
		}
	}
	return numbers
}

// counts lists killed, injured, missing, detained and displaced, in this order.
func counts(c event.Casualties) [5]*event.Count {
	return [5]*event.Count{c.Killed, c.Injured, c.Missing, c.Detained, c.Displaced}
}

// placeWords are the folded words that name places in a text.
func placeWords(places []event.Place, main *event.Place) map[string]bool {
	out := map[string]bool{}
	add := func(s string) {
		for _, w := range words(s, 8) {
			out[w.text] = true
		}
	}
	for i := range places[:min(len(places), 32)] {
		add(places[i].Text)
		add(places[i].Name)
	}
	if main != nil {
		add(main.Text)
		add(main.Name)
	}
	return out
}

// stripOutlet cuts the outlet's or agency's name behind the last dash or bar of
// a title: "Clashes in Osh - Example Press".
func stripOutlet(title string) string {
	for _, mark := range []string{" - ", " | ", " – ", " — "} {
		if at := strings.LastIndex(title, mark); at > len(title)/3 {
			if rest := words(title[at+len(mark):], 6); len(rest) > 0 && len(rest) <= 4 && rest[0].capital {
				return title[:at]
			}
		}
	}
	return title
}

// settle marks the terms that stand in phrases told of many places.
func (f *Profile) settle(k *knowledge) {
	if len(f.stems) == 0 {
		return
	}
	form := make([]bool, len(f.phrases))
	for i, h := range f.phrases {
		form[i] = k.isForm(h)
	}
	for i := range f.terms {
		f.terms[i].form = true
	}
	for at, h := range f.stems {
		if h == 0 || slices.Contains(form[min(len(form), max(0, at-2)):min(len(form), at+1)], true) {
			continue // it stands in none, or one of the phrases over it is a form
		}
		if i, ok := slices.BinarySearchFunc(f.terms, h, term.compare); ok {
			f.terms[i].form = false
		}
	}
}
