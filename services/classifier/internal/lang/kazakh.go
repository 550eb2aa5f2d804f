package lang

var ofKazakh = grammar{
	verbLast: true,
	headLast: true,
	when:     cyrillicWhen,
	notWhen:  []string{"паганда"},
	tells:    []string{"айтты", "хабарлады", "мәлімдеді", "хабарлайды", "деді"},
	relating: []string{"қарап", "тексер", "айыпта", "тергеп", "тергеу", "зертте"},
	negation: negation{
		marks:  []string{"мады", "меді", "бады", "беді", "пады", "педі", "маған", "меген", "баған", "беген", "паған", "пеген", "майды", "мейді"},
		spares: []string{"қама", "саба", "шаба", "таба", "қаба", "жаба", "тебе"}, // to imprison, to beat; they raid, find, bite, close, kick
		past:   []string{"ды", "ді"},
		lights: []string{"жасама", "алма", "етпе", "қылма", "шықпа", "атпа", "ашпа"},
	},
	voice:      cyrillicVoice,
	around:     setOf("жанында", "маңында", "алдында", "жолында"),
	from:       cyrillicFrom,
	where:      cyrillicWhere,
	accusative: cyrillicAccusative,
	endings: endings{
		sounds: map[rune]string{'A': "ае", 'I': "ыі", 'L': "лдт", 'D': "дт", 'N': "ндт", 'G': "гкғқ", 'M': "мбп"},
		suffixes: map[int]string{
			3: "LAр NIң NI GA нA DA DAн нAн ндA I сI Iн сIн Iм IмIз MAн DI DIк GAн Iп DAGI",
			4: "у Iл AйдI AдI йдI сA DIGI дIр MAк MAқ",
		},
		hard: "кқтп", voiceless: "гкқпстфхцчшщ",
		final: map[rune]rune{'г': 'к', 'ғ': 'қ', 'б': 'п'},
		whole: "облыс соғыс атыс жарылыс қақтығыс қылмыс ұрыс тартыс жиналыс ұсыныс шығыс кеңес қозғалыс мұғалім ауыл қызыл",
	},
}
