package lang

var ofKyrgyz = grammar{
	verbLast: true,
	headLast: true,
	when:     cyrillicWhen,
	notWhen:  []string{"паганда"},
	tells:    []string{"билдирди", "билдиришти", "кабарлады", "маалымдады", "айтты", "айтышты"},
	relating: []string{"карап", "иликте", "айыпта", "тергө", "тергеп", "текшер"},
	negation: negation{
		marks:  []string{"бады", "беди", "боду", "бөдү", "пады", "педи", "поду", "пөдү", "баган", "беген", "богон", "бөгөн", "паган", "пеген", "погон", "пөгөн", "баптыр", "бептир", "паптыр", "байт", "бейт", "бойт", "бөйт", "пайт", "пейт"},
		spares: []string{"саба", "каба"}, // to beat, to bite
		past:   []string{"ды", "ди", "ду", "дү"},
		lights: []string{"кылба", "кылышпа", "алба", "алышпа", "атпа", "атышпа", "салба", "салышпа", "чыкпа", "чыгышпа", "жасаба"},
	},
	voice:      cyrillicVoice,
	around:     setOf("жанында", "маңында", "алдында", "жолунда"),
	from:       cyrillicFrom,
	where:      cyrillicWhere,
	accusative: cyrillicAccusative,
	endings: endings{
		sounds: map[rune]string{'A': "аеоө", 'I': "ыиуү", 'U': "уү", 'L': "лдт", 'D': "дт", 'N': "ндт", 'G': "гк"},
		suffixes: map[int]string{
			3: "LAр NIн NI GA нA DA DAн нAн ндA I сI Iн сIн Iм IбIз сIз DI DIк DIм GAн Iп UU DAгI IштI",
			4: "Iл Aт йт Aр сA DIгI GAндA GIлA дIр",
		},
		hard: "кт", voiceless: "кпстфхцчшщ",
		final: map[rune]rune{'г': 'к', 'б': 'п'},
		whole: "облус мугалим өкүл айыл кызыл",
	},
}
