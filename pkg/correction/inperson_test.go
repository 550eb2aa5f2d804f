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
		if !InPerson(text) {
			t.Errorf("%s: %q takes back", language, text)
		}
	})
}

// What others say of an outlet's report or ask it to do, what it refuses, and what its report says of
// others takes nothing back.
func TestInPersonQuiet(t *testing.T) {
	each(t, "quiet.txt", func(language, text string) {
		if InPerson(text) {
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
