package story

import "math"

// wording is how far two texts are word for word the same, as shares of phrases.
type wording struct {
	whole   float64 // of both texts
	lead    float64 // of the smaller lead, numbers and places left out
	opening float64 // of the smaller title and first words, likewise
	copied  bool
}

func compareWording(c Config, a, b *Profile) wording {
	w := wording{
		whole: Jaccard(a.Signature, b.Signature), lead: containment(a.shingles, b.shingles), opening: containment(a.opening, b.opening),
	}
	w.copied = w.whole >= c.Copy || w.lead >= c.Copy && whollyShort(a, b)
	return w
}

// one reports whether the texts are of one wording: one story, or one form.
func (w wording) one() bool { return w.copied || w.lead >= oneWording || w.opening >= oneOpening }

// retold reports whether one text can be the other with another number in it: most of
// it is the same, or what stands first was written anew. A form begins alike.
func (w wording) retold() bool { return w.whole >= oneText || w.opening < oneOpening/2 }

// rewritten is how much the share of phrases in common, the mean of the whole texts'
// and the leads', says that one text is the other with a new beginning. Texts that
// share no more than what all of their outlets write share a fifth or a third.
func rewritten(share float64) float64 {
	const least, most = 0.38, 0.48
	return min(1, max(0, share-least)/(most-least))
}

// anew is how much two texts say that one is the other with a new beginning: as far as what
// they share word for word was written for the event. Where they begin alike nobody wrote the
// beginning anew, and phrases that are told of many places are of a form, with what follows it.
// What is left of other texts must be more than the sentences that many stories end with.
func (k *knowledge) anew(a, b *Profile, w wording) float64 {
	share := (w.whole + w.lead) / 2
	if rewritten(share) == 0 {
		return 0
	}
	if w.opening >= oneOpening {
		return rewritten(share * (1 - k.forms(a.opening, b.opening)))
	}
	const least, most = 0.15, 0.25
	return rewritten(share) * min(1, max(0, k.ownLead(a, b)-least)/(most-least))
}

// forms is the share of the phrases in common that are told of many places.
func (k *knowledge) forms(a, b []uint64) float64 {
	both, forms := 0.0, 0.0
	each(a, b, func(h uint64) {
		both++
		forms += truth(k.isForm(h))
	})
	return forms / max(1, both)
}

// ownLead is the share of the smaller lead's phrases that both have, weighed by rarity.
func (k *knowledge) ownLead(a, b *Profile) float64 {
	sum := func(a, b []uint64) (sum float64) {
		each(a, b, func(h uint64) { sum += k.phraseWeight(h) })
		return sum
	}
	return sum(a.shingles, b.shingles) / max(1, min(sum(a.shingles, a.shingles), sum(b.shingles, b.shingles)))
}

// phraseWeight is the information of a phrase: 1 for one that no other place was told of, near
// 0 for one that most stories have.
func (k *knowledge) phraseWeight(h uint64) float64 {
	slot := k.phrases[h%formSlots]
	if slot.tag != uint32(h>>32) || slot.places < formPlaces {
		return 1
	}
	return max(0, 1-math.Log(float64(slot.places)+1)/math.Log(k.stories+formPlaces))
}
