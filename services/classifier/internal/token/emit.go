package token

// longestQuote is how many words a quotation may have before its missing
// closing mark is taken for granted.
const longestQuote = 40

// LongestChain is how many parts a hyphenated word may have to be looked up as
// one word.
const LongestChain = 4

// emit appends a token with what was pending.
func (s *scanner) emit(start, end int, folded []byte, flags Flags) {
	if len(folded) == 0 {
		return
	}
	info := s.lexicon.Word(folded)
	t := s.append(start, end, info, flags|info.marks())
	if t.Flags&Number != 0 {
		t.Value = value(folded, t.Flags&Grouped != 0)
	}
}

// append adds a token with the flags of its word and those of how it is written.
func (s *scanner) append(start, end int, info *Word, flags Flags) *Token {
	f := s.field
	if s.newPhrase {
		flags |= s.beginSentence()
	}
	if s.quoted > 0 {
		flags |= s.quotes()
	}
	n := len(f.Tokens)
	if flags |= s.pending; flags&Hyphen == 0 {
		if n > s.chainStart+1 {
			s.endChain()
		}
		s.chainStart = n
	}
	if flags&Number == 0 {
		flags &^= Unit
	}
	if n == cap(f.Tokens) {
		f.grow()
	}
	f.Tokens = f.Tokens[:n+1]
	t := &f.Tokens[n] // written where it stays: making it first and copying it takes twice as long
	t.Start, t.End = int32(start), int32(end)
	t.Info = info
	t.Sentence = int32(len(f.Sentences) - 1)
	t.Flags = flags
	f.known.add(n, flags/Known)
	f.named.add(n, flags/Name&(flags/Capital|flags/Small|flags/Leads))
	s.pending = 0
	return t
}

// beginSentence makes the next token the first of a sentence.
func (s *scanner) beginSentence() Flags {
	s.field.Sentences = append(s.field.Sentences, int32(len(s.field.Tokens)))
	s.newPhrase = false
	return SentenceStart
}

// quotes counts a token inside quotation marks.
func (s *scanner) quotes() Flags {
	if s.quoted++; s.quoted > longestQuote {
		s.quoted = 0
	}
	return Quoted
}

// endChain looks up the hyphenated word that has just ended, if it was one.
func (s *scanner) endChain() {
	tokens := s.field.Tokens[min(s.chainStart, len(s.field.Tokens)):]
	if len(tokens) < 2 || len(tokens) > LongestChain {
		return
	}
	s.joined.reset()
	for i := range tokens {
		if tokens[i].Flags&(Number|Joined) != 0 {
			return
		}
		s.joined.buf = append(s.joined.buf, tokens[i].Info.Text...)
	}
	s.field.Heads = append(s.field.Heads, int32(s.chainStart))
	s.field.compounds = append(s.field.compounds, Compound{s.lexicon.Word(s.joined.buf), len(tokens)})
	tokens[0].compound = uint32(len(s.field.compounds))
}
