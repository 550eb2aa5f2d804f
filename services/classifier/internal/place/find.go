package place

import (
	"math"
	"unicode"
	"unicode/utf8"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/token"
)

// Context is what is known about a document beside its text.
type Context struct {
	Country string // where the outlet is, ISO 3166-1 alpha-2; may be empty
}

// Result is the places of a document.
type Result struct {
	Mentions []event.Place // in order of position, the title's first
	Main     *event.Place  // where the story happens; nil when that is in doubt
}

// Find returns the places that a document mentions. The document must have
// been read with the gazetteer's vocabulary.
func (g *Gazetteer) Find(doc *token.Document, ctx Context) Result {
	f := g.finder()
	defer g.pool.Put(f)
	return f.find(doc, ctx)
}

func (f *finder) find(doc *token.Document, ctx Context) Result {
	f.begin(doc, ctx)
	for i, field := range doc.Fields() {
		f.collect(uint8(i), field)
	}
	f.relate()
	f.weigh()
	f.agree()
	f.resolve()
	return f.result()
}

// candidate is an occurrence of a name that may or may not be a place.
type candidate struct {
	from, to int32  // tokens
	name     uint32 // node of the name
	known    int32  // index into finder.names
	scene    int32  // index into finder.scenes, once it has a sense
	field    uint8
	style    style
	shouted  bool    // written in capitals throughout
	stopped  bool    // an abbreviation's full stop follows
	local    int8    // evidence from the words around
	ending   bearing // what its case says
	accepted bool
	person   bool  // the words around may make it a person's name
	named    bool  // a title before it says that it is a person
	outer    int32 // the candidate that this one is said to lie in, or -1
	inner    int32 // the other way round
	sense    meaning
	worth    float64 // for the question where the story happens
	share    float32 // how much likelier the chosen sense is than the others, 0 to 1
	nation   float32 // the same of its country
}

// style is how the sentence around a name is written.
type style uint8

const (
	plain  style = iota
	titled       // Most Words Begin With a Capital
	shout        // ALL IN CAPITALS
)

// finder is the working space of one Find.
type finder struct {
	g          *Gazetteer
	doc        *token.Document
	log        *log   // only while a decision is explained
	outlet     uint16 // nation
	at         uint8  // the field that is being read
	first      int    // the first token of the sentence that is being read
	how        style  // of that sentence, once styled
	styled     bool
	candidates []candidate
	weights    []weighed        // of the senses of the name in hand
	now, next  tally            // what names point to: in use, and being made
	people     []float32        // demonyms, by nation number
	names      []known          // those of the document, each once
	numbers    map[uint32]int32 // their indexes, by node
	scores     []float64        // by nation number, for the story
	scored     []uint16         // the nations that have a score, or had
	scenes     []scene          // the places of the document, each once
	scenesAt   map[int]int32    // their indexes, by site
}

// known is what is known of a name, wherever it stands.
type known struct {
	votes int     // the occurrences that are clear, less those that are people
	told  meaning // the sense that a neighbour says, 0 for none
}

// scene is a place and its score for being that of the story.
type scene struct {
	site  int
	score float64
}

func (g *Gazetteer) finder() *finder {
	if f, ok := g.pool.Get().(*finder); ok {
		return f
	}
	nations := len(g.national)
	return &finder{
		g: g, people: make([]float32, nations), now: newTally(g), next: newTally(g),
		numbers: make(map[uint32]int32), scores: make([]float64, nations), scenesAt: make(map[int]int32),
	}
}

func (f *finder) begin(doc *token.Document, ctx Context) {
	f.doc, f.outlet = doc, f.g.nations[ctx.Country]
	f.candidates, f.names = f.candidates[:0], f.names[:0]
	clear(f.people)
	clear(f.numbers)
}

// add adds a candidate.
func (f *finder) add(c candidate) {
	number, again := f.numbers[c.name]
	if !again {
		number = int32(len(f.names))
		f.numbers[c.name] = number
		f.names = append(f.names, known{})
	}
	c.known = number
	f.candidates = append(f.candidates, c)
}

func (f *finder) field(c *candidate) *token.Field {
	if c.field == 0 {
		return &f.doc.Title
	}
	return &f.doc.Text
}

// collect finds the names in a field, the longest at each position.
func (f *finder) collect(number uint8, field *token.Field) {
	f.at = number
	sentence, limit := int32(-1), 0
	names, heads := field.Named(), field.Heads
	for from := int32(0); ; {
		names, heads = past(names, from), past(heads, from)
		if len(names)+len(heads) == 0 {
			return
		}
		i := first(names, heads)
		t := &field.Tokens[i]
		if t.Sentence != sentence {
			sentence, f.styled = t.Sentence, false
			f.first, limit = field.SentenceBounds(sentence)
		}
		from = i + 1
		if t.Flags&(token.Capital|token.Small) == 0 && !t.Begins() && !f.leads(field, int(i), limit) {
			continue
		}
		word, compound := f.beginning(field, t)
		if c, ok := f.longest(field, int(i), limit, word, compound); ok {
			f.add(c)
			from = c.to
		}
	}
}

// past leaves out the indexes that are less than from.
func past(indexes []int32, from int32) []int32 {
	for len(indexes) > 0 && indexes[0] < from {
		indexes = indexes[1:]
	}
	return indexes
}

// first is the least of the first indexes of two lists, of which one has some.
func first(a, b []int32) int32 {
	switch {
	case len(a) == 0:
		return b[0]
	case len(b) == 0:
		return a[0]
	}
	return min(a[0], b[0])
}

// beginning returns the nodes of the names that a word, or the hyphenated word
// it begins, can be the first word of.
func (f *finder) beginning(field *token.Field, t *token.Token) (word, compound uint32) {
	if t.Flags&(token.Capital|token.ASCII) == token.ASCII {
		return 0, 0 // see spelled
	}
	if t.Begins() {
		compound = f.g.root(field.Compound(t).ID)
	}
	if t.Flags&token.Name != 0 {
		word = f.g.root(t.Info.ID)
	}
	return word, compound
}

// leads reports whether a word with a capital stands behind token i where a name can
// reach it.
func (f *finder) leads(field *token.Field, i, limit int) bool {
	for k := i + 1; k < limit; k++ {
		last, next := &field.Tokens[k-1], &field.Tokens[k]
		if next.Has(token.Break) && !f.abbreviates(field, last, next) {
			return false
		}
		if next.Has(token.Capital) {
			return true
		}
	}
	return false
}

// style is how the sentence that is read, the tokens up to limit, is written.
func (f *finder) style(field *token.Field, limit int) style {
	if !f.styled {
		f.how, f.styled = styleOf(field.Tokens[f.first:limit], f.at == 0), true
	}
	return f.how
}

// styleOf looks at the words of four letters and more behind the first. Only
// titles are written with a capital for most words.
func styleOf(tokens []token.Token, title bool) style {
	var long, capital, upper int
	for i := range tokens {
		if t := &tokens[i]; i > 0 && t.End-t.Start >= 4 && !t.Has(token.Number) {
			long++
			if t.Has(token.Capital) {
				capital++
			}
			if t.Has(token.AllCaps) {
				upper++
			}
		}
	}
	switch {
	case long >= 2 && upper*10 >= long*7:
		return shout
	case title && long >= 3 && capital*10 >= long*7:
		return titled
	}
	return plain
}

// longest returns the longest name that begins at token i with the node of its
// first word, or else of its first hyphenated word.
func (f *finder) longest(field *token.Field, i, limit int, word, compound uint32) (best candidate, ok bool) {
	if word != 0 {
		best, ok = f.walk(field, i, i+1, limit, word)
	}
	if !ok && compound != 0 {
		best, ok = f.walk(field, i, i+field.Compound(&field.Tokens[i]).Len, limit, compound)
	}
	return best, ok
}

// walk goes on from node n, which tokens [from, to) led to.
func (f *finder) walk(field *token.Field, from, to, limit int, n uint32) (best candidate, ok bool) {
	upper := field.Tokens[from].Has(token.Capital)
	for {
		last := &field.Tokens[to-1]
		if len(f.g.senses(n)) > 0 && f.spelled(field, from, to, upper, n) {
			c := candidate{field: f.at, style: f.style(field, limit), from: int32(from), to: int32(to), name: n, outer: -1, inner: -1, shouted: last.Has(token.AllCaps), stopped: stopAt(field, last.End)}
			if f.usable(&c) {
				best, ok = c, true
			}
		}
		if to >= limit || f.g.leaf(n) {
			return best, ok
		}
		next := &field.Tokens[to]
		if next.Has(token.Break) && !f.abbreviates(field, last, next) {
			return best, ok
		}
		if n = f.g.child(n, next.Info.ID); n == 0 {
			return best, ok
		}
		upper = upper || next.Has(token.Capital)
		to++
	}
}

// spelled reports whether the case of the letters is that of a name: Latin
// names begin and end with a capital, but for "Manas airport" and countries like
// "Guinée équatoriale"; Cyrillic ones have one. Demonyms are sorted out later.
func (f *finder) spelled(field *token.Field, from, to int, upper bool, n uint32) bool {
	first, last := &field.Tokens[from], &field.Tokens[to-1]
	switch {
	case first.Has(token.ASCII):
	case isCyrillic(first.Info.Text):
		return upper || to-from == 1
	case caseless(first.Info.Text):
		return true
	}
	return first.Has(token.Capital) && (last.Has(token.Capital) || f.g.cue(last.Info.ID)&kindAfter != 0 || f.g.sites[f.g.senses(n)[0].site()].kind == country)
}

func isCyrillic(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return 'а' <= r && r <= 'я' || unicode.Is(unicode.Cyrillic, r)
}

// caseless reports whether a word is of a script without capitals.
func caseless(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.Is(unicode.Arabic, r)
}

func stopAt(field *token.Field, end int32) bool {
	return int(end) < len(field.Source) && field.Source[end] == '.'
}

// abbreviates reports whether what stands between two tokens is only the full
// stop of an abbreviation ("St. Petersburg").
func (f *finder) abbreviates(field *token.Field, last, next *token.Token) bool {
	gap := field.Source[last.End:next.Start]
	return (gap == ". " || gap == ".") && (f.g.cue(last.Info.ID)&(abbreviated|personTitle) != 0 || last.End-last.Start == 1)
}

// usable reports whether the name can mean any place as it is written here.
func (f *finder) usable(c *candidate) bool {
	for _, m := range f.g.senses(c.name) {
		if f.fits(c, m) {
			return true
		}
	}
	return false
}

// fits reports whether a sense of the name is possible as it is written here.
func (f *finder) fits(c *candidate, m meaning) bool {
	if m.is(demonym) {
		return true
	}
	if m.is(adjective) && !f.governed(c) {
		return false
	}
	first := &f.field(c).Tokens[c.from]
	if m.is(caps) && !(c.shouted && c.style != shout) && !(c.stopped && first.Has(token.Capital)) {
		return false
	}
	return first.Has(token.Capital) || c.to-c.from > 1 || caseless(first.Info.Text)
}

// governed reports whether an adjective belongs to a word like "области": the
// next one, or one behind a list of such adjectives ("Ошской, Чуйской и
// Джалал-Абадской областях").
func (f *finder) governed(c *candidate) bool {
	tokens := f.field(c).Tokens
	for i := int(c.to); i < len(tokens) && i < int(c.to)+6; i++ {
		t := &tokens[i]
		switch {
		case t.Has(token.SentenceStart):
			return false
		case f.g.cue(t.Info.ID)&kindAfter != 0:
			return true
		case !t.Has(token.Capital) && t.Info.Text != "и" && !t.Has(token.Hyphen):
			return false
		}
	}
	return false
}

// place makes the wire form of a mention.
func (f *finder) place(c *candidate) event.Place {
	field := f.field(c)
	start, end := field.Span(int(c.from), int(c.to))
	s := &f.g.sites[c.sense.site()]
	d := &f.g.areas[s.area]
	return event.Place{
		Evidence:  event.Evidence{Field: field.Name, Start: start, End: end, Text: field.Source[start:end]},
		GeonameID: int(s.id), Name: f.g.name(c.sense.site()), Country: d.country, Admin1: d.admin1,
		Lat: float64(s.lat) / 1e4, Lon: float64(s.lon) / 1e4, Confidence: f.confidence(c),
	}
}

// beside is what is left of the confidence in a country whose planes or allies act elsewhere,
// so that it brings no region of its own in.
const beside = 0.5

// confidence joins how sure it is that the name is a place here with how sure
// it is which one.
func (f *finder) confidence(c *candidate) float64 {
	mention := 1 / (1 + math.Exp(-0.5*float64(c.local)))
	if f.sends(c) {
		mention *= beside
	}
	return math.Round(100*mention*float64(c.share)) / 100
}

func (f *finder) result() (r Result) {
	many := 0
	for i := range f.candidates {
		if f.candidates[i].accepted {
			many++
		}
	}
	if many > 0 {
		r.Mentions = make([]event.Place, 0, many)
	}
	for i := range f.candidates {
		if c := &f.candidates[i]; c.accepted {
			r.Mentions = append(r.Mentions, f.place(c))
		}
	}
	r.Main = f.story()
	return r
}
