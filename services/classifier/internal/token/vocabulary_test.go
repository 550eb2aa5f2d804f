package token

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// Growing keeps the ids of the words that are there, whatever it is asked for.
func TestVocabularyGrows(t *testing.T) {
	for _, n := range []int{-1, 0, 1, 1000} {
		v := NewVocabulary()
		osh := v.Add("Osh")
		v.Grow(n, 5*n)
		if v.Len() != 2 || v.Lookup("osh") != osh || v.Word(osh) != "osh" {
			t.Fatalf("grown by %d: %d words, osh is %d", n, v.Len(), v.Lookup("osh"))
		}
		if talas := v.Add("Talas"); talas != osh+1 || v.Lookup("talas") != talas {
			t.Errorf("grown by %d: talas is %d", n, talas)
		}
	}
}

func TestAddFoldedIsAdd(t *testing.T) {
	v := NewVocabulary()
	osh := v.AddFolded("osh")
	for _, again := range []uint32{v.Add("OSH"), v.Add("Osh"), v.AddFolded("osh")} {
		if again != osh {
			t.Errorf("osh is %d and %d", osh, again)
		}
	}
	if v.AddFolded("") != 0 || v.AddFolded(string(make([]byte, maxWordLength+1))) != 0 || v.Len() != 2 {
		t.Errorf("%d words", v.Len())
	}
}

// A vocabulary is a map of words to the order in which they came.
func TestVocabularyIsAMap(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	for _, grown := range []int{0, 100, 50_000} {
		v, want := NewVocabulary(), map[string]uint32{}
		v.Grow(grown, 6*grown)
		for range 30_000 {
			word := "w" + strconv.Itoa(r.IntN(20_000))
			if want[word] == 0 {
				want[word] = uint32(len(want) + 1)
			}
			if got := v.AddFolded(word); got != want[word] {
				t.Fatalf("%s is %d, want %d", word, got, want[word])
			}
		}
		for word, id := range want {
			if v.Lookup(word) != id || v.Word(id) != word || v.Lookup(word+"x") != 0 {
				t.Fatalf("%s: %d, want %d; word %q", word, v.Lookup(word), id, v.Word(id))
			}
		}
		if v.Len() != len(want)+1 {
			t.Errorf("%d words, want %d", v.Len(), len(want)+1)
		}
	}
}

// Words in order get the ids that Add would give them; what is not in order is not added.
func TestAddNext(t *testing.T) {
	v := NewVocabulary()
	for i, word := range []string{"bishkek", "osh", "oshskij", "ош"} {
		if !v.AddNext([]byte(word)) || v.Lookup(word) != uint32(i+1) || v.AddFolded(word) != uint32(i+1) {
			t.Errorf("%s was not added, or has the id %d", word, v.Lookup(word))
		}
	}
	for _, word := range []string{"", "ош", "osh", "bishkek", "ош" + strings.Repeat("я", maxWordLength)} {
		if v.AddNext([]byte(word)) || v.Len() != 5 {
			t.Errorf("%q was added", word)
		}
	}
	for i := range 1000 {
		if !v.AddNext([]byte("я" + strconv.Itoa(10_000+i))) {
			t.Fatalf("word %d was not added", i)
		}
	}
	if v.Lookup("bishkek") != 1 || v.Lookup("я10999") != 1004 {
		t.Error("a word was lost while the table grew")
	}
}
