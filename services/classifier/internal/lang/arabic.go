package lang

var ofArabic = grammar{
	clause:    setOf("عندما", "حين", "حينما", "بينما", "بعدما"),
	tells:     []string{"قال", "قالت", "اعلن", "اعلنت", "وفق", "وفقا", "بحسب", "حسب", "افاد", "افادت", "ذکرت"},
	relating:  []string{"تفقد", "يتفقد", "زار", "يزور", "تحقق", "يحقق", "أدان", "يدين", "تدين", "استنكر", "ندد", "يندد", "يعاين", "تعاين"},
	construct: []string{"و", "ي"},
	within:    setOf("في"),
	during:    setOf("في", "خلال", "أثناء"),
	around:    setOf("قرب", "بالقرب", "نحو", "باتجاه"),
	// Those of light stemming (Larkey, Ballesteros and Connell 2002), and the
	// conjunctions and prepositions that are written together, in folded letters.
	endings: endings{
		suffixes: map[int]string{3: "ها ان ات ون ین وا ت ا هم هما نا تین تان", 4: "یه ه ی"},
		prefixes: map[int]string{3: "ال وال فال بال کال لل و ف ب ل ک"},
		whole:    "لبنان فنان", // Lebanon were of one stem with an artist
	},
}
