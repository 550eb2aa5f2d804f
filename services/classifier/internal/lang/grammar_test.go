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
			g.clause, g.likening, g.when, g.notWhen, g.pronouns, g.leads, g.causes, g.says, g.tells, g.relating, g.passive, g.auxiliary, g.victims, g.deeds, g.describing,
			g.negation.marks, g.negation.spares, g.negation.past, g.negation.lights, g.voice.passive, g.voice.active, g.voice.participle, g.adjectives.endings, g.adjectives.after,
			g.articles, g.links, g.construct, g.between, g.joins, g.within, g.during, g.around, g.instrumental.endings, g.instrumental.beside, g.from, g.where, g.accusative.endings, g.object, g.objectAfter,
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
	if grammarOf("de") != &unknown || grammarOf("") != &unknown {
		t.Error("something is said to be known of a language that has no file")
	}
}
