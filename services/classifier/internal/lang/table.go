package lang

// table gives sets of profiles by a key that is not 0. Most words of a text are
// in none: a look at one bit says so of nearly all, and so many slots are free that
// one more look says so of the rest.
type table struct {
	sieve [1 << sieveBits / 64]uint64 // a bit is set where a key's hash begins with its number
	slots []slot                      // a power of two
	used  int
}

// sieveBits is how much of a hash the sieve knows. It fills 4 kB, which stay in the
// processor's cache from text to text; the slots of the frequent words fill 64.
const sieveBits = 15

type slot struct{ key, set uint64 }

func newTable() table { return table{slots: make([]slot, 64)} }

// hashOf is the hash of a key.
func hashOf(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 }

// find is where the key is, or the free slot where it belongs.
func (t *table) find(key uint64) *slot {
	mask := uint64(len(t.slots) - 1)
	for i := hashOf(key) >> 32 & mask; ; i = (i + 1) & mask {
		if s := &t.slots[i]; s.key == key || s.key == 0 {
			return s
		}
	}
}

// set is the set of a key, 0 when it has none.
func (t *table) set(key uint64) uint64 {
	if bit := hashOf(key) >> (64 - sieveBits); t.sieve[bit/64]>>(bit%64)&1 == 0 {
		return 0
	}
	return t.find(key).set
}

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
	bit := hashOf(key) >> (64 - sieveBits)
	t.sieve[bit/64] |= 1 << (bit % 64)
	s := t.find(key)
	if s.key == 0 {
		t.used++
	}
	s.key, s.set = key, s.set|profiles
}
