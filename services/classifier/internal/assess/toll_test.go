package assess

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"faultline/deploy"
	"faultline/pkg/config"
	"faultline/pkg/event"
	"faultline/services/classifier/internal/rule"
	"faultline/services/classifier/internal/token"
)

// The number is that of the event at hand: not that of an earlier one, of a
// whole war, of an earlier count, or of a part. 0 is none.
func TestTollsOfTheEvent(t *testing.T) {
	checkTolls(t, []tollCase{
		{"en", "Clashes between rebels and the army left 12 people dead on Friday; in 2010 more than 400 died.", 12},
		{"en", "Three soldiers were killed in clashes with rebels on Friday, bringing the toll since January to 300.", 3},
		{"en", "Rebels killed three soldiers on Friday. The killings bring to 300 the number of people killed since January.", 3},
		{"en", "Rebels killed three soldiers on Friday. More than 300 people have been killed since the insurgency began.", 3},
		{"en", "Gunmen attacked a market on Friday, a year after a bombing that killed 50.", 0},
		{"en", "The attack came a year after a bombing that killed 50 people.", 0},
		{"en", "Police clashed with protesters near the square where soldiers shot dead 87 people in April 2010.", 0},
		{"en", "Rebels attacked an army post on Friday, two months after an ambush in which 30 soldiers died.", 0},
		{"en", "Three policemen and nine civilians were killed in clashes with rebels.", 12},
		{"en", "Clashes with rebels killed three policemen and nine civilians.", 12},
		{"en", "Twelve people, including three policemen, were killed in clashes with rebels.", 12},
		{"en", "Twelve people were killed in clashes, among them three policemen.", 12},
		{"en", "Six people, including a woman and a child, were killed and 50 were injured in a blast set off by rebels.", 6},
		{"fr", "Six personnes, dont une femme et un enfant, ont été tuées dans un attentat des rebelles.", 6},
		{"es", "Seis personas, entre ellas una mujer y un niño, murieron en un atentado de los rebeldes.", 6},
		{"en", "Raju Sidam (26), a village head, was killed by rebels.", 0},
		{"ru", "Боевики застрелили Азамата Б. (34), сообщили в полиции.", 0},
		{"en", "The death toll from the clashes between rebels and police rose to 15 from 12, officials said.", 15},
		{"en", "The death toll from the clashes between rebels and police rose from 12 to 15, officials said.", 15},
		{"en", "The ministry put the number of dead in the clashes at nine, down from an earlier toll of 12.", 9},
		{"en", "The army said nine soldiers were killed in the ambush, correcting an earlier figure of 14 dead.", 9},
		{"en", "Two people were killed in riots in the south, where ethnic violence killed hundreds in 1990.", 2},
		{"en", "Two people were killed in clashes in the city, which saw riots that killed 400 last year.", 2},
		{"en", "Five protesters were killed on Monday. Last week, 20 people died in similar clashes.", 5},
		{"en", "Five protesters were killed when police opened fire, a day after 11 died in the capital.", 5},
		{"en", "A bomb killed four soldiers on Sunday. The conflict has claimed more than 10,000 lives.", 4},
		{"en", "A bomb killed four soldiers on Sunday. More than 4,000 people have died in three years of fighting.", 4},
		{"en", "Gunmen shot dead six villagers. In a similar attack last month, 17 people were killed.", 6},
		{"en", "Eight people were killed in a raid by gunmen, the deadliest attack since 40 died in a bombing in March.", 8},
		{"en", "Ten soldiers and ten rebels died in fighting near the border.", 20},
		{"en", "Clashes between the army and rebels left 15 rebels and five soldiers dead.", 20},
		{"en", "Gunmen attacked a village. Earlier reports said 14 people were killed, but police now say nine died.", 9},
		{"en", "Gunmen attacked a village. The toll was earlier given as 14 dead.", 0},
		{"en", "Clashes broke out between rebels and the army. In 2026 hundreds were killed in them.", 200},
		{"en", "At least ten people, four of them police officers, were killed in the blast, the interior ministry said after gunmen attacked.", 10},
		{"ru", "В столкновениях повстанцев с армией в пятницу погибли 12 человек; в 2010 году погибли более 400.", 12},
		{"ru", "В столкновениях с боевиками в пятницу погибли трое солдат, с января число погибших достигло 300.", 3},
		{"ru", "Боевики в пятницу убили троих солдат. С начала года погибли более 300 человек.", 3},
		{"ru", "Боевики в пятницу напали на рынок, спустя год после взрыва, при котором погибли 50 человек.", 0},
		{"ru", "Нападение произошло через год после теракта, унесшего жизни 50 человек.", 0},
		{"ru", "Милиция разогнала митинг на площади, где в апреле 2010 года военные застрелили 87 человек.", 0},
		{"ru", "Повстанцы напали на заставу через два месяца после засады, в которой погибли 30 солдат.", 0},
		{"ru", "Трое полицейских и девять мирных жителей погибли в столкновениях с боевиками.", 12},
		{"ru", "В столкновениях с боевиками погибли трое полицейских и девять мирных жителей.", 12},
		{"ru", "В столкновениях погибли 12 человек, в том числе трое полицейских.", 12},
		{"ru", "В столкновениях погибли двенадцать человек, среди них трое полицейских.", 12},
		{"ru", "Число погибших в столкновениях боевиков с полицией возросло с 12 до 15.", 15},
		{"ru", "Боевики обстреляли колонну, погибли девять солдат, ранее сообщалось о 14 погибших.", 9},
		{"ru", "В беспорядках на юге погибли два человека; в 1990 году там были убиты сотни.", 2},
		{"ru", "В понедельник полиция открыла огонь, погибли пять демонстрантов. На прошлой неделе в столкновениях погибли 20 человек.", 5},
		{"ru", "При взрыве бомбы погибли четыре солдата. Конфликт унес жизни более 10 000 человек.", 4},
		{"ru", "Боевики застрелили шестерых жителей. При похожем нападении в прошлом месяце погибли 17 человек.", 6},
		{"ru", "Пять демонстрантов погибли, когда полиция открыла огонь, через день после гибели 11 человек в столице.", 5},
	})
}

func TestTollsOfTheEventInOtherLanguages(t *testing.T) {
	checkTolls(t, []tollCase{
		{"tr", "Saldırganlar köye saldırdı. Saldırıda askerlerin otuzu öldü.", 30},
		{"ky", "Согончоктор аскерлерге кол салды. Кагылышта аскерлердин отузу өлдү.", 30},
		{"kk", "Қақтығыста сарбаздардың отызы қаза тапты.", 30},
		{"uz", "To'qnashuvda askarlarning o'ttiztasi halok bo'ldi.", 30},
		{"en", "Rebels attacked an army post on Friday. More than 300 people have been killed since January.", 0},
		{"en", "Rebels attacked an army post on Friday. More than 300 soldiers have died since the insurgency began.", 0},
		{"en", "Twelve people were killed on Friday in the worst ethnic clashes since 2010.", 12},
		{"en", "Two days after the vote, gunmen killed 12 people in the capital.", 12},
		{"en", "Weeks after the election, 12 people were killed in clashes with police.", 12},
		{"en", "Gunmen killed seven soldiers on Friday, the army said. Twenty-one soldiers have been killed this year.", 7},
		{"en", "Rebels attacked an army post. The war has killed at least 10,000 people.", 0},
		{"en", "Since June 10, clashes between the two communities have killed 30 people.", 30},
		{"en", "Two policemen, five soldiers and nine civilians were killed when rebels attacked the town.", 16},
		{"en", "Rebels killed 12 soldiers and nine were wounded.", 12},
		{"en", "At least 12 protesters were killed and 40 policemen injured in the riot.", 12},
		{"en", "Gunmen shot dead two officers and one of the attackers was arrested.", 2},
		{"ru", "Боевики напали на заставу. С начала года погибли более 300 солдат.", 0},
		{"ru", "Двенадцать человек погибли в пятницу в самых кровопролитных столкновениях с 2010 года.", 12},
		{"ru", "Через два дня после выборов боевики убили 12 человек.", 12},
		{"ru", "Двое полицейских, пятеро солдат и девять мирных жителей погибли при нападении боевиков.", 16},
		{"ru", "Боевики убили семерых солдат и ранили девятерых.", 7},
		{"ru", "По меньшей мере десять человек, четверо из них полицейские, погибли при нападении боевиков.", 10},
		{"ky", "Баткенде куралчандар менен чек арачылардын атышуусунда 12 киши каза болду.", 12},
		{"ky", "Куралчандар заставага кол салып, беш жоокер жана эки тургун каза болду.", 7},
		{"ky", "Куралчандар заставага кол салды. Жыл башынан бери 300 киши каза болгон.", 0},
		{"kk", "Қарулы адамдар мен сарбаздардың атысында 12 адам қаза тапты.", 12},
		{"kk", "Қарулы адамдар бекетке шабуыл жасап, екі полицей қаза тапты.", 2},
		{"fr", "Des affrontements entre rebelles et soldats ont fait au moins douze morts vendredi.", 12},
		{"fr", "Des hommes armés ont attaqué un poste, tuant trois soldats, un an après un attentat qui avait fait 50 morts.", 3},
		{"fr", "Trois policiers et neuf civils ont été tués dans des affrontements avec les rebelles.", 12},
		{"es", "Enfrentamientos entre rebeldes y soldados dejaron al menos doce muertos el viernes.", 12},
		{"es", "Hombres armados atacaron un puesto y mataron a tres soldados, un año después de un atentado que mató a 50 personas.", 3},
		{"es", "Los rebeldes atacaron la ciudad y murieron 1.200 personas.", 1200},
		{"tr", "Hakkari'de askerlerle militanlar arasında çıkan çatışmada 12 kişi öldü.", 12},
		{"tr", "Militanlar karakola saldırdı, beş asker ve iki sivil öldü.", 7},
		{"tr", "Saldırganlar karakola saldırdı, 3 polis hayatını kaybetti. Yıl başından bu yana 300 kişi öldü.", 3},
		{"tr", "Bombalı saldırıda 100'den fazla kişi öldü.", 100},
		{"ar", "مقتل 12 شخصا في اشتباكات بين مسلحين والجيش.", 12},
		{"ar", "مقتل جنديين وثلاثة مدنيين في هجوم شنه مسلحون.", 5},
		{"ar", "قتل ما لا يقل عن ثلاثة وعشرين شخصا في تفجير استهدف سوقا.", 23},
		{"ar", "هاجم مسلحون موقعا للجيش. قتل 300 شخص منذ بداية العام.", 0},
		{"en", "The army lowered the death toll from the rebel attack from 20 to 12.", 12},
		{"en", "Officials initially said 20 people were killed in the clashes with police but later put the toll at 12.", 12},
		{"en", "The death toll in the clashes between police and protesters was revised down to 12.", 12},
		{"en", "A roadside bomb killed three policemen on Sunday, raising to 45 the number of security personnel killed this month.", 3},
		{"en", "Gunmen killed six farmers overnight. Some 2,000 people were killed in communal violence last year.", 6},
		{"en", "Rebels ambushed a convoy, killing eight soldiers. The ambush was the worst since rebels killed 76 policemen in April.", 8},
		{"en", "Two protesters died of gunshot wounds after police opened fire. Eighty-five were killed in the uprising that toppled the president in April.", 2},
		{"en", "Fourteen people, most of them women and children, were killed when gunmen opened fire on a bus.", 14},
		{"en", "Nine people, among them a general and two colonels, were killed when insurgents attacked the headquarters.", 9},
		{"en", "A suicide bomber killed himself and 11 others at a checkpoint.", 11},
		{"en", "Soldiers clashed with rebels in the valley where 200 people were massacred in 1994.", 0},
		{"en", "Forty people have been killed since ethnic clashes broke out on Thursday.", 40},
		{"ru", "Число жертв нападения боевиков уточнено: погибли 12, а не 20 человек.", 12},
		{"ru", "Боевики убили шестерых фермеров. В прошлом году в межэтнических столкновениях погибли около 2000 человек.", 6},
		{"ru", "При подрыве бомбы погибли трое милиционеров, всего с начала года убиты 45 сотрудников.", 3},
		{"ru", "Четырнадцать человек, большинство из них женщины, погибли, когда боевики обстреляли автобус.", 14},
		{"ru", "В боях убиты 15 боевиков и пять солдат.", 20},
		{"ru", "Военные вступили в бой с боевиками в долине, где в 1994 году были убиты 200 человек.", 0},
		{"ru", "Сорок человек погибли с начала межэтнических столкновений в четверг.", 40},
		{"ru", "Боевики атаковали штаб, погибли девять человек, среди которых генерал и два полковника.", 9},
	})
}

type tollCase struct {
	language, text string
	killed         int
}

func checkTolls(t *testing.T, cases []tollCase) {
	t.Helper()
	e := shipped(t)
	for _, c := range cases {
		a := e.Assess(event.Item{Language: c.language, Text: c.text, Published: time.Date(2026, 6, 12, 0, 0, 0, 0, time.UTC)})
		got := 0
		if k := a.Casualties.Killed; k != nil {
			got = k.Min
		}
		if got != c.killed {
			t.Errorf("%q: %d killed, want %d (%s)", c.text, got, c.killed, stances(a))
		}
	}
}

// A sum goes beyond its number when one of its parts does.
func TestTollsBeyondANumber(t *testing.T) {
	e := shipped(t)
	for text, want := range map[string]string{
		"More than 20 soldiers were killed in clashes with rebels.":                     "more than 20",
		"More than 20 soldiers and three civilians were killed in clashes with rebels.": "more than 23",
		"At least 20 soldiers were killed in clashes with rebels.":                      "at least 20",
	} {
		a := e.Assess(event.Item{Language: "en", Text: text, Published: time.Date(2026, 6, 12, 0, 0, 0, 0, time.UTC)})
		if k := a.Casualties.Killed; k == nil || k.String() != want {
			t.Errorf("%q: %v killed, want %s", text, k, want)
		}
	}
}

// A vague number gives way to the figure behind it, in title and text alike, but
// not to that of a part or of far more people.
func TestFiguresBehindVagueNumbers(t *testing.T) {
	checkTolls(t, []tollCase{
		{"en", "Dozens of people were killed in clashes with rebels. Doctors said 43 people were killed.", 43},
		{"en", "Dozens of people were killed in clashes with rebels. Three soldiers were killed at the bridge.", 24},
		{"en", "Dozens of people were killed in clashes with rebels. The army said that 4,000 men were killed in the war.", 24},
		{"en", "At least 12 people were killed in clashes with rebels. Doctors said 43 people were killed.", 12},
		{"ru", "В боях с повстанцами погибли десятки человек. По словам врачей, погибли 43 человека.", 43},
	})
}

// The evidence of a sum is the whole list, and its bounds are those of its parts.
func TestSums(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct{ text, killed, evidence string }{
		{"Three policemen and nine civilians were killed in clashes with rebels.", "12..12", "Three policemen and nine"},
		{"At least three policemen and nine civilians were killed in clashes with rebels.", "12..0", "At least three policemen and nine"},
		{"Two policemen, five soldiers and nine civilians were killed in clashes with rebels.", "16..16", "Two policemen, five soldiers and nine"},
		{"At least ten people, four of them police, were killed in clashes with rebels.", "10..0", "At least ten"},
		{"Rebels killed three policemen and burned nine houses in clashes.", "3..3", "three"},
		{"Rebels killed three policemen and wounded nine in clashes.", "3..3", "three"},
	} {
		a := e.Assess(event.Item{Language: "en", Text: c.text})
		k := a.Casualties.Killed
		if count(k) != c.killed || k != nil && k.Evidence.Text != c.evidence {
			t.Errorf("%q: %s %+v, want %s %q", c.text, count(k), k, c.killed, c.evidence)
		}
	}
}

// A list without end costs little: only a few of its numbers are summed.
func TestEndlessList(t *testing.T) {
	e := shipped(t)
	text := "Rebels killed three policemen" + strings.Repeat(", 5 soldiers", 3000) + " and 2 civilians."
	a := e.Assess(event.Item{Language: "en", Text: text})
	checkBounded(t, e, "an endless list", event.Item{Language: "en", Text: text})
	if k := a.Casualties.Killed; k == nil || k.Min != 3 {
		t.Errorf("killed %+v, want 3", k)
	}
}

// fatal is a rule set of one word a language, beside the shipped cues for
// numbers.
const fatal = `
casualties:
  - id: killed
    title: Killed
    kind: killed
    severity: high
    points: 30
    violent: true
    match:
      ky: ["<n> ..4 (каза|өлдү)"]
      kk: ["<n> ..4 (қаза|өлді)"]
      uz: ["<n> ..4 (halok|ҳалок)"]
      tg: ["<n> ..4 кушта"]
      tr: ["<n> ..4 (=öldü|=öldürüldü)"]
      fr: ["<n> ..4 (tués|morts)", "(tué|tués|fait) <n>"]
      es: ["<n> ..4 (muertos|muertas)", "(mató|murieron|mueren|matado) [a] <n>"]
      ar: ["(مقتل|قتل) ..1 <n>"]
`

// The cues of every language keep earlier and cumulative numbers out, and leave
// the present one.
func TestRecalledInAllLanguages(t *testing.T) {
	cues, err := fs.ReadFile(deploy.Config(), "rules/recalled.yaml")
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{"rules/recalled.yaml": {Data: cues}, "rules/a.yaml": {Data: []byte(fatal)}}
	set, err := rule.Load(config.NewDir(config.Layer{Name: "/etc", FS: fsys}), token.NewVocabulary())
	if err != nil {
		t.Fatal(err)
	}
	e := New(set, Default(), nil, "recalled")
	for _, c := range []struct {
		language, text string
		killed         int
	}{
		{"ky", "Жума күнү 12 киши каза болду.", 12},
		{"ky", "Жыл башынан бери 300 киши каза болду.", 0},
		{"ky", "2010-жылдан бери эң кандуу кагылышууда 12 киши каза болду.", 12},
		{"ky", "Үч аскер жана тогуз тургун каза болду.", 12},
		{"kk", "Жұма күні 12 адам қаза тапты.", 12},
		{"kk", "Жыл басынан бері 300 адам қаза тапты.", 0},
		{"kk", "Үш сарбаз және тоғыз тұрғын қаза тапты.", 12},
		{"uz", "Juma kuni 12 kishi halok bo'ldi.", 12},
		{"uz", "Yil boshidan beri 300 kishi halok bo'ldi.", 0},
		{"uz", "Йил бошидан буён 300 киши ҳалок бўлди.", 0},
		{"uz", "Uch askar va to'qqiz fuqaro halok bo'ldi.", 12},
		{"tg", "Рӯзи ҷумъа 12 нафар кушта шуд.", 12},
		{"tg", "Аз аввали сол 300 нафар кушта шуд.", 0},
		{"tg", "Се сарбоз ва нӯҳ сокин кушта шуд.", 12},
		{"tr", "Cuma günü 12 kişi öldü.", 12},
		{"tr", "Yıl başından bu yana 300 kişi öldü.", 0},
		{"tr", "Üç asker ve dokuz sivil öldü.", 12},
		{"fr", "Vendredi, 12 personnes ont été tuées.", 12},
		{"fr", "Le conflit a fait 300 morts depuis janvier.", 0},
		{"fr", "Douze soldats ont été tués dans le pire attentat depuis 2010.", 12},
		{"fr", "Un attentat a eu lieu, un an après une attaque qui a fait 50 morts.", 0},
		{"fr", "Trois soldats et neuf civils ont été tués.", 12},
		{"fr", "Douze personnes, dont trois enfants, ont été tués.", 12},
		{"es", "El viernes hubo 12 muertos.", 12},
		{"es", "El conflicto ha matado a 300 personas en lo que va de año.", 0},
		{"es", "Hubo un atentado, un año después de un ataque que mató a 50 personas.", 0},
		{"es", "Tres soldados y nueve civiles resultaron muertos.", 12},
		{"ar", "مقتل 12 شخصا يوم الجمعة.", 12},
		{"ar", "مقتل 300 شخص منذ بداية العام.", 0},
		{"ar", "مقتل جنديين وثلاثة مدنيين.", 5},
	} {
		a := e.Assess(event.Item{Language: c.language, Text: c.text})
		got := 0
		if k := a.Casualties.Killed; k != nil {
			got = k.Min
		}
		if got != c.killed {
			t.Errorf("%s %q: %d killed, want %d", c.language, c.text, got, c.killed)
		}
	}
}

// A number is of the kind whose words are nearer: "12 were killed and others injured"
// says nothing about how many were injured.
func TestNumbersOfOthers(t *testing.T) {
	e := shipped(t)
	for _, c := range []struct {
		language, text  string
		killed, injured int
	}{
		{"en", "Twelve people were killed and others injured when rebels attacked the town.", 12, 0},
		{"en", "Twelve people were killed or injured when rebels attacked the town.", 12, 12},
		{"en", "At least 12 people were killed and between 30 and 40 injured in a rebel attack.", 12, 30},
		{"ru", "При нападении боевиков 12 человек убиты, есть раненые.", 12, 0},
		{"ru", "Боевики напали на село, погибли 12 человек и ранены от 30 до 40.", 12, 30},
		{"fr", "Douze personnes ont été tuées et d'autres blessées dans l'attaque des rebelles.", 12, 0},
		{"es", "Doce personas murieron y otras resultaron heridas en el ataque de los rebeldes.", 12, 0},
		{"ar", "قتل 12 شخصا وأصيب آخرون في هجوم مسلح.", 12, 0},
		{"ar", "قتل 12 شخصا وأصيب ما بين 30 و40 شخصا في هجوم مسلح.", 12, 30},
		{"ar", "قتل خمسة عشر جنديا وجرح عشرون في هجوم للمسلحين.", 15, 20},
		{"ky", "Куралчандар айылга кол салып, 12 киши каза болуп, 30-40 киши жараланды.", 12, 30},
		{"ky", "Куралчандардын чабуулунда 30дан 40ка чейин адам каза болду.", 30, 0},
		{"kk", "Қарулылардың шабуылынан 30-дан 40-қа дейін адам қаза тапты.", 30, 0},
		{"uz", "Qurollilar hujumida 30 dan 40 gacha odam halok boʻldi.", 30, 0},
		{"uz", "Жангарилар ҳужумида 30 дан 40 гача аскар ҳалок бўлди, йигирматаси яраланди.", 30, 20},
		{"tr", "Militanların saldırısında 30'dan 40'a kadar kişi öldü, 50 kadar kişi yaralandı.", 30, 50},
		{"tg", "Ҷангиён ба деҳа ҳамла карданд, аз 30 то 40 нафар кушта шуданд.", 30, 0},
	} {
		a := e.Assess(event.Item{Language: c.language, Text: c.text, Published: time.Date(2026, 6, 12, 0, 0, 0, 0, time.UTC)})
		for _, of := range []struct {
			kind string
			got  *event.Count
			want int
		}{{"killed", a.Casualties.Killed, c.killed}, {"injured", a.Casualties.Injured, c.injured}} {
			if got := of.got; got == nil && of.want != 0 || got != nil && got.Min != of.want {
				t.Errorf("%q: %+v %s, want %d", c.text, got, of.kind, of.want)
			}
		}
	}
}
