package suggest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"faultline/pkg/event"
	"faultline/services/classifier/internal/reason"
	"faultline/services/classifier/internal/rule"
)

// matched is where a rule counted in the alarms: the true and the false.
type matched struct {
	right, wrong []sighting
	points       float64 // the most the rule gave
}

// sighting is an item that a rule counted in.
type sighting struct {
	item     string
	title    string
	feed     string
	language string
	words    map[string]bool // and pairs of words of the sentences of its matches, without the matches
}

func (r *matched) add(x *reason.Explanation, m *reason.Match, isTrue bool) {
	list := &r.wrong
	if isTrue {
		list = &r.right
	}
	r.points = max(r.points, m.Base)
	if n := len(*list); n == 0 || (*list)[n-1].item != x.Item.ID {
		*list = append(*list, sighting{item: x.Item.ID, title: reason.Title(&x.Item), feed: x.Item.Source.Feed, language: x.Language, words: map[string]bool{}})
	}
	before, after := around(&x.Item, m.Evidence)
	last := (*list)[len(*list)-1]
	maps.Copy(last.words, wordsOf(before))
	maps.Copy(last.words, wordsOf(after))
}

// around is the sentence of a match, without it.
func around(item *event.Item, e event.Evidence) (before, after string) {
	text := item.Text
	if e.Field == event.FieldTitle {
		text = item.Title
	}
	if e.Start < 0 || e.End > len(text) || e.Start > e.End {
		return "", ""
	}
	before, after = text[:e.Start], text[e.End:]
	if i := strings.LastIndexAny(before, ".!?\n"); i >= 0 {
		before = before[i:]
	}
	if i := strings.IndexAny(after, ".!?\n"); i >= 0 {
		after = after[:i]
	}
	return before, after
}

const shortestWord = 3

// wordsOf are the words of a text in small letters, and the pairs of words that
// stand side by side with nothing but a space between.
func wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	last, letters := "", func(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) }
	for rest := strings.ToLower(text); rest != ""; {
		gap := cut(rest, func(r rune) bool { return !letters(r) })
		word := cut(rest[len(gap):], letters)
		long := utf8.RuneCountInString(word) >= shortestWord
		if long {
			words[word] = true
		}
		if gap == " " && word != "" && (long || utf8.RuneCountInString(last) >= shortestWord) && last != "" {
			words[last+" "+word] = true
		}
		last, rest = word, rest[len(gap)+len(word):]
	}
	return words
}

// cut is how far a text begins with such letters.
func cut(text string, such func(rune) bool) string {
	if end := strings.IndexFunc(text, func(r rune) bool { return !such(r) }); end >= 0 {
		return text[:end]
	}
	return text
}

// key is a word or a pair of words in a language.
type key struct{ language, word string }

func (k key) edit(rule string) Edit {
	return Edit{Rule: rule, Words: map[string][]string{k.language: {k.word}}}
}

// shared are the words and pairs of words that stand in several false alarms, those
// of most first, and why each of some is no filter: it stands in a true one, or
// often in news that must alert.
func (r *matched) shared(background Background) (keys []key, refused map[key]string) {
	covers, refused := map[key]int{}, map[key]string{}
	for _, s := range r.wrong {
		for w := range s.words {
			covers[key{s.language, w}]++
		}
	}
	maps.DeleteFunc(covers, func(_ key, n int) bool { return n < leastForWord })
	for k := range covers {
		if background.common(k.language, k.word) {
			refused[k] = "it is common in news that must alert"
		}
	}
	for _, s := range r.right {
		for w := range s.words {
			if k := (key{s.language, w}); covers[k] > 0 {
				refused[k] = fmt.Sprintf("it would lose the true alarm %q", s.title)
			}
		}
	}
	return slices.SortedFunc(maps.Keys(covers), func(a, b key) int {
		return cmp.Or(cmp.Compare(covers[b], covers[a]), cmp.Compare(strings.Count(a.word, " "), strings.Count(b.word, " ")), cmp.Compare(len(b.word), len(a.word)), cmp.Compare(a.word, b.word), cmp.Compare(a.language, b.language))
	}), refused
}

// words are edits that drop the rule beside a word or a pair of words that stands in several
// false alarms and in no true one, and is rare in news that must alert.
func (r *matched) words(id string, background Background) (out []Edit) {
	keys, refused := r.shared(background)
	for _, k := range keys {
		if refused[k] == "" && len(out) < wordsTried {
			out = append(out, k.edit(id))
		}
	}
	return out
}

// hopeless are those of such words that need no try.
func (r *matched) hopeless(id string, background Background) (out []Refusal) {
	keys, refused := r.shared(background)
	for _, k := range keys {
		if why := refused[k]; why != "" && len(out) < wordsTried {
			out = append(out, Refusal{k.edit(id), why})
		}
	}
	return out
}

const wordsTried = 3 // of one rule in one step

// feeds are edits that hide feeds from the rule which it was only ever wrong on.
func (r *matched) feeds(id string) []Edit {
	n := map[string]int{}
	for _, s := range r.wrong {
		n[s.feed]++
	}
	for _, s := range r.right {
		delete(n, s.feed)
	}
	var out []Edit
	for _, feed := range slices.Sorted(maps.Keys(n)) {
		if feed != "" && n[feed] >= leastForFeed {
			out = append(out, Edit{Rule: id, Feeds: []string{feed}})
		}
	}
	return out
}

// Background is how many of the firing examples of a language have a word: what
// is frequent there tells nothing about false alarms.
type Background struct {
	texts map[string]int
	words map[string]map[string]int
}

// NewBackground reads the firing examples of a rule set.
func NewBackground(set *rule.Set) Background {
	b := Background{texts: map[string]int{}, words: map[string]map[string]int{}}
	for i := range set.Indicators {
		for language, x := range set.Indicators[i].Examples {
			if b.words[language] == nil {
				b.words[language] = map[string]int{}
			}
			for _, e := range x.Fires {
				b.texts[language]++
				for w := range wordsOf(e.Title + " " + e.Text) {
					b.words[language][w]++
				}
			}
		}
	}
	return b
}

// common reports whether more than one in a hundred examples have the word.
func (b Background) common(language, word string) bool {
	return b.words[language][word]*100 > b.texts[language]
}
