package alerter

import (
	"testing"

	"faultline/pkg/event"
)

func TestStories(t *testing.T) {
	s := NewStories(DefaultConfig())
	add := func(id, title, text string) string {
		s.Add(&event.Assessment{Item: event.Item{ID: id, Title: title, Text: text}, Language: "en"})
		return s.Story(id)
	}
	first := add("a", "Ferry strike halts island traffic", "Seamen of the island ferries began a strike on Monday over unpaid wages, and 3,400 tourists are stranded on the quays.")
	again := add("b", "Ferry strike: 3,400 tourists stranded", "A strike of ferry seamen over unpaid wages left 3,400 tourists stranded on island quays on Monday.")
	other := add("c", "Parliament debates harbour law", "Deputies discussed a draft law on harbour fees for the second day.")
	if first != again || first == other || first == "" {
		t.Errorf("stories %s, %s, %s", first, again, other)
	}
}
