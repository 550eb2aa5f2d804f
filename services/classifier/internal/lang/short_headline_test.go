package lang

import (
	"embed"
	"strings"
	"testing"
)

// short are headlines of two to eight words about all kinds of news, one a line,
// by language. None of them is among the texts that the triples were counted in.
//
//go:embed testdata/headlines
var short embed.FS

// shortHeadlines are those of a language, at least two hundred.
func shortHeadlines(t *testing.T, code string) []string {
	t.Helper()
	text, err := short.ReadFile("testdata/headlines/" + code + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) < 200 {
		t.Fatalf("%s: %d headlines, want two hundred", code, len(lines))
	}
	return lines
}

// Without anything declared, 93 of a hundred are known in each language and 96
// of a hundred in all; docs/measurements.md has the figures.
func TestShortHeadlines(t *testing.T) {
	right, all := 0, 0
	for _, code := range []string{"ar", "en", "es", "fr", "kk", "ky", "ru", "tg", "tr", "uz"} {
		lines, wrong := shortHeadlines(t, code), 0
		for _, line := range lines {
			if got := Detect("", line, ""); got != code {
				t.Logf("%s: %q is taken for %q", code, line, got)
				wrong++
			}
			if got := Detect(code, line, ""); got != code {
				t.Errorf("declared %s: %q is taken for %q", code, line, got)
			}
		}
		known := 100 - 100*float64(wrong)/float64(len(lines))
		t.Logf("%s: %.1f %%", code, known)
		if known < 93 {
			t.Errorf("%s: only %.1f %% of the headlines are right", code, known)
		}
		right, all = right+len(lines)-wrong, all+len(lines)
	}
	t.Logf("all: %.1f %% of %d", 100*float64(right)/float64(all), all)
	if right*100 < all*96 {
		t.Errorf("only %d of %d headlines are right", right, all)
	}
}

// What is declared gives way to another script, and to many words of another
// language.
func TestDeclaredGivesWay(t *testing.T) {
	for _, c := range []struct{ declared, title, want string }{
		{"en", "Рынок закрыт", "ru"},
		{"ru", "Market closed", "en"},
		{"ar", "Market closed", "en"},
		{"es", "Police said that two people were killed in the south after a protest", "en"},
		{"ky", "В области перекрыли трассу из-за цен на хлеб, сообщили власти", "ru"},
	} {
		if got := Detect(c.declared, c.title, ""); got != c.want {
			t.Errorf("declared %s: %q is taken for %q, want %q", c.declared, c.title, got, c.want)
		}
	}
}

// A triple weighs more where it is frequent, nothing where it was never seen.
func TestWeigh(t *testing.T) {
	var sums [columns]int
	if n := ofScript[latin]().weigh("The", &sums); n != 3 {
		t.Errorf("%d triples in a word of three letters, want 3", n)
	}
	if en, es := sums[0], sums[1]; en <= 2*es {
		t.Errorf("The weighs %d in English, %d in Spanish", en, es)
	}
	sums = [columns]int{}
	if n := ofScript[latin]().weigh("zqx 12 wqz", &sums); n != 6 || sums != [columns]int{} {
		t.Errorf("%d triples that no language has weigh %v", n, sums)
	}
	for _, text := range []string{"", " ", "'", "ʻ", "12"} {
		if n := ofScript[latin]().weigh(text, &sums); n != 0 {
			t.Errorf("%d triples in %q", n, text)
		}
	}
}

func BenchmarkDetectHeadline(b *testing.B) {
	for b.Loop() {
		if got := Detect("", "Traders block road over bread prices", ""); got != "en" {
			b.Fatal(got)
		}
	}
}
