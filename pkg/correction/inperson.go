package correction

import (
	"slices"
	"strings"
	"unicode"
)

// leadRunes is how much of a text is read: an outlet says so at once.
const leadRunes = 500

// Withdraws reports whether an item takes back what its outlet reported: its title is
// headed so, or the item says so in the outlet's own voice.
func Withdraws(title, text string) bool {
	runes, end := 0, len(text)
	for at := range text {
		if runes == leadRunes {
			end = at
			break
		}
		runes++
	}
	return Of(title) == TakesBack || inPerson(title+"\n"+text[:end])
}

// inPerson reports whether a sentence of the text takes back, in the outlet's own voice, a report of
// its own: it does so in the first person, or says that the report is withdrawn or was false. What
// somebody else says of that report, or asks for, is theirs.
func inPerson(text string) bool {
	folded := strings.NewReplacer("ё", "е", "’", "'", "‘", "'", "ʻ", "'", "ʼ", "'").Replace(strings.ToLower(text))
	if !mentions(folded, own()) && !mentions(folded, newsroom()) {
		return false
	}
	apart := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) && r != '\'' }
	for sentence := range strings.FieldsFuncSeq(folded, func(r rune) bool { return strings.ContainsRune(".!?;\n؟۔؛", r) }) {
		if takesBack(" " + strings.Join(strings.FieldsFunc(sentence, apart), " ") + " ") {
			return true
		}
	}
	return false
}

// mentions reports whether one of the words is anywhere in a text.
func mentions(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, strings.TrimSpace(w)) })
}

const (
	// beside is how many words stand at most between a report, or who publishes it, and a verb that is
	// said of troops and ambassadors as well.
	beside = 2
	// behind is how many words stand at most between what is said and who says it: "was false, the
	// interior ministry said".
	behind = 5
	// led is how many stand at most between who says it and the first person: "the agency said that we
	// withdraw", but not "after what the police said of it we withdraw".
	led = 1
)

// takesBack reads one sentence.
func takesBack(sentence string) bool {
	reports := slices.DeleteFunc(places(sentence, own()), func(p place) bool { return follows(sentence, p, supposing()) || isHad(sentence[p.to:]) })
	rooms := places(sentence, newsroom())
	if len(places(sentence, published())) == 0 {
		rooms = nil // of a newsroom's people
	}
	if len(reports)+len(rooms) == 0 {
		return false
	}
	said := places(sentence, saying())
	voiced := func(of, verb place) bool { return !attributed(sentence, said, of, verb, len(sentence)) }
	spoken := func(of, verb place) bool { return !attributed(sentence, said, of, verb, led) }
	near := func(of, verb place) bool { return between(sentence, of, verb) <= beside && voiced(of, verb) }
	quiet := func(of, verb place) bool {
		return voiced(of, verb) && !slices.ContainsFunc(said, func(s place) bool { return of.to <= s.from && s.to <= verb.from })
	}
	return pair(reports, done(sentence, weDo()), spoken) ||
		pair(reports, done(sentence, wasFalse()), voiced) ||
		pair(reports, done(sentence, wasNot()), quiet) ||
		pair(reports, done(sentence, isWithdrawn()), near) ||
		pair(rooms, done(sentence, theyDo()), near)
}

// isHad reports whether what follows words for a report says that there is none, or that there
// is: "haberimiz yok" is to know nothing of it.
func isHad(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	return slices.ContainsFunc(having(), func(w string) bool { return strings.HasPrefix(rest, w) })
}

// pair reports whether one of the one and one of the other places fit.
func pair(one, other []place, fit func(a, b place) bool) bool {
	return slices.ContainsFunc(one, func(a place) bool {
		return slices.ContainsFunc(other, func(b place) bool { return fit(a, b) })
	})
}

// attributed reports whether what is said of a report is said by others than the outlet: by those named
// at most so many words before both, unless the outlet speaks from there on, or shortly after. Who stands
// between the two is quoted by the report.
func attributed(sentence string, said []place, report, verb place, before int) bool {
	from, to := min(report.from, verb.from), max(report.to, verb.to)
	return slices.ContainsFunc(said, func(s place) bool {
		switch {
		case s.to <= from:
			return between(sentence, s, place{from, to}) <= before && !ours(lastWords(sentence[:s.from], 2)+sentence[s.from:from])
		case s.from >= to:
			return between(sentence, place{from, to}, s) <= behind && !ours(sentence[to:s.from])
		}
		return false
	})
}

// ours reports whether the outlet speaks in a part of a sentence.
func ours(part string) bool {
	part = " " + strings.TrimSpace(part) + " "
	return len(places(part, ourselves())) > 0 || len(places(part, newsroom())) > 0
}

// lastWords are the last n words of a part of a sentence.
func lastWords(part string, n int) string {
	words := strings.Fields(part)
	return strings.Join(words[max(0, len(words)-n):], " ")
}

// place is where in a sentence a word begins, by the space before it, and where what is
// known of it ends.
type place struct{ from, to int }

// places are where the words are, each wherever it is.
func places(sentence string, words []string) (all []place) {
	for _, w := range words {
		length := len(" " + strings.TrimSpace(w))
		for from := 0; ; {
			at := strings.Index(sentence[from:], " "+w)
			if at < 0 {
				break
			}
			all = append(all, place{from + at, from + at + length})
			from += at + length
		}
	}
	return all
}

// done are the places of those words that nobody refuses to do, or is only asked to.
func done(sentence string, words []string) []place {
	return slices.DeleteFunc(places(sentence, words), func(p place) bool {
		return follows(sentence, p, refusing()) || follows(sentence, p, supposing()) ||
			slices.ContainsFunc(undoing(), func(w string) bool { return strings.HasPrefix(sentence[p.to:], " "+w+" ") })
	})
}

// follows reports whether one of the words stands right before a place.
func follows(sentence string, p place, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasSuffix(sentence[:p.from], " "+w) })
}

// between is how many words stand between two places.
func between(sentence string, a, b place) int {
	if b.from < a.from {
		a, b = b, a
	}
	_, after, _ := strings.Cut(sentence[min(a.to, b.from):b.from], " ") // without the ending of the first
	return len(strings.Fields(after))
}
