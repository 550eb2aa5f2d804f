package quantity

import (
	"fmt"
	"strings"
	"testing"

	"faultline/services/classifier/internal/token"
)

// readings are by language: a text and the numbers in it, "text = 12..12 12", a
// line. A text without numbers of people ends in " =".
var readings = map[string]string{
	"ky": `12 киши каза болду = 12..12 12
он эки киши каза болду = 12..12 он эки
экөө өлдү, үчөө жарадар болду = 2..2 экөө; 3..3 үчөө
эки жүз жыйырма беш киши = 225..225 эки жүз жыйырма беш
эки миң үч жүз качкын = 2300..2300 эки миң үч жүз
кеминде 12 киши = 12..0 кеминде 12
кем дегенде беш адам = 5..0 кем дегенде беш
100дөн ашык киши кармалды = >100 100дөн ашык
100-дөн ашуун киши = >100 100-дөн ашуун
50гө чейин адам = 1..50 50гө чейин
50гө жакын адам = 50..50 50гө жакын
20дан кем эмес киши = 20..0 20дан кем эмес
болжол менен 30 адам = 30..30 болжол менен 30
ондогон адам жарадар болду = 20..0 ондогон
жүздөгөн киши, миңдеген тургун = 200..0 жүздөгөн; 2000..0 миңдеген
бир нече аскер = 3..0 бир нече
бир киши каза болду = 1..1 бир
10–15 киши = 10..15 10–15
2010-жылы, 14-май, 12 жаштагы бала, 5 чакырым, 20 пайыз, 3 саат =
эч бир киши, бир күнү =
2 миллион сом, 10 үй өрттөлдү =`,
	"kk": `12 адам қаза тапты = 12..12 12
он екі адам = 12..12 он екі
екеуі өлді, үшеуі жараланды = 2..2 екеуі; 3..3 үшеуі
екі жүз жиырма бес адам = 225..225 екі жүз жиырма бес
екі мың үш жүз босқын = 2300..2300 екі мың үш жүз
кемінде 12 адам = 12..0 кемінде 12
кем дегенде бес адам = 5..0 кем дегенде бес
100-ден астам адам ұсталды = >100 100-ден астам
100ден астам адам = >100 100ден астам
50-ге дейін адам = 1..50 50-ге дейін
50-ге жуық адам = 50..50 50-ге жуық
20-дан кем емес адам = 20..0 20-дан кем емес
шамамен 30 адам = 30..30 шамамен 30
ондаған адам, жүздеген тұрғын, мыңдаған босқын = 20..0 ондаған; 200..0 жүздеген; 2000..0 мыңдаған
бірнеше әскери = 3..0 бірнеше
бір адам қаза тапты = 1..1 бір
10-15 адам = 10..15 10-15
2011 жылы, 16 желтоқсан, 12 жастағы бала, 5 шақырым, 20 пайыз, 3 сағат =
еш бір адам, бір күні =
2 миллион теңге, 10 үйге =`,
	"uz": `12 kishi halok bo'ldi = 12..12 12
oʻn ikki kishi = 12..12 oʻn ikki
ikkitasi oʻldi, uchtasi yaralandi = 2..2 ikkitasi; 3..3 uchtasi
toʻrt nafar askar = 4..4 toʻrt
ikki yuz yigirma besh kishi = 225..225 ikki yuz yigirma besh
ikki ming uch yuz qochoq = 2300..2300 ikki ming uch yuz
kamida 12 kishi = 12..0 kamida 12
100 dan ortiq kishi, 100dan ziyod odam = >100 100 dan ortiq; >100 100dan ziyod
50 ga yaqin odam = 50..50 50 ga yaqin
50 gacha odam = 1..50 50 gacha
taxminan 30 kishi = 30..30 taxminan 30
12 ta odam = 12..12 12 ta
o'nlab odam, yuzlab fuqaro, minglab qochqin = 20..0 o'nlab; 200..0 yuzlab; 2000..0 minglab
bir necha askar = 3..0 bir necha
bir kishi halok boʻldi = 1..1 bir
2010 yil, 2010-yilda, 14 may, 12 yoshli bola, 5 kilometr, 20 foiz, 3 soat, bir kuni =
12 киши ҳалок бўлди = 12..12 12
ўн икки киши, тўрт нафар аскар = 12..12 ўн икки; 4..4 тўрт
камида 12 киши, 100 дан ортиқ одам = 12..0 камида 12; >100 100 дан ортиқ
ўнлаб одам, юзлаб фуқаро = 20..0 ўнлаб; 200..0 юзлаб
икки минг уч юз қочоқ = 2300..2300 икки минг уч юз
2010 йил, 14 май, 12 ёшли, 20 фоиз =`,
	"tg": `12 нафар кушта шуданд = 12..12 12
дувоздаҳ нафар = 12..12 дувоздаҳ
ду нафар кушта, се нафар захмӣ шуд = 2..2 ду; 3..3 се
бисту панҷ нафар = 25..25 бисту панҷ
дусаду бисту панҷ нафар = 225..225 дусаду бисту панҷ
ду ҳазору сесад гуреза = 2300..2300 ду ҳазору сесад
на кам аз 12 нафар = 12..0 на кам аз 12
ҳадди ақал панҷ нафар = 5..0 ҳадди ақал панҷ
беш аз 100 нафар, зиёда аз сад нафар = >100 беш аз 100; >100 зиёда аз сад
то 50 нафар = 1..50 то 50
тақрибан 30 нафар, қариб 40 нафар = 30..30 тақрибан 30; 40..40 қариб 40
аз 10 то 15 нафар = 10..15 аз 10 то 15
даҳҳо нафар, садҳо сокин, ҳазорҳо гуреза = 20..0 даҳҳо; 200..0 садҳо; 2000..0 ҳазорҳо
чанд нафар = 3..0 чанд
як нафар кушта шуд = 1..1 як
соли 2010, 14 май, 12 сола, 5 километр, 20 фоиз, 3 соат, як рӯз =`,
	"tr": `12 kişi öldü = 12..12 12
on iki kişi öldü = 12..12 on iki
iki kişi öldü, üçü yaralandı = 2..2 iki; 3..3 üçü
iki yüz yirmi beş kişi = 225..225 iki yüz yirmi beş
iki bin üç yüz mülteci = 2300..2300 iki bin üç yüz
en az 12 kişi = 12..0 en az 12
100'den fazla kişi = >100 100'den fazla
100'ü aşkın kişi = >100 100'ü aşkın
50'ye yakın kişi = 50..50 50'ye yakın
yaklaşık 30 kişi = 30..30 yaklaşık 30
10 ila 15 kişi = 10..15 10 ila 15
onlarca kişi, yüzlerce asker, binlerce mülteci = 20..0 onlarca; 200..0 yüzlerce; 2000..0 binlerce
birkaç asker, bir kaç asker = 3..0 birkaç; 3..0 bir kaç
bir kişi öldü, bir bomba patladı = 1..1 bir
1.200 kişi, 12.500 mülteci = 1200..1200 1.200; 12500..12500 12.500
2010 yılında, 2010'da, 14 Mayıs, 12 yaşındaki, 5 kilometre, yüzde 20, 3 saat, 2 bomba =`,
	"fr": `12 personnes tuées = 12..12 12
douze soldats et vingt et un civils = 12..12 douze; 21..21 vingt et un
quatre-vingt-dix-sept morts = 97..97 quatre-vingt-dix-sept
quatre-vingts morts, soixante et onze blessés = 80..80 quatre-vingts; 71..71 soixante et onze
deux cent vingt-cinq personnes = 225..225 deux cent vingt-cinq
cent vingt morts = 120..120 cent vingt
deux mille trois cents réfugiés = 2300..2300 deux mille trois cents
au moins 12 morts, pas moins de 12 morts = 12..0 au moins 12; 12..0 pas moins de 12
12 morts au moins = 12..12 12
plus de 100 personnes, plus d'une centaine de personnes = >100 plus de 100; >100 plus d'une centaine
jusqu'à 50 morts = 1..50 jusqu'à 50
près de 50, environ 60, quelque 70 personnes = 50..50 près de 50; 60..60 environ 60; 70..70 quelque 70
entre 10 et 15 morts, de 10 à 15 morts = 10..15 entre 10 et 15; 10..15 de 10 à 15
des dizaines de blessés, des centaines, des milliers de réfugiés = 20..0 des dizaines de; 200..0 des centaines; 2000..0 des milliers de
une vingtaine de blessés, deux douzaines d'otages = 20..20 une vingtaine; 24..24 deux douzaines
plusieurs soldats, plusieurs dizaines = 3..0 plusieurs; 30..0 plusieurs dizaines
une personne tuée, un attentat, une ville = 1..1 une
1 200 réfugiés, 1.200 réfugiés = 1200..1200 1 200; 1200..1200 1.200
en 2010, le 14 mai, 12 ans, 5 kilomètres, 20 %, 20 pour cent, trois heures, deux explosions =
aucune personne =`,
	"es": `12 personas muertas = 12..12 12
doce soldados y veintiún civiles = 12..12 doce; 21..21 veintiún
treinta y cinco muertos = 35..35 treinta y cinco
doscientas veinticinco personas = 225..225 doscientas veinticinco
ciento veinte muertos = 120..120 ciento veinte
dos mil trescientos refugiados = 2300..2300 dos mil trescientos
al menos 12 muertos, por lo menos 12, no menos de 12 = 12..0 al menos 12; 12..0 por lo menos 12; 12..0 no menos de 12
más de 100 personas, más de un centenar = >100 más de 100; >100 más de un centenar
hasta 50 muertos = 1..50 hasta 50
unos 50, cerca de 60, casi 70 = 50..50 unos 50; 60..60 cerca de 60; 70..70 casi 70
entre 10 y 15 muertos, de 10 a 15 muertos = 10..15 entre 10 y 15; 10..15 de 10 a 15
decenas de heridos, cientos, miles de refugiados = 20..0 decenas de; 200..0 cientos; 2000..0 miles de
una veintena de heridos, dos docenas = 20..20 una veintena; 24..24 dos docenas
varios soldados = 3..0 varios
una persona muerta, un atentado, una ciudad = 1..1 una
1.200 refugiados = 1200..1200 1.200
en 2010, el 14 de mayo, 12 años, 5 kilómetros, 20 %, 20 por ciento, tres horas, dos explosiones =
ninguna persona =`,
	"ar": `مقتل 12 شخصا = 12..12 12
مقتل ١٢ شخصا = 12..12 ١٢
مقتل شخصين وإصابة ثلاثة = 2..2 شخصين; 3..3 ثلاثة
مقتل خمسة وعشرين شخصا = 25..25 خمسة وعشرين
أحد عشر قتيلا = 11..11 أحد عشر
اثنا عشر قتيلا، ثلاثة عشر جريحا = 12..12 اثنا عشر; 13..13 ثلاثة عشر
مئتان وخمسة وعشرون شخصا = 225..225 مئتان وخمسة وعشرون
ألفان وثلاثمئة لاجئ = 2300..2300 ألفان وثلاثمئة
ما لا يقل عن 12 شخصا = 12..0 ما لا يقل عن 12
12 شخصا على الأقل = 12..12 12
أكثر من 100 شخص = >100 أكثر من 100
ما يصل إلى 50 شخصا = 1..50 ما يصل إلى 50
نحو 30، حوالي 40 شخصا = 30..30 نحو 30; 40..40 حوالي 40
بين 10 و15 شخصا = 10..15 بين 10 و15
عشرات القتلى ومئات الجرحى وآلاف اللاجئين = 20..0 عشرات; 200..0 ومئات; 2000..0 وآلاف
عشرات الآلاف من اللاجئين، 3 آلاف شخص = 20000..0 عشرات الآلاف من; 3000..3000 3 آلاف
قتل جنديان و3 مدنيين = 2..2 جنديان; 3..3 3
عام 2010، 14 مايو، 12 عاما، 5 كيلومترات، 20 بالمئة، ثلاث ساعات =`,
}

func TestLanguages(t *testing.T) {
	for language, lines := range readings {
		for line := range strings.SplitSeq(lines, "\n") {
			text, want, _ := strings.Cut(line, " =")
			if got := numbers(language, text); got != strings.TrimSpace(want) {
				t.Errorf("%s %q\n got %q\nwant %q", language, text, got, strings.TrimSpace(want))
			}
		}
	}
}

// Sentences as news have them.
func TestNews(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"ky", "Баткендеги атышууда кеминде жети чек арачы каза тапты", "7..0 кеминде жети"},
		{"ky", "Жыйырмадан ашык киши ооруканага түштү", ">20 Жыйырмадан ашык"},
		{"ky", "Милиция 15тен ашуун нааразычыны кармады", ">15 15тен ашуун"},
		{"ky", "150 миңге жакын адам качты", "150000..150000 150 миңге жакын"},
		{"ky", "2021-жылдын 28-апрелинде 36 киши өлгөн", "36..36 36"},
		{"ky", "Төрт-беш адам жарадар", "4..5 Төрт-беш"},
		{"kk", "Алматыда кем дегенде он екі полицей мерт болды", "12..0 кем дегенде он екі"},
		{"kk", "Жүзден астам адам жараланды", ">100 Жүзден астам"},
		{"kk", "225 адам қаза тапты, оның 19-ы күштік құрылым қызметкері", "225..225 225; 19..19 19-ы"},
		{"kk", "2022 жылғы 5 қаңтарда", ""},
		{"uz", "Kamida oʻn sakkiz nafar fuqaro halok boʻldi", "18..0 Kamida oʻn sakkiz"},
		{"uz", "200dan ortiq kishi yaralandi", ">200 200dan ortiq"},
		{"uz", "1 iyul kuni 18 kishi, 243 nafar yarador", "18..18 18; 243..243 243"},
		{"uz", "yuzdan ortiq odam", ">100 yuzdan ortiq"},
		{"tg", "Дар задухурд даҳ сарбоз кушта шуд", "10..10 даҳ"},
		{"tg", "бештар аз бист нафар захмӣ шуданд", ">20 бештар аз бист"},
		{"tg", "27 сентябри соли 2022 ҳудуди 40 нафар", "40..40 ҳудуди 40"},
		{"tr", "Patlamada en az 20 kişi hayatını kaybetti, 80'den fazla yaralı var", "20..0 en az 20; >80 80'den fazla"},
		{"tr", "Saldırıda 3'ü polis 7 kişi öldü", "3..3 3'ü; 7..7 7"},
		{"tr", "15 Temmuz 2016'da 251 kişi şehit oldu", "251..251 251"},
		{"tr", "yüzden fazla kişi", ">100 yüzden fazla"},
		{"tr", "25 parti üyesi, 3 köy muhtarı, 4 parti, 6 köy", "25..25 25; 3..3 3"},
		{"ky", "25 партия мүчөсү кармалды, 4 партия", "25..25 25"},
		{"kk", "12 мектеп мұғалімі ұсталды, 4 мектеп", "12..12 12"},
		{"uz", "25 partiya aʼzosi qoʻlga olindi, 4 partiya", "25..25 25"},
		{"fr", "L'attaque a fait au moins vingt-trois morts et une quarantaine de blessés", "23..0 au moins vingt-trois; 40..40 une quarantaine"},
		{"fr", "Près de 1 500 personnes ont fui", "1500..1500 Près de 1 500"},
		{"fr", "le 12 janvier, à 14 heures, 3 000 manifestants", "3000..3000 3 000"},
		{"fr", "trois cent quatre-vingt-deux victimes", "382..382 trois cent quatre-vingt-deux"},
		{"es", "El ataque dejó al menos veintitrés muertos y una decena de heridos", "23..0 al menos veintitrés; 10..10 una decena"},
		{"es", "Más de 3.500 personas huyeron el 3 de marzo de 2020", ">3500 Más de 3.500"},
		{"es", "mil quinientos desplazados", "1500..1500 mil quinientos"},
		{"es", "medio centenar de detenidos", ""},
		{"ar", "قتل ما لا يقل عن ثلاثة وعشرين شخصا وأصيب أكثر من 40", "23..0 ما لا يقل عن ثلاثة وعشرين; >40 أكثر من 40"},
		{"ar", "أصيب نحو مئة وخمسين متظاهرا", "150..150 نحو مئة وخمسين"},
		{"ar", "نزح أكثر من خمسة آلاف شخص في 15 مارس 2011", ">5000 أكثر من خمسة آلاف"},
		{"ar", "اعتقال سبعة عشر معارضا", "17..17 سبعة عشر"},
		{"ru", "7 апреля 12 человек погибли, в апреле 30", "12..12 12; 30..30 30"},
		{"en", "on April 7 12 people died", "12..12 12"},
	} {
		if got := numbers(c.language, c.text); got != c.want {
			t.Errorf("%s %q\n got %q\nwant %q", c.language, c.text, got, c.want)
		}
	}
}

// What tells a part from the whole, and what joins numbers.
func TestParts(t *testing.T) {
	for _, c := range []struct{ language, text, want string }{
		{"en", "12 people, including three children", "12 whole; 3 part"},
		{"en", "12 people, including a teacher and three children", "12 whole; 3 part joined"},
		{"en", "12 people, including two officers and three children", "12 whole; 2 part; 3 part joined"},
		{"en", "ten people, four of them officers", "10 whole; 4 part"},
		{"en", "two officers and three children", "2 whole; 3 whole joined"},
		{"en", "rebels, including two leaders, killed 12 men", "2 part; 12 whole"},
		{"ru", "12 человек, в том числе трое детей", "12 whole; 3 part"},
		{"ru", "десять человек, четверо из них дети", "10 whole; 4 part"},
		{"ru", "двое солдат и трое детей", "2 whole; 3 whole joined"},
		{"ky", "12 киши, алардын ичинде үч бала", "12 whole; 3 part"},
		{"kk", "12 адам, оның ішінде үш бала", "12 whole; 3 part"},
		{"uz", "12 kishi, jumladan uch bola", "12 whole; 3 part"},
		{"tg", "12 нафар, аз ҷумла се кӯдак", "12 whole; 3 part"},
		{"tr", "12 kişi, üçü çocuk olmak üzere", "12 whole; 3 whole"},
		{"fr", "12 personnes, dont trois enfants", "12 whole; 3 part"},
		{"es", "12 personas, entre ellas tres niños", "12 whole; 3 part"},
		{"ar", "12 شخصا، بينهم ثلاثة أطفال", "12 whole; 3 part"},
		{"ar", "جنديان وثلاثة مدنيين", "2 whole; 3 whole joined"},
	} {
		r := NewReader(c.language)
		var d token.Document
		token.NewLexicon(token.NewVocabulary(), r.Mark).Read(&d, "", c.text)
		var got []string
		for _, n := range r.Read(&d.Text, nil) {
			s := fmt.Sprint(n.Min, " whole")
			if n.Part {
				s = fmt.Sprint(n.Min, " part")
			}
			if r.Joins(&d.Text, n) {
				s += " joined"
			}
			got = append(got, s)
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s %q\n got %q\nwant %q", c.language, c.text, s, c.want)
		}
	}
}

// Years say when by the words beside them, in each language's own way.
func TestWhen(t *testing.T) {
	for _, c := range []struct {
		language, text string
		want           int
	}{
		{"en", "killed in 2010", 2010}, {"en", "in April 2010", 2010}, {"en", "room 2010", 0}, {"en", "in 2,010", 0}, {"en", "in 2010-11", 2010},
		{"en", "1995: the airport", 1995}, {"en", "1995 elections", 0}, {"ru", "1995 — аэропорт", 1995}, {"ru", "1995 рублей", 0},
		{"ru", "в 2010 году", 2010}, {"ru", "в апреле 2010", 2010}, {"ru", "рейс 2010", 0},
		{"ky", "2010-жылы", 2010}, {"ky", "2010-жылдын апрелинде", 2010}, {"ky", "2010 сом", 0},
		{"kk", "2011 жылы", 2011}, {"kk", "2011 теңге", 0},
		{"uz", "2005 yilda", 2005}, {"uz", "2005-йили", 2005}, {"uz", "2005 soʻm", 0},
		{"tg", "соли 1992", 1992}, {"tg", "1992 сомонӣ", 0},
		{"tr", "2016'da", 2016}, {"tr", "2016 yılında", 2016}, {"tr", "2016 lira", 0},
		{"fr", "en 2015", 2015}, {"fr", "vol 2015", 0}, {"es", "en 2015", 2015}, {"es", "vuelo 2015", 0},
		{"ar", "عام 2011", 2011}, {"ar", "في ٢٠١١", 2011}, {"ar", "رقم 2011", 0},
		{"de", "im 2010", 0},
	} {
		var d token.Document
		r := NewReader(c.language)
		token.NewLexicon(token.NewVocabulary(), r.Mark).Read(&d, "", c.text)
		got := 0
		for i := range d.Text.Tokens {
			got = max(got, r.When(&d.Text, i, 0, len(d.Text.Tokens)))
		}
		if got != c.want {
			t.Errorf("%s %q: %d, want %d", c.language, c.text, got, c.want)
		}
	}
}

// Every number below a thousand in the languages that put tens before ones.
func TestTurkicCardinals(t *testing.T) {
	for language, names := range map[string]struct{ ones, tens, hundred, person string }{
		"ky": {"бир эки үч төрт беш алты жети сегиз тогуз", "он жыйырма отуз кырк элүү алтымыш жетимиш сексен токсон", "жүз", "киши"},
		"kk": {"бір екі үш төрт бес алты жеті сегіз тоғыз", "он жиырма отыз қырық елу алпыс жетпіс сексен тоқсан", "жүз", "адам"},
		"uz": {"bir ikki uch toʻrt besh olti yetti sakkiz toʻqqiz", "oʻn yigirma oʻttiz qirq ellik oltmish yetmish sakson toʻqson", "yuz", "kishi"},
		"tr": {"bir iki üç dört beş altı yedi sekiz dokuz", "on yirmi otuz kırk elli altmış yetmiş seksen doksan", "yüz", "kişi"},
	} {
		ones, tens := strings.Fields(names.ones), strings.Fields(names.tens)
		for n := 1; n < 1000; n++ {
			var parts []string
			if n >= 200 {
				parts = append(parts, ones[n/100-1])
			}
			if n >= 100 {
				parts = append(parts, names.hundred)
			}
			if n%100 >= 10 {
				parts = append(parts, tens[n%100/10-1])
			}
			if n%10 > 0 {
				parts = append(parts, ones[n%10-1])
			}
			words := strings.Join(parts, " ")
			if got, want := numbers(language, words+" "+names.person), fmt.Sprintf("%d..%d %s", n, n, words); got != want {
				t.Errorf("%s %q\n got %q\nwant %q", language, words, got, want)
			}
		}
	}
}

// Each table is of words that a reader can meet: folded, and with every list it
// needs.
func TestTables(t *testing.T) {
	for _, language := range []string{"ar", "en", "es", "fr", "kk", "ky", "ru", "tg", "tr", "uz"} {
		r := NewReader(language)
		if len(r.numerals) < 30 || len(r.before) < 5 || len(r.after) == 0 || len(r.roles[month].words)+len(r.roles[month].begins) < 12 {
			t.Errorf("%s: the table lacks numbers, bounds or months", language)
		}
		for w := range r.numerals {
			if token.Fold(w) != w || len(token.Words(w)) != 1 {
				t.Errorf("%s: %q is no word that a text can have", language, w)
			}
		}
	}
}
