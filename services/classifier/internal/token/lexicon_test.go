package token

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unsafe"
)

func TestVocabulary(t *testing.T) {
	v := NewVocabulary()
	osh := v.Add("Osh")
	if osh == 0 || v.Add("ОSH") != osh || v.Add("osh's") != osh {
		t.Errorf("spellings of one word have different ids: %d %d", v.Add("ОSH"), v.Add("osh's"))
	}
	if v.Lookup("osh") != osh || v.Lookup("batken") != 0 {
		t.Error("lookup does not find what was added, or finds more")
	}
	if v.Word(osh) != "osh" || v.Word(0) != "" || v.Word(999) != "" {
		t.Errorf("Word gives %q %q %q", v.Word(osh), v.Word(0), v.Word(999))
	}
	for _, bad := range []string{"", "'", strings.Repeat("x", maxWordLength+1)} {
		if id := v.Add(bad); id != 0 {
			t.Errorf("Add(%.10q) = %d, want 0", bad, id)
		}
	}
}

func TestNamer(t *testing.T) {
	v := NewVocabulary()
	n := NewNamer(v)
	if a, b := n.Add("Jalal-Abad"), n.Add("Jalal Abad"); fmt.Sprint(a) != fmt.Sprint(b) || len(a) != 2 {
		t.Errorf("the same name has the words %v and %v", a, b)
	}
	for _, bad := range []string{"", " - ", strings.Repeat("x", maxWordLength+1)} {
		if ids := n.Add(bad); ids != nil {
			t.Errorf("Add(%.10q) = %v, want nil", bad, ids)
		}
	}
	if got := Words("Kara-Suu, Osh"); fmt.Sprint(got) != "[kara suu osh]" {
		t.Errorf("Words gives %v", got)
	}
}

// The table forgets when it is full, and stays right.
func TestLexiconIsBounded(t *testing.T) {
	v := NewVocabulary()
	known := v.Add("known")
	l := NewLexicon(v, func(w *Word) { w.SetFeatures([]uint32{uint32(len(w.Text))}) })
	for i := range maxSlots {
		w := l.Word(fmt.Appendf(nil, "w%d", i))
		if w.Text != fmt.Sprintf("w%d", i) || !w.Has(uint32(len(w.Text))) {
			t.Fatalf("word %d is %q with features %d", i, w.Text, w.Features())
		}
	}
	if n := len(l.table.Load().slots); n > maxSlots {
		t.Errorf("the table has %d slots, more than %d", n, maxSlots)
	}
	if w := l.Word([]byte("known")); w.ID != known || w != l.Word([]byte("known")) {
		t.Error("a word is not kept, or has lost its id")
	}
	long := []byte(strings.Repeat("я", maxWordLength))
	if w := l.Word(long); len(w.Features()) > 0 || w == l.Word(long) {
		t.Error("a word longer than any is analyzed or kept")
	}
}

func TestLexiconIsSafeForConcurrentUse(t *testing.T) {
	l := NewLexicon(NewVocabulary(), nil)
	var done sync.WaitGroup
	for g := range 8 {
		done.Go(func() {
			for i := range 5000 {
				want := fmt.Sprintf("w%d", (i*7+g)%3000)
				if w := l.Word([]byte(want)); w.Text != want {
					t.Errorf("asked for %q, got %q", want, w.Text)
					return
				}
			}
		})
	}
	done.Wait()
}

func TestWord(t *testing.T) {
	w := &Word{}
	if w.SetFeatures(nil); w.Has(0) || len(w.Features()) > 0 {
		t.Errorf("a word without features has %v", w.Features())
	}
	for _, given := range [][]uint32{{2}, {2, 5}, {2, 5, 7, 11, 13, 17}, {2, 5, 7, 11, 13, 17, 19}} {
		w, want := &Word{}, slices.Clone(given)
		w.SetFeatures(given)
		given[0] = 3
		if !slices.Equal(w.Features(), want) || !w.Has(want[len(want)-1]) || w.Has(3) {
			t.Errorf("the features are %v, want %v", w.Features(), want)
		}
	}
}

// What is known of a word is known of its tokens.
func TestTokensHaveTheMarksOfTheirWords(t *testing.T) {
	v := NewVocabulary()
	l := NewLexicon(v, func(w *Word) {
		switch w.Text {
		case "two":
			w.Mark(Numeral | Figure | Known)
		case "about":
			w.Mark(Numeral)
		}
		if w.Text == "ош" {
			w.SetFeatures([]uint32{1})
		}
	})
	var d Document
	v.Names(v.Add("ücü"), Small|Leads)
	v.Names(v.Add("men"), 0)
	l.Read(&d, "", "about Two men, Ош ücü gen")
	want := []Flags{Numeral | ASCII, Numeral | Figure | ASCII, Name | ASCII, Known, Name | Small | Leads, ASCII | Stopped}
	for i := range d.Text.Tokens {
		if got := d.Text.Tokens[i].Flags & ofWords; got != want[i] {
			t.Errorf("%q has the flags %b, want %b", d.Text.Tokens[i].Info.Text, got, want[i])
		}
	}
}

// A word is in one line of the processor's cache only if it begins with one.
func TestWordsFillLines(t *testing.T) {
	const line = 64
	l := NewLexicon(NewVocabulary(), nil)
	for _, text := range []string{"a", "b", "c"} {
		w := l.Word([]byte(text))
		if size, at := unsafe.Sizeof(*w), uintptr(unsafe.Pointer(w)); size != line || at%line != 0 {
			t.Errorf("%q has %d bytes at %x, want %d on a multiple of that", text, size, at, line)
		}
	}
}

// The words that somebody looks for are listed while the text is read.
func TestLists(t *testing.T) {
	v := NewVocabulary()
	for name, how := range map[string]Flags{"osh": 0, "may": 0, "ош": Small, "город": Leads, "баткен": 0} {
		v.Names(v.Add(name), how)
	}
	l := NewLexicon(v, func(w *Word) {
		if w.Text == "clash" || w.Text == "osh" {
			w.SetFeatures([]uint32{1})
		}
	})
	var d Document
	for range 2 { // a document is used again
		l.Read(&d, "", "It may clash in Osh, may it? ош баткен город. Jalal-Abad, clash-Osh, "+strings.Repeat("word ", 100)+"clash")
		f := &d.Text
		if got := fmt.Sprint(f.Known(), f.Named(), f.Heads); got != "[2 4 12 13 114] [4 7 9 13] [10 12]" {
			t.Errorf("known, named and heads are %s", got)
		}
	}
	if l.Read(&d, "", "Nothing"); len(d.Text.Known())+len(d.Text.Named())+len(d.Text.Heads) > 0 {
		t.Error("lists of the document before are kept")
	}
}
