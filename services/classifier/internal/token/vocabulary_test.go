package token

import "testing"

// Growing keeps the ids of the words that are there, whatever it is asked for.
func TestVocabularyGrows(t *testing.T) {
	for _, n := range []int{-1, 0, 1, 1000} {
		v := NewVocabulary()
		osh := v.Add("Osh")
		v.Grow(n)
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

func TestForkOfGrown(t *testing.T) {
	v := NewVocabulary()
	v.Grow(10)
	v.Add("osh")
	fork := v.Fork()
	if fork.Add("talas") != 2 || v.Lookup("talas") != 0 || fork.Lookup("osh") != 1 {
		t.Error("a fork and its origin share words")
	}
}
