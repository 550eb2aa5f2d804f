package story

import (
	"iter"
	"slices"
)

const (
	maxPosting = 256  // profiles that a feature leads to, the latest
	maxLooked  = 1024 // profiles looked at for one report, by the rarest features
)

// postings lead from features to the profiles that have them. Their lists have numbers and
// not pointers: of a thousand profiles that share something with a report nearly all are
// passed over without a look at themselves, and the collector need not follow the lists.
type postings struct {
	lists map[uint64][]int32 // by feature, in the order the profiles came
	told  []*told            // by number; nil for one that is free
	free  []int32
	sums  []float64 // by number, for shared; 0 otherwise
}

func newPostings() *postings { return &postings{lists: map[uint64][]int32{}} }

// add gives the profile a number and lists it under its keys.
func (p *postings) add(t *told) {
	if n := len(p.free); n > 0 {
		t.number, p.free = p.free[n-1], p.free[:n-1]
	} else {
		t.number = int32(len(p.told))
		p.told, p.sums = append(p.told, nil), append(p.sums, 0)
	}
	p.told[t.number] = t
	for _, h := range t.keys {
		list := p.lists[h]
		if len(list) == maxPosting {
			list = slices.Delete(list, 0, 1)
		}
		p.lists[h] = append(list, t.number)
	}
}

// drop takes the profile out of the lists it is in.
func (p *postings) drop(t *told) {
	for _, h := range t.keys {
		list := p.lists[h]
		if at := slices.Index(list, t.number); at >= 0 {
			list = slices.Delete(list, at, at+1)
		}
		if len(list) == 0 {
			delete(p.lists, h)
		} else {
			p.lists[h] = list
		}
	}
	p.told[t.number] = nil
	p.free = append(p.free, t.number)
}

// shared are the numbers of the latest profiles that have one of the keys, with the sum of
// the squared weights of those they have. A number may come again, with 0.
func (p *postings) shared(keys []key) iter.Seq2[int32, float64] {
	var looked []int32
	for _, k := range keys {
		list := p.lists[k.hash]
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
