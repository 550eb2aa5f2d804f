package lang

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPossible(t *testing.T) {
	for code, want := range map[string]bool{
		"en": true, "ky": true, "uz": true, "zh": true, "ja": true, "ka": true, "hy": true, "he": true,
		"kg": false, "kz": false, "xx": false, "": false, "any": false, "EN": false, "eng": false, "sw": false, "en-US": false,
	} {
		if got := Possible(code); got != want {
			t.Errorf("%q: %t, want %t", code, got, want)
		}
	}
	if told := Told(); !slices.IsSorted(told) || !slices.Contains(told, "tg") || slices.Contains(told, "") {
		t.Errorf("told %v", told)
	}
}

// What is known of a word is found by its hash, so no two may share one.
func TestKnownWordsDiffer(t *testing.T) {
	of := map[uint64]string{}
	for _, p := range profiles {
		for _, w := range strings.Fields(p.words) {
			ending, isEnding := strings.CutPrefix(w, "*")
			if isEnding && (spell(ending).letters != 3 || known.endings[spell(ending).last] == 0) {
				t.Errorf("the ending %q is not found", ending)
			}
			if h := spell(w).hash; !isEnding && of[h] != "" && of[h] != w {
				t.Errorf("%q and %q have one hash", w, of[h])
			} else if !isEnding {
				of[h] = w
			}
		}
	}
	if len(known.words) != len(of) {
		t.Errorf("%d words are known of %d", len(known.words), len(of))
	}
}

func TestLetter(t *testing.T) {
	for c := range byte(0x80) {
		want := 0
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
			want = 1
		}
		if got := letter(c); got != want {
			t.Errorf("%q: %d, want %d", c, got, want)
		}
	}
}

func TestDecode(t *testing.T) {
	for _, rest := range []string{"", "a", "\x80", "\xff"} {
		for pair := range 1 << 16 {
			s := string([]byte{byte(pair), byte(pair >> 8)}) + rest
			want, length := utf8.DecodeRuneInString(s)
			if got, size := decode(s); got != want || size != length {
				t.Fatalf("%q is %q of %d bytes, want %q of %d", s, got, size, want, length)
			}
		}
	}
}
