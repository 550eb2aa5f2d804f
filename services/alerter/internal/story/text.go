package story

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxWordBytes bounds a folded word: what is longer is no word of any language.
const maxWordBytes = 64

// word is one token of a text.
type word struct {
	text     string // folded: lower case, ё as е, İ and ı as i, apostrophes gone
	start    int    // byte offset in the text
	end      int
	number   int  // the value when the token is a number, else -1
	fraction int  // the hundredths behind it
	model    bool // the number is the end of a name: COVID-19, АК-47
	capital  bool // starts with an upper-case letter
	shout    bool // several letters, all upper case: ТАСС, STEPPE
	sentence bool // first of its sentence
	root     int  // the bytes of the text before an apostrophe in the word, 0: there is none
	clause   int  // counts the clauses of the text
}

// words splits a text into at most limit tokens.
func words(text string, limit int) []word {
	return appendWords(make([]word, 0, min(limit, len(text)/5+1)), text, limit)
}

// appendWords adds at most limit tokens of a text to others.
func appendWords(to []word, text string, limit int) []word {
	s := scanner{text: text, sentence: true}
	for range limit {
		w, ok := s.next()
		if !ok {
			break
		}
		to = append(to, w)
	}
	return to
}

type scanner struct {
	text     string
	at       int
	sentence bool
	clause   int
}

func (s *scanner) next() (word, bool) {
	for s.at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		switch c := classOf(r); {
		case c&aDigit != 0:
			return s.finish(s.number()), true
		case c&aLetter != 0:
			return s.finish(s.letters()), true
		}
		s.at += size
		s.punctuation(r)
	}
	return word{}, false
}

func (s *scanner) finish(w word) word {
	w.sentence, w.clause = s.sentence, s.clause
	s.sentence = false
	return w
}

// punctuation notes the ends of clauses and sentences. A line break ends a
// sentence as well: titles carry no full stop.
func (s *scanner) punctuation(r rune) {
	switch r {
	case '.', '!', '?', '…', '\n', '。', '؟', '۔':
		s.sentence = true
		s.clause++
	case ',', ';', ':', '(', ')', '"', '«', '»', '“', '”', '—', '–', '،':
		s.clause++
	}
}

// number reads digits; groups of three behind a space, comma, point or
// apostrophe belong to it ("12 000", "1,200"), and so does a fraction ("6.1", "2,75").
func (s *scanner) number() word {
	w := word{start: s.at, model: hyphened(s.text[:s.at])}
	value := s.digits(0, -1)
	for value < 1e9 {
		size := s.groupMark()
		if size == 0 {
			break
		}
		s.at += size
		value = s.digits(value, 3)
	}
	size, fraction := s.fraction(w.start, value)
	s.at += size
	w.end, w.number, w.fraction = s.at, value, fraction
	w.text = "#"
	return w
}

// hyphened reports whether a text ends in a letter and a hyphen.
func hyphened(text string) bool {
	for _, hyphen := range [...]string{"-", "\u2011"} {
		if rest, ok := strings.CutSuffix(text, hyphen); ok {
			r, _ := utf8.DecodeLastRuneInString(rest)
			return unicode.IsLetter(r)
		}
	}
	return false
}

// fraction is the length of a decimal mark and the one or two digits behind it, and what they are
// in hundredths; 0 when none follow. What may be a time or a date ("7.30", "15.05") is none.
func (s *scanner) fraction(start, value int) (size, hundredths int) {
	rest := s.text[s.at:]
	if len(rest) < 2 || rest[0] != '.' && rest[0] != ',' || !asciiDigit(rest[1]) || s.listed(start-1) {
		return 0, 0
	}
	for size = 1; size < len(rest) && asciiDigit(rest[size]); size++ {
		hundredths = hundredths*10 + int(rest[size]-'0')
	}
	if size == 2 {
		hundredths *= 10
	}
	if size > 3 || s.listed(s.at+size) || size == 3 && rest[0] == '.' && value < 32 && hundredths < 60 {
		return 0, 0
	}
	return size, hundredths
}

// listed reports whether a mark that stands at the given place joins two numbers.
func (s *scanner) listed(at int) bool {
	return at > 0 && at+1 < len(s.text) && asciiDigit(s.text[at-1]) && asciiDigit(s.text[at+1]) && strings.IndexByte(".,:/-", s.text[at]) >= 0
}

// digits reads at most limit digits (all of them when negative) onto value,
// which stays below 10^12.
func (s *scanner) digits(value, limit int) int {
	for s.at < len(s.text) && limit != 0 {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		if !unicode.IsDigit(r) {
			break
		}
		if d := digit(r); d >= 0 && value < 1e11 {
			value = value*10 + d
		}
		s.at += size
		limit--
	}
	return value
}

// digit is the value of a decimal digit of any script: Unicode keeps each
// script's ten in a row that starts at a multiple of 16 or six above one.
func digit(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= '٠' && r <= '٩':
		return int(r - '٠')
	case r >= '۰' && r <= '۹':
		return int(r - '۰')
	}
	return -1
}

// groupMark is the length of the separator when exactly three digits follow
// it, else 0.
func (s *scanner) groupMark() int {
	r, size := utf8.DecodeRuneInString(s.text[s.at:])
	switch r {
	case ' ', ',', '.', '\'', '\u00a0', '\u202f', '\u2009':
	default:
		return 0
	}
	rest := s.text[s.at+size:]
	if len(rest) < 3 || len(rest) > 3 && asciiDigit(rest[3]) {
		return 0
	}
	if asciiDigit(rest[0]) && asciiDigit(rest[1]) && asciiDigit(rest[2]) {
		return size
	}
	return 0
}

func asciiDigit(b byte) bool { return b >= '0' && b <= '9' }

// letters reads a word: letters, marks and inner apostrophes; a digit inside
// belongs to it ("covid19"). A hyphen ends it.
func (s *scanner) letters() word {
	w := word{start: s.at, number: -1}
	f := folded{raw: s.text[s.at:]}
	runes, upper := 0, 0
	for s.at < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		c := classOf(r)
		if c&aCapital != 0 {
			if runes == 0 {
				w.capital = true
			}
			upper++
		}
		switch {
		case c&anApostrophe != 0:
			if w.root == 0 {
				w.root = f.n
			}
		case c&aMark != 0:
		case c != 0:
			f.add(r, s.at-w.start)
			runes++
		default:
			size = 0
		}
		if size == 0 {
			break
		}
		s.at += size
	}
	w.end, w.shout = s.at, runes >= 2 && upper == runes
	w.text = f.String()
	if possessive(s.text[w.start:w.end]) {
		w.text = strings.TrimSuffix(w.text, "s")
	}
	return w
}

// class is what a rune is in a word.
type class uint8

const (
	aLetter  class = 1 << iota
	aCapital       // and a letter
	aDigit
	aMark
	anApostrophe // whatever else it is
)

// classOf is 0 for what ends a word. Most texts have Latin and Russian letters and little else.
func classOf(r rune) class {
	switch {
	case 'a' <= r && r <= 'z', 'а' <= r && r <= 'я':
		return aLetter
	case 'A' <= r && r <= 'Z', 'А' <= r && r <= 'Я':
		return aLetter | aCapital
	case '0' <= r && r <= '9':
		return aDigit
	case isApostrophe(r):
		return anApostrophe
	case r < utf8.RuneSelf:
		return 0
	}
	var c class
	switch {
	case unicode.IsMark(r):
		c = aMark
	case unicode.IsLetter(r):
		c = aLetter
	case unicode.IsDigit(r):
		c = aDigit
	}
	if unicode.IsUpper(r) {
		c |= aCapital
	}
	return c
}

// folded collects the folded letters of a word. As long as they are those that stand
// in the text, the word is a part of it.
type folded struct {
	raw   string // the text from the word on
	n     int    // bytes of the word so far
	other bool   // it is not how the text begins
	bytes [maxWordBytes + utf8.UTFMax]byte
}

// add appends the letter that stands at the given place of the text, unless the word is
// long enough.
func (f *folded) add(r rune, at int) {
	if f.n >= maxWordBytes {
		return
	}
	to := fold(r)
	if !f.other && (to != r || at != f.n) {
		f.other = true
		copy(f.bytes[:], f.raw[:f.n])
	}
	if f.other {
		f.n += utf8.EncodeRune(f.bytes[f.n:], to)
	} else {
		f.n += utf8.RuneLen(r)
	}
}

func (f *folded) String() string {
	if f.other {
		return string(f.bytes[:f.n])
	}
	return f.raw[:f.n]
}

// fold brings the spellings of one letter together.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	switch {
	case 'а' <= r && r <= 'я':
		return r
	case 'А' <= r && r <= 'Я':
		return r + 'а' - 'А'
	case r == 'ё' || r == 'Ё':
		return 'е'
	case r == 'İ' || r == 'ı':
		return 'i'
	}
	return unicode.ToLower(r)
}

func isApostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʻ', 'ʼ', 'ʿ', '`':
		return true
	}
	return false
}

func possessive(raw string) bool {
	return strings.HasSuffix(raw, "'s") || strings.HasSuffix(raw, "’s")
}

// Lead is the beginning of a text: at most limit runes, cut at the end of a
// word where there is one near.
func Lead(text string, limit int) string {
	if len(text) <= limit || len(text) <= utf8.UTFMax*limit && utf8.RuneCountInString(text) <= limit {
		return text
	}
	count, cut, space := 0, len(text), 0
	for i, r := range text {
		if count == limit {
			cut = i
			break
		}
		if unicode.IsSpace(r) {
			space = i
		}
		count++
	}
	if cut == len(text) {
		return text
	}
	if space > cut/2 {
		cut = space
	}
	return text[:cut]
}

// headsUpdate reports whether a text begins by saying that it is an update:
// "Update:", "UPDATE 2-", "Обновлено:".
func headsUpdate(text string) bool {
	var first [2]word
	ws := appendWords(first[:0], text, len(first))
	if len(ws) < 2 || ws[1].clause == ws[0].clause && ws[1].number < 0 {
		return false
	}
	switch ws[0].text {
	case "update", "updated", "обновлено", "обновление", "дополнено", "жаңыланды", "жаңартылды", "оновлено", "yangilandi", "güncelleme", "güncellendi",
		"actualización", "actualizado", "actualisé", "تحديث":
		return true
	}
	return false
}

// stripUpdate cuts the sentence by which a text says that it is an update, and of
// what: "Update: two of the wounded died. ".
func stripUpdate(text string) string {
	if !headsUpdate(text) {
		return text
	}
	_, rest, ok := strings.Cut(text, ". ")
	if !ok {
		return text
	}
	return rest
}
