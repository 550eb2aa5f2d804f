package phrase

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"faultline/services/classifier/internal/token"
)

// naive matches a phrase in the plainest way: the ends it reaches from token i.
// loose says that a gap stands before.
func naive(n *Node, tokens []token.Token, i int, loose bool) map[position]bool {
	switch n.kind {
	case kindWord:
		if i < len(tokens) && (loose || tokens[i].Flags&(token.Break|token.SentenceStart) == 0) && tokens[i].Info.Text == n.text {
			return map[position]bool{{i + 1, false}: true}
		}
		return nil
	case kindOpt:
		out := naive(n.kids[0], tokens, i, loose)
		if out == nil {
			out = map[position]bool{}
		}
		out[position{i, loose}] = true
		return out
	case kindGap:
		out := map[position]bool{}
		for k := 0; k <= n.n && i+k <= len(tokens); k++ {
			out[position{i + k, true}] = true
			if i+k < len(tokens) && k > 0 && tokens[i+k].Has(token.SentenceStart) {
				break
			}
			if i+k < len(tokens) && tokens[i+k].Has(token.SentenceStart) && i+k > 0 {
				break
			}
		}
		return out
	case kindAlt, kindNear:
		out := map[position]bool{}
		kids := n.kids
		if n.kind == kindNear {
			kids = n.orders()
		}
		for _, k := range kids {
			for p := range naive(k, tokens, i, loose) {
				out[p] = true
			}
		}
		return out
	}
	reached := map[position]bool{{i, loose}: true}
	for _, k := range n.kids {
		next := map[position]bool{}
		for p := range reached {
			for q := range naive(k, tokens, p.at, p.loose) {
				next[q] = true
			}
		}
		reached = next
	}
	return reached
}

type position struct {
	at    int
	loose bool
}

// randomPhrase writes a phrase of the words a to e.
func randomPhrase(r *rand.Rand, depth int) string {
	var parts []string
	for i := range 1 + r.IntN(4) {
		word := string(rune('a' + r.IntN(5)))
		switch k := r.IntN(9); {
		case k == 0 && depth < 3:
			branches := []string{randomPhrase(r, depth+1), randomPhrase(r, depth+1), randomPhrase(r, depth+1), "d-e"}
			parts = append(parts, "("+strings.Join(branches[:2+r.IntN(3)], "|")+")")
		case k == 1 && depth < 3:
			parts = append(parts, "["+randomPhrase(r, depth+1)+"]")
		case k == 2 && (i == 0 && depth > 0 || i > 0 && !strings.HasPrefix(parts[i-1], "..")):
			parts = append(parts, fmt.Sprintf("..%d", r.IntN(4)))
		case k == 3:
			parts = append(parts, "<actor:"+word+">")
		case k == 4:
			parts = append(parts, fmt.Sprintf("%s ~%d %s", word, r.IntN(3), string(rune('a'+r.IntN(5)))))
			if r.IntN(2) == 0 {
				parts = append(parts, fmt.Sprintf("~%d %s", r.IntN(3), string(rune('a'+r.IntN(5)))))
			}
		default:
			parts = append(parts, word)
		}
	}
	return strings.Join(parts, " ")
}

// The engine finds a phrase in exactly the texts where the plain matcher does,
// and each span it gives can be reached by the plain matcher.
func TestAgainstPlainMatcher(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	tried := 0
	for range 4000 {
		text := randomPhrase(r, 0)
		n, err := Parse(text)
		if err != nil {
			continue
		}
		tried++
		b := NewBuilder(nil)
		b.Add(n)
		p, err := b.Build(token.NewVocabulary())
		if err != nil {
			t.Fatal(err)
		}
		for range 6 {
			compare(t, r, p, n, text)
		}
	}
	if tried < 2000 {
		t.Errorf("only %d phrases were good enough to try", tried)
	}
}

func compare(t *testing.T, r *rand.Rand, p *Program, n *Node, phrase string) {
	t.Helper()
	var b strings.Builder
	for range 3 + r.IntN(14) {
		b.WriteString(string(rune('A'+r.IntN(6))) + []string{" ", " ", " ", ", ", ". ", "-"}[r.IntN(6)])
	}
	var d token.Document
	p.Lexicon().Read(&d, "", b.String())
	want := map[[2]int]bool{}
	for i := range d.Text.Tokens {
		from, to := d.Text.SentenceBounds(d.Text.Tokens[i].Sentence)
		for end := range naive(n, d.Text.Tokens[:to], i, true) {
			if end.at > i && i >= from {
				want[[2]int{i, end.at}] = true
			}
		}
	}
	var m Matcher
	m.Match(p, &d.Text, nil, nil)
	if (len(m.Hits) > 0) != (len(want) > 0) {
		t.Fatalf("%q in %q: %d hits, want them at %v", phrase, b.String(), len(m.Hits), want)
	}
	for _, h := range m.Hits {
		if !want[[2]int{int(h.Start), int(h.End)}] {
			t.Fatalf("%q in %q: hit at %d-%d, want one of %v", phrase, b.String(), h.Start, h.End, want)
		}
		for _, s := range h.Slots {
			if s.Start < h.Start || s.End > h.End || s.Start >= s.End {
				t.Fatalf("%q in %q: slot at %d-%d of a hit at %d-%d", phrase, b.String(), s.Start, s.End, h.Start, h.End)
			}
		}
		if h.Words&1 == 0 || h.Words>>(h.End-h.Start-1)&1 == 0 {
			t.Fatalf("%q in %q: hit at %d-%d begins or ends with a word it passed over (%b)", phrase, b.String(), h.Start, h.End, h.Words)
		}
	}
}

func TestSetsOfSets(t *testing.T) {
	p := program(t, "@vip arrested", "(@police|@vip) quit")
	if got := found(p, "The prime minister was arrested, governor arrested. OMON quit"); got != "governor arrested; OMON quit" {
		t.Errorf("got %q", got)
	}
}

func TestMentionsOfOtherSentences(t *testing.T) {
	p := program(t, "@vip ..6 arrested", "arrested ..6 @vip")
	if got := found(p, "Then governor. Men arrested. Governor left"); got != "" {
		t.Errorf("found %q over the end of a sentence", got)
	}
}

// Of equal matches the first is shown, so their order is that of the text.
func TestMentionsIn(t *testing.T) {
	p := program(t, "@vip")
	var d token.Document
	p.Lexicon().Read(&d, "", "The governor came. Nobody else. The prime minister and the governor left.")
	var m Matcher
	m.Match(p, &d.Text, nil, nil)
	for sentence, want := range []int{1, 0, 2} { // that a prime minister, a boss, is a vip is known without looking
		if got := m.MentionsIn(int32(sentence)); len(got) != want {
			t.Errorf("sentence %d has the mentions %v, want %d", sentence, got, want)
		}
	}
	if m.Match(p, &d.Title, nil, nil); len(m.Mentions()) != 0 {
		t.Errorf("an empty title has the mentions %v", m.Mentions())
	}
}

func TestHitsInOrderOfSentences(t *testing.T) {
	p := program(t, "clash", "@vip ..2 arrested", "riot ..3 @police")
	if got := found(p, "Governor arrested. A riot, then OMON. Clashes. The prime minister was arrested."); got != "Governor arrested; riot, then OMON; Clashes; prime minister was arrested" {
		t.Errorf("got %q", got)
	}
}

func TestAllowed(t *testing.T) {
	b := NewBuilder(nil)
	old := b.DefineDated(mustParse(t, "old boss"), b.Set("boss"))
	b.DefineDated(mustParse(t, "new boss"), b.Set("boss"))
	b.Add(mustParse(t, "@boss spoke"))
	p, err := b.Build(token.NewVocabulary())
	if err != nil {
		t.Fatal(err)
	}
	var d token.Document
	p.Lexicon().Read(&d, "", "the old boss spoke, the new boss spoke")
	var m Matcher
	m.Match(p, &d.Text, nil, func(id ID) bool { return id != old })
	if len(m.Hits) != 1 || m.Hits[0].Start != 5 || len(m.Mentions()) != 1 {
		t.Errorf("hits %v, mentions %v: want only the new boss", m.Hits, m.Mentions())
	}
}

// A hostile text is cut short, not followed to the end.
func TestWorkIsBounded(t *testing.T) {
	b := NewBuilder(nil)
	for range 200 {
		b.Add(mustParse(t, "kidnap ..20 (kidnap|seize) ..20 kidnap"))
		b.Define(mustParse(t, "kidnap"), b.Set("x"))
	}
	b.Add(mustParse(t, "@x ..20 @x"))
	b.AddBeside(mustParse(t, "kidnap"))
	p, err := b.Build(token.NewVocabulary())
	if err != nil {
		t.Fatal(err)
	}
	var d token.Document
	p.Lexicon().Read(&d, "", strings.Repeat("kidnap ", 20_000))
	var m Matcher
	m.Match(p, &d.Text, nil, nil)
	for level := range m.pending {
		if n := cap(m.pending[level]); n > 2*maxPending {
			t.Errorf("%d tries were noted", n)
		}
	}
	if len(m.Hits) > 201*maxHitsPerPhrase || m.total > MaxWork || len(m.Mentions()) > maxMentions+1 {
		t.Errorf("%d hits, %d tries, %d mentions", len(m.Hits), m.total, len(m.Mentions()))
	}
	m.Match(p, &d.Title, nil, nil)
	if len(m.Hits) != 0 {
		t.Errorf("%d hits in an empty title: something is left of the text", len(m.Hits))
	}
}

// A qualifier is found beside what it qualifies and beside nothing else.
func TestAddQualifier(t *testing.T) {
	b := NewBuilder(nil)
	clash, film := b.Add(mustParse(t, "clash")), b.AddQualified(mustParse(t, "film"))
	gunmen := b.AddQualifier(mustParse(t, "@armed"))
	b.Define(mustParse(t, "gunmen"), b.Set("armed"))
	p, err := b.Build(token.NewVocabulary())
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]ID{
		"Gunmen and a clash. A film.": {clash, film},
		"Gunmen storm the film.":      {film, gunmen},
		"Gunmen.":                     nil,
	} {
		if got := phrasesIn(p, text); !slices.Equal(got, want) {
			t.Errorf("%q has the phrases %v, want %v", text, got, want)
		}
	}
}

// phrasesIn are the phrases found in a text, sorted.
func phrasesIn(p *Program, text string) (ids []ID) {
	var d token.Document
	p.Lexicon().Read(&d, "", text)
	var m Matcher
	m.Match(p, &d.Text, nil, nil)
	for _, h := range m.Hits {
		ids = append(ids, h.Phrase)
	}
	slices.Sort(ids)
	return ids
}

func TestNeedsNeverHideAMatch(t *testing.T) {
	p := program(t, "(a b|c) ..3 [d] (e|@police)", "x ~2 (y z|@vip)")
	for _, text := range []string{"c riot police", "a b d e", "x governor", "prime minister x", "y z 1 2 x"} {
		if found(p, text) == "" {
			t.Errorf("nothing found in %q", text)
		}
	}
	if p.Len() != 8 || p.UsesCounts() || p.levels != 2 {
		t.Errorf("the program has %d phrases in %d levels", p.Len(), p.levels)
	}
}

// Cues and the like are found in sentences that have something to speak of.
func TestAddBeside(t *testing.T) {
	b := NewBuilder(nil)
	clash := b.Add(mustParse(t, "clash"))
	denied := b.AddBeside(mustParse(t, "denied"))
	boss := b.AddBeside(mustParse(t, "@boss [..3 men] said"))
	b.Define(mustParse(t, "governor"), b.Set("boss"))
	p, err := b.Build(token.NewVocabulary())
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]ID{
		"It was denied. A clash was seen. The governor said so.": {clash},
		"The governor said that no clash was seen; denied.":      {clash, denied, boss},
		"He denied it, and the governor said so.":                nil,
	} {
		if got := phrasesIn(p, text); !slices.Equal(got, want) {
			t.Errorf("%q has the phrases %v, want %v", text, got, want)
		}
	}
}

// A word that a phrase needs counts only on its side of the anchor and within
// reach; what is found is the same.
func TestNeedsAround(t *testing.T) {
	for phrase, tries := range map[string]map[string]int{
		"kidnapping of the mayor":   {"Mayor on kidnapping of the day": 0, "Kidnapping of the mayor": 1},
		"kidnapping ..2 mayor":      {"Kidnapping, said a man who has seen a lot of it all, of the mayor": 0, "Kidnapping of a mayor": 1, "Mayor: kidnapping": 0},
		"kidnapping ~2 mayor":       {"Mayor: kidnapping": 1},
		"kidnapping [of the mayor]": {"Kidnapping": 1},
		"kidnapping ..2 @boss":      {"Mayor: kidnapping": 1}, // who is a boss is not yet known
		"(kidnap*|kidnapper) ..9 a": {"Kidnapper of a mayor": 1},
		// a word is one token, and one too far away none, but where some word is hyphenated
		"kidnapping mayor":        {"Kidnapping the mayor": 0, "Kidnapping mayor": 1, "Kidnapping so-called mayor": 1},
		"=mayor of kidnapping":    {"Mayor of old kidnapping": 0, "Mayor of kidnapping": 1},
		"former mayor kidnapping": {"Mayor of a kidnapping": 0, "Former mayor kidnapping": 1},
		// a branch wants its own words, and what the phrase wants
		"(to demand|a riot|rebels)":          {"To a riot": 1, "To riot": 0, "The demand": 0, "To demand": 1, "Rebels to riot": 1},
		"(go slow|lockout) ..9 (over|after)": {"Go after": 0, "Go slow": 0, "Go slow after": 1, "Lockout over": 1},
		// one try finds out who is a boss; that bosses are vips needs none
		"@boss ..2 was": {"It was the prime minister": 1, "The prime minister was": 2},
	} {
		p := program(t, phrase)
		for text, want := range tries {
			var d token.Document
			p.Lexicon().Read(&d, "", text)
			var m Matcher
			m.Match(p, &d.Text, nil, nil)
			if got := m.queued; got != want {
				t.Errorf("%q is tried %d times in %q, want %d", phrase, got, text, want)
			}
		}
	}
}
