package lang

import "testing"

func TestVerbLast(t *testing.T) {
	if !VerbLast("ky") || !VerbLast("tr") || VerbLast("ru") || VerbLast("en") || VerbLast("") {
		t.Error("the Turkic languages and Tajik put the verb last, others do not")
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

func TestTells(t *testing.T) {
	for _, word := range []string{"said", "сообщили", "билдирди", "мәлімдеді", "dedi", "деди", "гуфт", "açikladi", "annonce", "dijo", "قال"} {
		if !Tells(word) {
			t.Errorf("%q tells", word)
		}
	}
	if Tells("seized") || Tells("Said") || Tells("") {
		t.Error("nobody tells by seizing, and words are folded")
	}
}
