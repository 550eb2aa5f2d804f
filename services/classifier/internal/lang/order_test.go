package lang

import "testing"

func TestAttributive(t *testing.T) {
	for _, c := range []struct {
		language, before, word string
		want                   bool
	}{
		{"en", "the", "ousted", true}, {"en", "of", "ousted", true}, {"en", "crowd", "ousted", false}, {"en", "the", "seizure", false},
		{"ru", "адвокат", "свергнутого", true}, {"ru", "сторонники", "захватили", false}, {"ru", "", "домой", false}, {"tr", "the", "ousted", false},
	} {
		if got := Attributive(c.language, c.before, c.word); got != c.want {
			t.Errorf("%s: %q after %q: %t", c.language, c.word, c.before, got)
		}
	}
}

func TestVerbLast(t *testing.T) {
	if !VerbLast("ky") || !VerbLast("tr") || VerbLast("ru") || VerbLast("en") || VerbLast("") {
		t.Error("the Turkic languages and Tajik put the verb last, others do not")
	}
}

func TestPassive(t *testing.T) {
	for language, word := range map[string]string{"en": "were", "fr": "été", "es": "fueron"} {
		if !Passive(language, word) || Passive("ru", word) || Passive(language, "had") {
			t.Errorf("%s: %s", language, word)
		}
	}
}

func TestLeads(t *testing.T) {
	if !Leads("en", "during") || !Leads("ru", "после") || Leads("en", "on") || Leads("tr", "in") {
		t.Error("during and после lead away, on does not")
	}
	if !Leads("en", "sparked") || !Leads("ru", "вызвало") || !Leads("es", "desató") || Leads("en", "stormed") {
		t.Error("what sparks riots does not riot; who stormed did it")
	}
}

func TestDeed(t *testing.T) {
	if !Deed("en", "deployment") || !Deed("en", "intervention") || Deed("en", "nation") || Deed("en", "marched") || Deed("fr", "déploiement") {
		t.Error("deployment is a deed, a nation and marching are none")
	}
}
