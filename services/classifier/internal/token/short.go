package token

import (
	"encoding/binary"
	"math/bits"
)

// Short words of letters that are folded by arithmetic alone, as most words are,
// are read eight bytes at a time: which letter comes, and when the word ends, is
// nothing that a processor can foresee.

const (
	eachByte = 0x0101010101010101
	eachPair = 0x0001000100010001
)

// asciiLetters returns how many letters, a to z and A to Z, eight bytes begin
// with, their small forms, the first lowest, and the flags of a word of them.
func asciiLetters(eight uint64) (count int, folded uint64, flags Flags) {
	const top, small = 0x80 * eachByte, 0x20 * eachByte
	lower := eight | small
	low := lower &^ top
	is := (low + (0x80-'a')*eachByte) &^ (low + (0x80-'z'-1)*eachByte) &^ eight & top
	count = bits.TrailingZeros64(^is&top) / 8
	mask := uint64(1)<<(8*count&63) - 1
	return count, lower & mask, caseFlags(^eight>>5&eachByte&mask, eachByte&mask)
}

// cyrillicLetters returns how many letters, а to я and А to Я, eight bytes begin
// with, their small forms and a bit for each capital one. The letters are pairs
// of bytes, D0 90 to D1 8F: with six bits of the second and the last of the
// first, 10 to 4F, and the small ones from 30.
func cyrillicLetters(eight uint64) (count int, folded, upper uint64) {
	const top = 0x80 * eachPair
	foreign := eight&(0xC0FE*eachPair) ^ 0x80D0*eachPair // not 0 in what are no such pairs
	foreign = ((foreign & (0x7FFF * eachPair)) + 0x7FFF*eachPair | foreign) >> 8
	letter := eight&eachPair<<6 | eight>>8&(0x3F*eachPair)
	is := (letter + 0x70*eachPair) &^ (letter + 0x30*eachPair) &^ foreign & top
	big := ^(letter + 0x50*eachPair) & top
	letter += big >> 2
	count = bits.TrailingZeros64(^is&top) / 16
	mask := pairs(count)
	folded = 0x80D0*eachPair | letter&(0x3F*eachPair)<<8 | letter>>6&eachPair
	return count, folded & mask, big >> 7 & mask
}

// pairs has all bits of the first so many pairs of bytes.
func pairs(count int) uint64 { return uint64(1)<<(16*count) - 1 }

// caseFlags are the flags of a word with a bit for each capital letter and one
// for each letter.
func caseFlags(upper, all uint64) (f Flags) {
	if upper&1 != 0 {
		f = Capital
		if upper == all && all > 1 {
			f = Capital | AllCaps
		}
	}
	return f
}

// scanShort reads a word of at most seven ASCII letters. It reports false,
// having read nothing, when this is no such word or one that is new.
func (s *scanner) scanShort() bool {
	if s.pos+8 > len(s.src) {
		return false
	}
	count, folded, flags := asciiLetters(binary.LittleEndian.Uint64([]byte(s.src[s.pos : s.pos+8])))
	if count == 8 || !s.endsAt(s.pos+count, count) {
		return false
	}
	info := s.lexicon.short(folded, 0, count)
	if info == nil {
		return false
	}
	s.append(s.pos, s.pos+count, info, flags)
	s.pos += count
	s.skipSpace()
	return true
}

// scanShortCyrillic does the same for seven Russian letters.
func (s *scanner) scanShortCyrillic() bool {
	if s.pos+16 > len(s.src) {
		return false
	}
	count, first, upper := cyrillicLetters(binary.LittleEndian.Uint64([]byte(s.src[s.pos : s.pos+8])))
	more, rest, upperRest := 0, uint64(0), uint64(0)
	if count == 4 {
		more, rest, upperRest = cyrillicLetters(binary.LittleEndian.Uint64([]byte(s.src[s.pos+8 : s.pos+16])))
	}
	end := s.pos + 2*(count+more)
	if count == 0 || more == 4 || !s.endsAt(end, count) {
		return false
	}
	info := s.lexicon.short(first, rest, end-s.pos)
	if info == nil {
		return false
	}
	s.append(s.pos, end, info, caseFlags(upper|upperRest<<1, eachPair&pairs(count)|eachPair&pairs(more)<<1))
	s.pos = end
	s.skipSpace()
	return true
}

// endsAt reports whether nothing that follows the letters of a word can belong
// to it.
func (s *scanner) endsAt(end, letters int) bool {
	c := s.src[end]
	return endsWord(c) && (letters > 1 || c != '.')
}
