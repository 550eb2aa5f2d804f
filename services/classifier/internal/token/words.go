package token

// Words returns the folded words of a name or phrase, cut as Read cuts texts. Use a
// Cutter for many.
func Words(s string) []string { return new(Cutter).Words(s) }

// Cutter cuts one name or phrase after the other into words. The zero Cutter is ready.
type Cutter struct {
	lexicon *Lexicon // one that remembers nothing
	doc     Document
	words   []string
}

// Words returns the folded words of a name or phrase, cut as Read cuts texts. The slice
// is the Cutter's, until the next call.
func (c *Cutter) Words(s string) []string {
	c.words = c.words[:0]
	if plainWord(s) {
		c.words = append(c.words, s)
		return c.words
	}
	if c.lexicon == nil {
		c.lexicon = &Lexicon{}
	}
	c.lexicon.Read(&c.doc, "", s)
	for i := range c.doc.Text.Tokens {
		c.words = append(c.words, c.doc.Text.Tokens[i].Info.Text)
	}
	return c.words
}

// plainWord reports whether s is a word of small letters of ASCII, or of small
// Russian ones without ё, which is its own folded form.
func plainWord(s string) bool {
	if s == "" || len(s) > maxWordLength {
		return false
	}
	latin, russian := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z':
			latin++
		case i+1 < len(s) && (c == 0xD0 && 0xB0 <= s[i+1] && s[i+1] <= 0xBF || c == 0xD1 && 0x80 <= s[i+1] && s[i+1] <= 0x8F): // а to п, р to я
			russian++
			i++
		default:
			return false
		}
	}
	return latin == 0 || russian == 0
}

// AddName adds the words of a name and returns their ids, nil when the name has
// none or the vocabulary is full. Use a Namer to add many.
func (v *Vocabulary) AddName(name string) []uint32 { return NewNamer(v).Add(name) }

// Namer cuts many names into words of one vocabulary.
type Namer struct {
	vocabulary *Vocabulary
	lexicon    *Lexicon
	doc        Document
}

// NewNamer returns a Namer that adds to v.
func NewNamer(v *Vocabulary) *Namer {
	return &Namer{vocabulary: v, lexicon: &Lexicon{}}
}

// Add adds the words of a name and returns their ids, nil when the name has
// none or the vocabulary is full.
func (n *Namer) Add(name string) []uint32 {
	n.lexicon.Read(&n.doc, "", name)
	ids := make([]uint32, 0, len(n.doc.Text.Tokens))
	for i := range n.doc.Text.Tokens {
		id := n.vocabulary.Add(n.doc.Text.Tokens[i].Info.Text)
		if id == 0 {
			return nil
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil
	}
	return ids
}
