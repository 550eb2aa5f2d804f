package assess

import (
	"testing"

	"faultline/pkg/event"
)

// Whose word it is stands in the sentence of the evidence; the nearest counts.
func TestAttribution(t *testing.T) {
	e := engine(t)
	for _, c := range []struct{ lang, text, want string }{
		{"en", "Clashes broke out in Osh, police said.", "official police said"},
		{"en", "Residents said clashes broke out, it was quiet when night fell and curfew came, police said.", "witness Residents said"},
		{"en", "Residents said clashes broke out, but it was quiet when night fell and curfew came, police said.", "witness Residents said"},
		{"en", "Police said it was quiet, but clashes broke out.", ""},
		{"en", "Police said it was quiet and at the same time clashes broke out.", ""},
		{"en", "Police denied it; clashes broke out.", ""},
		{"en", "Police denied: clashes broke out.", "official Police denied"},
		{"en", "Clashes broke out, but the ministry denied it.", ""},
		{"en", "Clashes broke out; police said so.", ""},
		{"en", "Clashes broke out, but it was quiet by noon, police said.", "official police said"},
		{"en", "The kidnapped governor, police said, is well.", "official police said"},
		{"en", "Gunmen kidnapped the governor, said his wife.", ""},
		{"en", "Clashes broke out. Police said so.", ""},
		{"ru", "В Оше столкновения, сообщила полиция.", "official сообщила полиция"},
	} {
		a := e.Assess(event.Item{Title: c.text, Language: c.lang})
		got := ""
		if w := a.Findings[0].Attribution; w != nil {
			got = w.Source + " " + w.Text
		}
		if got != c.want {
			t.Errorf("%s: attributed to %q, want %q", c.text, got, c.want)
		}
	}
}

// Of several words for whose word it is the innermost count.
func TestInnermostAttribution(t *testing.T) {
	e := engine(t, `attributions: {media: {en: ["(governor|=agency) ..4 =said"]}}`)
	a := e.AssessAs("en", event.Item{Text: "Gunmen kidnapped the governor, the agency said."})
	if got := a.Findings[0].Attribution; got == nil || got.Text != "agency said" {
		t.Errorf("attribution %+v", got)
	}
}

// Who is taken says nothing, where another speaks; in a language with the verb
// last the speaker may well stand before it all.
func TestNoVictimSpeaks(t *testing.T) {
	e := engine(t, `{indicators: [{id: taken, title: t, category: kidnapping, severity: high, points: 50, match: {en: ["(=gunmen|=police) ..4 =seized"], tr: ["=valiyi kaçır*"]}}],
  attributions: {media: {en: ["=said ..2 =agency"]}, armed-group: {en: ["=gunmen ..4 =said"], tr: ["vali* ..4 açıkla*", "=polis ..4 açıkla*"]}}}`)
	for _, c := range []struct{ language, text, want string }{
		{"en", "Gunmen seized the hall, said the agency.", "said the agency"},
		{"en", "Gunmen seized the hall, said nobody.", ""},
		{"en", "Police who seized it said nothing.", ""},
		{"en", "Police said gunmen seized it.", "Police said"},
		{"tr", "Polis silahlı kişilerin valiyi kaçırdığını açıkladı.", "Polis silahlı kişilerin valiyi kaçırdığını açıkladı"},
		{"tr", "Silahlı kişilerin valiyi kaçırdığını açıkladı.", ""},
	} {
		a := e.AssessAs(c.language, event.Item{Text: c.text})
		got := ""
		if w := a.Findings[0].Attribution; w != nil {
			got = w.Text
		}
		if got != c.want {
			t.Errorf("%s: the word of %q, want %q", c.text, got, c.want)
		}
	}
}

// A sentence turns with a word or a phrase: no cue reaches over either.
func TestTurns(t *testing.T) {
	e := engine(t, `{cues: [{assertion: hypothetical, reach: 12, before: {en: [=fears]}}, {assertion: denied, reach: 12, before: {en: ["=not true that"]}, pseudo: {en: ["=true that"]}}]}`)
	for _, c := range []struct {
		text string
		want event.Assertion
	}{
		{"Fears of clashes grow.", event.Hypothetical},
		{"Fears grow, but there are clashes.", event.Asserted},
		{"Fears grow and at the same time there are clashes.", event.Asserted},
		{"It is not true that there were clashes.", event.Denied},
		{"It is true that there were clashes.", event.Asserted},
	} {
		a := e.AssessAs("en", event.Item{Text: c.text})
		if got := a.Findings[0].Assertion; got != c.want {
			t.Errorf("%s is %s, want %s", c.text, got, c.want)
		}
	}
}
