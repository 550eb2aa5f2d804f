package token

// Trie finds word sequences in fields: all of them, also those that overlap.
// It is built once and only read afterwards.
type Trie struct {
	roots []uint32          // by word id; 0 is none
	edges map[uint64]uint32 // node<<32 | word -> node
	ends  []uint32          // by node: the number of the sequence that ends here, 0 is none
	count uint32
}

// Found is one occurrence: the tokens [Start, End) are the sequence that Add
// gave the number Name.
type Found struct {
	Start, End int
	Name       uint32
}

// NewTrie returns an empty trie.
func NewTrie() *Trie {
	return &Trie{edges: make(map[uint64]uint32), ends: make([]uint32, 1)}
}

// Add stores a sequence of word ids and returns its number: 1, 2, 3... for new
// sequences, the same as before for known ones, 0 for an empty one or one with
// an unknown word.
func (t *Trie) Add(words []uint32) uint32 {
	var node uint32
	for i, w := range words {
		if w == 0 {
			return 0
		}
		if i == 0 {
			node = t.root(w)
			continue
		}
		key := uint64(node)<<32 | uint64(w)
		next, ok := t.edges[key]
		if !ok {
			next = t.newNode()
			t.edges[key] = next
		}
		node = next
	}
	if node == 0 {
		return 0
	}
	if t.ends[node] == 0 {
		t.count++
		t.ends[node] = t.count
	}
	return t.ends[node]
}

func (t *Trie) root(w uint32) uint32 {
	for int(w) >= len(t.roots) {
		t.roots = append(t.roots, make([]uint32, int(w)+1-len(t.roots))...)
	}
	if t.roots[w] == 0 {
		t.roots[w] = t.newNode()
	}
	return t.roots[w]
}

func (t *Trie) newNode() uint32 {
	t.ends = append(t.ends, 0)
	return uint32(len(t.ends) - 1)
}

// Len is the number of sequences.
func (t *Trie) Len() int { return int(t.count) }

// Find appends every occurrence in the field to found and returns it, in order
// of start. A sequence does not reach over punctuation or the end of a
// sentence; a hyphen is as good as a space, and a hyphenated word also matches
// when it is written as one word in the trie.
func (t *Trie) Find(f *Field, found []Found) []Found {
	for i := range f.Tokens {
		tok := &f.Tokens[i]
		if w := tok.Word; int(w) < len(t.roots) && t.roots[w] != 0 {
			found = t.walk(f, i, i+1, t.roots[w], found)
		}
		if c := tok.Compound; c != nil && int(c.ID) < len(t.roots) && t.roots[c.ID] != 0 {
			found = t.walk(f, i, i+int(tok.CompoundLen), t.roots[c.ID], found)
		}
	}
	return found
}

// walk reports the sequences that go on from node at token i.
func (t *Trie) walk(f *Field, start, i int, node uint32, found []Found) []Found {
	for {
		if name := t.ends[node]; name != 0 {
			found = append(found, Found{Start: start, End: i, Name: name})
		}
		if i >= len(f.Tokens) {
			return found
		}
		tok := &f.Tokens[i]
		if tok.Flags&(Break|SentenceStart) != 0 {
			return found
		}
		if c := tok.Compound; c != nil && c.ID != 0 {
			if next := t.edges[uint64(node)<<32|uint64(c.ID)]; next != 0 {
				found = t.walk(f, start, i+int(tok.CompoundLen), next, found)
			}
		}
		if tok.Word == 0 {
			return found
		}
		next := t.edges[uint64(node)<<32|uint64(tok.Word)]
		if next == 0 {
			return found
		}
		node, i = next, i+1
	}
}
