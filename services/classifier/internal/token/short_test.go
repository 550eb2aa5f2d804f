package token

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf8"
)

// All pairs of bytes are told as letters or not, and folded, as one by one.
func TestLettersOfBytes(t *testing.T) {
	for pair := range 1 << 16 {
		bytes := [8]byte{byte(pair), byte(pair >> 8), ' '}
		eight := binary.LittleEndian.Uint64(bytes[:])
		text := string(bytes[:])
		want := 0
		for want < 2 && isASCIILetter(text[want]) {
			want++
		}
		if count, folded, _ := ASCIILetters(eight); count != want || unpack(folded) != strings.ToLower(text[:want]) {
			t.Fatalf("%q has %d letters %q", text, count, unpack(folded))
		}
		letters := 0
		for i := range len(text) {
			if isASCIILetter(text[i]) {
				letters++
			}
		}
		if got := CountASCIILetters(eight); got != letters {
			t.Fatalf("%q has %d letters in all, want %d", text, got, letters)
		}
		r, size := utf8.DecodeRuneInString(text)
		want = 0
		if 'А' <= r && r <= 'я' {
			want = size
		}
		count, folded, upper := CyrillicLetters(eight)
		if 2*count != want || unpack(folded) != strings.ToLower(text[:want]) || upper&1 == 1 != (want > 0 && r < 'а') {
			t.Fatalf("%q has %d Russian letters %q", text, count, unpack(folded))
		}
	}
}

func unpack(folded uint64) string {
	return strings.TrimRight(string(binary.LittleEndian.AppendUint64(nil, folded)), "\x00")
}

// What is read eight bytes at a time has the same tokens as what is read letter
// by letter: a field without a blank at its end never is.
func TestShortWords(t *testing.T) {
	for _, text := range []string{
		"a", "I am", "Parliament", "demonstrators", "counterrevolutionaries", "ab", "re-election", "(so)", "why?", "it`s", "rock'n'roll", "longestwordthatthereisinanytextofall", "правительство", "столкновениями", "Ёлки-палки", "seven7", "sevenly", "Eightlet", "NATO", "U.S. it", "A. Smith", "it's", "don't", "$ten", "x-y", "a1", "été", "naïve",
		"в", "я и", "Он", "ОБСЕ", "БССР", "область", "областью", "ещё", "ёлка", "СЪЁМ", "пол-дня", "г. Ош", "кы", "қала", "Өзгөн", "воin", "дом1",
	} {
		for _, word := range []string{text, strings.ToUpper(text), strings.ToLower(text)} {
			l := NewLexicon(NewVocabulary(), nil)
			var slow, fast Document
			l.Read(&slow, "", word) // and every word is known from here on
			l.Read(&fast, "", word+"                ")
			if len(slow.Text.Tokens) != len(fast.Text.Tokens) {
				t.Fatalf("%q has %d tokens, %d with blanks behind it", word, len(slow.Text.Tokens), len(fast.Text.Tokens))
			}
			for i := range slow.Text.Tokens {
				if a, b := slow.Text.Tokens[i], fast.Text.Tokens[i]; a != b {
					t.Errorf("%q: token %d is %+v, with blanks behind it %+v", word, i, a, b)
				}
			}
		}
	}
}
