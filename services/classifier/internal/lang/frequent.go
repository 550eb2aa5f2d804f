package lang

import (
	"strings"
	"unicode"
)

const kyrgyzWords = " жана менен учун үчүн болгон деп эмес болду болуп тууралуу боюнча кыргыз шаарында жылы бул анын ошондой кийин айтты "

// wordsOf is a language with its frequent words, each between spaces.
type wordsOf struct{ code, words string }

func latinWords() []wordsOf {
	return []wordsOf{
		{"en", " the of and to in is was for on that with by from at as are were has have said after over into his their it its be been an who not will but "},
		{"uz", " va bilan uchun bu ham edi haqida boʻldi bo'ldi oʻzbekiston o'zbekiston keyin deb qildi hamda bir "},
		{"tr", " ve bir bu için ile da de olarak olan sonra gibi daha çok olduğu "},
		{"az", " və bir bu üçün ilə da də olan sonra ki edib "},
		{"kk", " jáne men úshin bul dep "},
		{"de", " der die das und ist in den von zu mit auf für im dem nicht ein eine des sich nach bei wurde "},
		{"fr", " le la les de des et en du un une est dans pour que qui sur au par avec a été ont "},
		{"es", " el la los las de del y en que un una es por con para se al fue han como su "},
		{"it", " il la di che e un una per del della in con sono è da al nel gli "},
		{"pt", " o a os as de do da e em que um uma para com por foi não no na dos "},
		{"pl", " w i na z do się że nie to jest po od przez oraz "},
	}
}

// frequent counts how many words of the sample are in the list.
func frequent(title, text, list string) int {
	n := 0
	for _, s := range []string{title, text} {
		if len(s) > sample {
			s = s[:sample]
		}
		for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool {
			return !unicode.IsLetter(r) && r != '\''
		}) {
			if strings.Contains(list, " "+w+" ") {
				n++
			}
		}
	}
	return n
}
