package lang

import (
	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
)

// longestStemmed is the longest word that is stemmed, in bytes: longer ones are
// no words.
const longestStemmed = 64

// Stemmer returns the stemmer of a language, nil when there is none: words then
// match exactly or by "*". It takes folded words and is safe for concurrent use.
// A word with letters of another alphabet is its own stem.
//
// English, Russian, German, French and Spanish have the Snowball stemmers, of
// which the English, French and Spanish ones are kept from making one of words
// that are derived from each other (see derivation). The
// Snowball ones of Turkish and Arabic need letters that folding makes one (ı and
// i, the alefs) and keep conjunctions; these languages, and those without any,
// have lists of endings in their grammars.
func Stemmer(code string) func(folded string) string {
	plain := plainStemmer(code)
	derived := grammarOf(code).derivation
	if derived == nil {
		return plain
	}
	return func(word string) string { return derived.stem(word, plain(word)) }
}

func plainStemmer(code string) func(folded string) string {
	switch code {
	case "en":
		return stemmer(english.Stem, 'a', 'z', 0)
	case "ru":
		return stemmer(russian.Stem, 'а', 'я', 0)
	case "de":
		return stemmer(german.Stem, 'a', 'z', 0x17F)
	case "fr":
		return stemmer(french.Stem, 'a', 'z', 0x17F)
	case "es":
		return stemmer(spanish.Stem, 'a', 'z', 0x17F)
	}
	if e := grammarOf(code).endings; e.suffixes != nil {
		return newStripper(e).stem
	}
	return nil
}

// stemmer wraps a Snowball stemmer for words of the letters from..to, or from
// 0xDF to further.
func stemmer(stem func(*snowballstem.Env) bool, from, to, further rune) func(string) string {
	return func(word string) string {
		if len(word) > longestStemmed {
			return word
		}
		for _, r := range word {
			if (r < from || r > to) && (r < 0xDF || r > further) {
				return word
			}
		}
		env := snowballstem.NewEnv(word)
		stem(env)
		return env.Current()
	}
}
