package quantity

// uzbek is for both scripts.
func uzbek() table {
	return table{
		cardinals: map[int]string{
			1: "bir bitta biri бир битта бири", 2: "ikki ikkita ikkitasi ikkala ikkalasi ikkovi ikkisi икки иккита иккитаси иккала иккаласи иккови иккиси",
			3: "uch uchta uchtasi uchovi уч учта учтаси учови", 4: "toʻrt toʻrtta toʻrttasi тўрт тўртта тўрттаси",
			5: "besh beshta beshtasi беш бешта бештаси", 6: "olti oltita oltitasi олти олтита олтитаси", 7: "yetti yettita yettitasi етти еттита еттитаси",
			8: "sakkiz sakkizta sakkiztasi саккиз саккизта саккизтаси", 9: "toʻqqiz toʻqqizta toʻqqiztasi тўққиз тўққизта тўққизтаси", 10: "oʻn oʻnta oʻntasi ўн ўнта ўнтаси",
			20: "yigirma yigirmata yigirmatasi йигирма йигирмата йигирматаси", 30: "oʻttiz oʻttizta oʻttiztasi ўттиз ўттизта ўттизтаси",
			40: "qirq qirqta qirqtasi қирқ қирқта қирқтаси", 50: "ellik ellikta elliktasi эллик элликта элликтаси",
			60: "oltmish oltmishta oltmishtasi олтмиш олтмиштаси", 70: "yetmish yetmishtasi етмиш етмиштаси", 80: "sakson saksontasi саксон саксонтаси",
			90: "toʻqson toʻqsontasi тўқсон тўқсонтаси",
		},
		multipliers: map[int]string{100: "yuz yuzta yuzdan юз юзта юздан"},
		scales:      map[int]string{1000: "ming mingta mingdan минг мингта мингдан", 1_000_000: "million mln миллион млн"},
		vague:       map[int]string{3: "nechta necha нечта неча birnecha бирнеча", 20: "oʻnlab ўнлаб", 200: "yuzlab юзлаб", 2000: "minglab минглаб"},
		before: map[bound]string{
			atLeast: "kamida,eng kamida,hech boʻlmaganda,камида,энг камида,ҳеч бўлмаганда",
			atMost:  "koʻpi bilan,кўпи билан",
			exact:   "taxminan,qariyb,deyarli,jami,taqriban,тахминан,қарийб,деярли,жами,тақрибан",
		},
		after: map[bound]string{
			moreThan: "ortiq,ziyod,koʻproq,oshiq,koʻp,ортиқ,зиёд,кўпроқ,ошиқ,кўп", atLeast: "kam boʻlmagan,kam emas,кам бўлмаган,кам эмас",
			upTo: "gacha,tagacha,nafargacha,kishigacha,qadar,гача,тагача,нафаргача,кишигача,қадар", atMost: "kam,кам", exact: "yaqin,atrofida,chamasi,orasida,oʻrtasida,oraligʻida,яқин,атрофида,чамаси,орасида,ўртасида,оралиғида",
		},
		suffixes:   "ta tasi tasini da dan tadan ga taga qa ka ni ning та таси да дан тадан га тага қа ка ни нинг",
		halves:     "yarim,ярим",
		to:         "bilan билан",
		ablatives:  "dan дан",
		until:      "gacha tagacha гача тагача",
		points:     true,
		article:    true,
		yearAfter:  "yil* йил*",
		partBefore: "shu jumladan,jumladan,ular orasida,ulardan,шу жумладан,жумладан,улар орасида,улардан",
		and:        "va hamda ва ҳамда",
		measures: `yil* oy oyda oydan hafta* kun kuni kundan kunlik soat* daqiqa* minut* soniya* foiz* protsent* soʻm* dollar* yevro* rubl* tenge* som* kilometr* chaqirim* metr* tonna*
			litr* yosh* marta barobar uy uylar uyga bino* mashina* avtomobil* davlat* mamlakat* shahar* qishloq* tuman* viloyat* oʻrin* maktab* masjid* mandat* daraja* ball* gektar* bosh qurol*
			avtomat* tank* partiya* hujum* portlash*
			йил* ой ойда ойдан ҳафта* кун куни кундан кунлик соат* дақиқа* минут* сония* фоиз* сўм* доллар* евро* рубл* тенге* километр* чақирим* метр* тонна* литр* ёш* марта баробар
			уй уйлар бино* машина* автомобил* давлат* мамлакат* шаҳар* қишлоқ* туман* вилоят* ўрин* мактаб* масжид* мандат* даража* балл* гектар* қурол* автомат* танк* партия* ҳужум* портлаш*`,
		members: "aʼzosi* boshligʻi* oʻqituvchisi* xodimi* direktori* rahbari* аъзоси* бошлиғи* ўқитувчиси* ходими* директори* раҳбари*",
		months: `yanvar* fevral* mart* aprel* may mayda maydan iyun* iyul* avgust* sentabr* sentyabr* oktabr* oktyabr* noyabr* dekabr*
			январ* феврал* март* апрел* май майда июн* июл* август* сентябр* октябр* ноябр* декабр*`,
		labels:    "modda* maktab raqam модда* мактаб рақам",
		negations: "hech har ҳеч ҳар",
		people: `kishi* odam* nafar* fuqaro* askar* harbiy* militsioner* politsiyachi* ayol* erkak* bola* namoyishchi* qochoq* yarador* oila* xodim* jurnalist* talaba* vazir* chegarachi*
			киши* одам* нафар* фуқаро* аскар* ҳарбий* милиционер* аёл* эркак* бола* намойишчи* қочоқ* ярадор* оила* ходим* журналист* талаба* вазир* чегарачи*`,
	}
}
