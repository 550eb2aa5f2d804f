package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// Examples are found under their language in rule files and language files, in
// items and in tests.
func TestRead(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"rules/a.yaml": `
indicators:
  - id: a
    match: {en: [never counted]}
    examples:
      en: {fires: [One, {title: Two, text: Three, lang: fr}], quiet: [Four]}
tests:
  - {name: never, title: Five, lang: en}
`,
		"languages/ky/a.yaml": `
language: ky
indicators:
  a: {match: [эч], examples: {fires: [Бир], quiet: [Эки]}}
`,
	} {
		name = filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := read(folder)
	if err != nil {
		t.Fatal(err)
	}
	for language, want := range map[string]string{"en": "Five Four One", "fr": "Three Two", "ky": "Бир Эки"} {
		slices.Sort(got[language])
		if all := strings.Join(got[language], " "); all != want {
			t.Errorf("%s has %q, want %q", language, all, want)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "rules", "b.yaml"), []byte("a: [b"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := read(folder); err == nil || !strings.Contains(err.Error(), "b.yaml") {
		t.Errorf("a file that is no YAML gives %v", err)
	}
}

func TestCount(t *testing.T) {
	var got []string
	count("no'b 5 à", unicode.Latin, func(triple string) { got = append(got, triple) })
	if want := "_no nob ob_ _à_"; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// What is rare is left out, the frequent comes first, and Uzbek is counted in
// both scripts.
func TestFiles(t *testing.T) {
	got := files(texts{"en": slices.Repeat([]string{"An"}, 6), "fr": {"an"}, "uz": slices.Repeat([]string{"So'z"}, 5), "es": {"y"}})
	if want := "triple en es fr tr uz\n_an 6 0 1 0 0\nan_ 6 0 1 0 0\n_so 0 0 0 0 5\noz_ 0 0 0 0 5\nsoz 0 0 0 0 5\n"; string(got["latin.txt"]) != want {
		t.Errorf("got %s", got["latin.txt"])
	}
	if want := "triple kk ky ru tg uz\n_сў 0 0 0 0 5\nсўз 0 0 0 0 5\nўз_ 0 0 0 0 5\n"; string(got["cyrillic.txt"]) != want {
		t.Errorf("got %s", got["cyrillic.txt"])
	}
}

func TestCyrillicUzbek(t *testing.T) {
	for latin, want := range map[string]string{"yo'l": "йўл", "shahar": "шаҳар", "e'lon qildi": "э'лон қилди", "g'alaba yangi": "ғалаба янги"} {
		if got := strings.TrimSpace(cyrillicUzbek(latin)); got != want {
			t.Errorf("%q is spelled %q, want %q", latin, got, want)
		}
	}
}
