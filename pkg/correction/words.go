package correction

// The words by which a retraction is read, in the order of the languages: English, Russian, Turkish, French,
// Spanish, Arabic, Kyrgyz, Kazakh, Uzbek in both scripts, Tajik. Lower case, е for ё, straight apostrophes; a
// space ends a word, others are beginnings. Verbs stand in the forms that say that it is so, as the Turkic
// languages and Tajik deny within the word (қайтарып алмаймыз, намегирем).

// own are words for an outlet's own report.
func own() []string {
	return []string{
		"our report ", "our reports ", "our earlier report", "our previous report", "our story ", "our earlier story ", "our previous story ", "our article ", "our earlier article ",
		"наше сообщение", "нашего сообщения", "наше более раннее сообщение", "наше предыдущее сообщение", "нашу новость", "наша новость", "нашу публикацию", "наша публикация",
		"наш материал", "нашу статью", "наша статья",
		"haberimiz", "notre information ", "notre article ", "notre dépêche ", "notre précédent ", "notre précédente ",
		"nuestra información ", "nuestra noticia ", "nuestra nota ", "nuestro artículo ", "nuestro informe ", "nuestra publicación ",
		"خبرنا ", "تقريرنا ", "نشرناه ",
		"кабарыбыз", "маалыматыбыз", "макалабыз", "хабарымыз", "ақпаратымыз", "хабарламамыз", "мақаламыз",
		"xabarimiz", "maqolamiz", "хабаримиз", "мақоламиз", "хабари мо ", "хабари моро ", "хабари худ", "гузориши мо ", "гузориши худ", "матлаби мо ", "матлаби худ",
	}
}

// newsroom are words for who publishes it.
func newsroom() []string {
	return []string{
		"the editors ", "our editors ", "our newsroom ", "редакция ", "редакции ", "yazı işleri ", "la rédaction ", "la redacción ", "هيئة التحرير ",
		"редакциябыз ", "редакциямыз ", "tahririyatimiz ", "таҳририятимиз ", "идораи мо ",
	}
}

// having are the words by which the Turkic languages have something or have it not.
func having() []string {
	return []string{"yok", "var ", "жок", "бар ", "жоқ", "yo'q", "yoʻq", "bor ", "йўқ", "бор "}
}

// published are words for what a newsroom takes back.
func published() []string {
	return []string{
		"report ", "reports ", "story ", "stories ", "article ", "articles ", "item ", "dispatch ", "сообщени", "новост", "публикаци", "материал", "статью", "статьи", "заметк", "репортаж",
		"haber", "bilgi", "yazı", "information ", "informations ", "article ", "dépêche", "información", "noticia", "nota ", "artículo", "informe ", "publicación",
		"خبر", "الخبر", "تقرير", "التقرير", "مقال", "المقال", "кабар", "маалымат", "макала", "хабар", "ақпарат", "мақала", "xabar", "maqola", "maʼlumot", "хабари", "мақола", "гузориш", "матлаб",
	}
}

// ourselves are the words by which the outlet speaks.
func ourselves() []string {
	return []string{"we ", "мы ", "biz ", "nous ", "nosotros ", "نحن ", "биз ", "біз ", "мо "}
}

// weDo are verbs that say that who speaks takes something back.
func weDo() []string {
	return []string{
		"we withdraw ", "we hereby withdraw ", "we now withdraw ", "we are withdrawing ", "we have withdrawn ", "we withdrew ", "we retract ", "we hereby retract ", "we now retract ",
		"we are retracting ", "we have retracted ", "we retracted ", "we take back ", "we have taken back ",
		"отзываем ", "мы отозвали ", "снимаем ", "мы сняли с публикации ", "geri çekiyoruz ", "geri çektik ", "retirons ", "avons retiré ", "rétractons ", "avons rétracté ",
		"retiramos ", "hemos retirado ", "rectificamos y retiramos ", "نسحب ", "سحبنا ", "نتراجع ",
		"кайтарып алабыз ", "кайтарып алдык ", "жокко чыгарабыз ", "қайтарып аламыз ", "қайтарып алдық ", "кері қайтарамыз ", "кері қайтардық ",
		"qaytarib olamiz ", "qaytarib oldik ", "bekor qilamiz ", "bekor qildik ", "қайтариб оламиз ", "қайтариб олдик ", "бекор қиламиз ", "бекор қилдик ",
		"бозпас мегирем ", "бозпас гирифтем ", "пас мегирем ", "пас гирифтем ", "бекор мекунем ", "бекор кардем ",
	}
}

// theyDo are verbs that say it of the newsroom. Most are said of troops and ambassadors as well.
func theyDo() []string {
	return []string{
		"withdraw ", "have withdrawn ", "withdrew ", "retract ", "have retracted ", "retracted ", "отзывает ", "отозвала ", "снимает с публикации ", "сняла с публикации ",
		"geri çekti ", "geri çekiyor ", "retire ", "a retiré ", "rétracte ", "retira ", "ha retirado ", "retiró ", "سحبت ", "تسحب ",
		"кайтарып алат ", "кайтарып алды ", "қайтарып алады ", "қайтарып алды ", "qaytarib oladi ", "qaytarib oldi ", "қайтариб олади ", "қайтариб олди ",
		"бозпас мегирад ", "бозпас гирифт ",
	}
}

// isWithdrawn are those that say it of a report.
func isWithdrawn() []string {
	return []string{
		"is withdrawn ", "was withdrawn ", "been withdrawn ",
		"отозван ", "отозвана ", "отозвано ", "снят с публикации ", "снята с публикации ", "снято с публикации ", "geri çekildi ", "geri çekilmiştir ",
		"est retiré ", "est retirée ", "été retiré ", "été retirée ", "est rétracté ", "queda retirada ", "queda retirado ", "sido retirada ", "sido retirado ", "fue retirada ", "fue retirado ",
		"تم سحب ", "кайтарып алынды ", "кайтарып алынган ", "қайтарып алынды ", "қайтарып алынған ", "кері қайтарылды ",
		"qaytarib olindi ", "қайтариб олинди ", "bekor qilindi ", "бекор қилинди ", "бозпас гирифта шуд ", "бекор карда шуд ",
	}
}

// wasFalse are words that a report was false, or was taken back in one that is said of reports alone. That it was wrong in something is a correction.
func wasFalse() []string {
	return []string{
		"is retracted ", "was retracted ", "been retracted ", "was false ", "were false ", "is false ", "was untrue ", "were untrue ", "is untrue ", "proved false ", "proved untrue ", "turned out to be false ", "turned out to be untrue ", "was not true ", "is not true ",
		"не соответствует ", "не соответствовал", "не подтвердилось ", "не подтвердилась ", "не подтвердился ", "не было правдой ", "оказалось ложным ", "оказалась ложной ", "оказался ложным ",
		"doğru değil ", "doğru değildi", "doğru çıkmadı ", "gerçeği yansıtmıyor", "gerçeği yansıtmamaktadır ", "asılsızdı", "asılsız çıktı ",
		"était fausse ", "était faux ", "est fausse ", "est faux ", "s'est révélée fausse ", "s'est révélé faux ",
		"era falsa ", "era falso ", "es falsa ", "es falso ", "resultó falsa ", "resultó falso ", "resultó ser falsa ", "resultó ser falso ", "no es cierta ", "no es cierto ", "no era cierta ", "no era cierto ",
		"غير صحيح ", "لم يكن صحيحا ",
		"чындыкка дал келбейт ", "чындыкка дал келген жок ", "чындыкка дал келген эмес ", "туура эмес болуп чыкты ", "шындыққа сәйкес келмейді ", "шындыққа сәйкес келмеді ", "шындыққа жанаспайды ",
		"haqiqatga to'g'ri kelmaydi ", "haqiqatga to'g'ri kelmadi ", "noto'g'ri bo'lib chiqdi ", "ҳақиқатга тўғри келмайди ", "ҳақиқатга тўғри келмади ", "нотўғри бўлиб чиқди ",
		"ба ҳақиқат мувофиқ нест ", "ба ҳақиқат мувофиқ набуд ", "дурӯғ баромад ", "нодуруст баромад ",
	}
}

// wasNot are words that what it told did not happen. What a report says did not is news.
func wasNot() []string {
	return []string{
		"did not happen ", "did not take place ", "never happened ", "never took place ", "n'a pas eu lieu ", "n'ont pas eu lieu ", "no ocurrió ", "no sucedió ", "لم يحدث ",
		"болгон эмес ", "болгон жок ", "болған жоқ ", "bo'lmagan ", "бўлмаган ", "рух надод ", "рӯй надод ", "рух надодааст ", "рӯй надодааст ",
	}
}

// refusing are words before a verb by which it is not done, or only asked for; undoing are those after it.
func refusing() []string {
	return []string{
		"not", "never", "cannot", "won't", "don't", "nor", "refuse to", "refuses to", "refused to", "until", "before", "не", "чтобы", "пока", "ne", "no", "لا", "لن", "لم", "أن",
	}
}

func undoing() []string {
	return []string{"that", "que", "değil", "эмес", "емес", "emas", "эмас"}
}

// supposing are words before a report, or a verb, by which nothing is said to be so.
func supposing() []string {
	return []string{"if", "whether", "unless", "если", "eğer", "si", "إذا", "إن كان", "эгер", "егер", "agar", "агар"}
}

// saying are words by which somebody says something, or asks for it.
func saying() []string {
	return []string{
		"said ", "says ", "told ", "claimed ", "claims ", "stated ", "states ", "insisted ", "insists ", "added ", "argued ", "believes ", "maintains ", "announced ", "according to ", "demanded ", "demands ",
		"ordered ", "asked ", "asks ", "urged ", "wants ",
		"заявил", "заявля", "сообщил", "сообщает ", "сказал", "говорит ", "говорят ", "утвержда", "считает ", "считают ", "отметил", "подчеркнул", "пояснил", "уверяет ", "уверен", "настаивает ",
		"по словам ", "по данным ", "по версии ", "требует ", "потребовал", "обязал", "попросил",
		"dedi ", "diyor ", "söyledi ", "söylüyor ", "açıkladı ", "açıklıyor ", "bildirdi ", "belirtti ", "iddia etti ", "savundu ", "göre ", "istedi ", "istiyor ",
		"a dit ", "dit ", "ont dit ", "a affirmé ", "affirme ", "a déclaré ", "déclare ", "assure ", "a assuré ", "selon ", "d'après ", "a indiqué ", "indique ", "estime ", "soutient ", "exige ", "a exigé ", "demande ", "a demandé ",
		"dijo ", "dice ", "dicen ", "dijeron ", "afirmó ", "afirma ", "aseguró ", "asegura ", "declaró ", "declara ", "sostiene ", "señaló ", "indicó ", "según ", "exige ", "exigió ", "pide ", "pidió ",
		"قال ", "قالت ", "يقول ", "تقول ", "أعلن ", "أعلنت ", "أكد ", "أكدت ", "ذكر ", "ذكرت ", "صرح ", "صرحت ", "وصف ", "وصفت ", "اعتبر ", "اعتبرت ", "زعم ", "زعمت ", "نفى ", "نفت ", "أفاد ", "أفادت ", "بحسب ", "حسب ", "وفق ", "وفقا ", "طالب ", "طالبت ", "طلب ", "طلبت ",
		"деди ", "дейт ", "айтты ", "айтууда ", "билдирди ", "билдирүүдө ", "белгиледи ", "айтымында ", "маалыматына караганда ", "талап кылды ",
		"деді ", "дейді ", "айтты ", "мәлімдеді ", "мәлімдейді ", "хабарлады ", "атап өтті ", "айтуынша ", "мәліметінше ", "талап етті ",
		"dedi ", "deydi ", "aytdi ", "ma'lum qildi ", "bildirdi ", "ta'kidladi ", "so'zlariga ko'ra ", "talab qildi ", "деди ", "дейди ", "айтди ", "маълум қилди ", "билдирди ", "таъкидлади ", "сўзларига кўра ", "талаб қилди ",
		"гуфт ", "гуфтанд ", "мегӯяд ", "мегӯянд ", "изҳор дошт ", "изҳор доштанд ", "эълон кард ", "хабар дод ", "таъкид кард ", "ба гуфтаи ", "талаб кард ",
	}
}
