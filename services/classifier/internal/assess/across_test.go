package assess

import (
	"strings"
	"testing"
	"time"

	"faultline/pkg/event"
)

const across = `
cues:
  - {assertion: denied, previous: true, reach: 3, before: {en: ["that is =false", "nothing happened"]}}
  - {assertion: historical, continues: true, reach: 3, before: {en: ["=next day", "days later"]}}
`

// The sentence behind may take back what one names, that before it may date it.
func TestCuesOverTheEndOfASentence(t *testing.T) {
	e := engine(t, across)
	tale := "In 1990 the town was quiet. The next day clashes began."
	for _, c := range []struct{ text, want string }{
		{"Gunmen kidnapped the governor. That is false.", "abducted=denied"},
		{"Gunmen kidnapped the governor in the early morning, far from here. Nothing happened.", "abducted=denied"},
		{"Gunmen kidnapped the governor. But that is false.", "abducted=denied"},
		{"Gunmen kidnapped the governor. The ministry says that is false.", "abducted=asserted"},
		{"Gunmen kidnapped the governor. He was at home. That is false.", "abducted=asserted"},
		{"That is false: gunmen kidnapped the governor.", "abducted=asserted"},
		{"That is false. Gunmen kidnapped the governor.", "abducted=asserted"},
		{tale, "clash=historical"},
		{tale + " Days later gunmen kidnapped the governor.", "abducted=historical clash=historical"},
		{tale + " Gunmen kidnapped the governor.", "abducted=asserted clash=historical"},
		{"The town was quiet in 2010. The next day clashes began.", "clash=asserted"},
		{"In 1990, as in 2010, the town was quiet. The next day clashes began.", "clash=asserted"},
		{"In 1990 the town was quiet. People were glad. The next day clashes began.", "clash=asserted"},
		{"In 1990 the town was quiet. Clashes of all kinds began the next day.", "clash=asserted"},
		{"The next day clashes began.", "clash=asserted"},
		{strings.Repeat("In 1990 the town was quiet. ", 1) + strings.Repeat("Days later it went on. Days later clashes began. ", 9), "clash=asserted"},
	} {
		a := e.Assess(event.Item{Language: "en", Text: c.text, Published: time.Date(2010, 5, 14, 0, 0, 0, 0, time.UTC)})
		if got := stances(a); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
	x := e.Explain(event.Item{Language: "en", Text: "Gunmen kidnapped the governor. That is false."})
	if len(x.Matches) == 0 || x.Matches[0].Cue.Text != "That is false" {
		t.Errorf("the cue is not named: %+v", x.Matches)
	}
}

func TestEndlessTale(t *testing.T) {
	e := engine(t, across)
	checkBounded(t, e, "tale", event.Item{Language: "en", Text: "In 1990 it began. " + strings.Repeat("The next day clashes began. ", 5000)})
	checkBounded(t, e, "denials", event.Item{Language: "en", Text: strings.Repeat("Clashes began. That is false. ", 5000)})
}
