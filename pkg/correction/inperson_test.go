package correction

import "testing"

// What an outlet takes back in its own voice, in each language.
func TestInPerson(t *testing.T) {
	for language, texts := range map[string][]string{
		"en": {
			"We withdraw our earlier report that the town hall was seized.",
			"We have retracted our story about the town hall",
			"Our earlier report was retracted on Monday",
			"Our earlier report that gunmen hold the town hall was false. We apologise.",
			"Our report, which said that police had left the town hall, was untrue.",
			"Our earlier report, according to which gunmen hold the hall, turned out to be false.",
			"The editors have withdrawn the story.",
			"We are sorry to say that our report was false.",
			"After police said that the hall is empty, we withdraw our earlier report.",
			"What our report told did not take place, and there our report was false",
			"Our earlier report has been withdrawn",
			"Our story on the town hall, published on Friday, has been retracted.",
			"We announce that we withdraw our report.",
		},
		"ru": {
			"Редакция отозвала материал о захвате мэрии",
			"Наше сообщение отозвано",
			"Наше сообщение о захвате мэрии не подтвердилось.",
			"Мы отзываем наше сообщение о захвате мэрии.",
			"Наше более раннее сообщение о захвате мэрии не соответствует действительности.",
			"Наше сообщение, в котором говорилось со ссылкой на МВД о захвате мэрии, не соответствует действительности.",
			"Редакция признаёт: наша статья о захвате мэрии не соответствовала действительности.",
			"Наша публикация о захвате мэрии оказалась ложной.",
		},
		"tr": {
			"Belediye binasının ele geçirildiği yönündeki haberimizi geri çekiyoruz.",
			"Belediyenin basıldığına ilişkin haberimiz doğru değil, okurlarımızdan özür dileriz.",
			"Haberimiz gerçeği yansıtmıyor.",
			"Vali hakkındaki haberimiz geri çekildi.",
		},
		"fr": {
			"Nos lecteurs le savent : nous rétractons notre article.",
			"Nous retirons notre article sur la prise de la mairie.",
			"Notre information sur la prise de la mairie était fausse.",
			"Notre article a été retiré.",
			"La rédaction retire son article sur la mairie.",
		},
		"es": {
			"Retiramos nuestra noticia sobre la toma del ayuntamiento.",
			"Informamos a los lectores de que retiramos nuestra noticia.",
			"Nuestra información sobre la toma del ayuntamiento era falsa.",
			"No es cierta nuestra noticia sobre la toma del ayuntamiento.",
			"Nuestra noticia ha sido retirada.",
		},
		"ar": {
			"نسحب خبرنا عن اقتحام مبنى البلدية.",
			"خبرنا عن اقتحام مبنى البلدية غير صحيح.",
			"لقد سحبنا تقريرنا عن اقتحام البلدية.",
		},
		"ky": {
			"Мэрия басып алынды деген кабарыбызды кайтарып алабыз.",
			"Мэрия басып алынды деген кабарыбыз чындыкка дал келбейт.",
			"Биздин кабарыбыз кайтарып алынды.",
			"Мэрияны басып алышты деп айткан милицияга шилтеме кылган кабарыбыз чындыкка дал келген жок.",
		},
		"kk": {
			"Әкімдік басып алынды деген хабарымызды қайтарып аламыз.",
			"Әкімдік басып алынды деген хабарымыз шындыққа сәйкес келмейді.",
			"Хабарымыз қайтарып алынды.",
		},
		"uz": {
			"Hokimiyat egallangani haqidagi xabarimizni qaytarib olamiz.",
			"Hokimiyat egallangani haqidagi xabarimiz haqiqatga to‘g‘ri kelmaydi.",
			"Ҳокимият эгаллангани ҳақидаги хабаримизни қайтариб оламиз.",
			"Ҳокимият эгаллангани ҳақидаги хабаримиз ҳақиқатга тўғри келмайди.",
			"Xabarimiz qaytarib olindi.",
		},
		"tg": {
			"Мо хабари худро дар бораи ишғоли бино бозпас мегирем.",
			"Хабари мо дар бораи ишғоли бино ба ҳақиқат мувофиқ нест.",
			"Мо иқрор мешавем, ки хабари мо дурӯғ баромад.",
		},
	} {
		for _, text := range texts {
			if !InPerson(text) {
				t.Errorf("%s: %q takes back", language, text)
			}
		}
	}
}

// What others say of an outlet's report or ask it to do, what it refuses, and what its report says of
// others takes nothing back.
func TestInPersonQuiet(t *testing.T) {
	for language, texts := range map[string][]string{
		"en": {
			"The ministry said our report was untrue.",
			"Our report was false, the interior ministry said on Monday.",
			"According to police our earlier report was false.",
			"The ministry claims that our story is untrue and threatens to sue.",
			"Our report was described by the ministry as untrue.",
			"\"We withdraw our report on the town hall,\" Reuters said.",
			"The commission said that we withdraw our report.",
			"A court ordered us to withdraw our report on the mayor.",
			"The ministry demanded that we withdraw our report.",
			"Our report from Osh says the talks did not take place.",
			"Our report: withdrawal of troops from the valley begins.",
			"Gunmen hold the town hall, our report from Osh says, and troops withdraw from the valley.",
			"We will not retract our story about the town hall",
			"The editor refused to withdraw our report on the mayor",
			"Police withdraw from the town hall. Our report of Monday said forty men were inside.",
			"If our report was false, we will say so.",
			"Troops withdraw as our reporters watch",
			"",
		},
		"ru": {
			"В МВД заявили, что наше сообщение не соответствует действительности.",
			"Наше сообщение о захвате мэрии не соответствует действительности, заявили в МВД.",
			"По словам министра, наше сообщение оказалось ложным.",
			"В мэрии уверены, что наша публикация не соответствует действительности",
			"МВД назвало наше сообщение не соответствующим действительности",
			"МВД потребовало, чтобы мы отозвали наше сообщение",
			"Наше сообщение опровергнуто министерством",
			"Редакция обратилась в милицию, но там не подтвердили захват мэрии",
			"Редакция узнала, что посол отозван в Бишкек",
			"МВД не подтвердило наше сообщение о захвате мэрии",
			"Мы не отзываем наше сообщение о захвате мэрии",
			"Если наше сообщение не соответствует действительности, мы это признаем",
			"Войска отозваны из города, сообщает редакционный корреспондент",
		},
		"tr": {
			"Bakanlık, haberimiz doğru değil dedi.",
			"Bakanlık haberimizin asılsız olduğunu söyledi.",
			"Bakanlığa göre haberimiz gerçeği yansıtmıyor.",
			"Haberimiz asılsız değil, arkasındayız.",
			"Haberimizi geri çekmiyoruz.",
			"Mahkeme haberimizin geri çekilmesini istedi.",
		},
		"fr": {
			"Le ministère affirme que notre information était fausse.",
			"Notre information était fausse, selon le ministère.",
			"Le ministère exige que nous retirions notre article.",
			"Nous ne retirons pas notre article sur la mairie",
			"Notre article a été qualifié de faux par le ministère.",
		},
		"es": {
			"El ministerio dijo que nuestra noticia era falsa.",
			"Nuestra noticia era falsa, según el ministerio.",
			"No es cierto que nuestra noticia carezca de fuentes.",
			"No retiramos nuestra noticia sobre la toma del ayuntamiento",
			"El ministerio exige que retiremos nuestra noticia.",
		},
		"ar": {
			"قالت الوزارة إن خبرنا غير صحيح.",
			"خبرنا غير صحيح بحسب الوزارة.",
			"نفت الوزارة خبرنا وقالت إنه غير صحيح",
			"وصفت الوزارة تقريرنا بأنه غير صحيح.",
			"لن نسحب خبرنا عن البلدية.",
		},
		"ky": {
			"Министрлик кабарыбыз чындыкка дал келбейт деп билдирди.",
			"Министрлик кабарыбызды жокко чыгарды.",
			"Кабарыбызды кайтарып албайбыз.",
			"Кабарыбыз чындыкка дал келет.",
			"Министрлик кабарыбызды кайтарып алышыбызды талап кылды.",
			"Министрдин айтымында кабарыбыз чындыкка дал келбейт.",
		},
		"kk": {
			"Министрлік хабарымыз шындыққа сәйкес келмейді деп мәлімдеді.",
			"Министрлік хабарымызды жоққа шығарды.",
			"Хабарымызды қайтарып алмаймыз.",
			"Хабарымыз шындыққа сәйкес келеді.",
			"Министрдің айтуынша, хабарымыз шындыққа сәйкес келмейді.",
		},
		"uz": {
			"Vazirlik xabarimiz haqiqatga to‘g‘ri kelmaydi, dedi.",
			"Vazirlik xabarimiz haqiqatga to‘g‘ri kelmasligini ma’lum qildi.",
			"Xabarimizni qaytarib olmaymiz.",
			"Вазирлик хабаримиз ҳақиқатга тўғри келмайди, деб маълум қилди.",
			"Хабаримизни қайтариб олмаймиз.",
			"Вазирлик хабаримизни бекор қилишни талаб қилди.",
		},
		"tg": {
			"Вазорат гуфт, ки хабари мо ба ҳақиқат мувофиқ нест.",
			"Хабари мо ба ҳақиқат мувофиқ нест, гуфтанд дар вазорат.",
			"Вазорат хабари моро рад мекунад.",
			"Мо хабари худро бозпас намегирем.",
		},
	} {
		for _, text := range texts {
			if InPerson(text) {
				t.Errorf("%s: %q takes nothing back", language, text)
			}
		}
	}
}
