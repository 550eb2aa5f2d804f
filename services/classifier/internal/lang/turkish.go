package lang

var ofTurkish = grammar{
	verbLast: true,
	headLast: true,
	when: []string{
		"dığında", "diğinde", "duğunda", "düğünde", "tığında", "tiğinde", "tuğunda", "tüğünde", "ırken", "irken", "urken", "ürken", "arken", "erken",
		"ığı", "iği", "ınca", "ince", "unca", "ünce", "dıktan", "dikten", "duktan", "dükten", "tıktan", "tikten", "tuktan", "tükten",
	},
	tells:    []string{"dedi", "bildirdi", "açikladi", "duyurdu", "bildirildi", "söyledi", "diyor"},
	relating: []string{"incele", "soruştur", "kına", "ziyaret", "lanetle", "araştır"},
	negation: negation{
		marks:  []string{"madı", "medi", "mamış", "memiş", "mıyor", "miyor", "muyor", "müyor", "mayan", "meyen", "mayacak", "meyecek"},
		spares: []string{"komedi", "trajikomedi", "göm", "muhammed", "ahmed", "mehmed", "damad", "yağma", "tama"}, // to bury; a son-in-law, to loot, to finish
		past:   []string{"dı", "di", "yor"},
		lights: []string{"etme", "yapma", "alma", "olma", "açma", "çıkma", "yaşanma", "düzenleme", "gerçekleştirme"},
	},
	voice: voice{
		passive: []string{
			"ıldı", "ildi", "uldu", "üldü", "ındı", "indi", "undu", "ündü", "ılmış", "ilmiş", "ulmuş", "ülmüş", "ınmış", "inmiş", "unmuş", "ünmüş",
			"ılıyor", "iliyor", "uluyor", "ülüyor", "ılan", "ilen", "ulan", "ülen", "ınan", "inen", "landı", "lendi", "ulun", "tutuldu",
		},
		active: []string{"kıldı", "bildi", "gülen", "geri", "seslen"},
	},
	around:       setOf("yakınında", "yakınlarında", "önünde", "yolunda"),
	instrumental: instrumental{endings: []string{"lerce", "larca"}},
	from:         []string{"dan", "den", "tan", "ten"},
	where:        []string{"da", "de", "ta", "te"},
	endings: endings{
		sounds: map[rune]string{'A': "ae", 'I': "iuü", 'D': "dt"}, // ı is folded to i
		suffixes: map[int]string{
			3: "lAr I sI yI nI Im ImIz In InIz nIn yA nA DA nDA DAn nDAn DI DIlAr mIş mIştir DAki ndAki",
			4: "A Il lA ylA yor Iyor AcAk AcAğ Ar Ir sA DIr DIğ DIk ken Ip An",
		},
		hard: "t", voiceless: "çfhkpsşt",
		final: map[rune]rune{'b': 'p', 'd': 't', 'c': 'ç', 'ğ': 'k', 'g': 'k'},
		whole: "polis meclis bakan insan vatan kurban kahraman başkan",
	},
}
