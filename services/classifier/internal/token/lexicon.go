package token

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// Word is what is known about one folded word. It is made when the word is
// first seen and never changed.
type Word struct {
	// What is needed of nearly every word comes first and fills one line of the
	// processor's cache: most of the time of reading a text goes into fetching
	// it. head is the beginning of Text, followed by zeros, which no word has.
	hash     uint64
	head     [headSize]byte
	Numeral  bool     // from the analyzer: a number expression can begin with it
	ID       uint32   // in the vocabulary, 0 if unknown there
	Stem     uint32   // from the analyzer
	Features []uint32 // from the analyzer, sorted; often empty

	Text string // folded
	few  [12]uint32
}

const headSize = 23

// is reports whether the word is the folded one, whose hash it has.
func (w *Word) is(folded []byte) bool {
	if len(folded) < headSize {
		return w.head[len(folded)] == 0 && string(w.head[:len(folded)]) == string(folded)
	}
	return w.Text == string(folded)
}

// Has reports whether the word has a feature.
func (w *Word) Has(feature uint32) bool {
	for _, f := range w.Features {
		if f == feature {
			return true
		}
	}
	return false
}

// Analyzer sets Stem, Features and Numeral of a word by its Text: what the word
// is to the rules of one language. It must be safe for concurrent use and
// always give the same answer.
type Analyzer func(w *Word)

// Sizes of the word table. Hostile feeds can send any number of words: a full
// table is forgotten and filled anew, so memory is bounded and lookups stay
// correct.
const (
	firstSlots = 1 << 12
	maxSlots   = 1 << 18 // half of them used at most
)

// Lexicon reads documents of one language: it tokenizes and looks every word
// up. It is safe for concurrent use. The zero Lexicon knows and remembers no
// word.
type Lexicon struct {
	vocabulary *Vocabulary
	analyze    Analyzer
	seed       maphash.Seed
	table      atomic.Pointer[table]
	mu         sync.Mutex // guards used and the replacing of table
	used       int
}

// table is open addressing with linear probing. Slots go from nil to a word
// once, so readers need no lock.
type table struct{ slots []atomic.Pointer[Word] }

// NewLexicon returns a lexicon over a finished vocabulary. analyze may be nil.
func NewLexicon(v *Vocabulary, analyze Analyzer) *Lexicon {
	l := &Lexicon{vocabulary: v, analyze: analyze, seed: maphash.MakeSeed()}
	l.table.Store(&table{slots: make([]atomic.Pointer[Word], firstSlots)})
	return l
}

// Word returns what is known about a word that is folded already.
func (l *Lexicon) Word(folded []byte) *Word {
	t := l.table.Load()
	if t == nil {
		return &Word{Text: string(folded)}
	}
	hash := maphash.Bytes(l.seed, folded)
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		w := t.slots[i].Load()
		if w == nil {
			break
		}
		if w.hash == hash && w.is(folded) {
			return w
		}
	}
	return l.learn(folded, hash)
}

// learn makes the entry of a word that is not in the table and stores it.
func (l *Lexicon) learn(folded []byte, hash uint64) *Word {
	w := &Word{Text: string(folded), ID: l.vocabulary.LookupBytes(folded), hash: hash}
	copy(w.head[:], folded)
	if len(folded) > maxWordLength {
		return w // not a word, and not worth the memory
	}
	if l.analyze != nil {
		w.Features = w.few[:0] // nearly always enough, and close by
		l.analyze(w)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.makeRoom()
	return l.table.Load().insert(w, &l.used)
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
				next.insert(w, &l.used)
			}
		}
	}
	l.table.Store(next)
}

// insert stores w unless another goroutine did, and returns the stored one.
// The caller holds the lexicon's lock.
func (t *table) insert(w *Word, used *int) *Word {
	mask := uint64(len(t.slots) - 1)
	for i := w.hash & mask; ; i = (i + 1) & mask {
		have := t.slots[i].Load()
		if have == nil {
			t.slots[i].Store(w)
			*used++
			return w
		}
		if have.hash == w.hash && have.Text == w.Text {
			return have
		}
	}
}
