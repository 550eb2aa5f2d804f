package story

import (
	"encoding/binary"
	"slices"
	"time"
	"unique"

	"faultline/pkg/event"
)

// kept is a profile as an index has it: in half the space and with few pointers, since an
// index has tens of thousands, which the collector would look through again and again. opened
// makes of it what can be compared.
type kept struct {
	words   []uint64          // what lengths tells of, one after the other
	small   []byte            // the signature, what terms are, where in the shingles the opening is
	listed  []byte            // by which of its features it is found, by bit
	lengths [keptSets]uint16  // in elements
	counts  [countKinds]int32 // where in words a count of casualties is; 0: it is unknown
	time    time.Time
	nearest float64
	further float64
	outlet  uint64
	place   unique.Handle[event.Place] // if placed
	about   unique.Handle[about]
	signs   []sign
	title   string

	set, fits                                                    categorySet
	placed, exercise, presumed, updated, rising, slain, complete bool
}

// about is what many reports have in common.
type about struct{ country, category, language string }

// What is kept besides the sets, in the order of their lengths.
const (
	plainSets   = 19 + int(thingKinds)
	keptTerms   = plainSets
	keptNames   = plainSets + 1 // names of the title
	keptSlots   = plainSets + 2 // of the signature
	keptOpening = plainSets + 3
	keptSets    = plainSets + 4
	countKinds  = 5
	wordsOfName = 3
)

// What a term is, by bit.
const (
	termOfTitle = 1 << iota
	termOfForm
)

// The number of a shingle fits into a byte.
const _ = uint8(maxLeadWords + maxLeadWords/3)

// sets are the sets of a profile, but for the opening, which is a part of the shingles.
func (f *Profile) sets() (all [plainSets]*[]uint64) {
	named := [...]*[]uint64{
		&f.shingles, &f.numbers, &f.dates, &f.titleNumbers, &f.titleDates, &f.quoted, &f.names, &f.spelt, &f.speakers, &f.cited, &f.entities, &f.placeIDs, &f.called,
		&f.titleSites, &f.titlePeople, &f.rare, &f.titleYears, &f.titleSpeakers, &f.targets,
	}
	for kind := range f.things {
		all[len(named)+kind] = &f.things[kind]
	}
	copy(all[:], named[:])
	return all
}

// keep packs a profile that is found by those of its features whose bit is set.
func (f *Profile) keep(listed []byte) kept {
	k := kept{
		time: f.time, nearest: f.nearest, further: f.further, outlet: f.outlet, title: f.title, set: f.set, fits: f.fits, listed: listed,
		exercise: f.exercise, presumed: f.presumed, updated: f.updated, rising: f.rising, slain: f.slain, complete: f.complete,
		about: unique.Make(about{f.country, f.category, f.language}), signs: make([]sign, 0, len(f.signs)),
	}
	if f.place != nil {
		place := *f.place
		place.Evidence, place.Confidence = event.Evidence{}, 0
		k.place, k.placed = unique.Make(place), true
	}
	for _, s := range f.signs {
		k.signs = append(k.signs, sign{s.hash, unique.Make(s.category).Value()})
	}
	k.keepWords(f)
	k.keepSmall(f)
	return k
}

func (k *kept) keepWords(f *Profile) {
	words := make([]uint64, 0, 512)
	for i, set := range f.sets() {
		words, k.lengths[i] = append(words, *set...), uint16(len(*set))
	}
	for _, t := range f.terms {
		words = append(words, t.hash)
	}
	for _, n := range f.titleNames {
		words = append(words, n.stem, n.skeleton, bit(n.joined, 1))
	}
	k.lengths[keptTerms], k.lengths[keptNames] = uint16(len(f.terms)), uint16(len(f.titleNames))
	words = append(words, 0) // so that no count is at 0
	for kind, c := range counts(f.casualties) {
		if c != nil {
			k.counts[kind] = int32(len(words))
			words = append(words, uint64(c.Min), uint64(c.Max), bit(c.Over, 1))
		}
	}
	k.words = slices.Clone(words)
}

func (k *kept) keepSmall(f *Profile) {
	small := make([]byte, 0, 1024)
	for _, slot := range f.Signature {
		small = binary.LittleEndian.AppendUint16(small, uint16(slot))
	}
	for _, t := range f.terms {
		small = append(small, byte(bit(t.title, termOfTitle)|bit(t.form, termOfForm)))
	}
	for _, h := range f.opening {
		at, _ := slices.BinarySearch(f.shingles, h)
		small = append(small, byte(at))
	}
	k.lengths[keptSlots], k.lengths[keptOpening] = uint16(len(f.Signature)), uint16(len(f.opening))
	k.small = slices.Clone(small)
}

// opened is room for a profile that is compared, for one after the other.
type opened struct {
	profile Profile
	place   event.Place
	counts  [countKinds]event.Count
}

// open makes a profile of what is kept, which is good until the room is used again.
func (k *kept) open(o *opened) *Profile {
	f := &o.profile
	a := k.about.Value()
	*f = Profile{
		Signature: f.Signature[:0], terms: f.terms[:0], opening: f.opening[:0], titleNames: f.titleNames[:0],
		country: a.country, category: a.category, language: a.language, set: k.set, fits: k.fits, signs: k.signs, time: k.time,
		exercise: k.exercise, nearest: k.nearest, presumed: k.presumed, updated: k.updated, rising: k.rising, slain: k.slain,
		complete: k.complete, outlet: k.outlet, title: k.title, further: k.further,
	}
	if k.placed {
		o.place = k.place.Value()
		f.place = &o.place
	}
	at := 0
	for i, set := range f.sets() {
		*set = k.words[at : at+int(k.lengths[i]) : at+int(k.lengths[i])]
		at += int(k.lengths[i])
	}
	k.openSmall(f, k.words[at:])
	for kind, p := range [countKinds]**event.Count{&f.casualties.Killed, &f.casualties.Injured, &f.casualties.Missing, &f.casualties.Detained, &f.casualties.Displaced} {
		if at := k.counts[kind]; at > 0 {
			o.counts[kind] = event.Count{Min: int(k.words[at]), Max: int(k.words[at+1]), Over: k.words[at+2] != 0}
			*p = &o.counts[kind]
		}
	}
	return f
}

// openSmall takes the terms and the names of the title from the words, and what small tells.
func (k *kept) openSmall(f *Profile, words []uint64) {
	slots, small := k.small[:2*k.lengths[keptSlots]], k.small[2*k.lengths[keptSlots]:]
	f.Signature = slices.Grow(f.Signature, int(k.lengths[keptSlots]))[:k.lengths[keptSlots]]
	for i := range f.Signature {
		f.Signature[i] = uint32(binary.LittleEndian.Uint16(slots[2*i:]))
	}
	f.terms = slices.Grow(f.terms, int(k.lengths[keptTerms]))[:k.lengths[keptTerms]]
	for i := range f.terms {
		f.terms[i] = term{hash: words[i], title: small[i]&termOfTitle != 0, form: small[i]&termOfForm != 0}
	}
	words = words[k.lengths[keptTerms]:]
	for i := range int(k.lengths[keptNames]) {
		n := words[i*wordsOfName:]
		f.titleNames = append(f.titleNames, titleName{n[0], n[1], n[2] != 0})
	}
	for _, at := range small[k.lengths[keptTerms]:] {
		f.opening = append(f.opening, f.shingles[at])
	}
}

func bit(set bool, value uint64) uint64 {
	if set {
		return value
	}
	return 0
}
