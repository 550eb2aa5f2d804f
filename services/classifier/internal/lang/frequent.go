package lang

import (
	"math/bits"
	"unicode"
	"unicode/utf8"
)

// votes are the points of each profile for frequent words and endings.
type votes [len(profiles)]int

// frequent counts the frequent words of the sample.
func frequent(title, text string) (v votes) {
	v.count(title[:min(len(title), sample)])
	v.count(text[:min(len(text), sample)])
	return v
}

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
	bytes   int // of the letters as UTF-8
}

// spell reads a known word.
func spell(word string) (w speller) {
	for _, r := range word {
		w.add(r)
	}
	return w
}

// count adds the frequent words of a text.
func (v *votes) count(text string) {
	var w speller
	for i, words := 0, 0; i <= len(text) && words < maxVotes; {
		r, size := rune(' '), 1
		if i < len(text) {
			if r = rune(text[i]); r >= utf8.RuneSelf {
				r, size = decode(text[i:])
			}
		}
		i += size
		if lettered(r) {
			w.add(lower(r))
			continue
		}
		if w.letters == 0 || quote(r) && !w.elided() {
			continue
		}
		v.vote(w.set())
		words++
		w = speller{}
	}
}

// vote adds the points to each profile of a set.
func (v *votes) vote(set uint64, points int) {
	for ; set != 0; set &= set - 1 {
		v[bits.TrailingZeros64(set)] += points
	}
}

func (w *speller) add(r rune) {
	if w.long() || r == 'ʻ' {
		return
	}
	const prime, ofLetter = 1099511628211, 21 // that of FNV-1a; bits
	w.hash = (w.hash ^ uint64(r)) * prime
	w.last = (w.last<<ofLetter | uint64(r)) & (1<<(ending*ofLetter) - 1)
	w.letters++
	w.bytes += utf8.RuneLen(r)
}

// long reports whether there were more letters than a frequent word has.
func (w *speller) long() bool { return w.bytes > longestFrequent }

// elided reports whether an apostrophe ends the word: the French l' and d', but
// not the Uzbek o' and g'.
func (w *speller) elided() bool { return w.letters == 1 && w.last != 'o' && w.last != 'g' }

// set is the profiles in which the word, or else its ending, is frequent, and
// the points for it.
func (w *speller) set() (set uint64, points int) {
	if w.long() {
		return 0, 0
	}
	if set, ok := known.words[w.hash]; ok {
		return set, perWord
	}
	if w.letters < ending+2 {
		return 0, 0
	}
	return known.endings[w.last], perEnding
}

func quote(r rune) bool { return r == '\'' || r == '’' || r == '‘' || r == 'ʼ' }

// decode is utf8.DecodeRuneInString, faster for what is not ASCII: nearly all
// that is left are letters of two bytes.
func decode(s string) (r rune, size int) {
	if len(s) > 1 && 0xC2 <= s[0] && s[0] <= 0xDF && s[1]&0xC0 == 0x80 {
		return rune(s[0]&0x1F)<<6 | rune(s[1]&0x3F), 2
	}
	return utf8.DecodeRuneInString(s)
}

func lettered(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r|0x20 && r|0x20 <= 'z'
	}
	return 'а' <= r && r <= 'я' || unicode.IsLetter(r)
}

func lower(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z', 'А' <= r && r <= 'Я':
		return r + 0x20
	case r < utf8.RuneSelf || 'а' <= r && r <= 'я':
		return r
	}
	return unicode.ToLower(r)
}
