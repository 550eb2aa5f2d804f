package token

import (
	"maps"
	"slices"
)

// Limits of a vocabulary: a name list that exceeds them is wrong, not large.
const (
	maxWords      = 1 << 22
	maxWordLength = 96 // bytes of the folded word
)

// Vocabulary maps folded words to small ids; 0 is "unknown". It is built once
// and only read afterwards: Add must not run beside anything else.
type Vocabulary struct {
	ids   map[string]uint32
	words []string
}

// NewVocabulary returns an empty vocabulary.
func NewVocabulary() *Vocabulary {
	return &Vocabulary{ids: make(map[string]uint32), words: []string{""}}
}

// Add folds the word and returns its id, a new one when it was not there. It
// returns 0 when the word folds to nothing, is longer than any word, or the
// vocabulary is full.
func (v *Vocabulary) Add(word string) uint32 { return v.AddFolded(Fold(word)) }

// AddFolded is Add for a word that Fold leaves as it is. The vocabulary keeps
// the string itself.
func (v *Vocabulary) AddFolded(folded string) uint32 {
	if id, ok := v.ids[folded]; ok {
		return id
	}
	if folded == "" || len(folded) > maxWordLength || len(v.words) >= maxWords {
		return 0
	}
	id := uint32(len(v.words))
	v.ids[folded] = id
	v.words = append(v.words, folded)
	return id
}

// Grow makes room for n more words, so that adding them copies nothing twice.
func (v *Vocabulary) Grow(n int) {
	n = min(max(0, n), maxWords)
	ids := make(map[string]uint32, len(v.ids)+n)
	maps.Copy(ids, v.ids)
	v.ids, v.words = ids, slices.Grow(v.words, n)
}

// Lookup returns the id of a word that is folded already, or 0.
func (v *Vocabulary) Lookup(folded string) uint32 { return v.ids[folded] }

// LookupBytes is Lookup without making a string.
func (v *Vocabulary) LookupBytes(folded []byte) uint32 { return v.ids[string(folded)] }

// Word returns the folded word of an id, "" for 0 and for ids never given.
func (v *Vocabulary) Word(id uint32) string {
	if int(id) >= len(v.words) {
		return ""
	}
	return v.words[id]
}

// Len is one more than the highest id.
func (v *Vocabulary) Len() int { return len(v.words) }

// Fork returns a copy to which words can be added while v stays in use.
func (v *Vocabulary) Fork() *Vocabulary {
	return &Vocabulary{ids: maps.Clone(v.ids), words: slices.Clone(v.words)}
}
