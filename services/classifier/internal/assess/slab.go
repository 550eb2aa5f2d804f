package assess

import "faultline/pkg/event"

// slabs are what the findings of one assessment are given, made several at once.
type slabs struct {
	evidences []event.Evidence
	slots     []event.Slot
}

// Sizes of the slabs: what most assessments need at most, or half of it.
const (
	evidenceSlab = 8
	slotSlab     = 4
)

// evidence returns an empty list with room for n.
func (s *slabs) evidence(n int) []event.Evidence {
	if n > len(s.evidences) {
		s.evidences = make([]event.Evidence, max(n, evidenceSlab))
	}
	list := s.evidences[:0:n]
	s.evidences = s.evidences[n:]
	return list
}

// slot returns an empty slot.
func (s *slabs) slot() *event.Slot {
	if len(s.slots) == 0 {
		s.slots = make([]event.Slot, slotSlab)
	}
	slot := &s.slots[0]
	s.slots = s.slots[1:]
	return slot
}
