package phrase

import (
	"strings"
	"testing"

	"faultline/services/classifier/internal/token"
)

// Sentences that are longer than a word has bits are read as others are: what
// stands 64 words away is not taken for what stands here.
func TestLongSentences(t *testing.T) {
	p := program(t, "rebels ..2 town", "(quickly|slowly) ..3 <target: @vip>", "seized town")
	for before := range 150 {
		for _, c := range []struct{ text, want string }{
			{"rebels took the town", "rebels took the town"},
			{"slowly in the governor", "slowly in the governor <target:governor>"},
			{"seized town", "seized town"},
			{"rebels " + strings.Repeat("x ", 63) + "town", ""},
			{"quickly " + strings.Repeat("x ", 63) + "governor", ""},
			{"town " + strings.Repeat("x ", 61) + "rebels", ""},
		} {
			text := strings.Repeat("y ", before) + c.text + strings.Repeat(" z", 70)
			if got := found(p, text); got != c.want {
				t.Fatalf("%q behind %d words: got %q, want %q", c.text, before, got, c.want)
			}
		}
	}
}

func TestSees(t *testing.T) {
	for _, length := range []int{1, 40, 64, 100} {
		var c contents
		c.reset(3, 1000, 1000+length)
		for at := range length {
			c.has[0], c.places[1] = 0, 0
			c.add(1, span(at, at))
			for anchor := range length {
				for _, w := range []window{{1, 5}, {-5, -1}, {1, anyToken}, {-anyToken, -1}, everywhere} {
					is := at >= anchor+int(w.low) && at <= anchor+int(w.high)
					got := c.sees(1, w, 1000+anchor)
					if far := length > 64 && !is; is && !got || got && !is && !far {
						t.Fatalf("of %d tokens %d is seen from %d in %v: %t", length, at, anchor, w, got)
					}
				}
			}
		}
	}
}

// Where a word is hyphenated, every word may be as long as one, on the far side of a
// window but not on the near one.
func TestSeesBehindHyphens(t *testing.T) {
	var c contents
	c.reset(2, 0, 60)
	c.compounds = true
	for anchor, want := range map[int]bool{9: false, 10: true, 29: true, 30: false} {
		c.add(1, span(30, 30))
		if got := c.sees(1, window{1, 5}, anchor); got != want {
			t.Errorf("token 30 is seen from %d: %t", anchor, got)
		}
		if got := c.sees(1, window{-5, -1}, 60-anchor); got != want {
			t.Errorf("token 30 is seen from %d: %t", 60-anchor, got)
		}
	}
}

// One test for many words passes the same tokens as one for each.
func TestAnyOf(t *testing.T) {
	b := NewBuilder(nil)
	var each []Test
	for _, text := range []string{"by", "with", "=US", "(in|at)"} {
		test, ok := b.Test(mustParse(t, text))
		if !ok {
			t.Fatalf("%q is no test", text)
		}
		each = append(each, test)
	}
	all := AnyOf(each)
	if len(all) != 2 {
		t.Errorf("%d tests are made of %d, want one for small letters and one for capitals", len(all), len(each))
	}
	p, err := b.Build(token.NewVocabulary())
	if err != nil {
		t.Fatal(err)
	}
	var d token.Document
	p.Lexicon().Read(&d, "", "by us with US at noon In it")
	passes := func(tests []Test, tok *token.Token) bool {
		for _, test := range tests {
			if test.Matches(tok) {
				return true
			}
		}
		return false
	}
	many := 0
	for i := range d.Text.Tokens {
		tok := &d.Text.Tokens[i]
		if passes(all, tok) != passes(each, tok) {
			t.Errorf("%q: together %t, one by one %t", tok.Info.Text, passes(all, tok), passes(each, tok))
		}
		if passes(all, tok) {
			many++
		}
	}
	if many != 5 {
		t.Errorf("%d words pass, want 5", many)
	}
	if AnyOf(nil) != nil {
		t.Error("no tests make one")
	}
}
