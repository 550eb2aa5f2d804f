package story

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// titleName is a name that a title has, as a word and as what its spellings share.
type titleName struct{ stem, skeleton uint64 }

// titleNames are the people and bodies that a title names: its capitalised words
// that are no places and no adjectives of a district or an authority, for which there is a stem. Where a title has capitals for their own
// sake, at the start of a sentence or in all words, only what the text names too is a name.
func titleNames(lang string, head []word, stems, names []uint64) []titleName {
	var out []titleName
	capitals := titleCase(head)
	for i, w := range head {
		if stems[i] == 0 || !w.capital || qualifies(lang, head, i) {
			continue
		}
		n := titleName{stems[i], skeleton(w.name(lang))}
		if !capitals && !w.sentence || slices.Contains(names, n.skeleton) {
			out = append(out, n)
		}
	}
	return out
}

// titleCase reports whether most words of a title are capitalised.
func titleCase(head []word) bool {
	capital := 0
	for _, w := range head {
		if w.capital {
			capital++
		}
	}
	return len(head) > 3 && capital*5 > len(head)*3
}

// titled is the share of the people and bodies in either title whom the other report
// names too, and of those whom it does not, as the mean of both titles: a title that names
// nobody is the half that has neither.
func titled(a, b *Profile) (told, missing float64) {
	if len(a.titleNames) > 0 {
		missing = b.missing(a.titleNames)
		told = 1 - missing
	}
	if len(b.titleNames) > 0 {
		theirs := a.missing(b.titleNames)
		told, missing = told+1-theirs, missing+theirs
	}
	return told / 2, missing / 2
}

// missing is the share of the names that neither title nor lead has.
func (f *Profile) missing(names []titleName) float64 {
	n := 0
	for _, name := range names {
		_, word := slices.BinarySearchFunc(f.terms, name.stem, func(t term, h uint64) int { return cmp.Compare(t.hash, h) })
		if _, named := slices.BinarySearch(f.names, name.skeleton); !word && !named {
			n++
		}
	}
	return float64(n) / float64(len(names))
}

// quotedWords is how many words a quoted name has at most; what is longer is speech.
const quotedWords = 4

// quoted hashes the words of the names that a title has in quotation marks: of a party, a team, a
// contest, a film. That is how Russian and its neighbours write them; elsewhere, and where what is
// quoted begins with a small letter, it is speech.
func (s *stemmer) quoted(title string) []uint64 {
	var out []uint64
	switch s.lang {
	case "ru", "ky", "kk", "uz", "tg":
	default:
		return nil
	}
	from, open := 0, false
	for i, r := range title {
		if !strings.ContainsRune(`"«»“”„`, r) {
			continue
		}
		name := words(title[from:i], quotedWords+1)
		if open && len(name) > 0 && len(name) <= quotedWords && name[0].capital {
			for _, w := range name {
				out = append(out, hashString(s.stem(w.text)))
			}
		}
		from, open = i+utf8.RuneLen(r), !open
	}
	return out
}
