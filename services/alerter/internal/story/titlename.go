package story

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// titleName is a name that a title has, as a word and as what its spellings share.
type titleName struct {
	stem, skeleton uint64
	joined         bool // to the name before it, as a surname is
}

// titleNames are the people and bodies that a title names: its capitalised words
// that are no places and no adjectives of a district or an authority, for which there is a stem. Where a title has capitals for their own
// sake, at the start of a sentence or in all words, only what the text names too is a name.
func titleNames(lang string, head []word, stems, names []uint64) []titleName {
	var out []titleName
	capitals, last := titleCase(head), -2
	for i, w := range head {
		if stems[i] == 0 || !w.capital || qualifies(lang, head, i) {
			continue
		}
		n := titleName{stem: stems[i], skeleton: skeleton(w.name(lang)), joined: !capitals && last == i-1 && head[last].clause == w.clause}
		if !capitals && !w.sentence || slices.Contains(names, n.skeleton) {
			out, last = append(out, n), i
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

// missing is the share of the names of which neither title nor lead has a word: who is named in
// full in the one is often called by the surname in the other.
func (f *Profile) missing(names []titleName) float64 {
	all, told := 0, 0
	for i := 0; i < len(names); all++ {
		has := f.has(names[i])
		for i++; i < len(names) && names[i].joined; i++ {
			has = has || f.has(names[i])
		}
		if has {
			told++
		}
	}
	return float64(all-told) / float64(all)
}

// has reports whether title or lead has a word of a name.
func (f *Profile) has(name titleName) bool {
	_, word := slices.BinarySearchFunc(f.terms, name.stem, term.compare)
	_, named := slices.BinarySearch(f.names, name.skeleton)
	return word || named
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
				out = append(out, s.hash(w.text))
			}
		}
		from, open = i+utf8.RuneLen(r), !open
	}
	return out
}
