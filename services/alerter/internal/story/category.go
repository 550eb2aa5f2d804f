package story

import "math/bits"

// categorySet holds categories as bits, in the order of event.Categories.
type categorySet uint32

// themes are groups of categories that one event can show, depending on which
// side of it a report tells: a protest turns into a riot, is put down, and
// leaves people dead.
func themes() [][]string {
	return [][]string{
		{"protest", "riot", "crackdown", "casualties", "building-seizure", "price-unrest", "ethnic-violence"},
		{"armed-clash", "armed-attack", "casualties", "spillover", "mutiny", "ethnic-violence", "displacement"},
		{"armed-clash", "armed-attack", "kidnapping", "building-seizure", "arms-hoarding"},
		{"armed-attack", "casualties", "crackdown", "riot"},
		{"coup", "mutiny", "building-seizure", "crackdown", "protest", "armed-clash"},
		{"secession", "protest", "building-seizure", "coup", "mutiny"},
		{"ethnic-violence", "displacement", "spillover", "riot", "crackdown"},
		{"kidnapping", "protest", "building-seizure", "ethnic-violence"},
		{"base-status", "protest", "spillover"},
		{"extradition", "coup", "crackdown", "kidnapping"},
	}
}

// containment is the share of the smaller of two sets that is in the other one.
func (s categorySet) containment(o categorySet) float64 {
	least := min(bits.OnesCount32(uint32(s)), bits.OnesCount32(uint32(o)))
	if least == 0 {
		return 0
	}
	return float64(bits.OnesCount32(uint32(s&o))) / float64(least)
}

// table maps categories to bits and to the categories that can be of the same
// event.
type table struct {
	bit        map[string]categorySet
	compatible map[categorySet]categorySet
}

func newTable(categories []string) table {
	t := table{bit: map[string]categorySet{}, compatible: map[categorySet]categorySet{}}
	for i, c := range categories {
		bit := categorySet(1) << i
		t.bit[c] = bit
		t.compatible[bit] = bit
	}
	for _, theme := range themes() {
		all := t.set(theme)
		for _, c := range theme {
			t.compatible[t.bit[c]] |= all
		}
	}
	return t
}

// set is the categories as bits; unknown ones are left out.
func (t table) set(categories []string) categorySet {
	var out categorySet
	for _, c := range categories {
		out |= t.bit[c]
	}
	return out
}

// reach is every category that fits to one of the set. A text without any
// category fits to all.
func (t table) reach(set categorySet) categorySet {
	if set == 0 {
		return ^categorySet(0)
	}
	var out categorySet
	for bit, fits := range t.compatible {
		if set&bit != 0 {
			out |= fits
		}
	}
	return out
}
