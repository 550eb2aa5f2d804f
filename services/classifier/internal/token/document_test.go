package token

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"faultline/services/classifier/internal/stopwatch"
)

// checkField holds for any text: tokens are in order, lie within the original,
// cut no character in two, fold to their word, and belong to their sentence.
func checkField(t *testing.T, f *Field) {
	t.Helper()
	end := 0
	for i := range f.Tokens {
		tok := &f.Tokens[i]
		start, stop := int(tok.Start), int(tok.End)
		if start < end || stop <= start || stop > len(f.Source) {
			t.Fatalf("token %d is %d to %d after %d, of %d bytes", i, start, stop, end, len(f.Source))
		}
		end = stop
		span := f.Source[start:stop]
		if utf8.ValidString(f.Source) && !utf8.ValidString(span) {
			t.Fatalf("token %d cuts a character: %q", i, span)
		}
		if tok.Info == nil || tok.Info.Text == "" {
			t.Fatalf("token %d %q has no word", i, span)
		}
		from, to := f.SentenceBounds(tok.Sentence)
		if i < from || i >= to {
			t.Fatalf("token %d is not within its sentence, %d to %d", i, from, to)
		}
		if tok.Has(SentenceStart) != (i == from) {
			t.Fatalf("token %d starts a sentence: %t, want %t", i, tok.Has(SentenceStart), i == from)
		}
		if tok.Begins() && i+f.Compound(tok).Len > len(f.Tokens) {
			t.Fatalf("token %d starts a compound of %d, beyond the end", i, f.Compound(tok).Len)
		}
	}
}

func TestRandomTexts(t *testing.T) {
	parts := []string{"Osh", "ош", " ", " ", " ", ".", ". ", "-", "'", "’s", "12", " 000", ",", "\n\n", "U.S.", "İ", "й", "\u0306", "е\u0308", "奥", "\u200b", "«", "»", "%", "$", "ʻ", "\xff", "５", "ا", "ُ", "?", "!", ":", "3.5", "—"}
	r := rand.New(rand.NewPCG(3, 4))
	l := NewLexicon(NewVocabulary(), nil)
	var d Document
	for range 3000 {
		var title, text strings.Builder
		for range r.IntN(20) {
			title.WriteString(parts[r.IntN(len(parts))])
			text.WriteString(parts[r.IntN(len(parts))] + parts[r.IntN(len(parts))])
		}
		l.Read(&d, title.String(), text.String())
		for _, f := range d.Fields() {
			checkField(t, f)
		}
	}
}

func FuzzTokenize(f *testing.F) {
	for _, seed := range []string{"Clashes in Osh. 12 000 fled", "В г. Ош погибли 12 чел.", "U.S. 3.5% $20 10–15", "oʻzbek's -a- --", "\xd0\xd0\x9e\xff"} {
		f.Add(seed, seed)
	}
	l := NewLexicon(NewVocabulary(), nil)
	f.Fuzz(func(t *testing.T, title, text string) {
		var d Document
		stopwatch.Within(t, stopwatch.Limit, func() { l.Read(&d, title, text) })
		for _, field := range d.Fields() {
			checkField(t, field)
		}
		// The second time every word is known, and short ones are read another way.
		var again Document
		l.Read(&again, title, text)
		if !slices.EqualFunc(d.Title.Tokens, again.Title.Tokens, sameToken) || !slices.EqualFunc(d.Text.Tokens, again.Text.Tokens, sameToken) {
			t.Fatalf("%q, %q: the tokens are %+v, and when read again %+v", title, text, d, again)
		}
	})
}

func TestFlags(t *testing.T) {
	d := read(`The U.S. said «Жогорку Кенеш» (parliament) - NATO, AK-47; 12th`)
	for word, want := range map[string]Flags{
		"the": Capital | SentenceStart, "us": Capital | AllCaps, "жогорку": Capital | Quoted, "кенеш": Capital | Quoted,
		"parliament": Break | Clause, "nato": Capital | AllCaps | Break | Clause, "47": Number | Hyphen, "12th": Joined | Break | Clause,
	} {
		found := false
		for _, tok := range d.Text.Tokens {
			if tok.Info.Text == word {
				found = true
				if tok.Flags&^(AllCaps|ASCII) != want&^AllCaps || tok.Has(AllCaps) != (want&AllCaps != 0) {
					t.Errorf("%s has the flags %b, want %b", word, tok.Flags, want)
				}
			}
		}
		if !found {
			t.Errorf("no token %q", word)
		}
	}
}

func TestQuotesEnd(t *testing.T) {
	d := read(`"` + strings.Repeat("word ", longestQuote+5) + `„a“ b “c” d 「e」 f "g" h`)
	quoted := map[string]bool{}
	for _, tok := range d.Text.Tokens {
		quoted[tok.Info.Text] = tok.Has(Quoted)
	}
	for word, want := range map[string]bool{"word": false, "a": true, "b": false, "c": true, "d": false, "e": true, "f": false, "g": true, "h": false} {
		if quoted[word] != want {
			t.Errorf("%s is quoted: %t, want %t", word, quoted[word], want)
		}
	}
}

// Whatever is sent, only so much is read.
func TestLimits(t *testing.T) {
	var d Document
	l := NewLexicon(NewVocabulary(), nil)
	l.Read(&d, strings.Repeat("ж", maxTitleBytes), strings.Repeat("a ", maxTokens+10))
	if !d.Title.Truncated || !d.Text.Truncated {
		t.Error("fields over the limits are not marked as cut")
	}
	if n := len(d.Text.Tokens); n != maxTokens {
		t.Errorf("%d tokens were read, want %d", n, maxTokens)
	}
	for _, tok := range d.Title.Tokens {
		if tok.End-tok.Start > maxRunBytes+utf8.UTFMax {
			t.Errorf("a run of letters became one token of %d bytes", tok.End-tok.Start)
		}
	}
	checkField(t, &d.Title)
	l.Read(&d, "short", "")
	if d.Title.Truncated || len(d.Title.Tokens) != 1 || len(d.Text.Tokens) != 0 {
		t.Error("a document keeps something of the one before")
	}
}

func TestLowerCasedTextHasSentences(t *testing.T) {
	if got := render(&read("police fired. two died. it was k. bakiyev").Text); got != "police fired / two died / it was k , bakiyev" {
		t.Errorf("got %q", got)
	}
}

// sameToken reports whether two tokens are equal, though what is known of their
// words may be in two places.
func sameToken(a, b Token) bool {
	if a.Info.Text != b.Info.Text {
		return false
	}
	a.Info, b.Info = nil, nil
	return a == b
}
