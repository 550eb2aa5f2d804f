package quantity

func english() table {
	return table{
		cardinals: map[int]string{
			1: "one", 2: "two both", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine",
			10: "ten", 11: "eleven", 12: "twelve", 13: "thirteen", 14: "fourteen", 15: "fifteen", 16: "sixteen", 17: "seventeen",
			18: "eighteen", 19: "nineteen", 20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety",
		},
		multipliers: map[int]string{12: "dozen", 100: "hundred"},
		scales:      map[int]string{1000: "thousand", 1_000_000: "million"},
		vague:       map[int]string{2: "couple", 3: "several few", 20: "tens", 24: "dozens scores", 200: "hundreds", 2000: "thousands"},
		before: map[bound]string{
			atLeast:  "at least,no fewer than,no less than,not less than,minimum of",
			moreThan: "more than,over,above,upwards of",
			upTo:     "as many as,up to",
			atMost:   "at most,fewer than,less than,under,no more than",
			exact:    "nearly,almost,about,around,some,approximately,roughly,an estimated,estimated,a total of,between,from,a",
		},
		after:      map[bound]string{atLeast: "or more"},
		and:        "and",
		andFrom:    100,
		of:         "of",
		to:         "to",
		between:    "between",
		yearBefore: "in of during from",
		partBefore: "including,among them,among whom,of them,of whom,such as",
		partAfter:  "of them,of whom,of the dead,of the victims,of those",
		halves:     "and a half,half a,half",
		growth:     "rose risen rises rising climb* increas* jump* grew grown up revised rais* went fell dropped lowered down",
		monthFirst: true,
		measures: `percent per percentage pct year years month months week weeks day days hour hours minute minutes second seconds
			dollar dollars euro euros som soms rubles roubles pounds cents kilometres kilometers kilometre kilometer miles mile
			metres meters metre meter feet foot tons tonnes ton litres liters am pm oclock times degrees points goals rounds
			vehicles cars buses houses homes buildings shops tanks rifles weapons grenades rockets missiles countries cities
			villages districts provinces parties seats towns markets attacks explosions blasts bombs bombings incidents
			checkpoints stations shells shots mosques churches schools offices`,
		months: `january february march april may june july august september october november december
			jan feb mar apr jun jul aug sep sept oct nov dec`,
		labels:    "aged age no number article chapter section page flight route channel room version day week district resolution unit block",
		negations: "no any every each this that another",
		people:    "people persons soldiers civilians protesters men women children residents refugees families",
		singular:  "was is has",
	}
}
