package token

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what is read of one document, whatever is sent.
const (
	maxTitleBytes = 4 << 10
	maxTextBytes  = 256 << 10
	maxTokens     = 20_000
	maxRunBytes   = 512 // letters without a break that are read as one word
)

// Read fills the document with the tokens of title and text. The strings are
// kept, not copied.
func (l *Lexicon) Read(d *Document, title, text string) {
	s := scanner{lexicon: l, table: l.table.Load(), fold: folder{buf: d.folded}, joined: folder{buf: d.joined}}
	s.read(&d.Title, "title", title, maxTitleBytes)
	s.read(&d.Text, "text", text, maxTextBytes)
	d.folded, d.joined = s.fold.buf, s.joined.buf
}

// scanner walks over one field. What stands between two words is collected in
// flags for the second one.
type scanner struct {
	lexicon *Lexicon
	table   *table // the lexicon's when reading began; nil when it remembers no word
	field   *Field
	src     string
	pos     int
	fold    folder
	joined  folder // for compounds

	pending    Flags // Break, Clause, Hyphen, Unit for the next token
	newPhrase  bool  // the next token starts a sentence
	quoted     int   // tokens since an opening quote, 0 outside
	chainStart int   // index of the first token of the hyphen chain in progress
	caseless   bool  // the field has no capital letter: a small one does not say that a sentence goes on
}

func (s *scanner) read(f *Field, name, source string, limit int) {
	f.reset(name, source)
	s.field, s.src, s.pos = f, source, 0
	s.pending, s.newPhrase, s.quoted, s.chainStart = 0, true, 0, 0
	if len(source) > limit {
		for limit > 0 && !utf8.RuneStart(source[limit]) {
			limit--
		}
		s.src, f.Truncated = source[:limit], true
	}
	s.caseless = strings.IndexFunc(s.src, unicode.IsUpper) < 0
	for s.pos < len(s.src) {
		if len(f.Tokens) >= maxTokens {
			f.Truncated = true
			break
		}
		s.step()
	}
	s.endChain()
}

// step reads one token, or one character that is none.
func (s *scanner) step() {
	c := s.src[s.pos]
	if c < utf8.RuneSelf {
		switch {
		case isASCIILetter(c):
			if !s.scanKnown() {
				s.scanWord()
			}
		case isDigit(c):
			s.scanNumber()
		case c == ' ':
			s.pos++
			s.pending &^= Hyphen
		default:
			s.scanMark(rune(c), 1)
		}
		return
	}
	if (c == 0xD0 || c == 0xD1) && s.scanKnown() {
		return
	}
	r, size := utf8.DecodeRuneInString(s.src[s.pos:])
	switch {
	case ignorable(r):
		s.pos += size
	case apostrophe(r):
		s.scanMark(r, size)
	case isEasternDigit(r):
		s.scanNumber()
	case wordRune(r) || fullWidthAlphanumeric(r):
		s.scanWord()
	default:
		s.scanMark(r, size)
	}
}

func isASCIILetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }
func isDigit(c byte) bool       { return '0' <= c && c <= '9' }

func fullWidthAlphanumeric(r rune) bool {
	return 0xFF10 <= r && r <= 0xFF5A && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return isASCIILetter(byte(r)) || isDigit(byte(r))
	}
	if 0x400 <= r && r <= 0x481 {
		return true
	}
	return !apostrophe(r) && (unicode.IsLetter(r) || unicode.Is(unicode.M, r) || unicode.IsDigit(r))
}

// unspaced reports whether r belongs to a script written without spaces, where
// each character is a token of its own: a rule's words are then matched as the
// sequence of their characters.
func unspaced(r rune) bool {
	return r >= 0xE00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// scanWord reads a run of letters. Apostrophes within it are dropped, a
// possessive 's ends it, single letters with full stops (U.S.) are one word.
func (s *scanner) scanWord() {
	start := s.pos
	s.fold.reset()
	var shape wordShape
	for limit := start + maxRunBytes; ; {
		s.plainLetters(&shape, min(limit, len(s.src)))
		if s.pos >= len(s.src) || s.pos >= limit || endsWord(s.src[s.pos]) || !s.wordStep(&shape, start) {
			break
		}
	}
	end := s.pos
	if shape.letters == 1 {
		end = s.acronym(&shape)
	}
	s.emit(start, end, s.fold.word(), shape.flags())
	s.skipPossessive()
	s.skipSpace()
}

// skipSpace passes the space that stands behind most words.
func (s *scanner) skipSpace() {
	if s.pos < len(s.src) && s.src[s.pos] == ' ' {
		s.pos++
		s.pending &^= Hyphen
	}
}

// endsWord reports whether a byte behind a word's letters ends it whatever
// follows: a space, the end of a line and the marks of ASCII but the apostrophe.
func endsWord(c byte) bool {
	const marks uint64 = 1<<'\n' | (1<<16-1)<<' ' | 0x3F<<':'
	return c < 64 && (marks&^(1<<'\''))>>c&1 == 1
}

// plainLetters reads the letters of nearly every word, up to a limit: those of
// ASCII, and the Russian ones but ё as their two bytes.
func (s *scanner) plainLetters(shape *wordShape, limit int) {
	src, buf, i := s.src[:limit], s.fold.buf, s.pos
	for i < len(src) {
		c := src[i]
		if isASCIILetter(c) {
			if c < 'a' {
				shape.big()
			} else {
				shape.letters++
			}
			s.fold.latin++
			buf = append(buf, c|0x20)
			i++
			continue
		}
		if c != 0xD0 && c != 0xD1 || i+1 >= len(src) {
			break
		}
		next := src[i+1]
		switch {
		case c == 0xD0 && 0xB0 <= next && next <= 0xBF, c == 0xD1 && 0x80 <= next && next <= 0x8F: // а to п, р to я
			shape.letters++
		case c == 0xD0 && 0x90 <= next && next <= 0x9F: // А to П
			shape.big()
			next += 0x20
		case c == 0xD0 && 0xA0 <= next && next <= 0xAF: // Р to Я
			shape.big()
			c, next = 0xD1, next-0x20
		default:
			s.fold.buf, s.pos = buf, i
			return
		}
		s.fold.cyrillic++
		buf = append(buf, c, next)
		i += 2
	}
	s.fold.buf, s.pos = buf, i
}

// wordStep reads one rune that is no ASCII letter, and reports whether the
// word goes on after it.
func (s *scanner) wordStep(shape *wordShape, start int) bool {
	r, size := utf8.DecodeRuneInString(s.src[s.pos:])
	switch {
	case unspaced(r):
		if s.pos > start {
			return false
		}
		s.fold.add(r)
		s.pos += size
		shape.letters++
		return false
	case ignorable(r):
		s.pos += size
		return true
	case apostrophe(r):
		return s.apostropheStep(size, shape)
	case !wordRune(r) && !fullWidthAlphanumeric(r), arabicConjunction(s.fold.buf) && unicode.IsDigit(r):
		return false
	}
	shape.see(r, unicode.IsUpper(r))
	s.fold.add(r)
	s.pos += size
	return true
}

// apostropheStep passes an apostrophe that has a letter behind it, unless that
// is a possessive 's or the word before is an elided one.
func (s *scanner) apostropheStep(size int, shape *wordShape) bool {
	rest := s.src[s.pos+size:]
	next, _ := utf8.DecodeRuneInString(rest)
	if !wordRune(next) || possessive(rest) || s.elided(next) {
		return false
	}
	s.pos += size
	shape.mixed = shape.mixed || unicode.IsDigit(next)
	return true
}

// elided reports whether the letters before an apostrophe are a word of their
// own, as the French l', d' and qu' are; o' and g' are Uzbek letters, and with
// two capitals it is a name: N'Djamena.
func (s *scanner) elided(next rune) bool {
	switch string(s.fold.buf) {
	case "l", "d", "c", "j", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu":
		return s.src[s.pos-1] >= 'a' || !unicode.IsUpper(next)
	}
	return false
}

// arabicConjunction reports whether the folded letters are "and" or "with",
// which Arabic writes together with the digits behind it.
func arabicConjunction(folded []byte) bool {
	switch string(folded) {
	case "و", "ب", "ل", "ف":
		return true
	}
	return false
}

// possessive reports whether the text after an apostrophe is an s and the end
// of the word.
func possessive(rest string) bool {
	if rest == "" || rest[0]|0x20 != 's' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest[1:])
	return rest[1:] == "" || !wordRune(next) && !apostrophe(next)
}

func (s *scanner) skipPossessive() {
	if s.pos >= len(s.src) || endsWord(s.src[s.pos]) {
		return
	}
	r, size := utf8.DecodeRuneInString(s.src[s.pos:])
	if apostrophe(r) && possessive(s.src[s.pos+size:]) {
		s.pos += size + 1
	}
}

// acronym reads on after a single letter: ".S." of "U.S.". It returns the end.
func (s *scanner) acronym(shape *wordShape) int {
	end := s.pos
	for end < len(s.src) && s.src[end] == '.' {
		r, size := utf8.DecodeRuneInString(s.src[end+1:])
		after, _ := utf8.DecodeRuneInString(s.src[end+1+size:])
		if size == 0 || !unicode.IsLetter(r) || wordRune(after) {
			break
		}
		s.fold.add(r)
		shape.see(r, unicode.IsUpper(r))
		end += 1 + size
	}
	if shape.letters > 1 && end < len(s.src) && s.src[end] == '.' {
		end++
	}
	s.pos = end
	return end
}

// wordShape is how a word is written.
type wordShape struct {
	letters, upper int
	capital, mixed bool
}

// see takes in one rune of the word.
func (w *wordShape) see(r rune, upper bool) {
	switch {
	case r < utf8.RuneSelf && isDigit(byte(r)):
		w.mixed = true
	case r >= 0x300 && unicode.Is(unicode.M, r):
	case upper:
		w.big()
	default:
		w.letters++
	}
}

// big takes in an upper-case letter.
func (w *wordShape) big() {
	w.capital = w.capital || w.letters == 0
	w.upper++
	w.letters++
}

func (w *wordShape) flags() Flags {
	var f Flags
	if w.capital {
		f |= Capital
	}
	if w.letters > 1 && w.upper == w.letters {
		f |= AllCaps
	}
	if w.mixed {
		f |= Joined
	}
	return f
}
