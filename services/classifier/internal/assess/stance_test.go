package assess

import (
	"testing"

	"faultline/pkg/event"
)

// A cue that ends the statement, or stands around what it speaks of, denies it; the
// same word with something behind it, or of something else, does not.
func TestBehind(t *testing.T) {
	e := engine(t, `{indicators: [
  {id: mutiny, title: t, category: mutiny, severity: high, points: 50, match: {en: [mutiny, "reports of looting"]}}],
cues: [
  {assertion: denied, last: true, comma: true, reach: 6, after: {en: ["=denied", "=untrue", "(=reports|=claims) (=of|=that) ..8 (=dismissed|=denied)"]}, terminators: {en: ["=after"]}},
  {assertion: denied, reach: 6, after: {en: ["=reports of ..8 are false"]}, terminators: {en: ["=while"]}}]}`)
	for _, c := range []struct {
		text string
		want event.Assertion
	}{
		{"Mutiny in the fort denied", event.Denied},
		{"Mutiny in the fort denied, officers say", event.Denied},
		{"Mutiny in the fort denied.", event.Denied},
		{"Mutiny in the fort untrue say officers", event.Denied},
		{"Mutiny in the fort: officers untrue", event.Asserted},
		{"Mutiny denied leave to nobody", event.Asserted},
		{"Mutiny in the fort, leave denied", event.Asserted},
		{"Mutiny after leave denied", event.Asserted},
		{"Mutiny in the fort: untrue", event.Denied},
		{"Mutiny in the fort — untrue, officers say", event.Denied},
		{"Mutiny in the fort: leave was denied", event.Asserted},
		{"Mutiny in the fort; reports of deaths denied", event.Asserted},
		{"Reports of a mutiny dismissed", event.Denied},
		{"Reports of a mutiny — dismissed", event.Denied},
		{"Reports of a mutiny dismissed men began", event.Asserted},
		{"Reports of a mutiny after leave denied", event.Asserted},
		{"Reports of a mutiny, officers say, are false", event.Denied},
		{"Reports of a mutiny while others are false", event.Asserted},
		{"Reports of looting dismissed", event.Asserted}, // the words of a match are not its cue
	} {
		a := e.AssessAs("en", event.Item{Title: c.text})
		if got := a.Findings[0].Assertion; got != c.want {
			t.Errorf("%s is %s, want %s", c.text, got, c.want)
		}
	}
}
