package lang

import (
	"slices"
	"strings"
	"testing"

	"faultline/services/classifier/internal/token"
)

// A word that is written otherwise than the texts come is never found.
func TestGrammarsAreInSmallLetters(t *testing.T) {
	for language, g := range grammars {
		lists := [][]string{
			g.clause.words, g.likening.words, g.when, g.notWhen, g.pronouns.words, g.leads.words, g.causes.words, g.says.words, g.tells, g.relating, g.passive.words, g.auxiliary.words, g.victims.words, g.deeds, g.describing.words,
			g.negation.marks, g.negation.spares, g.negation.past, g.negation.lights, g.voice.passive, g.voice.active, g.voice.participle, g.adjectives.endings, g.adjectives.after,
			g.articles.words, g.links.words, g.construct, g.between.words, g.joins.words, g.within.words, g.during.words, g.around.words, g.instrumental.endings, g.instrumental.beside, g.from, g.where, g.accusative.endings, g.object, g.objectAfter.words,
		}
		for _, list := range lists {
			for i, word := range list {
				if word == "" || word != strings.ToLower(word) || slices.Contains(list[:i], word) {
					t.Errorf("%s: %q is empty, has a capital or stands twice", language, word)
				}
			}
		}
		for _, word := range g.tells {
			if token.Fold(word) != word {
				t.Errorf("%s: %q folds to %q", language, word, token.Fold(word))
			}
		}
	}
}

// Each is of a language that texts are known to be in.
func TestGrammarsAreOfToldLanguages(t *testing.T) {
	for language := range grammars {
		if !slices.Contains(Told(), language) {
			t.Errorf("no text is ever told to be in %q", language)
		}
	}
	for language, g := range grammars {
		if grammarOf(language) != g {
			t.Errorf("what is known of %q is not found", language)
		}
	}
	if grammarOf("de") != &unknown || grammarOf("") != &unknown {
		t.Error("something is said to be known of a language that has no file")
	}
}

// The signs of a set let every word of it through, and save looking at most others.
func TestWordSets(t *testing.T) {
	set := setOf("the", "a", "an", "шуд", "")
	for _, word := range []string{"the", "a", "an", "шуд", ""} {
		if !set.has(word) {
			t.Errorf("%q is not found", word)
		}
	}
	passed := 0
	for _, word := range strings.Fields("tha eht thee b na at шут police кудеш") {
		if set.has(word) {
			t.Errorf("%q is found", word)
		}
		if set.signs&signOf(word) != 0 {
			passed++
		}
	}
	if passed > 2 {
		t.Errorf("%d of 9 other words have a sign of the set", passed)
	}
	if (&wordSet{}).has("") {
		t.Error("an empty set has a word")
	}
}
