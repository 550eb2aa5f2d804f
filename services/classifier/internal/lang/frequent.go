package lang

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// votes counts the frequent words of each language in a text.
type votes [len(languages)]int

// languages are those told apart by frequent words; the index is the bit in
// frequentWords.
var languages = [...]string{"en", "uz", "tr", "az", "kk", "de", "fr", "es", "it", "pt", "pl", "ky"}

// frequentWords maps a word to the languages, as bits, in which it is frequent.
var frequentWords = tableOf([len(languages)]string{
	"the of and to in is was for on that with by from at as are were has have said after over into his their it its be been an who not will but",
	"va bilan uchun bu ham edi haqida boʻldi bo'ldi oʻzbekiston o'zbekiston keyin deb qildi hamda bir",
	"ve bir bu için ile da de olarak olan sonra gibi daha çok olduğu",
	"və bir bu üçün ilə da də olan sonra ki edib",
	"jáne men úshin bul dep",
	"der die das und ist in den von zu mit auf für im dem nicht ein eine des sich nach bei wurde",
	"le la les de des et en du un une est dans pour que qui sur au par avec a été ont",
	"el la los las de del y en que un una es por con para se al fue han como su",
	"il la di che e un una per del della in con sono è da al nel gli",
	"o a os as de do da e em que um uma para com por foi não no na dos",
	"w i na z do się że nie to jest po od przez oraz",
	"жана менен учун үчүн болгон деп эмес болду болуп тууралуу боюнча кыргыз шаарында жылы бул анын ошондой кийин айтты",
})

func tableOf(lists [len(languages)]string) map[string]uint16 {
	table := map[string]uint16{}
	for i, list := range lists {
		for _, w := range strings.Fields(list) {
			table[w] |= 1 << i
		}
	}
	return table
}

// maxVotes is how many words of a field are looked at.
const maxVotes = 60

// longestFrequent is the longest frequent word in bytes.
const longestFrequent = 32

// count adds the frequent words of a text.
func (v *votes) count(text string) {
	var buf [longestFrequent]byte
	word, words, long := buf[:0], 0, false
	for i := 0; i <= len(text) && words < maxVotes; {
		r, size := rune(' '), 1
		if i < len(text) {
			r, size = rune(text[i]), 1
			if r >= utf8.RuneSelf {
				r, size = utf8.DecodeRuneInString(text[i:])
			}
		}
		i += size
		if r == '\'' && len(word) > 0 || lettered(r) {
			if long = long || len(word)+utf8.UTFMax > longestFrequent; !long {
				word = utf8.AppendRune(word, lower(r))
			}
			continue
		}
		if len(word) > 0 {
			v.vote(word, long)
			words++
		}
		word, long = word[:0], false
	}
}

func (v *votes) vote(word []byte, long bool) {
	if long {
		return
	}
	bits := frequentWords[string(word)]
	for i := 0; bits != 0; i, bits = i+1, bits>>1 {
		v[i] += int(bits & 1)
	}
}

func lettered(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r|0x20 && r|0x20 <= 'z'
	}
	return 'а' <= r && r <= 'я' || unicode.IsLetter(r)
}

func lower(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z', 'А' <= r && r <= 'Я':
		return r + 0x20
	case r < utf8.RuneSelf || 'а' <= r && r <= 'я':
		return r
	}
	return unicode.ToLower(r)
}
