package quantity

import (
	"slices"
	"strings"

	"faultline/services/classifier/internal/token"
)

// reachOfPart is how many words may stand between "including" and the number:
// "including a policeman and two children".
const reachOfPart = 6

// part reports whether the number is part of one before it. found are those.
func (r *reader) part(n Number, found []Number) bool {
	if r.partPhrase(n.End, parted) {
		return true
	}
	for i := n.Start - 1; i >= 0 && n.Start-i <= reachOfPart; i-- {
		if r.field.Tokens[i+1].Flags&(token.Break|token.SentenceStart) != 0 && i+1 < n.Start {
			return false
		}
		if len(found) > 0 && i < found[len(found)-1].End {
			last := found[len(found)-1]
			return last.Part && last.End > i && r.words.Joins(r.field, n)
		}
		if r.partPhrase(i, partial) {
			return true
		}
	}
	return false
}

// Included reports whether what the tokens [start, end) speak of is part of others
// that were named before: "including a woman".
func (rd *Reader) Included(f *token.Field, start, end int) bool {
	r := reader{field: f, words: rd}
	return r.part(Number{Start: start, End: end}, nil)
}

// partPhrase reports whether one of the phrases, those before a number or those
// behind it, begins at token i.
func (r *reader) partPhrase(i int, which role) bool {
	if i >= len(r.field.Tokens) || !which.is(&r.field.Tokens[i]) {
		return false
	}
	phrases := r.words.parts[0]
	if which == parted {
		phrases = r.words.parts[1]
	}
	return slices.ContainsFunc(phrases, func(q qualifier) bool { return len(q.words) > 0 && r.matches(i, i, q.words) })
}

// Joins reports whether "and" stands directly before the number.
func (rd *Reader) Joins(f *token.Field, n Number) bool {
	first := &f.Tokens[n.Start]
	if n.Start == 0 || first.Flags&(token.Break|token.SentenceStart) != 0 {
		return false
	}
	if slices.Contains(rd.and, f.Tokens[n.Start-1].Info.Text) {
		return true
	}
	return rd.joinedAnd(first.Info.Text)
}

// And reports whether a token is the word for "and".
func (rd *Reader) And(t *token.Token) bool { return slices.Contains(rd.and, t.Info.Text) }

// joinedAnd reports whether a word is a number with "and" in front: the Arabic wa-
// is one word with it.
func (rd *Reader) joinedAnd(word string) bool {
	for _, and := range rd.and {
		rest, joined := strings.CutPrefix(word, and)
		if _, ok := rd.numerals[rest]; joined && ok && len(and) == 2 {
			return true
		}
	}
	return false
}

// Partitive reports whether "of" stands behind the number: "one of".
func (rd *Reader) Partitive(f *token.Field, n Number) bool {
	return n.End < len(f.Tokens) && slices.Contains(rd.of, f.Tokens[n.End].Info.Text)
}
