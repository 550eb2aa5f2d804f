package lang

import (
	"math/bits"
	"unicode/utf8"
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
	// hash is of all letters. Two words that share one are not to be expected
	// among 2^64.
	hash    uint64
	last    uint64 // the last three letters
	letters int
	bytes   int // of the letters as UTF-8; when they are too many the word is not read on
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
	w.hash, w.last = join(w.hash, w.last, lower)
	w.letters++
	w.bytes += utf8.RuneLen(lower)
}

// addASCII adds the letters of ASCII that a text begins with, and returns how many
// there are: all of most words, so they are read without a look at the table.
func (w *speller) addASCII(text string) int {
	hash, last, n := w.hash, w.last, 0
	most := max(0, longestFrequent+1-w.bytes)
	for ; n < len(text) && asciiLetter(text[n]); n++ {
		if n < most {
			hash, last = join(hash, last, rune(text[n]|0x20))
		}
	}
	w.hash, w.last = hash, last
	w.letters += min(n, most)
	w.bytes += min(n, most)
	return n
}

func asciiLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// join takes a letter into the hash and the last three letters.
func join(hash, last uint64, lower rune) (uint64, uint64) {
	const prime, ofLetter = 1099511628211, 21 // that of FNV-1a; bits
	return (hash ^ uint64(lower)) * prime, (last<<ofLetter | uint64(lower)) & (1<<(ending*ofLetter) - 1)
}

// elided reports whether an apostrophe ends the word: the French l' and d', but
// not the Uzbek o' and g'.
func (w *speller) elided() bool { return w.letters == 1 && w.last != 'o' && w.last != 'g' }

// set is the profiles in which the word, or else its ending, is frequent, and
// the points for it.
func (w *speller) set() (set uint64, points int) {
	if w.bytes > longestFrequent {
		return 0, 0
	}
	if set := known.words.set(w.hash); set != 0 {
		return set, perWord
	}
	if w.letters < ending+2 {
		return 0, 0
	}
	return known.endings.set(w.last), perEnding
}

// decode is utf8.DecodeRuneInString, faster for what is not ASCII: nearly all
// that is left are letters of two bytes.
func decode(s string) (r rune, size int) {
	if len(s) > 1 && 0xC2 <= s[0] && s[0] <= 0xDF && s[1]&0xC0 == 0x80 {
		return rune(s[0]&0x1F)<<6 | rune(s[1]&0x3F), 2
	}
	return utf8.DecodeRuneInString(s)
}
