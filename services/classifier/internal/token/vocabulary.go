package token

import (
	"hash/maphash"
	"math/bits"
	"slices"
)

// Limits of a vocabulary: a name list that exceeds them is wrong, not large.
const (
	maxWords      = 1 << 22
	maxWordLength = 96 // bytes of the folded word
)

// Vocabulary maps folded words to small ids; 0 is "unknown". It is built once
// and only read afterwards: Add must not run beside anything else.
//
// It is a table of ids instead of a map, which would take three times the
// memory for the quarter of a million words of the gazetteer.
type Vocabulary struct {
	words []string // by id
	slots []uint32 // ids where the hashes of their words put them, or in the next free slot; 0 is free
	seed  maphash.Seed
}

// NewVocabulary returns an empty vocabulary.
func NewVocabulary() *Vocabulary {
	v := &Vocabulary{words: []string{""}, seed: maphash.MakeSeed()}
	v.rehash(0)
	return v
}

// Add folds the word and returns its id, a new one when it was not there. It
// returns 0 when the word folds to nothing, is longer than any word, or the
// vocabulary is full.
func (v *Vocabulary) Add(word string) uint32 { return v.AddFolded(Fold(word)) }

// AddFolded is Add for a word that Fold leaves as it is. The vocabulary keeps
// the string itself.
func (v *Vocabulary) AddFolded(folded string) uint32 {
	slot := v.slot(folded)
	if id := v.slots[slot]; id != 0 {
		return id
	}
	if folded == "" || len(folded) > maxWordLength || len(v.words) >= maxWords {
		return 0
	}
	id := uint32(len(v.words))
	v.words = append(v.words, folded)
	v.slots[slot] = id
	if len(v.words) > fullest(len(v.slots)) {
		v.rehash(len(v.words))
	}
	return id
}

// Grow makes room for n more words and some more after them, so that adding
// them copies nothing twice.
func (v *Vocabulary) Grow(n int) {
	n = min(max(0, n), maxWords)
	n += n / 16
	v.words = slices.Grow(v.words, n)
	v.rehash(len(v.words) + n)
}

// fullest is how many words a table of so many slots takes.
func fullest(slots int) int { return slots / 3 * 2 }

// rehash makes a table for n words, at least those that are there.
func (v *Vocabulary) rehash(n int) {
	const least = 64
	v.slots = make([]uint32, 1<<bits.Len(uint(max(least, n/2*3))))
	for id, word := range v.words[1:] {
		v.slots[v.slot(word)] = uint32(id + 1)
	}
}

// slot is where the word's id is, or where it would be.
func (v *Vocabulary) slot(folded string) int {
	mask := uint64(len(v.slots) - 1)
	for i := maphash.String(v.seed, folded) & mask; ; i = (i + 1) & mask {
		if id := v.slots[i]; id == 0 || v.words[id] == folded {
			return int(i)
		}
	}
}

// Lookup returns the id of a word that is folded already, or 0.
func (v *Vocabulary) Lookup(folded string) uint32 { return v.slots[v.slot(folded)] }

// Word returns the folded word of an id, "" for 0 and for ids never given.
func (v *Vocabulary) Word(id uint32) string {
	if int(id) >= len(v.words) {
		return ""
	}
	return v.words[id]
}

// Len is one more than the highest id.
func (v *Vocabulary) Len() int { return len(v.words) }
