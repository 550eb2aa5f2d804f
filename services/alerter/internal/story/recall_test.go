package story

import "testing"

// What follows "earlier" is of another step, and no word, name or number of it is compared.
func TestWhatIsRecalledIsNoNews(t *testing.T) {
	const news = "Депутаты горсовета утвердили тариф на воду, который будет действовать с осени, сообщил Сагынбаев. "
	for _, recalls := range []string{"Ранее Тойчубеков закрыл 17 котельных.", "Напомним, Тойчубеков закрыл 17 котельных.", "Как ранее сообщалось, Тойчубеков закрыл 17 котельных."} {
		f, without := profile(report{text: news + recalls, lang: "ru"}), profile(report{text: news, lang: "ru"})
		if len(f.terms) != len(without.terms) || len(f.names) != len(without.names) || len(f.numbers) != 0 {
			t.Errorf("%s: %d words, %d names, %d numbers", recalls, len(f.terms), len(f.names), len(f.numbers))
		}
	}
	for _, text := range []string{
		news + "По словам Тойчубекова, ранее закрыли 17 котельных.",                                 // not at the start of a sentence
		"Ранее Тойчубеков закрыл 17 котельных. Депутаты горсовета утвердили тариф на воду с осени.", // nothing stands before it
		news + "Как обещал Тойчубеков, откроют 17 котельных.",
	} {
		if f := profile(report{text: text, lang: "ru"}); len(f.numbers) == 0 || len(f.names) == 0 {
			t.Errorf("%s: %d names, %d numbers", text, len(f.names), len(f.numbers))
		}
	}
}

// Two decisions of one council stay apart, although one report recalls the other's news.
func TestNextDecisionThatRecallsTheFirst(t *testing.T) {
	boilers := report{title: "Горсовет закрыл котельные в старых кварталах", text: "Депутаты горсовета решили закрыть семнадцать котельных в старых кварталах из-за долгов за уголь, сообщила пресс-служба мэрии. Жителей переведут на электрическое отопление до ноября.", lang: "ru"}
	water := report{title: "Тариф на воду вырастет с осени", text: "Новый тариф на питьевую воду утвердили на заседании во вторник, он начнёт действовать первого сентября. Платить придётся по счётчикам. ", lang: "ru"}
	both(t, boilers, water.but(func(r *report) {
		r.text += "Ранее депутаты горсовета решили закрыть семнадцать котельных в старых кварталах из-за долгов за уголь, жителей переведут на электрическое отопление до ноября."
	}), false)
}

func TestRecallingInTenLanguages(t *testing.T) {
	r := newRecalling()
	for _, sentence := range []string{
		"Earlier, the council closed it.", "Previously it was open.", "Напомним, что его закрыли.", "Как уже сообщалось, его закрыли.", "До этого его закрыли.",
		"Эске салсак, аны жабышкан.", "Буга чейин ачык болчу.", "Еске салайық, ол жабылған.", "Бұған дейін ашық еді.", "Eslatib oʻtamiz, u yopilgan.", "Avvalroq ochiq edi.",
		"Ёдовар мешавем, ки он баста шуд.", "Қаблан кушода буд.", "Daha önce kapatılmıştı.", "Hatırlanacağı gibi kapatılmıştı.", "Pour rappel, il est fermé.", "Précédemment il était ouvert.",
		"Cabe recordar que se cerró.", "Anteriormente estaba abierto.", "يُذكر أن المجلس أغلقها.", "وفي وقت سابق أغلقها المجلس.",
	} {
		if !r.begins(words(sentence, 9)) {
			t.Errorf("not heard: %s", sentence)
		}
	}
	for _, sentence := range []string{"Early on Tuesday it was closed.", "Как сообщить врачу?", "До вечера его закрыли.", "Daha sonra kapatıldı.", "Pour une fois, il est fermé.", "Как"} {
		if r.begins(words(sentence, 9)) {
			t.Errorf("heard: %s", sentence)
		}
	}
	for first, all := range r { // as words are folded
		if got := words(first, 1)[0].text; got != first {
			t.Errorf("%s is never seen: it is folded to %s", first, got)
		}
		for _, rest := range all {
			for _, w := range rest {
				if got := words(w, 1)[0].text; got != w {
					t.Errorf("%s is never seen: it is folded to %s", w, got)
				}
			}
		}
	}
}
