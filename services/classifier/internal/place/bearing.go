package place

import (
	"slices"
	"strings"
	"unicode/utf8"

	"faultline/services/classifier/internal/lang"
	"faultline/services/classifier/internal/token"
)

// bearing is how what happens lies to a place, as the word before its name or the
// name's own case says.
type bearing uint8

const (
	unsaid bearing = iota
	inside         // "in Osh", "в Оше", "Ошто"
	outOf          // "from Osh", "из Оша", "Оштон"
)

// bearing reads the word before a name, or else the name's ending, or the word behind
// it that a Turkic language has for "from the side of".
func (f *finder) bearing(c *candidate) bearing {
	if next := f.neighbour(c, 1); next != nil && isFromSide(next.Info.Text) {
		return outOf
	}
	t := f.neighbour(c, -1)
	if t == nil {
		return c.ending
	}
	if c.from >= 2 && isTerritory(t.Info.Text) {
		t = &f.field(c).Tokens[c.from-2]
		if t.Info.Text == "с" {
			return outOf
		}
	}
	if c.from >= 2 && f.genitive(c, t) && isSent(f.field(c).Tokens[c.from-2].Info.Text) {
		return outOf
	}
	if f.g.cue(t.Info.ID)&locative == 0 && !f.genitive(c, t) {
		return c.ending
	}
	switch t.Info.Text {
	case "from", "из", "depuis", "desde", "аз", "من":
		return outOf
	}
	return inside
}

// isTerritory reports whether a word stands between "from" and a name.
func isTerritory(word string) bool {
	switch word {
	case "territory", "soil", "территории", "territoire", "territorio", "اراضی", "الاراضی", "хоки", "қаламрави", "тарафи", "ҷониби", "самти":
		return true
	}
	return false
}

// isFromSide reports whether a word behind a name says "from the side of" or "from the
// land of": "Тажикстан тараптан", "Suriye tarafından". Of who did something it says "by".
func isFromSide(word string) bool {
	switch word {
	case "тараптан", "тарабынан", "жактан", "жагынан", "аймагынан", "тарапынан", "жақтан", "жағынан", "аумағынан",
		"tomonidan", "tomondan", "hududidan", "томонидан", "томондан", "ҳудудидан",
		"tarafından", "tarafindan", "topraklarından", "topraklarindan":
		return true
	}
	return false
}

// isSent reports whether a word before "de" says that something came from there.
func isSent(word string) bool {
	switch word {
	case "venu", "venue", "venus", "venues", "provenant", "tiré", "tirée", "tirés", "tirées", "lancé", "lancée", "lancés", "lancées", "parti", "partis",
		"procedente", "procedentes", "proveniente", "provenientes", "lanzado", "lanzada", "lanzados", "lanzadas", "disparado", "disparados":
		return true
	}
	return false
}

// genitive reports whether "de" or the like stands before a name, as it does in
// French and Spanish for "of" and "from", but not within a person's name.
func (f *finder) genitive(c *candidate, before *token.Token) bool {
	switch before.Info.Text {
	case "de", "du", "del":
	default:
		return false
	}
	if c.from < 2 || before.Has(token.SentenceStart) {
		return true
	}
	return !f.field(c).Tokens[c.from-2].Has(token.Capital)
}

// inflection is what a case that says "in" or "from" is worth.
func (f *finder) inflection(c *candidate) int {
	name := f.field(c).Tokens[c.to-1].Info.Text
	if m := f.g.senses(c.name)[0]; !m.is(made) || !mayHaveCase(name) {
		return 0
	}
	if c.ending = f.ending(c, name); c.ending == unsaid {
		return 0
	}
	return f.vote("its case says “in” or “from”", 3)
}

// mayHaveCase is false for most words that cutCase cuts nothing off.
func mayHaveCase(word string) bool {
	n := len(word)
	if n < 4 {
		return false
	}
	switch word[n-1] {
	case 'a', 'e':
		return word[n-2] == 'd' || word[n-2] == 't'
	case 'n':
		return word[n-3] == 'd' || word[n-3] == 't'
	case 'i':
		return word[n-2] == 'k' || word[n-2] == 'g'
	}
	return word[n-1] >= utf8.RuneSelf
}

// ending reads the case that a Turkic language writes to the last word of a name.
// What is left without the ending must be a name of the same place.
func (f *finder) ending(c *candidate, word string) bearing {
	stem, b := cutCase(word)
	if b == unsaid || c.to-c.from > 1 {
		return b
	}
	n := f.g.root(f.g.words.Lookup(stem))
	site := f.g.senses(c.name)[0].site()
	if n == 0 || !slices.ContainsFunc(f.g.senses(n), func(m meaning) bool { return m.site() == site }) {
		return unsaid
	}
	return b
}

// cutCase cuts a locative or ablative ending off a word, with what makes an adjective of
// the locative ("Оштогу", "Suriyedeki").
func cutCase(word string) (stem string, b bearing) {
	for _, related := range [...]string{"гы", "ги", "гу", "гү", "ғы", "гі", "gi", "ki"} {
		if rest, ok := strings.CutSuffix(word, related); ok {
			word = rest
			break
		}
	}
	for _, e := range [...]string{"да", "де", "до", "дө", "та", "те", "то", "тө", "da", "de", "ta", "te"} {
		if stem, ok := strings.CutSuffix(word, e); ok {
			return stem, inside
		}
	}
	for _, e := range [...]string{"дан", "ден", "дон", "дөн", "тан", "тен", "тон", "төн", "нан", "нен", "dan", "den", "tan", "ten"} {
		if stem, ok := strings.CutSuffix(word, e); ok {
			return stem, outOf
		}
	}
	return word, unsaid
}

// fired reports whether the sentence around a name tells of fire: what was fired
// from a place happens elsewhere.
func (f *finder) fired(c *candidate) bool {
	field := f.field(c)
	start, end := field.SentenceBounds(field.Tokens[c.from].Sentence)
	for i := start; i < end; i++ {
		for _, stem := range firing() {
			if strings.HasPrefix(field.Tokens[i].Info.Text, stem) {
				return true
			}
		}
	}
	return false
}

// firing is how words of shots that cross a border begin.
func firing() []string {
	return []string{
		"fired", "launched", "shell", "rocket", "missile", "mortar", "lobbed", "artillery",
		"выпущен", "запущен", "обстрел", "снаряд", "ракет", "огонь", "огня", "стрел", "миномет",
		"атыл", "аткыл", "атқыл", "зымыран", "otilgan", "отилган", "oʻq", "raketa", "тир", "паррон", "мушак",
		"ateşlenen", "ateslenen", "atılan", "atilan", "füze", "roket", "havan", "drone", "dron", "дрон", "беспилот",
		"tiré", "tirent", "lancé", "lancent", "obus", "roquette", "lanzad", "disparad", "cohete", "proyectil", "misil",
		"اطلق", "قذائف", "قذیفه", "صواریخ", "صاروخ", "مسیره",
	}
}

// told reports whether a name stands in the words at the end of a sentence that say who tells
// it: "clashes in Osh, Bishkek says", "в Оше столкновения, сообщили в Бишкеке". It does not where the
// sentence names no other place before.
func (f *finder) told(c *candidate) bool {
	field := f.field(c)
	start, end := field.SentenceBounds(field.Tokens[c.from].Sentence)
	from := int(c.from)
	for from > start && !field.Tokens[from].Has(token.Break) {
		from--
	}
	if from == start || end-from > longestTelling || !f.placeBetween(c.field, start, from) {
		return false
	}
	says := false
	for i := from; i < end; i++ {
		t := &field.Tokens[i]
		if i > int(c.from) && t.Has(token.Break) && !t.Has(token.SentenceStart) {
			return false
		}
		says = says || lang.Tells(t.Info.Text)
	}
	return says
}

// longestTelling is how many words say who told something.
const longestTelling = 10

// placeBetween reports whether a name that is taken for a place stands between two tokens, and is not
// where fire comes from.
func (f *finder) placeBetween(field uint8, from, to int) bool {
	for i := range f.candidates {
		c := &f.candidates[i]
		if c.accepted && c.field == field && int(c.from) >= from && int(c.to) <= to && (f.bearing(c) != outOf || !f.fired(c)) {
			return true
		}
	}
	return false
}

// sends reports whether a name is a country's whose aircraft, ships or envoys stand
// beside it ("US planes", "ВВС США"), or which is whose side somebody is on ("Turkey-backed
// fighters"). They are where they act, as American planes are.
// Armies are not among them: most of what they do they do at home.
func (f *finder) sends(c *candidate) bool {
	if f.g.sites[c.sense.site()].kind != country {
		return false
	}
	if t := f.neighbour(c, 1); t != nil && !isCyrillic(t.Info.Text) {
		if q := f.g.cue(t.Info.ID); q&sentAbroad != 0 || q&party != 0 && t.Has(token.Hyphen) {
			return true
		}
	}
	t := f.neighbour(c, -1)
	return t != nil && f.g.cue(t.Info.ID)&sentAbroad != 0 && isCyrillic(t.Info.Text)
}
