package lang

import "strings"

// A derivation keeps words apart that a stemmer makes one although one of them
// is derived from the other and means something else: an officer is no office, a
// villager no village, a minority not minor, a Protestant no protest. What stays
// one is what a phrase about an act is to find in each form: the verb and the
// noun of its act (demonstrate, demonstration; deploy, deployment).
type derivation struct {
	bare     func(word string) string // takes off what inflects a word, and a last vowel
	suffixes []suffixClass            // longer ones before their ends
}

// A suffixClass is what is put behind the stems of words that end in suffix,
// nothing for nouns of acts.
type suffixClass struct{ suffix, class string }

// stem is what a stemmer made of a word, marked by the suffix that derived it,
// when the stemmer took that off.
func (d *derivation) stem(word, stem string) string {
	bare := d.bare(word)
	for _, s := range d.suffixes {
		if !strings.HasSuffix(bare, s.suffix) {
			continue
		}
		if root := len(bare) - len(s.suffix); s.class == "" || len(stem) > root+1 {
			return stem
		}
		return stem + "+" + s.class
	}
	return stem
}

// englishBare takes the endings of numbers and tenses off an English word.
func englishBare(word string) string {
	word = strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "'")
	switch {
	case strings.HasSuffix(word, "ies") && len(word) > 4, strings.HasSuffix(word, "ied") && len(word) > 4:
		return word[:len(word)-3] + "y"
	case strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && !strings.HasSuffix(word, "us"):
		word = word[:len(word)-1]
	}
	for _, ending := range []string{"ing", "ed"} {
		if rest, ok := strings.CutSuffix(word, ending); ok && strings.ContainsAny(rest, "aeiouy") {
			if n := len(rest); n > 2 && rest[n-1] == rest[n-2] {
				rest = rest[:n-1]
			}
			word = rest
			break
		}
	}
	return strings.TrimSuffix(word, "e")
}

// romanceBare takes the endings of number and gender off a Spanish or French noun.
func romanceBare(word string) string {
	word = strings.TrimRight(word, "sx")
	if word != "" && strings.IndexByte("aeo", word[len(word)-1]) >= 0 {
		word = word[:len(word)-1]
	}
	return word
}
