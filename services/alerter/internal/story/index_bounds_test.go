package story

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"faultline/pkg/event"
)

// vocabulary gives reports that share nothing with each other.
func vocabulary(n int) report {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	word := func() string {
		b := make([]byte, 9)
		for i := range b {
			b[i] = "bdfgklmnprstvz"[r.IntN(14)]
			if i%2 == 1 {
				b[i] = "aeiou"[r.IntN(5)]
			}
		}
		return string(b)
	}
	var text strings.Builder
	for range 40 {
		text.WriteString(word() + " ")
	}
	return report{title: word() + " " + word(), text: text.String(), lang: "en", place: osh(), category: "armed-attack", indicator: word()}
}

// What was removed is found no more, and leaves nothing behind, also after a
// thousand stories came and went.
func TestRemovedStoriesLeaveNothing(t *testing.T) {
	p, x := NewProfiler(), NewIndex(Default())
	for n := range 1000 {
		a := vocabulary(n).assessment(fmt.Sprint(n))
		f := p.Profile(a)
		if m, ok := x.Find(f); ok {
			t.Fatalf("story %d is taken for %s: %+v", n, m.ID, m.Likeness)
		}
		x.Add(fmt.Sprint(n), a.Item.ID, f)
		if n >= 10 {
			x.Remove(fmt.Sprint(n - 10))
		}
		if p := x.postings; x.Len() > 11 || len(p.features) > 11*maxKeys || len(p.lists) > 11*maxKeys || len(p.told) > 11 {
			t.Fatalf("after %d stories: %d are known, by %d features in %d lists, with %d numbers", n, x.Len(), len(p.features), len(p.lists), len(p.told))
		}
	}
	x.Remove("no such story")
	x.Remove("5")
	if _, ok := x.Find(p.Profile(vocabulary(5).assessment("again"))); ok {
		t.Error("a removed story is found")
	}
	if m, ok := x.Find(p.Profile(vocabulary(995).assessment("again"))); !ok || m.ID != "995" || !m.Copy {
		t.Errorf("a story that is there: %+v, %v", m, ok)
	}
}

// A new revision takes the place of the old one of its item.
func TestRevisionReplacesItsProfile(t *testing.T) {
	p, x := NewProfiler(), NewIndex(Default())
	for n := range 20 {
		x.Add("story", "item", p.Profile(vocabulary(n).assessment("item")))
	}
	if got := len(x.stories["story"].profiles); got != 1 {
		t.Errorf("%d profiles of one item", got)
	}
	if _, ok := x.Find(p.Profile(vocabulary(3).assessment("x"))); ok {
		t.Error("an old revision is found")
	}
	if m, ok := x.Find(p.Profile(vocabulary(19).assessment("x"))); !ok || m.Item != "item" {
		t.Errorf("the last one: %+v, %v", m, ok)
	}
}

// Finding changes nothing: asked again, the index says the same.
func TestFindIsRepeatable(t *testing.T) {
	p, x := NewProfiler(), NewIndex(Default())
	for n := range 50 {
		x.Add(fmt.Sprint(n), fmt.Sprint(n), p.Profile(vocabulary(n).assessment(fmt.Sprint(n))))
	}
	f := p.Profile(vocabulary(17).assessment("x"))
	first, _ := x.Find(f)
	for range 5 {
		if again, ok := x.Find(f); !ok || again != first {
			t.Errorf("got %+v, then %+v", first, again)
		}
	}
	if first.ID != "17" {
		t.Errorf("found %+v", first)
	}
}

// A report is listed under a bounded number of features, the rarest, each once,
// and a feature leads to a bounded number of reports, the latest.
func TestListsAreBounded(t *testing.T) {
	p, x := NewProfiler(), NewIndex(Default())
	for n := range 2 * maxPosting {
		x.Add(fmt.Sprint(n), fmt.Sprint(n), p.Profile(clash().but(func(r *report) { r.injured = 100 + n }).assessment(fmt.Sprint(n))))
	}
	a := clash().assessment("a")
	a.Item.Text = strings.Repeat(vocabulary(1).text+clash().text, 3)
	f := p.Profile(a)
	f.settle(x.knowledge)
	keys := x.keys(f)
	if len(keys) > maxKeys || len(keys) < 20 {
		t.Errorf("%d keys", len(keys))
	}
	for i, k := range keys {
		if i > 0 && (k.weight > keys[i-1].weight || k.hash == keys[i-1].hash) {
			t.Errorf("key %d: %v after %v", i, k, keys[i-1])
		}
	}
	longest := 0
	for _, list := range x.postings.lists {
		longest = max(longest, len(list))
		if len(list) < 2 {
			t.Fatalf("a list of %d reports", len(list))
		}
		if last := x.postings.told[list[len(list)-1]]; len(list) == maxPosting && last.item != fmt.Sprint(2*maxPosting-1) {
			t.Errorf("the last of a full list is %s", last.item)
		}
	}
	if longest != maxPosting {
		t.Errorf("the longest list has %d reports", longest)
	}
	if got := len(x.candidates(f)); got != maxStories {
		t.Errorf("%d candidates", got)
	}
}

// The hashes are part of what is stored: signatures of old incidents are compared
// with those of new reports.
func TestSignatureIsTheSameAcrossSpellings(t *testing.T) {
	want := Signature("Five people, killed in Osh. Ёлка 1000 men")
	for _, text := range []string{
		"FIVE PEOPLE KILLED IN OSH елка 1000 men", "five  people -- killed\nin osh; Елка 1,000 men", "Five people killed in Osh ёлка 1 000 men",
	} {
		if got := Signature(text); Jaccard(got, want) != 1 {
			t.Errorf("%q: likeness %v", text, Jaccard(got, want))
		}
	}
	for _, text := range []string{"Six people killed in Osh. Ёлка 1000 men", "Five people killed in Osh. Ёлка 1001 men"} {
		if got := Jaccard(Signature(text), want); got >= 1 {
			t.Errorf("%q: likeness %v", text, got)
		}
	}
	if Signature("") != nil || Signature(" .,!\n") != nil {
		t.Error("no words have a signature")
	}
	if got := Jaccard(Signature("one"), Signature("one")); got != 1 {
		t.Errorf("one word with itself: %v", got)
	}
}

// Signatures of other lengths, as a future build may write, are like nothing.
func TestForeignSignatures(t *testing.T) {
	own := Signature("a text of some words")
	for _, other := range [][]uint32{nil, {}, {1}, own[:127], append(slices.Clone(own), 1), make([]uint32, signatureSlots)} {
		if got := Jaccard(own, other); got != 0 {
			t.Errorf("%d slots: %v", len(other), got)
		}
	}
	if got := Jaccard(make([]uint32, signatureSlots), make([]uint32, signatureSlots)); got != 0 {
		t.Errorf("two empty ones: %v", got)
	}
}

// A lead is a beginning, never longer than the limit, valid, and its own lead.
func TestLeadProperties(t *testing.T) {
	for _, text := range []string{"", "one two three four", strings.Repeat("слово ", 50), strings.Repeat("政", 100), "a\xffb c\xfe d", strings.Repeat("x", 99) + " y"} {
		for _, limit := range []int{0, 1, 2, 5, 10, 50, 99, 100, 1000} {
			got := Lead(text, limit)
			if !strings.HasPrefix(text, got) || utf8.RuneCountInString(got) > limit || utf8.ValidString(text) && !utf8.ValidString(got) {
				t.Errorf("Lead(%q, %d) = %q", text, limit, got)
			}
			if again := Lead(got, limit); again != got {
				t.Errorf("Lead(%q, %d) = %q, and of that %q", text, limit, got, again)
			}
		}
	}
}

// Every category fits to itself, fitting is mutual, and every theme names only
// categories that there are.
func TestThemesAreMutual(t *testing.T) {
	table := newTable(event.Categories())
	for _, a := range event.Categories() {
		x := table.set([]string{a})
		if x == 0 || table.reach(x)&x == 0 {
			t.Errorf("%s does not fit to itself", a)
		}
		for _, b := range event.Categories() {
			y := table.set([]string{b})
			if (table.reach(x)&y == 0) != (table.reach(y)&x == 0) {
				t.Errorf("%s fits to %s one way only", a, b)
			}
		}
	}
	for _, theme := range themes() {
		for _, c := range theme {
			if !slices.Contains(event.Categories(), c) {
				t.Errorf("no category is called %q", c)
			}
		}
	}
	if got := table.set([]string{"no such category"}); got != 0 || table.reach(0) != ^categorySet(0) {
		t.Errorf("an unknown category is %b", got)
	}
}

// When a story was told, by what the item has.
func TestTimeOfReports(t *testing.T) {
	seen, told := noon, noon.Add(-time.Hour)
	for _, c := range []struct {
		published time.Time
		source    event.PublishedSource
		want      time.Time
	}{
		{told, event.PublishedFeed, told}, {told, event.PublishedClamped, told}, {told, event.PublishedFetched, seen}, {time.Time{}, event.PublishedFeed, seen},
	} {
		item := event.Item{Published: c.published, PublishedSource: c.source, FirstSeen: seen}
		r := event.Report{Times: event.Times{Published: c.published, Seen: seen}, PublishedSource: c.source}
		if got, stored := Time(&item), reportTime(&r); !got.Equal(c.want) || !stored.Equal(c.want) {
			t.Errorf("%s: %v, stored %v, want %v", c.source, got, stored, c.want)
		}
	}
}

// A text goes through the word reader in bounds: every word lies within the text,
// they stand in order, and the limit holds.
func TestWordsLieInTheirText(t *testing.T) {
	for _, text := range []string{
		"", "a", "Don't stop, O'Neil's 1,000 men!", "14 мая 2010 г. в Оше", "x\xffy \xd0", strings.Repeat("9", 5000), strings.Repeat("ж", 5000),
		"1 000 000,5 12.345.678", "covid19 10:30 a-b-c", "\u0301\u0301 \u0301a", "''' ’’ ʻ", "٣٤ ۱۲ 政变",
	} {
		for _, limit := range []int{1, 3, 100} {
			got := words(text, limit)
			if len(got) > limit {
				t.Errorf("%.20q: %d words, more than %d", text, len(got), limit)
			}
			at := 0
			for _, w := range got {
				if w.start < at || w.end <= w.start || w.end > len(text) || len(w.text) > maxWordBytes+utf8.UTFMax || w.number < 0 && w.text != strings.ToLower(w.text) {
					t.Errorf("%.20q: word %+v after %d", text, w, at)
				}
				at = w.end
			}
		}
	}
}

// A stem is the stem of each of the inflections, and an unknown language keeps
// what its words begin with.
func TestStemsOfInflections(t *testing.T) {
	for lang, groups := range map[string][][]string{
		"en": {{"attack", "attacks", "attacked", "attacking"}, {"protest", "protests", "protesting"}},
		"ru": {{"митинг", "митинга", "митингом", "митинге"}, {"войска", "войск", "войсками"}},
		"ky": {{"шаарында", "шаарындагы"}, {"митингде", "митингдер"}},
	} {
		for _, group := range groups {
			for _, word := range group[1:] {
				if stem(word, lang) != stem(group[0], lang) {
					t.Errorf("%s: %s is %s, %s is %s", lang, word, stem(word, lang), group[0], stem(group[0], lang))
				}
			}
		}
	}
}
