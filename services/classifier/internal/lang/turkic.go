package lang

// What Kyrgyz and Kazakh share, which are written in one script and whose sounds
// differ little; it reads either as well as each alone would.
var (
	cyrillicWhen = []string{
		"ганда", "генде", "гондо", "гөндө", "канда", "кенде", "кондо", "көндө", "ғанда", "қанда", "гандан", "генден", "гондон", "гөндөн", "кандан", "кенден", "кондон", "көндөн", "ғаннан", "геннен", "қаннан", "кеннен",
	}
	cyrillicVoice = voice{
		passive: []string{
			"ылды", "ілді", "улду", "үлдү", "илди", "ынды", "інді", "унду", "үндү", "инди", "ланды", "ленді", "ленди", "далды", "малды",
			"ылған", "ылган", "ілген", "илген", "улган", "үлгөн", "ынған", "ынган", "інген", "инген", "унган", "үнгөн", "ланған", "ланган", "далган", "малган",
		},
		active: []string{"қылды", "кылды", "қылған", "кылган", "білді", "билди", "жиналды"},
	}
	cyrillicFrom  = []string{"дан", "ден", "дон", "дөн", "тан", "тен", "тон", "төн", "нан", "нен", "нон", "нөн"}
	cyrillicWhere = []string{"да", "де", "до", "дө", "та", "те", "то", "тө"}
	// "-лды" and its like are also how verbs of the passive end, which no actor is.
	cyrillicAccusative = accusative{
		endings: []string{"ды", "ді", "ди", "ду", "дү", "ты", "ті", "ти", "ту", "тү", "ны", "ні", "ни", "ну", "нү"},
		longer:  4,
	}
)

// ofTheirs is how the Turkic plural of what belongs to somebody ends, before its case.
var ofTheirs = [...]string{
	"ları", "leri", "lari", "лары", "лери", "лору", "лөрү", "лері", "дары", "дери", "дору", "дөрү", "дері", "тары", "тери", "тору", "төрү", "тері", "лари",
}
