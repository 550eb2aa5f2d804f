package story

import (
	"slices"
	"strings"
	"time"

	"faultline/pkg/correction"
	"faultline/pkg/event"
)

// suddenTime is how soon after a report a number that has grown beyond all bounds is of
// something else.
const suddenTime = time.Hour

// beyond reports whether a toll is so much higher than another one that it cannot have grown
// to it at once.
func beyond(before, after int) bool { return after > 4*before+10 }

// risingTime is how long after a report a title may tell that its toll has risen.
const risingTime = 24 * time.Hour

// risingWords begin the words by which titles say that a number has grown, in the ten
// languages of the rules; "=" before a whole word.
const risingWords = `=rises =risen =rose =climbs =climbed =mounts =mounted =jumps =jumped =grows =grown =grew
	выросл возросл увеличил достигл растет возрастает =өстү жогорула =өсті =жетті =жетти көбөйдү көбейді артты oshdi yetdi kopaydi
	yükseldi yükseliyor =çikti =ulaşti =artti salourdi alourdi =monte =grimpe =passe =sube =suben =asciende =ascienden =aumenta =aumentan =eleva
	расид афзуд афзоиш ارتفاع ارتفع ارتفعت يرتفع ترتفع`

// loweringWords are those by which titles say that a number given before was too high.
const loweringWords = `revis lower reduc correct clarif =fewer снизил уменьши уточн исправ пересмотр ошибочн =меньше азай такта түзөт төмөнде нақтыла түзет kamay aniqlashtir tuzat ислоҳ дақиқ
	düşürüldü =düştü güncelle düzelt azaldi =ramène ramené révis =baisse rectifi corrig rebaj reduj reduce =baja تصحيح تراجع خفض انخفاض`

// Lowers reports whether a title says that it corrects what was told before: it is headed so,
// or tells that a number is lower, in Uzbek in either script.
func Lowers(title string) bool {
	lowers := func(title string) bool { return says(words(title, maxLeadWords/3), loweringWords) }
	return correction.Of(title) != correction.None || lowers(title) || lowers(latinUzbek(title))
}

// says reports whether a word is one of a list, in which "=" stands before a whole word and else
// is the beginning of one.
func says(head []word, list string) bool {
	all := strings.Fields(list)
	return slices.ContainsFunc(head, func(w word) bool {
		return slices.ContainsFunc(all, func(stem string) bool {
			whole, ok := strings.CutPrefix(stem, "=")
			return ok && w.text == whole || !ok && strings.HasPrefix(w.text, stem)
		})
	})
}

// rising reports whether the later of two reports of one town says in its title that the
// toll has risen, and counts more people than the earlier one: of what it is told cannot
// be seen from numbers then.
func rising(a, b *Profile, where area) bool {
	old, later := b, a
	if a.time.Before(b.time) {
		old, later = a, b
	}
	return later.rising && where >= areaNear && later.time.Sub(old.time) <= risingTime && old.set&later.fits != 0 && higher(old, later)
}

// higher reports whether a count of people is higher in the later report, and none lower.
// If the title gives one, it is of that which it says that it has grown: dead are no rise of a
// number of wounded. A number in the title stands in for a count that the rules did not read.
func higher(old, later *Profile) bool {
	up := false
	before, after := counts(old.casualties), counts(later.casualties)
	inTitle := func(n *event.Count) bool {
		return n != nil && slices.Contains(later.titleNumbers, rounded(uint64(n.Min)))
	}
	given := slices.ContainsFunc(after[:], inTitle)
	for i, x := range before {
		y := after[i]
		switch {
		case x == nil:
		case y == nil && given: // the title counts others
		case y == nil:
			up = up || slices.ContainsFunc(later.titleNumbers, func(n uint64) bool { return n > uint64(x.Min) && !beyond(x.Min, int(min(n, lasting))) })
		case y.Min < x.Min, apart(old, later) < suddenTime && beyond(x.Min, y.Min):
			return false
		default:
			up = up || y.Min > x.Min && (!given || inTitle(y))
		}
	}
	return up
}
