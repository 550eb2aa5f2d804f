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

func TestAuxiliary(t *testing.T) {
	if !Auxiliary("fr", "ont", "tué") || Auxiliary("fr", "sont", "tués") || Auxiliary("es", "a", "herido") || !Auxiliary("en", "have", "seized") || Auxiliary("en", "have", "died") || Auxiliary("en", "have", "suffered") {
		t.Error("avoir makes the French past, être and other languages do not")
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

// What says where is told from whom it was done to, and who says so from who did it.
func TestAroundAndSays(t *testing.T) {
	for language, word := range map[string]string{"en": "near", "ru": "у", "fr": "près", "es": "cerca", "ar": "قرب", "tg": "назди", "tr": "yakınında", "ky": "жанында", "kk": "маңында", "uz": "yaqinida"} {
		if !Around(language, word) || Around(language, "") || Around(language, word[:1]) || Around("de", word) {
			t.Errorf("%s: Around is wrong about %q, its first byte or no word", language, word)
		}
	}
	for _, c := range []struct {
		language, word string
		says, article  bool
	}{{"en", "said", true, false}, {"en", "the", false, true}, {"ru", "заявили", true, false}, {"ru", "у", false, false}, {"fr", "que", true, false}, {"fr", "les", false, true}, {"es", "que", true, false}, {"es", "los", false, true}, {"tr", "dedi", false, false}} {
		if Says(c.language, c.word) != c.says || Article(c.language, c.word) != c.article {
			t.Errorf("%s %q: says %t, article %t", c.language, c.word, Says(c.language, c.word), Article(c.language, c.word))
		}
	}
}
