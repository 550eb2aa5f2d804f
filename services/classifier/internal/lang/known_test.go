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
			if end := spell(ending); isEnding && (end.letters != 3 || known.endings.set(end.last()) == 0) {
				t.Errorf("the ending %q is not found", ending)
			}
			spelled := spell(w)
			if h := spelled.hash(); !isEnding && of[h] != "" && of[h] != w {
				t.Errorf("%q and %q have one hash", w, of[h])
			} else if !isEnding {
				of[h] = w
			}
		}
	}
	if known.words.used != len(of) {
		t.Errorf("%d words are known of %d", known.words.used, len(of))
	}
}

// A word is the same read letter by letter or at once, however long it is.
func TestAddASCII(t *testing.T) {
	for length := range 40 {
		word := strings.Repeat("Instability", 4)[:length]
		for _, before := range []string{"", "ō", "жогорку кеңеш"} {
			var want, got speller
			for _, r := range before {
				want.add(r)
				got.add(r)
			}
			for _, r := range word {
				want.add(letterOf(r).lower)
			}
			n := got.addASCII(word + "-a")
			if n != length || min(got.bytes, longestFrequent+1) != min(want.bytes, longestFrequent+1) {
				t.Errorf("%q behind %q: %d letters are %d bytes, want %d", word, before, n, got.bytes, want.bytes)
			} else if got.bytes <= longestFrequent && (got.letters != want.letters || got.hash() != want.hash() || got.letters >= ending && got.last() != want.last()) {
				t.Errorf("%q behind %q: the letters are %q, want %q", word, before, got.text[:got.bytes], want.text[:want.bytes])
			}
		}
	}
}

// Russian words are the same read letter by letter or at once, ё and all.
func TestReadPlain(t *testing.T) {
	for _, word := range []string{"я", "Ёлка", "Объединённый", "съёмка", "ЭТЫЩЪ", "жана", "өкмөт", "сообщили"} {
		want, got, at := spell(strings.ToLower(word)), speller{}, 0
		var s signs
		for rest := word + " и так далее"; at < len(word); {
			if n := s.readPlain(&got, rest[at:]); n > 0 {
				at += n
				continue
			}
			r, size := decode(rest[at:])
			got.add(letterOf(r).lower)
			at += size
		}
		if at != len(word) || got.hash() != want.hash() || got.letters != want.letters {
			t.Errorf("%q is read as %q", word, got.text[:got.bytes])
		}
		for _, r := range "ыщ" {
			if n := strings.Count(strings.ToLower(word), string(r)); s.special[known.letters[r].special] != n {
				t.Errorf("%q has %d %c, want %d", word, s.special[known.letters[r].special], r, n)
			}
		}
	}
}

func TestTable(t *testing.T) {
	made := newTable()
	for key := uint64(1); key <= 1000; key++ {
		made.add(key<<40, key)
		made.add(key<<40, 1<<20)
	}
	for key := uint64(0); key <= 2000; key++ {
		want := key | 1<<20
		if key < 1 || key > 1000 {
			want = 0
		}
		if got := made.set(key << 40); got != want {
			t.Fatalf("key %d has the set %x, want %x", key, got, want)
		}
	}
	if made.used != 1000 || len(made.slots) < 4*made.used {
		t.Errorf("%d keys in %d slots", made.used, len(made.slots))
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
