package story

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// textOf is a text of n words that no other number has.
func textOf(number uint64, n int) string {
	random := rand.New(rand.NewPCG(number, 7))
	words := make([]string, n)
	for i := range words {
		words[i] = fmt.Sprintf("w%d", random.IntN(40_000))
	}
	return strings.Join(words, " ")
}

func TestPastFindsCopies(t *testing.T) {
	const stories = 2000
	p := NewPast(stories)
	for i := range uint64(stories) {
		p.Add(fmt.Sprint(i), [][]uint32{Signature(textOf(i, 60+int(i)%200)), Signature(textOf(i+1e6, 80))})
	}
	found, strangers := 0, 0
	for i := range uint64(stories) {
		copied := "TOWN (Wire) - " + textOf(i, 60+int(i)%200) + " The desk of the outlet"
		if ids := p.Find(Signature(copied)); len(ids) > 0 && ids[0] == fmt.Sprint(i) {
			found++
		}
		if ids := p.Find(Signature(textOf(i+1e6, 80))); !slices.Equal(ids, []string{fmt.Sprint(i)}) {
			t.Errorf("the other report of %d leads to %v", i, ids)
		}
		strangers += len(p.Find(Signature(textOf(i+1e9, 100))))
	}
	if found < stories*995/1000 || strangers > 0 {
		t.Errorf("%d of %d copies found, and %d strangers", found, stories, strangers)
	}
}

// What is short may be said of many events.
func TestPastKeepsNoShortText(t *testing.T) {
	p := NewPast(10)
	p.Add("short", [][]uint32{Signature(textOf(1, 30)), nil})
	if p.Len() != 0 || p.Find(Signature(textOf(1, 30))) != nil || p.Find(nil) != nil {
		t.Error("a short text is looked for")
	}
}

func TestPastIsBounded(t *testing.T) {
	p := NewPast(80)
	for i := range uint64(400) {
		p.Add(fmt.Sprint(i), [][]uint32{Signature(textOf(i, 100))})
		if p.Len() > 80 || len(p.byKey) > 81*sketchKeys {
			t.Fatalf("%d stories, %d keys", p.Len(), len(p.byKey))
		}
	}
	if p.Find(Signature(textOf(399, 100))) == nil || p.Find(Signature(textOf(0, 100))) != nil {
		t.Error("not the oldest are forgotten")
	}
	p.Add("399", nil)
	p.Remove("398")
	p.Remove("nothing")
	if p.Find(Signature(textOf(399, 100))) != nil || p.Find(Signature(textOf(398, 100))) != nil {
		t.Error("what was removed is found")
	}
	for id := range p.stories {
		p.Remove(id)
	}
	if len(p.byKey) != 0 {
		t.Errorf("%d keys of no story", len(p.byKey))
	}
}
