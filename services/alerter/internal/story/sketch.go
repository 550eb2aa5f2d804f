package story

import "math/bits"

// sketch is a profile's features as a set of 512 bits: how many bits two of
// them share bounds, roughly, what a full comparison can find.
type sketch [8]uint64

func (s *sketch) add(h uint64) { s[h>>6&7] |= 1 << (h & 63) }

func (s *sketch) shared(o *sketch) int {
	n := 0
	for i := range s {
		n += bits.OnesCount64(s[i] & o[i])
	}
	return n
}

// draw puts into the sketch what two reports of one story are likely to share.
// Words that belong to a form would only make stories of that form look alike.
func (f *Profile) draw() {
	f.sketch = sketch{}
	for _, t := range f.terms {
		if !t.form {
			f.sketch.add(t.hash)
		}
	}
	for kind, set := range [][]uint64{f.numbers, f.names, f.entities, f.placeIDs} {
		for _, h := range set {
			f.sketch.add(mix(h + uint64(kind)<<60))
		}
	}
	for _, h := range f.Signature[:min(len(f.Signature), 16)] {
		if h != 0 {
			f.sketch.add(mix(uint64(h) << 32))
		}
	}
}
