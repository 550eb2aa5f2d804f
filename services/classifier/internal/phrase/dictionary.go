package phrase

import (
	"slices"
	"unicode/utf8"

	"faultline/services/classifier/internal/token"
)

// Stemmer reduces a folded word to the stem its inflections share.
type Stemmer func(folded string) string

// dictionary gives every distinct word test of a program (a form, a stem, a
// prefix) a feature, and says which features a word has. It is complete before
// the first text is read.
type dictionary struct {
	stem     Stemmer           // nil: a word's stem is the word
	numerals func(*token.Word) // nil: none are marked
	exact    map[string]uint32
	stems    map[string]uint32
	prefixes map[string]uint32
	lengths  []int // of the prefixes, in bytes, ascending
	next     uint32
	stemmed  map[string]uint32 // features of stems by the word, while phrases are added
}

func newDictionary(stem Stemmer) *dictionary {
	return &dictionary{stem: stem, exact: map[string]uint32{}, stems: map[string]uint32{}, prefixes: map[string]uint32{}, next: always + 1, stemmed: map[string]uint32{}}
}

// feature returns the feature of a word test, a new one if it is new.
func (d *dictionary) feature(f form, text string) uint32 {
	table, word := d.exact, text
	switch {
	case f == formPrefix:
		table = d.prefixes
		if i, found := slices.BinarySearch(d.lengths, len(text)); !found {
			d.lengths = slices.Insert(d.lengths, i, len(text))
		}
	case f == formStem && d.stem != nil:
		if id, ok := d.stemmed[word]; ok {
			return id
		}
		table, text = d.stems, d.stem(text)
	}
	id, ok := table[text]
	if !ok {
		id = d.next
		table[text] = id
		d.next++
	}
	if f == formStem && d.stem != nil {
		d.stemmed[word] = id
	}
	return id
}

// analyze is the token.Analyzer of the dictionary.
func (d *dictionary) analyze(w *token.Word) {
	var few [16]uint32
	features := few[:0]
	if id, ok := d.exact[w.Text]; ok {
		features = append(features, id)
	}
	if d.stem != nil {
		if id, ok := d.stems[d.stem(w.Text)]; ok {
			features = append(features, id)
		}
	}
	for _, n := range d.lengths {
		if n > len(w.Text) {
			break
		}
		if n < len(w.Text) && !utf8.RuneStart(w.Text[n]) {
			continue
		}
		if id, ok := d.prefixes[w.Text[:n]]; ok {
			features = append(features, id)
		}
	}
	slices.Sort(features)
	w.SetFeatures(features)
	if d.numerals != nil {
		d.numerals(w)
	}
}
