package assess

import (
	"testing"

	"faultline/pkg/event"
)

// What comes from one slab does not share its place.
func TestSlabs(t *testing.T) {
	var s slabs
	var lists [][]event.Evidence
	var slots []*event.Slot
	for i := range 20 {
		list := s.evidence(i % 4)
		if len(list) != 0 || cap(list) != i%4 {
			t.Fatalf("a list of %d has room for %d of %d", i%4, cap(list)-len(list), i%4)
		}
		for k := range i % 4 {
			list = append(list, event.Evidence{Start: i, End: k})
		}
		slot := s.slot()
		slot.Start = i
		lists, slots = append(lists, list), append(slots, slot)
	}
	for i, list := range lists {
		for k, e := range list {
			if e.Start != i || e.End != k {
				t.Errorf("list %d has %v at %d", i, e, k)
			}
		}
		if slots[i].Start != i || slots[i].Kind != "" {
			t.Errorf("slot %d is %v", i, slots[i])
		}
	}
	if list := s.evidence(3 * evidenceSlab); cap(list) != 3*evidenceSlab {
		t.Errorf("a list has room for %d, want %d", cap(list), 3*evidenceSlab)
	}
}
