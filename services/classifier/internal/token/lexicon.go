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
// first seen and never changed. It fills one line of the processor's cache: most
// of the time of reading a text goes into fetching it.
type Word struct {
	hash    uint64
	Text    string    // folded; its letters are elsewhere, and another fetch
	many    *[]uint32 // all features, when they are more than the few
	ID      uint32    // in the vocabulary, 0 if unknown there
	few     [6]uint32 // the first count features, if they are no more
	marks   Flags     // those that every token of the word has
	count   uint8
	Numeral bool // from the analyzer: a number expression can begin with it
}

// is reports whether the word is the one of a length with a hash. Its letters are
// not compared: that any two of the words that a table holds share 64 bits is to
// be expected once in four billion tables, and with an unknown seed nobody can
// make them.
func (w *Word) is(hash uint64, size int) bool { return w.hash == hash && len(w.Text) == size }

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

// Analyzer sets features and Numeral of a word by its Text: what the word
// is to the rules of one language. It must be safe for concurrent use and
// always give the same answer.
type Analyzer func(w *Word)

// Sizes of the word table. Hostile feeds can send any number of words: a full
// table is forgotten and filled anew, so memory is bounded and lookups stay
// correct.
const (
	firstSlots = 1 << 12
	maxSlots   = 1 << 17 // half of them used at most: some 6 MB for each language
	chunkSize  = 512     // words
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
	used       int
	chunk      []Word // the words that came last, side by side: frequent words come early
}

// table is open addressing with linear probing. Slots go from nil to a word
// once, so readers need no lock.
type table struct{ slots []atomic.Pointer[Word] }

// NewLexicon returns a lexicon over a finished vocabulary. analyze may be nil.
func NewLexicon(v *Vocabulary, analyze Analyzer) *Lexicon {
	l := &Lexicon{vocabulary: v, analyze: analyze, seed: rand.Uint64()}
	l.table.Store(&table{slots: make([]atomic.Pointer[Word], firstSlots)})
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
	if w := l.find(hash, len(folded)); w != nil {
		return w
	}
	return l.learn(folded, hash)
}

// find returns the word of a length with a hash, nil if it is not in the table.
func (l *Lexicon) find(hash uint64, size int) *Word {
	t := l.table.Load()
	if t == nil {
		return nil
	}
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		if w := t.slots[i].Load(); w == nil || w.is(hash, size) {
			return w
		}
	}
}

// hashOf is the hash of a word. It reads byte by byte: the word has just been
// written so, and a wider load would wait for the writes.
func hashOf(seed uint64, folded []byte) uint64 {
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
		w.marks |= ASCII
	}
	if w.Numeral {
		w.marks |= Numeral
	}
	if len(w.Features()) > 0 {
		w.marks |= Known
	}
}

// makeRoom doubles a table that is half full, and empties one that may not grow.
func (l *Lexicon) makeRoom() {
	old := l.table.Load()
	if l.used*2 < len(old.slots) {
		return
	}
	size, keep := len(old.slots)*2, true
	if size > maxSlots {
		size, keep = firstSlots, false
	}
	next := &table{slots: make([]atomic.Pointer[Word], size)}
	l.used = 0
	if keep {
		for i := range old.slots {
			if w := old.slots[i].Load(); w != nil {
				next.free(w).Store(w)
				l.used++
			}
		}
	} else {
		l.chunk = nil
	}
	l.table.Store(next)
}

// insert keeps a copy of w unless another goroutine was first, and returns what
// is kept. The caller holds the lexicon's lock.
func (l *Lexicon) insert(w *Word) *Word {
	slot := l.table.Load().free(w)
	if have := slot.Load(); have != nil {
		return have
	}
	if len(l.chunk) == cap(l.chunk) {
		l.chunk = make([]Word, 0, chunkSize)
	}
	l.chunk = append(l.chunk, *w)
	kept := &l.chunk[len(l.chunk)-1]
	slot.Store(kept)
	l.used++
	return kept
}

// free is the slot that w is in, or the empty one where it belongs.
func (t *table) free(w *Word) *atomic.Pointer[Word] {
	mask := uint64(len(t.slots) - 1)
	for i := w.hash & mask; ; i = (i + 1) & mask {
		if have := t.slots[i].Load(); have == nil || have.is(w.hash, len(w.Text)) {
			return &t.slots[i]
		}
	}
}
