package token

import (
	"encoding/binary"
	"math/bits"
)

// Words of letters that are folded by arithmetic alone, as most words are, are
// read eight bytes at a time: which letter comes, and when the word ends, is
// nothing that a processor can foresee.

const (
	eachByte = 0x0101010101010101
	eachPair = 0x0001000100010001
)

// ASCIILetters returns how many letters, a to z and A to Z, eight bytes begin
// with, their small forms, the first lowest, and a bit for each capital one.
func ASCIILetters(eight uint64) (count int, folded, upper uint64) {
	is, lower := whichASCII(eight)
	count = bits.TrailingZeros64(^is&top) / 8
	mask := singles(count)
	return count, lower & mask, ^eight >> 5 & eachByte & mask
}

// CountASCIILetters returns how many of eight bytes are letters a to z and A to Z.
func CountASCIILetters(eight uint64) int {
	is, _ := whichASCII(eight)
	return bits.OnesCount64(is)
}

const top = 0x80 * eachByte

// whichASCII has the top bit of each byte that is a letter of ASCII set, and
// their small forms.
func whichASCII(eight uint64) (is, lower uint64) {
	lower = eight | 0x20*eachByte
	low := lower &^ top
	return (low + (0x80-'a')*eachByte) &^ (low + (0x80-'z'-1)*eachByte) &^ eight & top, lower
}

// CyrillicLetters returns how many letters, а to я and А to Я, eight bytes begin
// with, their small forms and a bit for each capital one.
func CyrillicLetters(eight uint64) (count int, folded, upper uint64) {
	count, letters, upper := russian(eight)
	mask := pairs(count)
	folded = 0x80D0*eachPair | letters&(0x3F*eachPair)<<8 | letters>>6&eachPair
	return count, folded & mask, upper & mask
}

// russian returns how many Russian letters eight bytes begin with, and of each pair
// of bytes, D0 90 to D1 8F, the small letter as a number and a bit for a capital one:
// with six bits of the second byte and the last of the first, 10 to 4F, and the small
// ones from 30. What is behind the letters has any numbers and bits.
func russian(eight uint64) (count int, letters, upper uint64) {
	const top = 0x80 * eachPair
	foreign := eight&(0xC0FE*eachPair) ^ 0x80D0*eachPair // not 0 in what are no such pairs
	foreign = ((foreign & (0x7FFF * eachPair)) + 0x7FFF*eachPair | foreign) >> 8
	letter := eight&eachPair<<6 | eight>>8&(0x3F*eachPair)
	is := (letter + 0x70*eachPair) &^ (letter + 0x30*eachPair) &^ foreign & top
	big := ^(letter + 0x50*eachPair) & top
	return bits.TrailingZeros64(^is&top) / 16, letter + big>>2, big >> 7
}

// singles has all bits of the first so many bytes.
func singles(count int) uint64 { return uint64(1)<<(8*count) - 1 }

// pairs has all bits of the first so many pairs of bytes.
func pairs(count int) uint64 { return uint64(1)<<(16*count) - 1 }

// maxLoads is how many times eight bytes are read for a word: hardly one is
// longer, and a run of letters without end must not be read in vain again and
// again.
const maxLoads = 4

// scanKnown reads words whose letters are folded by arithmetic alone, and the space
// or the comma and the space behind each, as long as the table has them. It reports
// whether it has read any.
func (s *scanner) scanKnown() bool {
	if s.table == nil {
		return false
	}
	src, pos, seed, table := s.src, s.pos, s.lexicon.seed, s.table
	for pos < len(src) && len(s.field.Tokens) < maxTokens {
		var hash uint64
		var letters, end int
		var shape Flags
		switch c := src[pos]; {
		case isASCIILetter(c):
			hash, letters, end, shape = asciiWord(src, pos, seed)
		case c == 0xD0 || c == 0xD1:
			hash, letters, end, shape = cyrillicWord(src, pos, seed)
		}
		if letters == 0 || !endsWord(src[end]) || letters == 1 && src[end] == '.' {
			break
		}
		e := table.find(hash)
		if e == 0 {
			break
		}
		s.append(pos, end, table.word(e), shape|e.marks())
		pos = end
		if src[pos] == ',' && pos+1 < len(src) && src[pos+1] == ' ' {
			s.pending = Break
			pos++
		}
		if src[pos] == ' ' {
			pos++
		}
	}
	read := pos > s.pos
	s.pos = pos
	return read
}

// asciiWord reads a word of ASCII letters and returns its hash, how many letters it
// has and where it ends. Without letters there is no such word.
func asciiWord(src string, pos int, hash uint64) (uint64, int, int, Flags) {
	var c letterCase
	for end := pos; end+8 <= len(src) && end < pos+8*maxLoads; end += 8 {
		count, folded, upper := ASCIILetters(binary.LittleEndian.Uint64([]byte(src[end : end+8])))
		c.add(end == pos, upper, eachByte&singles(count))
		if count < 8 {
			letters := end + count - pos
			return hashOfRest(hash, folded, count), letters, end + count, c.flags(letters)
		}
		hash = mix(hash ^ folded)
	}
	return 0, 0, 0, 0
}

// cyrillicWord does the same for a word of Russian letters. They are taken eight at
// a time: most words are longer than the four that eight bytes hold, and where they
// end cannot be foreseen.
func cyrillicWord(src string, pos int, seed uint64) (uint64, int, int, Flags) {
	var c letterCase
	hash := ofRussian(seed)
	for end := pos; end+16 <= len(src) && end < pos+16*maxLoads; end += 16 {
		count, letters, upper := russian(binary.LittleEndian.Uint64([]byte(src[end : end+8])))
		more, others, capitals := russian(binary.LittleEndian.Uint64([]byte(src[end+8 : end+16])))
		more &= -(count / 4) // they go on only behind four
		first, second := pairs(count), pairs(more)
		packed := letters&first | others&second<<8
		c.add(end == pos, upper&first|capitals&second<<8, eachPair&first|eachPair&second<<8)
		if count += more; count < 8 {
			letters := (end-pos)/2 + count
			return hashOfRest(hash, packed, count), letters, end + 2*count, c.flags(letters)
		}
		hash = mix(hash ^ packed)
	}
	return 0, 0, 0, 0
}

// letterCase is whether a word's letters are capital ones: the first, and, when
// small is 0, all.
type letterCase struct{ first, small uint64 }

// add takes in eight bytes, with a bit for each capital letter and one for each
// letter.
func (c *letterCase) add(begins bool, upper, all uint64) {
	if begins {
		c.first = upper & 1
	}
	c.small |= upper ^ all
}

func (c letterCase) flags(letters int) Flags {
	switch {
	case c.first == 0:
		return 0
	case c.small == 0 && letters > 1:
		return Capital | AllCaps
	}
	return Capital
}
