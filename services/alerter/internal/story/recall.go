package story

import "strings"

// recallingWords begin the sentences in which outlets recall what was told before: "Earlier,",
// "Напомним,". Words of one beginning are joined by "_".
const recallingWords = `earlier previously
	ранее напомним напомню напоминаем до_этого как_ранее как_сообщалось как_уже_сообщалось как_сообщал как_сообщала как_сообщали как_сообщало как_писал как_писала как_писали как_писало
	эске_салсак эске_салабыз эскерте_кетсек буга_чейин мурдараак еске_салайық еске_сала_кетейік бұған_дейін осыған_дейін eslatib_otamiz eslatamiz avvalroq bundan_oldin bungacha
	едовар_мешавем едрас_мекунем қаблан пештар daha_önce hatirlanacaği hatirlatmak_gerekirse
	pour_rappel pour_mémoire rappelons auparavant précédemment cabe_recordar recordemos anteriormente previamente يذكر_أن وسبق وفي_وقت_سابق`

// recalling are those beginnings by their first words, each as the words that follow it.
type recalling map[string][][]string

func newRecalling() recalling {
	out := recalling{}
	for _, beginning := range strings.Fields(recallingWords) {
		parts := strings.Split(beginning, "_")
		out[parts[0]] = append(out[parts[0]], parts[1:])
	}
	return out
}

// leastNews is how many words of news stand before what is recalled.
const leastNews = 10

// news is how many words of a text stand before it turns to what was told before: from there
// on it is about the other steps of an affair, which another report may have as its news.
func (r recalling) news(body []word) int {
	for i := leastNews; i < len(body); i++ {
		if body[i].sentence && r.begins(body[i:]) {
			return i
		}
	}
	return len(body)
}

func (r recalling) begins(ws []word) bool {
	for _, rest := range r[ws[0].text] {
		n := 0
		for n < len(rest) && n+1 < len(ws) && ws[n+1].text == rest[n] {
			n++
		}
		if n == len(rest) {
			return true
		}
	}
	return false
}
