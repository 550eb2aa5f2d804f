package token

import (
	"bytes"
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
// It is a table of ids and the letters of all words side by side, instead of a
// map, which would take four times the memory for the quarter of a million words
// of the gazetteer. Nothing in it points anywhere, so that the garbage collector
// does not look into it.
type Vocabulary struct {
	text  []byte   // the words by id, without anything between them
	ends  []uint32 // by id: where its word ends in text
	slots []uint32 // ids where the hashes of their words put them, or in the next free slot; 0 is free
	seed  maphash.Seed
	names idSet // the words that names begin with
	small idSet // those that are names when they are written small
	leads idSet // those that begin longer ones when they are
}

// NewVocabulary returns an empty vocabulary.
func NewVocabulary() *Vocabulary {
	v := &Vocabulary{ends: []uint32{0}, seed: maphash.MakeSeed()}
	v.rehash(0)
	return v
}

// Add folds the word and returns its id, a new one when it was not there. It
// returns 0 when the word folds to nothing, is longer than any word, or the
// vocabulary is full.
func (v *Vocabulary) Add(word string) uint32 { return v.AddFolded(Fold(word)) }

// AddFolded is Add for a word that Fold leaves as it is.
func (v *Vocabulary) AddFolded(folded string) uint32 {
	slot := v.slot(folded)
	if id := v.slots[slot]; id != 0 {
		return id
	}
	if folded == "" || len(folded) > maxWordLength || len(v.ends) >= maxWords {
		return 0
	}
	id := uint32(len(v.ends))
	v.text = append(v.text, folded...)
	v.ends = append(v.ends, uint32(len(v.text)))
	v.slots[slot] = id
	if len(v.ends) > fullest(len(v.slots)) {
		v.rehash(len(v.ends))
	}
	return id
}

// AddNext adds a word that Fold leaves as it is and that comes behind the last one in the
// order of their bytes, so that it need not be looked for. It reports false, and adds
// nothing, when it does not, or Add would not.
func (v *Vocabulary) AddNext(folded []byte) bool {
	last := uint32(len(v.ends) - 1)
	if last > 0 && bytes.Compare(v.word(last), folded) >= 0 || len(folded) == 0 || len(folded) > maxWordLength || len(v.ends) >= maxWords {
		return false
	}
	v.text = append(v.text, folded...)
	v.ends = append(v.ends, uint32(len(v.text)))
	if len(v.ends) > fullest(len(v.slots)) {
		v.rehash(len(v.ends))
	} else {
		v.put(last + 1)
	}
	return true
}

// put notes the id of a word whose id is not there.
func (v *Vocabulary) put(id uint32) {
	mask := uint64(len(v.slots) - 1)
	i := maphash.Bytes(v.seed, v.word(id)) & mask
	for v.slots[i] != 0 {
		i = (i + 1) & mask
	}
	v.slots[i] = id
}

// Grow makes room for so many more words of so many bytes in all, and some more
// after them, so that adding them copies nothing twice.
func (v *Vocabulary) Grow(words, size int) {
	words = min(max(0, words), maxWords)
	words += words / 16
	size = min(max(0, size), words*maxWordLength)
	v.text = slices.Grow(v.text, size+size/16)
	v.ends = slices.Grow(v.ends, words)
	v.rehash(len(v.ends) + words)
}

// fullest is how many words a table of so many slots takes.
func fullest(slots int) int { return slots / 3 * 2 }

// rehash makes a table for n words, at least those that are there.
func (v *Vocabulary) rehash(n int) {
	const least = 64
	v.slots = make([]uint32, 1<<bits.Len(uint(max(least, n/2*3))))
	for id := uint32(1); id < uint32(len(v.ends)); id++ {
		v.put(id)
	}
}

// slot is where the word's id is, or where it would be.
func (v *Vocabulary) slot(folded string) int {
	mask := uint64(len(v.slots) - 1)
	for i := maphash.String(v.seed, folded) & mask; ; i = (i + 1) & mask {
		if id := v.slots[i]; id == 0 || string(v.word(id)) == folded {
			return int(i)
		}
	}
}

// word is the word of an id that was given.
func (v *Vocabulary) word(id uint32) []byte { return v.text[v.ends[id-1]:v.ends[id]] }

// Lookup returns the id of a word that is folded already, or 0.
func (v *Vocabulary) Lookup(folded string) uint32 { return v.slots[v.slot(folded)] }

// Word returns the folded word of an id, "" for 0 and for ids never given.
func (v *Vocabulary) Word(id uint32) string {
	if id == 0 || int(id) >= len(v.ends) {
		return ""
	}
	return string(v.word(id))
}

// Names marks the tokens of a word with Name: a name can begin with it. How says
// whether it can when the word is written small: Small, Leads or both. It is for
// whoever looks for names, before a text is read.
func (v *Vocabulary) Names(id uint32, how Flags) {
	v.names.add(id)
	if how&Small != 0 {
		v.small.add(id)
	}
	if how&Leads != 0 {
		v.leads.add(id)
	}
}

// ofNames are the flags that Names gives the tokens of a word.
func (v *Vocabulary) ofNames(id uint32) (f Flags) {
	if v.names.has(id) {
		f |= Name
	}
	if v.small.has(id) {
		f |= Small
	}
	if v.leads.has(id) {
		f |= Leads
	}
	return f
}

// idSet is a set of ids, as bits.
type idSet []uint64

func (s *idSet) add(id uint32) {
	if need := int(id/64) + 1; need > len(*s) {
		*s = append(*s, make([]uint64, need-len(*s))...)
	}
	(*s)[id/64] |= 1 << (id % 64)
}

func (s idSet) has(id uint32) bool { return int(id/64) < len(s) && s[id/64]>>(id%64)&1 == 1 }

// Len is one more than the highest id.
func (v *Vocabulary) Len() int { return len(v.ends) }
