package phrase

import (
	"fmt"
	"strings"
	"testing"

	"faultline/services/classifier/internal/token"
)

// plural is a stemmer good enough for tests.
func plural(w string) string {
	for _, ending := range []string{"ed", "s", "e"} {
		w = strings.TrimSuffix(w, ending)
	}
	return w
}

// bench is a program with one phrase and the sets of tests.
func program(t testing.TB, phrases ...string) *Program {
	t.Helper()
	b := NewBuilder(plural)
	for name, texts := range map[string][]string{
		"police": {"police", "riot police", "OMON"},
		"vip":    {"governor", "@boss"},
		"boss":   {"prime minister"},
	} {
		for _, text := range texts {
			b.Define(mustParse(t, text), b.Set(name))
		}
	}
	for _, text := range phrases {
		b.Add(mustParse(t, text))
	}
	p, err := b.Build(token.NewVocabulary())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func mustParse(t testing.TB, text string) *Node {
	t.Helper()
	n, err := Parse(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return n
}

// found lists the hits in a text, with slots.
func found(p *Program, text string) string {
	var d token.Document
	p.Lexicon().Read(&d, "", text)
	var m Matcher
	var counts []Mention
	for i := range d.Text.Tokens {
		if d.Text.Tokens[i].Has(token.Number) {
			counts = append(counts, Mention{Start: int32(i), End: int32(i + 1)})
		}
	}
	m.Match(p, &d.Text, counts, nil)
	var out []string
	for _, h := range m.Hits {
		start, end := d.Text.Span(int(h.Start), int(h.End))
		s := text[start:end]
		for _, slot := range h.Slots {
			start, end := d.Text.Span(int(slot.Start), int(slot.End))
			s += fmt.Sprintf(" <%s:%s>", slot.Name, text[start:end])
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func TestNotation(t *testing.T) {
	for _, c := range []struct{ phrase, text, want string }{
		{"clash", "Clashes in Osh", "Clashes"},
		{"clash", "A backlash", ""},
		{"=clash", "clashes clash", "clash"},
		{"=US", "tell us the U.S. and US troops", "U.S.; US"},
		{"=Turkey", "a turkey in Turkey", "Turkey"},
		{"kidnap*", "kidnap Kidnappers nap", "kidnap; Kidnappers"},
		{"(a|b c) d", "b c d a d", "b c d; a d"},
		{"((a|b) (c|d)|e)", "a d, b x e", "a d; e"},
		{"a [very] big fire", "a big fire a very big fire a very very big fire", "a big fire; a very big fire"},
		{"a [b|c] d", "a d a b d a c d a x d", "a d; a b d; a c d"},
		{"fire ..2 mall", "fire mall. fire in mall; fire in the mall, fire in the big mall", "fire mall; fire in mall; fire in the mall"},
		{"fire ..3 mall", "Fire. Mall", ""},
		{"fire ..3 mall", "fire, then mall", "fire, then mall"},
		{"fire mall", "fire, mall fire mall", "fire mall"},
		{"fire ~2 mall", "mall on fire", "mall on fire"},
		{"fire ~2 mall", "fire at mall", "fire at mall"},
		{"fire ~1 mall", "fire at the mall", ""},
		{"cease-fire", "cease-fire; cease fire; ceasefires", "cease-fire; cease fire; ceasefires"},
		{"ceasefire", "a cease-fire held", "cease-fire"},
		{"broken ceasefire", "a broken cease-fire", "broken cease-fire"},
		{"ceasefire broken", "the cease-fire broken", "cease-fire broken"},
		{"ceasefire violation*", "cease-fire violations", "cease-fire violations"},
		{"the ceasefire violation*", "the cease-fire violations", "the cease-fire violations"},
		{"@police fired", "Riot police fired, OMON fired", "Riot police fired; OMON fired"},
		{"fired ..2 @police", "fired at police", "fired at police"},
		{"<target:@vip> ..2 (seized|taken)", "the prime minister was seized", "prime minister was seized <target:prime minister>"},
		{"<actor:@police> ..3 beat ..3 <target:[young] men>", "Riot police then beat many young men", "Riot police then beat many young men <actor:Riot police> <target:young men>"},
		{"<n> ..2 killed", "12 were killed, 3 x y z killed", "12 were killed"},
		{"killed ..2 <n>", "killed at 12 o", "killed at 12"},
		{"didn't", "didnt didn’t", "didnt; didn’t"},
		{"a [..2 men] b", "a b a two men b a x y z men b", "a b; a two men b"},
	} {
		if got := found(program(t, c.phrase), c.text); got != c.want {
			t.Errorf("%q in %q\n got %q\nwant %q", c.phrase, c.text, got, c.want)
		}
	}
}
