package lang

import (
	"slices"
	"strings"
)

// Article reports whether a word, in small letters, is an article.
func Article(language, word string) bool { return grammarOf(language).articles.has(word) }

// Links reports whether a word, in small letters, ties the noun before it to the one
// behind it in one noun phrase: thousands of protesters, des milliers de manifestants.
func Links(language, word string) bool { return grammarOf(language).links.has(word) }

// HeadLast reports whether the last of two nouns that stand side by side says what
// they are, and the one before it describes it: rebel soldiers, Талибан согушкерлери.
func HeadLast(language string) bool { return grammarOf(language).headLast }

// Juxtaposed reports whether a name beside a noun, both in small letters, makes one noun
// phrase with it, rather than act upon it: боевики Талибана, مسلحو طالبان.
func Juxtaposed(language, first, second string) bool {
	g := grammarOf(language)
	switch {
	case g.verbBetween:
		return true
	case g.construct != nil:
		return endsWith(first, g.construct)
	}
	return slices.ContainsFunc(ofTheirs[:], func(ending string) bool { return strings.Contains(second, ending) })
}

// Attributive reports whether a word, given in small letters with the one before
// it, describes a noun rather than tells what somebody did: the ousted president.
func Attributive(language, before, word string) bool {
	a := &grammarOf(language).adjectives
	return endsWith(word, a.endings) && longerThan(word, a.longer) && (a.after == nil || slices.Contains(a.after, before))
}

// Describes reports whether a word, in small letters, describes the noun behind it.
func Describes(language, word string) bool {
	return grammarOf(language).describing.has(word) || language == "ru" && Attributive(language, "", word)
}

// Named reports whether a word, in small letters, that is of a people's name belongs to the noun
// beside it, as an adjective of Russian does by its form.
func Named(language, word string) bool {
	return language == "ru" && strings.Contains(word, "ск") && Attributive(language, "", word)
}

// Noun reports whether an English word, in small letters, can be a noun or describe one, by
// its form and as it is none of those that lead on to something else.
func Noun(word string) bool {
	if slices.Contains(shortNouns[:], word) {
		return true
	}
	if len(word) <= 3 || endsWith(word, []string{"ed", "ing", "ly"}) || others.has(word) {
		return false
	}
	return !Leads("en", word) && !Around("en", word) && !Passive("en", word) && !Says("en", word) && !Clause("en", "", word) && !Has(word)
}

// Related reports whether an English word, in small letters, is one for who belongs to somebody, or
// what does: an aide, a son, a convoy.
func Related(word string) bool { return related.has(word) }

// Around reports whether a word, in small letters, makes the noun beside it a
// place near what happens: neither who did it nor to whom it was done. Some
// languages have it behind the noun.
func Around(language, word string) bool { return grammarOf(language).around.has(word) }

// Within reports whether a word, in small letters, makes a place of the noun phrase behind it.
func Within(language, word string) bool { return grammarOf(language).within.has(word) }

// During reports whether a word, in small letters, makes of the noun phrase behind it what
// something happens in: in police firing, durante el motín.
func During(language, word string) bool { return grammarOf(language).during.has(word) }
