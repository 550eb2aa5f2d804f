package quantity

import "strings"

// arabic numbers put the ones before the tens (خمسة وعشرون), join parts by a
// wa- written together with the next word, and have a dual: a noun that says
// two of it.
func arabic() table {
	cardinals := map[int]string{
		1: "واحد واحدة أحد إحدى", 2: "اثنان اثنين اثنتان اثنتين اثنا اثني اثنتا " + arabicDuals, 3: "ثلاثة ثلاث", 4: "أربعة أربع", 5: "خمسة خمس", 6: "ستة ست", 7: "سبعة سبع",
		8: "ثمانية ثماني ثمان", 9: "تسعة تسع", 200: "مئتان مئتين مائتان مائتين مئتي مائتي", 300: "ثلاثمئة ثلاثمائة", 400: "أربعمئة أربعمائة",
		500: "خمسمئة خمسمائة", 600: "ستمئة ستمائة", 700: "سبعمئة سبعمائة", 800: "ثمانمئة ثمانمائة", 900: "تسعمئة تسعمائة",
	}
	addends := map[int]string{
		10: "عشر عشرة", 20: "عشرون عشرين", 30: "ثلاثون ثلاثين", 40: "أربعون أربعين", 50: "خمسون خمسين", 60: "ستون ستين", 70: "سبعون سبعين", 80: "ثمانون ثمانين",
		90: "تسعون تسعين",
	}
	multipliers := map[int]string{100: "مئة مائة"}
	scales := map[int]string{1000: "ألف ألفا", 2000: "ألفان ألفين ألفي", 1_000_000: "مليون ملايين", 2_000_000: "مليونان مليونين"}
	vagues := map[int]string{3: "بضعة بضع عدة", 20: "عشرات العشرات", 200: "مئات المئات", 2000: "آلاف الآلاف"}
	for _, forms := range []map[int]string{cardinals, addends, multipliers, scales, vagues} {
		joined(forms)
	}
	return table{
		cardinals: cardinals, addends: addends, multipliers: multipliers, scales: scales, vague: vagues,
		before: map[bound]string{
			atLeast:  "ما لا يقل عن,لا يقل عن,على الأقل",
			moreThan: "أكثر من,ما يزيد على,ما يزيد عن,يزيد على,يزيد عن,أزيد من",
			upTo:     "ما يصل إلى,حتى,يصل إلى",
			atMost:   "أقل من,ما لا يزيد على,لا يزيد عن,ما لا يزيد عن",
			exact:    "نحو,حوالي,قرابة,زهاء,ما يقارب,ما يقرب من,بين,من,إجمالي",
		},
		after:      map[bound]string{atLeast: "على الأقل,أو أكثر"},
		and:        "و",
		andFrom:    1_000_000_000, // ranges only
		of:         "من",
		to:         "إلى",
		between:    "بين",
		points:     true,
		yearBefore: "عام العام سنة في",
		partBefore: "بينهم,من بينهم,بينهن,بمن فيهم,منهم,من ضمنهم",
		partAfter:  "منهم",
		measures: `عاما عام أعوام سنة سنوات سنين شهر شهرا أشهر شهور أسبوع أسبوعا أسابيع يوم يوما أيام ساعة ساعات دقيقة دقائق ثانية ثوان بالمئة بالمائة في دولار دولارا دولارات يورو جنيه ريال ليرة دينار
			كيلومتر كيلومترا كيلومترات كلم متر مترا أمتار طن طنا أطنان لتر مرة مرات درجة منزل منزلا منازل مبنى مبان مركبة مركبات سيارة سيارات دولة دول مدينة مدن قرية قرى محافظة محافظات مقعدا مقاعد
			مدرسة مدارس مسجدا مساجد حزبا أحزاب دبابة دبابات صاروخا صواريخ قذيفة قذائف هجوم هجوما هجمات انفجار انفجارا انفجارات قنبلة قنابل`,
		months: `يناير فبراير مارس أبريل إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
			كانون شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين`,
		labels: "المادة مادة رقم القرار عام العام سنة الساعة صفحة عمره عمرها",
	}
}

// arabicDuals are nouns for two people. Those that are also a plural are not
// among them.
const arabicDuals = `شخصان شخصين قتيلان قتيلين جريحان جريحين جنديان جنديين شرطيان مدنيان رجلان رجلين امرأتان امرأتين طفلان طفلين مسلحان
	ضابطان ضابطين صحفيان صحافيان متظاهران عنصران عنصرين رهينتان رهينتين عاملان مواطنان`

// joined adds the forms with wa- to each word.
func joined(forms map[int]string) {
	for value, list := range forms {
		all := list
		for _, w := range strings.Fields(list) {
			all += " و" + w
		}
		forms[value] = all
	}
}
