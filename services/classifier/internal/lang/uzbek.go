package lang

// ofUzbek is for both scripts.
var ofUzbek = grammar{
	verbLast: true,
	headLast: true,
	when:     []string{"ganda", "ganida", "gach", "ganidan", "gandan", "ганда", "ганида", "гач", "ганидан", "гандан"},
	notWhen:  []string{"paganda", "паганда"},
	tells:    []string{"dedi", "deyishdi", "bildirdi", "деди", "дейишди"},
	relating: []string{"qoral", "tekshir", "tergov", "o'rgan", "oʻrgan", "o‘rgan", "ko'zdan", "koʻzdan", "қорала", "текшир", "ўрган"},
	negation: negation{
		marks:  []string{"madi", "magan", "mayapti", "maydi", "mayotgan", "мади", "маган", "маяпти", "майди", "маётган"},
		spares: []string{"qama", "қама"}, // to imprison
		past:   []string{"di", "ди"},
		lights: []string{"qilma", "olma", "etma", "ochma", "chiqma", "қилма", "олма", "этма", "очма", "чиқма"},
	},
	voice: voice{
		passive: []string{"ildi", "indi", "ilgan", "ingan", "landi", "langan", "илди", "инди", "илган", "инган", "ланди", "ланган"},
		active:  []string{"qildi", "qilgan", "bildi", "қилди", "қилган", "билди", "to'plandi", "тўпланди"}, // they did, knew, gathered
	},
	around:     setOf("yaqinida", "yonida", "oldida", "yo'lida"),
	from:       []string{"dan", "дан"},
	where:      []string{"da", "да"},
	accusative: accusative{endings: []string{"ni", "ни"}},
	// Latin words come without apostrophes.
	endings: endings{
		sounds: map[rune]string{'G': "gkq", 'Г': "гкқ"},
		suffixes: map[int]string{
			3: "lar ning ni Ga da dan i si im ing imiz ingiz dagi di Gan ib gach лар нинг ни Га да дан и си им инг имиз ингиз даги ди Ган иб гач",
			4: "il ish moqda yapti yotgan ayotgan adi ydi sa dir sh ил иш моқда япти ётган аётган ади йди са дир ш",
		},
		final: map[rune]rune{'k': 'g', 'q': 'g', 'к': 'г', 'қ': 'ғ'},
	},
}
