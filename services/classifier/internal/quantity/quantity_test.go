package quantity

import (
	"fmt"
	"strings"
	"testing"

	"faultline/services/classifier/internal/stopwatch"
	"faultline/services/classifier/internal/token"
)

// numbers lists what the reader finds: "12..12 at least 12".
func numbers(language, text string) string {
	r := NewReader(language)
	l := token.NewLexicon(token.NewVocabulary(), r.Mark)
	var d token.Document
	l.Read(&d, "", text)
	var out []string
	for _, n := range r.Read(&d.Text, nil) {
		start, end := d.Text.Span(n.Start, n.End)
		bounds := fmt.Sprintf("%d..%d", n.Min, n.Max)
		if n.Over {
			bounds = fmt.Sprintf(">%d", n.Min)
		}
		out = append(out, bounds+" "+text[start:end])
	}
	return strings.Join(out, "; ")
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"en", "12 people were killed", "12..12 12"},
		{"en", "killed twelve, injured twenty-five", "12..12 twelve; 25..25 twenty-five"},
		{"en", "at least 12 died", "12..0 at least 12"},
		{"en", "more than 12 died", ">12 more than 12"},
		{"en", "over a hundred died", ">100 over a hundred"},
		{"en", "up to 50 died", "1..50 up to 50"},
		{"en", "as many as 50 died", "1..50 as many as 50"},
		{"en", "fewer than 50 died", "0..50 fewer than 50"},
		{"en", "some 60 wounded, about 70 hurt", "60..60 some 60; 70..70 about 70"},
		{"en", "no fewer than 30 died", "30..0 no fewer than 30"},
		{"en", "12 or more died", "12..0 12 or more"},
		{"en", "10-15 died, 10 to 15 died", "10..15 10-15; 10..15 10 to 15"},
		{"en", "between 10 and 15 died", "10..15 between 10 and 15"},
		{"en", "dozens of people, scores of men", "24..0 dozens of; 24..0 scores of"},
		{"en", "two dozen men, a dozen men", "24..24 two dozen; 12..12 a dozen"},
		{"en", "hundreds fled, several hundred fled, tens of thousands fled", "200..0 hundreds; 300..0 several hundred; 20000..0 tens of thousands"},
		{"en", "several dozen men, a few men, a couple of men", "36..0 several dozen; 3..0 a few; 2..0 a couple of"},
		{"en", "two hundred and five soldiers", "205..205 two hundred and five"},
		{"en", "12 thousand people, 2 million fled", "12000..12000 12 thousand; 2000000..2000000 2 million"},
		{"en", "3 hundred men", "300..300 3 hundred"},
		{"en", "one thousand two hundred men", "1200..1200 one thousand two hundred"},
		{"en", "12,500 refugees and 12 000 men", "12500..12500 12,500; 12000..12000 12 000"},
		{"en", "in 2010 and on May 14 and 7 April", ""},
		{"en", "2010 people were there", "2010..2010 2010"},
		{"en", "Alvarado, 21, was killed", ""},
		{"en", "in Osh, 21 men, in all", "21..21 21"},
		{"ru", "Асанов, 21, погиб", ""},
		{"en", "a 12-year-old, aged 40, 30 years, 5 km, 15%, $20, 3.5, 4:0, AK-47, the 12th", ""},
		{"en", "at 5 pm, 2010-05-14, article 5, two Baghdad markets, 12 vehicles", ""},
		{"en", "nobody came, no one died", ""},
		{"ru", "ни один человек, не один раз", ""},
		{"ru", "погибли 12 человек", "12..12 12"},
		{"ru", "не менее 12 человек погибли", "12..0 не менее 12"},
		{"ru", "более ста человек", ">100 более ста"},
		{"ru", "до 50 человек", "1..50 до 50"},
		{"ru", "число возросло до 45", "45..45 45"},
		{"ru", "около двадцати пяти человек", "25..25 около двадцати пяти"},
		{"ru", "двое убиты, трое ранены", "2..2 двое; 3..3 трое"},
		{"ru", "десятки раненых, сотни беженцев, несколько человек", "20..0 десятки; 200..0 сотни; 3..0 несколько"},
		{"ru", "несколько тысяч человек", "3000..0 несколько тысяч"},
		{"ru", "12 тыс. человек, пять тысяч беженцев", "12000..12000 12 тыс; 5000..5000 пять тысяч"},
		{"ru", "от 10 до 15 человек", "10..15 от 10 до 15"},
		{"ru", "двенадцать или более", "12..0 двенадцать или более"},
		{"ru", "в 2010 году, 14 мая, 12-летний, 30 лет, 5 километров, статья 5", ""},
		{"ru", "2010 человек", "2010..2010 2010"},
		{"ky", "12 киши, бир киши, бир жолу", "12..12 12; 1..1 бир"},
	} {
		if got := numbers(c.language, c.text); got != c.want {
			t.Errorf("%s %q\n got %q\nwant %q", c.language, c.text, got, c.want)
		}
	}
}

func FuzzNumbers(f *testing.F) {
	f.Add("en", "at least two hundred and five or more, tens of thousands, 10-15, 99999999999 million million")
	f.Add("ru", "от двадцати до пяти тысяч миллионов тысяч")
	f.Add("ky", "кеминде эки жүз 99999999999999999999дан ашык, бир нече миң")
	f.Add("fr", "quatre-vingt-dix mille millions, plus d'une vingtaine de milliers, 1.200.000.000.000")
	f.Add("ar", "خمسة وعشرون ألف ألف، ٩٩٩٩٩٩٩٩٩٩ آلاف و3")
	f.Fuzz(func(t *testing.T, language, text string) {
		r := NewReader(language)
		l := token.NewLexicon(token.NewVocabulary(), r.Mark)
		var d token.Document
		l.Read(&d, "", text)
		var found []Number
		stopwatch.Within(t, stopwatch.Limit, func() { found = r.Read(&d.Text, nil) })
		end := 0
		for _, n := range found {
			if n.Start < end || n.End <= n.Start || n.End > len(d.Text.Tokens) || n.Min < 0 || n.Max < 0 || n.Max > 0 && n.Max < n.Min {
				t.Fatalf("%q: %+v", text, n)
			}
			end = n.End
		}
	})
}
