package date

import "strings"

// zone is the offset of a zone's abbreviation, in seconds east of UTC. Where one
// abbreviation has several meanings it is that of RFC 822 (the American ones), else that
// of the zone with most people. They are fixed offsets: a summer time names itself, and
// where a zone was moved it is the offset before that.
func zone(name string) (offset int, ok bool) {
	if h, found := zoneHours[name]; found {
		return int(h * 3600), true
	}
	// RFC 2822: the military letters were defined wrongly and say nothing.
	return 0, len(name) == 1
}

// zoneHours is never written.
var zoneHours = map[string]float64{
	"UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "WET": 0, "GMTUTC": 0, "UCT": 0,
	"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "ET": -5, "CT": -6, "MT": -7, "PT": -8,
	"AST": -4, "ADT": -3, "NST": -3.5, "NDT": -2.5, "AKST": -9, "AKDT": -8, "HST": -10, "HDT": -9, "SST": -11,
	"BRT": -3, "BRST": -2, "ART": -3, "UYT": -3, "CLT": -4, "CLST": -3, "BOT": -4, "PYT": -4, "VET": -4, "COT": -5, "PET": -5, "ECT": -5,
	"BST": 1, "WEST": 1, "WAT": 1, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "MEZ": 1, "MESZ": 2, "HNEC": 1, "HAEC": 2,
	"CAT": 2, "SAST": 2, "EET": 2, "EEST": 3, "OEZ": 2, "OESZ": 3, "KALT": 2, "EAT": 3,
	"MSK": 3, "MCK": 3, "МСК": 3, "MSD": 4, "TRT": 3, "TSI": 3, "TSİ": 3, "FET": 3,
	"IRST": 3.5, "IRDT": 4.5, "GST": 4, "SAMT": 4, "GET": 4, "AMT": 4, "AZT": 4, "AZST": 5, "AFT": 4.5,
	"PKT": 5, "UZT": 5, "TJT": 5, "TMT": 5, "YEKT": 5, "MVT": 5, "AQTT": 5, "ORAT": 5, "QYZT": 5,
	"IST": 5.5, "SLST": 5.5, "NPT": 5.75, "KGT": 6, "KGST": 6, "ALMT": 6, "OMST": 6, "BTT": 6, "BDT": 6, "XJT": 6, "URUT": 6,
	"MMT": 6.5, "NOVT": 7, "KRAT": 7, "ICT": 7, "WIB": 7, "HOVT": 7, "IRKT": 8, "HKT": 8, "SGT": 8, "MYT": 8, "PHT": 8, "WITA": 8,
	"ULAT": 8, "AWST": 8, "YAKT": 9, "JST": 9, "KST": 9, "WIT": 9, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11,
	"VLAT": 10, "MAGT": 11, "SAKT": 11, "PETT": 12, "NZST": 12, "NZDT": 13, "IDT": 3,
}

// month is the number of a month's name in lower case, in full or abbreviated, or
// 0.
func month(word string) int {
	if m, ok := months[word]; ok {
		return int(m)
	}
	// Kyrgyz and Kazakh decline the Russian names: "мартта", "майда". A letter is
	// two bytes.
	if len(word) >= 8 && word[0] >= 0xD0 && word[0] <= 0xD3 {
		for n := len(word) - 2; n >= 6; n -= 2 {
			if m, ok := months[word[:n]]; ok {
				return int(m)
			}
		}
	}
	return 0
}

// months is never written. Left out are names that two languages give to
// different months, and those of two words (the Levant's and).
var months = monthTable(
	"january jan januar janvier janv enero ene januar jänner jän januari gennaio gen janeiro ocak oca январь января янв січень січня січ қаңтар қаң yanvar yan yanvarda styczeń stycznia sty ianuarie ian январ يناير ژانویه 一月",
	"february feb february. février févr fév fevrier fevr fev febrero februar feber febbraio fevereiro şubat şub subat февраль февраля фев февр лютий лютого лют ақпан ақп fevral luty lutego lut februarie феврал فبراير شباط فوریه 二月",
	"march mar mars märz mär maerz mrz marzo março marco maart mrt mart март марта мар березень березня бер наурыз нау marzec marca martie مارس آذار مارس 三月",
	"april apr avril avr abril abr aprile nisan nis апрель апреля апр квітень квітня кві сәуір сәу aprel kwiecień kwietnia kwi aprilie апрел أبريل ابريل نيسان آوریل 四月",
	"may mai mayo maggio mag maio mei mayıs mayis май мая травень травня тра мамыр мам maj maja mayo مايو أيار مه 五月",
	"june jun juin junio juni giugno giu junho haziran haz июнь июня июн червень червня чер маусым мау iyun czerwiec czerwca cze iunie يونيو حزيران ژوئن 六月",
	"july jul juillet juil julio juli luglio lug julho temmuz tem июль июля июл липень липня лип шілде шіл iyul lipiec lipca iulie يوليو تموز ژوئیه 七月",
	"august aug août aout aoû agosto ago augustus ağustos ağu agustos август августа авг серпень серпня сер тамыз там avgust sierpień sierpnia sie أغسطس آب اوت 八月",
	"september sep sept septembre septiembre set setiembre settembre setembro eylül eyl eylul сентябрь сентября сен сент вересень вересня вер қыркүйек қыр sentabr sentyabr wrzesień września wrz septembrie سبتمبر أيلول سپتامبر 九月",
	"october oct octobre octubre oktober okt ottobre ott outubro out ekim eki октябрь октября окт жовтень жовтня жов қазан қаз oktabr oktyabr październik października paź octombrie أكتوبر اكتوبر اکتبر 十月",
	"november nov novembre noviembre novembro kasım kas kasim ноябрь ноября ноя нояб қараша қар noyabr листопада listopada noiembrie نوفمبر نوامبر 十一月",
	"december dec décembre déc decembre diciembre dic dezember dez dicembre dezembro aralık ara aralik декабрь декабря дек грудень грудня гру желтоқсан жел dekabr grudzień grudnia gru decembrie ديسمبر دسامبر 十二月",
)

func monthTable(rows ...string) map[string]uint8 {
	t := make(map[string]uint8, 400)
	for i, row := range rows {
		for name := range strings.FieldsSeq(row) {
			t[name] = uint8(i + 1)
		}
	}
	return t
}
