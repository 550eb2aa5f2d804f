package phrase

import (
	"testing"

	"faultline/services/classifier/internal/token"
)

// There is room for exactly what a program has: none is left, and none was made anew.
func TestThereIsRoomForAllOps(t *testing.T) {
	for phrase, want := range map[string]int{
		"kidnapped": 1, "kidnapped by police": 3, "(a|the) coup": 2, "(a|the)": 1, "(a|night of) riots": 6,
		"(a|night of) ..3 riots": 7, "@police ..2 <actor: people>": 4, "killed ~3 workers": 2 * 3, "(big|(killed ~3 workers))": 11,
		"a ~3 b ~3 c": 6 * 5, "<weapon: a> (killed|shot dead)": 7, "(=Sun|a|the) set": 4, "[a] coup": 3, "<n> dead": 2,
	} {
		b := NewBuilder(nil)
		b.Add(mustParse(t, phrase))
		b.Define(mustParse(t, "officers"), b.Set("police"))
		p, err := b.Build(token.NewVocabulary())
		if err != nil || len(p.ops) != cap(p.ops) || len(p.ops) != want+1 {
			t.Errorf("%q has %d ops and room for %d, %v; want %d", phrase, len(p.ops)-1, cap(p.ops)-1, err, want)
		}
	}
}
