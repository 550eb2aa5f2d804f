package lang

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"faultline/services/classifier/internal/token"
)

// votes are the points of each profile for frequent words and endings.
type votes [len(profiles)]int

const (
	maxVotes        = 60 // words of a field that are looked at
	longestFrequent = 28 // bytes
	ending          = 3  // letters
)

// speller reads a word in lower case, without apostrophes.
type speller struct {
	text    [longestFrequent + 12]byte // its first letters, as UTF-8; there is always room for eight bytes more
	bytes   int                        // of them; when they are too many the word is not read on
	letters int
}

// spell reads a known word.
func spell(word string) (w speller) {
	for _, r := range word {
		w.add(r)
	}
	return w
}

// vote adds the points to each profile of a set.
func (v *votes) vote(set uint64, points int) {
	for ; set != 0; set &= set - 1 {
		v[bits.TrailingZeros64(set)] += points
	}
}

// add adds a letter. The mark of the Uzbek o' is none.
func (w *speller) add(lower rune) {
	if w.bytes > longestFrequent || lower == 'ʻ' {
		return
	}
	w.bytes += utf8.EncodeRune(w.text[w.bytes:], lower)
	w.letters++
}

// addEight adds letters that are eight bytes or fewer, the first lowest.
func (w *speller) addEight(folded uint64, bytes, letters int) {
	if w.bytes > longestFrequent {
		return
	}
	binary.LittleEndian.PutUint64(w.text[w.bytes:][:8], folded)
	w.bytes += bytes
	w.letters += letters
}

// addASCII adds the letters of ASCII that a text begins with, and returns how
// many there are: all of most words, so they are read without a look at the table.
func (w *speller) addASCII(text string) (n int) {
	for len(text)-n >= 8 {
		count, folded, _ := token.ASCIILetters(binary.LittleEndian.Uint64([]byte(text[n : n+8])))
		w.addEight(folded, count, count)
		if n += count; count < 8 {
			return n
		}
	}
	for ; n < len(text) && asciiLetter(text[n]); n++ {
		w.addEight(uint64(text[n]|0x20), 1, 1)
	}
	return n
}

func asciiLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// hash is of all letters. Two words that share one are not to be expected among
// 2^64.
func (w *speller) hash() uint64 {
	h := uint64(w.bytes)
	for i := 0; i < w.bytes; i += 8 {
		eight := binary.LittleEndian.Uint64(w.text[i:])
		if rest := w.bytes - i; rest < 8 {
			eight &= 1<<(8*rest) - 1
		}
		const prime = 0x9E3779B97F4A7C15
		h = (h ^ eight) * prime
		h ^= h >> 32
	}
	return h
}

// last is the last three letters as one number.
func (w *speller) last() (key uint64) {
	const ofLetter = 21 // bits
	rest := w.text[:w.bytes]
	for i := range ending {
		r, size := decodeLast(rest)
		rest = rest[:len(rest)-size]
		key |= uint64(r) << (ofLetter * i)
	}
	return key
}

// elided reports whether an apostrophe ends the word: the French l' and d', but
// not the Uzbek o' and g'.
func (w *speller) elided() bool { return w.letters == 1 && w.text[0] != 'o' && w.text[0] != 'g' }

// set is the profiles in which the word, or else its ending, is frequent, and
// the points for it.
func (w *speller) set() (set uint64, points int) {
	if w.bytes > longestFrequent {
		return 0, 0
	}
	if set := known.words.set(w.hash()); set != 0 {
		return set, perWord
	}
	if w.letters < ending+2 {
		return 0, 0
	}
	return known.endings.set(w.last()), perEnding
}

// decode is utf8.DecodeRuneInString, faster for what is not ASCII: nearly all
// that is left are letters of two bytes.
func decode(s string) (r rune, size int) {
	if len(s) > 1 && 0xC2 <= s[0] && s[0] <= 0xDF && s[1]&0xC0 == 0x80 {
		return rune(s[0]&0x1F)<<6 | rune(s[1]&0x3F), 2
	}
	return utf8.DecodeRuneInString(s)
}

// decodeLast is utf8.DecodeLastRune, faster for letters of one byte or two.
func decodeLast(s []byte) (r rune, size int) {
	n := len(s)
	switch {
	case n > 0 && s[n-1] < utf8.RuneSelf:
		return rune(s[n-1]), 1
	case n > 1 && 0xC2 <= s[n-2] && s[n-2] <= 0xDF:
		return rune(s[n-2]&0x1F)<<6 | rune(s[n-1]&0x3F), 2
	}
	return utf8.DecodeLastRune(s)
}
