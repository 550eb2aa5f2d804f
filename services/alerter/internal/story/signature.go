package story

import "math"

// signatureSlots is the number of MinHash slots: the standard error of the
// estimated likeness is at most 0.05.
const signatureSlots = 128

// maxSignatureWords bounds the work on one text.
const maxSignatureWords = 4000

// Signature is the one-permutation MinHash (Li, Owen, Zhang 2012) of the
// 3-shingles of folded words of a text: each shingle falls into one of 128
// slots, and a slot keeps 16 bits of its least one. 0 is an empty slot.
func Signature(text string) []uint32 {
	sc := scanner{text: text, sentence: true}
	hashes := make([]uint64, 0, min(maxSignatureWords, len(text)/5+1))
	for len(hashes) < maxSignatureWords {
		w, ok := sc.next()
		if !ok {
			break
		}
		hashes = append(hashes, wordHash(w))
	}
	if len(hashes) == 0 {
		return nil
	}
	var least [signatureSlots]uint64
	for i := range least {
		least[i] = math.MaxUint64
	}
	for _, h := range shingles(hashes) {
		slot := h >> 57
		least[slot] = min(least[slot], h)
	}
	out := make([]uint32, signatureSlots)
	for i, h := range least {
		if h != math.MaxUint64 {
			out[i] = uint32(mix(h)%0xFFFF) + 1
		}
	}
	return out
}

// shingles hashes every run of three words, of which it gets the hashes and whose
// place it takes; a text of one or two words is one shingle.
func shingles(hashes []uint64) []uint64 {
	if len(hashes) == 0 {
		return nil
	}
	if len(hashes) < 3 {
		h := hashes[0]
		for _, next := range hashes[1:] {
			h = mix(h ^ next)
		}
		return []uint64{mix(h)}
	}
	out := hashes[:0]
	for i := 0; i+2 < len(hashes); i++ {
		out = append(out, mix(mix(mix(hashes[i])^hashes[i+1])^hashes[i+2]))
	}
	return out
}

// Jaccard estimates the share of shingles that two texts have in common, 0 to
// 1, from their signatures; 0 when one of them is missing.
func Jaccard(a, b []uint32) float64 {
	if len(a) != signatureSlots || len(b) != signatureSlots {
		return 0
	}
	equal, used := 0, 0
	for i, x := range a {
		y := b[i]
		if x|y == 0 {
			continue
		}
		used++
		if x == y {
			equal++
		}
	}
	if used == 0 {
		return 0
	}
	return float64(equal) / float64(used)
}

// wordHash tells numbers apart by their value.
func wordHash(w word) uint64 {
	if w.number >= 0 {
		return mix(uint64(w.number) ^ uint64(w.fraction)<<40 ^ 0x9E3779B97F4A7C15)
	}
	return hashString(w.text)
}

// hashString is FNV-1a, mixed.
func hashString(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return mix(h)
}

// mix is the finalizer of SplitMix64: every bit of the input moves every bit of
// the output.
func mix(h uint64) uint64 {
	h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9
	h = (h ^ (h >> 27)) * 0x94D049BB133111EB
	return h ^ (h >> 31)
}
