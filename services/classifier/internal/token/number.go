package token

import (
	"bytes"
	"math"
	"unicode"
	"unicode/utf8"
)

// scanNumber reads digits with their groups ("12 000", "1,200"), and what is
// stuck to them: dates, times and scores are one token marked Unit, decimals one
// marked Decimal, letters ("12th", "9mm") make it a word.
func (s *scanner) scanNumber() {
	start := s.pos
	s.fold.reset()
	flags := Number
	if s.groups(s.digits()) {
		// a thousands group is followed by no decimals worth reading
	} else if s.composite() {
		flags |= compositeFlag(s.fold.buf)
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
	n := 0
	for s.pos-from < maxRunBytes {
		c, size := digit(s.src[s.pos:])
		if size == 0 {
			break
		}
		s.fold.buf = append(s.fold.buf, c)
		s.pos += size
		n++
	}
	return n
}

// digit returns the decimal digit that rest begins with, as one of ASCII, and
// its size in bytes: 0 when it begins with none.
func digit(rest string) (c byte, size int) {
	if rest == "" || rest[0] < utf8.RuneSelf {
		if rest == "" || !isDigit(rest[0]) {
			return 0, 0
		}
		return rest[0], 1
	}
	r, size := utf8.DecodeRuneInString(rest)
	if !isEasternDigit(r) {
		return 0, 0
	}
	return '0' + byte(r&0xF), size
}

// isEasternDigit reports whether r is one of the digits of Arabic and Persian.
func isEasternDigit(r rune) bool { return '٠' <= r && r <= '٩' || '۰' <= r && r <= '۹' }

// groups reads further groups of exactly three digits after a first group of
// one to three, separated by one comma, space or narrow space.
func (s *scanner) groups(first int) bool {
	if first > 3 {
		return false
	}
	found := false
	for {
		from, folded := s.pos, len(s.fold.buf)
		size := separatorSize(s.src[s.pos:])
		if s.pos += size; size == 0 || s.digits() != 3 {
			s.pos, s.fold.buf = from, s.fold.buf[:folded]
			return found
		}
		found = true
	}
}

func separatorSize(rest string) int {
	r, size := utf8.DecodeRuneInString(rest)
	switch r {
	case ',', ' ', 0xA0, 0x202F, 0x2009, '٬':
		return size
	}
	return 0
}

// composite reads ".5", ":30", "/2010" and the like, which make the number
// something that counts nobody.
func (s *scanner) composite() bool {
	found := false
	for {
		r, size := utf8.DecodeRuneInString(s.src[s.pos:])
		switch r {
		case '.', ',', ':', '/', '٫':
		default:
			return found
		}
		if _, digits := digit(s.src[s.pos+size:]); digits == 0 {
			return found
		}
		s.fold.buf = utf8.AppendRune(s.fold.buf, r)
		s.pos += size
		s.digits()
		found = true
	}
}

// compositeFlag tells digits with points in groups of three, and decimals, from
// other composite numbers.
func compositeFlag(folded []byte) Flags {
	if grouped(folded) {
		return Grouped
	}
	mark := bytes.IndexFunc(folded, func(r rune) bool { return r < '0' || '9' < r })
	r, size := utf8.DecodeRune(folded[mark:])
	if r != ':' && r != '/' && !bytes.ContainsFunc(folded[mark+size:], func(r rune) bool { return r < '0' || '9' < r }) {
		return Decimal
	}
	return Unit
}

// grouped reports whether points stand before each three digits: 1.200.000.
func grouped(folded []byte) bool {
	first := bytes.IndexByte(folded, '.')
	if first < 1 || first > 3 || folded[0] == '0' || (len(folded)-first)%4 != 0 {
		return false
	}
	for i, c := range folded[first:] {
		if point := i%4 == 0; point != (c == '.') || !point && !isDigit(c) {
			return false
		}
	}
	return true
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

// value is the number the folded digits of a token stand for. Points within
// grouped ones are passed over.
func value(folded []byte, grouped bool) int32 {
	var n int64
	for _, c := range folded {
		if c == '.' && grouped {
			continue
		}
		if !isDigit(c) {
			break
		}
		if n = n*10 + int64(c-'0'); n > math.MaxInt32 {
			return math.MaxInt32
		}
	}
	return int32(n)
}
