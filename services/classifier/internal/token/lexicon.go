package token

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// Word is what is known about one folded word. It is made when the word is
// first seen and never changed. It fills one line of the processor's cache.
type Word struct {
	hash   uint64
	Text   string    // folded; its letters are elsewhere, and another fetch
	many   *[]uint32 // all features, when they are more than the few
	ID     uint32    // in the vocabulary, 0 if unknown there
	few    [6]uint32 // the first count features, if they are no more
	Roles  uint16    // for the analyzer: what else it knows of the word, as bits of its own
	packed uint8     // the marks: the flags that every token of the word has
	count  uint8
}

// Features are those that the analyzer gave, in order.
func (w *Word) Features() []uint32 {
	if w.many != nil {
		return *w.many
	}
	return w.few[:w.count]
}

// SetFeatures is for the analyzer. The features are copied.
func (w *Word) SetFeatures(all []uint32) {
	if len(all) > len(w.few) {
		many := slices.Clone(all)
		w.many = &many
		return
	}
	w.count = uint8(copy(w.few[:], all))
}

// Has reports whether the word has a feature.
func (w *Word) Has(feature uint32) bool {
	for _, f := range w.Features() {
		if f == feature {
			return true
		}
	}
	return false
}

// Mark is for the analyzer: every token of the word gets the flags, which are
// Numeral and Figure.
func (w *Word) Mark(f Flags) { w.add(f & (Numeral | Figure)) }

func (w *Word) add(f Flags) { w.packed |= uint8(f >> firstMark) }

// marks are the flags that every token of the word has.
func (w *Word) marks() Flags { return Flags(w.packed) << firstMark }

// Analyzer sets features and marks of a word by its Text: what the word is to
// the rules of one language. It must be safe for concurrent use and
// always give the same answer.
type Analyzer func(w *Word)

// Sizes of the word table. Hostile feeds can send any number of words: a full
// table is forgotten and filled anew, so memory is bounded and lookups stay
// correct.
const (
	firstSlots = 1 << 12
	maxSlots   = 1 << 17 // with maxKept some 6 MB for each language
	maxKept    = maxSlots / 2
)

// Lexicon reads documents of one language: it tokenizes and looks every word
// up. It is safe for concurrent use. The zero Lexicon knows and remembers no
// word.
type Lexicon struct {
	vocabulary *Vocabulary
	analyze    Analyzer
	seed       uint64
	table      atomic.Pointer[table]
	mu         sync.Mutex // guards what follows and the replacing of table
	used       int        // words of the table
}

// table is open addressing with linear probing. Slots go from 0 to an entry
// once, so readers need no lock. Three in four are used before it grows: a small
// table stays in the processor's cache, and a search takes a step more.
type table struct {
	slots []atomic.Uint64 // entries
	words []Word          // by number, in the order in which they came: as many as are kept
}

// entry is what a slot says about a word: its number, from 1, its marks and most
// of its hash. That is all that reading a text asks about most words, so that
// the words themselves, ten times the memory, are not fetched.
type entry uint64

const (
	numberBits = 17 // maxKept fits
	ofNumber   = 1<<numberBits - 1
	ofHash     = 1<<64 - 1<<(numberBits+markBits)
)

func newEntry(number int, w *Word) entry {
	return entry(w.hash&ofHash | uint64(w.packed)<<numberBits | uint64(number))
}

// is reports whether the entry is that of the word with a hash. Neither its
// letters nor its last bits, some of which chose the slot, are compared: that any
// two words of a full table are taken for one is to be expected once in
// 25 million tables, and with an unknown seed nobody can make them.
func (e entry) is(hash uint64) bool { return (uint64(e)^hash)&ofHash == 0 }

// marks are those of the word.
func (e entry) marks() Flags { return Flags(e>>numberBits) << firstMark & ofWords }

// word is the word of an entry.
func (t *table) word(e entry) *Word { return &t.words[e&ofNumber-1] }

func newTable(slots int) *table {
	return &table{make([]atomic.Uint64, slots), make([]Word, min(slots/4*3, maxKept))}
}

// NewLexicon returns a lexicon over a finished vocabulary. analyze may be nil.
func NewLexicon(v *Vocabulary, analyze Analyzer) *Lexicon {
	l := &Lexicon{vocabulary: v, analyze: analyze, seed: rand.Uint64()}
	l.table.Store(newTable(firstSlots))
	return l
}

// Word returns what is known about a word that is folded already.
func (l *Lexicon) Word(folded []byte) *Word {
	t := l.table.Load()
	if t == nil {
		w := &Word{Text: string(folded)}
		w.mark()
		return w
	}
	hash := hashOf(l.seed, folded)
	if e := t.find(hash); e != 0 {
		return t.word(e)
	}
	return l.learn(folded, hash)
}

// find returns the entry of the word with a hash, 0 if it is not in the table.
func (t *table) find(hash uint64) entry {
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		if e := entry(t.slots[i].Load()); e == 0 || e.is(hash) {
			return e
		}
	}
}

// hashOf is the hash of a word. It reads byte by byte: the word has just been
// written so, and a wider load would wait for the writes.
func hashOf(seed uint64, folded []byte) uint64 {
	if h, ok := hashOfRussian(seed, folded); ok {
		return h
	}
	h := seed
	for ; len(folded) >= 8; folded = folded[8:] {
		h = mix(h ^ binary.LittleEndian.Uint64(folded))
	}
	var rest uint64
	for i, c := range folded {
		rest |= uint64(c) << (8 * i & 63)
	}
	return hashOfRest(h, rest, len(folded))
}

// hashOfRussian is the hash of a word of nothing but Russian letters: of their numbers,
// eight at a time, as cyrillicWord has them. ok is false for any other word.
func hashOfRussian(seed uint64, folded []byte) (h uint64, ok bool) {
	h = ofRussian(seed)
	var packed uint64
	count := 0
	for ; len(folded) >= 2; folded = folded[2:] {
		letter := uint64(folded[0]&1)<<6 | uint64(folded[1]&0x3F)
		if folded[0]&0xFE != 0xD0 || folded[1]&0xC0 != 0x80 || letter < 0x30 || 0x4F < letter {
			return 0, false
		}
		packed |= letter << (count%4*16 + count/4*8)
		if count++; count == 8 {
			h, packed, count = mix(h^packed), 0, 0
		}
	}
	return hashOfRest(h, packed, count), len(folded) == 0
}

// ofRussian is the seed for Russian words, whose numbers could be those of others.
func ofRussian(seed uint64) uint64 { return ^seed }

// hashOfRest takes the last bytes of a word, fewer than eight, into its hash.
func hashOfRest(h, rest uint64, count int) uint64 {
	return mix(h ^ rest ^ uint64(count)<<56)
}

func mix(x uint64) uint64 {
	high, low := bits.Mul64(x, 0x9E3779B97F4A7C15)
	return high ^ low
}

// learn makes the entry of a word that is not in the table and stores it.
func (l *Lexicon) learn(folded []byte, hash uint64) *Word {
	w := Word{Text: string(folded), hash: hash}
	w.ID = l.vocabulary.Lookup(w.Text)
	w.add(l.vocabulary.ofNames(w.ID))
	w.mark()
	if len(folded) > maxWordLength {
		return &w // not a word, and not worth the memory
	}
	if l.analyze != nil {
		l.analyze(&w)
		w.mark()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.makeRoom()
	return l.insert(&w)
}

// mark sets the flags that every token of the word has.
func (w *Word) mark() {
	if w.Text != "" && w.Text[0] < utf8.RuneSelf {
		w.add(ASCII)
	}
	if stopped(w.Text) {
		w.add(Stopped)
	}
	if len(w.Features()) > 0 {
		w.add(Known)
	}
}

// makeRoom doubles a table that is full, and empties one that may not grow.
func (l *Lexicon) makeRoom() {
	old := l.table.Load()
	if l.used < len(old.words) {
		return
	}
	if len(old.slots) == maxSlots {
		l.used = 0
		l.table.Store(newTable(firstSlots))
		return
	}
	next := newTable(2 * len(old.slots))
	for i := range copy(next.words, old.words) {
		next.put(i + 1)
	}
	l.table.Store(next)
}

// insert keeps a copy of w unless another goroutine was first, and returns what
// is kept. The caller holds the lexicon's lock.
func (l *Lexicon) insert(w *Word) *Word {
	t := l.table.Load()
	if e := t.find(w.hash); e != 0 {
		return t.word(e)
	}
	kept := &t.words[l.used]
	*kept = *w
	l.used++
	t.put(l.used)
	return kept
}

// put makes the entry of the word with a number.
func (t *table) put(number int) {
	w, mask := &t.words[number-1], uint64(len(t.slots)-1)
	i := w.hash & mask
	for t.slots[i].Load() != 0 {
		i = (i + 1) & mask
	}
	t.slots[i].Store(uint64(newEntry(number, w)))
}
