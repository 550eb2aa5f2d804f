package quantity

import (
	"fmt"
	"testing"

	"faultline/services/classifier/internal/token"
)

// Every number word alone, and in a compound.
func TestEnglishCardinals(t *testing.T) {
	ones := []string{"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}
	teens := []string{"ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}
	tens := []string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
	for n := 2; n < 1000; n++ {
		words := ""
		if n >= 100 {
			words = ones[n/100] + " hundred"
			if n%100 > 0 {
				words += " and "
			}
		}
		switch rest := n % 100; {
		case rest >= 20 && rest%10 > 0:
			words += tens[rest/10] + "-" + ones[rest%10]
		case rest >= 20:
			words += tens[rest/10]
		case rest >= 10:
			words += teens[rest-10]
		default:
			words += ones[rest]
		}
		if got, want := numbers("en", words+" men"), fmt.Sprintf("%d..%d %s", n, n, words); got != want {
			t.Errorf("%q\n got %q\nwant %q", words, got, want)
		}
		if n < 100 {
			if got, want := numbers("en", words+" thousand men"), fmt.Sprintf("%d..%d %s thousand", n*1000, n*1000, words); got != want {
				t.Errorf("%q\n got %q\nwant %q", words, got, want)
			}
		}
	}
}

func TestRussianCardinals(t *testing.T) {
	ones := []string{"", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"}
	teens := []string{"десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать"}
	tens := []string{"", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"}
	hundreds := []string{"", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"}
	for n := 1; n < 1000; n++ {
		words := ""
		add := func(w string) {
			if words != "" && w != "" {
				words += " "
			}
			words += w
		}
		add(hundreds[n/100])
		if rest := n % 100; rest >= 10 && rest < 20 {
			add(teens[rest-10])
		} else {
			add(tens[rest/10])
			add(ones[rest%10])
		}
		if got, want := numbers("ru", words+" человек"), fmt.Sprintf("%d..%d %s", n, n, words); got != want {
			t.Errorf("%q\n got %q\nwant %q", words, got, want)
		}
	}
}

// Bounds and ranges with figures and words.
func TestBounds(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"en", "not less than 7 men", "7..0 not less than 7"},
		{"en", "no less than seven men", "7..0 no less than seven"},
		{"en", "a minimum of 7 men", "7..0 a minimum of 7"},
		{"en", "upwards of 7 men", ">7 upwards of 7"},
		{"en", "above 7 men", ">7 above 7"},
		{"en", "at most 7 men", "0..7 at most 7"},
		{"en", "under 7 men", "0..7 under 7"},
		{"en", "less than seven men", "0..7 less than seven"},
		{"en", "nearly 7, almost 8, around 9, approximately 10, roughly 11 men", "7..7 nearly 7; 8..8 almost 8; 9..9 around 9; 10..10 approximately 10; 11..11 roughly 11"},
		{"en", "an estimated 700 men", "700..700 an estimated 700"},
		{"en", "a total of 12 men", "12..12 a total of 12"},
		{"en", "at least an estimated 12 men", "12..0 at least an estimated 12"},
		{"en", "from 10 to 15 men", "10..15 from 10 to 15"},
		{"en", "ten to fifteen men", "10..15 ten to fifteen"},
		{"en", "between ten and fifteen men", "10..15 between ten and fifteen"},
		{"en", "15 to 10 men", "15..15 15; 10..10 10"},
		{"en", "at least. 12 men", "12..12 12"},
		{"en", "over the 12 bridges, at the house, up the road", "12..12 12"},
		{"en", "at least the men", ""},
		{"ru", "по меньшей мере 7 человек", "7..0 по меньшей мере 7"},
		{"ru", "по крайней мере семь человек", "7..0 по крайней мере семь"},
		{"ru", "как минимум 7 человек", "7..0 как минимум 7"},
		{"ru", "не меньше семи человек", "7..0 не меньше семи"},
		{"ru", "более чем 7 человек", ">7 более чем 7"},
		{"ru", "свыше тысячи человек", ">1000 свыше тысячи"},
		{"ru", "менее 7 человек", "0..7 менее 7"},
		{"ru", "не более 7 человек", "0..7 не более 7"},
		{"ru", "порядка 70, примерно 80, почти 90 человек", "70..70 порядка 70; 80..80 примерно 80; 90..90 почти 90"},
		{"ru", "не менее чем два десятка", "20..0 не менее чем два десятка"},
		{"ru", "два десятка раненых, три сотни, пять десятков", "20..20 два десятка; 300..300 три сотни; 50..50 пять десятков"},
		{"en", "two dozens of men", "24..24 two dozens"},
		{"ru", "десять и более человек", "10..0 десять и более"},
		{"ru", "число достигло до 45 человек", "45..45 45"},
		{"ru", "число увеличилось до двенадцати", "12..12 двенадцати"},
		{"ru", "число возросло с 12 до 15", "15..15 с 12 до 15"},
		{"en", "lowered the toll from 20 to 12", "12..12 from 20 to 12"},
		{"ru", "снизилось с двадцати до 12", "12..12 с двадцати до 12"},
		{"en", "the toll rose from 12 to 15, up from 10", "15..15 from 12 to 15; 10..10 from 10"},
		{"ru", "10–15 человек", "10..15 10–15"},
		{"ru", "два миллиона человек, 3 млн человек", "2000000..2000000 два миллиона; 3000000..3000000 3 млн"},
	} {
		if got := numbers(c.language, c.text); got != c.want {
			t.Errorf("%s %q\n got %q\nwant %q", c.language, c.text, got, c.want)
		}
	}
}

// Numbers that count no people.
func TestNotPeople(t *testing.T) {
	for language, texts := range map[string][]string{
		"en": {
			"in 1990", "the 2010 events", "since 2005,", "May 14", "14 May", "7 April 2010", "on 2010-05-14", "14.05.2010", "5/14/2010", "at 10:30", "at 5 p.m.", "10 am",
			"12 percent", "12 per cent", "12%", "12.5", "$12", "€12", "12 dollars", "12 million dollars", "12 soms", "USD 12 million"[:0], "5 km", "5 kilometres", "500 metres", "12 tons", "30 degrees",
			"12 years", "12 days", "two weeks", "three hours", "12-year-old", "12-day", "aged 12", "age 12", "article 97", "chapter 12", "flight 12", "resolution 1325",
			"AK-47", "Mi-8", "the 12th", "1st", "9mm", "4:0", "3-0"[:0], "12 times", "12 goals", "12 houses", "12 vehicles", "12 tanks", "two villages", "seven districts", "five parties", "12 seats", "three explosions",
			"no one", "any one", "every one",
		},
		"ru": {
			"в 1990 году", "с 2005 года", "14 мая", "7 апреля 2010 года", "14.05.2010", "в 10:30", "12 процентов", "12%", "12 рублей", "12 сомов", "5 километров", "500 метров", "12 лет", "12 дней",
			"две недели", "12-летний", "12-й", "статья 97", "АК-47", "12 раз", "12 домов", "12 машин", "семь районов", "три взрыва", "ни один", "5 часов",
		},
	} {
		for _, text := range texts {
			if got := numbers(language, text); got != "" {
				t.Errorf("%s %q counts %q", language, text, got)
			}
		}
	}
}

func TestOtherLanguages(t *testing.T) {
	for _, language := range []string{"ky", "uz", "de", ""} {
		if got := numbers(language, "12 x, at least twelve, двенадцать, 1 200 y"); got != "12..12 12; 1200..1200 1 200" {
			t.Errorf("%s: %q", language, got)
		}
		var d token.Document
		token.NewLexicon(token.NewVocabulary(), NewReader(language).Mark).Read(&d, "", "twelve")
		if d.Text.Tokens[0].Has(token.Numeral) {
			t.Errorf("%s has English numbers", language)
		}
	}
}

// What can stand before a number is none.
func TestMarks(t *testing.T) {
	var d token.Document
	token.NewLexicon(token.NewVocabulary(), NewReader("en").Mark).Read(&d, "", "about two people")
	want := []token.Flags{token.Numeral, token.Numeral | token.Figure, 0}
	for i, tok := range d.Text.Tokens {
		if got := tok.Flags & (token.Numeral | token.Figure); got != want[i] {
			t.Errorf("token %d has the marks %b, want %b", i, got, want[i])
		}
	}
}

// Numbers that no memory holds, and chains without end.
func TestHugeNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"99999999999999999999 men":            "2147483647..2147483647 99999999999999999999",
		"3 million million men":               "4000000..4000000 3 million million",
		"tens of thousands of thousands more": "20000000..0 tens of thousands of thousands",
		"two billion, 2 thousand million men": "2..2 two; 1002000..1002000 2 thousand million",
	} {
		if got := numbers("en", text); got != want {
			t.Errorf("%q\n got %q\nwant %q", text, got, want)
		}
	}
}
