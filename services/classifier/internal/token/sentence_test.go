package token

import (
	"strings"
	"testing"
	"unicode"
)

// sentences cuts a text into its sentences, words folded.
func sentences(text string) string {
	f := &read(text).Text
	var out []string
	for i := range f.Sentences {
		from, to := f.SentenceBounds(int32(i))
		var words []string
		for k := from; k < to; k++ {
			words = append(words, f.Tokens[k].Info.Text)
		}
		out = append(out, strings.Join(words, " "))
	}
	return strings.Join(out, " / ")
}

func TestSentences(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"One. Two. Three.", "one / two / three"},
		{"One two", "one two"},
		{"He spoke. \"Go,\" she said.", "he spoke / go she said"},
		{"He said: \"Go.\" Then left.", "he said go / then left"},
		{"Mr. Smith met Dr. Brown. They left", "mr smith met dr brown / they left"},
		{"Gen. K. Kurbanov, Lt. Col. Ivanov and Sgt. Li. Then", "gen k kurbanov lt col ivanov and sgt li / then"},
		{"On Jan. 5 and in Sept. 2010. Then", "on jan 5 and in sept 2010 / then"},
		{"In the U.S. they said. Then", "in the us they said / then"},
		{"at 3.5 per cent, at 10.30, v2.0. Then", "at 3.5 per cent at 10.30 v2 0 / then"},
		{"visit example.com today. Then", "visit example com today / then"},
		{"What? No! Yes... Well. so", "what / no / yes / well so"},
		{"What?! Then", "what / then"},
		{"in 2010. Then", "in 2010 / then"},
		{"killed 12. Then 13", "killed 12 / then 13"},
		{"Title\n\nText here\n\nMore", "title / text here / more"},
		{"one\r\n\r\nTwo", "one / two"},
		{"one\nTwo three", "one two three"},
		{"Он сказал. Она ушла", "он сказал / она ушла"},
		{"в г. Ош и на ул. Ленина. Там", "в г ош и на ул ленина / там"},
		{"12 тыс. человек и 5 млн. рублей. Там", "12 тыс человек и 5 млн рублей / там"},
		{"А. С. Пушкин и К. Бакиев. Там", "а с пушкин и к бакиев / там"},
		{"«Уходи». Он ушел", "уходи / он ушел"},
		{"這裡。那裡", "這 裡 / 那 裡"},
		{"پلیس گفت۔ دو نفر", "پلیس گفت / دو نفر"},
		{"मैं गया। वह आया", "मैं गया / वह आया"},
		{". . .", ""}, {"...and then", "and then"}, {"", ""}, {"?!", ""},
		{"A.B.C. said", "abc said"},
		{"Yahoo! is a company", "yahoo is a company"},
	} {
		if got := sentences(c.in); got != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.in, got, c.want)
		}
	}
}

// Spans are those of the original, whatever was folded away.
func TestSpansOfTheOriginal(t *testing.T) {
	for text, want := range map[string]string{
		"the governor's men":     "the|governor|men",
		"o'zbek oʻzbek didn't":   "o'zbek|oʻzbek|didn't",
		"U.S. and U.K.":          "U.S.|and|U.K.",
		"12 000 men, 1,200 more": "12 000|men|1,200|more",
		"cease-fire":             "cease|fire",
		"ос\u200bтров \u200bв":   "ос\u200bтров|в",
		"Чу\u0438\u0306, город":  "Чу\u0438\u0306|город",
		"ＯＳＨ city":               "ＯＳＨ|city",
		"15% of $20 or 3.5m":     "15|of|20|or|3.5m",
		"奥什":                     "奥|什",
		"\xffbad\xfe \xd0":       "bad",
		"«Ош» (юг)":              "Ош|юг",
		"AK-47s":                 "AK|47s",
		"İstanbul'da":            "İstanbul'da",
	} {
		f := &read(text).Text
		var got []string
		for i := range f.Tokens {
			start, end := f.Span(i, i+1)
			got = append(got, text[start:end])
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q\n got %q\nwant %q", text, strings.Join(got, "|"), want)
		}
	}
}

func TestFoldIsStable(t *testing.T) {
	for _, word := range []string{"İSTANBUL", "Ёлка", "Чуи\u0306", "O'zbek", "Оsh", "ﬁre", "straße", "Σίσυφος", "ǅ", "كتابٌ", "ДЖАЛАЛ-АБАД", "x\u0300\u0301", "ẞ", "K"} {
		once := Fold(word)
		if twice := Fold(once); twice != once {
			t.Errorf("%q folds to %q, and that to %q", word, once, twice)
		}
		if upper := Fold(strings.ToUpper(word)); word != "ﬁre" && word != "straße" && upper != once {
			t.Errorf("%q folds to %q, in capitals to %q", word, once, upper)
		}
	}
}

// A word read from a text and a word folded alone are the same.
func TestFoldAgreesWithRead(t *testing.T) {
	for _, word := range []string{"Osh", "Ёлка", "Чуи\u0306", "o‘zbek", "Оsh", "Ｏｓｈ", "кыргызcтан", "İstanbul", "ısparta", "ОШ", "Əli", "Жогорку", "Bishkek’s", "didn't", "نَعَم"} {
		words := Words(word)
		if len(words) != 1 || words[0] != Fold(word) {
			t.Errorf("%q is read as %q, folded to %q", word, words, Fold(word))
		}
	}
}

func TestLongWordsInTheLexicon(t *testing.T) {
	l := NewLexicon(NewVocabulary(), nil)
	for n := 1; n < 60; n++ {
		a, b := strings.Repeat("a", n), strings.Repeat("a", n-1)+"b"
		for range 2 {
			if got := l.Word([]byte(a)).Text + l.Word([]byte(b)).Text; got != a+b {
				t.Errorf("the words of %d letters are %q", n, got)
			}
		}
	}
}

func TestSmall(t *testing.T) {
	for r := range rune(0x3000) {
		if got := small(r); got != unicode.IsLower(r) {
			t.Errorf("%q: %t", r, got)
		}
	}
}
