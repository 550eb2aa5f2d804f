package token

import (
	"math"
	"unicode"
	"unicode/utf8"
)

// scanNumber reads digits with their groups ("12 000", "1,200"), and what is
// stuck to them: decimals, dates, times and scores are one token marked Unit,
// letters ("12th", "9mm") make it a word.
func (s *scanner) scanNumber() {
	start := s.pos
	s.fold.reset()
	s.digits()
	flags := Number
	if s.groups(s.pos - start) {
		// a thousands group is followed by no decimals worth reading
	} else if s.composite() {
		flags |= Unit
	}
	if s.letters() {
		s.emit(start, s.pos, s.fold.word(), Joined)
		return
	}
	if s.unitFollows() {
		flags |= Unit
	}
	s.emit(start, s.pos, s.fold.word(), flags)
}

// digits reads a run of digits.
func (s *scanner) digits() int {
	from := s.pos
	for s.pos < len(s.src) && isDigit(s.src[s.pos]) && s.pos-from < maxRunBytes {
		s.fold.buf = append(s.fold.buf, s.src[s.pos])
		s.pos++
	}
	return s.pos - from
}

// groups reads further groups of exactly three digits after a first group of
// one to three, separated by one comma, space or narrow space.
func (s *scanner) groups(first int) bool {
	if first > 3 {
		return false
	}
	found := false
	for {
		size := separatorSize(s.src[s.pos:])
		rest := s.src[s.pos+size:]
		if size == 0 || len(rest) < 3 || !isDigit(rest[0]) || !isDigit(rest[1]) || !isDigit(rest[2]) || len(rest) > 3 && isDigit(rest[3]) {
			return found
		}
		s.pos += size
		s.fold.buf = append(s.fold.buf, rest[:3]...)
		s.pos += 3
		found = true
	}
}

func separatorSize(rest string) int {
	r, size := utf8.DecodeRuneInString(rest)
	switch r {
	case ',', ' ', 0xA0, 0x202F, 0x2009:
		return size
	}
	return 0
}

// composite reads ".5", ":30", "/2010" and the like, which make the number
// something that counts nobody.
func (s *scanner) composite() bool {
	found := false
	for s.pos+1 < len(s.src) && isDigit(s.src[s.pos+1]) {
		switch s.src[s.pos] {
		case '.', ',', ':', '/':
		default:
			return found
		}
		s.fold.buf = append(s.fold.buf, s.src[s.pos])
		s.pos++
		s.digits()
		found = true
	}
	return found
}

// letters reads letters that follow digits directly.
func (s *scanner) letters() bool {
	from := s.pos
	for s.pos < len(s.src) && s.pos-from < maxRunBytes {
		r, size := utf8.DecodeRuneInString(s.src[s.pos:])
		if !wordRune(r) || unspaced(r) {
			break
		}
		s.fold.add(r)
		s.pos += size
	}
	return s.pos > from
}

// unitFollows reports whether a percent or money sign stands behind the number.
func (s *scanner) unitFollows() bool {
	rest := s.src[s.pos:]
	r, size := utf8.DecodeRuneInString(rest)
	if r == ' ' || r == 0xA0 {
		r, _ = utf8.DecodeRuneInString(rest[size:])
	}
	return unitSign(r)
}

func unitSign(r rune) bool {
	return r == '%' || r == '°' || r == '№' || r == '#' || r >= 0x80 && unicode.Is(unicode.Sc, r) || r == '$'
}

// value is the number the folded digits of a token stand for.
func value(folded []byte) int32 {
	var n int64
	for _, c := range folded {
		if !isDigit(c) {
			break
		}
		if n = n*10 + int64(c-'0'); n > math.MaxInt32 {
			return math.MaxInt32
		}
	}
	return int32(n)
}
