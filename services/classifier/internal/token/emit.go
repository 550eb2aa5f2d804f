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
		flags |= SentenceStart
		f.Sentences = append(f.Sentences, int32(len(f.Tokens)))
		s.newPhrase = false
	}
	if s.quoted > 0 {
		flags |= Quoted
		if s.quoted++; s.quoted > longestQuote {
			s.quoted = 0
		}
	}
	if flags |= s.pending; flags&Hyphen == 0 {
		if len(f.Tokens) > s.chainStart+1 {
			s.endChain()
		}
		s.chainStart = len(f.Tokens)
	}
	if flags&Number == 0 {
		flags &^= Unit
	}
	t := f.extend() // written where it stays: making it first and copying it takes twice as long
	t.Start, t.End = int32(start), int32(end)
	t.Info = info
	t.Sentence = int32(len(f.Sentences) - 1)
	t.Flags = flags
	f.known.add(len(f.Tokens)-1, flags/Known)
	f.named.add(len(f.Tokens)-1, flags/Name&(flags/Capital|flags/Small|flags/Leads))
	s.pending = 0
	return t
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
	tokens[0].Compound, tokens[0].CompoundLen = s.lexicon.Word(s.joined.buf), uint8(len(tokens))
}
