package phrase

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"faultline/services/classifier/internal/stopwatch"
	"faultline/services/classifier/internal/token"
)

func TestSyntaxErrors(t *testing.T) {
	deep := strings.Repeat("(", 9) + "a" + strings.Repeat(")", 9)
	for _, c := range []struct {
		phrase  string
		offset  int
		message string
	}{
		{"", 0, "a part is empty"},
		{"   ", 0, "a part is empty"},
		{"(a|)", 3, "a part is empty"},
		{"a (b c", 2, `the bracket has no closing ")"`},
		{"a [b", 2, `the bracket has no closing "]"`},
		{"a b)", 3, `unexpected ')'`},
		{"a ] b", 2, `unexpected ']'`},
		{"a .. b", 2, "the gap has no number of words"},
		{"a ..21 b", 2, "the gap of 21 words is too wide"},
		{"a ..99999999999999999999 b", 2, "the gap of 9999 words is too wide"},
		{"..3 b", 0, "the phrase begins with a gap"},
		{"b ..3", 2, "the phrase ends with a gap"},
		{"[a] ..3 b", 4, "the phrase begins with a gap"},
		{"a ..3 ..4 b", 6, "two gaps follow each other"},
		{"~3 b", 0, "nothing stands before ~"},
		{"a ~3", 2, "nothing stands after ~"},
		{"a ~ b", 2, "the gap has no number of words"},
		{"a ..3 ~2 b", 6, "a gap stands beside ~"},
		{"[a]", 0, "the phrase would match anything"},
		{"[a] [b|c]", 0, "the phrase would match anything"},
		{"b*", 0, `the beginning "b" is too short`},
		{"*", 0, "* stands alone"},
		{"purple.*banner", 6, "a phrase is not a regular expression: .* has no meaning"},
		{"purple .* banner", 7, "a phrase is not a regular expression: .* has no meaning"},
		{"пурпур.*стяг", 12, "a phrase is not a regular expression: .* has no meaning"},
		{"=word*", 0, "= and * exclude each other"},
		{"a*b", 0, `the beginning "a" is too short`},
		{"abc=d", 3, `'=' stands inside a word`},
		{"abc**", 4, "'*' stands inside a word"},
		{"killed, wounded", 6, "punctuation (',') is not matched"},
		{"a.. b?", 5, "punctuation ('?') is not matched"},
		{"=", 0, `no word in ""`},
		{"@", 0, "no name follows @"},
		{"<boss: a>", 0, `unknown slot "boss"`},
		{"<actor a>", 0, `unknown slot "actor a"`},
		{"<actor: a", 0, `the bracket has no closing ">"`},
		{"<actor: [a]>", 0, "the phrase would match anything"},
		{deep, 7, "brackets are nested more than 6 deep"},
		{strings.Repeat("a", 501), 0, "the phrase has 501 characters, more than 500"},
		{"a \xff", 0, "the phrase is not valid UTF-8"},
		{"a ..20 b ..20 c ..20 d", 0, "the phrase can span 64 words, more than 60"},
		{"(a" + strings.Repeat("|a", 200) + ")", 1, "more than 200 alternatives"},
		{"a ~1 a ~1 a ~1 a", 2, "~ joins more than 3 parts"},
		{strings.Repeat("(a ~1 a ~1 a)", 20), 120, "the phrase expands to more than 250 parts"},
		{"a [b] ~1 c", 6, "the phrase ends with a gap"},
		{"(a+)+$", 1, ""}, // signs that other notations have are words here, and none
	} {
		_, err := Parse(c.phrase)
		var syntax *SyntaxError
		if c.message == "" {
			if err == nil || !errors.As(err, &syntax) {
				t.Errorf("%q: error is %v", c.phrase, err)
			}
			continue
		}
		if !errors.As(err, &syntax) {
			t.Errorf("%.40q: error is %v, want %q", c.phrase, err, c.message)
			continue
		}
		if syntax.Message != c.message || syntax.Offset != c.offset && !strings.Contains(c.message, "1000") {
			t.Errorf("%.40q: %q at %d, want %q at %d", c.phrase, syntax.Message, syntax.Offset, c.message, c.offset)
		}
		if syntax.Remedy == "" || !strings.Contains(syntax.Error(), syntax.Remedy) {
			t.Errorf("%.40q: the error has no remedy: %v", c.phrase, err)
		}
	}
}

// A word that is cut short may end with a full stop.
func TestStopBeforeTheStar(t *testing.T) {
	for _, text := range []string{"gov.* house", "(u.s.*|gov.*)", "purple ban.*"} {
		if _, err := Parse(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestRefs(t *testing.T) {
	n := mustParse(t, "<actor:@police> ..3 (beat|@person:x-1) <n>")
	refs := maps.Collect(n.Refs())
	if len(refs) != 2 || refs["police"] != 7 || refs["person:x-1"] != 26 {
		t.Errorf("references are %v", refs)
	}
	if !n.Counts() || mustParse(t, "a b").Counts() {
		t.Error("Counts is wrong")
	}
}

func TestCircles(t *testing.T) {
	b := NewBuilder(nil)
	b.Define(mustParse(t, "(x|@two)"), b.Set("one"))
	b.Define(mustParse(t, "@one"), b.Set("two"))
	_, err := b.Build(token.NewVocabulary())
	if err == nil || !strings.Contains(err.Error(), "refers to itself") {
		t.Errorf("a circle of lists is %v", err)
	}
}

func FuzzPhrase(f *testing.F) {
	for _, seed := range []string{"@official ..8 (kidnap*|abduct*|=taken hostage)", "a ~3 [b|c] <target:@x>", "(((a", "=US b-c", "<n> ..2 killed", "a ~1 b ~2 c", "x <actor:@x> ~4 (b|c d) ~4 <target:@y>", "0'0~0A+0~0A~0A~0A0~0A0~0A", "0|0 0~0 0~0 0~0 0~0 0~0 0~0 0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var n *Node
		var err error
		stopwatch.Within(t, stopwatch.Limit, func() { n, err = Parse(text) })
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(text) {
				t.Fatalf("%q: the error %v has no place in the phrase", text, err)
			}
			return
		}
		var p *Program
		stopwatch.Within(t, stopwatch.Limit, func() {
			b := NewBuilder(plural)
			b.Add(n)
			p, err = b.Build(token.NewVocabulary())
		})
		if err != nil {
			t.Fatalf("%q parses but does not compile: %v", text, err)
		}
		found(p, text)
		found(p, "police fired at a b c, killed 12 men in the U.S. cease-fire")
	})
}
