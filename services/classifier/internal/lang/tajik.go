package lang

var ofTajik = grammar{
	verbLast: true,
	clause:   setOf("вақте", "ҳангоме"),
	pronouns: setOf("ӯ", "вай", "ӯро", "онҳо", "онҳоро"),
	tells:    []string{"гуфт", "гуфтанд", "додаанд"},
	relating: []string{"маҳкум", "таҳқиқ", "тафтиш", "азназаргузаронӣ", "муоина"},
	negation: negation{
		first:  true,
		marks:  []string{"накард", "накушт", "нарабуд", "назад", "нашуд", "нагирифт", "накушод", "напартоб", "намекун", "набурд", "насӯхт", "насӯзон", "наандохт", "напаррон", "набаромад", "надода"},
		lights: []string{"накард", "назад", "нашуд", "нагирифт", "накушод"},
	},
	voice:     voice{light: "шуд", participle: []string{"да", "та"}},
	construct: []string{"и"},
	within:    setOf("дар"),
	during:    setOf("дар"),
	around:    setOf("назди", "наздики"),
	object:    []string{"ро"},
	endings: endings{
		suffixes: map[int]string{
			3: "ҳо ҳои ҳоро и ро е гон гони аш ашон анд ад",
			4: "он они онро ам ат аанд ааст аст ем ед а у",
		},
		prefixes: map[int]string{4: "ме"},
		whole:    "гаравгон афғон инсон ҷавон",
	},
}
