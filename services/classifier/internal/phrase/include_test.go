package phrase

import (
	"slices"
	"testing"

	"faultline/services/classifier/internal/token"
)

// What is in a set is in those that have it, in front of an anchor and behind, at the
// anchor, and where other words or phrases are in them too.
func TestSetsOfSetsOfSets(t *testing.T) {
	b := NewBuilder(nil)
	define := func(set, text string) ID { return b.Define(mustParse(t, text), b.Set(set)) }
	define("police", "police")
	define("police", "riot police")
	forces := define("forces", "(@police|@army)")
	define("forces", "border guards")
	define("army", "soldiers")
	targets := define("targets", "@forces")
	define("targets", "old @army")
	shot, fled := b.Add(mustParse(t, "(@targets) were shot")), b.Add(mustParse(t, "fled ..2 <target:@targets>"))
	near := b.Add(mustParse(t, "@targets ~2 @mob"))
	define("mob", "crowd")
	p, err := b.Build(token.NewVocabulary())
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]ID{
		"Riot police were shot.":                             {shot},
		"Soldiers were shot":                                 {shot},
		"Border guards were shot":                            {shot},
		"They fled from the police":                          {fled},
		"A crowd and the soldiers":                           {near},
		"Police were shot at by a crowd; border guards fled": {shot, near},
		"A crowd were shot":                                  nil,
	} {
		if got := phrasesIn(p, text); !slices.Equal(got, want) {
			t.Errorf("%q has the phrases %v, want %v", text, got, want)
		}
	}
	wider := []Wider{{b.Set("forces"), forces}, {b.Set("targets"), targets}}
	if got := p.Wider(b.Set("army")); !slices.Equal(got, wider) {
		t.Errorf("an army is in %v, want %v", got, wider)
	}
	if got := p.Wider(b.Set("targets")); len(got) > 0 {
		t.Errorf("targets are in %v", got)
	}
}
