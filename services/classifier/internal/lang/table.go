package lang

// table gives sets of profiles by a key that is not 0. Most words of a text are
// in none: so many slots are free that one look says so.
type table struct {
	slots []slot // a power of two
	used  int
}

type slot struct{ key, set uint64 }

func newTable() table { return table{slots: make([]slot, 64)} }

// find is where the key is, or the free slot where it belongs.
func (t *table) find(key uint64) *slot {
	const golden = 0x9E3779B97F4A7C15
	mask := uint64(len(t.slots) - 1)
	for i := key * golden >> 32 & mask; ; i = (i + 1) & mask {
		if s := &t.slots[i]; s.key == key || s.key == 0 {
			return s
		}
	}
}

// set is the set of a key, 0 when it has none.
func (t *table) set(key uint64) uint64 { return t.find(key).set }

// add adds profiles to the set of a key.
func (t *table) add(key, profiles uint64) {
	if t.used*4 >= len(t.slots) {
		old := t.slots
		t.slots = make([]slot, 2*len(old))
		for _, s := range old {
			if s.key != 0 {
				*t.find(s.key) = s
			}
		}
	}
	s := t.find(key)
	if s.key == 0 {
		t.used++
	}
	s.key, s.set = key, s.set|profiles
}
