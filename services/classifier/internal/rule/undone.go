package rule

import (
	"slices"
	"strings"
	"unicode"

	"faultline/services/classifier/internal/lang"
	"faultline/services/classifier/internal/phrase"
)

// undone are the words by which a phrase means what was not done ("the order was
// not obeyed"), its own and those of the lists that it names, in a language that
// says so by the verb's own form.
func (c *compiler) undone(text string, node *phrase.Node) []string {
	if !lang.VerbLast(c.lang) {
		return nil
	}
	words := c.negated(text)
	for name := range node.Refs() {
		words = append(words, c.undoneIn(name)...)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// undoneIn are those of a list and of the lists that it names.
func (c *compiler) undoneIn(list string) []string {
	if words, ok := c.negatedIn[list]; ok {
		return words
	}
	c.negatedIn[list] = nil // for a list within itself, which is a fault that is told elsewhere
	var words []string
	value := c.pack.lists[list].value
	for _, text := range slices.Concat(value[c.lang], value[Any]) {
		words = append(words, c.negated(text)...)
		words = append(words, c.negated(lang.Respell(c.lang, text))...)
		for _, rest := range strings.Split(text, "@")[1:] {
			words = append(words, c.undoneIn(phrase.Name(rest))...)
		}
	}
	c.negatedIn[list] = words
	return words
}

// negated are the words of a phrase that are such a form, or its beginning.
func (c *compiler) negated(text string) []string {
	var words []string
	letters := func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune("'’ʻʼ", r) }
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), letters) {
		is, known := c.isNegated[word]
		if !known { // most words come again and again
			is = lang.Negated(c.lang, word) || lang.NegatedStem(c.lang, word)
			c.isNegated[word] = is
		}
		if is {
			words = append(words, word)
		}
	}
	return words
}
