// Package token cuts texts into words: folded so that spellings of one word are
// equal, with the byte offsets of the original, and looked up in a table that
// says at once what is known about each word.
package token

import "slices"

// Flags say how a token is written.
type Flags uint32

// The flags of a token.
const (
	Capital       Flags = 1 << iota // the first letter is upper case
	AllCaps                         // at least two letters, all upper case
	Number                          // a whole number: Value is set
	Unit                            // a number that counts no people: percent, money, time, score, date
	SentenceStart                   // the first token of a sentence
	Quoted                          // inside quotation marks
	Hyphen                          // joined to the previous token by a hyphen
	Break                           // punctuation (not a quote or hyphen) stands between this and the previous token
	Clause                          // that punctuation is ; : a dash or a bracket
	Joined                          // digits and letters mixed, as in 12th
	Grouped                         // "1.200": twelve hundred where points group thousands, else a decimal
	Decimal                         // "1,5": it counts people before a word of magnitude only
	Numeral                         // a number expression can begin with the word
	Figure                          // the word is a number, and not only what can stand before one
	Known                           // Info has features
	ASCII                           // the folded word begins with a character of ASCII
	Name                            // a name can begin with the word: see Vocabulary.Names
	Small                           // the word is a name also when it is written small
	Leads                           // it can begin a longer one when it is written small
	Stopped                         // a letter or an abbreviation: a full stop behind the word ends no sentence
)

// The flags that are marks of the word, whatever the token.
const (
	firstMark = 12
	markBits  = 8
	ofWords   = Numeral | Figure | Known | ASCII | Name | Small | Leads | Stopped
)

// Token is one word, or one number, of a field.
type Token struct {
	Start, End int32 // bytes of the original text
	Sentence   int32 // index into Field.Sentences
	// Value is the number's value, cut at the largest int32.
	Value int32
	Flags Flags
	// compound is the number, from 1, of the hyphenated word that it is the first
	// token of, 0 if there is none.
	compound uint32
	Info     *Word // never nil
}

// Begins reports whether it is the first token of a hyphenated word.
func (t *Token) Begins() bool { return t.compound != 0 }

// Compound is a hyphenated word, written without its hyphens, and how many tokens it
// is: "Jalal-Abad" is the tokens jalal, abad and the compound jalalabad.
type Compound struct {
	*Word
	Len int
}

// Has reports whether all the given flags are set.
func (t *Token) Has(f Flags) bool { return t.Flags&f == f }

// Field is the title or the text of a document.
type Field struct {
	Name      string // event.FieldTitle or event.FieldText
	Source    string // the original; tokens point into it
	Tokens    []Token
	Sentences []int32 // index of each sentence's first token
	Truncated bool    // the field was longer than the limits; the rest was not read

	// Heads are the indexes of the tokens that begin a hyphenated word.
	Heads     []int32
	compounds []Compound // of the heads

	known, named marked
}

// Known returns the indexes of the tokens that are Known, in order.
func (f *Field) Known() []int32 { return f.known.indexes[:f.known.many] }

// Named returns the indexes of the tokens that are the word of a Name, in order,
// written as it can begin one.
func (f *Field) Named() []int32 { return f.named.indexes[:f.named.many] }

// marked are the indexes of some tokens: the first many, and room for all.
type marked struct {
	indexes []int32
	many    int
}

// add adds an index if the last bit of keep is set: nobody can foresee which
// words are marked, and so it does not ask.
func (m *marked) add(at int, keep Flags) {
	m.indexes[m.many] = int32(at)
	m.many += int(keep & 1)
}

func (m *marked) grow(size int) { m.indexes = slices.Grow(m.indexes, size-len(m.indexes))[:size] }

// Compound returns the hyphenated word that a token begins; it must begin one.
func (f *Field) Compound(t *Token) *Compound { return &f.compounds[t.compound-1] }

// SentenceBounds returns the tokens [from, to) of a sentence.
func (f *Field) SentenceBounds(sentence int32) (from, to int) {
	from, to = int(f.Sentences[sentence]), len(f.Tokens)
	if next := int(sentence) + 1; next < len(f.Sentences) {
		to = int(f.Sentences[next])
	}
	return from, to
}

// Span returns the bytes of the tokens [from, to) of the original.
func (f *Field) Span(from, to int) (start, end int) {
	return int(f.Tokens[from].Start), int(f.Tokens[to-1].End)
}

func (f *Field) reset(name, source string) {
	f.Name, f.Source, f.Truncated = name, source, false
	clear(f.Tokens) // append counts on it; and it drops the pointers of the last document
	clear(f.compounds)
	f.Tokens, f.Sentences, f.Heads, f.compounds = f.Tokens[:0], f.Sentences[:0], f.Heads[:0], f.compounds[:0]
	f.known.many, f.named.many = 0, 0
}

// grow makes room for more tokens.
func (f *Field) grow() {
	f.Tokens = slices.Grow(f.Tokens, 1)
	f.known.grow(cap(f.Tokens))
	f.named.grow(cap(f.Tokens))
}

// Document is an item cut into words. It can be filled again and again.
type Document struct {
	Title, Text    Field
	folded, joined []byte // the scanner's, for use again
}

// Fields returns title and text, in this order.
func (d *Document) Fields() [2]*Field { return [2]*Field{&d.Title, &d.Text} }
