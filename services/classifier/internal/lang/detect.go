// Package lang says which language a text is in, and reduces its words to stems.
package lang

import (
	"encoding/binary"
	"slices"
	"strings"

	"faultline/services/classifier/internal/token"
)

// sample is how much of a text decides, in bytes of each field.
const sample = 768

// Detect returns the language of a text as a BCP 47 base language ("en", "ru",
// "ky"), "" when nothing tells or when it is none of those known here. declared
// is what the feed or its outlet says, or "".
//
// The script decides first. Within a script each language gets points for its
// frequent words and endings and for letters that only some languages have, and
// loses points for letters it does not have; what is declared has a start. In
// texts of few words it counts as well how likely their letters are in a row.
func Detect(declared, title, text string) string {
	declared = Base(declared)
	title, text = title[:min(len(title), sample)], text[:min(len(text), sample)]
	var signs signs
	signs.read(title)
	signs.read(text)
	switch s := signs.script(); s {
	case latin, cyrillic, arabic:
		points := signs.points(s, declared)
		best := points.best(s, declared)
		if triples := ofScript[s]; triples != nil && best != "" && signs.words <= fewWords {
			return triples().best(best, declared, &points, title, text)
		}
		return best
	case han:
		if declared == "ja" {
			return declared
		}
		return "zh"
	}
	return declared
}

// Base is the primary language of a BCP 47 tag, lower case: "ru" of "ru-RU".
func Base(tag string) string {
	base, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	return strings.ToLower(strings.TrimSpace(base))
}

type script uint8

const (
	none script = iota
	latin
	cyrillic
	arabic
	han
	other
)

// signs are what tells languages apart.
type signs struct {
	scripts [other + 1]int
	special [maxSpecial]int // by index in evidence.has
	votes   votes
	words   int // of both fields, up to maxVotes of each
}

// read counts the letters of a text, and the votes of its first words.
func (s *signs) read(text string) {
	var w speller
	words := 0
	for i := 0; i < len(text); {
		if words >= maxVotes {
			i += s.count(text[i:])
		}
		if i == len(text) {
			break
		}
		if size := s.readPlain(&w, text[i:]); size > 0 {
			i += size
			continue
		}
		r, size := decode(text[i:])
		i += size
		l := letterOf(r)
		s.special[l.special]++
		switch {
		case l.script != none:
			s.scripts[l.script]++
			w.add(l.lower)
		case w.letters == 0 || l.quote && !w.elided():
		default:
			if words++; words <= maxVotes {
				s.votes.vote(w.set())
			}
			w.bytes, w.letters = 0, 0
		}
	}
	if w.letters > 0 && words < maxVotes {
		s.votes.vote(w.set())
		words++
	}
	s.words += min(words, maxVotes)
}

// readPlain reads the letters of ASCII that a text begins with, or some Russian
// ones but ё, and returns how many bytes they are. Most words are read so, eight
// bytes at a time.
func (s *signs) readPlain(w *speller, text string) int {
	if asciiLetter(text[0]) {
		n := w.addASCII(text)
		s.scripts[latin] += n
		return n
	}
	if text[0]&^1 != 0xD0 || len(text) < 8 {
		return 0
	}
	count, folded, _ := token.CyrillicLetters(binary.LittleEndian.Uint64([]byte(text[:8])))
	w.addEight(folded, 2*count, count)
	s.scripts[cyrillic] += count
	for pair := folded; pair != 0; pair >>= 16 {
		if special := known.letters[0x400|pair&1<<6|pair>>8&0x3F].special; special != 0 {
			s.special[special]++
		}
	}
	return 2 * count
}

// count counts the letters of ASCII that a text has up to the eight bytes that
// hold another character, and returns how many bytes it has passed.
func (s *signs) count(text string) (n int) {
	for ; len(text)-n >= 8; n += 8 {
		eight := binary.LittleEndian.Uint64([]byte(text[n : n+8]))
		if eight&notASCII != 0 {
			break
		}
		s.scripts[latin] += token.CountASCIILetters(eight)
	}
	return n
}

// notASCII has a bit for each of eight bytes that only other characters have.
const notASCII = 0x8080808080808080

// script is the one most letters are in.
func (s *signs) script() script {
	s.scripts[han] *= 3 // a character is about a word
	best := none
	for k := latin; k <= other; k++ {
		if s.scripts[k] > 0 && (best == none || s.scripts[k] > s.scripts[best]) {
			best = k
		}
	}
	return best
}

// Points of the evidence.
const (
	perWord     = 4
	perEnding   = 3
	perLetter   = 3
	perStray    = -1 // the first letters that the language does not have, as in a name
	perStranger = -6 // and each further one
	ofDeclared  = 8
	ofFallback  = 2
	convincing  = 12 // enough to overrule a declared language that has no profile
	fewWords    = 25 // of title and text, so that triples of letters are looked at
)

// points are those of each profile; of another script they are lowest.
type points [len(profiles)]int

const lowest = -1 << 31

// points adds up what speaks for the languages of a script and against them.
func (s *signs) points(of script, declared string) (all points) {
	own, strange := s.owners()
	stray := 1 + s.scripts[of]/60
	for i := range profiles {
		p := &profiles[i]
		if p.script != of {
			all[i] = lowest
			continue
		}
		all[i] = s.votes[i] + perLetter*own[i] + perStray*min(stray, strange[i]) + perStranger*max(0, strange[i]-stray)
		if p.code == declared {
			all[i] += ofDeclared
		}
		if p.code == of.fallback() {
			all[i] += ofFallback
		}
	}
	return all
}

// best returns the language with the most points.
func (all *points) best(of script, declared string) string {
	most := slices.Max(all[:])
	best := profiles[slices.Index(all[:], most)].code
	if most < convincing && declared != "" && !slices.ContainsFunc(profiles[:], func(p profile) bool { return p.code == declared }) {
		return declared
	}
	if most < 0 {
		return ""
	}
	return best
}

// owners counts, by profile, the special letters that it has and those that it
// does not have.
func (s *signs) owners() (own, strange [len(profiles)]int) {
	for k, n := range s.special[:len(known.has)] {
		if k == 0 || n == 0 {
			continue
		}
		for i := range profiles {
			if known.has[k]>>i&1 == 1 {
				own[i] += n
			} else {
				strange[i] += n
			}
		}
	}
	return own, strange
}
