package story

import (
	"iter"
	"slices"
)

const (
	maxPosting = 256  // profiles that a feature leads to, the latest
	maxLooked  = 1024 // profiles looked at for one report, by the rarest features
)

// postings lead from features to the profiles that have them. They have numbers and
// not pointers: of a thousand profiles that share something with a report nearly all are
// passed over without a look at themselves, and the collector need not follow the lists.
// Most features are of one profile, so that there are many more of them than lists.
type postings struct {
	features map[uint64]posting
	lists    [][]int32 // in the order the profiles came; nil for one that is free
	empty    []int32   // the numbers of the lists that are free
	told     []*told   // by number; nil for one that is free
	free     []int32
	sums     []float64 // by number, for shared; 0 otherwise
}

// posting is where a feature leads: to the profile of this number, or, where it is
// negative, to those of the list ^number.
type posting int32

func newPostings() *postings { return &postings{features: map[uint64]posting{}} }

// add gives the profile a number and lists it under its keys.
func (p *postings) add(t *told, keys []uint64) {
	if n := len(p.free); n > 0 {
		t.number, p.free = p.free[n-1], p.free[:n-1]
	} else {
		t.number = int32(len(p.told))
		p.told, p.sums = append(p.told, nil), append(p.sums, 0)
	}
	p.told[t.number] = t
	for _, h := range keys {
		switch at, ok := p.features[h]; {
		case !ok:
			p.features[h] = posting(t.number)
		case at >= 0:
			p.features[h] = p.list(int32(at), t.number)
		default:
			list := p.lists[^at]
			if len(list) == maxPosting {
				list = slices.Delete(list, 0, 1)
			}
			p.lists[^at] = append(list, t.number)
		}
	}
}

// list makes a list of two profiles.
func (p *postings) list(first, second int32) posting {
	list := []int32{first, second}
	if n := len(p.empty); n > 0 {
		at := p.empty[n-1]
		p.empty, p.lists[at] = p.empty[:n-1], list
		return ^posting(at)
	}
	p.lists = append(p.lists, list)
	return ^posting(len(p.lists) - 1)
}

// drop takes the profile out of the lists it is in.
func (p *postings) drop(t *told, keys []uint64) {
	for _, h := range keys {
		at, ok := p.features[h]
		switch {
		case !ok || at >= 0 && int32(at) != t.number: // its list was full, and later ones took its place
		case at >= 0:
			delete(p.features, h)
		default:
			p.features[h] = p.without(at, t.number)
		}
	}
	p.told[t.number] = nil
	p.free = append(p.free, t.number)
}

// without is where a list leads once a profile is not in it any more.
func (p *postings) without(at posting, number int32) posting {
	list := p.lists[^at]
	if i := slices.Index(list, number); i >= 0 {
		list = slices.Delete(list, i, i+1)
		p.lists[^at] = list
	}
	if len(list) > 1 {
		return at
	}
	p.lists[^at], p.empty = nil, append(p.empty, int32(^at))
	return posting(list[0])
}

// under are the numbers of the profiles that a feature leads to, put into one if it is one.
func (p *postings) under(feature uint64, one *[1]int32) []int32 {
	at, ok := p.features[feature]
	switch {
	case !ok:
		return nil
	case at < 0:
		return p.lists[^at]
	}
	one[0] = int32(at)
	return one[:]
}

// shared are the numbers of the latest profiles that have one of the keys, with the sum of
// the squared weights of those they have. A number may come again, with 0.
func (p *postings) shared(keys []key) iter.Seq2[int32, float64] {
	var looked []int32
	var one [1]int32
	for _, k := range keys {
		list := p.under(k.hash, &one)
		list = list[max(0, len(list)-(maxLooked-len(looked))):]
		looked = append(looked, list...)
		for _, number := range list {
			p.sums[number] += k.weight * k.weight
		}
	}
	return func(yield func(int32, float64) bool) {
		more := true
		for _, number := range looked {
			sum := p.sums[number]
			if p.sums[number] = 0; more {
				more = yield(number, sum)
			}
		}
	}
}
