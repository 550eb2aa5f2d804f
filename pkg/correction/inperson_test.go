package correction

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What an outlet takes back in its own voice, in each language.
func TestInPerson(t *testing.T) {
	each(t, "inperson.txt", func(language, text string) {
		if !inPerson(text) {
			t.Errorf("%s: %q takes back", language, text)
		}
	})
}

// What others say of an outlet's report or ask it to do, what it refuses, and what its report says of
// others takes nothing back.
func TestInPersonQuiet(t *testing.T) {
	each(t, "quiet.txt", func(language, text string) {
		if inPerson(text) {
			t.Errorf("%s: %q takes nothing back", language, text)
		}
	})
}

// each hands out the lines of a file: a language and a text.
func each(t *testing.T, file string, fn func(language, text string)) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		language, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		seen[language] = true
		fn(language, text)
	}
	if len(seen) < 10 {
		t.Errorf("%s has texts in %d languages", file, len(seen))
	}
}

// An item takes back by the head of its title, or in the title or at the beginning of its text.
func TestWithdraws(t *testing.T) {
	const says = "We withdraw our earlier report."
	for name, c := range map[string]struct {
		title, text string
		want        bool
	}{
		"headed so":         {"RETRACTED: All is quiet", "", true},
		"a title that says": {says, "", true},
		"a text that says":  {"To our readers", says, true},
		"in its lead":       {"To our readers", strings.Repeat("е ", 230) + says, true},
		"far below":         {"To our readers", strings.Repeat("е ", 250) + says, false},
		"a correction":      {"CORRECTION: All is quiet", "", false},
		"nothing":           {"", "", false},
	} {
		if got := Withdraws(c.title, c.text); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
