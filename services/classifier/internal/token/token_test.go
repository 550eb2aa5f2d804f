package token

import (
	"fmt"
	"strings"
	"testing"
)

func read(text string) *Document {
	d := &Document{}
	NewLexicon(NewVocabulary(), nil).Read(d, "", text)
	return d
}

func TestFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Osh", "osh"},
		{"Ёлка", "елка"},
		{"Чуи\u0306", "чуй"},   // NFD й
		{"е\u0308лка", "елка"}, // NFD ё
		{"İstanbul", "istanbul"},
		{"I\u0307stanbul", "istanbul"},
		{"ISPARTA", "isparta"},
		{"ısparta", "isparta"},
		{"oʻzbek", "ozbek"}, {"o'zbek", "ozbek"}, {"o‘zbek", "ozbek"}, {"Oʼzbek", "ozbek"},
		{"Bishkek's", "bishkek"}, {"Bishkek’s", "bishkek"}, {"BISHKEK'S", "bishkek"},
		{"didn't", "didnt"},
		{"Оsh", "osh"},         // Cyrillic О
		{"Oш", "ош"},           // Latin O
		{"Бишкeк", "бишкек"},   // Latin e
		{"Жogorku", "жogorku"}, // Ж looks like nothing Latin, g like nothing Cyrillic
		{"ос\u200bтров", "остров"},
		{"\u202eosh", "osh"},
		{"Ｏｓｈ", "osh"},
		{"كتاب", "کتاب"}, {"مدرسة", "مدرسه"}, {"مستشفى", "مستشفی"}, {"أحمد", "احمد"}, {"إطلاق", "اطلاق"}, {"آسيا", "اسیا"}, {"جمـــال", "جمال"},
		{"гӯянда", "гӯянда"}, {"ҲУҚУҚӢ", "ҳуқуқӣ"}, {"Өкмөт", "өкмөт"}, {"ҰЛТТЫҚ", "ұлттық"}, {"ҒАЛАБА", "ғалаба"},
		{"مُحَمَّد", "محمد"},
		{"", ""},
	} {
		if got := Fold(c.in); got != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// render writes tokens with their sentence breaks and flags that matter.
func render(f *Field) string {
	var b strings.Builder
	for i := range f.Tokens {
		tok := &f.Tokens[i]
		switch {
		case tok.Has(SentenceStart) && i > 0:
			b.WriteString(" / ")
		case i > 0 && tok.Has(Hyphen):
			b.WriteString("-")
		case i > 0 && tok.Has(Clause):
			b.WriteString(" ; ")
		case i > 0 && tok.Has(Break):
			b.WriteString(" , ")
		case i > 0:
			b.WriteString(" ")
		}
		b.WriteString(tok.Info.Text)
		if tok.Has(Number) {
			fmt.Fprintf(&b, "#%d", tok.Value)
		}
		if tok.Has(Unit) {
			b.WriteString("u")
		}
		if tok.Has(Decimal) {
			b.WriteString("d")
		}
	}
	return b.String()
}

func TestTokens(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Police fired. Two died", "police fired / two died"},
		{"Gen. Kurbanov and K. Bakiyev met Mr. Sultanov. Then", "gen , kurbanov and k , bakiyev met mr , sultanov / then"},
		{"the U.S. base at Manas", "the us base at manas"},
		{"at 5 a.m. Friday", "at 5#5 am friday"},
		{"12 000 people, 1,200 men", "12000#12000 people , 1200#1200 men"},
		{"on May 14 2010 500 people", "on may 14#14 2010#2010 500#500 people"},
		{"3.5 million; $20 and 15% or 4:0", "3.5#3d million ; 20#20u and 15#15u or 4:0#4u"},
		{"Jalal-Abad region", "jalal-abad region"},
		{"the 12th and 9mm", "the 12th and 9mm"},
		{"Osh (south) - quiet", "osh ; south ; quiet"},
		{"в г. Ош. Погибли 12 чел. ночью", "в г , ош / погибли 12#12 чел , ночью"},
		{"Stop! he said. \"Go.\" She left", "stop , he said / go / she left"},
		{"one\n\nTwo\nthree", "one / two three"},
		{"12-летний", "12#12-летний"},
		{"officials' homes and Osh's", "officials homes and osh"},
		{"奥什市", "奥 什 市"},
		{"l'armée d’élite, qu'ils aujourd'hui", "l armée d élite , qu ils aujourdhui"},
		{"g'alaba o'zbek eʼlon O'Brien, N'Djamena", "galaba ozbek elon obrien , ndjamena"},
		{"١٢ قتيلا و٣ آلاف و4", "12#12 قتیلا و 3#3 الاف و 4#4"},
		{"۱۲ نفر", "12#12 نفر"},
		{"١٬٢٠٠ و ٣٫٥", "1200#1200 و 3٫5#3d"},
		{"1.200 personas, 12.500.000", "1.200#1200 personas , 12.500.000#12500000"},
		{"0.125 1.20 1.2000 1.200.5 1.200,5", "0.125#0d 1.20#1d 1.2000#1d 1.200.5#1u 1.200,5#1u"},
		{"Yahoo!", "yahoo"},
		{"10–15 men", "10#10-15#15 men"},
		{"99999999999 x", "99999999999#2147483647 x"},
		{"", ""},
		{"\xff\xfe bad \xd0", "bad"},
	} {
		if got := render(&read(c.in).Text); got != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.in, got, c.want)
		}
	}
}
